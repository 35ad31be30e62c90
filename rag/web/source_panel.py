"""What the panel shows of an article: its text around the cited quotation, and its facts in the reader's language."""

import re
from dataclasses import dataclass
from urllib.parse import quote as percent_encoded

from rag.languages import dominant_direction
from rag.records import Article
from rag.web.references import References, references
from rag.web.wording import date, language_name

# An article can be megabytes long; a panel that holds all of it would freeze a phone.
_SHOWN_AROUND = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelView:
    """The panel's content. ``text`` begins at ``text_start`` of the article; all offsets count code points.

    ``start`` and ``end`` are where the quotation stands now, None where none was asked for or it stands nowhere any
    more. ``moved`` says that it stands elsewhere than it was cited from, ``lost`` that it stands nowhere. ``excerpt``
    says that ``text`` is not the whole article. ``references`` are of the quotation, None without one.
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
    moved: bool
    lost: bool
    excerpt: bool
    raw_address: str
    references: References | None


def panel_view(
    article: Article, reader_language: str, *, span: tuple[int, int] | None = None, quote: str = ""
) -> PanelView:
    """The view of ``article`` with ``span`` to be marked.

    Args:
        article: As it is now.
        reader_language: The page's language.
        span: Where the quotation stood when it was cited.
        quote: How it read then, "" where only the place is known.

    Raises:
        ValueError: only a place is known, and it is not one of the article.
    """
    now = None if span is None else _place_now(article, span, quote)
    start, end = now or (0, 0)
    first, last = _window(article.text, start, end)
    shown = article.text[first:last]
    return PanelView(
        article_id=article.article_id,
        title=article.title,
        title_direction=dominant_direction(article.title),
        language=article.language,
        language_name=language_name(article.language, reader_language),
        published=date(article.published, reader_language),
        direction=dominant_direction(shown),
        text=shown,
        text_start=first,
        start=now[0] if now else None,
        end=now[1] if now else None,
        moved=now is not None and now != span,
        lost=span is not None and now is None,
        excerpt=len(shown) < len(article.text),
        raw_address=raw_address(article.article_id),
        references=references(article, *now, reader_language=reader_language) if now else None,
    )


def raw_address(article_id: str) -> str:
    """Where the file that an article came from is served, relative to the page."""
    return "raw/" + percent_encoded(article_id, safe="/")


def _place_now(article: Article, span: tuple[int, int], quote: str) -> tuple[int, int] | None:
    start, end = span
    inside = 0 <= start < end <= len(article.text)
    if not quote:
        if not inside:
            raise ValueError(f"{article.article_id} has {len(article.text)} characters, no {start}..{end}")
        return span
    if inside and article.text[start:end] == quote:
        return span
    places = [match.start() for match in re.finditer(re.escape(quote), article.text)]
    if not places:
        return None
    nearest = min(places, key=lambda place: abs(place - start))
    return nearest, nearest + len(quote)


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    first, last = max(0, start - _SHOWN_AROUND), min(len(text), end + _SHOWN_AROUND)
    if first:
        first = text.rfind("\n", first, start) + 1 or first
    if last < len(text):
        line_end = text.find("\n", max(end, last - 2000), last)
        last = line_end if line_end >= 0 else last
    return first, last
