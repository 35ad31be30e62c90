/* Elements made by hand: text only ever enters the page as text. */

export function element(name, properties = {}, ...children) {
  const { className, dir, lang, attributes = {}, ...rest } = properties;
  const made = Object.assign(document.createElement(name), rest);
  if (className) made.className = className;
  if (dir) made.dir = dir;
  if (lang && lang !== "und") made.lang = lang;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/* Each part by itself: else a folder and a file name in Arabic would change places around the slash. */
export function path(id) {
  const parts = id.split("/").flatMap((part, index) => [index ? "/" : "", element("bdi", { dir: "ltr" }, part)]);
  return element("bdi", { dir: "ltr", className: "path" }, ...parts);
}

/* A drawing from the few that the page uses; it says nothing to a screen reader, its button does. */
const DRAWINGS = {
  close: "M5 5 15 15M15 5 5 15",
  previous: "M5 12.5 10 7.5 15 12.5",
  next: "M5 7.5 10 12.5 15 7.5",
  copy: "M7 7V4.5h8.5V13H13M4.5 7H13v8.5H4.5z",
  add: "M10 4.5v11M4.5 10h11",
  folder: "M3.5 15V5.5h4.5l1.5 2h7V15z",
  refresh: "M15.5 10a5.5 5.5 0 1 1-1.7-4M15.5 3.5V7H12",
  remove: "M4.5 6h11M8 6V4.5h4V6M6 6l.6 9.5h6.8L14 6M8.7 8.8v4M11.3 8.8v4",
  back: "M12 5 7 10 12 15",
  forth: "M8 5 13 10 8 15",
  open: "M11 4.5h4.5V9M15.5 4.5 9 11M8 5H4.5v10.5H15V12",
  plus: "M10 4.5v11M4.5 10h11",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  search: "M13 13l3.5 3.5M14.5 9a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0z",
  pencil: "M4.5 15.5l.6-3 7.8-7.8 2.4 2.4-7.8 7.8zM11.3 6.3l2.4 2.4",
  link: "M8.5 11.5a3 3 0 0 0 4.2 0l2.3-2.3a3 3 0 0 0-4.2-4.2l-1 1M11.5 8.5a3 3 0 0 0-4.2 0L5 10.8A3 3 0 0 0 9.2 15l1-1",
  download: "M10 4v8M6.5 8.5 10 12l3.5-3.5M4.5 15.5h11",
  bin: "M4.5 6h11M8 6V4.5h4V6M6 6l.6 9.5h6.8L14 6M8.7 8.8v4M11.3 8.8v4",
  again: "M15.5 10a5.5 5.5 0 1 1-1.7-4M15.5 3.5V7H12",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 20 20");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("class", "icon");
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", DRAWINGS[name]);
  drawing.append(line);
  return drawing;
}

/* A button whose only content is a drawing; `label` is its name and its tooltip. */
export function iconButton(name, label, onclick, className = "") {
  return element("button", { type: "button", className: `icon-button ${className}`, title: label, onclick,
    attributes: { "aria-label": label } }, icon(name));
}
