"""The guided tour in a real browser: its questions are really asked, and it can be left at any time."""

from collections.abc import Iterator

import pytest
from browser_page import PHONE, OpenPage, ask, findings, in_view, scrolls_sideways
from web_fakes import ARABIC_QUOTE, ENGLISH_ID, ENGLISH_QUOTE, FakeAssistant

from rag.web import tour
from rag.web.strings import STRINGS
from rag.web.tour import STEPS, TourQuestions
from rag.web.tour_strings import TOUR_STRINGS

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

pytestmark = pytest.mark.browser

QUESTIONS = TourQuestions(
    short="library?",
    across="كم بلغت كلفة الجسر؟",
    differ="do they differ?",
    follow="and the library?",
    silence="who?",
    lookup=ENGLISH_QUOTE,
)


@pytest.fixture(scope="module")
def assistant() -> Iterator[FakeAssistant]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tour, "ARTICLES", (ENGLISH_ID,))
        patch.setattr(tour, "TOUR", dict.fromkeys(STRINGS, QUESTIONS))
        yield FakeAssistant()


NEXT = "#tour .next:not([aria-disabled])"


@pytest.mark.parametrize(("language", "forward"), [("ar", "ArrowLeft"), ("en", "ArrowRight")])
def test_the_tour_asks_its_questions_and_tells_what_each_shows(
    open_page: OpenPage, assistant: FakeAssistant, language: str, forward: str
) -> None:
    page = open_page(language)
    words = TOUR_STRINGS[language]
    page.locator(".start-tour").click()
    for name in STEPS[:5]:
        page.locator(NEXT).wait_for()
        expect(page.locator("#tour .sentence")).to_have_text(getattr(words, name))
        expect(page.locator(".asked").last).to_have_text(getattr(QUESTIONS, name))
        assert in_view(page, ".asked >> nth=-1")
        if name == "short":
            expect(page.locator("#source mark")).to_have_text(ENGLISH_QUOTE)
            assert findings(page) == []
        if name == "across":
            expect(page.locator("#source mark:not(.also)")).to_have_text(ARABIC_QUOTE)
            expect(page.locator("#tour .next")).to_be_focused()
        page.keyboard.press(forward if name != "short" else "PageDown")
    assert assistant.history_of[QUESTIONS.follow][-1][0] == QUESTIONS.differ
    page.locator(NEXT).wait_for()
    expect(page.locator("#lookup-query")).to_have_value(QUESTIONS.lookup)
    expect(page.locator("#lookup .place")).to_have_count(1)
    expect(page.locator("#tour .next")).to_have_text(words.end)
    page.keyboard.press("PageUp")
    expect(page.locator("#ask")).to_be_visible()
    expect(page.locator(".asked")).to_have_count(5)
    page.keyboard.press("Escape")
    expect(page.locator("#tour")).to_have_count(0)
    ask(page, "library")


def test_an_address_begins_the_tour_and_touch_goes_through_it_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("ar", "/?tour", **PHONE)
    for _ in STEPS[:2]:
        page.locator(NEXT).wait_for()
        assert not scrolls_sideways(page)
        for button in page.locator("#tour button").all():
            box = button.bounding_box()
            assert min(box["width"], box["height"]) >= 44
        assert findings(page) == []
        page.locator(NEXT).tap()
    page.locator("#tour .leave").tap()
    expect(page.locator("#question textarea")).to_be_visible()
    assert "tour" not in page.url


def test_a_new_conversation_leaves_the_tour(open_page: OpenPage) -> None:
    page = open_page("en", "/?tour")
    page.locator(NEXT).wait_for()
    page.locator("#new").click()
    expect(page.locator("#tour")).to_have_count(0)
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, "library")
    expect(page.locator(".asked")).to_have_text(["library"])


def test_type_is_larger_for_a_room(open_page: OpenPage) -> None:
    page = open_page("en", viewport={"width": 1920, "height": 1080})
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    before = page.evaluate(size)
    page.locator(".start-tour").click()
    page.locator(NEXT).wait_for()
    assert page.evaluate(size) >= before * 1.3
