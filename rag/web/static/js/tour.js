/* The guided tour: questions put to the assistant one after the other, each with a sentence on what it shows. */

import { ask, startConversation, whenOpened } from "./chat.js";
import { element, icon, iconButton } from "./dom.js";
import { notice } from "./notice.js";
import { closeSource, openCitation } from "./source.js";
import { showView } from "./views.js";
import { language, number, t } from "./words.js";

const root = document.documentElement;
const WIDE = matchMedia("(min-width: 62rem)");
const SECONDS_BEFORE_THE_SOURCE = 1.2;

let steps = [];
let words = {};
let at = -1;
let asked = new Map(); // the number of the question that a step asked
let bar = null;
let starting = false;
let turn = 0; // what was begun for an earlier step ends unseen

const shown = () => [...document.querySelectorAll("#chat .asked")];

export async function startTour() {
  if (bar || !await fetchSteps()) return;
  asked = new Map();
  root.dataset.touring = "";
  bar = element("section", { id: "tour" });
  document.getElementById("stage").after(bar);
  await whenOpened();
  starting = true;
  showView("ask");
  startConversation({ focus: false });
  starting = false;
  await whenOpened();
  go(0);
}

async function fetchSteps() {
  try {
    const answer = await fetch(`page/tour/${language()}`);
    const said = await answer.json();
    if (!answer.ok) { notice(said.detail); forget(); return false; }
    const tabs = [...document.querySelectorAll("#views [data-view]")].map((tab) => tab.dataset.view);
    words = said.words;
    steps = said.steps.filter(({ name }) => name !== "lookup" || tabs.includes("lookup"));
    return true;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    notice(t("not_done"));
    return false;
  }
}

/* ---- a step ---- */

function go(step) {
  if (step < 0 || !bar) return;
  if (step >= steps.length) { leave(); return; }
  at = step;
  closeSource();
  draw();
  play(steps[at], ++turn);
}

async function play({ name, question }, current) {
  const still = () => current === turn && bar;
  if (name === "lookup") {
    await showView("lookup");
    const field = document.getElementById("lookup-query");
    field.value = question;
    field.form.requestSubmit();
    await until(() => document.querySelector("#lookup .found > *") && !document.querySelector("#lookup .found[aria-busy]"));
    if (still()) rest();
    return;
  }
  showView("ask");
  const earlier = asked.get(at);
  if (earlier !== undefined && shown()[earlier]?.textContent === question) {
    shown()[earlier].closest(".message-row").scrollIntoView({ block: "start" });
  } else {
    asked.set(at, shown().length);
    ask(question);
  }
  const place = asked.get(at);
  await until(() => isAnswered(place));
  if (!still()) return;
  rest();
  if (name !== "short" && name !== "across") return;
  await new Promise((done) => setTimeout(done, 1000 * SECONDS_BEFORE_THE_SOURCE));
  const chip = answerAt(place)?.querySelector("button.cite");
  if (!still() || !chip || !WIDE.matches) return;
  await openCitation(chip);
  if (still()) focusNext();
}

const answerAt = (place) => shown()[place]?.closest(".message-row").nextElementSibling?.querySelector(".answer");

function isAnswered(place) {
  const answer = answerAt(place);
  return Boolean(answer) && !answer.classList.contains("busy");
}

/* Resolves when `there` holds; looked at whenever the page changes. */
function until(there) {
  return new Promise((done) => {
    if (there()) { done(); return; }
    const observer = new MutationObserver(() => { if (there() || !bar) { observer.disconnect(); done(); } });
    observer.observe(document.body, { childList: true, subtree: true, attributes: true });
  });
}

/* ---- the bar ---- */

const next = () => bar?.querySelector(".next");
const focusNext = () => next()?.focus({ preventScroll: true });

function draw() {
  const step = steps[at];
  const last = at === steps.length - 1;
  const arrow = (name) => element("span", { className: `arrow to-${name}` }, icon(name));
  const back = element("button", { type: "button", className: "back", disabled: at === 0, onclick: () => go(at - 1) }, arrow("previous"), words.back);
  const forth = element("button", { type: "button", className: "next", onclick: () => { if (!forth.ariaDisabled) go(at + 1); } },
    last ? words.end : words.forward, last ? "" : arrow("next"));
  forth.ariaDisabled = "true";
  forth.ariaBusy = "true";
  const dots = element("span", { className: "dots", attributes: { "aria-hidden": "true" } },
    ...steps.map((_, index) => element("i", { className: index === at ? "here" : index < at ? "past" : "" })));
  const position = t("citation_position", { number: number(at + 1), total: number(steps.length) });
  const said = element("div", { className: "said", attributes: { "aria-live": "polite" } },
    element("p", { className: "step" }, element("span", { className: "sr" }, position), dots, element("strong", {}, step.title)),
    element("p", { className: "sentence" }, step.sentence));
  bar.setAttribute("aria-label", words.name);
  bar.replaceChildren(said, element("div", { className: "buttons" }, back, forth, iconButton("close", words.leave, leave, "leave")));
  focusNext();
}

function rest() {
  const button = next();
  if (!button) return;
  button.ariaDisabled = null;
  button.ariaBusy = null;
  if (!document.activeElement?.closest("#source")) focusNext();
}

export function leave() {
  if (!bar) return;
  turn += 1;
  bar.remove();
  bar = null;
  delete root.dataset.touring;
  forget();
  showView("ask");
  document.querySelector("#question textarea")?.focus({ preventScroll: true });
}

/* A page that is loaded again does not begin anew. */
function forget() {
  const address = new URL(location.href);
  address.searchParams.delete("tour");
  history.replaceState(null, "", address);
}

/* ---- keys, also those of a presenter's remote ---- */

document.addEventListener("keydown", (event) => {
  if (!bar || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.target.closest?.("textarea, input, select")) return;
  const forward = root.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const backward = root.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
  if ([forward, "PageDown"].includes(event.key)) { event.preventDefault(); next()?.click(); }
  else if ([backward, "PageUp"].includes(event.key)) { event.preventDefault(); go(at - 1); }
  else if (event.key === "Escape") { event.preventDefault(); leave(); }
});
document.addEventListener("masdar:conversation", () => { if (bar && !starting) leave(); });
document.addEventListener("masdar:language", async () => {
  if (!bar || !await fetchSteps()) return;
  const waiting = next()?.ariaDisabled;
  draw();
  if (!waiting) rest();
});
