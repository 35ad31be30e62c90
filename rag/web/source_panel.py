"""What the panel shows of an article: its text around the cited span, and its facts in the reader's language."""

from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from rag.languages import dominant_direction
from rag.records import Article

# An article can be megabytes long; a panel that holds all of it would freeze a phone.
_SHOWN_AROUND = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelView:
    """The panel's content. ``text`` begins at ``text_start`` of the article; all offsets count code points.

    ``start`` and ``end`` are None where no span was asked for. ``excerpt`` says that ``text`` is not the whole article.
    """

    article_id: str
    title: str
    title_direction: str
    language: str
    language_name: str
    published: str
    direction: str
    text: str
    text_start: int
    start: int | None
    end: int | None
    excerpt: bool
    text_address: str


def panel_view(
    article: Article, reader_language: str, *, start: int | None = None, end: int | None = None
) -> PanelView:
    """The view of ``article``, with ``start`` to ``end`` to be marked.

    Raises:
        ValueError: the span is not one of the article.
    """
    if (start is None) != (end is None):
        raise ValueError("a span needs both its start and its end")
    if start is not None and end is not None and not 0 <= start < end <= len(article.text):
        raise ValueError(f"{article.article_id} has {len(article.text)} characters, no {start}..{end}")
    first, last = _window(article.text, start or 0, end or 0)
    shown = article.text[first:last]
    return PanelView(
        article_id=article.article_id,
        title=article.title,
        title_direction=dominant_direction(article.title),
        language=article.language,
        language_name=_language_name(article.language, reader_language),
        published=format_date(article.published, format="long", locale=reader_language) if article.published else "",
        direction=dominant_direction(shown),
        text=shown,
        text_start=first,
        start=start,
        end=end,
        excerpt=len(shown) < len(article.text),
        text_address=text_address(article.article_id),
    )


def text_address(article_id: str) -> str:
    """Where the article's plain text is served, relative to the page."""
    return "text/" + quote(article_id, safe="/")


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    first, last = max(0, start - _SHOWN_AROUND), min(len(text), end + _SHOWN_AROUND)
    if first:
        first = text.rfind("\n", first, start) + 1 or first
    if last < len(text):
        line_end = text.find("\n", max(end, last - 2000), last)
        last = line_end if line_end >= 0 else last
    return first, last


@cache
def _language_name(language: str, reader_language: str) -> str:
    if language == "und":
        return ""
    try:
        return Locale.parse(language).get_language_name(reader_language) or ""
    except (UnknownLocaleError, ValueError):
        return ""
