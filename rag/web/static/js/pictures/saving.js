/* A drawing as a file: its style written into it, its fonts beside it, so that it looks the same anywhere. */

const KEPT = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linejoin", "stroke-linecap", "paint-order", "font-family"];
const MARGIN = 24;
const SHARPNESS = 2;

async function whole(drawing) {
  const copy = drawing.cloneNode(true);
  const originals = [drawing, ...drawing.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  originals.forEach((original, index) => {
    const style = getComputedStyle(original);
    for (const name of KEPT) {
      if (name !== "font-family" || original.tagName === "text") copies[index].setAttribute(name, style.getPropertyValue(name));
    }
    for (const name of ["class", "tabindex", "role"]) copies[index].removeAttribute(name);
  });
  for (const gone of copy.querySelectorAll("[data-only-here]")) gone.remove();
  const { width, height } = drawing.viewBox.baseVal;
  const size = { width: width + 2 * MARGIN, height: height + 2 * MARGIN };
  copy.setAttribute("role", "img");
  copy.setAttribute("viewBox", `${-MARGIN} ${-MARGIN} ${size.width} ${size.height}`);
  copy.setAttribute("width", size.width);
  copy.setAttribute("height", size.height);
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of Object.entries({ x: -MARGIN, y: -MARGIN, ...size })) ground.setAttribute(name, value);
  ground.setAttribute("fill", getComputedStyle(drawing.closest(".picture")).backgroundColor);
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  style.textContent = await fonts();
  copy.prepend(style, ground);
  return { text: new XMLSerializer().serializeToString(copy), ...size };
}

/* The page's own fonts, those that it has loaded, as data: a picture reaches no other file. */
let kept = null;
function fonts() {
  kept ??= Promise.all(fontRules().map(async ({ address, weight, range }) => {
    const answer = await fetch(address);
    const data = await dataOf(await answer.blob());
    return `@font-face{font-family:"IBM Plex Sans Arabic";font-weight:${weight};src:url("${data}") format("woff2");unicode-range:${range}}`;
  })).then((rules) => rules.join("\n"));
  kept.catch(() => { kept = null; });
  return kept;
}

function fontRules() {
  const found = [];
  for (const sheet of document.styleSheets) {
    if (!sheet.href?.endsWith("/page.css")) continue;
    for (const rule of sheet.cssRules) {
      if (!(rule instanceof CSSFontFaceRule)) continue;
      const [, name] = rule.style.getPropertyValue("src").match(/url\("?([^")]+)"?\)/) ?? [];
      if (name) found.push({ address: new URL(name, sheet.href), weight: rule.style.getPropertyValue("font-weight"), range: rule.style.getPropertyValue("unicode-range") });
    }
  }
  return found;
}

function dataOf(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export async function saveSvg(drawing, name) {
  const { text } = await whole(drawing);
  download(new Blob([text], { type: "image/svg+xml" }), `${name}.svg`);
}

/* The fonts of an image that holds its own come a moment after it: it is drawn small until it stays the same. */
async function settled(image) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 300, height: 300 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let before = "";
  for (let same = 0, turn = 0; same < 3 && turn < 40; turn += 1) {
    context.clearRect(0, 0, 300, 300);
    context.drawImage(image, 0, 0, 300, 300);
    const now = canvas.toDataURL();
    same = now === before ? same + 1 : 0;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
}

export async function savePng(drawing, name) {
  const { text, width, height } = await whole(drawing);
  const image = new Image();
  image.src = await dataOf(new Blob([text], { type: "image/svg+xml" }));
  await image.decode();
  await settled(image);
  const canvas = Object.assign(document.createElement("canvas"), { width: width * SHARPNESS, height: height * SHARPNESS });
  const context = canvas.getContext("2d");
  context.scale(SHARPNESS, SHARPNESS);
  context.drawImage(image, 0, 0, width, height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("the picture is too large for this browser");
  download(blob, `${name}.png`);
}
