"""What a question says of when its articles were published is understood; the date of an event restricts nothing."""

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_fakes import ANY_TEXT

from rag.analysis import normalise
from rag.date_words import LANGUAGES
from rag.question_dates import read_dates

FOLDER = Path(__file__).parents[1] / "benchmarks" / "questions"
TODAY = datetime.date(2022, 3, 15)  # a Tuesday


def labelled() -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted((FOLDER / "dates").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def said(question: str, today: datetime.date = TODAY) -> tuple[str | None, str | None]:
    found = read_dates(question, today)
    if found is None:
        return None, None
    since, until = found.since, found.until
    return since.isoformat() if since else None, until.isoformat() if until else None


def test_the_labelled_questions_are_many_and_of_both_kinds_in_five_languages() -> None:
    kinds = [(row["lang"], bool(row["since"] or row["until"])) for row in labelled()]
    assert len(kinds) >= 200
    for language in ("ar", "en", "ru", "he", "fr"):
        assert min(kinds.count((language, True)), kinds.count((language, False))) >= 15


@pytest.mark.parametrize("row", labelled(), ids=lambda row: row["question"])
def test_a_labelled_question_restricts_itself_to_exactly_the_days_it_says(row: dict[str, Any]) -> None:
    assert said(row["question"], datetime.date.fromisoformat(row["today"])) == (row["since"], row["until"])


@pytest.mark.parametrize(
    "question",
    [
        "articles published after 5 May 2020 and before March 2021",
        "المقالات المنشورة بعد 5 مايو 2020 وقبل مارس 2021",
        "Статьи, вышедшие после 5 мая 2020 года и до марта 2021 года",
        "כתבות שפורסמו אחרי 5 במאי 2020 ולפני מרץ 2021",
        "articles parus après le 5 mai 2020 et avant mars 2021",
    ],
)
def test_two_sides_joined_hold_together(question: str) -> None:
    assert said(question) == ("2020-05-06", "2021-02-28")


@pytest.mark.parametrize(
    ("question", "query"),
    [
        ("What has Putin said about Idlib since March 2022?", "What has Putin said about Idlib?"),
        ("Since 5 May 2020, who has met Putin?", "who has met Putin?"),
        ("Last week's news about Lavrov", "news about Lavrov"),
        ("ماذا قال بوتين عن إدلب منذ مارس ٢٠٢٢؟", "ماذا قال بوتين عن إدلب؟"),
        ("ما الذي نُشر عامَ 2021 عن خط الغاز؟", "ما الذي نُشر عن خط الغاز؟"),
        ("Статьи, опубликованные до 5 мая 2020 года, о Хафтаре", "Статьи, опубликованные, о Хафтаре"),
        ("חדשות מהחודש שעבר על טורקיה", "חדשות על טורקיה"),
        ("Qu'a dit Erdogan au cours des trois derniers mois ?", "Qu'a dit Erdogan?"),
        ("منذ مارس 2022", ""),
    ],
)
def test_the_words_that_say_when_are_taken_out_of_the_query(question: str, query: str) -> None:
    found = read_dates(question, TODAY)
    assert found is not None
    assert found.query == query


@pytest.mark.parametrize(
    ("question", "first", "later"),
    [
        ("yesterday's news", ("2022-03-14", "2022-03-14"), ("2024-02-29", "2024-02-29")),
        ("news from the last year", ("2021-03-15", "2022-03-15"), ("2023-03-01", "2024-03-01")),
        ("أخبار الشهر الماضي", ("2022-02-01", "2022-02-28"), ("2024-02-01", "2024-02-29")),
        ("Новости за этот год", ("2022-01-01", "2022-03-15"), ("2024-01-01", "2024-03-01")),
        ("What has changed since March?", ("2022-03-01", None), ("2024-03-01", None)),
        ("What has changed since April?", ("2021-04-01", None), ("2023-04-01", None)),
        ("What has changed since 5 May 2020?", ("2020-05-05", None), ("2020-05-05", None)),
    ],
)
def test_what_counts_from_today_changes_with_it_and_nothing_else_does(
    question: str, first: tuple[str, str | None], later: tuple[str, str | None]
) -> None:
    other = datetime.date(2024, 3, 1)
    assert (said(question), said(question, other)) == (first, later)
    found = read_dates(question, TODAY)
    assert found is not None
    assert found.counts_from_today == (first != later)


@pytest.mark.parametrize(
    ("question", "first_day"),
    [
        ("news from last week", "2022-03-07"),
        ("أخبار الأسبوع الماضي", "2022-03-06"),
        ("חדשות מהשבוע שעבר", "2022-03-06"),
    ],
)
def test_a_week_begins_where_its_readers_begin_it(question: str, first_day: str) -> None:
    since, until = said(question)
    assert since == first_day
    assert datetime.date.fromisoformat(str(until)) - datetime.date.fromisoformat(first_day) == datetime.timedelta(6)


def test_a_question_about_articles_is_told_from_one_that_only_names_a_time() -> None:
    about_articles, named_only = (
        read_dates("news since March 2022", TODAY),
        read_dates("deaths since March 2022", TODAY),
    )
    assert about_articles is not None
    assert named_only is not None
    assert (about_articles.of_articles, named_only.of_articles) == (True, False)
    assert about_articles.since == named_only.since


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?",
        "since",
        "Who wrote “Since March 2022”?",
        "من كتب «أخبار مارس 2022»؟",
        "What has changed since 31 February 2022?",
        "since 2022-13-45",
        "What has risen since 20% or 2022%?",
        "Who has led since 12020?",
        "How were the 2010s since 2010s?",
        "What news may come?",
        "What did Russia Today's headlines say?",
        "ما عناوين أخبار صحيفة اليوم؟",
        "articles between May 2022 and March 2021",
        "آب وأم منذ زمن",
        "С 2000 рублей",
    ],
)
def test_what_is_no_date_or_none_that_can_be_restricts_nothing(question: str) -> None:
    assert said(question) == (None, None)


@given(
    ANY_TEXT,
    st.sampled_from(["since March 2022", "منذ أمس", "с 2021 года", "מאז 5.5.2020", "depuis hier", ""]),
    ANY_TEXT,
)
def test_any_text_is_read_without_an_error_and_nothing_is_added_to_it(before: str, stated: str, behind: str) -> None:
    question = f"{before} {stated} {behind}"
    found = read_dates(question, TODAY)
    if found is not None:
        assert found.since or found.until
        assert found.since is None or found.until is None or found.since <= found.until
        rest = iter("".join(question.split()))
        assert all(character in rest for character in "".join(found.query.split()))


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.months[0])
def test_expressions_are_written_as_questions_are_normalised(words: Any) -> None:
    for name in set(words.__slots__) - {"letters"}:
        value = getattr(words, name)
        for source in [value] if isinstance(value, str) else value if isinstance(value, tuple) else []:
            for text in [source] if isinstance(source, str) else source:
                plain = re.sub(r"\(\?P<\w+>|\[\\u[^\]]*\]|\\u[0-9a-f]{4}", "", text)
                assert normalise(plain) == plain, f"{name}: {text}"


def test_a_very_long_question_is_read_in_a_moment() -> None:
    long = "news about articles that were published and " * 2000
    started = datetime.datetime.now(tz=datetime.UTC)
    assert said(f"{long} since March 2022") == ("2022-03-01", None)
    assert datetime.datetime.now(tz=datetime.UTC) - started < datetime.timedelta(seconds=10)
