"""The reader's conversations over HTTP: what the page's script calls. Who the reader is, their cookie says."""

import dataclasses
import datetime
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from rag.records import Answer
from rag.web.chat import Failure, Turn, TurnState
from rag.web.conversation_list import (
    LONGEST_REMARK,
    LONGEST_SEARCH,
    LONGEST_TITLE,
    ConversationSummary,
)
from rag.web.conversations import Conversations, ReaderConversations
from rag.web.methods import as_json, refuse_other_methods
from rag.web.problems import Problem
from rag.web.protocol import PageAssistant
from rag.web.readers import reader_id_of
from rag.web.source_state import SourceNow, source_now

_MOST_LISTED = 200
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "This reader has no such conversation."},
    503: {"model": Problem, "description": "The conversations cannot be read or written."},
}

ConversationId = Annotated[str, Path(max_length=100, description="As the list of conversations gives it.")]
TurnNumber = Annotated[int, Path(ge=0, le=1_000_000, description="The turn, counted from 0.")]


class NewTitle(BaseModel):
    """What to call a conversation; "" calls it by its first question again."""

    title: str = Field(max_length=LONGEST_TITLE)


class Feedback(BaseModel):
    """What the reader thinks of an answer; ``liked`` null takes a thumb back."""

    liked: bool | None
    remark: str = Field(default="", max_length=LONGEST_REMARK)


class Share(BaseModel):
    """Where a conversation can be read by whoever has the link."""

    share_id: str
    address: str = Field(description="Relative to the page.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnView:
    """A question and its answer; ``sources`` say of each citation, in order, whether it still stands."""

    number: int
    question: str
    answer: Answer | None
    state: TurnState
    failure: Failure
    details: str
    asked_at: datetime.datetime | None
    liked: bool | None
    remark: str
    sources: tuple[SourceNow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationView:
    """A conversation with its turns, oldest first."""

    conversation: ConversationSummary
    turns: tuple[TurnView, ...]


def conversation_routes(assistant: PageAssistant, conversations: Conversations) -> APIRouter:
    """The routes under ``/conversations``."""
    routes = APIRouter(prefix="/conversations", tags=["conversations"], responses=_PROBLEMS)

    def mine(request: Request) -> ReaderConversations:
        return conversations.of_reader(reader_id_of(request.cookies))

    Mine = Annotated[ReaderConversations, Depends(mine)]  # noqa: N806

    @routes.get(
        "",
        summary="This reader's conversations, the one touched last first",
        response_model=list[ConversationSummary],
    )
    def summaries(
        of_reader: Mine,
        search: Annotated[str, Query(max_length=LONGEST_SEARCH)] = "",
        limit: Annotated[int, Query(ge=1, le=_MOST_LISTED)] = _MOST_LISTED,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> Response:
        return as_json(of_reader.summaries(search, limit=limit, offset=offset))

    @routes.get("/{conversation_id}", summary="One conversation with its turns", response_model=ConversationView)
    def conversation(of_reader: Mine, conversation_id: ConversationId) -> Response:
        turns = of_reader.turns(conversation_id)
        views = tuple(_turn_view(assistant, number, turn) for number, turn in enumerate(turns))
        whole = ConversationView(conversation=of_reader.summary(conversation_id), turns=views)
        return as_json(whole)

    @routes.patch("/{conversation_id}", summary="Call it something else", response_model=ConversationSummary)
    def rename(of_reader: Mine, conversation_id: ConversationId, body: NewTitle) -> Response:
        of_reader.rename(conversation_id, body.title)
        return as_json(of_reader.summary(conversation_id))

    @routes.delete("/{conversation_id}", status_code=204, summary="Delete it, and what was shared of it")
    def delete(of_reader: Mine, conversation_id: ConversationId) -> None:
        of_reader.delete(conversation_id)

    @routes.put("/{conversation_id}/turns/{number}/feedback", status_code=204, summary="Keep a thumb and a word")
    def rate(of_reader: Mine, conversation_id: ConversationId, number: TurnNumber, body: Feedback) -> None:
        of_reader.rate(conversation_id, number, liked=body.liked, remark=body.remark)

    @routes.post("/{conversation_id}/share", summary="Share it as it is now; again: the same link, as it is now")
    def share(of_reader: Mine, conversation_id: ConversationId) -> Share:
        share_id = of_reader.share(conversation_id)
        return Share(share_id=share_id, address=f"shared/{share_id}")

    @routes.delete("/{conversation_id}/share", status_code=204, summary="Share it no longer")
    def revoke(of_reader: Mine, conversation_id: ConversationId) -> None:
        of_reader.revoke(conversation_id)

    refuse_other_methods(routes)
    return routes


def _turn_view(assistant: PageAssistant, number: int, turn: Turn) -> TurnView:
    citations = turn.answer.citations if turn.answer is not None else ()
    own = {field.name: getattr(turn, field.name) for field in dataclasses.fields(turn) if field.name != "digests"}
    return TurnView(
        number=number, **own, sources=tuple(source_now(assistant, citation, turn.digests) for citation in citations)
    )
