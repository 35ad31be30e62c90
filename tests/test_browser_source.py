"""Reading a source: the quotation behind a marker, its article, its references, and what has changed since."""

from dataclasses import replace
from typing import Any

import pytest
from browser_page import OpenPage, ask, in_view
from web_fakes import ARABIC_ID, ARABIC_QUOTE, ARABIC_SECOND_QUOTE, ENGLISH_ID, ENGLISH_QUOTE, FakeAssistant

from rag.web.strings import STRINGS

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

pytestmark = pytest.mark.browser

ENGLISH = STRINGS["en"]


def lit(page: Any) -> str:
    return str(page.locator("#source mark:not(.also)").evaluate("node => node.textContent"))


def test_a_marker_shows_its_quotation_to_the_pointer_and_to_the_keyboard(open_page: OpenPage) -> None:
    page = open_page("en")
    chip = ask(page, "library").locator("button.cite")
    chip.hover()
    peek = page.locator("#peek")
    expect(peek).to_contain_text(ENGLISH_QUOTE)
    expect(peek).to_contain_text("Harbour library has its busiest year")
    assert in_view(page, "#peek")
    page.keyboard.press("Escape")
    expect(peek).to_be_hidden()
    page.mouse.move(5, 5)
    page.keyboard.press("Tab")
    chip.focus()
    expect(peek).to_be_visible()
    page.keyboard.press("Enter")
    assert lit(page) == ENGLISH_QUOTE


def test_previous_and_next_go_through_the_quotations_of_the_answer(open_page: OpenPage) -> None:
    page = open_page("en")
    ask(page, "do they differ?").locator("p .cite").first.click()
    for quote, position in ((ENGLISH_QUOTE, "1 of 3"), (ARABIC_QUOTE, "2 of 3"), (ARABIC_SECOND_QUOTE, "3 of 3")):
        expect(page.locator("#source .position")).to_have_text(position)
        expect(page.locator("#source mark:not(.also)")).to_be_visible()
        assert lit(page) == quote
        assert in_view(page, "#source mark:not(.also)")
        page.locator("#source .next").click()
    expect(page.locator("#source .position")).to_have_text("1 of 3")
    page.locator("#source .previous").click()
    expect(page.locator("#source .position")).to_have_text("3 of 3")
    expect(page.locator("#source .previous")).to_be_focused()


def test_a_message_that_is_drawn_anew_still_shows_which_quotation_is_open(open_page: OpenPage) -> None:
    page = open_page("en")
    answer = ask(page, "library")
    answer.locator("button.cite").click()
    expect(page.locator("#source mark")).to_be_visible()
    answer.evaluate("node => node.replaceWith(node.cloneNode(true))")
    page.evaluate(
        "() => { for (const node of document.querySelectorAll('#chat .open')) node.classList.remove('open'); }"
    )
    page.locator("#chat .message-wrap").evaluate("node => node.append(document.createElement('i'))")
    expect(page.locator("#chat .answer button.cite.open")).to_have_count(1)
    expect(page.locator("#chat .answer button.source.open")).to_have_count(1)


def test_a_reference_is_copied_and_its_link_opens_exactly_there(open_page: OpenPage) -> None:
    page = open_page("en", permissions=["clipboard-read", "clipboard-write"])
    ask(page, "كلفة الجسر").locator("button.cite").nth(1).click()
    copied = {}
    for kind in ("plain", "apa", "bibtex", "link"):
        page.locator("#source .copy-menu summary").click()
        page.locator(f'#source .choices [value="{kind}"]').click()
        expect(page.locator("#notice")).to_have_text(ENGLISH.copied)
        copied[kind] = page.evaluate("navigator.clipboard.readText()")
    assert ARABIC_SECOND_QUOTE in copied["plain"]
    assert all(copied["link"] in copied[kind] for kind in ("plain", "apa", "bibtex"))
    page.goto(copied["link"])
    expect(page.locator("#source mark")).to_be_visible()
    assert lit(page) == ARABIC_SECOND_QUOTE
    assert in_view(page, "#source mark")
    expect(page.locator(".asked")).to_have_count(1)


@pytest.mark.parametrize("cite", ["gone.txt:1-5", "nonsense", f"{ENGLISH_ID}:5-99999"])
def test_a_link_that_leads_nowhere_says_so(open_page: OpenPage, cite: str) -> None:
    page = open_page("en", f"/?cite={cite}")
    expect(page.locator("#source")).to_contain_text(ENGLISH.article_gone)


def test_an_article_that_changed_or_went_away_says_so_and_shows_what_was_quoted(
    open_page: OpenPage, assistant: FakeAssistant
) -> None:
    page = open_page("en")
    chip = ask(page, "library").locator("button.cite")
    original = assistant.articles[ENGLISH_ID]
    try:
        assistant.articles[ENGLISH_ID] = replace(original, text=f"Corrected.\n\n{original.text}")
        chip.click()
        expect(page.locator("#source .notes")).to_have_text(ENGLISH.article_changed)
        assert lit(page) == ENGLISH_QUOTE
        page.keyboard.press("Escape")
        assistant.articles[ENGLISH_ID] = replace(original, text="The library is closed.")
        chip.click()
        expect(page.locator("#source .notes")).to_contain_text(ENGLISH.quote_gone)
        expect(page.locator("#source blockquote")).to_have_text(ENGLISH_QUOTE)
        expect(page.locator("#source mark")).to_have_count(0)
        page.keyboard.press("Escape")
        del assistant.articles[ENGLISH_ID]
        chip.click()
        expect(page.locator("#source")).to_contain_text(ENGLISH.article_gone_quoted)
        expect(page.locator("#source blockquote")).to_have_text(ENGLISH_QUOTE)
    finally:
        assistant.articles[ENGLISH_ID] = original


def test_the_panel_names_the_file_and_opens_it(open_page: OpenPage) -> None:
    page = open_page("en")
    ask(page, "كلفة الجسر").locator("button.cite").first.click()
    expect(page.locator("#source .raw")).to_have_attribute("target", "_blank")
    address = page.locator("#source .raw").evaluate("node => decodeURIComponent(node.href)")
    assert address.endswith(f"/raw/{ARABIC_ID}")
