"""``.html``: the main text of a page, its title and its date, without menus."""

import re
import warnings
from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from lxml import html as lxml_html

from rag.formats.dates import parse_date
from rag.formats.markup_text import text_of_element
from rag.formats.raw_article import FormatError, RawArticle
from rag.formats.text_encoding import decode

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]{2,40})""", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_HEAD_BYTES = 4096


def read(data: bytes) -> Iterator[RawArticle]:
    """The one article of a page.

    Raises:
        FormatError: nothing on the page reads as text.
    """
    charset = _CHARSET.search(data, 0, _HEAD_BYTES)
    markup = _DECLARATION.sub("", decode(data, declared=charset[1].decode("ascii") if charset else ""))
    if not markup.strip():
        raise FormatError("empty: there is no text in the page")
    try:
        tree = lxml_html.document_fromstring(markup)
    except etree.LxmlError:
        raise FormatError("no text in the page") from None
    page = _main_content(markup)
    text = page["text"] or text_of_element(tree)
    if not text.strip():
        raise FormatError("no text in the page")
    yield RawArticle(
        title=page["title"] or " ".join((tree.findtext(".//title") or "").split()),
        text=text,
        published=parse_date(page["date"]),
        language=(tree.xpath("string(/html/@lang)") or tree.xpath("string(/html/@*[local-name()='lang'])")).strip(),
    )


def _main_content(markup: str) -> dict[str, str]:
    import trafilatura  # 0.4 s: only a folder with a page in it pays for it

    # Not the extensive search for a date: that one guesses from copyright lines and from any date in the text.
    with warnings.catch_warnings():
        # Its date parser warns of time zones that a page names wrongly.
        warnings.simplefilter("ignore")
        document: Any = trafilatura.bare_extraction(
            markup,
            with_metadata=True,
            favor_recall=True,
            include_comments=False,
            date_extraction_params={"extensive_search": False, "original_date": True, "outputformat": "%Y-%m-%d"},
        )
    names = ("title", "text", "date")
    return {name: (getattr(document, name, None) or "") if document is not None else "" for name in names}
