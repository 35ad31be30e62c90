"""What every address owes HTTP: HEAD wherever GET is, 405 for a method and 413 for a body that it does not take."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.records import to_json

_ALL = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


def path_of(scope: Scope) -> str:
    """The address asked for, below the path that a proxy serves the application at."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"


def as_json(record: Any) -> Response:
    """A record, or a tuple of them, as a response; they hold read-only mappings, which pydantic cannot write."""
    return Response(to_json(record), media_type="application/json")


class HeadAsGet:
    """Answers HEAD as GET without its body; but for Gradio's own addresses, some of which never end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http" or scope["method"] != "HEAD" or "/gradio_api/" in scope["path"]:
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, send_head)


class BodyLimit:
    """Refuses a body above ``most_bytes`` at the addresses that begin with one of ``prefixes``.

    A body is taken in whole before it is passed on: whoever says no length is held to the limit too.
    """

    def __init__(self, app: ASGIApp, prefixes: tuple[str, ...], most_bytes: int) -> None:
        self._app = app
        self._prefixes = prefixes
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http" or not path_of(scope).startswith(self._prefixes):
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        body = bytearray()
        more = not (declared.isdigit() and int(declared) > self._most_bytes)
        too_large = not more
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body.extend(message.get("body", b""))
            too_large = len(body) > self._most_bytes
            more = message.get("more_body", False) and not too_large
        if too_large:
            refusal = JSONResponse({"detail": f"The body is larger than {self._most_bytes:,} bytes."}, 413)
            await refusal(scope, receive, send)
            return
        whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        await self._app(scope, replay, send)


def refuse_other_methods(routes: APIRouter) -> None:
    """Answers 405 to every method that the routes so far do not take.

    Without it such a request would fall through to what is mounted behind them, and be told that nothing is there.
    """
    taken: dict[str, set[str]] = {}
    for route in list(routes.routes):
        if isinstance(route, APIRoute):
            taken.setdefault(route.path.removeprefix(routes.prefix), set()).update(route.methods or ())
    for path, methods in taken.items():
        routes.add_api_route(path, _refusal(methods), methods=sorted(_ALL - methods), include_in_schema=False)


def _refusal(methods: set[str]) -> Callable[[], None]:
    allowed = ", ".join(sorted(methods))

    def refuse() -> None:
        raise HTTPException(405, f"This address takes only {allowed}.", {"allow": allowed})

    return refuse
