/* Files and folders on their way into the library: one after another, each with what became of it. */

import { element, path } from "./dom.js";
import { counted, number, t } from "./words.js";

const KEPT = ["added", "replaced"];
let items = []; // {file, name, state, share, other, skipped, repeats}
let working = false;

/* What is dropped has to be looked at before anything else happens; folders are then gone through. */
export async function droppedFiles(transfer) {
  const dropped = [...transfer.items].filter((item) => item.kind === "file")
    .map((item) => ({ entry: item.webkitGetAsEntry?.(), file: item.getAsFile() }));
  const found = [];
  for (const { entry, file } of dropped) {
    if (entry) await gather(entry, "", found);
    else if (file) found.push({ name: file.name, file }); // a browser that knows no folders
  }
  return found;
}

async function gather(entry, folder, found) {
  const name = folder + entry.name;
  if (entry.isFile) {
    found.push({ name, file: await new Promise((resolve, reject) => entry.file(resolve, reject)) });
    return;
  }
  const reader = entry.createReader();
  // A folder gives its entries in parts, and says that it has no more by giving none.
  for (;;) {
    const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!part.length) return;
    for (const each of part) await gather(each, `${name}/`, found);
  }
}

export const chosenFiles = (input) => [...input.files].map((file) => ({ name: file.webkitRelativePath || file.name, file }));

/* Sends files; `limits` are the kinds and the size that are taken, `began` is called once the first is in. */
export async function add(room, files, limits, began) {
  items = [...items.filter((each) => each.state !== "gone"), ...files.map((each) => ({ ...each, state: "waiting", share: 0 }))];
  draw(room);
  if (working) return;
  working = true;
  for (let item; (item = items.find((each) => each.state === "waiting"));) {
    await take(room, item, limits, false);
    if (KEPT.includes(item.state)) began();
  }
  working = false;
}

async function take(room, item, limits, replace) {
  const suffix = /\.[^.\/]+$/.exec(item.name.toLowerCase())?.[0] ?? "";
  if (!limits.formats.includes(suffix)) item.state = "format";
  else if (item.file.size > limits.most_bytes) item.state = "too_large";
  else {
    item.state = "sending";
    item.limits = limits;
    update(room, item);
    const outcome = await send(item, replace, () => update(room, item));
    Object.assign(item, { state: outcome.outcome, other: outcome.other, skipped: outcome.skipped ?? [], id: outcome.file_id, reason: outcome.reason });
  }
  item.megabytes = limits.most_bytes / 1048576;
  update(room, item);
}

function send(item, replace, progressed) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch tells nothing of how far a body is
    request.open("PUT", `library/files?${new URLSearchParams({ name: item.name, replace })}`);
    request.upload.onprogress = (event) => { item.share = event.total ? event.loaded / event.total : 0; progressed(); };
    request.upload.onload = () => { item.state = "reading"; progressed(); };
    request.onload = () => resolve(request.status === 200 ? JSON.parse(request.responseText) : { outcome: "failed" });
    request.onerror = () => resolve({ outcome: "failed" });
    request.send(item.file);
  });
}

/* The build compares all texts: what was added may repeat an article under another name. */
export function tellRepeats(room, duplicates) {
  for (const item of items.filter((each) => KEPT.includes(each.state))) {
    const found = duplicates.find((each) => each.article_id === item.id || each.duplicate_of === item.id);
    item.repeats = found && (found.article_id === item.id ? found.duplicate_of : found.article_id);
    update(room, item);
  }
}

/* ---- the list ---- */

export function draw(room) {
  if (!items.length) return room.replaceChildren();
  for (const item of items) item.row = row(room, item);
  const hide = element("button", { type: "button", className: "plain", onclick: () => { items = items.filter((each) => each.state === "waiting"); draw(room); } },
    t("uploads_clear"));
  room.replaceChildren(element("div", { className: "summary" }, element("p", { attributes: { role: "status" } }), hide),
    element("ul", { tabIndex: 0, attributes: { "aria-label": t("add_files") } }, ...items.map((each) => each.row)));
  summarise(room);
}

function update(room, item) {
  const fresh = row(room, item);
  item.row?.replaceWith(fresh);
  item.row = fresh;
  summarise(room);
}

function summarise(room) {
  const line = room.querySelector("[role=status]");
  const added = items.filter((each) => KEPT.includes(each.state)).length;
  if (line) line.textContent = t("uploads_done", { added: number(added), total: number(items.length) });
}

function row(room, item) {
  const kind = KEPT.includes(item.state) ? "in" : ["waiting", "sending", "reading"].includes(item.state) ? "under-way" : "out";
  const replace = item.state === "exists" && element("button", { type: "button", className: "plain",
    onclick: async () => { await take(room, item, item.limits, true); room.dispatchEvent(new CustomEvent("replaced")); } }, t("upload_replace"));
  const bar = item.state === "sending" && element("progress", { max: 1, value: item.share, attributes: { "aria-label": item.name } });
  return element("li", { className: kind }, path(item.id || item.name),
    element("span", { className: "said" }, ...said(item)), bar || "", replace || "");
}

function said(item) {
  const name = `upload_${item.state}`;
  if (item.state === "same") return around(t(name, { other: "\u0000" }), item.other);
  const parts = [t(name, { size: item.megabytes === undefined ? "" : number(item.megabytes) })];
  if (["unreadable", "not_kept"].includes(item.state) && item.reason) parts.push(" – ", element("bdi", { dir: "auto" }, item.reason));
  if (item.repeats) parts.push(" · ", ...around(t("upload_repeats", { other: "\u0000" }), item.repeats));
  if (KEPT.includes(item.state) && item.skipped?.length) parts.push(` · ${counted("upload_rows", item.skipped.length)}`);
  return parts;
}

/* A file's name within a sentence that may run the other way. */
function around(sentence, name) {
  const [before, after] = sentence.split("\u0000");
  return [before, path(name), after];
}
