/* Light, dark, or as the system has it. The server puts the choice into the document, so that nothing flashes. */

import { notice } from "./notice.js";
import { t } from "./words.js";

const root = document.documentElement;
const button = document.getElementById("theme");
const CHOICES = ["auto", "light", "dark"];

const chosen = () => root.dataset.theme ?? "auto";

function choose(theme) {
  if (theme === "auto") delete root.dataset.theme; else root.dataset.theme = theme;
  document.cookie = `masdar_theme=${theme}; max-age=31536000; path=/; samesite=lax`;
  const name = `theme_${theme}`;
  button.dataset.tTitle = name;
  button.dataset.tLabel = name;
  button.title = t(name);
  button.setAttribute("aria-label", t(name));
  follow();
  document.dispatchEvent(new CustomEvent("masdar:theme"));
}

/* Gradio follows the system by a class of its own. */
function follow() {
  const dark = chosen() === "dark" || (chosen() === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  if (document.body.classList.contains("dark") !== dark) document.body.classList.toggle("dark", dark);
}

button.addEventListener("click", () => {
  choose(CHOICES[(CHOICES.indexOf(chosen()) + 1) % CHOICES.length]);
  notice(t(`theme_${chosen()}`));
});
new MutationObserver(follow).observe(document.body, { attributes: true, attributeFilter: ["class"] });
follow();
