"""Which passages a filter leaves in: exactly those it says, and a name that is not there is an error."""

import datetime

import numpy as np
import pytest
from fakes import ARTICLES
from hypothesis import given
from hypothesis import strategies as st
from text_fakes import make_article, passage_of

from rag.errors import FilterError
from rag.filters import NO_FILTERS, UNDATED, Catalogue
from rag.records import Filters

PUBLISHED = {
    "ar/a.txt": datetime.date(2020, 2, 29),
    "ar/b.txt": None,
    "ar/new/c.txt": datetime.date(2022, 3, 1),
    "arts.txt": datetime.date(2022, 3, 31),
    "news.csv#1": datetime.date(2021, 1, 1),
    "news.csv#10": None,
}
ROWS = [
    ("arts.txt", "en"),
    ("ar/a.txt", "ar"),
    ("ar/a.txt", "en"),
    ("ar/b.txt", "ar"),
    ("ar/new/c.txt", "ru"),
    ("news.csv#1", "en"),
    ("news.csv#10", "ar"),
]
CATALOGUE = Catalogue.of(PUBLISHED, ROWS)


def left_in(filters: Filters) -> list[tuple[str, str]]:
    within = CATALOGUE.rows_within(filters)
    assert within is not None
    return [origin for origin, is_in in zip(ROWS, within, strict=True) if is_in]


def names(filters: Filters) -> list[str]:
    return sorted({article_id for article_id, _ in left_in(filters)})


def test_no_filter_leaves_in_everything() -> None:
    assert CATALOGUE.rows_within(NO_FILTERS) is None
    assert CATALOGUE.articles_within(NO_FILTERS) is None


@pytest.mark.parametrize("languages", [("ar",), ("en", "ru"), ("AR", " ru ")])
def test_a_language_leaves_in_its_passages_and_no_others(languages: tuple[str, ...]) -> None:
    wanted = {language.strip().lower() for language in languages}
    assert left_in(Filters(languages=languages)) == [origin for origin in ROWS if origin[1] in wanted]


@pytest.mark.parametrize(
    ("articles", "expected"),
    [
        (("ar/a.txt",), ["ar/a.txt"]),
        (("arts.txt", "ar/b.txt"), ["ar/b.txt", "arts.txt"]),
        (("ar/",), ["ar/a.txt", "ar/b.txt", "ar/new/c.txt"]),
        (("ar/new/",), ["ar/new/c.txt"]),
        (("news.csv",), ["news.csv#1", "news.csv#10"]),
        (("news.csv#1",), ["news.csv#1"]),
        (("ar/", "ar/a.txt"), ["ar/a.txt", "ar/b.txt", "ar/new/c.txt"]),
    ],
)
def test_an_article_a_folder_or_a_table_leaves_in_what_it_holds(articles: tuple[str, ...], expected: list[str]) -> None:
    assert names(Filters(articles=articles)) == expected


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2022-03-01", None, ["ar/new/c.txt", "arts.txt"]),
        ("2022-03-02", None, ["arts.txt"]),
        (None, "2021-01-01", ["ar/a.txt", "news.csv#1"]),
        (None, "2020-12-31", ["ar/a.txt"]),
        ("2021-01-01", "2022-03-01", ["ar/new/c.txt", "news.csv#1"]),
        ("2030-01-01", None, []),
        (None, "1999-01-01", []),
    ],
)
def test_dates_leave_in_both_ends_and_no_article_without_a_date(
    since: str | None, until: str | None, expected: list[str]
) -> None:
    day = datetime.date.fromisoformat
    assert names(Filters(since=day(since) if since else None, until=day(until) if until else None)) == expected


def test_filters_of_several_kinds_hold_together() -> None:
    filters = Filters(languages=("ar",), articles=("ar/",), since=datetime.date(2000, 1, 1))
    assert left_in(filters) == [("ar/a.txt", "ar")]
    assert left_in(Filters(languages=("ru",), articles=("ar/a.txt",))) == []


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        (Filters(languages=("ar", "de")), "'de'.*ar, en, ru"),
        (Filters(articles=("ar/none.txt",)), "'ar/none.txt'.*sources"),
        (Filters(articles=("ar/a",)), "'ar/a'"),
        (Filters(articles=("ar",)), "'ar'.*'/'"),
        (Filters(articles=("fr/",)), "'fr/'"),
        (Filters(articles=("",)), "''"),
        (Filters(articles=("/",)), "'/'"),
        (Filters(since=datetime.date(2022, 1, 2), until=datetime.date(2022, 1, 1)), "2022-01-02.*2022-01-01"),
    ],
)
def test_what_is_not_there_is_one_clear_line(filters: Filters, message: str) -> None:
    for act in (CATALOGUE.rows_within, CATALOGUE.admits):
        with pytest.raises(FilterError, match=message) as raised:
            act(filters)
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize("filters", [Filters(languages="ar"), Filters(articles="ar")])  # type: ignore[arg-type]
def test_text_in_the_place_of_several_names_is_refused(filters: Filters) -> None:
    with pytest.raises(FilterError, match="several names"):
        CATALOGUE.rows_within(filters)


def test_an_empty_corpus_has_no_language_to_ask_for() -> None:
    with pytest.raises(FilterError, match="empty"):
        Catalogue.of({}, []).rows_within(Filters(languages=("ar",)))


def test_a_name_is_found_however_its_letters_are_composed() -> None:
    catalogue = Catalogue.of({"caf\u00e9/a.txt": None}, [("caf\u00e9/a.txt", "fr")])
    within = catalogue.rows_within(Filters(articles=("cafe\u0301/",)))
    assert within is not None
    assert within.tolist() == [True]


FILTERS = st.builds(
    Filters,
    languages=st.lists(st.sampled_from(["ar", "en", "ru"]), max_size=2).map(tuple),
    articles=st.lists(st.sampled_from([*PUBLISHED, "ar/", "news.csv"]), max_size=2).map(tuple),
    since=st.none() | st.dates(datetime.date(2019, 1, 1), datetime.date(2021, 1, 1)),
    until=st.none() | st.dates(datetime.date(2021, 1, 1), datetime.date(2023, 1, 1)),
)


@given(FILTERS)
def test_a_passage_from_elsewhere_is_admitted_where_its_row_is_left_in(filters: Filters) -> None:
    within = CATALOGUE.rows_within(filters)
    admitted = CATALOGUE.admits(filters)
    for row, (article_id, language) in enumerate(ROWS):
        passage = passage_of(make_article(ARTICLES["en/bridge.txt"], article_id, language=language))
        assert admitted(passage) == (within is None or within[row])


def test_days_and_languages_are_known_by_row() -> None:
    assert CATALOGUE.in_language("ar").tolist() == [language == "ar" for _, language in ROWS]
    assert not CATALOGUE.in_language("de").any()
    days = CATALOGUE.days_of(np.array([0, 3]))
    assert days.tolist() == [datetime.date(2022, 3, 31).toordinal(), UNDATED]
