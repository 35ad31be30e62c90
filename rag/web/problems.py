"""Errors toward programs: always JSON, ``{"detail": one clear line}``, with the status that fits."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from rag.errors import (
    ArticleNotFound,
    ChatModelError,
    ConversationNotFound,
    ConversationsError,
    FilterError,
    IndexStateError,
    MasdarError,
    TooManyQuestions,
)

UNEXPECTED = "Something unexpected went wrong. The server's log says what."
_LONGEST_LINE = 280
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (ArticleNotFound, 404),
    (ConversationNotFound, 404),
    (FilterError, 422),
    (ChatModelError, 502),
    (ConversationsError, 503),
    (IndexStateError, 503),
    (TooManyQuestions, 503),
)


class Problem(BaseModel):
    """What went wrong, and what to do about it."""

    detail: str = Field(description="One line, fit for a person to read.")


def status_of(error: Exception) -> int:
    """The HTTP status of an error of Masdar."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def answer_problems_as_json(app: FastAPI) -> None:
    """Makes ``app`` answer every error as a ``Problem``."""

    @app.exception_handler(RequestValidationError)
    def _invalid(_: Request, error: RequestValidationError) -> Response:
        return _problem(422, _explained(error))

    @app.exception_handler(HTTPException)
    def _refused(_: Request, error: HTTPException) -> Response:
        return _problem(error.status_code, str(error.detail), dict(error.headers or {}))

    @app.exception_handler(MasdarError)
    def _failed(_: Request, error: MasdarError) -> Response:
        wait = {"retry-after": "5"} if isinstance(error, TooManyQuestions) else None
        return _problem(status_of(error), str(error), wait)

    @app.exception_handler(Exception)
    def _unexpected(_: Request, error: Exception) -> Response:
        # What it was stands in the server's log.
        return _problem(500, UNEXPECTED)


def _problem(status: int, line: str, headers: dict[str, str] | None = None) -> Response:
    line = " ".join(line.split())
    if len(line) > _LONGEST_LINE:  # it repeats what it was given; what to do stands at its end
        line = f"{line[: _LONGEST_LINE // 2]} … {line[-_LONGEST_LINE // 2 + 3 :]}"
    return JSONResponse(Problem(detail=line).model_dump(), status, headers)


def _explained(error: RequestValidationError) -> str:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return f"The body is not JSON: {first['ctx']['error']}."
    name = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    return f"{name}: {first['msg']}. See docs/api.md."
