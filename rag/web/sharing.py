"""Conversations leave the page: exported as Markdown or HTML, printed, or read by others under a link."""

import datetime
from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

from babel.dates import format_date
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from rag.errors import ConversationNotFound
from rag.web.conversations import Conversations
from rag.web.document_strings import DOCUMENT_STRINGS
from rag.web.html_document import document
from rag.web.methods import refuse_other_methods
from rag.web.problems import Problem
from rag.web.reader_language import language_of_request
from rag.web.readers import reader_id_of
from rag.web.transcript import transcript
from rag.web.transcript_html import to_html
from rag.web.transcript_markdown import to_markdown
from rag.web.turn_rows import now

_LONGEST_FILE_NAME = 80
# A link to read something must not be found by a search engine, nor told to where its reader goes next.
_UNLISTED = {"x-robots-tag": "noindex", "cache-control": "no-store"}


class ExportFormat(StrEnum):
    """``print`` is HTML that opens the browser's print dialogue, which also writes PDF."""

    MARKDOWN = "markdown"
    HTML = "html"
    PRINT = "print"


def sharing_routes(conversations: Conversations) -> APIRouter:
    """``/conversations/{id}/export`` and ``/shared/{id}``."""
    routes = APIRouter(tags=["conversations"])

    @routes.get(
        "/conversations/{conversation_id}/export",
        summary="The conversation as a file, its sources numbered",
        response_class=Response,
        responses={
            200: {"content": {"text/markdown": {}, "text/html": {}}},
            404: {"model": Problem, "description": "This reader has no such conversation."},
        },
    )
    def export(
        request: Request,
        conversation_id: Annotated[str, Path(max_length=100)],
        format: Annotated[ExportFormat, Query()] = ExportFormat.MARKDOWN,  # noqa: A002
        lang: Annotated[str, Query(max_length=20)] = "",
    ) -> Response:
        mine = conversations.of_reader(reader_id_of(request.cookies))
        title = mine.summary(conversation_id).title
        language = language_of_request(request.headers, lang)
        written = transcript(title, mine.turns(conversation_id), language)
        made = DOCUMENT_STRINGS[language].exported.format(date=_date(now(), language))
        if format is ExportFormat.PRINT:
            return HTMLResponse(to_html(written, language, made, printing=True), headers=_UNLISTED)
        if format is ExportFormat.HTML:
            return HTMLResponse(to_html(written, language, made), headers=_UNLISTED | _as_file(title, "html"))
        return Response(
            to_markdown(written, language, made),
            media_type="text/markdown; charset=utf-8",
            headers=_UNLISTED | _as_file(title, "md"),
        )

    @routes.get("/shared/{share_id}", summary="What a reader shared, to read only", response_class=HTMLResponse)
    def shared(
        request: Request,
        share_id: Annotated[str, Path(max_length=100)],
        lang: Annotated[str, Query(max_length=20)] = "",
    ) -> Response:
        language = language_of_request(request.headers, lang)
        strings = DOCUMENT_STRINGS[language]
        try:
            found = conversations.shared(share_id)
        except ConversationNotFound:
            body = f'<h1>{strings.not_shared}</h1><p><a href="../">{strings.open_masdar}</a></p>'
            return HTMLResponse(document("Masdar", language, body), 404, headers=_UNLISTED)
        made = f"{strings.shared.format(date=_date(found.shared_at, language))}. {strings.read_only}"
        written = transcript(found.title, found.turns, language)
        return HTMLResponse(to_html(written, language, made, page="../"), headers=_UNLISTED)

    refuse_other_methods(routes)
    return routes


def _date(moment: datetime.datetime, language: str) -> str:
    return format_date(moment.date(), format="long", locale=language)


def _as_file(title: str, ending: str) -> dict[str, str]:
    # Only letters, digits and spaces: what a title holds besides may mean something to a file system.
    name = "".join(sign if sign.isalnum() else " " for sign in title)
    name = " ".join(name.split())[:_LONGEST_FILE_NAME].strip() or "masdar"
    encoded = quote(f"{name}.{ending}", safe="")
    return {"content-disposition": f"attachment; filename=\"masdar.{ending}\"; filename*=UTF-8''{encoded}"}
