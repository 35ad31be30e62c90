"""What a reader can do with a turn: copy, ask again, edit, take back, judge, go on."""

from typing import Any

import pytest
from browser_page import OpenPage, ask, in_view
from web_fakes import ARABIC_QUOTE, ENGLISH_ID, ENGLISH_QUOTE, FakeAssistant

from rag.web.strings import STRINGS

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

pytestmark = pytest.mark.browser

ENGLISH = STRINGS["en"]


def copied(page: Any) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_an_answer_is_copied_as_clean_text_with_its_sources(open_page: OpenPage) -> None:
    page = open_page("en", permissions=["clipboard-read", "clipboard-write"])
    ask(page, "library").locator(".act.copy").click()
    expect(page.locator("#notice")).to_have_text(ENGLISH.copied)
    text = copied(page)
    assert text.startswith(f"{ENGLISH_QUOTE} [1]\n\n{ENGLISH.sources}:\n[1] Harbour library has its busiest year")
    assert ENGLISH_ID in text
    assert "<" not in text


def test_an_edited_question_takes_the_place_of_what_followed(open_page: OpenPage, assistant: FakeAssistant) -> None:
    page = open_page("en")
    for question in ("library", "hostile"):
        ask(page, question)
    page.locator(".asked").first.hover()
    page.locator(".act.edit").first.click()
    box = page.locator("#question textarea")
    expect(box).to_have_value("library")
    expect(page.locator("#editing")).to_contain_text(ENGLISH.editing)
    box.fill("the library again")
    page.keyboard.press("Enter")
    expect(page.locator(".asked")).to_have_text(["the library again"])
    expect(page.locator(".answered")).to_have_count(1)
    expect(page.locator("#editing")).to_have_count(0)
    assert assistant.history_of["the library again"] == ()
    ask(page, "hostile")
    expect(page.locator(".asked")).to_have_text(["the library again", "hostile"])


def test_editing_can_be_given_up(open_page: OpenPage) -> None:
    page = open_page("en")
    ask(page, "library")
    page.locator(".act.edit").click()
    page.keyboard.press("Escape")
    expect(page.locator("#editing")).to_have_count(0)
    expect(page.locator("#question textarea")).to_have_value("")


def test_a_question_is_asked_again_in_its_place_and_taken_back(open_page: OpenPage) -> None:
    page = open_page("en")
    failed = ask(page, "broken")
    failed.evaluate("node => { node.dataset.before = ''; }")
    failed.locator(".again").click()
    expect(page.locator("[data-before]")).to_have_count(0)
    expect(page.locator(".failed")).to_have_count(1)
    expect(page.locator(".asked")).to_have_count(1)
    ask(page, "library")
    page.locator(".asked").nth(1).hover()
    page.locator(".act.undo").nth(1).click()
    expect(page.locator(".asked")).to_have_text(["broken"])
    page.locator(".asked").hover()
    page.locator(".act.undo").click()
    expect(page.locator(".welcome")).to_be_visible()


def test_a_thumb_and_a_word_are_kept(open_page: OpenPage) -> None:
    page = open_page("en")
    ask(page, "library")
    page.locator(".act.bad").click()
    page.locator(".remark input").fill("too short")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_have_text(ENGLISH.feedback_thanks)
    page.reload()
    expect(page.locator(".act.bad")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".act.good")).to_have_attribute("aria-pressed", "false")
    turn = page.evaluate("fetch(`conversations/${masdar.conversation()}`).then((answer) => answer.json())")["turns"][0]
    assert (turn["liked"], turn["remark"]) == (False, "too short")
    page.locator(".act.bad").click()
    expect(page.locator(".act.bad")).to_have_attribute("aria-pressed", "false")


def test_a_question_back_offers_what_to_ask_instead(open_page: OpenPage) -> None:
    page = open_page("en")
    unclear = ask(page, "which one?")
    expect(unclear).to_have_attribute("data-status", "unclear")
    assert unclear.locator("button.cite").count() == 0
    unclear.locator(".offer").first.click()
    expect(page.locator('[data-status="answered"]')).to_contain_text(ENGLISH_QUOTE)


def test_an_answer_says_how_it_was_understood_how_sure_it_is_and_what_differs(open_page: OpenPage) -> None:
    page = open_page("en")
    answer = ask(page, "do they differ?")
    expect(answer.locator(".brief")).to_have_text("18,200 books")
    expect(answer.locator(".span")).to_have_text("18,200 books")
    expect(answer.locator(".understood").first).to_contain_text("at the harbour library")
    expect(answer.locator(".understood").nth(1)).to_contain_text("English · Arabic · from January 1, 2020")
    expect(answer.locator(".differ h3")).to_have_text(ENGLISH.differ_number)
    expect(answer.locator(".differ li")).to_have_count(2)
    expect(answer.locator(".tongue").first).to_have_text("Quoted in Arabic")
    expect(answer.locator(".confidence summary")).to_have_text(ENGLISH.confidence_medium)
    expect(answer.locator(".confidence p")).to_be_hidden()
    answer.locator(".confidence summary").click()
    expect(answer.locator(".confidence p")).to_contain_text("6")
    answer.locator(".differ .cite").nth(2).click()
    expect(page.locator("#source mark:not(.also)")).to_contain_text("4.5")


def test_the_beginning_of_an_answer_stays_in_view_however_long_it_is(open_page: OpenPage) -> None:
    page = open_page("en", viewport={"width": 900, "height": 500})
    for _ in range(2):
        ask(page, "do they differ?")
    page.wait_for_timeout(300)
    assert in_view(page, ".message-row:nth-last-child(2 of .user-row, .bot-row) .asked")
    page.locator("#chat .bubble-wrap").evaluate("node => { node.scrollTop = 0; }")
    page.mouse.move(450, 250)
    page.mouse.wheel(0, 10)
    page.wait_for_timeout(300)
    assert in_view(page, ".asked")


def test_questions_to_go_on_with_are_offered_and_answered(open_page: OpenPage) -> None:
    page = open_page("en")
    ask(page, "What is near?")
    offer = page.locator(".follow-ups .offer", has_text="افتتاح الجسر")
    offer.wait_for()
    asked = offer.get_attribute("value")
    offer.click()
    expect(page.locator(".asked").nth(1)).to_have_text(asked)
    expect(page.locator(".answered")).to_have_count(2)
    expect(page.locator(".answered").nth(1)).to_contain_text(ARABIC_QUOTE)


@pytest.mark.parametrize("width", range(320, 420, 20))
def test_no_line_of_an_answer_begins_with_a_marker(open_page: OpenPage, width: int) -> None:
    page = open_page("ar", viewport={"width": width, "height": 844})
    ask(page, "كلفة الجسر")
    for marker in page.locator("#chat p .cite").all():
        # What stands before the marker on its line: its word, whose box ends where the marker's line does.
        beside = marker.evaluate(
            """node => {
                const line = node.getBoundingClientRect();
                const range = document.createRange();
                range.selectNodeContents(node.closest("p"));
                range.setEndBefore(node);
                const beside = (box) => box.width > 3 && box.top < line.bottom && box.bottom > line.top;
                return [...range.getClientRects()].some(beside);
            }"""
        )
        assert beside
