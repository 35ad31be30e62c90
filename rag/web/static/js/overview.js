/* The corpus at a glance: when its articles are from, and what stands near what. */

import { conversation } from "./chat.js";
import { element } from "./dom.js";
import { openPlace } from "./source.js";
import { language, t } from "./words.js";

let timelinePlace = null;
let mapPlace = null;
let request = 0;
let drawn = {}; // what each picture was drawn from last, so that it is not drawn anew for nothing

export function start(frame) {
  timelinePlace = element("section", { className: "timeline" });
  mapPlace = element("section", { className: "map" });
  frame.append(element("div", { className: "pictures" }, timelinePlace, mapPlace));
}

export function shown() {
  name();
  draw();
}

export function spoken(frame) {
  drawn = {};
  if (!frame.hidden) shown();
}

function name() {
  timelinePlace.setAttribute("aria-label", t("timeline_title"));
  mapPlace.setAttribute("aria-label", t("map_title"));
}

async function draw() {
  const current = ++request;
  const cited = read(`conversations/${conversation()}/cited?lang=${language()}`);
  await Promise.all([
    show(timelinePlace, "timeline", current, cited, async () => (await import("./pictures/timeline.js")).timeline),
    show(mapPlace, "map", current, cited, async () => (await import("./pictures/map.js")).map),
  ]);
}

async function show(place, kind, current, citing, load) {
  if (!place.firstChild) place.replaceChildren(state(t("picture_drawing")));
  try {
    const [picture, data, cited] = await Promise.all([load(), read(`page/overview/${kind}?lang=${language()}`), citing]);
    const from = JSON.stringify([data, cited]);
    if (current !== request || drawn[kind] === from) return;
    drawn[kind] = from;
    place.replaceChildren(picture(data, cited, openPlace).whole);
  } catch (error) {
    if (current !== request) return;
    delete drawn[kind];
    place.replaceChildren(state(error instanceof Refused ? error.message : t("picture_failed")));
    if (!(error instanceof Refused || error instanceof TypeError)) throw error;
  }
}

/* The server's own words for what it cannot give. */
class Refused extends Error {}

async function read(address) {
  const answer = await fetch(address);
  if (answer.status === 404) throw new Refused((await answer.json()).detail);
  if (!answer.ok) throw new TypeError(`the server answered ${answer.status}`);
  return answer.json();
}

const state = (text) => element("p", { className: "state" }, text);
