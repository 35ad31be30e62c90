"""The page: a chat in the browser over an assistant. Gradio is imported only once a page is asked for."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from rag.web.protocol import PageAssistant

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["PageAssistant", "create_app", "serve"]


def create_app(assistant: PageAssistant) -> "FastAPI":
    """The whole web application over ``assistant``, ready for any ASGI server."""
    _keep_gradio_offline()
    from rag.web import server

    return server.create_app(assistant)


def serve(assistant: PageAssistant, on_ready: Callable[[str], None] | None = None) -> None:
    """Serves the page on the host and port of the assistant's settings until interrupted.

    Args:
        assistant: Answers the questions.
        on_ready: Called with the page's address once it accepts connections.

    Raises:
        SettingsError: the address cannot be listened on; the message names the setting to change.
    """
    _keep_gradio_offline()
    from rag.web import server

    server.serve(assistant, on_ready)


def _keep_gradio_offline() -> None:
    # Gradio reads these when it is imported; without the first two it reports its use and looks for newer versions.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    # After each question it sums up all questions so far, with pandas, for a view that this page does not show.
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)
