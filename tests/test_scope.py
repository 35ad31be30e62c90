"""A date in the question narrows the search only where that leaves something and hides nothing for want of a date."""

import datetime
from pathlib import Path

import pytest

from rag.articles import find_files, read_file
from rag.errors import FilterError
from rag.evaluation import read_questions
from rag.filters import NO_FILTERS, Catalogue
from rag.question_dates import read_dates
from rag.records import Filters
from rag.scope import Scope, scope_of

ROOT = Path(__file__).parents[1]
TODAY = datetime.date(2022, 3, 15)
SINCE = "Who has met Putin since March 2022?"
WITHOUT = "Who has met Putin?"


def catalogue_of(*days: str, language: str = "en") -> Catalogue:
    """One article with one passage for each day; "" is no date."""
    published = {f"{number}.txt": datetime.date.fromisoformat(day) if day else None for number, day in enumerate(days)}
    return Catalogue.of(published, [(article_id, language) for article_id in published])


DATED = catalogue_of("2021-01-01", "2022-02-10", "2022-03-10", "2022-03-14")


def scope(
    question: str, catalogue: Catalogue = DATED, filters: Filters = NO_FILTERS, today: datetime.date | None = TODAY
) -> Scope:
    return scope_of(question, question, filters, catalogue, today=today)


def test_what_the_question_says_becomes_a_filter_and_leaves_the_query() -> None:
    assert scope(SINCE) == Scope(query=WITHOUT, filters=Filters(since=datetime.date(2022, 3, 1)))


def test_a_question_without_such_words_is_searched_as_it_is() -> None:
    assert scope("What happened on 10 March 2022?") == Scope(
        query="What happened on 10 March 2022?", filters=NO_FILTERS
    )


@pytest.mark.parametrize(
    "catalogue",
    [
        catalogue_of("2021-01-01", "2022-02-10"),
        catalogue_of("2021-01-01", "2022-03-10", "", "", ""),
        catalogue_of("", ""),
        catalogue_of(),
        catalogue_of("2022-03-10", "2022-03-14", ""),
    ],
    ids=[
        "nothing is left",
        "most have no date",
        "none has a date",
        "empty",
        "only articles without a date are left out",
    ],
)
def test_the_question_is_searched_as_it_is_where_a_filter_would_only_hide(catalogue: Catalogue) -> None:
    assert scope(SINCE, catalogue) == Scope(query=SINCE, filters=NO_FILTERS)


def test_filters_given_hold_together_with_what_the_question_says() -> None:
    given = Filters(languages=("en",), until=datetime.date(2022, 3, 12))
    assert scope(SINCE, filters=given).filters == Filters(
        languages=("en",), since=datetime.date(2022, 3, 1), until=datetime.date(2022, 3, 12)
    )
    later = Filters(since=datetime.date(2022, 3, 12))
    assert scope(SINCE, filters=later).filters == later


@pytest.mark.parametrize(
    "given",
    [Filters(until=datetime.date(2021, 12, 31)), Filters(articles=("0.txt", "1.txt"))],
    ids=["dates", "articles"],
)
def test_filters_given_win_where_nothing_lies_within_both(given: Filters) -> None:
    assert scope(SINCE, filters=given) == Scope(query=SINCE, filters=given)


def test_a_filter_that_names_what_is_not_there_is_an_error_and_not_ignored() -> None:
    with pytest.raises(FilterError, match="'de'"):
        scope(SINCE, filters=Filters(languages=("de",)))


def test_in_an_archive_yesterday_counts_from_its_newest_article_only_for_what_was_published() -> None:
    archive = catalogue_of("2001-05-01", "2001-05-07", "2001-05-08")
    assert scope("yesterday's news", archive, today=None).filters == Filters(
        since=datetime.date(2001, 5, 7), until=datetime.date(2001, 5, 7)
    )
    assert scope("What did Putin say yesterday?", archive, today=None).filters == NO_FILTERS
    assert scope("yesterday's news", archive, today=TODAY).filters == NO_FILTERS, "the day was stated"


def test_yesterday_counts_from_the_day_of_asking() -> None:
    now = datetime.datetime.now().astimezone().date()
    yesterday = now - datetime.timedelta(days=1)
    live = catalogue_of("2001-05-01", yesterday.isoformat(), now.isoformat())
    assert scope("yesterday's news", live, today=None).filters == Filters(since=yesterday, until=yesterday)
    assert scope("What did Putin say yesterday?", live, today=None).filters == Filters(since=yesterday)


def test_of_a_follow_up_its_own_words_count_before_those_it_was_completed_with() -> None:
    query = "Who has met Putin since March 2022? And since February 2022?"
    found = scope_of("And since February 2022?", query, NO_FILTERS, DATED, today=TODAY)
    assert found.filters == Filters(since=datetime.date(2022, 2, 1))
    assert "2022" not in found.query
    carried = scope_of("And who has left?", f"{SINCE} And who has left?", NO_FILTERS, DATED, today=TODAY)
    assert carried == Scope(query=f"{WITHOUT} And who has left?", filters=Filters(since=datetime.date(2022, 3, 1)))


def test_a_question_of_nothing_but_a_date_is_still_searched() -> None:
    found = scope("since March 2022")
    assert (found.query, found.filters) == ("since March 2022", Filters(since=datetime.date(2022, 3, 1)))


def test_no_question_of_the_shipped_set_loses_an_article_that_answers_it() -> None:
    articles = [
        article for file in find_files(ROOT / "data")[0] for article in read_file(file, max_megabytes=1).articles
    ]
    published = {article.article_id: article.published for article in articles}
    assert all(published.values()), "with all articles dated, any misreading would hide some"
    catalogue = Catalogue.of(published, [(article.article_id, article.language) for article in articles])
    for question in read_questions(ROOT / "benchmarks" / "questions" / "shipped_corpus.jsonl"):
        for turn in question.turns:
            within = catalogue.articles_within(scope(turn, catalogue).filters)
            hidden = (
                []
                if within is None
                else [name for name, is_in in zip(catalogue.article_ids, within, strict=True) if not is_in]
            )
            assert not set(question.articles) & set(hidden), turn


@pytest.mark.parametrize("name", ["five_articles", "five_articles_second", "five_articles_held_out"])
def test_no_question_over_the_five_articles_restricts_itself(name: str) -> None:
    for question in read_questions(ROOT / "benchmarks" / "questions" / f"{name}.jsonl"):
        assert [read_dates(turn, TODAY) for turn in question.turns] == [None] * len(question.turns)
