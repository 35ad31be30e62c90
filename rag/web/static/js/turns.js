/* One turn of the conversation: editing its question, and what the reader thinks of its answer. */

import { element, iconButton } from "./dom.js";
import { notice } from "./notice.js";
import { t } from "./words.js";

export const box = () => document.querySelector("#question textarea");

export function focusQuestion() {
  box()?.focus({ preventScroll: true });
}

export function questionOf(number) {
  return document.querySelectorAll("#chat .asked")[Number(number)]?.textContent ?? "";
}

/* ---- editing ---- */

let edited = ""; // the number of the turn whose question is being edited

function cancelEdit() {
  write("");
  stopEditing();
  focusQuestion();
}

export function edit(number) {
  stopEditing();
  edited = number;
  write(questionOf(number));
  document.getElementById("question").before(element("div", { id: "editing" }, element("span", {}, t("editing")),
    iconButton("close", t("cancel_edit"), cancelEdit)));
  focusQuestion();
}

/* Gradio hears of a change only through the event that typing makes. */
export function write(text) {
  if (!box()) return;
  box().value = text;
  box().dispatchEvent(new Event("input", { bubbles: true }));
}

export function stopEditing() {
  edited = "";
  document.getElementById("editing")?.remove();
}

/* The turn that the question now sent takes the place of, or "". */
export function takeReplaced() {
  const number = edited;
  stopEditing();
  return number;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !document.getElementById("editing")) return;
  event.preventDefault();
  cancelEdit();
});

/* ---- a thumb, and a word ---- */

export async function rate(conversation, button, liked) {
  const taken = button.classList.contains("pressed");
  const keep = (opinion, remark) => store(conversation, button.value, opinion, remark);
  if (!await keep(taken ? null : liked, "")) return notice(t("feedback_failed"));
  for (const each of button.parentElement.querySelectorAll(".act:is(.good, .bad)")) press(each, each === button && !taken);
  button.closest(".answer").querySelector(".remark")?.remove();
  if (!taken) askRemark(button, (remark) => keep(liked, remark));
}

function press(button, pressed) {
  button.classList.toggle("pressed", pressed);
  button.setAttribute("aria-pressed", String(pressed));
}

async function store(conversation, number, liked, remark) {
  try {
    const answer = await fetch(`conversations/${conversation}/turns/${number}/feedback`, {
      method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify({ liked, remark }) });
    return answer.ok;
  } catch { return false; }
}

function askRemark(button, keep) {
  const input = element("input", { type: "text", maxLength: 500, placeholder: t("feedback_word"), dir: "auto",
    attributes: { "aria-label": t("feedback_word") } });
  const shut = () => { form.remove(); button.focus({ preventScroll: true }); };
  const send = async () => {
    const kept = !input.value.trim() || await keep(input.value.trim());
    notice(t(kept ? "feedback_thanks" : "feedback_failed"));
    if (kept) shut();
  };
  const form = element("div", { className: "remark" }, input,
    element("button", { type: "button", onclick: send }, t("feedback_send")));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); send(); }
    if (event.key === "Escape") { event.preventDefault(); shut(); }
  });
  button.closest(".foot").after(form);
  input.focus({ preventScroll: true });
  form.scrollIntoView({ block: "nearest" });
}
