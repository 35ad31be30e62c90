"""Answers are quotations: every sentence cited, the same said once, and silence below the threshold (laws 2 and 4)."""

import dataclasses
import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_fakes import draft_of, evidence_of, hits_of, make_article, passage_of

from rag.answerer import QuotingAnswerer, with_timing
from rag.citations import resolves, segments
from rag.quotations import quotations
from rag.reader import Evidence
from rag.records import Answer, AnswerForm, AnswerStatus, Article

SENTENCES = [
    "The plane fell into the sea.", "The plane fell into the sea!", "Two people died.", "Three people died.",
    "قتل 12 جنديا [2] في إدلب.", "قتل ١٢ جنديًا في إدلب.", "Самолёт упал в море.", "1", "🎉 ???", "see [1] there",
]  # fmt: skip
ONE = make_article(" ".join(SENTENCES), "one.txt", title="One")
TWO = make_article("\n".join(reversed(SENTENCES)), "two.txt", title="Two")
THREE = make_article("Third. " + SENTENCES[0], "three.txt", title="Three")
ARTICLES = {article.article_id: article for article in (ONE, TWO, THREE)}


def find(article_id: str) -> Article:
    return ARTICLES[article_id]


def answers(
    evidence: Sequence[Evidence], *, confidence: float = 0.9, max_quotes: int = 3, hits: Sequence[Article] = (ONE, TWO)
) -> list[Answer]:
    answerer = QuotingAnswerer(find_article=find, min_confidence=0.5, max_quotes=max_quotes)
    return list(answerer.answer(draft_of(evidence, confidence=confidence, hits=hits_of(*hits))))


def test_the_answer_is_the_best_sentence_verbatim_with_its_marker() -> None:
    [answer] = answers([evidence_of(ONE, SENTENCES[6], 0.9)])
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.text == "Самолёт упал в море. [1]"
    [citation] = answer.citations
    assert (citation.marker, citation.article_id, citation.quote) == (1, "one.txt", SENTENCES[6])
    assert (citation.passage_id, citation.title) == (f"one.txt#0-{len(ONE.text)}", "One")
    assert resolves(citation, ONE)


def test_articles_that_say_the_same_are_cited_together_behind_one_quotation() -> None:
    *_, answer = answers(
        [
            evidence_of(ONE, SENTENCES[0], 0.4),
            evidence_of(TWO, SENTENCES[1], 0.3),
            evidence_of(THREE, SENTENCES[0], 0.2),
        ]
    )
    assert answer.text == "The plane fell into the sea. [1][2][3]"
    assert [citation.article_id for citation in answer.citations] == ["one.txt", "two.txt", "three.txt"]
    assert answer.citations[1].quote == SENTENCES[1]


def test_the_same_figure_in_other_digits_is_the_same_statement() -> None:
    *_, answer = answers([evidence_of(ONE, SENTENCES[5], 0.5), evidence_of(TWO, SENTENCES[5], 0.3)])
    assert answer.text.endswith("[1][2]")


def test_an_article_that_says_the_same_twice_is_cited_once() -> None:
    *_, answer = answers([evidence_of(ONE, SENTENCES[0], 0.4), evidence_of(ONE, SENTENCES[1], 0.3)])
    assert answer.text == "The plane fell into the sea. [1]"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("In the attack on the town of Idlib 12 soldiers died", "In the attack on the town of Idlib 13 soldiers died"),
        ("بلغ عدد القتلى من الجنود الأتراك في إدلب ٣٣ قتيلا", "بلغ عدد القتلى من الجنود الأتراك في إدلب ٣٤ قتيلا"),
        ("Two people died in the attack on the town of Idlib", "Three people died in the attack on the town of Idlib"),
        ("قتل ثلاثة جنود في هجوم على بلدة قرب مدينة إدلب", "قتل أربعة جنود في هجوم على بلدة قرب مدينة إدلب"),
        ("The summit was held in the city of Sochi on 5 March", "The summit was held in the city of Sochi in March"),
    ],
)
def test_statements_whose_figures_differ_are_never_merged(one: str, other: str) -> None:
    first, second = make_article(one, "1"), make_article(other, "2")
    groups = quotations([evidence_of(first, one, 0.4), evidence_of(second, other, 0.35)], 3)
    assert [[item.text for item in group] for group in groups] == [[one], [other]]


def test_the_likeliest_quotation_of_a_fact_comes_first() -> None:
    *_, answer = answers(
        [evidence_of(TWO, SENTENCES[3], 0.3), evidence_of(ONE, SENTENCES[6], 0.25), evidence_of(TWO, SENTENCES[9], 0.2)]
    )
    assert answer.text == "Three people died. [1]\n\nСамолёт упал в море. [2]\n\nsee [1] there [3]"
    assert [citation.article_id for citation in answer.citations] == ["two.txt", "one.txt", "two.txt"]


@pytest.mark.parametrize("max_quotes", [1, 2, 3])
def test_there_are_never_more_quotations_than_allowed(max_quotes: int) -> None:
    evidence = [evidence_of(ONE, SENTENCES[at], 0.1) for at in (0, 2, 4, 6, 9)]
    *_, answer = answers(evidence, max_quotes=max_quotes)
    assert answer.text.count("\n\n") == max_quotes - 1


def test_a_quotation_far_less_likely_than_the_best_is_left_out() -> None:
    *_, answer = answers([evidence_of(ONE, SENTENCES[0], 0.6), evidence_of(ONE, SENTENCES[6], 0.02)])
    assert answer.text == "The plane fell into the sea. [1]"


def test_quoting_stops_once_the_answer_is_almost_surely_given() -> None:
    evidence = [evidence_of(ONE, SENTENCES[at], probability) for at, probability in ((0, 0.5), (6, 0.48), (4, 0.4))]
    *_, answer = answers(evidence)
    assert len(answer.citations) == 2


def test_a_streamed_answer_grows_by_a_quotation_and_its_last_draft_is_complete() -> None:
    drafts = answers([evidence_of(ONE, SENTENCES[at], 0.3) for at in (0, 4, 6)])
    assert [len(draft.citations) for draft in drafts] == [1, 2, 3]
    for earlier, later in itertools.pairwise(drafts):
        assert later.text.startswith(earlier.text)
        assert later.citations[: len(earlier.citations)] == earlier.citations


@pytest.mark.parametrize(("confidence", "status"), [(0.5, AnswerStatus.ANSWERED), (0.499, AnswerStatus.UNANSWERABLE)])
def test_the_threshold_alone_decides_whether_there_is_an_answer(confidence: float, status: AnswerStatus) -> None:
    [answer] = answers([evidence_of(ONE, SENTENCES[0], 1.0)], confidence=confidence)
    assert answer.status is status
    assert answer.confidence == confidence


def test_an_abstention_quotes_nothing_and_names_the_closest_articles_as_just_that() -> None:
    [answer] = answers([evidence_of(ONE, SENTENCES[0], 1.0)], confidence=0.1)
    assert answer.citations == ()
    assert SENTENCES[0] not in answer.text
    assert answer.text == (
        "The articles do not answer this question.\nThe closest passages, which do not answer it, are in: “One”, “Two”"
    )


def test_an_abstention_names_each_title_once_and_three_at_most() -> None:
    titled = [make_article("text", f"{at}.txt", title=title) for at, title in enumerate("AABCD")]
    [answer] = answers([], hits=titled)
    assert answer.text.endswith("“A”, “B”, “C”")


@pytest.mark.parametrize(
    ("query", "advice"), [("Who?", "There are no articles yet."), ("   ", "Please type a question.")]
)
def test_without_anything_to_search_the_abstention_says_what_to_do(query: str, advice: str) -> None:
    answerer = QuotingAnswerer(find_article=find, min_confidence=0.5, max_quotes=3)
    [answer] = answerer.answer(dataclasses.replace(draft_of([]), query=query))
    assert answer.status is AnswerStatus.UNANSWERABLE
    assert answer.text.startswith(advice)


@pytest.mark.parametrize(
    ("language", "words"), [("ar", "لا تجيب"), ("ru", "нет ответа"), ("he", "תשובה"), ("xx", "not")]
)
def test_an_abstention_is_in_the_language_of_the_question(language: str, words: str) -> None:
    answerer = QuotingAnswerer(find_article=find, min_confidence=0.5, max_quotes=3)
    [answer] = answerer.answer(draft_of([], language=language, hits=hits_of(ONE)))
    assert words in answer.text
    assert answer.language == language


@st.composite
def evidences(draw: st.DrawFn) -> list[Evidence]:
    chosen = draw(st.lists(st.tuples(st.sampled_from([ONE, TWO]), st.sampled_from(SENTENCES)), max_size=8))
    probabilities = sorted(draw(st.lists(st.floats(0, 1), min_size=len(chosen), max_size=len(chosen))), reverse=True)
    return [evidence_of(article, quote, share) for (article, quote), share in zip(chosen, probabilities, strict=True)]


@given(evidences(), st.floats(0, 1), st.integers(1, 4))
def test_laws_2_and_4_hold_whatever_was_read(evidence: list[Evidence], confidence: float, max_quotes: int) -> None:
    for answer in answers(evidence, confidence=confidence, max_quotes=max_quotes):
        answered = bool(evidence) and confidence >= 0.5
        assert answer.status is (AnswerStatus.ANSWERED if answered else AnswerStatus.UNANSWERABLE)
        assert bool(answer.citations) == answered
        assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
        for citation in answer.citations:
            assert resolves(citation, ARTICLES[citation.article_id])
        if answered:
            lines = answer.text.split("\n\n")
            assert len(lines) <= max_quotes
            for line in lines:
                assert any(marker for _, marker in segments(line, answer.citations)), line
                assert any(line.startswith(f"{citation.quote} [{citation.marker}]") for citation in answer.citations)


def test_timing_an_answer_changes_nothing_else_of_it() -> None:
    [answer] = answers([evidence_of(ONE, SENTENCES[0], 1.0)])
    timed = with_timing(answer, {"total": 4.0})
    assert timed.timings_ms == {"total": 4.0}
    assert with_timing(timed, answer.timings_ms) == answer


def test_a_sentence_is_cited_from_every_article_that_carries_its_passage() -> None:
    carriers = [make_article(f"News. {SENTENCES[0]} Snow fell.", f"copy{number}.txt") for number in range(3)]
    other = make_article("News. The plane fell into a lake.", "lake.txt")
    known = {article.article_id: article for article in (ONE, *carriers, other)}
    answerer = QuotingAnswerer(
        find_article=lambda article_id: known[article_id],
        find_passages=lambda article_id: (passage_of(known[article_id]),),
        min_confidence=0.5,
        max_quotes=3,
    )
    [hit] = hits_of(ONE)
    hit = dataclasses.replace(hit, also_in=("copy0.txt", "lake.txt", "copy1.txt", "copy2.txt"))
    [answer] = answerer.answer(draft_of([evidence_of(ONE, SENTENCES[0], 0.9)], hits=(hit,)))
    assert answer.text == f"{SENTENCES[0]} [1][2][3][4]"
    assert [citation.article_id for citation in answer.citations] == ["one.txt", "copy0.txt", "copy1.txt", "copy2.txt"]
    for citation in answer.citations:
        assert resolves(citation, known[citation.article_id])
        assert citation.quote == SENTENCES[0]
        assert citation.passage_id == passage_of(known[citation.article_id]).passage_id


def marked(article: Article, quote: str, probability: float, answer: str, sure: float) -> Evidence:
    evidence = evidence_of(article, quote, probability)
    start = evidence.start + quote.index(answer)
    return dataclasses.replace(evidence, span=(start, start + len(answer)), span_probability=sure)


def test_the_short_answer_is_the_marked_words_of_the_best_sentence() -> None:
    *_, answer = answers(
        [marked(ONE, SENTENCES[2], 0.5, "Two people", 0.1), marked(TWO, SENTENCES[6], 0.4, "Самолёт", 0.1)]
    )
    assert answer.short_answer == "Two people"
    first, second = answer.citations
    assert first.span is not None
    assert ONE.text[slice(*first.span)] == "Two people"
    assert second.span is None, "words that the reader is not sure of are not marked in a further quotation"


def ask(question: str, evidence: Sequence[Evidence], *, is_first: bool = True, confidence: float = 0.9) -> Answer:
    answerer = QuotingAnswerer(find_article=find, min_confidence=0.3, max_quotes=3)
    draft = draft_of(evidence, hits=hits_of(ONE, TWO), confidence=confidence)
    draft = dataclasses.replace(draft, question=question, query=question)
    *_, answer = answerer.answer(dataclasses.replace(draft, is_first=is_first))
    return answer


def test_an_explanation_has_a_short_answer_only_where_the_reader_is_sure_of_it_and_marks_no_words() -> None:
    for sure, short in ((0.9, "into the sea"), (0.1, "")):
        answer = ask("Why did the plane fall?", [marked(ONE, SENTENCES[0], 0.9, "into the sea", sure)])
        assert (answer.form, answer.short_answer) == (AnswerForm.EXPLANATION, short)
        assert answer.citations[0].span is None


def test_articles_that_give_different_figures_are_said_to_differ() -> None:
    evidence = [marked(ONE, SENTENCES[2], 0.5, "Two", 0.9), marked(TWO, SENTENCES[3], 0.4, "Three", 0.9)]
    [disagreement] = ask("How many people died?", evidence).disagreements
    assert (disagreement.kind, disagreement.values) == ("number", ("Two", "Three"))
    assert ask("What happened to the people?", evidence).disagreements == ()


def test_a_vague_first_question_is_asked_back_and_the_same_after_a_turn_is_not() -> None:
    evidence = [evidence_of(ONE, SENTENCES[2], 0.9)]
    first = ask("And why did they?", evidence, confidence=0.4)
    assert first.status is AnswerStatus.UNCLEAR
    assert (first.citations, len(first.suggestions)) == ((), 2)
    followed = ask("And why did they?", evidence, is_first=False, confidence=0.4)
    assert followed.status is AnswerStatus.ANSWERED


@pytest.mark.parametrize(("coverage", "status"), [(1.0, AnswerStatus.ANSWERED), (0.6, AnswerStatus.UNANSWERABLE)])
def test_a_topic_is_compared_where_an_article_holds_all_its_words_however_little_that_answers(
    coverage: float, status: AnswerStatus
) -> None:
    measures = {"article_coverage": coverage, "passage_cosine": 0.5}
    evidence = [dataclasses.replace(evidence_of(ONE, SENTENCES[0], 0.9), measures=measures)]
    answerer = QuotingAnswerer(find_article=find, min_confidence=0.5, max_quotes=3)
    draft = draft_of(evidence, confidence=0.1, hits=hits_of(ONE))
    *_, answer = answerer.answer(dataclasses.replace(draft, question="What do the articles say about the plane?"))
    assert answer.status is status


def test_whoever_asks_for_a_number_reads_first_the_sentence_whose_marked_words_hold_one() -> None:
    evidence = [marked(ONE, SENTENCES[0], 0.5, "into the sea", 0.9), marked(ONE, SENTENCES[2], 0.4, "Two people", 0.9)]
    answer = ask("How many people died?", evidence)
    assert (answer.short_answer, answer.citations[0].quote) == ("Two people", SENTENCES[2])
    assert ask("What died?", evidence).short_answer == "into the sea"
