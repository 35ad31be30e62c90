"""What a part of the page beside the conversation is made of."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter

from rag.web.protocol import PageAssistant


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One part of the page: a tab in the header, a frame of its own, and the addresses its script calls.

    ``name`` is the id of its frame, its address (``/?view=name``), and names its script and style:
    ``static/js/name.js``, which exports ``start(frame)`` and may export ``shown(frame)`` and ``spoken(frame)``, called
    when it is first shown, each time it is shown, and when the page's language changed; and ``static/css/name.css``.
    ``label`` is the name of the string on its tab.
    """

    name: str
    label: str
    routes: Callable[[PageAssistant], APIRouter]
