/* What every picture is drawn on: an SVG as wide as its place, words that fit, sides that mirror with the page.
   D3 is fetched with the first picture. All text enters as text. */

import "../../vendor/d3-7.9.2.min.js";

export const d3 = globalThis.d3;
const FONT = '"IBM Plex Sans Arabic", "Segoe UI", "Noto Sans", "Noto Sans Hebrew", "Arial Hebrew", system-ui, sans-serif';
const LONGEST_CUT = 12; // letters of a word that are given up so that it is not cut
const pen = document.createElement("canvas").getContext("2d");

export const mirrored = () => document.documentElement.dir === "rtl";

/* Which way a text runs, by its letters. */
export function directionOf(text) {
  const right = (text.match(/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/g) ?? []).length;
  const left = (text.match(/[A-Za-z\u00c0-\u024f\u0370-\u052f]/g) ?? []).length;
  return right > left || (right === left && mirrored()) ? "rtl" : "ltr";
}

export function widthOf(text, size, weight = 400) {
  pen.font = `${weight} ${size}px ${FONT}`;
  return pen.measureText(text).width;
}

/* As much of a text as fits into a width, with an ellipsis where it does not; whole words, where they are not long. */
export function fitted(text, width, size, weight = 400) {
  const plain = text.replace(/\s+/g, " ").trim();
  if (widthOf(plain, size, weight) <= width) return plain;
  const letters = Array.from(plain);
  let least = 0;
  let most = letters.length;
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (widthOf(`${letters.slice(0, middle).join("")}…`, size, weight) <= width) least = middle; else most = middle - 1;
  }
  const kept = letters.slice(0, least).join("");
  const whole = letters[least] === " " ? kept : kept.replace(/\s\S*$/, "");
  return `${(whole.length >= kept.length - LONGEST_CUT ? whole : kept).replace(/[\s,;:،؛–—-]+$/, "")}…`;
}

/* A text in lines that fit; what is left over ends the last one with an ellipsis. Pieces keep their class:
   [[text, class], …] in, [[[text, class], …], …] out. */
export function wrapped(pieces, width, size, { most = Infinity, weight = 400 } = {}) {
  const words = pieces.flatMap(([text, kind]) => (text.replace(/\s+/g, " ").match(/ ?[^ ]+| /g) ?? []).map((word) => [word, kind]));
  const lines = [[]];
  let used = 0;
  for (const [word, kind] of words) {
    const wide = widthOf(word, size, kind ? 600 : weight);
    if (used && used + wide > width) { lines.push([]); used = 0; }
    const line = lines.at(-1);
    const text = line.length ? word : word.trimStart();
    if (!text) continue;
    if (line.length && line.at(-1)[1] === kind) line.at(-1)[0] += text; else line.push([text, kind]);
    used += wide;
  }
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most);
  kept.at(-1).push(["…", ""]);
  return kept;
}

/* A drawing of that size, which mirrors with the page. `place(x)` is where x from the beginning of the line lies. */
export function paper(width, height, label) {
  const svg = d3.create("svg").attr("xmlns", "http://www.w3.org/2000/svg").attr("class", "drawing")
    .attr("width", width).attr("height", height).attr("viewBox", `0 0 ${width} ${height}`)
    .attr("direction", "ltr").attr("role", "img").attr("aria-label", label);
  return { svg, ...column(0, width, mirrored() ? "rtl" : "ltr") };
}

/* A part of a drawing, from `left` on and so wide, that runs in a direction of its own. */
export function column(left, width, direction) {
  const rtl = direction === "rtl";
  return { left, width, rtl, place: rtl ? (x) => left + width - x : (x) => left + x };
}

/* Words at x from the beginning of the line, whichever side that is. `at` is "start", "middle" or "end" of the page's
   own direction; the words run in theirs. */
export function write(sheet, parent, text, x, y, { size = 13, kind = "ink", at = "start", weight = 400, width = Infinity, direction } = {}) {
  const shown = width === Infinity ? text : fitted(text, width, size, weight);
  const runs = direction ?? directionOf(text);
  return inLine(parent, [[shown, ""]], sheet.place(x), y, { size, kind, weight, anchor: anchorOf(sheet, at, runs), direction: runs });
}

/* Lines of pieces from y on, each `leading` below the one before, on the side of their own direction between x and
   x + width from the beginning of the line. */
export function writeLines(sheet, parent, lines, x, width, y, { size = 13, kind = "ink", weight = 400, direction = "ltr", leading = size * 1.6 } = {}) {
  const side = (direction === "rtl") === sheet.rtl ? sheet.place(x) : sheet.place(x + width);
  lines.forEach((pieces, index) => inLine(parent, pieces, side, y + index * leading, { size, kind, weight, anchor: "start", direction }));
  return y + lines.length * leading;
}

function inLine(parent, pieces, x, y, { size, kind, weight, anchor, direction }) {
  const line = parent.append("text").attr("x", x).attr("y", y).attr("class", kind).attr("font-size", size)
    .attr("font-weight", weight).attr("text-anchor", anchor).attr("direction", direction);
  for (const [text, own] of pieces) {
    if (own) line.append("tspan").attr("class", own).attr("font-weight", 600).text(text); else line.append("tspan").text(text);
  }
  return line;
}

function anchorOf(sheet, at, direction) {
  if (at === "middle") return "middle";
  return (at === "start") === ((direction === "rtl") === sheet.rtl) ? "start" : "end";
}

/* A box that begins at x from the beginning of the line. */
export function box(sheet, parent, x, y, width, height, kind, radius = 0) {
  return parent.append("rect").attr("x", sheet.rtl ? sheet.place(x + width) : sheet.place(x)).attr("y", y)
    .attr("width", Math.max(0, width)).attr("height", height).attr("rx", radius).attr("class", kind);
}

export function line(sheet, parent, x1, y1, x2, y2, kind) {
  return parent.append("line").attr("x1", sheet.place(x1)).attr("y1", y1).attr("x2", sheet.place(x2)).attr("y2", y2).attr("class", kind);
}

/* A number in a disc, as at a quotation; several make it longer. */
export function disc(sheet, parent, x, y, text, kind, radius = 10) {
  const at = parent.append("g");
  const wide = Math.max(2 * radius, widthOf(text, 11, 600) + radius);
  at.append("rect").attr("x", sheet.place(x) - wide / 2).attr("y", y - radius).attr("width", wide).attr("height", 2 * radius)
    .attr("rx", radius).attr("class", kind);
  at.append("text").attr("x", sheet.place(x)).attr("y", y + 4).attr("text-anchor", "middle").attr("font-size", 11)
    .attr("font-weight", 600).attr("class", "on-accent").text(text);
  return at;
}
