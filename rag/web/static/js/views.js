/* Which part of the page is shown. A part is a frame with the id of its name; its script is fetched when first shown. */

const started = new Map();

const names = () => [...document.querySelectorAll("#views [data-view]")].map((tab) => tab.dataset.view);

function current() {
  const asked = new URLSearchParams(location.search).get("view");
  return names().includes(asked) ? asked : "ask";
}

export async function showView(name, { remember = true } = {}) {
  for (const tab of document.querySelectorAll("#views [data-view]")) {
    if (tab.dataset.view === name) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  for (const frame of document.querySelectorAll(".view")) frame.hidden = frame.id !== name;
  if (remember && current() !== name) {
    const address = new URL(location.href);
    if (name === "ask") address.searchParams.delete("view");
    else address.searchParams.set("view", name);
    history.pushState(null, "", address);
  }
  if (name === "ask") return;
  const frame = document.getElementById(name);
  if (!started.has(name)) {
    const script = await import(`./${name}.js`);
    if (!started.has(name)) {
      started.set(name, script);
      script.start(frame);
    }
  }
  started.get(name).shown?.(frame);
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest?.("#views [data-view]");
  if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  showView(tab.dataset.view);
});
addEventListener("popstate", () => showView(current(), { remember: false }));
document.addEventListener("masdar:language", () => {
  for (const [name, script] of started) script.spoken?.(document.getElementById(name));
});
if (current() !== "ask") showView(current(), { remember: false });
