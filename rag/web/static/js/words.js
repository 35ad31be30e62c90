/* The words of the page, in the language it speaks now. */

let words = JSON.parse(document.getElementById("words").textContent);

export const language = () => document.documentElement.lang;

/* The string of that name, with what it names in braces filled in. */
export function t(name, values = {}) {
  const text = words[name];
  if (typeof text !== "string") throw new Error(`no string ${name}`);
  return text.replace(/\{(\w+)\}/g, (blank, key) => String(values[key] ?? blank));
}

/* The form of a counted phrase that the count asks for. */
export function counted(name, count) {
  const category = new Intl.PluralRules(language()).select(count);
  return (words[name][category] || words[name].other).replace("{count}", number(count));
}

/* Digits as the rest of the page writes them. */
export function number(value) {
  return new Intl.NumberFormat(`${language()}-u-nu-latn`).format(value);
}

/* Changes the page's language in place; everything that has words of its own hears of it. */
export async function speak(chosen) {
  const answer = await fetch(`page/words/${chosen}`);
  if (!answer.ok) return false;
  words = await answer.json();
  document.documentElement.lang = chosen;
  document.documentElement.dir = ["ar", "he"].includes(chosen) ? "rtl" : "ltr";
  document.cookie = `masdar_language=${chosen}; max-age=31536000; path=/; samesite=lax`;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-t-title]")) node.title = t(node.dataset.tTitle);
  for (const node of document.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
  document.dispatchEvent(new CustomEvent("masdar:language"));
  return true;
}
