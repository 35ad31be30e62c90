"""What form of answer a question asks for is told by its words, in the languages of the interface."""

import pytest

from rag.answer_forms import answer_form, topic_of
from rag.records import AnswerForm


@pytest.mark.parametrize(
    "question",
    [
        "Who received Bennett in Sochi?", "How many soldiers died?", "How long did the call last?",
        "متى زار بينيت سوتشي؟",
        "من طلب المكالمة؟", "كم عدد القتلى؟", "Когда Путин приедет в Израиль?", "Как зовут представителя МИД?",
        "Как часто они встречались?", "מי אירח את בנט?", "כמה חיילים נהרגו?", "Quand a eu lieu l'appel ?",
        "What is the capital of Peru?", "ما عاصمة البيرو؟", "",
    ],
)  # fmt: skip
def test_who_when_where_and_how_many_ask_for_a_fact(question: str) -> None:
    assert answer_form(question) is AnswerForm.FACT


@pytest.mark.parametrize(
    "question",
    [
        "Why did Israel call off the strike?", "How did Russia react?", "What did Peskov say about Idlib?",
        "لماذا ألغت إسرائيل الهجوم؟", "وكيف ردت روسيا؟", "ماذا قال بيسكوف عن إدلب؟", "ما سبب التصعيد؟",
        "Почему Израиль отменил удар?", "Что заявила Захарова?", "А как отреагировала Россия?",
        "למה ביטלה ישראל את התקיפה?", "מה אמר פסקוב?", "Pourquoi Israël a-t-il annulé la frappe ?",
    ],
)  # fmt: skip
def test_why_how_and_what_was_said_ask_for_an_explanation(question: str) -> None:
    assert answer_form(question) is AnswerForm.EXPLANATION


@pytest.mark.parametrize(
    "question",
    [
        "Compare what was written about the call", "What do the sources say about Idlib?", "Do the reports contradict?",
        "قارن بين المقالات عن إدلب", "ماذا تقول المصادر عن الغارة؟", "هل تختلف الروايات؟",
        "Сравните сообщения об ударе", "Что пишут источники об Идлибе?", "В чём расходятся статьи?",
        "מה אומרים המקורות על אידליב?", "Que disent les sources sur Idleb ?",
    ],
)  # fmt: skip
def test_comparing_and_asking_what_sources_say_ask_for_a_comparison(question: str) -> None:
    assert answer_form(question) is AnswerForm.COMPARISON


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What do the sources say about the zone in Idlib?", "the zone in Idlib"),
        ("ماذا تقول المقالات عن بينيت؟", "بينيت"),
        ("Что пишут источники об Идлибе?", "Идлибе"),
        ("מה אומרים המקורות על אידליב?", "אידליב"),
        ("Compare the reports", "Compare the reports"),
    ],
)
def test_a_comparison_is_searched_by_what_it_is_about(question: str, topic: str) -> None:
    assert topic_of(question) == topic
