"""Takes the pictures the documents show, from the real page over the shipped corpus: ``make screenshots``."""

import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from rag import Settings, open_assistant
from rag.web import serve

IMAGES = Path(__file__).parent / "images"
CHROMIUM = "/usr/bin/chromium"
PORT = 7877
QUESTION = "من هي المواطنة الإسرائيلية المعتقلة في روسيا؟"


def open_page() -> str:
    """Serve the shipped corpus from a background thread; the address once it is ready."""
    settings = Settings(data_dir=Path("data"), index_dir=Path(tempfile.mkdtemp()), port=PORT)
    assistant = open_assistant(settings, refresh=True)
    ready = threading.Event()
    threading.Thread(target=serve, args=(assistant, lambda _: ready.set()), daemon=True).start()
    if not ready.wait(timeout=60):
        raise TimeoutError("the page did not open within a minute")
    return f"http://127.0.0.1:{PORT}/?lang=ar"


def take(page: Page) -> None:
    """One question asked in Arabic, and its citation opened."""
    page.wait_for_selector(".starter")
    box = page.locator("#question textarea")
    box.fill(QUESTION)
    box.press("Enter")
    page.wait_for_selector(".answer.answered")
    page.locator("button.cite").first.click()
    page.wait_for_selector("#source mark")
    page.wait_for_timeout(500)
    page.screenshot(path=IMAGES / "answer.png")


def main() -> None:
    """Take every picture."""
    IMAGES.mkdir(exist_ok=True)
    address = open_page()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            chromium_sandbox=False,
            args=["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
        )
        page = browser.new_page(viewport={"width": 1200, "height": 620}, reduced_motion="reduce")
        page.goto(address)
        take(page)
        browser.close()


if __name__ == "__main__":
    main()
