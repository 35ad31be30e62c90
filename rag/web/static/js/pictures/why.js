/* How an answer came about: the passages in the order of their score, with a bar for each part of it. */

import { element } from "../dom.js";
import { language, number, t } from "../words.js";
import { figure, table } from "./figure.js";
import { box, d3, disc, line, mirrored, paper, widthOf, wrapped, write, writeLines } from "./paper.js";

const STATES = { quoted: "state_quoted", read: "state_read", considered: "state_considered" };
const WIDE = 600;
const EDGE = 42; // where the words of a row begin
const rounded = (value) => new Intl.NumberFormat(`${language()}-u-nu-latn`, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);

export function why(view, open) {
  const assumed = view.passages.some((passage) => passage.parts.some((part) => part.assumed));
  const draw = (width) => {
    const sheet = paper(width, 10, t("why_title"));
    let y = head(sheet, view);
    y = funnel(sheet, view, y);
    y = (width >= WIDE ? wideRows : narrowRows)(sheet, view, y, open);
    if (assumed) y = writeLines(sheet, sheet.svg, wrapped([[t("part_assumed"), ""]], width, 12), 0, width, y + 24, { size: 12, kind: "soft", direction: document.documentElement.dir }) - 14;
    sheet.svg.attr("height", y + 8).attr("viewBox", `0 0 ${width} ${y + 8}`);
    return sheet.svg.node();
  };
  return figure({ name: "masdar-why", draw, words: inWords(view, open) });
}

function head(sheet, view) {
  const { svg, width } = sheet;
  write(sheet, svg, t("why_title"), 0, 20, { kind: "soft", size: 13, weight: 600, width: width - 48 });
  const question = wrapped([[view.question, ""]], width, 20, { most: 3, weight: 600 });
  let y = writeLines(sheet, svg, question, 0, width, 54, { size: 20, weight: 600, direction: view.direction, leading: 32 });
  const said = [view.understood_as && t("understood_as", { question: view.understood_as }),
    view.restricted_to && t("searched_only", { what: view.restricted_to })].filter(Boolean);
  for (const each of said) {
    y = writeLines(sheet, svg, wrapped([[each, ""]], width, 13, { most: 2 }), 0, width, y - 2, { kind: "soft", direction: document.documentElement.dir, leading: 22 }) + 2;
  }
  return y;
}

/* What was considered, what of it was read, what of that was quoted; these signs also stand before the passages. */
function funnel(sheet, view, y) {
  const steps = [["considered", view.considered], ["read", view.read], ["quoted", view.quoted]];
  const gap = 34;
  const fits = steps.reduce((sum, [, text]) => sum + 20 + widthOf(text, 14, 600) + gap, -gap) <= sheet.width;
  let x = 0;
  for (const [place, [state, text]] of steps.entries()) {
    sign(sheet, sheet.svg, state, x + 7, y + 5);
    write(sheet, sheet.svg, text, x + 20, y + 10, { size: 14, weight: 600, kind: state === "quoted" ? "accent" : "ink", direction: document.documentElement.dir });
    const wide = 20 + widthOf(text, 14, 600);
    if (!fits) { y += 28; continue; }
    if (place < steps.length - 1) chevron(sheet, x + wide + gap / 2, y + 5);
    x += wide + gap;
  }
  return fits ? y + 36 : y + 8;
}

function chevron(sheet, x, y) {
  const by = mirrored() ? -4 : 4;
  const at = sheet.place(x);
  sheet.svg.append("path").attr("d", `M${at - by} ${y - 5} ${at + by} ${y} ${at - by} ${y + 5}`).attr("class", "chevron");
}

function sign(sheet, parent, state, x, y) {
  parent.append("circle").attr("cx", sheet.place(x)).attr("cy", y).attr("r", state === "considered" ? 3 : 6).attr("class", `sign ${state}`);
}

/* All columns have one scale: the bars of a row add up to its score. What helped nothing has no bar. */
function scaleOf(view, wide) {
  const most = d3.max(view.passages, (passage) => d3.max(passage.parts, (part) => part.value));
  return d3.scaleLinear().clamp(true).domain([0, most > 0 ? most : 1]).range([0, wide]);
}

function wideRows(sheet, view, y, open) {
  const { svg, width } = sheet;
  const wide = Math.min(84, Math.max(52, (width * 0.52 - 110) / view.parts.length - 16));
  const step = wide + 16;
  const scored = width - 104;
  const first = scored - 8 - view.parts.length * step;
  const words_end = first - EDGE - 22;
  columns(sheet, view, first, step, wide, y + 8);
  write(sheet, svg, t("score"), scored, y + 8, { size: 12, weight: 600, kind: "soft", width: 100 });
  y += 20;
  const height = 46;
  for (const passage of view.passages) {
    const row = begin(sheet, passage, y, height, open);
    write(sheet, row, passage.title, EDGE, y + 20, { size: 14, kind: inkOf(passage), weight: passage.state === "quoted" ? 600 : 400, width: words_end, direction: passage.direction });
    write(sheet, row, passage.excerpt, EDGE, y + 38, { size: 12, kind: "soft", width: words_end, direction: passage.excerpt_direction });
    bars(sheet, row, view, passage, first, step, wide, y + height / 2 - 5);
    score(sheet, row, view, passage, scored, 60, y + height / 2 - 5);
    y += height;
  }
  line(sheet, svg, 0, y, width, y, "rule");
  return y;
}

function narrowRows(sheet, view, y, open) {
  const { svg, width } = sheet;
  const room = width - EDGE;
  const step = (room - 84) / view.parts.length;
  const wide = step - 8;
  const scored = width - 80;
  const size = sizeFor(view.parts, step - 5);
  view.parts.forEach((name, index) => write(sheet, svg, name, EDGE + index * step, y + 8, { size, kind: "soft", width: step - 2 }));
  write(sheet, svg, t("score"), scored, y + 8, { size, weight: 600, kind: "soft", width: 80 });
  y += 20;
  const height = 58;
  for (const passage of view.passages) {
    const row = begin(sheet, passage, y, height, open, 22);
    write(sheet, row, passage.title, EDGE, y + 25, { size: 14, kind: inkOf(passage), weight: passage.state === "quoted" ? 600 : 400, width: room, direction: passage.direction });
    bars(sheet, row, view, passage, EDGE, step, wide, y + 38);
    score(sheet, row, view, passage, scored, 40, y + 38);
    y += height;
  }
  line(sheet, svg, 0, y, width, y, "rule");
  return y;
}

const inkOf = (passage) => (passage.state === "considered" ? "soft" : "ink");

/* The size at which the longest of the headings fits. */
const sizeFor = (names, width) => Math.max(9, d3.min([12, ...names.map((name) => 12 * width / Math.max(widthOf(name, 12), 1))]));

function columns(sheet, view, first, step, wide, y) {
  const size = sizeFor(view.parts, wide + 12);
  view.parts.forEach((name, index) => write(sheet, sheet.svg, name, first + index * step, y, { size, kind: "soft", width: wide + 14 }));
}

function begin(sheet, passage, y, height, open, middle = height / 2) {
  const row = sheet.svg.append("g").attr("class", "row").on("click", () => open(passage.article_id, passage.start, passage.end));
  row.append("title").text(`${passage.title}\n${passage.excerpt}`);
  line(sheet, row, 0, y, sheet.width, y, "rule");
  box(sheet, row, 0, y + 1, sheet.width, height - 1, "touch");
  const { markers } = passage;
  if (markers.length) disc(sheet, row, 15, y + middle, markers.length > 1 ? `${markers[0]}–${markers.at(-1)}` : String(markers[0]), "sign quoted", 11);
  else sign(sheet, row, passage.state, 15, y + middle);
  return row;
}

function bars(sheet, row, view, passage, first, step, wide, y) {
  const scale = scaleOf(view, wide);
  passage.parts.forEach((part, index) => {
    box(sheet, row, first + index * step, y, wide, 10, "track", 3);
    const length = scale(part.value);
    if (length >= 1) box(sheet, row, first + index * step, y, length, 10, part.assumed ? "bar assumed" : "bar", 3);
  });
}

function score(sheet, row, view, passage, x, wide, y) {
  const scale = d3.scaleLinear().clamp(true).domain([0, d3.max(view.passages, (each) => each.score) || 1]).range([0, wide]);
  box(sheet, row, x, y, wide, 10, "track", 3);
  if (scale(passage.score) >= 1) box(sheet, row, x, y, scale(passage.score), 10, "bar strong", 3);
  // Decimals stand below decimals: at the right of their column, whichever way the page runs.
  const widest = d3.max(view.passages, (each) => widthOf(rounded(each.score), 12, 600));
  write(sheet, row, rounded(passage.score), x + wide + 6 + (sheet.rtl ? 0 : widest), y + 9.5, { size: 12, weight: 600, kind: inkOf(passage), at: sheet.rtl ? "start" : "end", direction: document.documentElement.dir });
}

function inWords(view, open) {
  const rows = view.passages.map((passage) => [
    number(passage.rank),
    element("button", { type: "button", className: "to-source", dir: passage.direction, lang: passage.language,
      onclick: () => open(passage.article_id, passage.start, passage.end) }, passage.title),
    passage.language_name,
    [t(STATES[passage.state]), ...passage.markers.map((marker) => `[${marker}]`)].join(" "),
    ...passage.parts.map((part) => (part.assumed ? `(${rounded(part.value)})` : rounded(part.value))),
    rounded(passage.score),
  ]);
  const list = element("div", {}, element("p", {}, [view.considered, view.read, view.quoted].join(" · ")),
    table(["#", t("passage"), t("column_language"), t("passage_state"), ...view.parts, t("score")], rows));
  if (view.passages.some((passage) => passage.parts.some((part) => part.assumed))) list.append(element("p", {}, t("part_assumed").replace(/^/, "( ) ")));
  return list;
}
