"""The parts of the page beside the conversation, in the order of their tabs."""

from rag.web.library_view import LIBRARY
from rag.web.lookup_view import LOOKUP
from rag.web.overview import OVERVIEW
from rag.web.view import View

VIEWS: tuple[View, ...] = (LOOKUP, LIBRARY, OVERVIEW)
