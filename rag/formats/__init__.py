"""Bytes of one file → the articles in it, one module per format.

A reader is a function of the file's bytes, so that nothing here depends on where a file lies. Adding a format is
adding one module with a function ``read`` and one line to ``READERS``. Modules are imported when the first file of
their kind is read: a folder of text files never pays for the PDF library.
"""

import importlib
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from rag.formats.raw_article import FormatError, LeftOut, RawArticle

__all__ = ["READERS", "FormatError", "LeftOut", "RawArticle", "Reader"]

Reader = Callable[[bytes], Iterable[RawArticle | LeftOut]]


def _reader(module: str, function: str = "read") -> Reader:
    def read(data: bytes) -> Iterable[RawArticle | LeftOut]:
        own: Reader = getattr(importlib.import_module(f"{__name__}.{module}"), function)
        return own(data)

    return read


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        ".txt": _reader("plain_text"),
        ".md": _reader("markdown"),
        ".html": _reader("html"),
        ".htm": _reader("html"),
        ".pdf": _reader("pdf"),
        ".docx": _reader("docx"),
        ".epub": _reader("epub"),
        ".csv": _reader("table", "read_csv"),
        ".jsonl": _reader("table", "read_json_lines"),
    }
)
