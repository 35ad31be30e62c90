/* The articles by date, and above them what the conversation cited, each at the day of its article. */

import { element } from "../dom.js";
import { language, number, t } from "../words.js";
import { figure, table, words } from "./figure.js";
import { box, d3, directionOf, disc, fitted, line, paper, widthOf, write, writeLines, wrapped } from "./paper.js";

const SHOWN = 8;
const ROW = 48;
const BARS = 132;
const SIDE = 14;
const NARROW = 560; // below it, statements have no room beside the bars
const DAY = 86_400_000;

export function timeline(view, cited, open) {
  const dated = cited.statements.filter((each) => each.published);
  const chosen = element("div", { className: "chosen" });
  const pick = (bar) => chosen.replaceChildren(element("h3", {}, bar.label), articles(bar, open));
  const draw = (width) => {
    const sheet = paper(width, 10, t("timeline_title"));
    let y = 24;
    write(sheet, sheet.svg, t("timeline_title"), 0, y, { size: 20, weight: 600, width });
    if (view.undated) { y += 24; write(sheet, sheet.svg, t("timeline_undated", { count: number(view.undated) }), 0, y, { kind: "soft", width, direction: document.documentElement.dir }); }
    if (!view.bars.length) return closed(sheet, writeLines(sheet, sheet.svg, wrapped([[t("timeline_none"), ""]], width, 14), 0, width, y + 36, { size: 14, kind: "soft", direction: document.documentElement.dir }));
    return closed(sheet, axis(sheet, view, bars(sheet, view, dated, statements(sheet, view, dated, y + 34, open), pick)));
  };
  const picture = figure({ name: "masdar-timeline", draw, words: inWords(view, cited, open) });
  picture.whole.querySelector(".place").after(chosen);
  return picture;
}

function closed(sheet, y) {
  sheet.svg.attr("height", y).attr("viewBox", `0 0 ${sheet.width} ${y}`);
  return sheet.svg.node();
}

const day = (text) => new Date(`${text}T00:00:00Z`);

function across(sheet, view) {
  const first = day(view.bars[0].start);
  const last = day(view.bars.at(-1).end);
  return d3.scaleUtc().domain([first, last]).range([SIDE, sheet.width - SIDE]);
}

const middleOf = (bar) => new Date((Number(day(bar.start)) + Number(day(bar.end))) / 2);

function barAt(view, date) {
  return view.bars.find((bar) => bar.start <= date && date < bar.end);
}

function statements(sheet, view, dated, y, open) {
  const { svg, width } = sheet;
  const kind = { kind: "soft", weight: 600, width };
  write(sheet, svg, t("timeline_cited"), 0, y, kind);
  if (!dated.length) {
    write(sheet, svg, t("timeline_not_cited"), 0, y + 24, { kind: "soft", width });
    return y + 40;
  }
  const shown = dated.slice(-SHOWN);
  if (width < NARROW) return listed(sheet, shown, y, open);
  const x = across(sheet, view);
  const high = heightOf(view);
  const foot = y + 16 + shown.length * ROW + BARS;
  const places = shown.map((statement) => {
    const bar = barAt(view, statement.published);
    return { at: x(bar ? middleOf(bar) : day(statement.published)), end: bar ? foot - high(bar) - 18 : foot };
  });
  // First all lines, so that words stand on them.
  places.forEach(({ at, end }, index) => line(sheet, svg, at, y + 30 + index * ROW, at, end, "leader"));
  shown.forEach((statement, index) => {
    const { at } = places[index];
    const middle = y + 30 + index * ROW;
    const after = at < width / 2;
    const room = Math.min((after ? width - at : at) - 24, Math.max(width * 0.55, 260));
    const group = begin(sheet, statement, index, at, middle, open);
    box(sheet, group, after ? at - 14 : at - room - 26, middle - 18, room + 40, ROW - 6, "touch", 8);
    said(sheet, group, statement, after ? at + 20 : at - 20, middle, room, after ? "start" : "end", widest(places, shown, index, room));
  });
  return y + 16 + shown.length * ROW;
}

/* Where there is no room beside the bars, below one another; the bars then carry the numbers. */
function listed(sheet, shown, y, open) {
  shown.forEach((statement, index) => {
    const middle = y + 30 + index * ROW;
    const group = begin(sheet, statement, index, 11, middle, open);
    box(sheet, group, 0, middle - 18, sheet.width, ROW - 6, "touch", 8);
    said(sheet, group, statement, 30, middle, sheet.width - 30, "start", 0);
  });
  return y + 16 + shown.length * ROW;
}

function begin(sheet, statement, index, at, middle, open) {
  const group = sheet.svg.append("g").attr("class", "row").on("click", () => open(statement.article_id, statement.start, statement.end, statement.quote));
  group.append("title").text(statement.quote);
  disc(sheet, group, at, middle, number(index + 1), "sign quoted", 11);
  return group;
}

/* The words of a statement on one side of its disc. Before it, those that run as the page does begin below one
   another, `wide` before the disc, not each where its length lets it. */
function said(sheet, group, statement, from, middle, room, side, wide) {
  const lines = linesOf(statement);
  lines.forEach(({ text, size, kind, direction }, index) => {
    const begins = side === "end" && (direction === "rtl") === sheet.rtl;
    write(sheet, group, text, begins ? from - wide : from, middle + 1 + index * 19, { size, kind, width: room, at: begins ? "start" : side, direction });
  });
}

const linesOf = (statement) => [
  { text: statement.quote, size: 13.5, kind: "halo ink", direction: statement.direction },
  { text: [statement.date, statement.title].join(" · "), size: 12, kind: "halo soft", direction: directionOf(statement.title) },
];

/* How wide the widest words at the same place are. */
function widest(places, shown, index, room) {
  const beside = shown.filter((_, other) => places[other].at === places[index].at);
  return d3.max(beside.flatMap(linesOf), ({ text, size }) => widthOf(fitted(text, room, size), size));
}

function heightOf(view) {
  const tall = d3.scaleLinear().domain([0, d3.max(view.bars, (bar) => bar.count)]).range([0, BARS - 30]);
  return (bar) => Math.max(3, tall(bar.count));
}

const numbers = (markers) => (markers.length > 1 && markers.at(-1) - markers[0] === markers.length - 1
  ? `${number(markers[0])}–${number(markers.at(-1))}` : markers.map(number).join(", "));

function bars(sheet, view, dated, y, pick) {
  const x = across(sheet, view);
  const heights = heightOf(view);
  const foot = y + BARS;
  const cited = new Map();
  dated.slice(-SHOWN).forEach((each, index) => {
    const bar = barAt(view, each.published);
    cited.set(bar, [...(cited.get(bar) ?? []), index + 1]);
  });
  for (const bar of view.bars) {
    const room = x(day(bar.end)) - x(day(bar.start));
    const wide = Math.max(3, Math.min(30, room - 2));
    const high = heights(bar);
    const from = x(middleOf(bar)) - wide / 2;
    const group = sheet.svg.append("g").attr("class", "row").on("click", () => pick(bar));
    group.append("title").text(`${bar.label}: ${number(bar.count)}`);
    box(sheet, group, Math.min(from, x(day(bar.start))), y, Math.max(wide, room), BARS, "touch");
    box(sheet, group, from, foot - high, wide, high, cited.has(bar) ? "bar strong" : "bar", Math.min(3, wide / 2));
    if (sheet.width < NARROW && cited.has(bar)) write(sheet, group, numbers(cited.get(bar)), x(middleOf(bar)), foot - high - 6, { size: 11, kind: "accent", weight: 600, at: "middle", direction: "ltr" });
    else if (wide >= 12) write(sheet, group, number(bar.count), x(middleOf(bar)), foot - high - 6, { size: 11, kind: "soft", at: "middle" });
  }
  line(sheet, sheet.svg, 0, foot, sheet.width, foot, "axis");
  return foot;
}

function axis(sheet, view, y) {
  const x = across(sheet, view);
  const ticks = x.ticks(Math.max(2, Math.floor(sheet.width / 110)));
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : x.domain()[1] - x.domain()[0];
  const parts = step >= 360 * DAY ? { year: "numeric" } : step >= 27 * DAY ? { month: "short", year: "numeric" } : { day: "numeric", month: "short" };
  const form = new Intl.DateTimeFormat(`${language()}-u-nu-latn`, { ...parts, timeZone: "UTC" });
  for (const tick of ticks) {
    const at = x(tick);
    line(sheet, sheet.svg, at, y, at, y + 5, "axis");
    const half = widthOf(form.format(tick), 12) / 2;
    const edge = at < half ? "start" : at > sheet.width - half ? "end" : "middle";
    write(sheet, sheet.svg, form.format(tick), edge === "start" ? 0 : edge === "end" ? sheet.width : at, y + 21, { size: 12, kind: "soft", at: edge, direction: document.documentElement.dir });
  }
  return y + 30;
}

function articles(bar, open) {
  const rows = bar.articles.map((each) => element("li", {},
    element("button", { type: "button", className: "to-source", dir: each.direction, lang: each.language, onclick: () => open(each.article_id) }, each.title),
    element("span", { className: "when" }, each.published)));
  if (bar.count > bar.articles.length) rows.push(element("li", {}, "…"));
  return element("ul", {}, ...rows);
}

function inWords(view, cited, open) {
  const said = cited.statements.map((each) => [each.date || t("undated"),
    element("button", { type: "button", className: "to-source", dir: each.direction, onclick: () => open(each.article_id, each.start, each.end, each.quote) }, each.quote),
    words(each.title, directionOf(each.title))]);
  return element("div", {},
    said.length ? element("h3", {}, t("timeline_cited")) : "",
    said.length ? table([t("column_date"), t("column_statement"), t("article")], said) : "",
    element("h3", {}, t("timeline_title")),
    table([t("column_date"), t("article")], view.bars.map((bar) => [bar.label, articles(bar, open)])),
    view.undated ? element("p", {}, t("timeline_undated", { count: number(view.undated) })) : "");
}
