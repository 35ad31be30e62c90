/* Which articles questions are asked of: kept by the browser until it is lifted, and shown at the question. */

import { element, iconButton } from "./dom.js";
import { counted, language, t } from "./words.js";

const KEY = "masdar-restriction";
export const MOST_ARTICLES = 500;
const named = () => (innerWidth < 640 ? 1 : 2); // so many articles are named, more are counted
const NOTHING = { articles: [], languages: [], since: null, until: null };

let held = remembered();

function remembered() {
  try { return { ...NOTHING, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") }; } catch { return { ...NOTHING }; }
}

function hold(next) {
  held = next;
  try { localStorage.setItem(KEY, JSON.stringify(held)); } catch { /* private mode: this page only */ }
  document.dispatchEvent(new CustomEvent("masdar:restriction"));
}

export const isRestricted = () => Boolean(held.articles.length || held.languages.length || held.since || held.until);
export const isChosen = (id) => held.articles.some((each) => each.id === id);

/* As it is sent with a question: "" where all articles are asked. */
export function restriction() {
  return isRestricted() ? JSON.stringify({ ...held, articles: held.articles.map((each) => each.id) }) : "";
}

/* Adds articles, {id, title} each, or takes them away; false if there would be too many. */
export function choose(articles, chosen) {
  const ids = new Set(articles.map((each) => each.id));
  const others = held.articles.filter((each) => !ids.has(each.id));
  if (chosen && others.length + articles.length > MOST_ARTICLES) return false;
  hold({ ...held, articles: chosen ? [...others, ...articles] : others });
  return true;
}

export function restrictTo({ languages, since, until }) {
  hold({ ...held, languages, since, until });
}

export function lift() {
  hold({ ...NOTHING });
}

/* What it is restricted to, each part with a button that takes it away. */
export function chips() {
  const articles = held.articles.length > named()
    ? [[counted("count_articles", held.articles.length), { articles: [] }]]
    : held.articles.map((each) => [each.title, { articles: held.articles.filter((other) => other !== each) }]);
  const names = new Intl.DisplayNames([language()], { type: "language" });
  const parts = [...articles, ...held.languages.map((code) => [nameOf(names, code), { languages: held.languages.filter((each) => each !== code) }])];
  if (held.since) parts.push([t("since", { date: day(held.since) }), { since: null }]);
  if (held.until) parts.push([t("until", { date: day(held.until) }), { until: null }]);
  return parts.map(([what, without]) => element("span", { className: "chip" }, element("bdi", {}, what),
    iconButton("close", t("lift_part", { what }), () => hold({ ...held, ...without }))));
}

function nameOf(names, code) {
  try { return names.of(code) ?? code; } catch { return code; }
}

function day(text) {
  return new Intl.DateTimeFormat(`${language()}-u-ca-gregory-nu-latn`, { dateStyle: "long", timeZone: "UTC" }).format(new Date(text));
}

/* ---- at the question ---- */

const strip = element("div", { id: "restriction", hidden: true, attributes: { role: "group" } });

/* Drawn only when there is something to say: the names of languages take the browser 30 ms to load. */
function draw() {
  strip.hidden = !isRestricted();
  if (strip.hidden) return strip.replaceChildren();
  strip.setAttribute("aria-label", t("restricted_to"));
  strip.replaceChildren(element("span", { className: "said" }, t("restricted_to")), element("span", { className: "chips" }, ...chips()),
    element("button", { type: "button", className: "lift", onclick: () => { lift(); document.querySelector("#question textarea")?.focus(); } },
      t("lift_restriction")));
}

/* The question is drawn by Gradio, some time after this script has run. */
function place() {
  if (!strip.isConnected) document.getElementById("question")?.before(strip);
}

for (const event of ["masdar:restriction", "masdar:language"]) document.addEventListener(event, draw);
addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  held = remembered();
  document.dispatchEvent(new CustomEvent("masdar:restriction"));
});
new MutationObserver(place).observe(document.querySelector("gradio-app"), { childList: true, subtree: true });
draw();
place();
