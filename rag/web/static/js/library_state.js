/* How far the library is behind what was added and removed, and what could not be read. */

import { element, path } from "./dom.js";
import { counted, t } from "./words.js";

const MILLISECONDS_BETWEEN = 600;
const STAGES = { "": "build_waiting", read: "build_read", split: "build_read", encode: "build_encode", write: "build_write" };

let timer = 0;
let ended = null;

/* Looks until no build is under way; `done` is called after each that ended meanwhile. */
export async function watch(rooms, done) {
  clearTimeout(timer);
  const state = await fetched();
  if (state === null) return;
  const news = ended !== null && state.build.ended > ended;
  ended = state.build.ended;
  drawBuild(rooms.building, state, news);
  drawLeftOut(rooms.leftOut, state.left_out);
  if (news && !state.build.failed) done(state);
  if (state.build.busy) timer = setTimeout(() => watch(rooms, done), MILLISECONDS_BETWEEN);
}

async function fetched() {
  try {
    const answer = await fetch("page/library/state");
    return answer.ok ? await answer.json() : null;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function drawBuild(room, { build, ...state }, news) {
  if (build.busy) {
    let line = room.querySelector(".under-way");
    if (!line) {
      line = element("div", { className: "under-way" }, element("progress", { attributes: { "aria-label": t("library_refresh") } }),
        element("p", { attributes: { role: "status" } }));
      room.replaceChildren(line);
    }
    const bar = line.querySelector("progress");
    if (build.total) { bar.max = build.total; bar.value = build.done; } else bar.removeAttribute("value");
    const text = `${t(STAGES[build.stage] ?? "build_read")} ${t("build_meanwhile")}`;
    if (line.querySelector("p").textContent !== text) line.querySelector("p").textContent = text;
  } else if (build.failed) {
    room.replaceChildren(element("div", { className: "trouble", attributes: { role: "alert" } }, element("p", {}, t("build_failed")),
      element("p", { dir: "auto", className: "reason" }, build.failed)));
  } else if (news) {
    const counts = [["count_added", state.added], ["count_changed", state.changed], ["count_removed", state.removed]]
      .filter(([, count]) => count).map(([name, count]) => counted(name, count));
    room.replaceChildren(element("p", { className: "done", attributes: { role: "status" } }, counts.join(" · ") || t("build_nothing")));
  } else if (!room.querySelector(".done")) room.replaceChildren();
}

function drawLeftOut(room, left) {
  const open = room.querySelector("details")?.open ?? false;
  const parts = [];
  if (left.skipped_count) {
    parts.push(list(counted("count_skipped", left.skipped_count), left.skipped_count,
      left.skipped.map(([name, reason]) => [path(name), element("bdi", { dir: "auto" }, reason)])));
  }
  if (left.duplicates_count) {
    parts.push(list(counted("count_duplicates", left.duplicates_count), left.duplicates_count,
      left.duplicates.map((each) => {
        const [before, after] = t("duplicate_of", { article: "\u0000" }).split("\u0000");
        return [path(each.article_id), before, path(each.duplicate_of), after];
      })));
  }
  const counts = [["count_skipped", left.skipped_count], ["count_duplicates", left.duplicates_count]].filter(([, count]) => count);
  room.replaceChildren(...(parts.length ? [element("details", { open },
    element("summary", {}, counts.map(([name, count]) => counted(name, count)).join(" · ")), ...parts)] : []));
}

function list(title, count, rows) {
  const items = rows.map(([name, ...reason]) => element("li", {}, name, element("span", { className: "said" }, ...reason)));
  if (count > rows.length) items.push(element("li", {}, "…"));
  return element("section", {}, element("h2", {}, title), element("ul", {}, ...items));
}
