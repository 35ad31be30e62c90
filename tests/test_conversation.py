"""A follow-up is asked together with the question it hangs on; a question that stands alone is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_fakes import ANY_TEXT

from rag.conversation import ResolvedQuestion, depends_on_context, resolve

STANDING = [
    "من أسقط الطائرة؟", "מי ביקר בסוצ'י?",
    # Arabic writes no capitals, and "is" as a pronoun.
    "من هو رئيس روسيا؟", "من هي المواطنة الإسرائيلية المعتقلة في روسيا؟", "ما هي عاصمة سوريا؟", "من هو بوتين؟",
    "من أسقط الطائرة الروسية؟", "كم جنديا تركيا قتل في إدلب؟", "متى التقى بوتين ونتنياهو؟",
    "هل تم تفاهم بين روسيا وتركيا؟", "أين عقدت القمة الثلاثية؟", "ماذا قالت وزارة الدفاع الروسية عن الطائرة؟",
    "ما الأهمية التي أعطاها بوتين للقمة الثلاثية في سوتشي؟", "ما موقف تركيا من العملية العسكرية في إدلب؟",
    "Who shot down the plane?", "How many soldiers were killed in Idlib?", "When did Putin meet Netanyahu?",
    "who shot down the russian plane over syria", "What is the hotline between Israel and Russia for?",
    "Did she speak with Macron about the ceasefire?", "What happened in 2018?",
    "Кто сбил российский самолёт?", "Когда встретились Путин и Нетаньяху?",
    "Сколько турецких солдат погибло в Идлибе?", "Что такое сочинский меморандум?", "О чём говорили Путин и Макрон?",
    "מי הוא נשיא רוסיה?", "מי הפיל את המטוס הרוסי?", "מתי נפגשו פוטין ובנט בסוצ'י?", "על מה שוחחו פוטין ונתניהו?",
    "כמה חיילים טורקים נהרגו באידליב?", "מי הוא נתניהו?",
    "¿Cuántos soldados murieron en la batalla?", "¿Cuál es la capital de la región?",
    "Où se trouve la ville en guerre ?", "Chi è il presidente del consiglio?", "Quem é o presidente do brasil?",
    "Was ist die Hauptstadt des Landes?",
]  # fmt: skip
FOLLOWING = [
    "ومتى كان ذلك؟", "ومن معه؟", "كم عددهم؟", "أين حدث ذلك؟", "ماذا قال عنها؟", "متى توفي؟", "وكيف رد على ذلك؟",
    "ما هو موقفهم من القرار؟", "من هو؟", "من الرئيس؟", "ولماذا؟",
    "And when?", "When did it happen?", "How many of them were killed?", "What did he say about it?", "Why?",
    "so what happened then", "Who was there with him?",
    "А когда?", "Где это произошло?", "Сколько их было?", "Что он сказал об этом?", "И почему?",
    "ומתי?", "מה הוא אמר על זה?", "איפה זה קרה?", "כמה?", "ולמה?",
    "Et quand ?", "Quand est-ce qu'il est arrivé là ?", "Und wann?", "Wann ist es dort passiert?",
    "¿Y cuándo?", "¿Qué dijo ella de eso ayer?", "Peki neden?",
]  # fmt: skip
HISTORY = (("Who met in Sochi?", "Putin and Bennett met in Sochi. [1]"),)


@pytest.mark.parametrize("question", STANDING)
def test_a_question_that_stands_alone_is_not_changed_by_what_came_before(question: str) -> None:
    assert resolve(question, HISTORY) == ResolvedQuestion(question=question, query=question, is_follow_up=False)


@pytest.mark.parametrize("question", FOLLOWING)
def test_a_follow_up_is_searched_together_with_the_question_before(question: str) -> None:
    assert resolve(question, HISTORY) == ResolvedQuestion(
        question=question, query=f"Who met in Sochi? {question}", is_follow_up=True
    )


@pytest.mark.parametrize("question", [*STANDING, *FOLLOWING, "", " "])
def test_the_first_question_is_searched_as_it_is(question: str) -> None:
    assert resolve(question, ()) == ResolvedQuestion(
        question=question.strip(), query=question.strip(), is_follow_up=False
    )


def test_a_chain_of_follow_ups_goes_back_to_the_last_question_that_stood_alone() -> None:
    history = (
        ("Who shot down the plane?", "x [1]"),
        ("متى التقى بوتين ونتنياهو؟", "في موسكو. [1]"),
        ("وأين؟", "y [1]"),
        ("ولماذا؟", "z [1]"),
    )
    assert resolve("ومن معه؟", history).query == "متى التقى بوتين ونتنياهو؟ وأين؟ ولماذا؟ ومن معه؟"


def test_a_chain_in_which_nothing_stood_alone_is_taken_from_its_beginning() -> None:
    assert resolve("Why?", (("And?", ""), ("When?", ""))).query == "And? When? Why?"


def test_a_new_subject_ends_the_chain() -> None:
    history = (*HISTORY, ("When?", ""), ("Кто сбил российский самолёт?", ""))
    assert resolve("Когда?", history).query == "Кто сбил российский самолёт? Когда?"


def test_the_answers_of_the_history_are_never_searched() -> None:
    assert "Bennett" not in resolve("When?", HISTORY).query


@pytest.mark.parametrize("question", ["", " ", "?!", "؟"])
def test_a_question_without_a_word_hangs_on_nothing(question: str) -> None:
    assert not depends_on_context(question)


@given(ANY_TEXT, st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=3))
def test_whatever_is_asked_the_query_ends_with_the_question(question: str, history: list[tuple[str, str]]) -> None:
    resolved = resolve(question, history)
    assert resolved.question == question.strip()
    assert resolved.query.endswith(resolved.question)
    assert resolved.is_follow_up or resolved.query == resolved.question
