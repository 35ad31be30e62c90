"""Methods of HTTP: HEAD wherever GET is, and 405 for what an address does not take."""

from collections.abc import Callable

from fastapi import APIRouter, HTTPException
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALL = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


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
