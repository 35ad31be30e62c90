"""The door: with a password or a token set, nothing but ``/healthz`` is answered to who has neither.

A browser gets a form in its reader's language, and for the password a signed cookie; a program sends either secret as
``Authorization: Bearer``. One middleware stands before everything: the page, Gradio's own routes, files, API and MCP.
"""

import json
import math
from html import escape
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.settings import Settings
from rag.web.credentials import SESSION_SECONDS, Sessions, Tries, asks_for_another_site, same
from rag.web.document_strings import DOCUMENT_STRINGS
from rag.web.html_document import document
from rag.web.methods import path_of
from rag.web.reader_language import language_of_request

SESSION_COOKIE = "masdar_session"
OPEN_PATH = "/healthz"
LOGIN_PATH = "/login"

_MOST_FORM_BYTES = 8192


class OwnNameOnly:
    """Refuses what was sent for another site's name, where nothing else would keep its pages out."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        host = Headers(scope=scope).get("host", "") if scope["type"] == "http" else ""
        if asks_for_another_site(host, self._settings):
            line = "This server answers only to its own name: send Host: 127.0.0.1, or set MASDAR_PASSWORD."
            await _respond(send, 421, json.dumps({"detail": line}).encode(), "application/json")
        else:
            await self._app(scope, receive, send)


class Protection:
    """Lets through who knows a secret; everyone else gets 401, or 429 while they must wait."""

    def __init__(self, app: ASGIApp, accepted: tuple[str, ...]) -> None:
        """``accepted`` are the secrets; there is at least one."""
        self._app = app
        self._accepted = accepted
        self._sessions = Sessions()
        self._tries = Tries()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif path_of(scope) == OPEN_PATH and scope["method"] in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
        else:
            await self._request(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._has_session(scope) or self._tries_token(scope) is True:
            await self._app(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        if path_of(scope) == LOGIN_PATH and scope["method"] == "POST":
            await self._login(scope, receive, send)
            return
        let_in = self._has_session(scope) or self._tries_token(scope)
        if let_in is None:
            await self._answer_wait(scope, send)
        elif not let_in:
            await _refuse(scope, send, 401)
        elif path_of(scope) == LOGIN_PATH:
            await _redirect(scope, send, "/")
        else:
            await self._app(scope, receive, send)

    def _has_session(self, scope: Scope) -> bool:
        cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
        return self._sessions.valid(cookies.get(SESSION_COOKIE, ""))

    def _tries_token(self, scope: Scope) -> bool | None:
        """Whether the request's token opens; None where its address must wait before it is looked at."""
        kind, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return False
        # Headers come as Latin-1; a password may be in any letters.
        return self._tries_secret(scope, token.strip().encode("latin-1").decode("utf-8", "replace"))

    def _tries_secret(self, scope: Scope, secret: str) -> bool | None:
        address = _address(scope)
        if self._tries.wait_seconds(address) > 0:
            return None
        # Every secret is compared, so that the time does not tell which one was nearly right.
        if sum(same(secret, accepted) for accepted in self._accepted):
            self._tries.succeeded(address)
            return True
        self._tries.failed(address)
        return False

    async def _login(self, scope: Scope, receive: Receive, send: Send) -> None:
        form = await _form(receive)
        if form is None:
            await _respond(send, 413, b'{"detail": "The form is too large."}', "application/json")
            return
        let_in = self._tries_secret(scope, form.get("password", ""))
        if let_in is None:
            await self._answer_wait(scope, send)
        elif let_in:
            await _redirect(scope, send, _local(form.get("next", "/")), cookie=_cookie(self._sessions.new(), scope))
        else:
            await _refuse(scope, send, 401, message=DOCUMENT_STRINGS[_language(scope)].wrong)

    async def _answer_wait(self, scope: Scope, send: Send) -> None:
        seconds = math.ceil(self._tries.wait_seconds(_address(scope))) or 1
        words = DOCUMENT_STRINGS[_language(scope)]
        await _refuse(scope, send, 429, message=words.wait.format(seconds=seconds), wait_seconds=seconds)


async def _refuse(scope: Scope, send: Send, status: int, *, message: str = "", wait_seconds: int = 0) -> None:
    headers = [(b"www-authenticate", b"Bearer")]
    if wait_seconds:
        headers.append((b"retry-after", str(wait_seconds).encode()))
    if "text/html" in Headers(scope=scope).get("accept", ""):
        await _respond(send, status, _form_page(scope, message).encode(), "text/html; charset=utf-8", headers)
        return
    line = "This server asks for a password: send it as 'Authorization: Bearer …'."
    if wait_seconds:
        line = f"Too many wrong passwords from your address. Try again in {wait_seconds} s."
    await _respond(send, status, json.dumps({"detail": line}).encode(), "application/json", headers)


def _form_page(scope: Scope, message: str) -> str:
    language = _language(scope)
    words = DOCUMENT_STRINGS[language]
    said = f'<p role="alert">{escape(message)}</p>' if message else ""
    action = escape(scope.get("root_path", "") + LOGIN_PATH)
    wanted = "/" if path_of(scope) == LOGIN_PATH or scope["method"] not in {"GET", "HEAD"} else _address_asked(scope)
    return document(
        f"Masdar · {words.closed}",
        language,
        f'<form method="post" action="{action}"><p class="made">مصدر · Masdar</p><h1>{escape(words.closed)}</h1>{said}'
        f'<p><label>{escape(words.password)} <input type="password" name="password" autocomplete="current-password" '
        f'required autofocus></label></p><input type="hidden" name="next" value="{escape(wanted)}">'
        f"<p><button>{escape(words.enter)}</button></p></form>",
    )


def _language(scope: Scope) -> str:
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[-1]
    return language_of_request(Headers(scope=scope), asked)


def _address_asked(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
    asked = raw.partition(b"?")[0].decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return f"{asked}?{query}" if query else asked


def _local(address: str) -> str:
    # "//host" and "/\host" lead to other sites; a control character could end the header.
    harmless = address.startswith("/") and address[1:2] not in {"/", "\\"} and address.isprintable()
    return address if harmless and address.isascii() else "/"


async def _form(receive: Receive) -> dict[str, str] | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body.extend(message.get("body", b""))
        if len(body) > _MOST_FORM_BYTES:
            return None
        if not message.get("more_body", False):
            break
    return {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


async def _redirect(scope: Scope, send: Send, address: str, *, cookie: str = "") -> None:
    root = scope.get("root_path", "")
    target = address if root and address.startswith(root + "/") else root + address
    headers = [(b"location", target.encode("latin-1"))]
    if cookie:
        headers.append((b"set-cookie", cookie.encode("latin-1")))
    await _respond(send, 303, b"", "text/plain; charset=utf-8", headers)


async def _respond(
    send: Send, status: int, body: bytes, media_type: str, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    start: Message = {
        "type": "http.response.start",
        "status": status,
        "headers": [
            (b"content-type", media_type.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            *(headers or []),
        ],
    }
    await send(start)
    await send({"type": "http.response.body", "body": body})


def _cookie(value: str, scope: Scope) -> str:
    secure = "; Secure" if scope["scheme"] == "https" else ""
    path = scope.get("root_path", "") or "/"
    return f"{SESSION_COOKIE}={value}; Max-Age={SESSION_SECONDS}; Path={path}; HttpOnly; SameSite=Lax{secure}"


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""
