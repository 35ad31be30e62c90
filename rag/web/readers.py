"""Who is reading: a browser is known by a cookie that nobody can guess, and nothing else is known of it."""

import secrets
import string
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

READER_COOKIE = "masdar_reader"
_LENGTH = 32
_ONE_YEAR_SECONDS = 31_536_000


def reader_id_of(cookies: Mapping[str, str]) -> str:
    """The reader's id, from the cookies of a request that passed ``ReaderCookie``; a new one where there is none."""
    offered = cookies.get(READER_COOKIE, "")
    return offered if len(offered) == _LENGTH and set(offered) <= set(string.hexdigits) else secrets.token_hex(16)


class ReaderCookie:
    """Gives every browser its id: a request without one is treated as if it had sent the one it is given."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = MutableHeaders(raw=list(scope["headers"]))
        cookies = cookie_parser(headers.get("cookie", ""))
        reader_id = reader_id_of(cookies)
        if cookies.get(READER_COOKIE) == reader_id:
            await self._app(scope, receive, send)
            return
        others = [f"{name}={value}" for name, value in cookies.items() if name != READER_COOKIE]
        headers["cookie"] = "; ".join([*others, f"{READER_COOKIE}={reader_id}"])

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", _cookie(reader_id, scope))
            await send(message)

        await self._app({**scope, "headers": headers.raw}, receive, send_with_cookie)


def _cookie(reader_id: str, scope: Scope) -> str:
    secure = "; Secure" if scope["scheme"] == "https" else ""
    path = scope.get("root_path", "") or "/"
    return f"{READER_COOKIE}={reader_id}; Max-Age={_ONE_YEAR_SECONDS}; Path={path}; HttpOnly; SameSite=Lax{secure}"
