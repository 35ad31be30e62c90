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
  replaced: takeReplaced,
  restriction,
  language: () => document.documentElement.lang,
};

document.querySelector("#language select").addEventListener("change", async (event) => {
  if (!await speak(event.target.value)) event.target.value = document.documentElement.lang;
});
