"""How quick the page is, in a real browser on this machine: ``python -m benchmarks.page_speed``.

Measures, over the shipped corpus (with ``--articles N`` beside so many made ones): from asking for the page to a
question box with its starters (cold and warm), what crosses the wire, from Enter to the first words of an answer, and
from a click on a marker to the lit quotation. Appends one row to ``benchmarks/results/page_speed.jsonl``; the load of
the machine is part of it, since nothing here is worth more than the quiet it was measured in.
"""

import argparse
import datetime
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.retrieval.pools import DevelopmentSets
from benchmarks.synthetic_articles import sentences_of, write_synthetic_articles

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "page_speed.jsonl"
CHROMIUM = "/usr/bin/chromium"
PORT = 7879
QUESTIONS = (
    "من هي المواطنة الإسرائيلية المعتقلة في روسيا؟",
    "What did Putin and Netanyahu discuss in December?",
    "О чём говорила Захарова?",
)
# Runs in the page before its own scripts: notes the moment at which something first is there.
_WATCH = """
window.seen = {};
window.watch = (name, selector, more = () => true) => {
  const look = () => {
    if (name in seen || !document.querySelector(selector) || !more()) return;
    seen[name] = performance.now();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true });
  look();
};
watch("ready", ".starter", () => document.querySelector("#question textarea:not([disabled])"));
"""
_ASK = """question => new Promise((done) => {
  const before = document.querySelectorAll("#chat .answer p[dir]").length;
  const box = document.querySelector("#question textarea");
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  setTimeout(() => {
    const start = performance.now();
    const look = () => {
      if (document.querySelectorAll("#chat .answer p[dir]").length > before) done(performance.now() - start);
      else requestAnimationFrame(look);
    };
    box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    box.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));
    look();
  }, 100);
})"""
_OPEN = """chip => new Promise((done) => {
  const start = performance.now();
  const look = () => {
    const mark = document.querySelector("#source mark:not(.also)");
    if (mark) done(performance.now() - start); else setTimeout(look, 1);
  };
  chip.click();
  look();
})"""


def write_corpus(folder: Path, made: int, shared: Path) -> Path:
    """The shipped corpus, and beside it so many articles made of sentences of the development sets."""
    shutil.copytree(ROOT / "data", folder)
    if made:
        write_synthetic_articles(folder / "made", sentences_of(DevelopmentSets(shared)), made)
    return folder


def serve(data_dir: Path, index_dir: str) -> subprocess.Popen[bytes]:
    """The page over a folder of articles, in a process of its own, once all are indexed and it answers."""
    index = [sys.executable, "-m", "rag", "build", "--data", str(data_dir), "--index", index_dir]
    subprocess.run(index, stdout=subprocess.DEVNULL, check=True)  # noqa: S603
    command = [sys.executable, "app.py", "--data", str(data_dir), "--index", index_dir, "--port", str(PORT)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603
    until = time.monotonic() + 300
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=5):
                return server
        except OSError:
            time.sleep(0.2)
    server.terminate()
    raise TimeoutError("the page did not open within five minutes")


def open_page(context: BrowserContext) -> tuple[Page, dict[str, float]]:
    """The page, with the milliseconds until it could be used, its requests, and the kilobytes they transferred."""
    page = context.new_page()
    page.add_init_script(_WATCH)
    sizes: list[float] = []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(f"http://127.0.0.1:{PORT}/?lang=ar")
    page.wait_for_function("'ready' in seen")
    ready = page.evaluate("seen.ready")
    page.wait_for_timeout(1000)
    return page, {"ready_ms": ready, "requests": len(sizes), "kilobytes": sum(sizes) / 1000}


def one_round(browser: Browser) -> dict[str, Any]:
    """One cold opening, one warm one, each question once, and every marker of the last answer."""
    context = browser.new_context(locale="ar")
    first, cold = open_page(context)
    first.close()
    page, warm = open_page(context)
    asked = []
    for question in QUESTIONS:
        asked.append(page.evaluate(_ASK, question))
        page.wait_for_timeout(2500)
    opened = []
    for chip in page.locator(".answered .cite").all():
        opened.append(chip.evaluate(_OPEN))
        page.locator("#source button.close").click()
    context.close()
    return {"cold": cold, "warm": warm, "first_words_ms": asked, "panel_ms": opened}


def summary(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians and worst of the rounds."""

    def both(values: list[float]) -> dict[str, float]:
        return {"median": round(statistics.median(values), 1), "worst": round(max(values), 1), "cases": len(values)}

    return {
        "cold_ready_ms": both([each["cold"]["ready_ms"] for each in rounds]),
        "warm_ready_ms": both([each["warm"]["ready_ms"] for each in rounds]),
        "requests": max(each["cold"]["requests"] for each in rounds),
        "kilobytes": round(max(each["cold"]["kilobytes"] for each in rounds)),
        "first_words_ms": both([value for each in rounds for value in each["first_words_ms"]]),
        "panel_ms": both([value for each in rounds for value in each["panel_ms"]]),
    }


def main() -> None:
    """Measures, prints and keeps a row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--articles", type=int, default=0, help="made articles beside those of the shipped corpus")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="folder of the development sets")
    arguments = parser.parse_args()
    rounds = arguments.rounds
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data_dir = write_corpus(Path(folder) / "data", arguments.articles, arguments.shared)
        server = serve(data_dir, str(Path(folder) / "index"))
        try:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM,
                chromium_sandbox=False,
                args=["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
            )
            row: dict[str, Any] = {
                "measured_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                "cores": len(os.sched_getaffinity(0)),
                "load_average": [round(value, 1) for value in os.getloadavg()],
                "rounds": rounds,
                "made_articles": arguments.articles,
            }
            row |= summary([one_round(browser) for _ in range(rounds)])
            browser.close()
        finally:
            server.terminate()
            server.wait()
    print(json.dumps(row, indent=2))
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
