"""The file an article came from, as the browser may safely show it."""

import re
from dataclasses import dataclass
from pathlib import Path

from rag.articles import find_files
from rag.errors import ArticleNotFound
from rag.formats import FormatError
from rag.formats.text_encoding import decode

_TEXT = frozenset({".txt", ".md", ".html", ".htm", ".csv", ".jsonl"})
_SHOWN_BY_BROWSERS = {".pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class RawFile:
    """``content`` with its media type; ``name`` is set where it is to be saved rather than shown."""

    content: bytes
    media_type: str
    name: str = ""


def read_raw_file(data_dir: Path, article_id: str) -> RawFile:
    """The file behind an article of the index; text of every kind as plain text, so that none of it runs.

    Raises:
        ArticleNotFound: the file is no longer there.
    """
    path = _find(data_dir, article_id)
    content = path.read_bytes()
    suffix = path.suffix.lower()
    if suffix in _TEXT:
        try:
            content = decode(content).encode("utf-8", "replace")
        except FormatError as error:
            raise ArticleNotFound(f"The file of {article_id!r} is no text any more: {error}") from None
        return RawFile(content, "text/plain; charset=utf-8")
    if suffix in _SHOWN_BY_BROWSERS:
        return RawFile(content, _SHOWN_BY_BROWSERS[suffix])
    return RawFile(content, "application/octet-stream", path.name)


def _find(data_dir: Path, article_id: str) -> Path:
    # A row of a table has its file's id, "#" and its number. Only files that a build would read are ever served.
    wanted = (article_id, re.sub(r"#[^#]*$", "", article_id))
    by_id = {file.article_id: file.path for file in find_files(data_dir)[0]}
    for name in wanted:
        if name in by_id:
            return by_id[name]
    raise ArticleNotFound(f"The file of {article_id!r} is no longer in its folder.")
