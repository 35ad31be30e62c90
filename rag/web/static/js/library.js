/* The tab of the library: its list with search and filters, what is added to it, and what questions are restricted to. */

import { element, icon } from "./dom.js";
import { add, chosenFiles, draw as drawAdded, droppedFiles, tellRepeats } from "./library_add.js";
import { askRemoval, pages, refreshTicks, table } from "./library_list.js";
import { watch } from "./library_state.js";
import { notice } from "./notice.js";
import * as restriction from "./restriction.js";
import { focusQuestion } from "./turns.js";
import { showView } from "./views.js";
import { counted, language, number, t } from "./words.js";

const SIZE = 50;
const asked = { search: "", language: "", since: "", until: "", order: "published", descending: true, offset: 0 };

let frame = null;
let library = null; // the page of the list as it came last
let request = 0;
let typing = 0;

const room = (name) => frame.querySelector(`.${name}`);
const filtered = () => Boolean(asked.search.trim() || asked.language || asked.since || asked.until);

export function start(given) {
  frame = given;
  build();
  let inside = 0;
  const over = (by) => { inside = Math.max(0, inside + by); frame.classList.toggle("over", inside > 0); };
  const takes = (event) => library?.changeable && event.dataTransfer?.types.includes("Files");
  frame.addEventListener("dragenter", (event) => { if (takes(event)) { event.preventDefault(); over(1); } });
  frame.addEventListener("dragover", (event) => { if (takes(event)) event.preventDefault(); });
  frame.addEventListener("dragleave", (event) => { if (takes(event)) over(-1); });
  frame.addEventListener("drop", async (event) => {
    if (!takes(event)) return;
    event.preventDefault();
    over(-inside);
    send(await droppedFiles(event.dataTransfer));
  });
  document.addEventListener("masdar:restriction", () => { refreshTicks(frame); drawRestriction(); });
}

export function shown() {
  load();
  look();
}

export function spoken() {
  build();
  shown();
}

/* ---- the frame ---- */

function build() {
  const clickable = (name, drawing, label, onclick) => element("button", { type: "button", className: `tool ${name}`, onclick }, icon(drawing), t(label));
  const input = (name, properties) => element("input", { type: "file", hidden: true, multiple: true, className: name,
    onchange: (event) => { const files = chosenFiles(event.target); event.target.value = ""; send(files); }, ...properties });
  const files = input("files", {});
  const folder = input("folders", { webkitdirectory: true });
  frame.replaceChildren(element("div", { className: "leaf" },
    element("div", { className: "top" }, element("div", {}, element("h1", {}, t("library_title")), element("p", { className: "lead" }, t("library_hint"))),
      element("div", { className: "tools changes" }, clickable("add-files", "add", "add_files", () => files.click()),
        clickable("add-folder", "folder", "add_folder", () => folder.click()), clickable("refresh", "refresh", "library_refresh", refresh))),
    files, folder, element("p", { className: "drop" }), element("div", { className: "adding" }), element("div", { className: "building" }),
    filters(), element("div", { className: "listed" }), element("div", { className: "left-out" }),
    element("div", { className: "restricted", hidden: true, attributes: { role: "group", "aria-label": t("restricted_to") } })));
  room("adding").addEventListener("replaced", look);
  drawAdded(room("adding"));
  drawRestriction();
  if (library) drawList();
}

function filters() {
  const search = element("input", { type: "search", value: asked.search, maxLength: 200, dir: "auto", placeholder: t("search_articles"),
    className: "search", attributes: { "aria-label": t("search_articles") } });
  search.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(() => narrow({ search: search.value }), 180); });
  const choice = element("select", { className: "spoken", attributes: { "aria-label": t("column_language") }, onchange: () => narrow({ language: choice.value }) });
  const date = (name, label) => element("label", { className: "date" }, element("span", {}, t(label)),
    element("input", { type: "date", className: name, value: asked[name], onchange: (event) => narrow({ [name]: event.target.value }) }));
  return element("form", { className: "filters", onsubmit: (event) => event.preventDefault(), attributes: { role: "search" } },
    search, choice, date("since", "date_from"), date("until", "date_until"));
}

function narrow(change) {
  Object.assign(asked, change, { offset: 0 });
  load();
}

/* ---- the list ---- */

async function load(focus = "") {
  const current = ++request;
  const listed = room("listed");
  listed.setAttribute("aria-busy", "true");
  const wanted = Object.entries({ ...asked, limit: SIZE, lang: language() }).filter(([, value]) => value !== "");
  const found = await fetched(`page/library?${new URLSearchParams(wanted)}`);
  if (current !== request) return;
  listed.removeAttribute("aria-busy");
  if (found === null) {
    listed.replaceChildren(element("div", { className: "trouble", attributes: { role: "alert" } }, element("p", {}, t("list_failed")),
      element("button", { type: "button", className: "plain", onclick: () => load() }, t("try_again"))));
    return;
  }
  library = found;
  drawList();
  if (focus) frame.querySelector(focus)?.focus({ preventScroll: true });
}

async function fetched(address, options) {
  try {
    const answer = await fetch(address, options);
    return answer.ok ? await answer.json() : null;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function drawList() {
  const { page, changeable } = library;
  room("changes").hidden = !changeable;
  drawDrop();
  drawLanguages(page.languages);
  room("filters").hidden = !page.total;
  const listed = room("listed");
  if (!page.total) {
    listed.replaceChildren(element("div", { className: "empty" }, element("h2", {}, t("library_empty")), changeable ? element("p", {}, t("library_empty_hint")) : ""));
    return;
  }
  const body = page.found ? table(library, asked, { again: load, remove }) : element("p", { className: "none" }, t("nothing_listed"));
  listed.replaceChildren(element("div", { className: "count" }, element("p", { attributes: { role: "status" } }, count(page)), ...restricting(page)),
    body, pages(library, asked, SIZE, load));
}

function count(page) {
  return filtered() ? t("found_of", { found: number(page.found), total: number(page.total) }) : counted("count_articles", page.total);
}

function restricting(page) {
  const only = (asked.language || asked.since || asked.until) && page.found ? element("button", { type: "button", className: "plain only", onclick: () => {
    restriction.restrictTo({ languages: asked.language ? [asked.language] : [], since: asked.since || null, until: asked.until || null });
  } }, t("ask_only_these")) : "";
  const clear = filtered() ? element("button", { type: "button", className: "plain clear", onclick: () => {
    Object.assign(asked, { search: "", language: "", since: "", until: "", offset: 0 });
    room("filters").replaceWith(filters());
    load(".search");
  } }, t("clear_filters")) : "";
  return [only, clear];
}

function drawLanguages(languages) {
  const choice = room("spoken");
  const option = (value, text) => element("option", { value, selected: value === asked.language }, text);
  choice.replaceChildren(option("", t("all_languages")), ...languages.map((each) => option(each.code, `${each.name} (${number(each.articles)})`)));
}

function drawDrop() {
  const { changeable, formats, most_bytes: most } = library;
  const line = room("drop");
  if (!changeable) return line.replaceChildren(t("library_read_only"));
  const [before, after] = t("library_formats", { formats: "\u0000", size: number(most / 1048576) }).split("\u0000");
  line.replaceChildren(element("strong", {}, t("drop_here")), element("span", {}, before, element("bdi", { dir: "ltr" }, formats.join(" ")), after));
}

/* ---- what changes it ---- */

function send(files) {
  if (!files.length || !library?.changeable) return;
  add(room("adding"), files, library, look);
}

function look() {
  watch({ building: room("building"), leftOut: room("left-out") }, (state) => {
    load();
    tellRepeats(room("adding"), state.left_out.duplicates);
    document.dispatchEvent(new CustomEvent("masdar:library"));
  });
}

async function refresh() {
  if (await fetched("page/library/refresh", { method: "POST" }) === null) return notice(t("build_failed"));
  look();
}

async function remove(article) {
  if (!await askRemoval(frame, article)) return;
  const done = await fetched("page/library/remove", { method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ files: [article.file_id] }) });
  notice(t(done ? "removed_done" : "remove_failed"));
  if (!done) return;
  const gone = library.page.articles.filter((each) => each.file_id === article.file_id);
  restriction.choose(gone.map((each) => ({ id: each.article_id })), false);
  look();
}

/* ---- what questions are restricted to ---- */

function drawRestriction() {
  const bar = room("restricted");
  bar.hidden = !restriction.isRestricted();
  bar.replaceChildren(element("span", { className: "said" }, t("restricted_to")), element("span", { className: "chips" }, ...restriction.chips()),
    element("span", { className: "acts" }, element("button", { type: "button", className: "main-button", onclick: () => { showView("ask"); focusQuestion(); } }, t("view_ask")),
      element("button", { type: "button", className: "plain", onclick: restriction.lift }, t("lift_restriction"))));
}
