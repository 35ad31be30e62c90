"""Looking a quotation up in a real browser: its place opened, its altered words shown, and a clear no."""

from collections.abc import Iterator
from typing import Any

import pytest
from browser_page import PHONE, OpenPage, findings, in_view, scrolls_sideways, stands_left
from small_corpus import (
    ARABIC_NAME,
    ARABIC_SENTENCE,
    CORPUS,
    ENGLISH_NAME,
    ENGLISH_SENTENCE,
    HOSTILE_SENTENCE,
    small_assistant,
)

from rag.assistant import Assistant
from rag.web.strings import STRINGS
from rag.web.wording import counted

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    twice = {**CORPUS, "en/copy.txt": f"Another paper on the bridge\n\nIt wrote this too. {ENGLISH_SENTENCE}\n"}
    with small_assistant(tmp_path_factory.mktemp("lookup"), twice) as opened:
        yield opened


def look_up(page: Any, text: str, button: str = "Enter") -> None:
    page.locator("#lookup-query").fill(text)
    page.locator("#lookup-query").press(button)
    expect(page.locator("#lookup h2")).to_be_visible()


@pytest.mark.parametrize(("language", "scheme"), [("ar", "dark"), ("en", "light")])
def test_a_quotation_is_pasted_found_and_opened_at_its_very_place(
    open_page: OpenPage, language: str, scheme: str
) -> None:
    page = open_page(language, color_scheme=scheme)
    page.locator('#views [data-view="lookup"]').click()
    expect(page.locator("#lookup-query")).to_be_focused()
    assert findings(page) == []
    look_up(page, ARABIC_SENTENCE)
    expect(page.locator("#lookup h2")).to_have_text(counted(STRINGS[language].lookup_exact, 1, language))
    assert stands_left(page, "#lookup .cite") == (language == "en")
    page.locator("#lookup button.cite").click()
    expect(page.locator("#source mark")).to_be_visible()
    assert page.locator("#source mark").evaluate("node => node.textContent") == ARABIC_SENTENCE.rstrip(".")
    assert in_view(page, "#source mark")
    expect(page.locator("#source")).to_contain_text(ARABIC_NAME.split("/")[1])
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#lookup button.cite")).to_be_focused()


def test_altered_words_stand_beside_the_articles_own(open_page: OpenPage) -> None:
    page = open_page("en", "/?view=lookup")
    look_up(page, ENGLISH_SENTENCE.replace("two years", "seven years"))
    expect(page.locator("#lookup h2")).to_have_text(counted(STRINGS["en"].lookup_altered, 2, "en"))
    for place in page.locator("#lookup .place").all():
        expect(place.locator("del")).to_have_text("seven")
        expect(place.locator("ins")).to_have_text("two")
    assert findings(page) == []
    chips = page.locator("#lookup button.cite")
    assert chips.nth(0).get_attribute("value").startswith((f"{ENGLISH_NAME}:", "en/copy.txt:"))
    chips.nth(0).click()
    expect(page.locator("#source .position")).to_have_text("1 of 2")
    page.locator("#source .next").click()
    expect(page.locator("#source .position")).to_have_text("2 of 2")
    assert page.locator("#source mark:not(.also)").evaluate("node => node.textContent") == ENGLISH_SENTENCE.rstrip(".")


def test_what_occurs_nowhere_is_said_so_and_nothing_asked_shows_nothing(open_page: OpenPage) -> None:
    page = open_page("ar", "/?view=lookup")
    look_up(page, "قال العمدة إن بجعات البحيرة ستنتقل إلى مدينة أخرى في الشتاء المقبل")
    expect(page.locator("#lookup h2")).to_have_text(STRINGS["ar"].lookup_nowhere)
    expect(page.locator("#lookup .place")).to_have_count(0)
    page.locator("#lookup-query").fill("  ")
    page.keyboard.press("Enter")
    expect(page.locator("#lookup .found")).to_be_empty()


def test_a_failure_is_told_and_the_next_one_is_looked_up(open_page: OpenPage) -> None:
    page = open_page("fr", "/?view=lookup")
    page.route("**/page/lookup", lambda route: route.abort())
    page.locator("#lookup-query").fill("pont")
    page.keyboard.press("Enter")
    expect(page.locator("#lookup .trouble")).to_have_text(STRINGS["fr"].lookup_failed)
    page.unroute("**/page/lookup")
    look_up(page, ENGLISH_SENTENCE)
    expect(page.locator("#lookup .place")).to_have_count(2)


def test_hostile_titles_names_and_quotations_are_only_text(open_page: OpenPage) -> None:
    page = open_page("en", "/?view=lookup")
    look_up(page, HOSTILE_SENTENCE)
    expect(page.locator("#lookup blockquote")).to_contain_text("![x](https://evil.example/x.png)")
    expect(page.locator("#lookup h3")).to_contain_text("<script>window.hacked=3</script>")
    page.locator("#lookup button.cite").click()
    expect(page.locator("#source mark")).to_be_visible()
    assert page.evaluate("window.hacked") is None
    assert page.locator(":is(#lookup, #source) :is(img, script, b)").count() == 0


def test_the_language_changes_in_place_with_what_was_found(open_page: OpenPage) -> None:
    page = open_page("en", "/?view=lookup")
    look_up(page, ARABIC_SENTENCE)
    page.select_option("#language select", "ar")
    expect(page.locator("#lookup h1")).to_have_text(STRINGS["ar"].lookup_title)
    expect(page.locator("#lookup .facts")).to_contain_text("2 مايو 2024")
    assert page.locator("#lookup-query").input_value() == ARABIC_SENTENCE


@pytest.mark.parametrize("language", ["ar", "en"])
def test_on_a_phone_it_fits_and_opens(open_page: OpenPage, language: str) -> None:
    page = open_page(language, "/?view=lookup", **PHONE)
    look_up(page, ENGLISH_SENTENCE.replace("old", "very old"))
    assert not scrolls_sideways(page)
    assert findings(page) == []
    page.locator("#lookup button.cite").first.tap()
    expect(page.locator("#source mark:not(.also)")).to_be_visible()
    assert in_view(page, "#source mark:not(.also)")
    assert not scrolls_sideways(page)
