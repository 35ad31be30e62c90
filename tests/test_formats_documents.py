"""Word files and e-books read in their own order; each row of a table is an article, and bad rows are named."""

import datetime
import json

import pytest
from format_files import ARABIC, FIRST, SECOND, book, failure, only, word_file

from rag.formats import READERS, LeftOut, RawArticle


def test_a_word_file_gives_paragraphs_and_tables_in_their_order() -> None:
    article = only(".docx", word_file(title="اسم آخر"))
    assert article.text.split("\n") == ["قطار سريع", ARABIC, "حلب | 12", "خاتمة"]
    assert article.title == "قطار سريع"
    assert article.published is None


def test_a_damaged_word_file_is_refused() -> None:
    assert "damaged" in failure(".docx", word_file()[:2000])
    assert "damaged" in failure(".docx", book())
    assert "password" in failure(".docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def test_a_zip_that_would_unpack_to_more_than_any_article_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.formats.zip_container._MAX_UNPACKED_BYTES", 1000)
    assert "unpacks to more than" in failure(".docx", word_file())


def test_an_e_book_reads_in_the_order_of_its_spine_without_its_contents_page() -> None:
    article = only(".epub", book())
    assert article.text.split("\n") == [f"{FIRST}.", "", "ثانيا", SECOND, "سطر"]
    assert (article.title, article.language) == ("أخبار القطار", "ar")
    assert article.published == datetime.date(2022, 5, 12)


def test_a_locked_or_damaged_e_book_is_refused() -> None:
    assert "rights" in failure(".epub", book(encrypted=True))
    assert "damaged" in failure(".epub", book()[:300])
    assert "damaged" in failure(".epub", word_file())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_each_row_of_a_csv_file_is_an_article_whatever_the_delimiter(delimiter: str) -> None:
    rows = [
        ["العنوان", "النص", "تاريخ النشر", "المصدر", "اللغة"],
        ["قطار", f'"{ARABIC}\nسطر"', "12 أيار 2022", "وكالة", "ar"],
    ]
    [article] = READERS[".csv"]("\r\n".join(delimiter.join(row) for row in rows).encode("utf-8-sig"))
    assert isinstance(article, RawArticle)
    assert article.text == f"{ARABIC}\nسطر\n\nالمصدر: وكالة"
    assert (article.key, article.title, article.language) == ("1", "قطار", "ar")
    assert article.published == datetime.date(2022, 5, 12)


def test_a_bad_row_is_named_by_its_line_and_the_rows_after_it_are_read() -> None:
    data = b'Headline,Body\nA,"two\nlines"\nB,\nC,c,too,many\n\nD,"broken" quote\nE,last\n'
    articles = list(READERS[".csv"](data))
    assert [article.key for article in articles] == ["1", "2", "3", "4", "5"]
    reasons = [article.reason for article in articles if isinstance(article, LeftOut)]
    assert reasons[0] == "row in line 4: no text"
    assert reasons[1] == "row in line 5: 4 fields where the header names 2"
    assert reasons[2].startswith("row in line 7: ")
    assert isinstance(articles[4], RawArticle)
    assert articles[4].text == "last"


def test_a_table_without_a_text_column_is_refused_with_the_columns_it_has() -> None:
    assert failure(".csv", b"id,colour\n1,red\n").endswith("the columns are: id, colour")


def test_a_field_longer_than_the_usual_limit_is_read_whole() -> None:
    text = "word " * 60_000
    assert only(".csv", f"title,text\nT,{text}\n".encode()).text.strip() == text.strip()


def test_a_json_lines_file_whose_first_line_is_broken_still_gives_the_others() -> None:
    broken, good = READERS[".jsonl"](b'oops\n{"text": "good"}\n')
    assert isinstance(broken, LeftOut)
    assert isinstance(good, RawArticle)


def test_a_table_saved_as_unicode_text_by_a_spreadsheet_is_read() -> None:
    assert only(".csv", "العنوان\tالنص\r\nقطار\tوصل القطار\r\n".encode("utf-16")).text == "وصل القطار"


def test_each_line_of_a_json_lines_file_is_an_article() -> None:
    lines = [
        json.dumps(
            {
                "headline": "Train",
                "content": "It runs.\u2028Daily.",
                "published_at": "2022-05-12T10:00:00Z",
                "lang": "en",
            }
        ),
        "",
        "{broken",
        json.dumps({"headline": "no text"}),
        json.dumps(["a", "list"]),
        json.dumps({"text": "last", "source": "Agency"}, ensure_ascii=False),
    ]
    articles = list(READERS[".jsonl"]("\n".join(lines).encode()))
    assert isinstance(articles[0], RawArticle)
    assert (articles[0].title, articles[0].language) == ("Train", "en")
    assert articles[0].published == datetime.date(2022, 5, 12)
    skipped = {row.key: row.reason for row in articles if isinstance(row, LeftOut)}
    assert skipped["2"].startswith("row in line 3: not valid JSON")
    assert skipped["3"] == "row in line 4: no text"
    assert skipped["4"] == "row in line 5: not a JSON object"
    assert isinstance(articles[4], RawArticle)
    assert (articles[4].key, articles[4].text) == ("5", "last\n\nsource: Agency")
