"""An article's date is the day that it says it was published on, in many languages, and never another day."""

import datetime
import os
from pathlib import Path

import pytest
from article_files import BODY, article_of

from rag.formats.dateline import find_stated_date
from rag.formats.dates import parse_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 مايو 2022", (2022, 5, 12)),
        ("17 أيلول/سبتمبر 2018", (2018, 9, 17)),
        ("3 كانون الثاني (يناير) 2020", (2020, 1, 3)),
        ("9 تشرين الأول 2021", (2021, 10, 9)),
        ("5 جويلية 2019", (2019, 7, 5)),
        ("10 غشت 2021", (2021, 8, 10)),
        ("الخميس، 12 أيار 2022", (2022, 5, 12)),
        ("١٢ مايو ٢٠٢٢", (2022, 5, 12)),
        ("May 12, 2022", (2022, 5, 12)),
        ("Thu, 12 May 2022 10:00:00 GMT", (2022, 5, 12)),
        ("12 мая 2022 г.", (2022, 5, 12)),
        ("12 במאי 2022", (2022, 5, 12)),
        ("1er janvier 2021", (2021, 1, 1)),
        ("12. Mai 2022", (2022, 5, 12)),
        ("12 de mayo de 2022", (2022, 5, 12)),
        ("12 Mayıs 2022", (2022, 5, 12)),
        ("2022-05-12T10:11:12+03:00", (2022, 5, 12)),
        ("03/04/2022", (2022, 4, 3)),
        ("05/25/2022", (2022, 5, 25)),
        ("12.05.2022", (2022, 5, 12)),
    ],
)
def test_full_dates_are_read_in_many_languages(text: str, expected: tuple[int, int, int]) -> None:
    assert parse_date(text) == datetime.date(*expected)


@pytest.mark.parametrize(
    "text",
    ["", "May 2022", "2022", "12 مايو", "31/02/2022", "32 May 2022", "12 May 3022", "17 أيلول/مايو 2018", "yesterday"],
)
def test_a_date_that_is_partial_or_impossible_is_none(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    "line",
    [
        "12 مايو 2022",
        "نشر في: الخميس 12 مايو 2022 - 10:30",
        "دمشق - 12 أيار/مايو 2022",
        "آخر تحديث: 12/05/2022 14:30",
        "By Jane Doe | 12 May 2022",
        "Published: May 12, 2022",
        "Опубликовано 12 мая 2022 года, 10:30 МСК",
        "Le 12 mai 2022 à 10h30",
        "פורסם: 12.5.2022",
        "Veröffentlicht am 12. Mai 2022 um 10:00",
    ],
)
def test_a_dateline_states_the_publication_date(tmp_path: Path, line: str) -> None:
    article = article_of(tmp_path, f"عنوان الخبر\n{line}\n{BODY}")
    assert article.published == datetime.date(2022, 5, 12)
    assert line in article.text


@pytest.mark.parametrize(
    "line",
    [
        "وقعت الاتفاقية في 12 مايو 2022",
        "خطاب الرئيس في 9 مايو 2022",
        "قالت الوزارة في بيان صدر في 12 مايو 2022 إن الاتفاق قائم.",
        "The treaty was signed on 12 May 2022.",
        "Speech of 9 May 2022",
    ],
)
def test_a_date_in_a_sentence_or_headline_is_an_event_and_states_no_publication(tmp_path: Path, line: str) -> None:
    assert article_of(tmp_path, f"{line}\n{BODY}").published is None
    assert article_of(tmp_path, f"عنوان\n{line}\n{BODY}").published is None


def test_a_date_in_the_middle_of_a_long_article_is_not_its_own() -> None:
    assert find_stated_date([*["جملة عادية."] * 6, "12 مايو 2022", *["جملة عادية."] * 6]) is None
    assert find_stated_date([*["جملة عادية."] * 6, "12 مايو 2022"]) == datetime.date(2022, 5, 12)


def test_the_day_of_publication_wins_over_that_of_an_update() -> None:
    lines = ["عنوان", "آخر تحديث: 15 مايو 2022", "تاريخ النشر: 12 مايو 2022"]
    assert find_stated_date(lines) == datetime.date(2022, 5, 12)


def test_a_file_time_is_never_a_publication_date(tmp_path: Path) -> None:
    article_of(tmp_path, BODY)
    os.utime(tmp_path / "a.txt", (1_500_000_000, 1_500_000_000))
    assert article_of(tmp_path, BODY).published is None
