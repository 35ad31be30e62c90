/* Quotations that differ, side by side: a card for each value, with the sentences that give it. */

import { element } from "../dom.js";
import { t } from "../words.js";
import { figure, words } from "./figure.js";
import { box, column, d3, disc, paper, wrapped, write, writeLines } from "./paper.js";

const NARROWEST = 250;
const GAP = 16;
const PAD = 18;
const LEADING = 27;
const TITLE_LEADING = 20;

export function comparison(view, open) {
  const draw = (width) => {
    const sheet = paper(width, 10, t("compare_title"));
    write(sheet, sheet.svg, t("compare_title"), 0, 20, { kind: "soft", weight: 600, width: width - 48 });
    const question = wrapped([[view.question, ""]], width, 20, { most: 3, weight: 600 });
    let y = writeLines(sheet, sheet.svg, question, 0, width, 54, { size: 20, weight: 600, direction: view.direction, leading: 32 });
    for (const difference of view.differences) y = cards(sheet, difference, y, open) + 12;
    const height = y - 12 - GAP + 2;
    sheet.svg.attr("height", height).attr("viewBox", `0 0 ${width} ${height}`);
    return sheet.svg.node();
  };
  return figure({ name: "masdar-differences", draw, words: inWords(view, open) });
}

function cards(sheet, difference, y, open) {
  write(sheet, sheet.svg, difference.title, 0, y + 8, { size: 14, kind: "ink", width: sheet.width });
  y += 26;
  const fit = Math.max(1, Math.floor((sheet.width + GAP) / (NARROWEST + GAP)));
  const across = Math.min(difference.sides.length, fit);
  const wide = (sheet.width - (across - 1) * GAP) / across;
  for (let from = 0; from < difference.sides.length; from += across) {
    const row = difference.sides.slice(from, from + across).map((side) => laidOut(side, wide));
    const height = d3.max(row, (card) => card.height);
    row.forEach((card, index) => drawCard(sheet, card, index * (wide + GAP), y, wide, height, open));
    y += height + GAP;
  }
  return y;
}

/* How high the title of a statement is, what it is of, and the room to what follows. */
const footOf = (statement) => 50 + statement.title.length * TITLE_LEADING;

/* The lines of a card, to know how high it becomes. */
function laidOut(side, wide) {
  const room = wide - 2 * PAD;
  const statements = side.statements.map((each) => ({ ...each,
    lines: wrapped([[each.before, ""], [each.value, "value"], [each.after, ""]], room, 15, { most: 12 }),
    title: wrapped([[each.title, ""]], room - 30, 13, { most: 2 }) }));
  const value = wrapped([[side.value, ""]], room, 26, { most: 2, weight: 600 });
  const height = 26 + value.length * 38 + d3.sum(statements, (each) => each.lines.length * LEADING + footOf(each));
  return { value, words: side.value, statements, height };
}

/* A card runs as its quotations do, whichever way the page runs. */
function drawCard(sheet, card, x, y, wide, height, open) {
  const { svg } = sheet;
  const { direction } = card.statements[0];
  const own = column(sheet.rtl ? sheet.place(x + wide) : sheet.place(x), wide, direction);
  const room = wide - 2 * PAD;
  box(own, svg, 0, y, wide, height, "card", 14);
  box(own, svg, 0, y + 18, 4, height - 36, "spine", 2);
  let at = writeLines(own, svg, card.value, PAD, room, y + 44, { size: 26, weight: 600, kind: "accent", direction, leading: 38 });
  for (const statement of card.statements) {
    const group = svg.append("g").attr("class", "row").on("click", () => open(statement.article_id, statement.start, statement.end, quoteOf(statement)));
    box(own, group, 8, at - 22, wide - 16, statement.lines.length * LEADING + footOf(statement) - 8, "touch", 8);
    at = writeLines(own, group, statement.lines, PAD, room, at, { size: 15, direction: statement.direction, leading: LEADING });
    disc(own, group, PAD + 10, at + 4, String(statement.marker), "sign quoted", 10);
    const facts = [statement.published, statement.language_name].filter(Boolean).join(" · ");
    const below = writeLines(own, group, statement.title, PAD + 30, room - 30, at + 8, { size: 13, direction: statement.title_direction, leading: TITLE_LEADING });
    write(own, group, facts, PAD + 30, below, { size: 12, kind: "soft", width: room - 30, direction: document.documentElement.dir });
    at += footOf(statement);
  }
}

const quoteOf = (statement) => statement.before + statement.value + statement.after;

function inWords(view, open) {
  return element("div", {}, ...view.differences.flatMap((difference) => [
    element("h3", {}, difference.title),
    element("ul", {}, ...difference.sides.map((side) => element("li", {}, words(side.value, "auto"),
      element("ul", {}, ...side.statements.map((statement) => element("li", {},
        element("button", { type: "button", className: "to-source", dir: statement.title_direction, lang: statement.language,
          onclick: () => open(statement.article_id, statement.start, statement.end, quoteOf(statement)) },
        `[${statement.marker}] ${statement.title}`), " ", statement.published,
        element("p", { dir: statement.direction, lang: statement.language }, quoteOf(statement)))))))),
  ]));
}
