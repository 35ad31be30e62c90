/* The quotation behind a marker, shown beside it while the pointer or the keyboard rests there. */

import { element } from "./dom.js";

const MARKERS = "#chat button.cite, #chat button.closest";
const card = element("div", { id: "peek", hidden: true, attributes: { role: "tooltip" } });
document.body.append(card);

let marker = null;
let timer = 0;

/* The browser's own tooltip would stand beside ours. */
function quoteOf(button) {
  if (button.title) { button.dataset.quote = button.title; button.removeAttribute("title"); }
  return button.dataset.quote;
}

function titleOf(button) {
  const place = [...(button.closest(".answer")?.querySelectorAll("button.source") ?? [])].find((each) => each.value === button.value);
  return place?.closest("li")?.querySelector(".title")?.textContent ?? "";
}

function show(button) {
  clearTimeout(timer);
  const quote = quoteOf(button);
  if (!quote) return;
  marker = button;
  const title = titleOf(button);
  card.replaceChildren(element("p", { dir: "auto", className: "quote" }, quote),
    title ? element("p", { dir: "auto", className: "from" }, title) : "");
  card.hidden = false;
  button.setAttribute("aria-describedby", "peek");
  place(button.getBoundingClientRect());
}

/* Above the marker where there is room, else below it; never beyond the window. */
function place(box) {
  const gap = 8;
  const { width, height } = card.getBoundingClientRect();
  const left = Math.min(Math.max(gap, box.left + box.width / 2 - width / 2), innerWidth - width - gap);
  const above = box.top - height - gap;
  card.style.left = `${left}px`;
  card.style.top = `${above >= gap ? above : box.bottom + gap}px`;
}

function hide() {
  clearTimeout(timer);
  card.hidden = true;
  marker?.removeAttribute("aria-describedby");
  marker = null;
}

const later = (act, milliseconds) => { clearTimeout(timer); timer = setTimeout(act, milliseconds); };

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const button = event.target.closest?.(MARKERS);
  if (button) { quoteOf(button); if (button !== marker) later(() => show(button), 120); else clearTimeout(timer); }
  else if (event.target.closest?.("#peek")) clearTimeout(timer);
  else if (marker) later(hide, 200);
  else clearTimeout(timer);
});
document.addEventListener("focusin", (event) => {
  const button = event.target.closest?.(MARKERS);
  if (button?.matches(":focus-visible")) show(button);
  else if (marker) hide();
});
document.addEventListener("pointerdown", (event) => { if (!event.target.closest?.("#peek")) hide(); });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !card.hidden) { event.preventDefault(); hide(); }
}, { capture: true });
document.addEventListener("scroll", () => { if (marker) hide(); }, { capture: true, passive: true });
