"""The library's list is searched in any spelling, put in order by any column and given out by pages."""

import datetime
import time
from typing import Any

import pytest
from web_fakes import FakeAssistant

from rag.records import ArticleSummary
from rag.web.library_list import LibraryList, ListQuery, file_of


def summary(number: int, **values: Any) -> ArticleSummary:
    return ArticleSummary(
        **{
            "article_id": f"{number:06}.txt",
            "title": f"Report {number}",
            "language": "en",
            "published": None,
            "characters": number,
            "passages": 1,
            **values,
        }
    )


class Listing(FakeAssistant):
    def __init__(self, *summaries: ArticleSummary) -> None:
        super().__init__()
        self.summaries = summaries

    def sources(self) -> tuple[ArticleSummary, ...]:
        return self.summaries


def ids(listed: LibraryList, **query: Any) -> list[str]:
    return [each.article_id for each in listed.page(ListQuery(**query), "en").articles]


def test_search_knows_the_spellings_of_arabic_and_every_word_must_fit() -> None:
    listed = LibraryList(
        Listing(summary(1, title="إفتتاح المكتبةِ"), summary(2, title="افتتاح الميناء"), summary(3, title="المكتبة"))
    )
    assert ids(listed, search="افتتاح المكتبه") == ["000001.txt"]
    assert ids(listed, search="000003") == ["000003.txt"]
    assert ids(listed, search="افتتاح قصر") == []


def test_dates_are_included_leave_out_the_undated_and_put_them_last_in_either_order() -> None:
    days = [datetime.date(2020, 1, day) for day in (1, 2, 3)]
    listed = LibraryList(
        Listing(*(summary(number, published=day) for number, day in enumerate(days)), summary(3), summary(4))
    )
    assert ids(listed, since=days[1]) == ["000002.txt", "000001.txt"]
    assert ids(listed, until=days[1], descending=False) == ["000000.txt", "000001.txt"]
    assert ids(listed)[:3] == ["000002.txt", "000001.txt", "000000.txt"]
    assert set(ids(listed, descending=False)[3:]) == {"000003.txt", "000004.txt"}


def test_a_column_puts_in_order_and_pages_end_where_the_list_does() -> None:
    listed = LibraryList(Listing(*(summary(number, language="ar" if number % 2 else "en") for number in range(120))))
    assert ids(listed, order="characters", limit=3) == ["000119.txt", "000118.txt", "000117.txt"]
    page = listed.page(ListQuery(offset=100_000, limit=50, language="ar"), "en")
    assert (page.total, page.found, page.offset, len(page.articles)) == (120, 60, 50, 10)
    assert [(each.code, each.name, each.articles) for each in page.languages] == [
        ("en", "English", 60),
        ("ar", "Arabic", 60),
    ]
    empty = LibraryList(Listing()).page(ListQuery(offset=7), "en")
    assert (empty.total, empty.found, empty.offset, empty.articles) == (0, 0, 0, ())


def test_a_hundred_thousand_articles_are_searched_in_the_blink_of_an_eye() -> None:
    day = datetime.date(2000, 1, 1)
    many = tuple(
        summary(number, title=f"خبر {number} عن المدينة", published=day + datetime.timedelta(number % 9000))
        for number in range(100_000)
    )
    listed = LibraryList(Listing(*many))
    listed.page(ListQuery(), "ar")  # the first one reads what the others use
    started = time.process_time()
    page = listed.page(ListQuery(search="خبر 99999", language="en", since=day), "ar")
    assert page.found == 1
    assert time.process_time() - started < 1.0


def test_a_newer_index_is_listed_without_being_told() -> None:
    assistant = Listing(summary(1))
    listed = LibraryList(assistant)
    assert ids(listed) == ["000001.txt"]
    assistant.summaries = (summary(2), summary(3))
    assert set(ids(listed)) == {"000002.txt", "000003.txt"}


@pytest.mark.parametrize(
    ("article_id", "file_id"),
    [("a/b.csv#12", "a/b.csv"), ("B.JSONL#1", "B.JSONL"), ("news #2.txt", "news #2.txt"), ("a.txt#3", "a.txt#3")],
)
def test_only_rows_of_tables_come_from_another_file(article_id: str, file_id: str) -> None:
    assert file_of(article_id) == file_id
