"""Within a conversation the turns before weigh in as far as a question needs them, and never drag a new topic back."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from fakes import ARTICLES, KeywordEncoder, make_settings, open_retriever
from text_fakes import make_article, passage_of

from rag.conversation import ResolvedQuestion, resolve
from rag.dependence import Dependence
from rag.follow_up_search import CITED, Found, cited_articles, search_in_conversation
from rag.indexer import bring_in_step
from rag.records import Hit
from rag.retriever import Retriever

ALONE, COMPLETED = "And when?", "And when? (the strike)"
QUOTE = "Engineers had repaired the bridge for two years."


class ScoredSearch:
    """Gives each query its passages, one an article; remembers what was searched."""

    def __init__(self, scores: Mapping[str, Mapping[str, float]]) -> None:
        self.scores = scores
        self.searched: list[str] = []

    def __call__(self, query: str, top_k: int, *, language: str | None = None) -> tuple[Hit, ...]:
        self.searched.append(query)
        ordered = sorted(self.scores[query].items(), key=lambda item: -item[1])[:top_k]
        return tuple(
            Hit(
                passage=passage_of(make_article(f"text of {name}", name)),
                score=score,
                rank=rank,
                parts=MappingProxyType({"cosine": score / 10}),
            )
            for rank, (name, score) in enumerate(ordered, start=1)
        )


def resolved(dependence: Dependence, *, subject: str = "the strike") -> ResolvedQuestion:
    completed = COMPLETED if subject else ALONE
    return ResolvedQuestion(question=ALONE, completed=completed, subject=subject, dependence=dependence)


def found_by(
    search: ScoredSearch, dependence: Dependence, cited: Mapping[str, float], *, subject: str = "the strike"
) -> Found:
    return search_in_conversation(resolved(dependence, subject=subject), cited, search, 10, language="en")


def ids(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.passage.article_id for hit in hits]


def test_a_first_question_is_searched_as_it_is() -> None:
    search = ScoredSearch({ALONE: {"a": 2.0, "b": 1.0}})
    found = found_by(search, Dependence.STANDS_ALONE, {}, subject="")
    assert found == Found(hits=search(ALONE, 10), query=ALONE, is_follow_up=False)


def test_what_depends_on_the_turns_before_is_searched_completed() -> None:
    search = ScoredSearch({ALONE: {"any": 3.0, "strike": 2.0}, COMPLETED: {"any": 2.0, "strike": 4.0}})
    found = found_by(search, Dependence.DEPENDS, {})
    assert (ids(found.hits), found.query, found.is_follow_up) == (["strike", "any"], COMPLETED, True)


@pytest.mark.parametrize("dependence", list(Dependence))
def test_of_passages_that_fit_alike_one_of_a_cited_article_comes_first(dependence: Dependence) -> None:
    scores = {"cited": 3.0, "other": 3.1}
    found = found_by(ScoredSearch({ALONE: scores, COMPLETED: scores}), dependence, {"cited": 1.0})
    assert ids(found.hits) == ["cited", "other"]
    assert found.hits[0].parts[CITED] > 0
    assert CITED not in found.hits[1].parts


@pytest.mark.parametrize("dependence", list(Dependence))
def test_a_passage_that_fits_much_better_comes_before_one_of_a_cited_article(dependence: Dependence) -> None:
    scores = {"cited": 2.0, "other": 5.0}
    found = found_by(ScoredSearch({ALONE: scores, COMPLETED: scores}), dependence, {"cited": 1.0})
    assert ids(found.hits) == ["other", "cited"]


def test_the_more_a_question_depends_on_the_turns_before_the_further_a_cited_article_is_lifted() -> None:
    scores = {"cited": 2.0, "other": 5.0}
    gains = []
    for dependence in Dependence:
        found = found_by(ScoredSearch({ALONE: scores, COMPLETED: scores}), dependence, {"cited": 1.0})
        gains.append(found.hits[-1].parts[CITED])
    assert gains == sorted(gains)
    assert gains[0] < gains[-1]


FOLLOWING = {ALONE: {"cited": 3.0, "other": 3.2}, COMPLETED: {"cited": 4.0, "other": 3.0}}
CHANGING = {ALONE: {"cited": 1.0, "other": 5.0}, COMPLETED: {"cited": 4.0, "other": 3.0}}


def test_with_a_cue_and_a_name_a_question_is_a_follow_up_only_if_a_cited_article_answers_it_best() -> None:
    found = found_by(ScoredSearch(FOLLOWING), Dependence.POINTS_BACK, {"cited": 1.0})
    assert (ids(found.hits)[0], found.query, found.is_follow_up) == ("cited", COMPLETED, True)
    found = found_by(ScoredSearch(CHANGING), Dependence.POINTS_BACK, {"cited": 1.0})
    assert (ids(found.hits)[0], found.query, found.is_follow_up) == ("other", ALONE, False)


def test_without_a_cue_the_turns_before_change_what_is_found_but_never_what_is_asked() -> None:
    found = found_by(ScoredSearch(FOLLOWING), Dependence.MAY_DEPEND, {"cited": 1.0})
    assert (ids(found.hits)[0], found.query, found.is_follow_up) == ("cited", ALONE, False)
    found = found_by(ScoredSearch(CHANGING), Dependence.MAY_DEPEND, {"cited": 1.0})
    assert (ids(found.hits)[0], found.query, found.is_follow_up) == ("other", ALONE, False)


def test_a_question_that_stands_alone_is_never_searched_completed() -> None:
    search = ScoredSearch({ALONE: {"cited": 3.0, "other": 1.0}})
    found = found_by(search, Dependence.STANDS_ALONE, {"cited": 1.0})
    assert (found.query, found.is_follow_up, search.searched) == (ALONE, False, [ALONE])


def test_only_passages_found_for_what_is_read_are_given_and_ranks_are_in_order() -> None:
    search = ScoredSearch({ALONE: {"a": 9.0, "b": 2.0}, COMPLETED: {"c": 3.5, "b": 2.5, "d": 3.0}})
    hits = found_by(search, Dependence.DEPENDS, {}).hits
    assert sorted(ids(hits)) == ["b", "c", "d"]
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert ids(found_by(search, Dependence.MAY_DEPEND, {}).hits) == ["a", "b"]


@pytest.mark.parametrize("dependence", list(Dependence))
def test_no_more_passages_are_given_than_were_asked_for(dependence: Dependence) -> None:
    scores = {f"{number}": float(number) for number in range(9)}
    search = ScoredSearch({ALONE: scores, COMPLETED: scores})
    assert len(search_in_conversation(resolved(dependence), {}, search, 4, language="en").hits) == 4


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    folder: Path = tmp_path_factory.mktemp("follow-ups")
    settings, encoder = make_settings(folder, ARTICLES), KeywordEncoder()
    bring_in_step(settings, encoder)
    opened = open_retriever(settings, encoder)
    yield opened
    opened.store.close()


def cited_in(retriever: Retriever, *history: tuple[str, str], question: str = "And when?") -> Mapping[str, float]:
    return cited_articles(
        history, resolve(question, history), retriever.store, retriever.lexical_index, retriever.retrieve
    )


def test_the_articles_of_an_answer_are_found_again_by_its_quotations_the_first_one_favoured(
    retriever: Retriever,
) -> None:
    text = f"{QUOTE} [1]\n\nOpponents of the budget left the hall. [2]"
    assert cited_in(retriever, ("Who repaired the old museum?", text)) == {"en/bridge.txt": 1.0, "en/budget.txt": 0.5}


def test_behind_an_answer_that_quoted_nothing_the_last_one_about_the_same_subject_counts(retriever: Retriever) -> None:
    history = (("Who repaired the old museum?", f"{QUOTE} [1]"), ("Why?", "The articles do not answer this question."))
    assert cited_in(retriever, *history) == {"en/bridge.txt": 1.0}


def test_what_was_cited_on_an_earlier_subject_is_not_favoured(retriever: Retriever) -> None:
    history = (("Who repaired the Ortan bridge?", f"{QUOTE} [1]"), ("When did Moscow close the museum?", "No answer."))
    assert cited_in(retriever, *history) == {"ru/museum.txt": 1.0}


@pytest.mark.parametrize("text", ["", "No marker here.", "Words that stand in no article. [1]"])
def test_where_no_quotation_is_found_the_article_nearest_to_the_subject_stands_in(
    retriever: Retriever, text: str
) -> None:
    assert cited_in(retriever, ("Who repaired the bridge?", text)) == {"en/bridge.txt": 1.0}
    standing = "Who passed the budget of 40 million in the council?"
    assert cited_in(retriever, ("Who repaired the bridge?", text), question=standing) == {}
