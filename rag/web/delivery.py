"""How the page reaches the browser: in the reader's language from its first byte, and shut off from other sites."""

import hashlib
import json
import re
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.languages import is_right_to_left
from rag.web.reader_language import choose_language

LANGUAGE_COOKIE = "masdar_language"

# Gradio needs inline scripts and eval; what this rules out is any request to another site, and being framed by one.
_SECURITY_HEADERS = {
    "content-security-policy": "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'; object-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


class SecurityHeaders:
    """Adds the security headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_SECURITY_HEADERS)
            await send(message)

        await self._app(scope, receive, send_secured if scope["type"] == "http" else send)


class PageDelivery:
    """Rewrites Gradio's document: its language and direction, our style and script, no word about Gradio's site."""

    def __init__(self, app: ASGIApp, static: Path) -> None:
        self._app = app
        self._links = _links(static)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http" or scope["method"] != "GET" or _path(scope) != "/":
            await self._app(scope, receive, send)
            return
        language = _language_of(scope)
        # A compressed document could not be rewritten.
        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message = {}
        body = bytearray()

        async def gather(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    await self._deliver(start, bytes(body), language, send)

        await self._app({**scope, "headers": headers}, receive, gather)

    async def _deliver(self, start: Message, body: bytes, language: str, send: Send) -> None:
        headers = MutableHeaders(scope=start)
        if headers.get("content-type", "").startswith("text/html"):
            body = self._rewrite(body.decode("utf-8"), language).encode("utf-8")
            headers["content-length"] = str(len(body))
            headers["content-language"] = language
            headers["cache-control"] = "no-store"
            headers["vary"] = "Accept-Language, Cookie"
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _rewrite(self, document: str, language: str) -> str:
        direction = "rtl" if is_right_to_left(language) else "ltr"
        document = re.sub(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*|<link rel="manifest"[^>]*>', "", document)
        document = re.sub(r'<html\s+lang="[^"]*"', f'<html lang="{language}" dir="{direction}"', document, count=1)
        # Gradio takes the language of its own words from the navigator, and offers no other way to set it.
        boot = (
            f"<script>for (const [name, value] of Object.entries({{language: {json.dumps(language)}, "
            f"languages: [{json.dumps(language)}]}})) Object.defineProperty(navigator, name, {{get: () => value}});"
            "</script>"
        )
        return re.sub(r"<base [^>]*>", lambda base: base.group() + boot + self._links, document, count=1)


def _links(static: Path) -> str:
    fonts, style, script = (f"ui/{name}?v={_digest(static / name)}" for name in ("fonts.css", "app.css", "app.js"))
    return (
        f'<link rel="stylesheet" href="{fonts}"><link rel="stylesheet" href="{style}"><script src="{script}" defer>'
        '</script><link rel="icon" type="image/svg+xml" href="ui/icon.svg">'
        '<meta name="color-scheme" content="light dark">'
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"


def _language_of(scope: Scope) -> str:
    headers = Headers(scope=scope)
    try:
        remembered = SimpleCookie(headers.get("cookie", "")).get(LANGUAGE_COOKIE)
    except CookieError:
        remembered = None
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [None])[-1]
    return choose_language(
        asked=asked, remembered=remembered.value if remembered else None, accepted=headers.get("accept-language")
    )
