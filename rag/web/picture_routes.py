"""What the pictures of an answer are drawn from: how it came about, where its sources differ, what was cited."""

import datetime
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import Response

from rag.languages import dominant_direction
from rag.records import Answer
from rag.web.chat import TurnState
from rag.web.comparison import comparison_view
from rag.web.conversations import Conversations
from rag.web.methods import as_json, refuse_other_methods
from rag.web.reader_language import choose_language
from rag.web.readers import reader_id_of
from rag.web.why import PassageState, state_of, why_view
from rag.web.wording import date, language_name

ConversationId = Annotated[str, Path(max_length=100)]
TurnNumber = Annotated[int, Path(ge=0, le=1_000_000)]
Language = Annotated[str, Query(max_length=20)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPassage:
    """A passage found for a question."""

    passage_id: str
    rank: int
    state: PassageState


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question of the conversation with the passages found for it, best first."""

    number: int
    question: str
    direction: str
    passages: tuple[FoundPassage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedStatement:
    """A quotation of the conversation; ``published`` is the day of its article, ``date`` the same in words."""

    turn: int
    marker: int
    article_id: str
    title: str
    start: int
    end: int
    quote: str
    direction: str
    language_name: str
    published: datetime.date | None
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedView:
    """What a conversation asked and cited, each quotation once, oldest first."""

    questions: tuple[AskedQuestion, ...]
    statements: tuple[CitedStatement, ...]


def picture_routes(conversations: Conversations) -> APIRouter:
    """The routes under ``/conversations`` that the page's pictures call."""
    routes = APIRouter(prefix="/conversations", include_in_schema=False)

    def answers(request: Request, conversation_id: str) -> dict[int, Answer]:
        turns = conversations.of_reader(reader_id_of(request.cookies)).turns(conversation_id)
        return {
            number: turn.answer
            for number, turn in enumerate(turns)
            if turn.answer is not None and turn.state is TurnState.COMPLETE
        }

    def answer_of(request: Request, conversation_id: str, number: int) -> Answer:
        answer = answers(request, conversation_id).get(number)
        if answer is None:
            raise HTTPException(404, "This reader has no such answer.")
        return answer

    @routes.get("/{conversation_id}/turns/{number}/why")
    def why(request: Request, conversation_id: ConversationId, number: TurnNumber, lang: Language = "") -> Response:
        return as_json(why_view(answer_of(request, conversation_id, number), _known(lang)))

    @routes.get("/{conversation_id}/turns/{number}/comparison")
    def compare(request: Request, conversation_id: ConversationId, number: TurnNumber, lang: Language = "") -> Response:
        return as_json(comparison_view(answer_of(request, conversation_id, number), _known(lang)))

    @routes.get("/{conversation_id}/cited")
    def cited(request: Request, conversation_id: ConversationId, lang: Language = "") -> Response:
        return as_json(cited_view(answers(request, conversation_id), _known(lang)))

    refuse_other_methods(routes)
    return routes


def cited_view(answers: dict[int, Answer], language: str) -> CitedView:
    """What was asked and cited, by the number of the turn."""
    statements: dict[tuple[str, int, int], CitedStatement] = {}
    for number, answer in answers.items():
        for each in answer.citations:
            statements[each.article_id, each.start, each.end] = CitedStatement(
                turn=number,
                marker=each.marker,
                article_id=each.article_id,
                title=each.title,
                start=each.start,
                end=each.end,
                quote=each.quote,
                direction=dominant_direction(each.quote),
                language_name=language_name(each.language, language),
                published=each.published,
                date=date(each.published, language),
            )
    day_of = {key: (each.published or datetime.date.max, each.turn, each.marker) for key, each in statements.items()}
    return CitedView(
        questions=tuple(_asked(number, answer) for number, answer in answers.items()),
        statements=tuple(statements[key] for key in sorted(statements, key=day_of.__getitem__)),
    )


def _asked(number: int, answer: Answer) -> AskedQuestion:
    return AskedQuestion(
        number=number,
        question=answer.question,
        direction=dominant_direction(answer.question),
        passages=tuple(
            FoundPassage(passage_id=hit.passage.passage_id, rank=hit.rank, state=state_of(hit, answer))
            for hit in answer.hits
        ),
    )


def _known(language: str) -> str:
    return choose_language(asked=language, remembered=None, accepted=None)
