"""``.md``: Markdown → its text, one paragraph a line, without the marks."""

import itertools
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.formats.fields import by_meaning, date_of, text_of
from rag.formats.front_matter import split_front_matter
from rag.formats.line_ends import with_plain_line_ends
from rag.formats.markup_text import text_of_markup
from rag.formats.raw_article import RawArticle
from rag.formats.text_encoding import decode


def read(data: bytes) -> Iterator[RawArticle]:
    """The one article of a Markdown file; its first top heading is the title where front matter states none."""
    fields, source = split_front_matter(with_plain_line_ends(decode(data)))
    stated = by_meaning(fields)
    tokens = MarkdownIt("commonmark").enable("table").parse(source)
    yield RawArticle(
        title=text_of(stated.get("title")) or _first_heading(tokens),
        text="\n".join(_lines(tokens)),
        published=date_of(stated.get("date")),
        language=text_of(stated.get("language")),
    )


def _first_heading(tokens: Sequence[Token]) -> str:
    for opening, content in itertools.pairwise(tokens):
        if opening.type == "heading_open" and opening.tag == "h1":
            return text_of(_inline_text(content))
    return ""


def _lines(tokens: Sequence[Token]) -> Iterator[str]:
    cells: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close" and cells is not None:
            yield " | ".join(cells)
            cells = None
        elif token.type == "inline":
            text = _inline_text(token)
            if cells is None:
                yield text
            else:
                cells.append(text)
        elif token.type in ("fence", "code_block"):
            yield token.content.rstrip("\n")
        elif token.type == "html_block" and (text := text_of_markup(token.content)):
            yield text


def _inline_text(token: Token) -> str:
    pieces = []
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            pieces.append(child.content)
        elif child.type == "softbreak":
            # A line end inside a paragraph is only where its writer's editor wrapped it.
            pieces.append(" ")
        elif child.type == "hardbreak":
            pieces.append("\n")
        elif child.type == "image":
            pieces.append(child.content)
    return "".join(pieces).strip()
