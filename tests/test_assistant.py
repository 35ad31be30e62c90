"""The wiring: what is asked, looked up or listed comes with its right citations, within its filters."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest
from fakes import (
    ARTICLES,
    QUESTION,
    QUESTIONS,
    RIGHT,
    KeywordEncoder,
    make_settings,
    without_timings,
    write_articles,
)

from rag.assistant import Assistant, open_assistant
from rag.encoder import FloatMatrix
from rag.errors import ArticleNotFound, FilterError
from rag.phrases import phrases_for
from rag.records import Answer, AnswerStatus, Filters
from rag.settings import Settings


@pytest.fixture
def assistant(settings: Settings, encoder: KeywordEncoder) -> Assistant:
    return open_assistant(settings)


def assert_laws_hold(answer: Answer, assistant: Assistant) -> None:
    for number, citation in enumerate(answer.citations, start=1):
        assert citation.marker == number
        assert citation.quote == assistant.article(citation.article_id).text[citation.start : citation.end]
        assert f"[{number}]" in answer.text
        assert citation.quote in answer.text
    assert bool(answer.citations) == (answer.status is AnswerStatus.ANSWERED)
    assert 0 <= answer.confidence <= 1


@pytest.mark.parametrize(("question", "article_id"), QUESTIONS.items())
def test_an_answer_quotes_the_right_article_and_every_citation_resolves(
    assistant: Assistant, question: str, article_id: str
) -> None:
    answer = assistant.ask(question)
    assert (answer.status, answer.citations[0].article_id) == (AnswerStatus.ANSWERED, article_id)
    assert (answer.question, answer.hits) == (question, assistant.retrieve(question, top_k=10))
    assert_laws_hold(answer, assistant)


def test_below_the_confidence_asked_for_no_answer_is_given_and_nothing_cited(
    settings: Settings, encoder: KeywordEncoder
) -> None:
    strict = open_assistant(settings.model_copy(update={"min_confidence": 1.0}))
    answer = strict.ask(QUESTION)
    assert (answer.status, answer.citations) == (AnswerStatus.UNANSWERABLE, ())
    assert answer.hits[0].passage.article_id == RIGHT
    assert_laws_hold(answer, strict)


@pytest.mark.parametrize("question", ["", "  \n", "\u200f"])
def test_an_empty_question_is_unanswerable(settings: Settings, encoder: KeywordEncoder, question: str) -> None:
    strict = open_assistant(settings.model_copy(update={"min_confidence": 1.0}))
    assert strict.ask(question).status is AnswerStatus.UNANSWERABLE


def test_over_no_articles_every_question_is_unanswerable(tmp_path: Path, encoder: KeywordEncoder) -> None:
    assistant = open_assistant(make_settings(tmp_path / "empty", min_confidence=0.0))
    assert assistant.ask(QUESTION).status is AnswerStatus.UNANSWERABLE
    assert (assistant.retrieve(QUESTION), assistant.sources(), assistant.lookup("bridge")) == ((), (), ())


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_last_streamed_answer_is_the_answer_and_drafts_only_grow(assistant: Assistant, question: str) -> None:
    drafts = list(assistant.stream(question))
    assert without_timings(drafts[-1]) == without_timings(assistant.ask(question))
    for draft, longer in itertools.pairwise(drafts):
        assert longer.text.startswith(draft.text)
        assert longer.citations[: len(draft.citations)] == draft.citations
    assert set(drafts[-1].timings_ms) == {"retrieve", "read", "answer", "total"}


def test_a_follow_up_is_answered_from_what_was_asked_before(assistant: Assistant) -> None:
    history = (("متى افتتح الوزير الميناء الجديد؟", ""),)
    answer = assistant.ask("وكم بلغت كلفته؟", history)
    assert answer.citations[0].article_id == "ar/harbour.txt"
    assert answer.question == "وكم بلغت كلفته؟"
    assert answer.understood_as == "وكم بلغت كلفته؟ (افتتح الوزير الميناء الجديد)"
    assert_laws_hold(answer, assistant)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_change_of_topic_is_answered_as_if_nothing_had_been_asked_before(assistant: Assistant, question: str) -> None:
    for earlier in QUESTIONS:
        history = ((earlier, assistant.ask(earlier).text),)
        answer = assistant.ask(question, history)
        assert answer.citations[0].article_id == QUESTIONS[question]
        assert answer.understood_as == "" or earlier == question


def test_a_question_that_names_nothing_is_answered_from_the_article_cited_before(assistant: Assistant) -> None:
    for earlier, article_id in ((QUESTION, RIGHT), ("Who left the hall over the budget?", "en/budget.txt")):
        history = ((earlier, assistant.ask(earlier).text),)
        assert assistant.ask("On which day was it?", history).hits[0].passage.article_id == article_id


def test_a_quotation_is_found_where_it_stands(assistant: Assistant) -> None:
    quote = "Engineers had repaired the bridge for two years."
    (citation,) = assistant.lookup(quote)
    assert citation.article_id == RIGHT
    assert quote.startswith(citation.quote)
    (whole,) = assistant.lookup(f"{RIGHT}#{citation.start}-{citation.end}")
    assert whole.quote == citation.quote
    assert assistant.lookup("No such words stand anywhere in there.") == ()


def test_articles_and_sources_are_those_of_the_folder(assistant: Assistant) -> None:
    assert [source.article_id for source in assistant.sources()] == sorted(ARTICLES)
    for source in assistant.sources():
        article = assistant.article(source.article_id)
        assert article.text == ARTICLES[source.article_id].strip("\n")
        assert (len(article.text), article.title, article.language) == (
            source.characters,
            source.title,
            source.article_id[:2],
        )
    with pytest.raises(ArticleNotFound):
        assistant.article("en/none.txt")


def test_answering_encodes_the_question_once(
    assistant: Assistant, encoder: KeywordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[str] = []
    original = encoder.encode_queries

    def record(texts: Sequence[str]) -> FloatMatrix:
        encoded.extend(texts)
        return original(texts)

    monkeypatch.setattr(encoder, "encode_queries", record)
    assistant.ask(QUESTION)
    assert encoded == [QUESTION]


def test_a_question_is_answered_from_the_articles_within_the_filters(assistant: Assistant) -> None:
    filters = Filters(languages=("en",), articles=("en/budget.txt", "ru/"))
    answer = assistant.ask(QUESTION, filters=filters)
    assert {hit.passage.article_id for hit in answer.hits} == {"en/budget.txt"}
    assert {citation.article_id for citation in answer.citations} == {"en/budget.txt"}
    assert (answer.filters, answer.hits) == (filters, assistant.retrieve(QUESTION, filters=filters))
    assert assistant.ask(QUESTION).filters == Filters()


def test_filters_that_leave_nothing_make_the_question_unanswerable_and_no_corpus_empty(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTION, filters=Filters(languages=("ar",), articles=("en/",)))
    assert (answer.status, answer.hits, answer.text) == (
        AnswerStatus.UNANSWERABLE,
        (),
        phrases_for("en").not_in_articles,
    )


def test_a_filter_that_names_no_article_is_an_error(assistant: Assistant) -> None:
    for act in (assistant.ask, assistant.retrieve):
        with pytest.raises(FilterError, match="fr/"):
            act(QUESTION, filters=Filters(articles=("fr/",)))


def test_an_article_that_carries_the_same_story_is_still_cited(settings: Settings, encoder: KeywordEncoder) -> None:
    write_articles(settings.data_dir, {"en/copy.txt": ARTICLES[RIGHT].replace("Bridge over", "Works on")})
    assistant = open_assistant(settings)
    answer = assistant.ask(QUESTION)
    hit = answer.hits[0]
    assert {hit.passage.article_id, *hit.also_in} == {RIGHT, "en/copy.txt"}
    assert {citation.article_id for citation in answer.citations} >= {RIGHT, "en/copy.txt"}
    assert_laws_hold(answer, assistant)


def test_what_a_question_says_of_dates_restricts_its_answer_and_is_shown(
    tmp_path: Path, encoder: KeywordEncoder
) -> None:
    days = {"a.txt": "2022-02-10", "b.txt": "2022-03-10", "c.txt": "2022-03-14"}
    articles = {name: f"---\ndate: {day}\n---\n\nThe bridge was opened on day {day}." for name, day in days.items()}
    assistant = open_assistant(make_settings(tmp_path, articles, min_confidence=0.0, today="2022-03-15"))
    for question, expected in (
        ("Which bridge was opened since March 2022?", {"b.txt", "c.txt"}),
        ("Yesterday's news about the bridge?", {"c.txt"}),
        ("Which bridge was opened on 10 March 2022?", set(days)),
    ):
        answer = assistant.ask(question)
        assert {hit.passage.article_id for hit in answer.hits} == expected
        assert answer.hits == assistant.retrieve(question)
        assert answer.question == question
        assert (answer.filters == Filters()) == (expected == set(days))
