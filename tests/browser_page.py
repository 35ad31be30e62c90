"""A real browser on the real page over the small assistant: what the browser tests share."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import served
from web_fakes import FakeAssistant

from rag.web import PageAssistant, create_app

_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
OpenPage = Callable[..., Any]


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture(scope="module")
def address(assistant: PageAssistant) -> Iterator[str]:
    if _CHROMIUM is None:
        pytest.skip("no chromium in PATH")
    with served(create_app(assistant)) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Any]:
    playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=_CHROMIUM, chromium_sandbox=False, args=_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[OpenPage]:
    """Opens the page; at the end no page may have failed, nor asked anything of another host."""
    outside: list[str] = []
    errors: list[str] = []
    contexts = []

    def open_one(language: str = "ar", path: str = "", **options: Any) -> Any:
        options = {"viewport": {"width": 1280, "height": 800}, **options}
        context = browser.new_context(locale=language, reduced_motion="reduce", **options)
        contexts.append(context)
        context.set_default_timeout(60_000)  # a busy machine is no failure of the page
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: outside.append(request.url) if is_outside(request.url) else None)
        page.goto(address + path)
        page.wait_for_selector(".starter, .answer", state="attached")  # another view may be in front
        return page

    def is_outside(url: str) -> bool:
        return not url.startswith((address, "data:", "blob:"))

    yield open_one
    for context in contexts:
        context.close()
    assert (outside, errors) == ([], [])


def ask(page: Any, question: str, answers: str = ".answered, .unanswerable, .unclear, .failed") -> Any:
    before = page.locator(answers).count()
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    answer = page.locator(answers).nth(before)
    answer.wait_for()
    return answer


def in_view(page: Any, selector: str) -> bool:
    return bool(
        page.locator(selector).first.evaluate(
            "node => { const box = node.getBoundingClientRect();"
            " return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth; }"
        )
    )


def stands_left(page: Any, selector: str) -> bool:
    box = page.locator(selector).first.bounding_box()
    return bool(box["x"] + box["width"] / 2 < page.viewport_size["width"] / 2)


def scrolls_sideways(page: Any) -> bool:
    return bool(
        page.evaluate("document.documentElement.scrollWidth > innerWidth || document.body.scrollWidth > innerWidth")
    )


def findings(page: Any) -> list[str]:
    """What axe-core calls serious or critical, with the elements it means."""
    package = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate((Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", AXE_RULES)
    return [
        f"{each['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
