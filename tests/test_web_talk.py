"""Conversations, and a question on its way to its answer."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from web_fakes import FakeAssistant

from rag.errors import ChatModelError, IndexCorrupt, MasdarError
from rag.records import Answer, Filters
from rag.web.chat import Failure, Turn, TurnState, failure_of, history, safe_conversation_id
from rag.web.conversations import ReaderConversations
from rag.web.protocol import History
from rag.web.talk import answer_question


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


def complete(assistant: FakeAssistant, question: str) -> Turn:
    return Turn(question=question, answer=assistant.answer(question), state=TurnState.COMPLETE)


def test_an_answer_whose_reader_left_is_stopped(assistant: FakeAssistant, mine: ReaderConversations) -> None:
    async def leave_at_once() -> None:
        asking = answer_question(assistant, mine, "one", "library?")
        await anext(asking)
        await asking.aclose()

    asyncio.run(leave_at_once())
    assert [turn.state for turn in mine.turns("one")] == [TurnState.STOPPED]


def test_a_question_asked_anew_knows_only_what_was_said_before_it(
    assistant: FakeAssistant, mine: ReaderConversations
) -> None:
    async def ask(question: str, at: int | None = None) -> None:
        async for _ in answer_question(assistant, mine, "one", question, at=at):
            pass

    for question in ("library?", "hostile?"):
        asyncio.run(ask(question))
    asyncio.run(ask("library again?", at=1))
    assert [turn.question for turn in mine.turns("one")] == ["library?", "library again?"]
    assert [asked for asked, _ in assistant.histories[-1]] == ["library?"]


class FailingAssistant(FakeAssistant):
    def stream(self, question: str, history: History = (), *, filters: Filters | None = None) -> Iterator[Answer]:
        raise ZeroDivisionError("a secret path")


class SilentAssistant(FakeAssistant):
    def stream(self, question: str, history: History = (), *, filters: Filters | None = None) -> Iterator[Answer]:
        return iter(())


@pytest.mark.parametrize("failing", [FailingAssistant(), SilentAssistant()])
def test_an_unexpected_error_is_logged_and_not_shown(
    failing: FakeAssistant, mine: ReaderConversations, caplog: pytest.LogCaptureFixture
) -> None:
    async def ask() -> None:
        async for _ in answer_question(failing, mine, "one", "library?"):
            pass

    asyncio.run(ask())
    (turn,) = mine.turns("one")
    assert (turn.state, turn.failure, turn.details) == (TurnState.FAILED, Failure.OTHER, "")
    assert "the assistant failed" in caplog.text


def test_only_whole_answers_are_history(assistant: FakeAssistant) -> None:
    whole = complete(assistant, "library")
    assert whole.answer is not None
    turns = (whole, replace(whole, state=TurnState.STOPPED), Turn(question="?", state=TurnState.FAILED))
    assert history(turns) == (("library", whole.answer.text),)


@pytest.mark.parametrize("offered", [None, "", "abc", "0" * 31, "g" * 32, "../../../../../../../../etc/passwd"])
def test_an_id_that_could_be_guessed_is_replaced(offered: str | None) -> None:
    given = safe_conversation_id(offered)
    assert given != offered
    assert safe_conversation_id(given) == given


def test_the_reader_is_told_what_can_be_mended() -> None:
    assert failure_of(IndexCorrupt("x")) is Failure.INDEX
    assert failure_of(ChatModelError("x")) is Failure.CHAT_MODEL
    assert failure_of(MasdarError("x")) is Failure.OTHER
