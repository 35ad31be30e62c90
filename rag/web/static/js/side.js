/* The reader's conversations beside the page: a column on a wide window, a drawer on a narrow one. */

import { conversation, openConversation, startConversation } from "./chat.js";
import { conversationRow } from "./conversation_row.js";
import { element, icon, iconButton } from "./dom.js";
import { language, t } from "./words.js";

const side = document.getElementById("side");
const opener = document.getElementById("conversations");
const root = document.documentElement;
const wide = matchMedia("(min-width: 75rem)");
const PAGE = 100;

const isOpen = () => (wide.matches ? root.dataset.side : root.dataset.drawer) === "open";

let search = null; // the field, once the list was built
let list = null;
let state = null; // one line where there is no list
let known = []; // what the server said last
let held = false; // a row is being worked on: what changes meanwhile is shown when it is done
let stale = false;
let request = 0;

/* ---- open and closed ---- */

function show(open) {
  if (wide.matches) {
    root.dataset.side = open ? "open" : "closed";
    document.cookie = `masdar_side=${open ? "open" : "closed"}; max-age=31536000; path=/; samesite=lax`;
  } else root.dataset.drawer = open ? "open" : "closed";
  settle();
  if (open) refresh();
}

/* A drawer is the only thing that can be reached while it is open. */
function settle() {
  const drawer = !wide.matches && isOpen();
  for (const id of ["header", "rooms", "source"]) document.getElementById(id).inert = drawer;
  if (drawer) side.setAttribute("aria-modal", "true"); else side.removeAttribute("aria-modal");
  side.setAttribute("role", drawer ? "dialog" : "complementary");
  opener.setAttribute("aria-expanded", String(isOpen()));
  if (isOpen() && !search) build();
}

export function closeDrawer() {
  if (wide.matches || !isOpen()) return;
  show(false);
}

opener.addEventListener("click", () => {
  show(!isOpen());
  // On a narrow window that would bring up a keyboard over the list.
  if (isOpen()) (wide.matches ? search : side).focus({ preventScroll: true });
});
wide.addEventListener("change", () => { root.dataset.drawer = "closed"; settle(); if (isOpen()) refresh(); });
document.getElementById("stage").addEventListener("click", (event) => {
  if (event.target.id === "stage") dismiss();
});
side.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  event.preventDefault();
  event.stopPropagation();
  if (search.value) { search.value = ""; refresh(); search.focus(); } else if (!wide.matches) dismiss();
});

function dismiss() {
  show(false);
  opener.focus({ preventScroll: true });
}

/* ---- the list ---- */

function build() {
  side.tabIndex = -1;
  side.setAttribute("aria-label", t("conversations"));
  search = element("input", { type: "search", placeholder: t("search_conversations"), maxLength: 200,
    attributes: { "aria-label": t("search_conversations") } });
  let timer = 0;
  search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(refresh, 150); });
  list = element("div", { className: "groups" });
  state = element("p", { className: "state", attributes: { role: "status" } });
  const bar = element("div", { className: "bar" }, element("h2", {}, t("conversations")),
    iconButton("plus", t("new_conversation"), () => { closeDrawer(); startConversation(); }, "plus"),
    iconButton("close", t("close_conversations"), dismiss, "close"));
  const sought = element("label", { className: "sought" }, icon("search"), search);
  side.replaceChildren(bar, sought, state, list);
}

async function fetchPage(offset) {
  const asked = new URLSearchParams({ search: search.value.trim(), limit: PAGE, offset });
  const answer = await fetch(`conversations?${asked}`);
  if (!answer.ok) throw new TypeError(`status ${answer.status}`);
  return answer.json();
}

async function refresh() {
  if (!isOpen() || !search) return;
  if (held) { stale = true; return; }
  stale = false;
  const current = ++request;
  try {
    const found = await fetchPage(0);
    if (current !== request || held) return;
    known = found;
    draw(found.length === PAGE);
  } catch (error) {
    if (current === request) { list.replaceChildren(); state.textContent = t("conversations_unreachable"); }
    if (!(error instanceof TypeError)) throw error;
  }
}

async function older() {
  const current = request;
  const found = await fetchPage(known.length);
  if (current !== request) return;
  const first = known.length;
  known = [...known, ...found];
  draw(found.length === PAGE);
  list.querySelectorAll("button.open")[first]?.focus();
}

const acts = {
  changed: () => refresh(),
  hold: (working) => { held = working; if (!working && stale) refresh(); },
  open: (id) => { closeDrawer(); openConversation(id); },
  gone: (id) => { if (id === conversation()) startConversation({ focus: false }); },
};

function draw(more) {
  held = false;
  const focused = side.contains(document.activeElement) ? document.activeElement : null;
  const row = focused?.closest("li")?.dataset.id;
  const kind = focused?.classList.contains("more") ? "more" : "open";
  const groups = new Map();
  for (const each of known) {
    const name = dayName(new Date(each.updated_at));
    groups.set(name, [...(groups.get(name) ?? []), conversationRow(each, acts)]);
  }
  list.replaceChildren(...[...groups].map(([name, rows]) =>
    element("section", {}, element("h3", {}, name), element("ul", {}, ...rows))));
  if (more) list.append(element("button", { type: "button", className: "older", onclick: older }, t("older_conversations")));
  state.textContent = known.length ? "" : t(search.value.trim() ? "no_conversation_found" : "no_conversations");
  markCurrent();
  if (row) list.querySelector(`li[data-id="${CSS.escape(row)}"] button.${kind}`)?.focus({ preventScroll: true });
}

/* Today, yesterday, a day of this week, or the month. */
function dayName(date) {
  const midnight = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
  const days = Math.round((midnight(date) - midnight(new Date())) / 86_400_000);
  const locale = `${language()}-u-nu-latn-ca-gregory`;
  if (days >= -1) return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.min(days, 0), "day");
  if (days > -7) return new Intl.DateTimeFormat(locale, { weekday: "long" }).format(date);
  return new Intl.DateTimeFormat(locale, { month: "long", year: "numeric" }).format(date);
}

function markCurrent() {
  for (const row of list?.querySelectorAll("li") ?? []) {
    const button = row.querySelector("button.open");
    if (row.dataset.id === conversation()) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

document.addEventListener("masdar:turns", () => { markCurrent(); refresh(); });
document.addEventListener("masdar:conversation", markCurrent);
document.addEventListener("masdar:language", () => {
  if (!search) return;
  const sought = search.value;
  held = false;
  build();
  search.value = sought;
  refresh();
});
settle();
if (isOpen()) refresh();
