"""Articles differ where they give different numbers, dates or names for what was asked, and only there."""

import dataclasses

import pytest
from text_fakes import evidence_of, make_article

from rag.disagreements import disagreements, numbers_in, rival_of
from rag.reader import Evidence
from rag.records import AnswerForm, Disagreement

FACT, COMPARISON = AnswerForm.FACT, AnswerForm.COMPARISON


def said(article_id: str, text: str, answer: str = "", *, language: str = "en") -> Evidence:
    """A sentence that is an article of its own, with its answer marked where one is given."""
    evidence = evidence_of(make_article(text, article_id, language=language), text, 0.5)
    if not answer:
        return evidence
    start = text.index(answer)
    return dataclasses.replace(evidence, span=(start, start + len(answer)), span_probability=0.9)


def between(question: str, one: Evidence, other: Evidence, form: AnswerForm = FACT) -> tuple[Disagreement, ...]:
    return disagreements(question, form, [(1, one), (2, other)])


def test_different_counts_are_a_disagreement_in_numbers_across_languages() -> None:
    [found] = between(
        "How many kilometres deep is the zone?",
        said("a", "The zone was 15 kilometres deep.", "15 kilometres"),
        said("b", "Зона должна быть глубиной до 20 километров.", "20 километров", language="ru"),
    )
    assert (found.kind, found.markers, found.values) == ("number", (1, 2), ("15 kilometres", "20 километров"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 people died.", "Twelve people died."),
        ("قتل 12 شخصا.", "قتل ١٢ شخصا."),
        ("40,000 people fled.", "40.000 people fled."),
        ("Three people died.", "3 people died."),
    ],
)
def test_the_same_number_written_otherwise_is_no_disagreement(one: str, other: str) -> None:
    assert between("How many people?", said("a", one), said("b", other)) == ()


def test_one_article_does_not_disagree_with_itself() -> None:
    article = make_article("Two people died. Three people died.", "a")
    first, second = (evidence_of(article, text, 0.5) for text in ("Two people died.", "Three people died."))
    assert between("How many people died?", first, second) == ()


def test_a_sentence_with_several_numbers_and_no_answer_marked_is_compared_with_nothing() -> None:
    one, other = said("a", "On day 3 of the march 12 people died."), said("b", "13 people died.")
    assert between("How many people died?", one, other) == ()


def test_dates_that_cannot_both_be_true_differ_and_a_vaguer_one_does_not() -> None:
    one, other = said("a", "They met on 5 March 2020 in Sochi."), said("b", "They met on 7 March 2020 in Sochi.")
    [found] = between("When did they meet?", one, other)
    assert found.kind == "date"
    assert between("When did they meet?", one, said("c", "They met in March 2020.")) == ()
    assert between("When did they meet?", one, said("d", "They met on 5 March.")) == ()


def test_another_name_in_the_same_statement_differs_and_in_another_statement_does_not() -> None:
    one = said("a", "Sami Haddad opened the new harbour on Thursday.", "Sami Haddad")
    other = said("b", "Rami Kurdi opened the new harbour on Thursday.", "Rami Kurdi")
    [found] = between("Who opened the harbour?", one, other)
    assert (found.kind, found.values) == ("name", ("Sami Haddad", "Rami Kurdi"))
    assert (
        between("Who opened the harbour?", one, said("c", "Lena Hart thanked all builders there.", "Lena Hart")) == ()
    )
    assert between("Who opened the harbour?", one, said("d", "Minister Haddad opened the harbour.", "Haddad")) == ()


def test_a_comparison_compares_numbers_of_the_same_thing_and_leaves_dates_out() -> None:
    one = said("a", "12 soldiers fell on 5 March.")
    other = said("b", "14 soldiers fell on 7 March and 3 bridges too.")
    [found] = between("Compare the reports", one, other, COMPARISON)
    assert found.values == ("12 soldiers", "14 soldiers")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("ثلاثة جنود", {"3"}),
        ("one of them", set()),
        ("1,5 million", {"1.5"}),
        ("007", {"7"}),
    ],
)
def test_numbers_are_read_from_figures_and_words(text: str, numbers: set[str]) -> None:
    assert numbers_in(text) == numbers


def judged(evidence: Evidence, logit: float) -> Evidence:
    return dataclasses.replace(evidence, measures={"sentence_relevance": logit, "answers": logit})


def test_a_rival_answers_too_and_says_otherwise() -> None:
    best = judged(said("a", "The zone was 15 kilometres deep.", "15 kilometres"), 4.1)
    rival = judged(said("b", "Зона должна быть глубиной до 20 километров.", "20 километров", language="ru"), 0.5)
    same = judged(said("c", "It was 15 km deep.", "15 km"), 4.0)
    other = judged(said("d", "Some 30 kilometres of road were closed.", "30 kilometres"), -2.0)
    question = "How many kilometres deep is the zone?"
    assert rival_of(question, [best, same, other, rival]) is rival
    assert rival_of(question, [best, same, other]) is None
    assert rival_of("What is the zone?", [best, rival]) is None
    assert rival_of(question, []) is None


def test_a_quotation_that_does_not_answer_is_compared_with_nothing() -> None:
    best = judged(said("a", "It began in March 2015.", "March 2015"), 4.0)
    other = said("b", "Earlier, in October 2021, a paper wrote of it.", "October 2021")
    question = "When did it begin?"
    assert between(question, best, judged(other, -3.0)) == ()
    [found] = between(question, best, judged(other, 3.5))
    assert found.values == ("March 2015", "October 2021")


def test_words_that_are_hardly_the_answer_of_their_passage_are_compared_with_nothing() -> None:
    best = judged(said("a", "It began in March 2015.", "March 2015"), 4.0)
    other = judged(said("b", "Earlier, in October 2021, a paper wrote of it.", "October 2021"), 3.5)
    question = "When did it begin?"
    assert between(question, best, other) != ()
    assert between(question, best, dataclasses.replace(other, span_probability=0.05)) == ()


def test_one_value_is_shown_in_one_way_whatever_the_language_it_is_written_in() -> None:
    quoted = [
        said("a", "He was to come in January 2020.", "January 2020"),
        said("b", "Визит состоится в январе 2020 года.", "январе 2020", language="ru"),
        said("c", "He was to come in March 2020.", "March 2020"),
    ]
    [found] = disagreements("When was he to come?", FACT, list(enumerate(quoted, start=1)))
    assert found.values == ("January 2020", "January 2020", "March 2020")
