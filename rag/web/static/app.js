/* The page's own script: opens articles beside the conversation, and holds the reader's language and conversation.
   Text of articles is only ever written with textContent. */
"use strict";

const masdar = (() => {
  const CONVERSATION_KEY = "masdar-conversation";
  const OPENERS = "button.cite, button.source, button.closest";
  let opener = null; // the button whose article is open; focus returns to it
  let request = 0;

  /* ---- the reader's conversation and language ---- */

  function remembered() {
    try { return sessionStorage.getItem(CONVERSATION_KEY) || ""; } catch { return ""; }
  }

  function newConversation() {
    const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    try { sessionStorage.setItem(CONVERSATION_KEY, id); } catch { /* private mode: this page only */ }
    close();
    return id;
  }

  function setLanguage(language) {
    const rightToLeft = ["ar", "he"].includes(language);
    document.documentElement.lang = language;
    document.documentElement.dir = rightToLeft ? "rtl" : "ltr";
    document.cookie = `masdar_language=${language}; max-age=31536000; path=/; samesite=lax`;
    close();
    return language;
  }

  function words() {
    return document.getElementById("header")?.dataset ?? {};
  }

  /* ---- the panel ---- */

  function element(name, properties = {}, ...children) {
    const { className, dir, lang, ...rest } = properties;
    const made = Object.assign(document.createElement(name), rest);
    if (className) made.className = className;
    if (dir) made.dir = dir;
    if (lang && lang !== "und") made.lang = lang;
    made.append(...children.filter((child) => child !== null && child !== ""));
    return made;
  }

  function parse(value) {
    const [, id, start, end] = value.match(/^([^]*):(\d+):(\d+)$/) ?? [];
    return id === undefined ? null : { id, start: Number(start), end: Number(end) };
  }

  async function open(button, value) {
    const place = parse(value);
    if (!place) return;
    const current = ++request;
    opener = button;
    markOpener(value);
    if (panel().hidden) show(element("p", { className: "state" }, words().opening));
    const path = place.id.split("/").map(encodeURIComponent).join("/");
    const language = document.documentElement.lang;
    try {
      const answer = await fetch(`panel/${path}?start=${place.start}&end=${place.end}&lang=${language}`);
      if (current !== request) return;
      if (answer.status === 404 || answer.status === 400) return showState(words().gone);
      if (!answer.ok) return showState(words().unreachable);
      const view = await answer.json();
      if (current === request) showArticle(view, alsoCited(button, place));
    } catch {
      if (current === request) showState(words().unreachable);
    }
  }

  function showState(text) {
    show(element("p", { className: "state" }, text));
    focusPanel();
  }

  function alsoCited(button, place) {
    const places = [...(button.closest(".answer")?.querySelectorAll("button.cite") ?? [])].map((each) => parse(each.value));
    return places.filter((each) => each && each.id === place.id && (each.start !== place.start || each.end !== place.end));
  }

  function panel() {
    let found = document.getElementById("source");
    if (!found) {
      found = element("aside", { id: "source", hidden: true });
      document.body.append(found);
    }
    return found;
  }

  function show(...body) {
    const label = words();
    const shut = element("button", { type: "button", className: "close", title: label.close, onclick: close },
      element("span", { className: "sr" }, label.close));
    const bar = element("div", { className: "bar" }, element("span", { className: "kind" }, label.article), shut);
    const target = panel();
    target.setAttribute("aria-label", label.article);
    target.replaceChildren(bar, ...body);
    target.hidden = false;
    document.body.classList.add("reading");
  }

  function focusPanel() {
    panel().querySelector("button.close").focus({ preventScroll: true });
  }

  function showArticle(view, others) {
    const label = words();
    const facts = element("p", { className: "facts" },
      element("bdi", { dir: "ltr", className: "path" }, ...pathParts(view.article_id)),
      view.language_name && element("span", {}, view.language_name),
      view.published && element("span", {}, view.published),
      element("a", { href: view.text_address, target: "_blank", rel: "noopener" }, label.openText));
    const head = element("div", { className: "head" },
      element("h2", { dir: view.title_direction, lang: view.language }, view.title), facts);
    const text = element("div", { className: "text", dir: view.direction, lang: view.language, tabIndex: 0 },
      view.excerpt ? element("p", { className: "excerpt", dir: document.documentElement.dir }, label.excerpt) : "",
      marked(view, others));
    show(head, text);
    focusPanel();
    const mark = text.querySelector("mark:not(.also)");
    if (mark) mark.scrollIntoView({ block: "center" });
  }

  /* Each part by itself: else a folder and a file name in Arabic would change places around the slash. */
  function pathParts(id) {
    return id.split("/").flatMap((part, index) => [index ? "/" : "", element("bdi", { dir: "ltr" }, part)]);
  }

  /* Offsets count code points, strings count UTF-16 units: hence the array. */
  function marked(view, others) {
    const points = Array.from(view.text);
    const spans = [{ start: view.start, end: view.end, main: true }, ...others]
      .filter((span) => span.start !== null)
      .map((span) => ({ ...span, start: span.start - view.text_start, end: span.end - view.text_start }))
      .filter((span) => span.start >= 0 && span.end <= points.length);
    const kinds = new Uint8Array(points.length);
    for (const span of spans.reverse()) kinds.fill(span.main ? 2 : 1, span.start, span.end);
    const block = element("p");
    for (let from = 0, to; from < points.length; from = to) {
      to = from + 1;
      while (to < points.length && kinds[to] === kinds[from]) to += 1;
      const lines = spaced(points.slice(from, to).join(""), /\n\s*\n/.test(view.text));
      block.append(...(kinds[from] ? [element("mark", { className: kinds[from] === 2 ? "" : "also" }, ...lines)] : lines));
    }
    return block;
  }

  /* Line ends as blocks with a height of their own: paragraphs are set apart whether or not blank lines do so, and the
     text stays what it is, character by character. */
  function spaced(text, hasBlankLines) {
    return text.split(/(\n\s*)/).filter(Boolean).map((piece) => {
      if (!piece.startsWith("\n")) return piece;
      const apart = !hasBlankLines || piece.indexOf("\n", 1) > 0;
      return element("span", { className: apart ? "gap" : "break" }, piece);
    });
  }

  function close() {
    const target = panel();
    request += 1;
    if (target.hidden) return;
    target.hidden = true;
    target.replaceChildren();
    document.body.classList.remove("reading");
    markOpener(null);
    // The message may have been drawn anew since: its button then is another node with the same value.
    const again = opener?.isConnected ? opener : byValue(opener?.value);
    (again ?? document.querySelector("#question textarea"))?.focus({ preventScroll: true });
    opener = null;
  }

  function byValue(value) {
    return [...document.querySelectorAll(OPENERS)].find((button) => button.value === value);
  }

  function markOpener(value) {
    for (const button of document.querySelectorAll(OPENERS)) button.classList.toggle("open", button.value === value);
  }

  /* ---- listeners ---- */

  let pressed = null;
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(OPENERS);
    if (button) open(button, button.value);
  });
  // While an answer grows its message is drawn anew, and a press on a node that is gone makes no click.
  document.addEventListener("pointerdown", (event) => { pressed = event.target.closest?.(OPENERS) ?? null; });
  document.addEventListener("pointerup", () => {
    if (pressed && !pressed.isConnected) open(byValue(pressed.value) ?? pressed, pressed.value);
    pressed = null;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (!panel().hidden) { event.preventDefault(); close(); } else closeReport();
  });
  document.addEventListener("click", (event) => { if (!event.target.closest?.("#report")) closeReport(); });

  function closeReport() {
    document.getElementById("report")?.removeAttribute("open");
  }

  // Gradio names each message by its source, which would be read out in place of its text; its controls and its
  // notices are in the language the page was loaded in, or in English.
  function tidy() {
    const label = words();
    for (const message of document.querySelectorAll('#chat [aria-label*="message:"]')) message.removeAttribute("aria-label");
    const log = document.querySelector('#chat [role="log"]');
    if (log) {
      log.setAttribute("aria-label", label.conversation ?? "");
      log.setAttribute("aria-busy", String(Boolean(log.querySelector(".answer.busy"))));
    }
    for (const toast of document.querySelectorAll('[data-testid="toast-text"]:not([data-own])')) {
      toast.dataset.own = "";
      toast.dir = "auto";
      if (/connection/i.test(toast.textContent)) toast.textContent = label.lost;
      else if (/queue/i.test(toast.textContent)) toast.textContent = label.busy;
    }
    for (const [selector, text] of [[".submit-button", label.ask], [".stop-button", label.stop]]) {
      const button = document.querySelector(`#question ${selector}`);
      if (button && text && button.title !== text) { button.title = text; button.setAttribute("aria-label", text); }
    }
  }
  new MutationObserver(tidy).observe(document.documentElement, { childList: true, subtree: true });

  return { conversation: () => remembered() || newConversation(), newConversation, setLanguage };
})();
