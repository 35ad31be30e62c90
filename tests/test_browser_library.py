"""The library in a real browser: articles found, added, asked about, ticked and taken out, by mouse, key and finger."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_page import PHONE, OpenPage, ask, findings, in_view, scrolls_sideways, stands_left
from small_corpus import (
    ARABIC_NAME,
    CORPUS,
    ENGLISH_NAME,
    HOSTILE_NAME,
    small_assistant,
)

from rag.assistant import Assistant
from rag.web.strings import STRINGS
from rag.web.wording import counted

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

pytestmark = pytest.mark.browser

ENGLISH, ARABIC = STRINGS["en"], STRINGS["ar"]
NEW = "The marsh ferry carried 4,310 people in June according to the harbour office of the town."
TITLES = "#library td.title button"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with small_assistant(tmp_path_factory.mktemp("library")) as opened:
        yield opened


def open_library(open_page: OpenPage, language: str, **options: Any) -> Any:
    page = open_page(language, "/?view=library", **options)
    page.wait_for_selector("#library tbody tr")
    return page


def file(name: str, text: str = f"Marsh ferry\n\n{NEW}\n") -> Any:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def add_files(page: Any, *files: Any) -> None:
    page.locator("#library input.files").set_input_files(list(files))
    expect(page.locator("#library .adding .under-way")).to_have_count(0)


def removed(page: Any, title: str) -> None:
    row = page.locator("#library tbody tr", has_text=title)
    row.locator(".away button").click()
    page.locator("#library dialog .alarm").click()
    expect(row).to_have_count(0)


@pytest.mark.parametrize(("language", "scheme"), [("ar", "light"), ("en", "dark")])
def test_every_article_stands_with_its_facts_and_opens(
    open_page: OpenPage, assistant: Assistant, language: str, scheme: str
) -> None:
    page = open_library(open_page, language, color_scheme=scheme)
    assert findings(page) == []
    strings = STRINGS[language]
    expect(page.locator("#library .count p")).to_have_text(counted(strings.count_articles, len(CORPUS), language))
    row = page.locator("#library tbody tr", has_text="افتتاح الميناء")
    facts = ["2 مايو 2024", "العربية"] if language == "ar" else ["May 2, 2024", "Arabic"]
    characters = str(len(assistant.article(ARABIC_NAME).text))
    assert row.locator("td").all_text_contents()[2:6] == [*facts, "1", characters]
    assert stands_left(page, "#library td.tick") == (language == "en")
    row.locator(".title button").click()
    expect(page.locator("#source h2")).to_contain_text("افتتاح الميناء الجديد")
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(row.locator(".title button")).to_be_focused()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_numbers_stand_unit_below_unit_whichever_way_the_page_runs(open_page: OpenPage, language: str) -> None:
    page = open_library(open_page, language)
    for column in ("passages", "characters"):
        ends = page.locator(f"#library td.{column}").evaluate_all(
            """cells => cells.map((cell) => {
                const range = document.createRange();
                range.selectNodeContents(cell);
                return Math.round(range.getBoundingClientRect().right);
            })"""
        )
        assert len(ends) > 1
        assert len(set(ends)) == 1


def test_the_list_is_searched_filtered_and_put_in_order_by_keyboard(open_page: OpenPage) -> None:
    page = open_library(open_page, "en")
    search = page.locator("#library .search")
    search.fill("المينا ")
    expect(page.locator(TITLES)).to_have_count(1)
    expect(page.locator("#library .count p")).to_have_text("1 of 5")
    search.fill("swans")
    expect(page.locator("#library .none")).to_have_text(ENGLISH.nothing_listed)
    page.locator("#library .clear").click()
    expect(page.locator(TITLES)).to_have_count(5)
    expect(search).to_be_focused()
    page.select_option("#library .spoken", "en")
    expect(page.locator(TITLES)).to_have_count(3)
    page.locator("#library input.since").fill("2020-03-03")
    expect(page.locator(TITLES)).to_have_count(1)
    page.locator("#library .clear").click()
    expect(page.locator(TITLES)).to_have_count(5)  # a key pressed before the list is there again would meet the old one
    heading = page.locator('#library th button[value="title"]')
    heading.focus()
    for order in ("ascending", "descending"):
        page.keyboard.press("Enter")
        expect(page.locator("#library th.title")).to_have_attribute("aria-sort", order)
        expect(heading).to_be_focused()
    expect(page.locator(TITLES).first).to_contain_text("افتتاح")
    expect(page.locator(TITLES).nth(1)).to_contain_text("Музей")


def test_an_article_is_added_asked_about_and_taken_out(open_page: OpenPage, assistant: Assistant) -> None:
    page = open_library(open_page, "en")
    add_files(page, file("ferry.txt"), file("copy.txt"), file("notes.exe"), file("empty.txt", " "))
    told = page.locator("#library .adding li")
    expect(told.nth(0)).to_contain_text(ENGLISH.upload_added)
    expect(told.nth(1)).to_contain_text("the same is there as ferry.txt")
    expect(told.nth(2)).to_contain_text(ENGLISH.upload_format)
    expect(told.nth(3)).to_contain_text(ENGLISH.upload_empty)
    expect(page.locator("#library .adding [role=status]")).to_have_text("1 of 4 added")
    expect(page.locator("#library .building .done")).to_have_text("1 article added")
    expect(page.locator(TITLES)).to_have_count(6)
    assert findings(page) == []
    page.locator('#views [data-view="ask"]').click()
    answer = ask(page, "How many people did the marsh ferry carry in June?")
    answer.locator("button.cite").first.click()
    expect(page.locator("#source")).to_contain_text(NEW)
    page.keyboard.press("Escape")
    page.locator('#views [data-view="library"]').click()
    row = page.locator("#library tbody tr", has_text="Marsh ferry")
    row.locator(".away button").click()
    expect(page.locator("#library dialog")).to_contain_text("ferry.txt")
    expect(page.locator("#library dialog .plain")).to_be_focused()
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#library dialog")).to_have_count(0)
    assert (assistant.settings.data_dir / "ferry.txt").exists()
    removed(page, "Marsh ferry")
    assert not (assistant.settings.data_dir / "ferry.txt").exists()
    page.locator('#views [data-view="ask"]').click()
    expect(page.locator("#report")).to_contain_text("5 articles")
    # The answer given before still shows what it quoted, and says that the article is gone.
    page.locator("#chat .answered button.cite").first.click()
    expect(page.locator("#source")).to_contain_text(ENGLISH.article_gone_quoted)


def test_a_file_of_the_same_name_takes_its_place_only_when_asked(open_page: OpenPage, assistant: Assistant) -> None:
    page = open_library(open_page, "ar")
    add_files(page, file("news.txt"))
    expect(page.locator("#library .building .done")).to_be_visible()
    add_files(page, file("news.txt", "Marsh ferry\n\nThe marsh ferry was taken out of service in the autumn.\n"))
    last = page.locator("#library .adding li").last
    expect(last).to_contain_text(ARABIC.upload_exists)
    last.locator("button").click()
    expect(page.locator("#library .adding li").last).to_contain_text(ARABIC.upload_replaced)
    expect(page.locator("#library .building .done")).to_have_text(counted(ARABIC.count_changed, 1, "ar"))
    assert "autumn" in assistant.article("news.txt").text
    removed(page, "Marsh ferry")


DROP = """(files) => {
  const transfer = new DataTransfer();
  for (const [name, text] of files) transfer.items.add(new File([text], name, {type: "text/plain"}));
  const library = document.getElementById("library");
  const event = (kind) => new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true});
  const send = (kind) => library.dispatchEvent(event(kind));
  send("dragenter");
  const lit = library.classList.contains("over");
  send("drop");
  return lit;
}"""


def test_files_are_dropped_anywhere_on_it_and_a_folder_keeps_its_folders(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_library(open_page, "en")
    assert page.evaluate(DROP, [["dropped.txt", f"Dropped\n\n{NEW}"]]) is True
    expect(page.locator("#library tbody tr", has_text="dropped.txt")).to_have_count(1)
    (tmp_path / "folder" / "sub").mkdir(parents=True)
    (tmp_path / "folder" / "sub" / "خبر.txt").write_text(
        "عبّارة المستنقع تعود إلى الخدمة يوم الأحد المقبل.", encoding="utf-8"
    )
    (tmp_path / "folder" / ".hidden.txt").write_text("hidden", encoding="utf-8")
    page.locator("#library input.folders").set_input_files(tmp_path / "folder")
    expect(page.locator("#library tbody tr", has_text="folder/sub/خبر.txt")).to_have_count(1)
    removed(page, "dropped.txt")
    removed(page, "folder/sub/خبر.txt")


def test_what_is_ticked_restricts_questions_until_it_is_lifted(open_page: OpenPage) -> None:
    page = open_library(open_page, "en")
    page.locator("#library tbody tr", has_text="افتتاح الميناء").locator("input").check()
    expect(page.locator("#library .restricted .chip")).to_have_text(["افتتاح الميناء الجديد في المدينة"])
    assert findings(page) == []
    page.locator("#library .restricted .main-button").click()
    expect(page.locator("#question textarea")).to_be_focused()
    expect(page.locator("#restriction .chip")).to_have_text(["افتتاح الميناء الجديد في المدينة"])
    box = page.locator("#restriction").bounding_box()
    assert abs(box["y"] + box["height"] - page.locator("#question").bounding_box()["y"]) <= 1
    assert findings(page) == []
    answer = ask(page, "What did the bridge band play?")
    expect(answer).to_contain_text(ARABIC_NAME.split("/")[1])
    values = [chip.get_attribute("value") for chip in page.locator("#chat button.cite").all()]
    assert all(value.startswith(ARABIC_NAME) for value in values)
    page.reload()
    expect(page.locator("#restriction .chip")).to_have_count(1)
    expect(page.locator("#chat button.cite")).to_have_count(len(values))  # else it would be taken for the next answer
    page.locator("#restriction .lift").click()
    expect(page.locator("#restriction")).to_be_hidden()
    expect(page.locator("#restriction > *")).to_have_count(0)  # nothing is drawn that is not shown
    last = ask(page, "Which engineers repaired the old bridge for two years?")
    assert last.locator("button.cite").first.get_attribute("value").startswith(ENGLISH_NAME)
    expect(last).not_to_contain_text("Searched only")


def test_language_and_dates_restrict_too_and_each_is_lifted_by_itself(open_page: OpenPage) -> None:
    page = open_library(open_page, "ar")
    page.select_option("#library .spoken", "en")
    page.locator("#library input.since").fill("2020-01-01")
    expect(page.locator(TITLES)).to_have_count(1)
    page.locator("#library .only").click()
    expect(page.locator("#library .restricted .chip")).to_have_text(["الإنجليزية", "منذ 1 يناير 2020"])
    page.locator("#library .restricted .main-button").click()
    answer = ask(page, "ماذا عن الجسر؟ bridge")
    assert answer.locator("button.cite").first.get_attribute("value").startswith(ENGLISH_NAME)
    expect(answer.locator(".understood")).to_contain_text("الإنجليزية · منذ 1 يناير 2020")
    page.locator("#restriction .chip button").first.click()
    expect(page.locator("#restriction .chip")).to_have_text(["منذ 1 يناير 2020"])
    page.locator("#restriction .chip button").click()
    expect(page.locator("#restriction")).to_be_hidden()


def test_a_restriction_to_what_went_says_so(open_page: OpenPage) -> None:
    page = open_page("en")
    page.evaluate(
        """localStorage.setItem("masdar-restriction", '{"articles": [{"id": "gone.txt", "title": "Gone"}]}')"""
    )
    page.reload()
    expect(page.locator("#restriction .chip")).to_have_text(["Gone"])
    expect(ask(page, "bridge?")).to_contain_text(ENGLISH.failed_restriction)


def test_hostile_names_and_titles_are_only_text(open_page: OpenPage) -> None:
    page = open_library(open_page, "en")
    row = page.locator("#library tbody tr", has_text="window.hacked=3")
    expect(row).to_contain_text(HOSTILE_NAME)
    row.locator("input").check()
    row.locator(".away button").click()
    expect(page.locator("#library dialog .named")).to_have_text(HOSTILE_NAME)
    page.keyboard.press("Escape")
    add_files(page, file("<img src=x onerror=window.hacked=4>.exe"))
    expect(page.locator("#library .adding")).to_contain_text("<img src=x onerror=window.hacked=4>.exe")
    page.locator("#library .restricted .plain").click()
    assert page.evaluate("window.hacked") is None
    assert page.locator(":is(#library, #restriction) :is(img, script, b)").count() == 0


def test_a_lost_server_is_told_and_the_list_comes_back(open_page: OpenPage) -> None:
    page = open_library(open_page, "he")
    page.route("**/page/library?**", lambda route: route.abort())
    page.select_option("#library .spoken", "en")
    expect(page.locator("#library .trouble")).to_contain_text(STRINGS["he"].list_failed)
    page.unroute("**/page/library?**")
    page.locator("#library .trouble button").click()
    expect(page.locator(TITLES)).to_have_count(3)


def test_where_nothing_may_be_changed_nothing_offers_to_and_an_empty_library_says_so(open_page: OpenPage) -> None:
    page = open_library(open_page, "en")

    def changed(route: Any, change: dict[str, Any]) -> None:
        library = route.fetch().json()
        route.fulfill(json={**library, **change, "page": {**library["page"], **change.get("page", {})}})

    page.route("**/page/library?**", lambda route: changed(route, {"changeable": False}))
    page.select_option("#library .spoken", "en")
    expect(page.locator("#library .drop")).to_have_text(ENGLISH.library_read_only)
    expect(page.locator("#library .away")).to_have_count(0)
    expect(page.locator("#library .changes")).to_be_hidden()
    assert page.evaluate(DROP, [["dropped.txt", "Dropped"]]) is False
    assert findings(page) == []
    page.unroute("**/page/library?**")
    page.route("**/page/library?**", lambda route: changed(route, {"page": {"total": 0, "found": 0, "articles": []}}))
    page.locator("#library .search").fill("x")
    expect(page.locator("#library .empty")).to_contain_text(ENGLISH.library_empty_hint)
    expect(page.locator("#library .filters")).to_be_hidden()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_on_a_phone_it_fits_ticks_and_opens(open_page: OpenPage, language: str) -> None:
    page = open_library(open_page, language, **PHONE)
    assert not scrolls_sideways(page)
    assert findings(page) == []
    page.locator("#library td.tick label").first.tap()
    expect(page.locator("#library .restricted")).to_be_visible()
    page.locator("#library .restricted .main-button").tap()
    expect(page.locator("#restriction")).to_be_visible()
    assert not scrolls_sideways(page)
    assert in_view(page, "#question textarea")
    page.locator("#restriction .lift").tap()
    page.locator('#views [data-view="library"]').tap()
    page.locator(TITLES).first.tap()
    expect(page.locator("#source h2")).to_be_visible()
    assert findings(page) == []
    assert not scrolls_sideways(page)
