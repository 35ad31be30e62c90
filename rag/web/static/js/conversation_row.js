/* One conversation of the list, and what can be done with it: each in its own place below its title. */

import { element, icon, iconButton } from "./dom.js";
import { copy, notice } from "./notice.js";
import { language, t } from "./words.js";

let close = () => {}; // what is open below another row

async function send(path, method, body) {
  const options = body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  try {
    const answer = await fetch(path, { method, ...options });
    if (!answer.ok) throw new TypeError(`status ${answer.status}`);
    return answer.status === 204 ? {} : await answer.json();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    notice(t("not_done"));
    return null;
  }
}

/* `acts`: open(id), changed(), gone(id), and hold(working), which keeps the list as it is meanwhile. */
export function conversationRow(summary, acts) {
  const address = `conversations/${encodeURIComponent(summary.conversation_id)}`;
  const title = element("bdi", {}, summary.title);
  const open = element("button", { type: "button", className: "open", title: summary.title,
    onclick: () => acts.open(summary.conversation_id) }, title);
  const more = iconButton("more", t("conversation_actions", { title: summary.title }), () => (card ? shut() : unfold()), "more");
  const shared = summary.share_id ? element("span", { className: "shared", title: t("shared") }, icon("link"),
    element("span", { className: "sr" }, t("shared"))) : "";
  const row = element("li", {}, element("div", { className: "line" }, open, shared, more));
  row.dataset.id = summary.conversation_id;
  more.setAttribute("aria-expanded", "false");
  let card = null;

  function unfold(...content) {
    if (!card) { close(); close = shut; }
    card?.remove();
    card = element("div", { className: "card" }, ...(content.length ? content : menu()));
    card.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      shut();
    });
    row.append(card);
    more.setAttribute("aria-expanded", "true");
    acts.hold(true);
    card.querySelector("input, .first, button")?.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }

  function shut(focus = true) {
    if (!card) return;
    card.remove();
    card = null;
    close = () => {};
    more.setAttribute("aria-expanded", "false");
    if (focus && row.isConnected) more.focus({ preventScroll: true });
    acts.hold(false);
  }

  function done(text) {
    if (text) notice(text);
    shut();
    acts.changed();
  }

  const act = (drawing, label, onclick, className = "") =>
    element("button", { type: "button", className: `act ${className}`, onclick }, icon(drawing), label);

  function menu() {
    const file = (format) => `${address}/export?format=${format}&lang=${language()}`;
    const save = (format, label) => element("a", { className: "act", href: file(format), download: "" }, label);
    return [
      act("pencil", t("rename"), rename, "first"),
      act("link", t("share"), share),
      element("div", { className: "formats", attributes: { role: "group", "aria-label": t("export") } },
        element("span", {}, icon("download"), t("export")),
        element("div", {}, save("markdown", "Markdown"), save("html", "HTML"),
          element("a", { className: "act", href: file("print"), target: "_blank", rel: "noopener" }, t("export_print")))),
      act("bin", t("delete"), askToDelete, "alarm"),
    ];
  }

  /* ---- its name ---- */

  function rename() {
    const field = element("input", { type: "text", value: summary.title, maxLength: 200, dir: "auto",
      attributes: { "aria-label": t("conversation_name") } });
    const keep = async () => {
      if (await send(address, "PATCH", { title: field.value })) done();
    };
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); keep(); } });
    unfold(field, choices(t("save"), keep));
    field.select();
  }

  function choices(label, go, className = "") {
    return element("div", { className: "choices" },
      element("button", { type: "button", className: `go ${className}`, onclick: go }, label),
      element("button", { type: "button", onclick: () => shut() }, t("cancel")));
  }

  /* ---- a link to read it ---- */

  const linkOf = (id) => new URL(`shared/${id}`, new URL("./", location.href)).href;

  async function share() {
    if (!summary.share_id) {
      const made = await send(`${address}/share`, "POST");
      if (!made) return;
      summary.share_id = made.share_id;
      acts.hold(true);
    }
    showLink();
  }

  function showLink() {
    const link = linkOf(summary.share_id);
    const field = element("input", { type: "text", value: link, readOnly: true, dir: "ltr",
      attributes: { "aria-label": t("shared_link") } });
    field.addEventListener("focus", () => field.select());
    const again = async () => { if (await send(`${address}/share`, "POST")) notice(t("share_renewed")); };
    const stop = async () => {
      if (!await send(`${address}/share`, "DELETE")) return;
      summary.share_id = "";
      done(t("share_stopped"));
    };
    unfold(element("p", {}, t("share_explained")), field,
      act("copy", t("copy_shared_link"), () => copy(link, t("copied"), t("copy_failed")), "first"),
      element("a", { className: "act", href: link, target: "_blank", rel: "noopener" }, icon("open"), t("open_link")),
      act("again", t("share_again"), again),
      act("close", t("share_stop"), stop, "alarm"));
    acts.changed();
  }

  /* ---- gone for good, so it asks ---- */

  function askToDelete() {
    const go = async () => {
      if (!await send(address, "DELETE")) return;
      const next = row.nextElementSibling ?? row.previousElementSibling;
      shut(false);
      row.remove();
      notice(t("conversation_deleted"));
      acts.gone(summary.conversation_id);
      (next?.querySelector("button.open") ?? document.querySelector("#side input"))?.focus({ preventScroll: true });
      acts.changed();
    };
    unfold(element("p", { attributes: { role: "alert" } }, t(summary.share_id ? "delete_shared_ask" : "delete_ask")),
      choices(t("delete"), go, "alarm"));
  }

  return row;
}
