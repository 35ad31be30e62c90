"""A question is completed with what the turns before it were about, in the words of the reader's own questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_fakes import ANY_TEXT

from rag.conversation import quotations_in, resolve, turns_of_subject
from rag.dependence import Dependence

HISTORY = (("Who met Bennett in Sochi?", "Putin met Bennett in Sochi. [1]"),)
QUESTIONS = ["And when?", "ومتى كان ذلك؟", "А когда?", "ומתי?", "What did Merkel say about Libya?", "מי הפיל את המטוס?"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_completed_with_what_was_asked_about_before(question: str) -> None:
    resolved = resolve(question, HISTORY)
    assert (resolved.question, resolved.completed) == (question, f"{question} (met Bennett in Sochi)")


@pytest.mark.parametrize("question", [*QUESTIONS, "", " "])
def test_the_first_question_stays_as_it_is_and_stands_alone(question: str) -> None:
    resolved = resolve(question, ())
    assert (resolved.completed, resolved.subject) == (question.strip(), "")
    assert resolved.dependence is Dependence.STANDS_ALONE


def test_without_a_subject_before_it_even_a_follow_up_stands_alone() -> None:
    resolved = resolve("And why?", (("When?", "In May. [1]"), ("?", "")))
    assert (resolved.completed, resolved.dependence) == ("And why?", Dependence.STANDS_ALONE)


def test_a_chain_of_follow_ups_is_about_its_first_question_and_the_last_that_added_something() -> None:
    history = (
        ("Who shot down the plane?", ""),
        ("من هي المواطنة الإسرائيلية المعتقلة في روسيا؟", ""),
        ("ومن طلب الإفراج عنها؟", ""),
        ("وكم سنة حكم عليها؟", ""),
        ("ولماذا؟", ""),
    )
    expected = "ومتى؟ (المواطنة الإسرائيلية المعتقلة في روسيا؛ سنة حكم عليها)"
    assert resolve("ومتى؟", history).completed == expected


def test_a_question_that_names_nothing_keeps_the_subject_that_it_was_asked_about() -> None:
    history = (("What did SANA report about Palmyra?", ""), ("How many soldiers died?", ""))
    assert resolve("And how many wounded?", history).subject == "SANA report about Palmyra; soldiers died"


def test_what_points_back_at_the_head_of_a_follow_up_is_no_part_of_the_subject() -> None:
    history = [("Что поразил удар под Пальмирой?", ""), ("Кто об этом сообщил?", "")]
    assert resolve("Когда?", history).subject == "поразил удар под Пальмирой; сообщил"


def test_a_follow_up_that_repeats_the_subject_adds_nothing_to_it() -> None:
    history = [("من طلب الإفراج عن يساسخار؟", ""), ("ومتى طلب ذلك؟", "")]
    assert resolve("وأين؟", history).subject == "طلب الإفراج عن يساسخار"


def test_a_new_subject_ends_the_chain() -> None:
    history = (*HISTORY, ("When?", ""), ("Кто сбил самолёт над Латакией?", ""))
    assert resolve("Когда?", history).subject == "сбил самолёт над Латакией"


def test_the_words_of_answers_are_no_part_of_the_completed_question() -> None:
    assert "Putin" not in resolve("When?", HISTORY).completed


def test_the_turns_about_one_subject_begin_with_the_question_that_named_it() -> None:
    turns = (("Who is Naama Issachar?", "a"), ("What did Merkel demand in Idlib?", "b"), ("And when?", "c"))
    assert turns_of_subject(turns) == turns[1:]


def test_where_no_question_named_anything_all_turns_are_about_one_subject() -> None:
    turns = (("And?", "a"), ("When?", "b"))
    assert turns_of_subject(turns) == turns


def test_the_quotations_of_an_answer_are_what_stands_before_its_markers() -> None:
    text = "Naama Issachar\n\nPutin received Bennett. [1][2]\n\nقال بوتين ذلك. [3] More of it.[4]\n"
    assert quotations_in(text) == ("Putin received Bennett.", "قال بوتين ذلك.", "More of it.")


@pytest.mark.parametrize("text", ["", "The articles do not answer this question.\nThe closest: “A”", "a [x]", "[1]"])
def test_an_answer_without_a_marked_sentence_quotes_nothing(text: str) -> None:
    assert quotations_in(text) == ()


@given(ANY_TEXT, st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=3))
def test_whatever_is_asked_its_own_words_come_first(question: str, history: list[tuple[str, str]]) -> None:
    resolved = resolve(question, history)
    assert resolved.question == question.strip()
    assert resolved.completed.startswith(resolved.question)
    assert bool(resolved.subject) or resolved.completed == resolved.question
