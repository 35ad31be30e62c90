"""HTML and XHTML elements → text, one block a line. No judging of what is content: `html.py` does that."""

import re
from collections.abc import Iterator

from lxml import etree, html  # type: ignore[import-untyped]

_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
        "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead",
        "tr", "ul",
    }
)  # fmt: skip
_UNSEEN = frozenset(
    {
        "script", "style", "template", "noscript", "head", "title", "svg", "math", "object", "iframe", "select",
        "button",
    }
)  # fmt: skip
_SPACES = re.compile(r"[ \t\r\n\f]+")


def text_of_element(element: etree._Element) -> str:
    """The text a reader would see, one block a line, no empty lines."""
    text = "".join(_pieces(element))
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\0"))
    return "\n".join(line for line in lines if line)


def text_of_markup(markup: str) -> str:
    """Like `text_of_element`, for a fragment of HTML as it stands in another file."""
    try:
        return text_of_element(html.fragment_fromstring(markup, create_parent="div"))
    except etree.LxmlError:
        return ""


def _pieces(element: etree._Element) -> Iterator[str]:
    # "\0" stands for the edge of a block: it cannot occur in parsed markup.
    if isinstance(element.tag, str):
        name = element.tag.rpartition("}")[2].lower()
        if name not in _UNSEEN:
            edge = "\0" if name in _BLOCKS else " " if name in ("td", "th") else ""
            yield edge
            yield element.text or ""
            for child in element:
                yield from _pieces(child)
                yield child.tail or ""
            yield edge
