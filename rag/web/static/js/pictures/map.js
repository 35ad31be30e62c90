/* The passages on a plane, by what they say; a question among them, with what was found for it. */

import { element } from "../dom.js";
import { number, t } from "../words.js";
import { figure, table } from "./figure.js";
import { d3, directionOf, fitted, paper, widthOf, wrapped, write, writeLines } from "./paper.js";

const SERIES = 8;
const EDGE = 26;
const REACH = 28;
const LABELS = 16;
const LABEL = 12;
const SHAPES = [d3.symbolCircle, d3.symbolDiamond2, d3.symbolTriangle, d3.symbolSquare2, d3.symbolStar, d3.symbolCross, d3.symbolWye, d3.symbolSquare];
const LONGEST_CHOICE = 70;
const STAR = d3.symbol(d3.symbolStar, 130)();

export function map(view, cited, open) {
  const points = view.points.map(([article, tongue, start, end, x, y]) => ({ ...view.articles[article], article, tongue, start, end, x, y }));
  const state = { by: "language", question: null, placed: null, at: -1, places: [] };
  const last = cited.questions.filter((each) => each.passages.length).at(-1);
  const draw = (width) => drawMap(view, points, state, width);
  const questions = cited.questions.filter((each) => each.passages.length);
  const controls = [
    picker("map_colour_by", [["language", t("map_by_language")], ["article", t("map_by_article")]], "language", (value) => { state.by = value; picture.again(); }),
    questions.length ? picker("map_question", [["", t("map_no_question")], ...questions.map((each) => [String(each.number), shortened(each.question)])], String(last.number),
      (value) => ask(questions.find((each) => String(each.number) === value))) : "",
  ];
  const picture = figure({ name: "masdar-map", draw, words: inWords(view, points, open), controls });
  const place = picture.whole.querySelector(".place");
  pointing(place, points, state, open);
  if (last) ask(last);
  return picture;

  async function ask(question) {
    Object.assign(state, { question: question ?? null, placed: null });
    if (question) {
      const answer = await fetch("page/overview/place", { method: "POST", headers: { "content-type": "application/json" },
        body: JSON.stringify({ passage_ids: question.passages.map((each) => each.passage_id) }) });
      if (state.question !== question) return;
      if (answer.ok) state.placed = await answer.json();
    }
    picture.again();
  }
}

const shortened = (text) => (Array.from(text).length > LONGEST_CHOICE ? `${Array.from(text).slice(0, LONGEST_CHOICE).join("")}…` : text);

function picker(label, choices, chosen, choose) {
  const select = element("select", { onchange: () => choose(select.value) },
    ...choices.map(([value, text]) => element("option", { value, selected: value === chosen }, text)));
  return element("label", { className: "picker" }, element("span", {}, t(label)), select);
}

/* ---- the drawing ---- */

function drawMap(view, points, state, width) {
  const sheet = paper(width, 10, t("map_title"));
  const { svg } = sheet;
  write(sheet, svg, t("map_title"), 0, 24, { size: 20, weight: 600, width });
  const shown = { shown: number(points.length), total: number(view.total) };
  const said = points.length < view.total ? `${t("map_explained")} ${t("map_sample", shown)}` : t("map_explained");
  let y = writeLines(sheet, svg, wrapped([[said, ""]], width, 13), 0, width, 50, { kind: "soft", direction: document.documentElement.dir, leading: 22 });
  const series = seriesOf(view, points, state.by);
  y = legend(sheet, series, y + 6);
  if (state.placed) y = asked(sheet, state.question, y);
  const height = Math.round(width < 560 ? width * 1.1 : Math.min(600, width * 0.6));
  svg.append("rect").attr("x", 0.5).attr("y", y + 0.5).attr("width", width - 1).attr("height", height - 1).attr("rx", 14).attr("class", "ground");
  const top = y;
  const at = (point) => [EDGE + point.x * (width - 2 * EDGE), top + EDGE + (1 - point.y) * (height - 2 * EDGE)];
  state.places = points.map(at);
  dots(svg, points, series, state);
  if (state.placed) question(sheet, state, at, top, height);
  else labels(sheet, view, points, state.places, top, height);
  svg.append("circle").attr("class", "cursor").attr("r", 11).attr("visibility", "hidden").attr("data-only-here", "");
  svg.attr("height", y + height).attr("viewBox", `0 0 ${width} ${y + height}`);
  return svg.node();
}

/* Which colour and shape each point has, and what they stand for. Shapes tell apart what colours may not. */
function seriesOf(view, points, by) {
  const key = by === "language" ? (point) => point.tongue : (point) => point.article;
  const most = [...d3.rollup(points, (group) => group.length, key)].sort((one, other) => other[1] - one[1]);
  const places = new Map(most.slice(0, most.length > SERIES ? SERIES - 1 : SERIES).map(([value], index) => [value, index]));
  const names = [...places.keys()].map((value) => (by === "language" ? view.languages[value] || value : view.articles[value].title));
  return { placeOf: (point) => places.get(key(point)) ?? -1, names, others: most.length > places.size };
}

const colour = (place) => `series-${place < 0 ? "other" : place + 1}`;
const shape = (place, size) => d3.symbol(place < 0 ? d3.symbolCircle : SHAPES[place], size)();

function legend(sheet, series, y) {
  const entries = series.names.map((text, place) => [place, text]);
  if (series.others) entries.push([-1, t("other_articles")]);
  const widest = Math.min(220, sheet.width - 24);
  let x = 0;
  for (const [place, text] of entries) {
    const shown = fitted(text, widest, 13);
    const wide = 20 + widthOf(shown, 13) + 22;
    if (x && x + wide - 22 > sheet.width) { x = 0; y += 26; }
    sheet.svg.append("path").attr("d", shape(place, 80)).attr("transform", `translate(${sheet.place(x + 7)} ${y + 4})`).attr("class", colour(place));
    write(sheet, sheet.svg, shown, x + 20, y + 9, { size: 13 });
    x += wide;
  }
  return y + 26;
}

function dots(svg, points, series, state) {
  const size = points.length < 150 ? 90 : points.length < 500 ? 52 : 34;
  const group = svg.append("g").attr("class", state.placed ? "dots faint" : "dots");
  const found = new Set(state.placed?.passages.map((each) => `${each.article_id} ${each.start}`));
  points.forEach((point, index) => {
    const place = series.placeOf(point);
    const is = found.has(`${point.article_id} ${point.start}`) ? " found" : "";
    group.append("path").attr("d", shape(place, size)).attr("transform", `translate(${state.places[index].join(" ")})`)
      .attr("class", colour(place) + is).attr("data-article", point.article);
  });
}

/* The titles of the largest articles, at the point nearest to the middle of their points, where they do not cover
   one another. */
function labels(sheet, view, points, places, top, height) {
  const taken = [];
  const groups = [...d3.group(d3.range(points.length), (index) => points[index].article)].sort((one, other) => other[1].length - one[1].length);
  for (const [article, indices] of groups) {
    if (taken.length >= LABELS) break;
    const middle = [0, 1].map((axis) => d3.mean(indices, (index) => places[index][axis]));
    const [x, y] = places[d3.least(indices, (index) => (places[index][0] - middle[0]) ** 2 + (places[index][1] - middle[1]) ** 2)];
    const { title } = view.articles[article];
    const shown = fitted(title, Math.min(190, sheet.width * 0.4), LABEL);
    const wide = widthOf(shown, LABEL);
    const from = Math.min(Math.max(8, x - wide / 2), sheet.width - wide - 8);
    const spot = [y - 12, y + 22].map((line) => ({ x: from, y: line - LABEL, width: wide, height: LABEL + 5, line }))
      .find((each) => each.y > top + 4 && each.line < top + height - 8 && !taken.some((other) => meet(each, other)));
    if (!spot) continue;
    taken.push(spot);
    sheet.svg.append("text").attr("x", from + wide / 2).attr("y", spot.line).attr("text-anchor", "middle").attr("font-size", LABEL)
      .attr("direction", directionOf(shown)).attr("class", "halo paper ink").text(shown);
  }
}

const meet = (one, other) => one.x < other.x + other.width + 6 && other.x < one.x + one.width + 6 && one.y < other.y + other.height + 2 && other.y < one.y + one.height + 2;

function question(sheet, state, at, top, height) {
  const { svg } = sheet;
  const [x, y] = at(state.placed);
  const stateOf = new Map(state.question.passages.map((each) => [each.passage_id, each]));
  const found = [...state.placed.passages].reverse().map((each) => ({ ...each, ...stateOf.get(each.passage_id), place: at(each) }));
  for (const each of found) svg.insert("line", ".dots").attr("x1", x).attr("y1", y).attr("x2", each.place[0]).attr("y2", each.place[1]).attr("class", `ray ${each.state}`);
  for (const each of found) ring(svg, each.state, ...each.place);
  svg.append("path").attr("d", d3.symbol(d3.symbolStar, 320)()).attr("transform", `translate(${x} ${y})`).attr("class", "asked-here");
  const quoted = found.filter((each) => each.state === "quoted").reverse();
  const taken = [{ x: x - 14, y: y - 14, width: 28, height: 28 }];
  const marks = found.map(({ place }) => ({ x: place[0] - 8, y: place[1] - 8, width: 16, height: 16 }));
  const reach = Math.max(200, Math.min(340, sheet.width * 0.4));
  for (const each of quoted.filter((one, index) => quoted.findIndex((other) => other.article_id === one.article_id) === index)) {
    const shown = fitted(each.title, reach, LABEL);
    const wide = widthOf(shown, LABEL);
    const spots = besides(each.place, wide, sheet.width)
      .filter((one) => one.y > top + 4 && one.line < top + height - 8 && !taken.some((other) => meet(one, other)));
    const spot = spots.find((one) => !marks.some((other) => meet(one, other))) ?? spots[0];
    if (!spot) continue;
    taken.push(spot);
    svg.append("text").attr("x", spot.x + wide / 2).attr("y", spot.line).attr("text-anchor", "middle").attr("font-size", LABEL)
      .attr("direction", directionOf(shown)).attr("class", "halo paper ink").text(shown);
  }
}

/* Where a label so wide may stand at a mark: below and above it, beside it, and farther off. */
function besides([x, y], wide, width) {
  const within = (from) => Math.min(Math.max(8, from), width - wide - 8);
  const spots = [[x - wide / 2, y + 28], [x - wide / 2, y - 18], [x + 18, y + 4], [x - 18 - wide, y + 4], [x - 10, y + 30], [x + 10 - wide, y + 30],
    [x - 10, y - 18], [x + 10 - wide, y - 18], [x - wide / 2, y + 46], [x - wide / 2, y - 36]];
  return spots.map(([from, line]) => ({ x: within(from), y: line - LABEL, width: wide, height: LABEL + 5, line }));
}

/* What was found keeps the shape and colour of its series: what became of it is told by a ring around these. */
function ring(svg, state, x, y) {
  if (state !== "considered") svg.append("circle").attr("cx", x).attr("cy", y).attr("r", state === "quoted" ? 11 : 9).attr("class", `ring ${state}`);
}

/* The question stands above the map, beside the star that shows its place: on it, it would cover what was found. */
function asked(sheet, { question: text, direction, passages }, y) {
  sheet.svg.append("path").attr("d", STAR).attr("transform", `translate(${sheet.place(9)} ${y + 6})`).attr("class", "asked-here");
  const lines = wrapped([[text, ""]], sheet.width - 26, 15, { most: 2, weight: 600 });
  lines.forEach((pieces, index) => write(sheet, sheet.svg, pieces.map(([words]) => words).join(""), 26, y + 12 + index * 24, { size: 15, weight: 600, direction }));
  y += lines.length * 24 + 8;
  let x = 0;
  for (const state of ["quoted", "read"].filter((each) => passages.some((passage) => passage.state === each))) {
    ring(sheet.svg, state, sheet.place(x + 11), y + 4);
    write(sheet, sheet.svg, t(`state_${state}`), x + 28, y + 9, { size: 13, kind: "soft", direction: document.documentElement.dir });
    x += 28 + widthOf(t(`state_${state}`), 13) + 22;
  }
  return y + 30;
}

/* ---- pointing, by hand or by keyboard ---- */

function pointing(place, points, state, open) {
  const tip = element("div", { className: "tip", hidden: true });
  const spoken = element("p", { className: "sr", attributes: { role: "status" } });
  place.tabIndex = 0;
  place.setAttribute("role", "application");
  place.setAttribute("aria-label", `${t("map_title")}. ${t("map_keys")}`);
  place.after(tip, spoken);
  const show = (index) => {
    state.at = index;
    const drawing = place.querySelector("svg");
    const cursor = drawing?.querySelector(".cursor");
    tip.hidden = index < 0;
    for (const dot of drawing?.querySelectorAll(".dots .kin") ?? []) dot.classList.remove("kin");
    if (!cursor) return;
    cursor.setAttribute("visibility", index < 0 ? "hidden" : "visible");
    drawing.querySelector(".dots").classList.toggle("pointed", index >= 0);
    if (index < 0) return;
    const point = points[index];
    const [x, y] = state.places[index];
    cursor.setAttribute("cx", x);
    cursor.setAttribute("cy", y);
    for (const dot of drawing.querySelectorAll(`.dots [data-article="${point.article}"]`)) dot.classList.add("kin");
    tip.replaceChildren(element("p", { dir: point.direction, lang: point.language }, point.title));
    const frame = place.getBoundingClientRect();
    const outer = place.parentElement.getBoundingClientRect();
    const wide = tip.getBoundingClientRect().width;
    tip.style.left = `${frame.left - outer.left + Math.min(Math.max(0, x - wide / 2), frame.width - wide)}px`;
    tip.style.top = `${frame.top - outer.top + y + 18}px`;
  };
  const near = (event) => {
    const frame = place.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    const index = d3.leastIndex(state.places, (one, other) => Math.hypot(one[0] - x, one[1] - y) - Math.hypot(other[0] - x, other[1] - y));
    return index >= 0 && Math.hypot(state.places[index][0] - x, state.places[index][1] - y) < REACH ? index : -1;
  };
  const openAt = (index) => { if (index >= 0) open(points[index].article_id, points[index].start, points[index].end); };
  place.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch") show(near(event)); });
  place.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") show(-1); });
  place.addEventListener("click", (event) => { const index = near(event); show(index); openAt(index); });
  place.addEventListener("blur", () => show(-1));
  place.addEventListener("keydown", (event) => {
    const [along, across] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (event.key === "Enter") { openAt(state.at); return; }
    if (!along && !across) return;
    event.preventDefault();
    show(state.at < 0 ? 0 : next(state.places, state.at, along, across));
    const point = points[state.at];
    spoken.textContent = point.title;
  });
}

/* The nearest point that lies that way, more along it than aside; else the one we are at. */
function next(places, from, along, across) {
  let best = from;
  let least = Infinity;
  places.forEach(([x, y], index) => {
    const forward = (x - places[from][0]) * along + (y - places[from][1]) * across;
    const aside = Math.abs((x - places[from][0]) * across) + Math.abs((y - places[from][1]) * along);
    if (index !== from && forward > 0.5 && aside <= 2 * forward && forward + aside < least) { least = forward + aside; best = index; }
  });
  return best;
}

function inWords(view, points, open) {
  const rows = [...d3.rollup(points, (group) => group.length, (point) => point.article)].map(([index, count]) => {
    const article = view.articles[index];
    const first = points.find((point) => point.article === index);
    return [element("button", { type: "button", className: "to-source", dir: article.direction, lang: article.language,
      onclick: () => open(article.article_id, first.start, first.end) }, article.title),
    view.languages[first.tongue] || "", number(count)];
  });
  return element("div", {}, element("p", {}, t("map_explained")), table([t("article"), t("column_language"), t("map_passages")], rows));
}
