/* The panel of the source: a whole article, its quotation lit and in view, the answer's other quotations more faintly.
   Text of articles is only ever written as text. */

import { element, icon, iconButton, path } from "./dom.js";
import { copy } from "./notice.js";
import { language, number, t } from "./words.js";

const panel = document.getElementById("source");
let opener = null; // the button whose article is open; focus returns to it
let places = []; // the quotations of the answer that was opened, in the order of their markers
let shown = null; // the one of them that is open
let request = 0;

/* "article_id:start:end", and in a permanent link "article_id:start-end". */
function parse(value) {
  const [, id, start, end] = value.match(/^([^]+):(\d+)[:-](\d+)$/) ?? [];
  return id === undefined ? null : { id, start: Number(start), end: Number(end), quote: "" };
}

const key = (place) => `${place.id}:${place.start}:${place.end}`;

export function openCitation(button) {
  const place = parse(button.value);
  if (!place) return;
  opener = button;
  places = citedWith(button);
  return open(places.find((each) => key(each) === key(place)) ?? { ...place, quote: "" });
}

/* Opens an article where a program, or an address, says; without a span, from its beginning. */
export function openPlace(id, start = null, end = null, quote = "") {
  opener = document.activeElement?.closest?.("button, a") ?? null;
  places = [];
  open({ id, start, end, quote });
}

/* Each quotation of the answer once. Its chip carries the quotation as it was answered. */
function citedWith(button) {
  const found = new Map();
  for (const chip of button.closest(".answer, .places")?.querySelectorAll("button.cite") ?? []) {
    const place = parse(chip.value);
    if (place && !found.has(key(place))) found.set(key(place), { ...place, quote: chip.title || chip.dataset.quote || "" });
  }
  return [...found.values()];
}

async function open(place) {
  const current = ++request;
  shown = place;
  markOpeners();
  if (panel.hidden) show(element("p", { className: "state" }, t("opening")));
  const body = JSON.stringify({ article_id: place.id, start: place.start, end: place.end, quote: place.quote, lang: language() });
  try {
    const answer = await fetch("page/source", { method: "POST", headers: { "content-type": "application/json" }, body });
    if (current !== request) return;
    if (answer.ok) {
      const view = await answer.json();
      if (current === request) showArticle(view, place);
    } else if (answer.status === 404 || answer.status === 400) showGone(place);
    else showState(t("article_unreachable"));
  } catch (error) {
    if (current === request) showState(t("article_unreachable"));
    if (!(error instanceof TypeError)) throw error;
  }
}

/* ---- what the panel shows ---- */

function show(...body) {
  const bar = element("div", { className: "bar" }, element("span", { className: "kind" }, t("article")), stepper(),
    iconButton("close", t("close"), closeSource, "close"));
  panel.setAttribute("aria-label", t("article"));
  panel.replaceChildren(bar, ...body);
  panel.hidden = false;
  document.body.classList.add("reading");
}

function focusPanel() {
  panel.querySelector("button.close").focus({ preventScroll: true });
}

function showState(...body) {
  show(element("div", { className: "state" }, ...body));
  focusPanel();
}

function showGone(place) {
  if (!place.quote) return showState(t("article_gone"));
  showState(element("p", {}, t("article_gone_quoted")), stored(place.quote), path(place.id));
}

function stored(quote) {
  return element("blockquote", { dir: "auto" }, quote);
}

/* Previous and next among the answer's quotations, whichever article they are in. */
function stepper() {
  const at = places.findIndex((each) => shown && key(each) === key(shown));
  if (at < 0 || places.length < 2) return "";
  const go = (step) => () => {
    const focused = step < 0 ? ".previous" : ".next";
    open(places[(at + step + places.length) % places.length]).then(() => panel.querySelector(focused)?.focus({ preventScroll: true }));
  };
  const position = t("citation_position", { number: number(at + 1), total: number(places.length) });
  return element("div", { className: "stepper" }, iconButton("previous", t("previous_citation"), go(-1), "previous"),
    element("span", { className: "position" }, position), iconButton("next", t("next_citation"), go(1), "next"));
}

function showArticle(view, place) {
  const facts = element("p", { className: "facts" },
    view.published && element("span", {}, view.published),
    view.language_name && element("span", {}, view.language_name),
    element("span", {}, path(view.article_id)));
  const head = element("div", { className: "head" },
    element("h2", { dir: view.title_direction, lang: view.language }, view.title), facts, tools(view));
  const text = element("div", { className: "text", dir: view.direction, lang: view.language, tabIndex: 0,
    attributes: { role: "region", "aria-label": view.title } }, notes(view, place), marked(view));
  show(head, text);
  focusPanel();
  const mark = text.querySelector("mark:not(.also)");
  if (mark) mark.scrollIntoView({ block: "center" });
}

function notes(view, place) {
  const dir = document.documentElement.dir;
  const said = [
    view.moved && element("p", {}, t("article_changed")),
    view.lost && element("p", {}, t("quote_gone")),
    view.lost && stored(place.quote),
    view.excerpt && element("p", {}, t("excerpt")),
  ].filter(Boolean);
  return said.length ? element("div", { className: "notes", dir, lang: language() }, ...said) : "";
}

/* Offsets count code points, strings count UTF-16 units: hence the array. */
function marked(view) {
  const points = Array.from(view.text);
  const kinds = new Uint8Array(points.length);
  const paint = (start, end, kind) => {
    if (start !== null && start >= view.text_start && end - view.text_start <= points.length) {
      kinds.fill(kind, start - view.text_start, end - view.text_start);
    }
  };
  for (const other of places) if (other.id === view.article_id) paintStanding(other);
  paint(view.start, view.end, 2);

  // Only a quotation that still stands where it was cited from.
  function paintStanding(other) {
    const standing = points.slice(other.start - view.text_start, other.end - view.text_start).join("");
    if (!other.quote || standing === other.quote) paint(other.start, other.end, 1);
  }

  const hasBlankLines = /\n\s*\n/.test(view.text);
  const block = element("p");
  for (let from = 0, to; from < points.length; from = to) {
    to = from + 1;
    while (to < points.length && kinds[to] === kinds[from]) to += 1;
    const lines = spaced(points.slice(from, to).join(""), hasBlankLines);
    block.append(...(kinds[from] ? [element("mark", { className: kinds[from] === 2 ? "" : "also" }, ...lines)] : lines));
  }
  return block;
}

/* Line ends as blocks with a height of their own: paragraphs are set apart whether or not blank lines do so, and the
   text stays what it is, character by character. */
function spaced(text, hasBlankLines) {
  return text.split(/(\n\s*)/).filter(Boolean).map((piece) => {
    if (!piece.startsWith("\n")) return piece;
    const apart = !hasBlankLines || piece.indexOf("\n", 1) > 0;
    return element("span", { className: apart ? "gap" : "break" }, piece);
  });
}

/* ---- the file, and the references ---- */

function tools(view) {
  const raw = element("a", { href: view.raw_address, target: "_blank", rel: "noopener", className: "raw" }, icon("open"), t("open_raw"));
  return element("div", { className: "tools" }, raw, view.references ? copyMenu(view.references) : "");
}

function copyMenu(references) {
  const link = new URL(references.link, new URL("./", location.href)).href;
  const kinds = [["plain", "copy_plain"], ["apa", "copy_apa"], ["bibtex", "copy_bibtex"], ["link", "copy_link"]];
  const menu = element("details", { className: "copy-menu" },
    element("summary", {}, icon("copy"), t("copy_citation")),
    element("div", { className: "choices" }, ...kinds.map(([kind, label]) => element("button", {
      type: "button", value: kind,
      onclick: () => {
        menu.open = false;
        menu.querySelector("summary").focus({ preventScroll: true });
        copy(kind === "link" ? link : references[kind].replaceAll("{link}", link), t("copied"), t("copy_failed"));
      },
    }, t(label)))));
  return menu;
}

/* ---- closing, and the buttons that opened ---- */

export function closeSource() {
  request += 1;
  if (panel.hidden) return;
  panel.hidden = true;
  panel.replaceChildren();
  document.body.classList.remove("reading");
  const place = shown;
  shown = null;
  markOpeners();
  // The message may have been drawn anew since: its button then is another node with the same value.
  const again = opener?.isConnected ? opener : place && buttonOf(place);
  (again ?? document.querySelector("#question textarea"))?.focus({ preventScroll: true });
  opener = null;
}

function openers() {
  return [...document.querySelectorAll("button.cite, button.source, button.closest")];
}

function buttonOf(place) {
  return openers().find((button) => button.value === key(place));
}

/* Also after a message was drawn anew, which forgets what was marked in it. */
export function markOpeners() {
  for (const button of openers()) button.classList.toggle("open", shown !== null && button.value === key(shown));
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || panel.hidden) return;
  event.preventDefault();
  const menu = panel.querySelector(".copy-menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); } else closeSource();
});
document.addEventListener("click", (event) => {
  const menu = panel.querySelector(".copy-menu[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

/* A permanent link opens its article at once. */
const cited = new URLSearchParams(location.search).get("cite");
if (cited !== null) {
  const place = parse(cited);
  if (place) openPlace(place.id, place.start, place.end);
  else showState(t("article_gone"));
}
