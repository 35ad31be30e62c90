/* The conversation: which one it is, its buttons, and what Gradio leaves to be set right. */

import { closeSource, markOpeners, openCitation } from "./source.js";
import * as turns from "./turns.js";
import { follow } from "./follow.js";
import { copy } from "./notice.js";
import { restriction } from "./restriction.js";
import { showView } from "./views.js";
import { t } from "./words.js";

const CONVERSATION_KEY = "masdar-conversation";
const OPENERS = "button.cite, button.source, button.closest";

let trigger = () => {};

/* What is asked waits until the conversation it belongs to is on the page. */
let tellOpened = () => {};
let opening = new Promise((done) => { tellOpened = done; });
export const opened = () => tellOpened();
export const whenOpened = () => opening;

/* Gradio hands over how its events are fired. */
export function connect(fire) {
  trigger = fire;
}

function remembered() {
  try { return sessionStorage.getItem(CONVERSATION_KEY) || ""; } catch { return ""; }
}

let current = ""; // where the browser remembers nothing, this page does

function remember(id) {
  current = id;
  try { sessionStorage.setItem(CONVERSATION_KEY, id); } catch { /* private mode: this page only */ }
  return id;
}

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export const conversation = () => remembered() || current || remember(newId());

/* Shows an earlier conversation, or a new one under a new id. */
export function openConversation(id, { focus = true } = {}) {
  closeSource();
  turns.stopEditing();
  turns.write("");
  showView("ask");
  opening = new Promise((done) => { tellOpened = done; });
  trigger("open_conversation", { conversation: remember(id) });
  document.dispatchEvent(new CustomEvent("masdar:conversation"));
  if (focus) turns.focusQuestion();
}

export const startConversation = (how) => openConversation(newId(), how);

document.getElementById("new").addEventListener("click", () => startConversation());

document.addEventListener("masdar:language", () => {
  closeSource();
  trigger("speak_language", { language: document.documentElement.lang });
});

/* The questions to begin with, and what was read, are of the library as it is now. */
document.addEventListener("masdar:library", () => trigger("speak_language", { language: document.documentElement.lang }));

/* What the buttons on the page ask for, by their class. */
const acts = {
  starter: (button) => ask(button.value),
  offer: (button) => ask(button.value),
  retry: (button) => ask(turns.questionOf(button.value), button.value),
  again: (button) => ask(turns.questionOf(button.value), button.value),
  edit: (button) => turns.edit(button.value),
  undo: (button) => { turns.stopEditing(); closeSource(); trigger("drop_turns", { first: button.value }); turns.focusQuestion(); },
  copy: (button) => copy(button.value, t("copied"), t("copy_failed")),
  good: (button) => turns.rate(conversation(), button, true),
  bad: (button) => turns.rate(conversation(), button, false),
  why: (button) => showPicture("why", button),
  compare: (button) => showPicture("comparison", button),
};

/* Pictures are fetched when the first one is wanted. */
async function showPicture(kind, button) {
  (await import("./pictures/dialog.js")).showPicture(kind, conversation(), button.value, button);
}

export async function ask(question, replaced = "") {
  turns.stopEditing();
  await opening;
  trigger("ask_question", { question, replaced, restriction: restriction(), conversation: conversation() });
}

let pressed = null;
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  if (!button) return;
  if (button.matches(OPENERS)) openCitation(button);
  const name = button.closest("#chat, #welcome") && Object.keys(acts).find((each) => button.classList.contains(each));
  if (name) acts[name](button);
});
// While an answer grows its message is drawn anew, and a press on a node that is gone makes no click.
document.addEventListener("pointerdown", (event) => { pressed = event.target.closest?.(OPENERS) ?? null; });
document.addEventListener("pointerup", () => {
  if (pressed && !pressed.isConnected) openCitation(pressed);
  pressed = null;
});
document.addEventListener("click", (event) => { if (!event.target.closest?.("#report")) closeReport(); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.defaultPrevented) closeReport(); });
document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); turns.focusQuestion(); });

/* Tells of every question that was asked and every answer that ended. */
let told = "";
function tell() {
  const now = `${conversation()} ${document.querySelectorAll("#chat .asked").length} ${Boolean(document.querySelector("#chat .answer.busy"))}`;
  if (now !== told && told) document.dispatchEvent(new CustomEvent("masdar:turns"));
  told = now;
}

function closeReport() {
  document.getElementById("report")?.removeAttribute("open");
}

// Gradio names each message by its source, which would be read out in place of its text; its controls and its
// notices are in the language the page was loaded in, or in English.
function tidy() {
  follow();
  tell();
  markOpeners();
  for (const message of document.querySelectorAll('#chat [aria-label*="message:"]')) message.removeAttribute("aria-label");
  const log = document.querySelector('#chat [role="log"]');
  if (log) {
    log.setAttribute("aria-label", t("conversation"));
    log.setAttribute("aria-busy", String(Boolean(log.querySelector(".answer.busy"))));
  }
  // Gradio lets no data and no ARIA through in a message.
  for (const answer of document.querySelectorAll("#chat .answer:not([data-status])")) {
    const status = ["answered", "unanswerable", "unclear", "failed", "stopped"].find((each) => answer.classList.contains(each));
    if (status) answer.dataset.status = status;
  }
  for (const button of document.querySelectorAll("#chat .act:is(.good, .bad):not([aria-pressed])")) {
    button.setAttribute("aria-pressed", String(button.classList.contains("pressed")));
  }
  for (const toast of document.querySelectorAll('[data-testid="toast-text"]:not([data-own])')) {
    toast.dataset.own = "";
    toast.dir = "auto";
    if (/connection/i.test(toast.textContent)) toast.textContent = t("server_lost");
    else if (/queue/i.test(toast.textContent)) toast.textContent = t("server_busy");
  }
  for (const [selector, text] of [[".submit-button", t("ask")], [".stop-button", t("stop")]]) {
    const button = document.querySelector(`#question ${selector}`);
    if (button && button.title !== text) { button.title = text; button.setAttribute("aria-label", text); }
  }
}
new MutationObserver(tidy).observe(document.querySelector("gradio-app"), { childList: true, subtree: true });
