"""The conversations, kept on the server by their id; what the browser shows of one is made anew from its turns."""

import secrets
import string
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from rag.errors import ChatModelError, IndexStateError
from rag.records import Answer

_IDENTIFIER_LENGTH = 32


class TurnState(StrEnum):
    """How far the answer of a turn has come."""

    BUSY = "busy"
    COMPLETE = "complete"
    STOPPED = "stopped"
    FAILED = "failed"


class Failure(StrEnum):
    """Why a turn has no answer, as far as the reader can do something about it."""

    INDEX = "index"
    CHAT_MODEL = "chat_model"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question and its answer so far; ``failure`` and ``details`` are set when it failed."""

    question: str
    answer: Answer | None = None
    state: TurnState = TurnState.BUSY
    failure: Failure = Failure.OTHER
    details: str = ""


class Conversations:
    """The turns of every open conversation; the one longest untouched is forgotten first."""

    def __init__(self, capacity: int = 1000) -> None:
        self._capacity = capacity
        self._turns: OrderedDict[str, tuple[Turn, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def turns(self, conversation_id: str) -> tuple[Turn, ...]:
        """The turns so far, oldest first; none for an unknown id."""
        with self._lock:
            return self._turns.get(conversation_id, ())

    def begin(self, conversation_id: str, question: str) -> int:
        """Adds a turn that waits for its answer, and returns its number."""
        with self._lock:
            turns = (*self._turns.get(conversation_id, ()), Turn(question=question))
            self._turns[conversation_id] = turns
            self._turns.move_to_end(conversation_id)
            while len(self._turns) > self._capacity:
                self._turns.popitem(last=False)
            return len(turns) - 1

    def draft(self, conversation_id: str, number: int, answer: Answer) -> None:
        """Shows more of an answer that is still growing."""
        self._advance(conversation_id, number, lambda turn: replace(turn, answer=answer))

    def complete(self, conversation_id: str, number: int, answer: Answer) -> None:
        """Ends a turn with its whole answer."""
        self._advance(conversation_id, number, lambda turn: replace(turn, answer=answer, state=TurnState.COMPLETE))

    def fail(self, conversation_id: str, number: int, failure: Failure, details: str) -> None:
        """Ends a turn without an answer."""
        self._advance(
            conversation_id,
            number,
            lambda turn: replace(turn, answer=None, state=TurnState.FAILED, failure=failure, details=details),
        )

    def stop(self, conversation_id: str, number: int = -1) -> None:
        """Ends a turn, the last one by default, with what was answered so far; one that has ended stays as it is."""
        self._advance(conversation_id, number, lambda turn: replace(turn, state=TurnState.STOPPED))

    def _advance(self, conversation_id: str, number: int, change: Callable[[Turn], Turn]) -> None:
        # An answer that was stopped, or a conversation that was forgotten meanwhile, takes no more drafts.
        with self._lock:
            turns = list(self._turns.get(conversation_id, ()))
            if -1 <= number < len(turns) and turns and turns[number].state is TurnState.BUSY:
                turns[number] = change(turns[number])
                self._turns[conversation_id] = tuple(turns)


def history(turns: tuple[Turn, ...]) -> tuple[tuple[str, str], ...]:
    """What was asked and answered, for a follow-up question; turns without a whole answer are left out."""
    return tuple(
        (turn.question, turn.answer.text)
        for turn in turns
        if turn.state is TurnState.COMPLETE and turn.answer is not None
    )


def failure_of(error: Exception) -> Failure:
    """The kind of failure an error means to the reader."""
    if isinstance(error, IndexStateError):
        return Failure.INDEX
    if isinstance(error, ChatModelError):
        return Failure.CHAT_MODEL
    return Failure.OTHER


def safe_conversation_id(offered: str | None) -> str:
    """The id the browser offers if it is one nobody can guess, else a new one."""
    if offered and len(offered) == _IDENTIFIER_LENGTH and set(offered) <= set(string.hexdigits):
        return offered
    return secrets.token_hex(_IDENTIFIER_LENGTH // 2)
