"""The web application: the page, the articles it opens, and the address it is served on."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI, HTTPException
from starlette.routing import Route

from rag.errors import MasdarError, SettingsError
from rag.settings import Settings
from rag.web.answering import Answering
from rag.web.api import api_routes
from rag.web.conversation_routes import conversation_routes
from rag.web.conversations import CONVERSATIONS_FILE, Conversations
from rag.web.corpus_face import CorpusFaces
from rag.web.credentials import secrets_of
from rag.web.delivery import PageDelivery, SecurityHeaders
from rag.web.mcp_server import MCP_PATH, McpEndpoint
from rag.web.methods import BodyLimit, HeadAsGet, refuse_other_methods
from rag.web.page import build_page
from rag.web.page_routes import page_routes
from rag.web.picture_routes import picture_routes
from rag.web.problems import answer_problems_as_json
from rag.web.protection import OwnNameOnly, Protection
from rag.web.protocol import PageAssistant
from rag.web.readers import ReaderCookie
from rag.web.sharing import sharing_routes
from rag.web.static_files import static_app, version
from rag.web.tour import tour_routes
from rag.web.view import View
from rag.web.views import VIEWS

_SECONDS_TO_FINISH = 3
_MOST_BODY_BYTES = 1_000_000
# Files are added at an address with a limit of its own.
_LIMITED = ("/api/", "/conversations", "/shared", "/page/")
# FastAPI's own pages for people load their scripts from another site.
_UNDOCUMENTED: dict[str, Any] = {"docs_url": None, "redoc_url": None, "openapi_url": None}


def create_app(assistant: PageAssistant, views: Sequence[View] = VIEWS) -> FastAPI:
    """The whole web application over ``assistant``."""
    conversations = Conversations(assistant.settings.index_dir / CONVERSATIONS_FILE)
    answering = Answering()
    faces = CorpusFaces(assistant)
    mcp = McpEndpoint(assistant, answering)

    @contextlib.asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        faces.prepare()
        async with mcp.running():
            yield
        answering.close()
        faces.close()
        conversations.close()

    app = FastAPI(title="Masdar", lifespan=running, **{**_UNDOCUMENTED, "openapi_url": "/api/openapi.json"})
    answer_problems_as_json(app)

    @app.get("/healthz")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    _refuse_uploads(app)
    app.include_router(page_routes(assistant))
    app.include_router(tour_routes(assistant))
    app.include_router(api_routes(assistant, answering))
    app.include_router(conversation_routes(assistant, conversations))
    app.include_router(picture_routes(conversations))
    app.include_router(sharing_routes(conversations))
    for view in views:
        app.include_router(view.routes(assistant))
    refuse_other_methods(app.router)
    app.router.routes.append(Route(MCP_PATH, mcp, include_in_schema=False))
    static_path = f"ui/{version()}"
    app.mount(f"/{static_path}", static_app(tuple(view.name for view in views)))
    _in_a_loop(lambda: _mount_page(app, build_page(assistant, conversations, faces)))
    app.add_middleware(PageDelivery, static_path=static_path, views=tuple(views))
    app.add_middleware(ReaderCookie)
    app.add_middleware(BodyLimit, prefixes=_LIMITED, most_bytes=_MOST_BODY_BYTES)
    app.add_middleware(HeadAsGet)
    if accepted := secrets_of(assistant.settings):
        app.add_middleware(Protection, accepted=accepted)
    app.add_middleware(OwnNameOnly, settings=assistant.settings)
    app.add_middleware(SecurityHeaders)
    return app


def _mount_page(app: FastAPI, page: gr.Blocks) -> None:
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=gr.themes.Base(font=["IBM Plex Sans Arabic", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        app_kwargs=dict(_UNDOCUMENTED),  # Gradio writes into it
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        show_error=False,
    )


def _in_a_loop(build: Callable[[], None]) -> None:
    # Where no event loop runs, Gradio opens one for each of its locks, and never closes it.
    async def run() -> None:
        build()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(run())
    else:
        build()


def _refuse_uploads(app: FastAPI) -> None:
    # Gradio takes files from anyone, and nothing here reads one.
    @app.post("/gradio_api/upload", include_in_schema=False)
    def upload() -> None:
        raise HTTPException(404, "This page takes no files.")


def serve(assistant: PageAssistant, on_ready: Callable[[str], None] | None = None) -> None:
    """Serves the page until interrupted; see ``rag.web.serve``."""
    listening = _listen(assistant.settings)
    with listening:
        config = uvicorn.Config(
            create_app(assistant),
            log_level="warning",
            access_log=False,
            ws="none",
            timeout_graceful_shutdown=_SECONDS_TO_FINISH,
        )
        _Server(config, _address(assistant.settings), on_ready).run(sockets=[listening])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, address: str, on_ready: Callable[[str], None] | None) -> None:
        super().__init__(config)
        self._address = address
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._on_ready is not None and not self.should_exit:
            self._on_ready(self._address)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise _explain(error, settings) from None


def _explain(error: OSError, settings: Settings) -> MasdarError:
    if error.errno == errno.EADDRINUSE:
        return SettingsError(
            f"Port {settings.port} on {settings.host} is in use. Choose another with the setting 'port' (MASDAR_PORT)."
        )
    if error.errno == errno.EACCES:
        return SettingsError(
            f"Port {settings.port} needs special rights. Choose one above 1023 with the setting 'port' (MASDAR_PORT)."
        )
    return SettingsError(
        f"Cannot listen on {settings.host!r}. Choose an address of this machine with the setting 'host' (MASDAR_HOST)."
    )


def _address(settings: Settings) -> str:
    # A machine listens on "any address", but no browser can open that.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
