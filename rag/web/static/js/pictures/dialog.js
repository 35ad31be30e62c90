/* The pictures that hang on an answer, each in a window over the page. */

import { element, iconButton } from "../dom.js";
import { openPlace } from "../source.js";
import { language, t } from "../words.js";

const KINDS = {
  why: { title: "why_title", load: async () => (await import("./why.js")).why },
  comparison: { title: "compare_title", load: async () => (await import("./comparison.js")).comparison },
};

/* `button` is what was pressed: focus goes back to it. */
export async function showPicture(kind, conversation, turn, button) {
  const place = element("div", { className: "body" }, element("p", { className: "state" }, t("picture_drawing")));
  const dialog = element("dialog", { className: "picture-window", attributes: { "aria-label": t(KINDS[kind].title) } },
    iconButton("close", t("picture_close"), () => dialog.close(), "close"), place);
  const forget = () => dialog.close();
  dialog.addEventListener("close", () => {
    dialog.remove();
    document.removeEventListener("masdar:language", forget);
    if (button.isConnected) button.focus({ preventScroll: true });
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  // The page's own answer to Escape would close the panel behind the window too.
  dialog.addEventListener("keydown", (event) => { if (event.key === "Escape") event.stopPropagation(); });
  document.addEventListener("masdar:language", forget);
  document.body.append(dialog);
  dialog.showModal();
  const open = (id, start, end, quote = "") => { dialog.close(); openPlace(id, start, end, quote); };
  try {
    const [draw, answer] = await Promise.all([KINDS[kind].load(),
      fetch(`conversations/${conversation}/turns/${turn}/${kind}?lang=${language()}`)]);
    if (!answer.ok) throw new TypeError(`the server answered ${answer.status}`);
    const { whole } = draw(await answer.json(), open);
    place.replaceChildren(whole);
  } catch (error) {
    place.replaceChildren(element("p", { className: "state" }, t("picture_failed")));
    if (!(error instanceof TypeError)) throw error;
  }
}
