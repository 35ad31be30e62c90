"""``.txt``: any encoding that can be told, with or without front matter."""

from collections.abc import Iterator

from rag.formats.fields import by_meaning, date_of, text_of
from rag.formats.front_matter import split_front_matter
from rag.formats.line_ends import with_plain_line_ends
from rag.formats.raw_article import RawArticle
from rag.formats.text_encoding import decode


def read(data: bytes) -> Iterator[RawArticle]:
    """The one article of a text file."""
    fields, text = split_front_matter(with_plain_line_ends(decode(data)))
    stated = by_meaning(fields)
    yield RawArticle(
        title=text_of(stated.get("title")),
        text=text,
        published=date_of(stated.get("date")),
        language=text_of(stated.get("language")),
    )
