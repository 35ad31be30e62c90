/* One short line for what was just done, read out by screen readers too. */

let timer = 0;

export function notice(text) {
  const line = document.getElementById("notice");
  line.textContent = text;
  line.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => { line.classList.remove("shown"); line.textContent = ""; }, 2600);
}

export async function copy(text, done, failed) {
  try {
    await navigator.clipboard.writeText(text);
    notice(done);
  } catch {
    // Without the clipboard (an address that is not secure), the older way.
    const box = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
    box.style.position = "fixed";
    box.style.insetBlockStart = "-100rem";
    document.body.append(box);
    const focused = document.activeElement;
    box.select();
    const copied = document.execCommand("copy");
    box.remove();
    focused?.focus({ preventScroll: true });
    notice(copied ? done : failed);
  }
}
