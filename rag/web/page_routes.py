"""The addresses that the page's own script calls; programs have theirs in the API."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Body, HTTPException, Response
from fastapi.responses import PlainTextResponse

from rag.errors import ArticleNotFound, DataError
from rag.records import to_json
from rag.web.protocol import PageAssistant
from rag.web.raw_file import read_raw_file
from rag.web.reader_language import choose_language
from rag.web.source_panel import panel_view
from rag.web.strings import STRINGS
from rag.web.wording import words_of

_LONGEST_QUOTE = 20_000


def page_routes(assistant: PageAssistant) -> APIRouter:
    """The words, the articles and their files."""
    router = APIRouter(include_in_schema=False)

    @router.get("/page/words/{language}")
    def words(language: str) -> dict[str, Any]:
        if language not in STRINGS:
            raise HTTPException(404, f"The page does not speak {language!r}.")
        return words_of(language)

    # Any text may be an article's id: it is looked up in the index, never joined to a path.
    @router.post("/page/source")
    def source(
        article_id: str = Body(), start: int | None = Body(None), end: int | None = Body(None),
        quote: str = Body("", max_length=_LONGEST_QUOTE), lang: str = Body(""),
    ) -> Response:  # fmt: skip
        language = choose_language(asked=lang, remembered=None, accepted=None)
        if (start is None) != (end is None):
            raise HTTPException(400, "a span needs both its start and its end")
        span = None if start is None or end is None else (start, end)
        try:
            view = panel_view(assistant.article(article_id), language, span=span, quote=quote)
        except ArticleNotFound:
            raise HTTPException(404, STRINGS[language].article_gone) from None
        except ValueError as error:
            raise HTTPException(400, str(error)) from None
        return Response(to_json(view), media_type="application/json")

    @router.get("/text/{article_id:path}")
    def text(article_id: str) -> PlainTextResponse:
        try:
            return PlainTextResponse(assistant.article(article_id).text)
        except ArticleNotFound as error:
            raise HTTPException(404, str(error)) from None

    @router.get("/raw/{article_id:path}")
    def raw(article_id: str) -> Response:
        try:
            assistant.article(article_id)
            file = read_raw_file(assistant.settings.data_dir, article_id)
        except (ArticleNotFound, DataError, OSError) as error:
            raise HTTPException(404, str(error)) from None
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"} if file.name else {}
        return Response(file.content, media_type=file.media_type, headers=headers)

    return router
