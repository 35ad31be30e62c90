"""How the page reaches the browser: in the reader's language from its first byte, and shut off from other sites."""

import gzip
import json
import re
from collections.abc import Sequence
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.languages import is_right_to_left
from rag.web.reader_choices import ReaderChoices, choices_of_request
from rag.web.shell import after_conversation, before_conversation
from rag.web.static_files import KEPT_A_YEAR, modules_at_once
from rag.web.view import View

# Gradio needs inline scripts and eval; what this rules out is any request to another site, and being framed by one.
_SECURITY_HEADERS = {
    "content-security-policy": "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'; object-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


_FRAME_RESIZER = re.compile(r"<script>(?:(?!</script>).)*iframeResizer(?:(?!</script>).)*</script>", re.DOTALL)


class SecurityHeaders:
    """Adds the security headers to every response, and lets browsers keep Gradio's style."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_SECURITY_HEADERS)
                if is_kept and message["status"] == 200:
                    MutableHeaders(scope=message)["cache-control"] = KEPT_A_YEAR
            await send(message)

        # Gradio's address of its style holds a digest of it, but says nothing of keeping it: each visit waited for it.
        is_kept = scope["type"] == "http" and _path(scope) == "/theme.css" and scope["query_string"].startswith(b"v=")
        await self._app(scope, receive, send_secured if scope["type"] == "http" else send)


class PageDelivery:
    """Rewrites Gradio's document: its language and direction, our frame, style and script, no word about Gradio's site.

    Args:
        app: What serves the document.
        static_path: Where our files are served, relative to the page.
        views: The parts of the page beside the conversation.
    """

    def __init__(self, app: ASGIApp, static_path: str, views: Sequence[View]) -> None:
        self._app = app
        self._views = views
        self._links = _links(static_path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http" or scope["method"] != "GET" or _path(scope) != "/":
            await self._app(scope, receive, send)
            return
        choices = _choices_of(scope)
        compressed = "gzip" in Headers(scope=scope).get("accept-encoding", "")
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
                    await self._deliver(start, bytes(body), choices, compressed, send)

        await self._app({**scope, "headers": headers}, receive, gather)

    async def _deliver(self, start: Message, body: bytes, choices: ReaderChoices, compressed: bool, send: Send) -> None:
        headers = MutableHeaders(scope=start)
        if headers.get("content-type", "").startswith("text/html"):
            body = self._rewrite(body.decode("utf-8"), choices).encode("utf-8")
            if compressed:
                body = gzip.compress(body, compresslevel=5)
                headers["content-encoding"] = "gzip"
            headers["content-length"] = str(len(body))
            headers["content-language"] = choices.language
            headers["cache-control"] = "no-store"
            headers["vary"] = "Accept-Language, Accept-Encoding, Cookie"
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _rewrite(self, document: str, choices: ReaderChoices) -> str:
        language = choices.language
        direction = "rtl" if is_right_to_left(language) else "ltr"
        document = re.sub(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*|<link rel="manifest"[^>]*>', "", document)
        # Nobody frames the page, so nobody needs to resize a frame.
        document = _FRAME_RESIZER.sub("", document)
        document = re.sub(r"[\s,]*shrink-to-fit=no", "", document, count=1)
        opening = f'<html lang="{language}" dir="{direction}"'
        opening += "" if choices.theme == "auto" else f' data-theme="{choices.theme}"'
        opening += ' data-side="open"' if choices.side else ""
        document = re.sub(r'<html\s+lang="[^"]*"', opening, document, count=1)
        # Gradio takes the language of its own words from the navigator, and offers no other way to set it.
        boot = (
            f"<script>for (const [name, value] of Object.entries({{language: {json.dumps(language)}, "
            f"languages: [{json.dumps(language)}]}})) Object.defineProperty(navigator, name, {{get: () => value}});"
            "</script>"
        )
        document = re.sub(r"<base [^>]*>", lambda base: base.group() + boot + self._links, document, count=1)
        before = before_conversation(language, self._views, choices.theme)
        after = after_conversation(language, self._views)
        return re.sub(
            r"<gradio-app\b.*?</gradio-app>", lambda app: before + app.group() + after, document, count=1, flags=re.S
        )


def _links(static_path: str) -> str:
    return (
        f'<link rel="stylesheet" href="{static_path}/page.css">'
        + "".join(f'<link rel="modulepreload" href="{static_path}/js/{name}">' for name in modules_at_once())
        + f'<script type="module" src="{static_path}/js/main.js"></script>'
        f'<link rel="icon" type="image/svg+xml" href="{static_path}/icon.svg">'
        '<meta name="color-scheme" content="light dark">'
    )


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"


def _choices_of(scope: Scope) -> ReaderChoices:
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [None])[-1]
    return choices_of_request(Headers(scope=scope), asked)
