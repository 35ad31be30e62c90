"""The page as a reader meets it, in a real browser; nothing it shows may come from another host."""

import re

import pytest
from browser_page import PHONE, OpenPage, ask, in_view, scrolls_sideways, stands_left
from web_fakes import ARABIC_QUOTE, ARABIC_SECOND_QUOTE, ENGLISH_ID, ENGLISH_QUOTE, HOSTILE_QUOTE, FakeAssistant

from rag.web.strings import STRINGS

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

pytestmark = pytest.mark.browser


def test_a_marker_opens_the_article_at_its_quotation_and_escape_returns_to_it(open_page: OpenPage) -> None:
    page = open_page("ar")
    answer = ask(page, "كم بلغت كلفة الجسر؟")
    assert answer.evaluate("node => getComputedStyle(node).direction") == "rtl"
    chips = answer.locator("button.cite")
    assert chips.count() == 2
    for chip, quote in ((chips.nth(1), ARABIC_SECOND_QUOTE), (chips.nth(0), ARABIC_QUOTE)):
        chip.click()
        marked = page.locator("#source mark:not(.also)")
        expect(marked).to_have_text(quote, use_inner_text=False)
        assert marked.evaluate("node => node.textContent") == quote
        assert in_view(page, "#source mark:not(.also)")
        assert page.locator("#source mark.also").count() == 1
    expect(page.locator("#source")).to_contain_text("افتتاح الجسر #2: الضفتان.md")
    expect(page.locator("#source")).to_contain_text("13 مارس 2020")
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(chips.nth(0)).to_be_focused()


def test_the_keyboard_alone_reaches_everything(open_page: OpenPage) -> None:
    page = open_page("en")
    answer = ask(page, "How many books did the library lend?")
    expect(page.locator("#question textarea")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.className") == "cite":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#source mark")).to_have_text(ENGLISH_QUOTE)
    expect(page.locator("#source button.close")).to_be_focused()
    page.keyboard.press("Enter")
    expect(answer.locator("button.cite")).to_be_focused()


def test_a_hostile_article_and_question_are_only_text(open_page: OpenPage) -> None:
    page = open_page("en")
    question = "hostile <img src=x onerror=window.hacked=9> ![x](https://evil.example/q.png) ${window.hacked=8}"
    answer = ask(page, question)
    expect(page.locator(".asked")).to_have_text(question)
    expect(answer.locator("p").first).to_contain_text(HOSTILE_QUOTE)
    answer.locator("button.cite").click()
    expect(page.locator("#source mark")).to_have_text(HOSTILE_QUOTE)
    page.locator("#report summary").click()
    expect(page.locator("#report")).to_contain_text("old/<i>x</i>.txt")
    assert page.evaluate("window.hacked") is None
    assert page.locator(":is(#chat, #source, #report) :is(img, form, input, script, i, b)").count() == 0


def test_an_abstention_does_not_look_like_an_answer(open_page: OpenPage) -> None:
    page = open_page("ar")
    answered = ask(page, "كلفة الجسر؟")
    abstained = ask(page, "من فاز بكأس العالم؟")
    expect(abstained).to_have_class(re.compile(r"\bunanswerable\b"))
    border = "node => getComputedStyle(node).borderTopStyle"
    assert answered.evaluate(border) != abstained.evaluate(border)
    expect(abstained).to_contain_text(STRINGS["ar"].closest)
    assert abstained.locator("button.cite").count() == 0
    abstained.locator("button.closest").nth(1).click()
    expect(page.locator("#source")).to_contain_text(ENGLISH_ID)


def test_a_phone_shows_everything_without_scrolling_sideways(open_page: OpenPage) -> None:
    page = open_page("ar", **PHONE)
    assert not scrolls_sideways(page)
    answer = ask(page, "كلفة الجسر؟")
    ask(page, "hostile")
    ask(page, "who?")
    assert not scrolls_sideways(page)
    answer.locator("button.cite").nth(1).tap()
    expect(page.locator("#source mark:not(.also)")).to_be_visible()
    assert in_view(page, "#source mark:not(.also)")
    assert not scrolls_sideways(page)
    box = page.locator("#source").bounding_box()
    assert (box["x"], box["width"], round(box["y"] + box["height"])) == (0, 390, 844)


def test_the_language_is_changed_in_place_and_remembered(open_page: OpenPage) -> None:
    page = open_page("ar")
    ask(page, "كلفة الجسر؟")
    mirrored = (".asked", "#question .submit-button", "#language")
    assert [stands_left(page, selector) for selector in mirrored] == [True, True, True]
    page.select_option("#language select", "en")
    expect(page.locator("#new")).to_contain_text(STRINGS["en"].new_conversation)
    expect(page.locator(".sources h3")).to_have_text(STRINGS["en"].sources)
    expect(page.locator("#question textarea")).to_have_attribute("placeholder", STRINGS["en"].question_placeholder)
    assert page.locator("html").get_attribute("dir") == "ltr"
    assert [stands_left(page, selector) for selector in mirrored] == [False, False, False]
    assert page.locator("#question textarea").evaluate("node => getComputedStyle(node).direction") == "ltr"
    page.reload()
    expect(page.locator(".answered")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_starter_question_is_answered(open_page: OpenPage) -> None:
    page = open_page("ar")
    page.locator("button.starter").first.click()
    expect(page.locator(".answered")).to_be_visible()
    expect(page.locator(".asked")).to_contain_text("افتتاح الجسر بين الضفتين")
    expect(page.locator(".welcome")).to_have_count(0)


def test_a_press_while_the_answer_grows_is_not_lost(open_page: OpenPage) -> None:
    page = open_page("en")
    page.locator("#question textarea").fill("slow")
    page.keyboard.press("Enter")
    page.locator(".draft button.cite").hover()  # which finds it again where it is drawn anew meanwhile
    page.mouse.down()
    page.wait_for_timeout(500)
    page.mouse.up()
    expect(page.locator("#source mark")).to_have_text(ENGLISH_QUOTE)


def test_stopping_keeps_what_was_said_and_the_next_question_works(open_page: OpenPage) -> None:
    page = open_page("fr")
    page.locator("#question textarea").fill("slow")
    page.keyboard.press("Enter")
    page.locator(".draft.busy").wait_for()
    page.locator("#question .stop-button").click()
    expect(page.locator(".stopped .note")).to_have_text(STRINGS["fr"].stopped)
    assert page.locator(".draft.stopped").count() == 1
    ask(page, "library")


def test_a_failure_is_told_in_the_readers_language_and_the_next_question_works(open_page: OpenPage) -> None:
    page = open_page("he")
    failed = ask(page, "broken")
    expect(failed).to_contain_text(STRINGS["he"].failed_index)
    ask(page, "library")


def test_a_follow_up_sends_what_was_said_and_a_new_conversation_forgets_it(
    open_page: OpenPage, assistant: FakeAssistant
) -> None:
    page = open_page("en")
    ask(page, "library")
    ask(page, "And the library in 2022?")
    assert assistant.history_of["And the library in 2022?"] == (("library", assistant.answer("library").text),)
    page.locator("#new").click()
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator(".answer")).to_have_count(0)
    ask(page, "a library")
    assert assistant.history_of["a library"] == ()
