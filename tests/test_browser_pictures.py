"""The pictures, in a real browser: drawn, spoken, opened by hand and by keyboard, saved, and never more than text."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser_page import PHONE, OpenPage, ask, findings, in_view, scrolls_sideways, stands_left
from fakes import KeywordEncoder, write_articles
from web_fakes import ENGLISH_ID, ENGLISH_QUOTE, FakeAssistant

from rag.indexer import bring_in_step
from rag.records import Citation, Hit
from rag.store import Store
from rag.web.strings import STRINGS

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

pytestmark = pytest.mark.browser

SVG = "http://www.w3.org/2000/svg"
HOSTILE_TITLE = 'Hostile <script>window.hacked=3</script> title ${window.hacked=4} "quoted"'


class IndexedAssistant(FakeAssistant):
    """The small assistant over a real index, so that there is a map, and what it finds stands on it."""

    def __init__(self) -> None:
        super().__init__()
        self.settings = self.settings.model_copy(update={"data_dir": self.settings.index_dir / "data"})
        write_articles(self.settings.data_dir, {name: article.text for name, article in self.articles.items()})
        bring_in_step(self.settings, KeywordEncoder())
        store = Store.open(self.settings.index_dir)
        self.first_passages = {name: store.article_passages(name)[0].passage_id for name in self.articles}

    def citation(self, marker: int, article_id: str, quote: str) -> Citation:
        return replace(super().citation(marker, article_id, quote), passage_id=self.first_passages[article_id])

    def _hit(self, article_id: str, rank: int) -> Hit:
        hit = super()._hit(article_id, rank)
        return replace(hit, passage=replace(hit.passage, passage_id=self.first_passages[article_id]))


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return IndexedAssistant()


def open_overview(page: Any) -> None:
    page.locator("#views [data-view=overview]").click()
    page.locator("#overview .map .drawing").wait_for()
    page.locator("#overview .timeline .drawing").wait_for()


def shown_text(page: Any, drawing: str) -> str:
    texts = page.locator(drawing).locator("text")
    texts.first.wait_for()
    return "\n".join(texts.all_text_contents())


@pytest.mark.parametrize("language", ["ar", "en"])
def test_why_opens_a_picture_of_the_answer_and_closes_back_to_its_button(open_page: OpenPage, language: str) -> None:
    page = open_page(language)
    answer = ask(page, "near the library")
    strings = STRINGS[language]
    answer.locator("button.why").click()
    text = shown_text(page, ".picture-window .drawing")
    for each in ("near the library", "Harbour library has its busiest year", strings.part_meaning, strings.score):
        assert each in text
    assert page.locator(".picture-window .drawing .row").count() == 3
    score = page.locator(".picture-window .drawing text", has_text=strings.score)
    box = score.bounding_box()
    assert (box["x"] < 640) == (language == "ar")
    page.keyboard.press("Escape")
    expect(page.locator(".picture-window")).to_have_count(0)
    expect(answer.locator("button.why")).to_be_focused()


def test_no_answer_has_a_picture_of_why_too(open_page: OpenPage) -> None:
    page = open_page("en")
    ask(page, "who?").locator("button.why").click()
    page.locator(".picture-window .drawing").wait_for()
    assert page.locator(".picture-window .sign.quoted").count() == 1  # only in the line that explains the signs


def test_a_passage_of_the_picture_opens_its_article_by_hand_and_in_words_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("en")
    answer = ask(page, "near the library")
    answer.locator("button.why").click()
    page.locator(".picture-window .drawing .row").first.click()
    expect(page.locator("#source")).to_contain_text(ENGLISH_ID)
    page.keyboard.press("Escape")
    answer.locator("button.why").focus()
    page.keyboard.press("Enter")
    page.locator(".picture-window summary").focus()
    page.keyboard.press("Enter")
    cells = page.locator(".picture-window tbody tr").first.locator("td")
    assert [cells.nth(place).inner_text() for place in (0, 2, 3)] == ["1", "English", "quoted [1]"]
    page.locator(".picture-window .to-source").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#source")).to_contain_text(ENGLISH_ID)


def test_sources_that_differ_stand_side_by_side_and_on_a_phone_below_one_another(open_page: OpenPage) -> None:
    for options, beside in (({}, True), (PHONE, False)):
        page = open_page("en", **options)
        ask(page, "do they differ?").locator("button.compare").click()
        cards = page.locator(".picture-window .drawing rect.card")
        expect(cards).to_have_count(2)
        first, second = cards.nth(0).bounding_box(), cards.nth(1).bounding_box()
        assert (first["y"] == second["y"]) == beside
        assert "18,200" in shown_text(page, ".picture-window .drawing")
        assert not scrolls_sideways(page)
        page.locator(".picture-window .drawing .row").first.click()
        expect(page.locator("#source mark")).to_have_text(ENGLISH_QUOTE)


def test_titles_in_a_drawing_are_only_text(open_page: OpenPage) -> None:
    page = open_page("en")
    ask(page, "hostile").locator("button.why").click()
    assert HOSTILE_TITLE.split("title")[0] in shown_text(page, ".picture-window .drawing")
    page.locator(".picture-window summary").click()
    expect(page.locator(".picture-window .to-source")).to_have_text(HOSTILE_TITLE)
    page.keyboard.press("Escape")
    open_overview(page)
    page.locator(".map summary").click()
    expect(page.locator(".map tbody")).to_contain_text(HOSTILE_TITLE)
    assert page.locator(":is(.picture-window, .pictures) :is(script, img, form, input, foreignObject)").count() == 0
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize(("language", "scheme"), [("ar", "light"), ("en", "dark")])
def test_a_picture_is_saved_as_it_looks_and_needs_nothing_from_outside(
    open_page: OpenPage, tmp_path: Path, language: str, scheme: str
) -> None:
    page = open_page(language, color_scheme=scheme)
    ask(page, "hostile").locator("button.why").click()
    page.locator(".picture-window .drawing").wait_for()
    files = {}
    for kind in ("svg", "png"):
        with page.expect_download() as saving:
            page.locator(f".picture-window .save.{kind}").click()
        files[kind] = tmp_path / saving.value.suggested_filename
        saving.value.save_as(files[kind])
    assert files["png"].read_bytes().startswith(b"\x89PNG")
    drawing = ElementTree.fromstring(files["svg"].read_text(encoding="utf-8"))  # noqa: S314
    held = [value for node in drawing.iter() for value in node.attrib.values()]
    style = drawing.findtext(f"{{{SVG}}}style") or ""
    assert 'url("data:' in style
    assert not [each for each in (style, *held) if "://" in each]
    assert any(
        "Hostile <script>" in "".join(node.itertext()) for node in drawing.iter("{http://www.w3.org/2000/svg}text")
    )
    ground = drawing.find("{http://www.w3.org/2000/svg}rect")
    assert ground is not None
    assert ground.get("fill") == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(28, 32, 36)")


def test_words_are_in_the_saved_bitmap_in_every_weight(open_page: OpenPage) -> None:
    page = open_page("en")
    ask(page, "near the library").locator("button.why").click()
    page.locator(".picture-window .drawing").wait_for()
    page.evaluate("URL.createObjectURL = (blob) => { window.saved = blob; return 'data:,'; }")
    page.locator(".picture-window .save.png").click()
    page.wait_for_function("window.saved")
    # How many dark points there are where the titles stand, of which only the first is bold.
    dark = page.evaluate(
        """async () => {
        const image = await createImageBitmap(window.saved);
        const rows = [...document.querySelectorAll('.picture-window .drawing .row')];
        const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext('2d');
        pen.drawImage(image, 0, 0);
        return rows.map((row) => { const box = row.querySelector('text.ink, text.soft').getBBox();
          const data = pen.getImageData((box.x + 24) * 2, (box.y + 24) * 2, box.width * 2, box.height * 2).data;
          let count = 0; for (let i = 0; i < data.length; i += 4) if (data[i] < 128) count += 1; return count; });
        }"""
    )
    assert len(dark) == 3
    assert all(count > 200 for count in dark)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_timeline_marks_what_was_cited_at_its_day_and_runs_as_the_page_does(
    open_page: OpenPage, language: str
) -> None:
    page = open_page(language)
    ask(page, "do they differ?")
    open_overview(page)
    discs = page.locator(".timeline .drawing .row .sign.quoted")
    expect(discs).to_have_count(3)
    oldest, newest = discs.nth(0).bounding_box(), discs.nth(2).bounding_box()
    assert (oldest["x"] > newest["x"]) == (language == "ar")
    assert ENGLISH_QUOTE[:30] in shown_text(page, ".timeline .drawing")
    assert page.locator(".timeline .drawing .bar").count() == 2
    page.locator(".timeline .drawing g.row:has(.bar) .bar").last.click()
    expect(page.locator(".timeline .chosen")).to_contain_text("Harbour library has its busiest year")
    page.locator(".timeline .chosen .to-source").click()
    expect(page.locator("#source")).to_contain_text(ENGLISH_ID)


def test_the_map_shows_the_question_and_is_walked_by_arrow_keys(open_page: OpenPage) -> None:
    page = open_page("en")
    ask(page, "near the library")
    open_overview(page)
    expect(page.locator(".map .asked-here")).to_have_count(2)  # on the map, and beside the question above it
    assert page.locator(".map .ray").count() == 3
    page.select_option(".map .picker >> nth=1 >> select", "")
    expect(page.locator(".map .asked-here")).to_have_count(0)
    page.select_option(".map .picker >> nth=0 >> select", "article")
    assert "Harbour library" in shown_text(page, ".map .drawing")
    place = page.locator(".map .place")
    place.focus()
    seen = set()
    for key in ["ArrowRight"] * 4 + ["ArrowDown"] * 4 + ["ArrowLeft"] * 4 + ["ArrowUp"] * 4:
        page.keyboard.press(key)
        seen.add((page.locator(".map .cursor").get_attribute("cx"), page.locator(".map .cursor").get_attribute("cy")))
    assert len(seen) > 2
    title = page.locator(".map .tip").inner_text()
    assert page.locator(".map [role=status]").inner_text() == title
    page.keyboard.press("Enter")
    expect(page.locator("#source h2")).to_have_text(title)


def test_what_was_found_keeps_the_colour_of_its_language_on_the_map(open_page: OpenPage) -> None:
    page = open_page("en")
    ask(page, "do they differ?")
    open_overview(page)
    found = page.locator(".map .dots .found")
    expect(found.first).to_be_attached()
    rings = page.locator(".map .dots ~ .ring")
    expect(rings).to_have_count(found.count())
    colours = set(found.evaluate_all("nodes => nodes.map((node) => getComputedStyle(node).fill)"))
    assert len(colours) == 2  # Arabic and English
    on_rings = set(rings.evaluate_all("nodes => nodes.map((node) => getComputedStyle(node).fill)"))
    assert on_rings == {"none"}
    assert {STRINGS["en"].state_quoted} <= set(page.locator(".map .drawing text").all_text_contents())


def test_on_a_phone_statements_take_the_whole_width_and_the_bars_their_numbers(open_page: OpenPage) -> None:
    page = open_page("en", **PHONE)
    ask(page, "do they differ?")
    open_overview(page)
    discs = page.locator(".timeline .drawing .row .sign.quoted")
    assert len({discs.nth(place).bounding_box()["x"] for place in range(3)}) == 1
    texts = page.locator(".timeline .drawing text").all_text_contents()
    assert {"1–2", "3"} <= set(texts[-6:])  # over the bars, before the years
    assert not scrolls_sideways(page)


def test_pictures_speak_the_language_that_is_chosen_and_mirror(open_page: OpenPage) -> None:
    page = open_page("en")
    open_overview(page)
    assert stands_left(page, ".timeline .drawing text")
    page.select_option("#language select", "ar")
    expect(page.locator(".timeline .drawing text").first).to_have_text(STRINGS["ar"].timeline_title)
    expect(page.locator(".map .save.svg")).to_have_text(STRINGS["ar"].save_svg)
    assert not stands_left(page, ".timeline .drawing text")


def test_without_enough_passages_the_map_says_so_and_the_timeline_is_there(open_page: OpenPage) -> None:
    page = open_page("en")
    page.route("**/page/overview/map*", lambda route: route.fulfill(status=404, json={"detail": "Too few."}))
    page.locator("#views [data-view=overview]").click()
    expect(page.locator(".map .state")).to_have_text("Too few.")
    expect(page.locator(".timeline .drawing")).to_be_visible()
    page.unroute("**/page/overview/map*")
    page.route("**/conversations/*/turns/*/why*", lambda route: route.fulfill(status=500, body="no"))
    page.locator("#views [data-view=ask]").click()
    ask(page, "library").locator("button.why").click()
    expect(page.locator(".picture-window .state")).to_have_text(STRINGS["en"].picture_failed)


@pytest.mark.parametrize(
    ("language", "scheme", "options"), [("ar", "light", {}), ("en", "dark", {}), ("ar", "dark", PHONE)]
)
def test_axe_finds_nothing_serious_on_any_picture_and_nothing_scrolls_sideways(
    open_page: OpenPage, language: str, scheme: str, options: dict[str, Any]
) -> None:
    page = open_page(language, color_scheme=scheme, **options)
    answer = ask(page, "do they differ?")
    for button in ("why", "compare"):
        answer.locator(f"button.{button}").click()
        page.locator(".picture-window .drawing").wait_for()
        page.locator(".picture-window summary").click()
        assert findings(page) == []
        assert not scrolls_sideways(page)
        page.locator(".picture-window button.close").click()
    open_overview(page)
    for summary in page.locator("#overview summary").all():
        summary.click()
    assert findings(page) == []
    assert not scrolls_sideways(page)
    assert in_view(page, "#views [data-view=overview]")


def test_every_tab_fits_a_small_phone_in_every_language(open_page: OpenPage) -> None:
    for language in STRINGS:
        page = open_page(language, viewport={"width": 320, "height": 640})
        assert not scrolls_sideways(page), language
        for tab in page.locator("#views a").all():
            box = tab.bounding_box()
            assert 0 <= box["x"] <= box["x"] + box["width"] <= 320, (language, tab.inner_text())


def test_no_drawn_words_leave_their_drawing_or_cover_one_another(open_page: OpenPage) -> None:
    for language, options in (("ar", {}), ("en", {}), ("ar", PHONE), ("ru", PHONE)):
        page = open_page(language, **options)
        ask(page, "do they differ?").locator("button.why").click()
        page.locator(".picture-window .drawing").wait_for()
        page.wait_for_timeout(300)
        assert outside_or_covered(page, ".picture-window .drawing") == []
        page.keyboard.press("Escape")
        open_overview(page)
        assert outside_or_covered(page, ".timeline .drawing") == []


def outside_or_covered(page: Any, drawing: str) -> list[str]:
    """Texts of a drawing that stand beyond its edge or upon another."""
    return list(
        page.locator(drawing).evaluate(
            """node => {
            const frame = node.getBoundingClientRect();
            const boxed = (text) => [text.textContent, text.getBoundingClientRect()];
            const texts = [...node.querySelectorAll('text')].map(boxed);
            const aside = (box) => box.left < frame.left - 4 || box.right > frame.right + 4;
            const beyond = (box) => aside(box) || box.bottom > frame.bottom + 2;
            const along = (one, other) => one.left < other.right - 2 && other.left < one.right - 2;
            const meet = (one, other) => along(one, other) && one.top < other.bottom - 6 && other.top < one.bottom - 6;
            return texts.flatMap(([text, box], index) => [...(beyond(box) ? [`outside: ${text}`] : []),
              ...texts.slice(index + 1).filter(([, one]) => meet(box, one)).map((one) => `${text} | ${one[0]}`)]);
            }"""
        )
    )
