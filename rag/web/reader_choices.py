"""What a reader chose of the page's looks: its language, its colours, whether the conversations stand beside it."""

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from rag.web.reader_language import language_of_request

THEME_COOKIE, SIDE_COOKIE = "masdar_theme", "masdar_side"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderChoices:
    """The document is made with them, so that nothing is first shown otherwise.

    ``theme`` is "light", "dark", or "auto" for what the system has. ``side`` says whether the list of conversations
    stands open where the window has room for it.
    """

    language: str
    theme: str = "auto"
    side: bool = False


def choices_of_request(headers: Headers, asked: str | None = None) -> ReaderChoices:
    """The choices that a request's cookies remember; ``asked`` is the language in its address, which wins."""
    cookies = cookie_parser(headers.get("cookie", ""))
    theme = cookies.get(THEME_COOKIE)
    return ReaderChoices(
        language=language_of_request(headers, asked),
        theme=theme if theme in ("light", "dark") else "auto",
        side=cookies.get(SIDE_COOKIE) == "open",
    )
