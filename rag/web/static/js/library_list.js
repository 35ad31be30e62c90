/* The articles as a table: in order of a column, ticked, opened, taken out; and a page of them at a time. */

import { element, iconButton, path } from "./dom.js";
import { notice } from "./notice.js";
import * as restriction from "./restriction.js";
import { openPlace } from "./source.js";
import { counted, number, t } from "./words.js";

const COLUMNS = [["title", "column_title"], ["published", "column_date"], ["language", "column_language"],
  ["passages", "column_passages"], ["characters", "column_characters"]];

/* `asked` is changed by the headings and the pages; `again` then asks anew, and `remove` takes an article's file out. */
export function table(library, asked, { again, remove }) {
  const { page, changeable } = library;
  const all = element("input", { type: "checkbox", title: t("tick_shown"), attributes: { "aria-label": t("tick_shown") },
    onchange: () => { if (!tick(page.articles, all.checked)) all.checked = false; } });
  const heads = COLUMNS.map(([name, label]) => heading(name, label, asked, again));
  const made = element("table", {},
    element("thead", {}, element("tr", {}, element("th", { className: "tick" }, element("label", {}, all)), ...heads,
      changeable ? element("th", { className: "away" }, element("span", { className: "sr" }, t("remove_confirm"))) : "")),
    element("tbody", {}, ...page.articles.map((each) => row(each, changeable, remove))));
  refreshTicks(made);
  return made;
}

function heading(name, label, asked, again) {
  const current = asked.order === name;
  const button = element("button", { type: "button", value: name, onclick: () => {
    // Words are read from their beginning; of dates and sizes, the greatest come first.
    asked.descending = current ? !asked.descending : !["title", "language"].includes(name);
    asked.order = name;
    asked.offset = 0;
    again(`th button[value="${name}"]`);
  } }, t(label));
  return element("th", { className: name, attributes: { scope: "col", ...(current ? { "aria-sort": asked.descending ? "descending" : "ascending" } : {}) } }, button);
}

function row(each, changeable, remove) {
  const box = element("input", { type: "checkbox", value: each.article_id, attributes: { "aria-label": t("tick_article", { title: each.title }) },
    onchange: () => { if (!tick([each], box.checked)) box.checked = false; } });
  const cell = (name, label, text, properties = {}) => element("td", { className: name, attributes: { "data-label": t(label) }, ...properties }, text);
  return element("tr", {},
    element("td", { className: "tick" }, element("label", {}, box)),
    element("td", { className: "title" }, element("button", { type: "button", onclick: () => openPlace(each.article_id) },
      element("bdi", { dir: each.title_direction, lang: each.language }, each.title)), element("span", { className: "file" }, path(each.article_id))),
    cell("published", "column_date", each.published || t("undated")), cell("language", "column_language", each.language_name || "–"),
    cell("passages", "column_passages", number(each.passages)), cell("characters", "column_characters", number(each.characters)),
    changeable ? element("td", { className: "away" }, iconButton("remove", t("remove_article", { title: each.title }), () => remove(each))) : "");
}

function tick(articles, chosen) {
  const done = restriction.choose(articles.map((each) => ({ id: each.article_id, title: each.title })), chosen);
  if (!done) notice(t("most_ticked", { count: number(restriction.MOST_ARTICLES) }));
  return done;
}

export function refreshTicks(room) {
  const boxes = [...room.querySelectorAll("tbody input[type=checkbox]")];
  for (const box of boxes) {
    box.checked = restriction.isChosen(box.value);
    box.closest("tr").classList.toggle("chosen", box.checked);
  }
  const all = room.querySelector("thead input[type=checkbox]");
  if (!all) return;
  const count = boxes.filter((box) => box.checked).length;
  all.checked = count > 0 && count === boxes.length;
  all.indeterminate = count > 0 && count < boxes.length;
}

export function pages({ page }, asked, size, again) {
  if (page.found <= size) return "";
  const go = (step) => () => { asked.offset = Math.max(0, page.offset + step * size); again(step < 0 ? ".pages .back" : ".pages .forth"); };
  const back = iconButton("back", t("previous_page"), go(-1), "back");
  const forth = iconButton("forth", t("next_page"), go(1), "forth");
  back.disabled = page.offset === 0;
  forth.disabled = page.offset + size >= page.found;
  return element("nav", { className: "pages", attributes: { "aria-label": t("next_page") } }, back,
    element("span", {}, `${number(page.offset + 1)}–${number(page.offset + page.articles.length)}`), forth);
}

/* Asks before a file is taken out: what it holds, and where it stays. */
export async function askRemoval(frame, article) {
  let holds = 1;
  try {
    const answer = await fetch(`page/library/file?${new URLSearchParams({ name: article.file_id })}`);
    if (answer.ok) holds = (await answer.json()).articles;
  } catch (error) { if (!(error instanceof TypeError)) throw error; }
  return confirmed(frame, article, holds);
}

function confirmed(frame, article, holds) {
  const [before, after] = t("remove_kept", { folder: "\u0000" }).split("\u0000");
  const opener = document.activeElement;
  return new Promise((resolve) => {
    const close = (answer) => { dialog.close(); dialog.remove(); opener?.focus({ preventScroll: true }); resolve(answer); };
    const keep = element("button", { type: "button", className: "plain", onclick: () => close(false) }, t("remove_cancel"));
    const dialog = element("dialog", { attributes: { "aria-labelledby": "remove-title" }, oncancel: (event) => { event.preventDefault(); close(false); } },
      element("h2", { id: "remove-title" }, t("remove_title")), element("p", { className: "named" }, path(article.file_id)),
      element("p", {}, counted("remove_holds", holds)), element("p", { className: "kept" }, before, path(".removed"), after),
      element("div", { className: "choices" }, element("button", { type: "button", className: "alarm", onclick: () => close(true) }, t("remove_confirm")), keep));
    frame.append(dialog);
    dialog.showModal();
    keep.focus();
  });
}
