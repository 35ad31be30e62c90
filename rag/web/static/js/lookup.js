/* The tab where a quotation is pasted: its places, best first, with the words that were altered. */

import { element, path } from "./dom.js";
import { counted, language, t } from "./words.js";

const LONGEST = 20000;
let request = 0;
let found = null; // what was asked for and what came, so that another language can say it anew

export function start(frame) {
  const query = element("textarea", { id: "lookup-query", rows: 3, maxLength: LONGEST, dir: "auto", spellcheck: false });
  const find = element("button", { type: "submit", className: "main-button" });
  const form = element("form", { className: "asked-for", onsubmit: (event) => { event.preventDefault(); look(frame, query.value); } },
    element("label", { htmlFor: "lookup-query", className: "sr" }), query, find);
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  frame.replaceChildren(element("div", { className: "leaf" }, element("h1", {}), element("p", { className: "lead" }), form,
    element("div", { className: "found", attributes: { "aria-live": "polite" } })));
  spoken(frame);
}

export function shown(frame) {
  if (matchMedia("(hover: hover)").matches) frame.querySelector("textarea").focus({ preventScroll: true });
}

export function spoken(frame) {
  frame.querySelector("h1").textContent = t("lookup_title");
  frame.querySelector(".lead").textContent = t("lookup_hint");
  frame.querySelector("label").textContent = t("lookup_query");
  frame.querySelector("textarea").placeholder = t("lookup_placeholder");
  frame.querySelector(".main-button").textContent = t("lookup_find");
  if (found !== null) look(frame, found);
}

async function look(frame, text) {
  const room = frame.querySelector(".found");
  const current = ++request;
  if (!text.trim()) {
    found = null;
    room.replaceChildren();
    frame.querySelector("textarea").focus();
    return;
  }
  found = text;
  room.setAttribute("aria-busy", "true");
  // What is answered at once need not flash a word of waiting.
  const waiting = setTimeout(() => room.replaceChildren(element("p", { className: "waiting" }, t("lookup_busy"))), 150);
  const view = await ask(text);
  clearTimeout(waiting);
  if (current !== request) return;
  room.removeAttribute("aria-busy");
  room.replaceChildren(...(view ? told(view) : [element("p", { className: "trouble", attributes: { role: "alert" } }, t("lookup_failed"))]));
}

async function ask(text) {
  try {
    const answer = await fetch("page/lookup", { method: "POST", headers: { "content-type": "application/json" },
      body: JSON.stringify({ text, lang: language() }) });
    return answer.ok ? await answer.json() : null;
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return null; // no connection, or not our answer
    throw error;
  }
}

function told(view) {
  if (view.kind === "nowhere") {
    return [element("div", { className: "nowhere" }, element("h2", {}, t("lookup_nowhere")), element("p", {}, t("lookup_nowhere_hint")))];
  }
  const said = view.kind === "named" ? t("lookup_named") : counted(view.kind === "exact" ? "lookup_exact" : "lookup_altered", view.places.length);
  const legend = view.kind === "altered" ? element("p", { className: "legend" },
    element("span", {}, element("del", {}, t("lookup_yours"))), element("span", {}, element("ins", {}, t("lookup_theirs")))) : "";
  return [element("div", { className: "verdict" }, element("h2", { className: view.kind }, said), legend),
    element("ol", { className: "places" }, ...view.places.map(card))];
}

function card(place, index) {
  const facts = element("p", { className: "facts" }, place.published && element("span", {}, place.published),
    place.language_name && element("span", {}, place.language_name), element("span", {}, place.lines), element("span", {}, path(place.article_id)));
  const open = element("button", { type: "button", className: "cite", value: place.value, title: place.quote,
    attributes: { "aria-label": `${t("lookup_open")}: ${place.title}` } }, t("lookup_open"));
  return element("li", { className: "place" },
    element("h3", {}, element("bdi", { dir: place.title_direction, lang: place.language }, place.title)), facts,
    // A long one scrolls, and the keyboard must reach what scrolls.
    element("blockquote", { dir: place.direction, lang: place.language, ...(place.quote.length > 600 ? { tabIndex: 0 } : {}) },
      ...place.pieces.flatMap(piece)), open);
}

/* What was pasted stands struck before what the article says in its stead; spaces keep the words apart. */
function piece({ kind, text }, index, all) {
  if (kind === "same") return [index && all[index - 1].kind === "asked" && !/^\s/.test(text) ? ` ${text}` : text];
  if (kind === "quoted") return [element("ins", {}, text)];
  const before = index && !/\s$/.test(all[index - 1].text) ? " " : "";
  return [before, element("del", {}, text), all[index + 1]?.kind === "quoted" ? " " : ""];
}
