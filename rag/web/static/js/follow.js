/* Keeps the question that was asked last, and the beginning of its answer, in view while the answer grows. */

let questions = 0;
let following = false;

const scroller = () => document.querySelector("#chat .bubble-wrap");

export function follow() {
  const asked = document.querySelectorAll("#chat .asked");
  if (asked.length !== questions) following = asked.length > 0;
  questions = asked.length;
  const row = asked[questions - 1]?.closest(".message-row");
  const frame = scroller();
  // Gradio looks only then whether its button to the end still leads anywhere.
  frame?.dispatchEvent(new Event("scroll"));
  if (!following || !row || !frame) return;
  frame.scrollTop += row.getBoundingClientRect().top - frame.getBoundingClientRect().top - 16;
  following = Boolean(document.querySelector("#chat .busy"));
}

/* A reader who scrolls is followed no longer. */
for (const kind of ["wheel", "touchmove", "pointerdown"]) {
  document.addEventListener(kind, (event) => { if (event.target.closest?.("#chat")) following = false; }, { passive: true });
}
document.addEventListener("keydown", (event) => {
  if (["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"].includes(event.key)) following = false;
});
