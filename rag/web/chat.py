"""The turns of a conversation; what the browser shows of one is made anew from them. ``conversations`` keeps them."""

import datetime
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rag.errors import ChatModelError, FilterError, IndexStateError
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
    RESTRICTION = "restriction"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question and its answer so far; ``failure`` and ``details`` are set when it failed.

    ``digests`` are the SHA-256 of the cited articles, by article id, as they were when it was answered. ``liked`` and
    ``remark`` are what the reader thought of the answer.
    """

    question: str
    answer: Answer | None = None
    state: TurnState = TurnState.BUSY
    failure: Failure = Failure.OTHER
    details: str = ""
    asked_at: datetime.datetime | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
    liked: bool | None = None
    remark: str = ""


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
    if isinstance(error, FilterError):
        return Failure.RESTRICTION
    return Failure.OTHER


def safe_conversation_id(offered: str | None) -> str:
    """The id the browser offers if it is one nobody can guess, else a new one."""
    if offered and len(offered) == _IDENTIFIER_LENGTH and set(offered) <= set(string.hexdigits):
        return offered
    return secrets.token_hex(_IDENTIFIER_LENGTH // 2)
