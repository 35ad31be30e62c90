/* Where the page's own script begins. Gradio's events reach it as `masdar`. */

import * as chat from "./chat.js";
import "./peek.js";
import { restriction } from "./restriction.js";
import "./side.js";
import "./source.js";
import "./theme.js";
import { takeReplaced } from "./turns.js";
import "./views.js";
import { speak } from "./words.js";

window.masdar = {
  connect: chat.connect,
  conversation: chat.conversation,
  opened: chat.opened,
  replaced: takeReplaced,
  restriction,
  language: () => document.documentElement.lang,
};

/* The tour is fetched by those who take it. */
const tour = async () => (await import("./tour.js")).startTour();
if (new URLSearchParams(location.search).has("tour")) tour();
document.addEventListener("click", (event) => { if (event.target.closest?.(".start-tour")) tour(); });

document.querySelector("#language select").addEventListener("change", async (event) => {
  if (!await speak(event.target.value)) event.target.value = document.documentElement.lang;
});
