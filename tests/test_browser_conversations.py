"""The list of conversations and the choice of colours, in a real browser."""

import time
from typing import Any

import pytest
from browser_page import PHONE, OpenPage, ask, findings, scrolls_sideways, stands_left

from rag.web import follow_ups
from rag.web.strings import STRINGS

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

pytestmark = pytest.mark.browser

ENGLISH, ARABIC = STRINGS["en"], STRINGS["ar"]


def with_conversations(page: Any, *questions: str) -> Any:
    """The open list, after each question was asked in a conversation of its own; the last one asked stands first."""
    for question in questions:
        page.locator("#new").click()
        expect(page.locator(".welcome")).to_be_visible()
        ask(page, question)
    page.locator("#conversations").click()
    expect(page.locator("#side li")).to_have_count(len(questions))
    return page.locator("#side li")


def colour(page: Any) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_an_old_conversation_is_opened_again_after_a_reload(open_page: OpenPage) -> None:
    page = open_page("en")
    rows = with_conversations(page, "library", "hostile")
    expect(rows.locator(".open")).to_have_text(["hostile", "library"])
    expect(rows.nth(0).locator(".open")).to_have_attribute("aria-current", "true")
    page.reload()
    expect(page.locator("#side")).to_be_visible()
    rows.nth(1).locator(".open").click()
    expect(page.locator(".asked")).to_have_text(["library"])
    expect(rows.nth(1).locator(".open")).to_have_attribute("aria-current", "true")
    expect(page.locator("#question textarea")).to_be_focused()
    ask(page, "near")
    expect(rows.locator(".open")).to_have_text(["library", "hostile"])


def test_search_finds_words_of_questions_and_answers_and_says_when_there_are_none(open_page: OpenPage) -> None:
    page = open_page("ar")
    rows = with_conversations(page, "library", "كم بلغت كلفة الجسر؟")
    page.locator("#side input").fill("Mona Reed")
    expect(rows.locator(".open")).to_have_text(["library"])
    page.locator("#side input").fill("لا كلمة كهذه")
    expect(page.locator("#side .state")).to_have_text(ARABIC.no_conversation_found)
    page.keyboard.press("Escape")
    expect(rows).to_have_count(2)


def test_a_name_is_kept_and_nothing_in_it_is_markup(open_page: OpenPage) -> None:
    page = open_page("en")
    rows = with_conversations(page, "library")
    rows.nth(0).locator(".line").hover()
    rows.nth(0).locator(".more").click()
    page.get_by_role("button", name=ENGLISH.rename).click()
    name = "<img src=x onerror=window.hacked=1> جسر"
    page.get_by_role("textbox", name=ENGLISH.conversation_name).fill(name)
    page.keyboard.press("Enter")
    expect(rows.nth(0).locator(".open")).to_have_text(name)
    page.reload()
    expect(rows.nth(0).locator(".open")).to_have_text(name)
    assert page.evaluate("window.hacked") is None


def test_deleting_asks_first_and_takes_the_open_conversation_off_the_page(open_page: OpenPage) -> None:
    page = open_page("en")
    rows = with_conversations(page, "library", "hostile")
    rows.nth(0).locator(".line").hover()
    rows.nth(0).locator(".more").click()
    page.get_by_role("button", name=ENGLISH.delete).click()
    expect(page.get_by_role("alert")).to_have_text(ENGLISH.delete_ask)
    page.get_by_role("button", name=ENGLISH.cancel).click()
    expect(rows).to_have_count(2)
    expect(rows.nth(0).locator(".more")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=ENGLISH.delete).click()
    page.locator("#side .go").click()
    expect(rows.locator(".open")).to_have_text(["library"])
    expect(page.locator(".welcome")).to_be_visible()
    expect(rows.nth(0).locator(".open")).to_be_focused()


def test_a_shared_link_reads_and_leads_nowhere_once_sharing_stops(open_page: OpenPage) -> None:
    page = open_page("en", permissions=["clipboard-read", "clipboard-write"])
    rows = with_conversations(page, "library")
    rows.nth(0).locator(".line").hover()
    rows.nth(0).locator(".more").click()
    page.get_by_role("button", name=ENGLISH.share).click()
    page.get_by_role("button", name=ENGLISH.copy_shared_link).click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert page.request.get(link).status == 200
    assert "18,200 books" in page.request.get(link).text()
    page.get_by_role("button", name=ENGLISH.share_stop).click()
    expect(page.locator("#notice")).to_have_text(ENGLISH.share_stopped)
    assert page.request.get(link).status == 404
    expect(rows.nth(0).locator(".shared")).to_have_count(0)


def test_every_format_is_exported_with_its_sources(open_page: OpenPage) -> None:
    page = open_page("ar")
    rows = with_conversations(page, "كم بلغت كلفة الجسر؟")
    rows.nth(0).locator(".line").hover()
    rows.nth(0).locator(".more").click()
    for name, ending in (("Markdown", ".md"), ("HTML", ".html")):
        with page.expect_download() as started:
            page.get_by_role("link", name=name).click()
        assert started.value.suggested_filename.endswith(ending)
        assert "4.5 مليون دولار" in started.value.path().read_text(encoding="utf-8").replace("\\", "")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=ARABIC.export_print).click()
    expect(opened.value.locator("#source-1")).to_contain_text("سامي الحداد")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_on_a_phone_the_list_is_a_drawer_that_holds_the_focus(open_page: OpenPage, language: str) -> None:
    page = open_page(language, **PHONE)
    rows = with_conversations(page, "library")
    assert stands_left(page, "#side") == (language == "en")
    assert not scrolls_sideways(page)
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('#header, #rooms')")
    assert findings(page) == []
    page.locator("#side .more").tap()
    assert findings(page) == []
    page.locator("#side .card").press("Escape")
    expect(page.locator("#side .card")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#side")).to_be_hidden()
    expect(page.locator("#conversations")).to_be_focused()
    page.locator("#conversations").tap()
    rows.nth(0).locator(".open").tap()
    expect(page.locator("#side")).to_be_hidden()
    expect(page.locator(".asked")).to_have_text(["library"])


@pytest.mark.parametrize(("language", "scheme"), [("ar", "dark"), ("en", "light")])
def test_axe_finds_nothing_serious_in_the_list(open_page: OpenPage, language: str, scheme: str) -> None:
    page = open_page(language, color_scheme=scheme)
    rows = with_conversations(page, "library")
    rows.nth(0).locator(".line").hover()
    rows.nth(0).locator(".more").click()
    assert findings(page) == []
    page.locator("#side .act").nth(1).click()
    page.get_by_role("textbox", name=STRINGS[language].shared_link).wait_for()
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.locator("#side .act.alarm").click()
    assert findings(page) == []


def test_questions_to_go_on_with_are_not_drawn_over_another_conversation(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = follow_ups.follow_up_questions

    def slowly(*arguments: Any) -> Any:
        time.sleep(1.0)
        return found(*arguments)

    monkeypatch.setattr("rag.web.page.follow_up_questions", slowly)
    page = open_page("en")
    ask(page, "near")
    page.locator("#new").click()
    expect(page.locator(".welcome")).to_be_visible()
    page.wait_for_timeout(1500)
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator(".asked")).to_have_count(0)


def test_the_colours_are_chosen_remembered_and_there_from_the_first_byte(open_page: OpenPage) -> None:
    page = open_page("en", color_scheme="light")
    light = colour(page)
    page.locator("#theme").click()
    expect(page.locator("#theme")).to_have_attribute("aria-label", ENGLISH.theme_light)
    page.locator("#theme").click()
    expect(page.locator("#theme")).to_have_attribute("aria-label", ENGLISH.theme_dark)
    dark = colour(page)
    assert dark != light
    page.reload(wait_until="commit")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    expect(page.locator("#theme")).to_have_attribute("aria-label", ENGLISH.theme_dark)
    page.locator(".starter").first.wait_for()
    assert colour(page) == dark
    page.emulate_media(color_scheme="dark")
    page.locator("#theme").click()
    assert colour(page) == dark
    page.locator("#theme").click()
    assert colour(page) == light
    assert page.evaluate("document.body.classList.contains('dark')") is False
