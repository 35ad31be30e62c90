"""What a question is about: its words without those at its head that only ask."""

import pytest
from hypothesis import given
from text_fakes import ANY_TEXT

from rag.analysis import words
from rag.question_words import subject_of


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("When did Putin receive Bennett?", "Putin receive Bennett"),
        ("And in which city did they meet?", "city did they meet"),
        ("How many soldiers were killed in Idlib?", "soldiers were killed in Idlib"),
        ("what is the hotline for", "the hotline for"),
        ("من هي المواطنة الإسرائيلية المعتقلة في روسيا؟", "المواطنة الإسرائيلية المعتقلة في روسيا"),
        ("مع من تحدث بوتين؟", "تحدث بوتين"),
        ("وعلى ماذا أطلع السيسي؟", "أطلع السيسي"),
        ("ما الذي طلبه أردوغان؟", "طلبه أردوغان"),
        ("О чём говорили Путин и Макрон?", "говорили Путин и Макрон"),
        ("А с какого года это длится?", "года это длится"),
        ("Кто такой Хулуси Акар?", "Хулуси Акар"),
        ("עם מי דיבר פוטין אחרי הפגישה?", "דיבר פוטין אחרי הפגישה"),
        ("ובאיזו עיר נפגשו?", "עיר נפגשו"),
        ("Qui a reçu Bennett à Sotchi ?", "reçu Bennett à Sotchi"),
        ("Mit wem hat Putin gesprochen?", "Putin gesprochen"),
        ("¿Quién es el presidente?", "el presidente"),
    ],
)
def test_the_words_that_only_ask_are_left_out(question: str, subject: str) -> None:
    assert subject_of(question) == subject


@pytest.mark.parametrize("question", ["And why?", "ومتى؟", "А когда?", "ולמה?", "When?", "", " ?"])
def test_a_question_that_only_asks_is_about_nothing(question: str) -> None:
    assert subject_of(question) == ""


@pytest.mark.parametrize("question", ["Restrictions from Moscow?", "على الحدود التركية", "In Idlib, how many?"])
def test_words_that_could_lead_to_an_asking_one_stay_where_none_follows(question: str) -> None:
    assert subject_of(question) == question.rstrip("?")


@given(ANY_TEXT)
def test_a_subject_is_the_end_of_its_question(text: str) -> None:
    found = words(subject_of(text))
    assert words(text)[len(words(text)) - len(found) :] == found
