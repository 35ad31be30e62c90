"""The page for everybody: axe-core finds nothing serious, and zoom, small windows and the keyboard reach all of it."""

import pytest
from browser_page import PHONE, OpenPage, ask, findings, scrolls_sideways

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "scheme"), [("ar", "light"), ("en", "dark")])
def test_axe_finds_nothing_serious_on_any_state_of_the_page(open_page: OpenPage, language: str, scheme: str) -> None:
    page = open_page(language, color_scheme=scheme)
    assert findings(page) == []
    for question in ("do they differ?", "which one?", "who?", "broken"):
        ask(page, question)
    page.locator(".confidence summary").first.click()
    assert findings(page) == []
    page.locator(".answered .cite").first.click()
    page.locator("#source mark").first.wait_for()
    page.locator("#source .copy-menu summary").click()
    assert findings(page) == []


def test_axe_can_find_something(open_page: OpenPage) -> None:
    page = open_page("en")
    page.evaluate("document.getElementById('header').append(document.createElement('button'))")
    assert any(each.startswith("button-name") for each in findings(page))


def test_axe_finds_nothing_serious_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("ar", **PHONE)
    ask(page, "do they differ?").locator(".cite").first.tap()
    page.locator("#source mark").first.wait_for()
    assert findings(page) == []


@pytest.mark.parametrize("size", [(640, 400), (320, 568), (390, 844)])
def test_zoom_and_small_windows_need_no_sideways_scroll(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = open_page("ar", viewport={"width": size[0], "height": size[1]})
    ask(page, "do they differ?")
    assert not scrolls_sideways(page)
    for selector in ("#question textarea", "#new", "#language select"):
        box = page.locator(selector).bounding_box()
        assert box["x"] >= 0, selector
        assert box["x"] + box["width"] <= size[0], selector
        assert box["y"] + box["height"] <= size[1], selector
    page.locator(".answered .cite").first.click()
    assert not scrolls_sideways(page)
    page.locator("#source button.close").click()
    expect(page.locator("#source")).to_be_hidden()


def test_targets_are_large_enough_for_a_finger(open_page: OpenPage) -> None:
    page = open_page("ar", **PHONE)
    ask(page, "do they differ?")
    small = page.evaluate(
        """() => [...document.querySelectorAll('#header :is(button, select, a), #chat button, #question button')]
        .filter((each) => each.checkVisibility()).map((each) => [each.className, each.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([name]) => name)"""
    )
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_number_of_an_open_marker_can_be_read_wherever_it_stands(open_page: OpenPage, scheme: str) -> None:
    page = open_page("en", color_scheme=scheme)
    ask(page, "do they differ?").locator(".differ .cite").first.click()
    expect(page.locator("#source mark").first).to_be_visible()
    for marker in page.locator("#chat .cite.open").all():
        colours = marker.evaluate("chip => [getComputedStyle(chip).color, getComputedStyle(chip).backgroundColor]")
        assert colours[0] != colours[1]
    assert page.locator("#chat .differ .cite.open").count() == 1
