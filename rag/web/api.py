"""The HTTP API for programs: what the page can do, as typed JSON; its schema is ``/api/openapi.json``.

What goes out is the records themselves (``rag.records``); what comes in has bounds.
"""

import datetime
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from rag.errors import MasdarError
from rag.records import Answer, Article, ArticleSummary, Filters, Hit, to_json
from rag.web.answering import Answering
from rag.web.found_places import FoundPlace, find_places
from rag.web.methods import as_json, refuse_other_methods
from rag.web.problems import UNEXPECTED, Problem
from rag.web.protocol import History, PageAssistant

LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_QUOTATION = 2000, 20_000, 20_000
MOST_TURNS, MOST_HITS, MOST_ARTICLES, MOST_NAMES = 50, 100, 10_000, 1000

_LOG = logging.getLogger(__name__)
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    413: {"model": Problem, "description": "The body is larger than a megabyte."},
    422: {"model": Problem, "description": "The request is not well formed; the line names the field."},
    503: {"model": Problem, "description": "The index cannot be used, or too many are asking."},
}


class _Body(BaseModel):
    # A misspelt field is told, not passed over.
    model_config = ConfigDict(extra="forbid")


class EarlierTurn(_Body):
    """A question that was asked before, and what was answered."""

    question: str = Field(max_length=LONGEST_QUESTION)
    answer: str = Field(default="", max_length=LONGEST_ANSWER)


class ArticleFilters(_Body):
    """Which articles to look in; what is left out does not restrict."""

    languages: list[str] = Field(default=[], max_length=MOST_NAMES, description="ISO 639-1.")
    articles: list[str] = Field(
        default=[], max_length=MOST_NAMES, description='Article ids, or folders, which end in "/".'
    )
    since: datetime.date | None = Field(default=None, description="Published on that day or later.")
    until: datetime.date | None = Field(default=None, description="Published on that day or earlier.")

    def record(self) -> Filters:
        """The filters as the assistant takes them."""
        return Filters(
            languages=tuple(self.languages), articles=tuple(self.articles), since=self.since, until=self.until
        )


class AskBody(_Body):
    """A question, and what it follows on."""

    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    history: list[EarlierTurn] = Field(default=[], max_length=MOST_TURNS, description="Earlier turns, oldest first.")
    filters: ArticleFilters = ArticleFilters()
    stream: bool = Field(default=False, description="Answer as lines of JSON while the answer grows.")

    def turns(self) -> History:
        """The history as the assistant takes it."""
        return tuple((turn.question, turn.answer) for turn in self.history)


class RetrieveBody(_Body):
    """What to search for."""

    query: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    top_k: int = Field(default=10, ge=1, le=MOST_HITS)
    filters: ArticleFilters = ArticleFilters()


class LookupBody(_Body):
    """A quotation, an article id, ``article_id#start-end``, or a permanent link."""

    text: str = Field(min_length=1, max_length=LONGEST_QUOTATION)


class ArticleList(BaseModel):
    """A part of the list of articles, by id; ``total`` counts all of them."""

    total: int
    articles: list[ArticleSummary]


def api_routes(assistant: PageAssistant, answering: Answering) -> APIRouter:
    """The routes under ``/api``."""
    routes = APIRouter(prefix="/api", tags=["articles"], responses=_PROBLEMS)

    @routes.post(
        "/ask",
        summary="Answer a question in the articles' own words",
        response_model=Answer,
        responses={
            200: {
                "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
                "description": "The answer; with `stream`, a line for each draft and one that ends it.",
            },
            502: {"model": Problem, "description": "The chat model failed."},
        },
    )
    async def ask(body: AskBody) -> Response:
        question, history, filters = body.question, body.turns(), body.filters.record()
        if not body.stream:
            return as_json(await answering.run(lambda: assistant.ask(question, history, filters=filters)))
        drafts = assistant.stream(question, history, filters=filters)
        # What cannot be answered at all is told by its status: only then is a stream begun.
        first = await answering.run(lambda: next(drafts, None))
        return StreamingResponse(_lines(answering, first, drafts), media_type="application/x-ndjson")

    @routes.post("/retrieve", summary="The passages nearest to a query, best first", response_model=list[Hit])
    async def retrieve(body: RetrieveBody) -> Response:
        query, top_k, filters = body.query, body.top_k, body.filters.record()
        return as_json(await answering.run(lambda: assistant.retrieve(query, top_k, filters=filters)))

    @routes.post(
        "/lookup",
        summary="Where a quotation stands, best first, with the words altered; empty where it does not occur",
        response_model=list[FoundPlace],
    )
    async def lookup(body: LookupBody) -> Response:
        return as_json(await answering.run(lambda: find_places(assistant, body.text)))

    @routes.get("/articles", summary="The articles, by id")
    def articles(
        limit: Annotated[int, Query(ge=1, le=MOST_ARTICLES)] = 1000,
        offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
    ) -> ArticleList:
        everything = assistant.sources()
        return ArticleList(total=len(everything), articles=list(everything[offset : offset + limit]))

    # Any text may be an article's id: it is looked up in the index, never joined to a path.
    @routes.get(
        "/articles/{article_id:path}",
        summary="One article with its text",
        responses={404: {"model": Problem, "description": "No article has that id."}},
    )
    def article(article_id: str) -> Article:
        return assistant.article(article_id)

    refuse_other_methods(routes)
    return routes


async def _lines(answering: Answering, first: Answer | None, others: Iterator[Answer]) -> AsyncIterator[str]:
    """A line ``{"answer": …}`` for each draft, and one that ends them: ``{"complete": true}`` or ``{"detail": …}``."""
    try:
        answer = first
        while answer is not None:
            yield f'{{"answer": {to_json(answer)}}}\n'
            answer = await answering.run(lambda: next(others, None))
        yield '{"complete": true}\n'
    except MasdarError as error:
        yield json.dumps({"detail": str(error)}, ensure_ascii=False) + "\n"
    except Exception:
        _LOG.exception("the assistant failed on a question")
        yield json.dumps({"detail": UNEXPECTED}) + "\n"
