"""Takes the pictures the documents show, from the real page over the shipped corpus: ``make screenshots``.

Names of pictures, or patterns of them, take only those: ``python -m docs.take_screenshots "map-*" "why-ar-*"``.
"""

import argparse
import itertools
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
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
# The pictures of each way through the page, by the beginning of their names.
ROUND = ("welcome", "answer", "source", "why", "lookup", "library", "timeline", "map", "conversations")
DIFFERENCES = ("differing", "comparison")
TOUR = ("tour-1", "tour-2", "tour-6")


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """A browser before the page, and which pictures are wanted: those whose name fits one of the patterns."""

    browser: Browser
    address: str
    patterns: Sequence[str]

    def wants(self, name: str) -> bool:
        """Whether the picture of that name is to be taken."""
        return any(fnmatchcase(name, pattern) for pattern in self.patterns)

    def wants_any(self, kinds: Sequence[str], ending: str) -> bool:
        """Whether a picture of these kinds is to be taken."""
        return any(self.wants(f"{kind}-{ending}") for kind in kinds)

    def open(self, language: str, size: str, scheme: Literal["light", "dark"]) -> Page:
        """A page of that size in a browser of its own, with nothing opened in it yet."""
        context = self.browser.new_context(color_scheme=scheme, locale=language, reduced_motion="reduce", **SIZES[size])
        context.set_default_timeout(MOST_MILLISECONDS)
        return context.new_page()

    def shoot(self, page: Page, name: str) -> None:
        """One picture, if it is wanted, once the page has come to rest."""
        if self.wants(name):
            page.wait_for_timeout(600)
            page.screenshot(path=IMAGES / f"{name}.png")


def names() -> list[str]:
    """The names of all pictures."""
    rounds = itertools.product(ROUND + DIFFERENCES, QUESTIONS, SIZES, SCHEMES)
    tours = itertools.product(TOUR, QUESTIONS, SIZES, ["light"])
    return ["-".join(parts) for parts in (*rounds, *tours)]


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


def welcome(studio: Studio, page: Page, language: str) -> None:
    """The page as it is before anything was asked."""
    page.goto(f"{studio.address}?lang={language}")
    page.wait_for_selector(".starter")


def ask(page: Page, question: str, selector: str) -> None:
    """Ask, and wait until what fits ``selector`` is there, and questions to go on with.

    On a busy machine the page may find none of those in the time it gives itself.
    """
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    page.wait_for_selector(selector)
    with suppress(PlaywrightTimeoutError):
        page.wait_for_selector(".follow-ups", timeout=10_000)


def take(studio: Studio, language: str, size: str, scheme: Literal["light", "dark"]) -> None:
    """The welcome, an answer and its first citation, the pictures, a quotation looked up, and the library."""
    ending = f"{language}-{size}-{scheme}"
    if not studio.wants_any(ROUND, ending):
        return
    page = studio.open(language, size, scheme)
    welcome(studio, page, language)
    studio.shoot(page, f"welcome-{ending}")
    ask(page, QUESTIONS[language], ".answered")
    studio.shoot(page, f"answer-{ending}")
    page.locator("button.cite").first.click()
    page.wait_for_selector("#source mark")
    page.mouse.move(0, 0)
    studio.shoot(page, f"source-{ending}")
    page.keyboard.press("Escape")
    page.locator("button.why").first.click()
    page.wait_for_selector(".picture-window .drawing")
    page.mouse.move(0, 0)
    studio.shoot(page, f"why-{ending}")
    page.keyboard.press("Escape")
    page.locator('#views [data-view="lookup"]').click()
    page.locator("#lookup-query").fill(QUOTATIONS[language])
    page.locator("#lookup-query").press("Enter")
    page.wait_for_selector("#lookup .place")
    studio.shoot(page, f"lookup-{ending}")
    page.locator('#views [data-view="library"]').click()
    page.wait_for_selector("#library tbody tr")
    for row in (0, 2):
        page.locator("#library td.tick input").nth(row).check()
    page.locator("#library h1").click()
    studio.shoot(page, f"library-{ending}")
    page.locator("#views [data-view=overview]").click()
    page.wait_for_selector(".asked-here")
    page.wait_for_selector(".timeline .drawing")
    studio.shoot(page, f"timeline-{ending}")
    page.locator(".map").evaluate("node => node.scrollIntoView()")
    page.mouse.move(0, 0)
    studio.shoot(page, f"map-{ending}")
    page.locator('#views [data-view="ask"]').click()
    take_conversations(studio, page, ending)
    page.context.close()


def take_conversations(studio: Studio, page: Page, ending: str) -> None:
    """The list of conversations, with what can be done with one."""
    page.locator("#conversations").click()
    page.locator("#side .line").first.hover()
    page.locator("#side .more").first.click()
    studio.shoot(page, f"conversations-{ending}")


def take_comparison(studio: Studio, language: str, size: str, scheme: Literal["light", "dark"]) -> None:
    """An answer whose sources differ, and these side by side."""
    ending = f"{language}-{size}-{scheme}"
    if not studio.wants_any(DIFFERENCES, ending):
        return
    page = studio.open(language, size, scheme)
    welcome(studio, page, language)
    ask(page, DIFFERING[language], ".differ")
    studio.shoot(page, f"differing-{ending}")
    page.locator("button.compare").click()
    page.wait_for_selector(".picture-window .drawing")
    page.mouse.move(0, 0)
    studio.shoot(page, f"comparison-{ending}")
    page.context.close()


def take_tour(studio: Studio, language: str, size: str) -> None:
    """The first, second and last step of the guided tour."""
    ending = f"{language}-{size}-light"
    if not studio.wants_any(TOUR, ending):
        return
    page = studio.open(language, size, "light")
    page.goto(f"{studio.address}?tour&lang={language}")
    for step in range(1, 7):
        page.wait_for_selector("#tour .next:not([aria-disabled])")
        if f"tour-{step}" in TOUR:
            page.wait_for_timeout(2000)  # the source opens by itself
            studio.shoot(page, f"tour-{step}-{ending}")
        page.locator("#tour .next").click()
    page.context.close()


def main() -> None:
    """Take the pictures: two languages, two sizes, light and dark."""
    parser = argparse.ArgumentParser(description="Take the pictures the documents show.")
    parser.add_argument("patterns", nargs="*", default=["*"], help='names of pictures or patterns of them, as "map-*"')
    patterns = parser.parse_args().patterns
    if fits_none := [each for each in patterns if not any(fnmatchcase(name, each) for name in names())]:
        parser.error(f"no picture is called {', '.join(fits_none)}; names are such as {names()[0]}")
    IMAGES.mkdir(exist_ok=True)
    address = serve_corpus()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            chromium_sandbox=False,
            args=["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
        )
        studio = Studio(browser=browser, address=address, patterns=patterns)
        for language, size, scheme in itertools.product(QUESTIONS, SIZES, SCHEMES):
            take(studio, language, size, scheme)
            take_comparison(studio, language, size, scheme)
        for language, size in itertools.product(QUESTIONS, SIZES):
            take_tour(studio, language, size)
        browser.close()


if __name__ == "__main__":
    main()
