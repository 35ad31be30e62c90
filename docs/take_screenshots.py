"""Takes the pictures the documents show, from the real page over the shipped corpus: ``make screenshots``."""

import itertools
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from rag import Settings, open_assistant
from rag.web import serve

IMAGES = Path(__file__).parent / "images"
CHROMIUM = "/usr/bin/chromium"
PORT = 7877
QUESTIONS = {
    "ar": "متى بدأ التنسيق الأمني بين روسيا وإسرائيل؟",
    "en": "What did Putin and Netanyahu discuss in December?",
}
# What the articles give two different numbers for.
DIFFERING = {
    "ar": "كم يبلغ عمق المنطقة المنزوعة السلاح في إدلب؟",
    "en": "How many kilometres deep is the demilitarised zone that Putin and Erdogan agreed on in Idlib?",
}
# As people quote: with a word changed and one left out.
QUOTATIONS = {
    "ar": "جدد رئيس الوزراء بنيامين نتنياهو، في رسالة هاتفية مع الرئيس الروسي، مطالبته بإطلاق سراح نعاما يساسخار.",
    "en": "Russian President Vladimir Putin and Prime Minister Benjamin Netanyahu spoke by letter on Thursday",
}
SIZES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
MOST_MILLISECONDS = 120_000  # that one step may take on a busy machine
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def serve_corpus() -> str:
    """Serve the shipped corpus from a background thread; the address once it is ready."""
    index_dir = Path(tempfile.mkdtemp())
    settings = Settings(data_dir=Path("data"), index_dir=index_dir, port=PORT)
    assistant = open_assistant(settings, refresh=True)
    ready = threading.Event()
    threading.Thread(target=serve, args=(assistant, lambda _: ready.set()), daemon=True).start()
    if not ready.wait(timeout=120):
        raise TimeoutError("the page did not open within two minutes")
    return f"http://127.0.0.1:{PORT}/"


def shoot(page: Page, name: str) -> None:
    """One picture, once the page has come to rest."""
    page.wait_for_timeout(600)
    page.screenshot(path=IMAGES / f"{name}.png")


def wait_for_offers(page: Page) -> None:
    """Until questions to go on with are there; on a busy machine the page may find none in the time it gives itself."""
    with suppress(PlaywrightTimeoutError):
        page.wait_for_selector(".follow-ups", timeout=10_000)


def take(browser: Browser, address: str, language: str, size: str, scheme: Literal["light", "dark"]) -> None:
    """The welcome, an answer and its first citation, the pictures, a quotation looked up, and the library."""
    ending = f"{language}-{size}-{scheme}"
    context = browser.new_context(color_scheme=scheme, locale=language, reduced_motion="reduce", **SIZES[size])
    context.set_default_timeout(MOST_MILLISECONDS)
    page = context.new_page()
    page.goto(f"{address}?lang={language}")
    page.wait_for_selector(".starter")
    shoot(page, f"welcome-{ending}")
    box = page.locator("#question textarea")
    box.fill(QUESTIONS[language])
    box.press("Enter")
    page.wait_for_selector(".answered")
    wait_for_offers(page)
    shoot(page, f"answer-{ending}")
    page.locator("button.cite").first.click()
    page.wait_for_selector("#source mark")
    page.mouse.move(0, 0)
    shoot(page, f"source-{ending}")
    page.keyboard.press("Escape")
    page.locator("button.why").first.click()
    page.wait_for_selector(".picture-window .drawing")
    page.mouse.move(0, 0)
    shoot(page, f"why-{ending}")
    page.keyboard.press("Escape")
    page.locator('#views [data-view="lookup"]').click()
    page.locator("#lookup-query").fill(QUOTATIONS[language])
    page.locator("#lookup-query").press("Enter")
    page.wait_for_selector("#lookup .place")
    shoot(page, f"lookup-{ending}")
    page.locator('#views [data-view="library"]').click()
    page.wait_for_selector("#library tbody tr")
    for row in (0, 2):
        page.locator("#library td.tick input").nth(row).check()
    page.locator("#library h1").click()
    shoot(page, f"library-{ending}")
    page.locator("#views [data-view=overview]").click()
    page.wait_for_selector(".asked-here")
    page.wait_for_selector(".timeline .drawing")
    shoot(page, f"timeline-{ending}")
    page.locator(".map").evaluate("node => node.scrollIntoView()")
    page.mouse.move(0, 0)
    shoot(page, f"map-{ending}")
    page.locator('#views [data-view="ask"]').click()
    take_conversations(page, ending)
    context.close()


def take_conversations(page: Page, ending: str) -> None:
    """The list of conversations, with what can be done with one."""
    page.locator("#conversations").click()
    page.locator("#side .line").first.hover()
    page.locator("#side .more").first.click()
    shoot(page, f"conversations-{ending}")


def take_comparison(browser: Browser, address: str, language: str, size: str, scheme: Literal["light", "dark"]) -> None:
    """An answer whose sources differ, and these side by side."""
    ending = f"{language}-{size}-{scheme}"
    context = browser.new_context(color_scheme=scheme, locale=language, reduced_motion="reduce", **SIZES[size])
    context.set_default_timeout(MOST_MILLISECONDS)
    page = context.new_page()
    page.goto(f"{address}?lang={language}")
    page.wait_for_selector(".starter")
    page.locator("#question textarea").fill(DIFFERING[language])
    page.locator("#question textarea").press("Enter")
    page.wait_for_selector(".differ")
    wait_for_offers(page)
    shoot(page, f"differing-{ending}")
    page.locator("button.compare").click()
    page.wait_for_selector(".picture-window .drawing")
    page.mouse.move(0, 0)
    shoot(page, f"comparison-{ending}")
    context.close()


def take_tour(browser: Browser, address: str, language: str, size: str) -> None:
    """The first, second and last step of the guided tour."""
    context = browser.new_context(color_scheme="light", locale=language, reduced_motion="reduce", **SIZES[size])
    context.set_default_timeout(MOST_MILLISECONDS)
    page = context.new_page()
    page.goto(f"{address}?tour&lang={language}")
    for step in range(1, 7):
        page.wait_for_selector("#tour .next:not([aria-disabled])")
        if step in (1, 2, 6):
            page.wait_for_timeout(2000)  # the source opens by itself
            shoot(page, f"tour-{step}-{language}-{size}-light")
        page.locator("#tour .next").click()
    context.close()


def main() -> None:
    """Take every picture: two languages, two sizes, light and dark."""
    IMAGES.mkdir(exist_ok=True)
    address = serve_corpus()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            chromium_sandbox=False,
            args=["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
        )
        for language, size, scheme in itertools.product(QUESTIONS, SIZES, SCHEMES):
            take(browser, address, language, size, scheme)
            take_comparison(browser, address, language, size, scheme)
        for language, size in itertools.product(QUESTIONS, SIZES):
            take_tour(browser, address, language, size)
        browser.close()


if __name__ == "__main__":
    main()
