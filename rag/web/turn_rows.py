"""A turn as the columns it is kept in, and back."""

import datetime
import functools
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rag.records import Answer, to_json
from rag.web.chat import Failure, Turn, TurnState


def row_of(turn: Turn) -> list[Any]:
    """question, answer, state, failure, details, asked_at, digests, liked, remark: text, or numbers, or None."""
    return [
        turn.question,
        None if turn.answer is None else to_json(turn.answer),
        turn.state.value,
        turn.failure.value,
        turn.details,
        (turn.asked_at or now()).isoformat(),
        json.dumps(dict(turn.digests), ensure_ascii=False),
        turn.liked,
        turn.remark,
    ]


def turn_of(row: Sequence[Any]) -> Turn:
    """The turn of such a row; one whose answer can no longer be read has failed, and says so."""
    question, answer, state, failure, details, asked_at, digests, liked, remark = row
    turn = Turn(
        question=question,
        state=TurnState(state),
        failure=Failure(failure),
        details=details,
        asked_at=datetime.datetime.fromisoformat(asked_at),
        digests=json.loads(digests),
        liked=None if liked is None else bool(liked),
        remark=remark,
    )
    try:
        return turn if answer is None else replace(turn, answer=_answer(answer))
    except ValidationError:
        return replace(turn, state=TurnState.FAILED, details="The stored answer is of another version of Masdar.")


@functools.lru_cache(maxsize=256)
def _answer(stored: str) -> Answer:
    # A page shows a conversation anew several times a second while an answer grows.
    return _answers().validate_json(stored)


@functools.cache
def _answers() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)


def now() -> datetime.datetime:
    """The time, in UTC."""
    return datetime.datetime.now(datetime.UTC)
