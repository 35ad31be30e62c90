/* A picture with what belongs to it: its buttons, and the same in words. It is drawn anew when its place gets wider or
   narrower. */

import { element } from "../dom.js";
import { notice } from "../notice.js";
import { t } from "../words.js";
import { savePng, saveSvg } from "./saving.js";

/* `draw(width)` gives an SVG; `words` is what says the same to whoever does not see it; `name` is that of its file. */
export function figure({ name, draw, words, controls = [] }) {
  const place = element("div", { className: "place" });
  const save = (how) => async () => {
    try { await how(place.querySelector("svg"), name); } catch (error) { notice(t("picture_failed")); throw error; }
  };
  const tools = element("div", { className: "tools" }, ...controls,
    element("span", { className: "savers" },
      element("button", { type: "button", className: "save svg", onclick: save(saveSvg) }, t("save_svg")),
      element("button", { type: "button", className: "save png", onclick: save(savePng) }, t("save_png"))));
  const whole = element("figure", { className: "picture" }, place, tools,
    element("details", { className: "in-words" }, element("summary", {}, t("picture_table")), words));
  let drawn = 0;
  const again = () => {
    const width = Math.floor(place.clientWidth);
    if (!width) return;
    drawn = width;
    place.replaceChildren(draw(width));
  };
  const watcher = new ResizeObserver(() => { if (Math.floor(place.clientWidth) !== drawn) again(); });
  watcher.observe(place);
  // Words are measured in the page's font, which comes when it is first needed.
  document.fonts.ready.then(again);
  const measured = () => { if (whole.isConnected) again(); else document.fonts.removeEventListener("loadingdone", measured); };
  document.fonts.addEventListener("loadingdone", measured);
  return { whole, again };
}

export function table(titles, rows) {
  const cells = (kind, values) => values.map((value) => element(kind, kind === "th" ? { scope: "col" } : {}, value));
  return element("div", { className: "scroller", tabIndex: 0, attributes: { role: "region", "aria-label": t("picture_table") } },
    element("table", {}, element("thead", {}, element("tr", {}, ...cells("th", titles))),
      element("tbody", {}, ...rows.map((row) => element("tr", {}, ...cells("td", row))))));
}

export function words(text, direction, lang = "") {
  return element("span", { dir: direction, lang, className: "own" }, text);
}
