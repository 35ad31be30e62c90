"""Questions to go on with: only those that the articles answer, with something not quoted yet."""

from dataclasses import replace

from web_fakes import ARABIC_ID, FakeAssistant

from rag.records import Answer, AnswerStatus
from rag.web.follow_ups import follow_up_questions
from rag.web.protocol import History

BRIDGE = "What do the articles say about: “افتتاح الجسر بين الضفتين”?"


def offered(assistant: FakeAssistant, answer: Answer) -> list[str]:
    history: History = ((answer.question, answer.text),)
    return [each.question for each in follow_up_questions(assistant, answer, history, "en")]


def test_an_article_that_came_near_and_was_not_quoted_is_offered() -> None:
    assistant = FakeAssistant()
    assert BRIDGE in offered(assistant, assistant.answer("near"))
    assert assistant.histories[0] == (("near", assistant.answer("near").text),)


def test_what_the_articles_do_not_answer_is_not_offered() -> None:
    assistant = FakeAssistant()
    assistant.articles[ARABIC_ID] = replace(assistant.articles[ARABIC_ID], title="Tides and weather")
    assert "What do the articles say about: “Tides and weather”?" not in offered(assistant, assistant.answer("near"))


def test_what_would_be_answered_with_the_same_quotation_is_not_offered() -> None:
    assistant = FakeAssistant()
    assistant.articles[ARABIC_ID] = replace(assistant.articles[ARABIC_ID], title="The library again")
    assert not [each for each in offered(assistant, assistant.answer("near")) if "library" in each]


class UnsureAssistant(FakeAssistant):
    def answer(self, question: str) -> Answer:
        return replace(super().answer(question), confidence=0.3)


def test_what_would_be_answered_unsurely_is_not_offered() -> None:
    assistant = UnsureAssistant()
    assert offered(assistant, assistant.answer("near")) == []


def test_nothing_is_offered_after_an_abstention() -> None:
    assistant = FakeAssistant()
    answer = assistant.answer("who?")
    assert answer.status is AnswerStatus.UNANSWERABLE
    assert offered(assistant, answer) == []
    assert assistant.histories == []
