"""Our style, scripts and fonts: compressed, under an address that changes with them, so that browsers keep them."""

import hashlib
import re
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"

# Later ones may refine earlier ones; those of the views come last.
STYLES = ("fonts", "base", "gradio", "header", "side", "ask", "answer", "source", "pictures", "tour")

KEPT_A_YEAR = "public, max-age=31536000, immutable"


def version() -> str:
    """A digest of every file, for their address."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def modules_at_once() -> tuple[str, ...]:
    """The names of the scripts that the page's first one needs, itself included; those of the views come later."""
    found: dict[str, None] = {}
    waiting = ["main.js"]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            text = (STATIC / "js" / name).read_text(encoding="utf-8")
            waiting += re.findall(r'^import (?:[^;"]* from )?"\./([\w-]+\.js)";', text, re.MULTILINE)
    return tuple(sorted(found))


def style(views: tuple[str, ...]) -> str:
    """All style in one: the page's own, then that of each view."""
    names = (*STYLES, *(name for name in views if (STATIC / "css" / f"{name}.css").exists()))
    return "\n".join((STATIC / "css" / f"{name}.css").read_text(encoding="utf-8") for name in names)


def static_app(views: tuple[str, ...]) -> Starlette:
    """Serves the files of ``static`` and, as ``page.css``, all style in one."""
    css = style(views)

    async def page_style(request: Request) -> Response:
        return Response(css, media_type="text/css", headers={"cache-control": KEPT_A_YEAR})

    return Starlette(
        routes=[Route("/page.css", page_style), Mount("/", _KeptFiles(directory=STATIC))],
        middleware=[Middleware(GZipMiddleware, minimum_size=500)],
    )


class _KeptFiles(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = KEPT_A_YEAR
        return response
