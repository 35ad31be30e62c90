"""``.csv`` and ``.jsonl``: each record is an article."""

import csv
import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence

from rag.formats.fields import KNOWN_NAMES, TEXT_NAMES, by_meaning, date_of, plain_name, text_of
from rag.formats.line_ends import with_plain_line_ends
from rag.formats.raw_article import FormatError, LeftOut, RawArticle
from rag.formats.text_encoding import decode

_DELIMITERS = ",;\t|"


def read_json_lines(data: bytes) -> Iterator[RawArticle | LeftOut]:
    """The articles of a file with a JSON object on each line, and the lines that are none."""
    # Not splitlines: JSON allows some of its line ends inside a string.
    lines = decode(data).split("\n")
    filled = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    for key, (line_number, line) in enumerate(filled, start=1):
        where = f"row in line {line_number}"
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            detail = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
            yield LeftOut(key=str(key), reason=f"{where}: not valid JSON ({detail})")
            continue
        if isinstance(record, dict):
            yield _article(str(key), record, where)
        else:
            yield LeftOut(key=str(key), reason=f"{where}: not a JSON object")


def read_csv(data: bytes) -> Iterator[RawArticle | LeftOut]:
    """The articles of a table whose first line names its columns, and the rows that are none.

    Raises:
        FormatError: no column holds the text.
    """
    text = decode(data)
    # The field limit is the module's, not the reader's; an article is longer than its default of 131,072.
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    header, delimiter = _header(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    next(reader)
    key = 0
    while True:
        line_number = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            key += 1
            yield LeftOut(key=str(key), reason=f"row in line {line_number}: {error}")
            continue
        if not any(field.strip() for field in row):
            continue
        key += 1
        yield _row(str(key), header, row, f"row in line {line_number}")


def _header(text: str) -> tuple[Sequence[str], str]:
    """The column names, and the delimiter under which most of them are known names."""
    candidates = []
    for delimiter in _DELIMITERS:
        try:
            names = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), [])
        except csv.Error:
            continue
        known = sum(plain_name(name) in KNOWN_NAMES for name in names)
        candidates.append((known, len(names), delimiter, names))
    if not candidates:
        raise FormatError("the first line does not name the columns")
    _, _, delimiter, names = max(candidates, key=lambda candidate: candidate[:2])
    if "text" not in by_meaning(dict.fromkeys(names)):
        shown = ", ".join(name.strip() for name in names[:8])[:120]
        raise FormatError(f"no column is named {', '.join(TEXT_NAMES)} or alike; the columns are: {shown}")
    return names, delimiter


def _row(key: str, header: Sequence[str], row: Sequence[str], where: str) -> RawArticle | LeftOut:
    if len(row) > len(header):
        return LeftOut(key=key, reason=f"{where}: {len(row)} fields where the header names {len(header)}")
    return _article(key, dict(zip(header, row, strict=False)), where)


def _article(key: str, record: Mapping[str, object], where: str) -> RawArticle | LeftOut:
    stated = by_meaning(record)
    text = stated.get("text")
    if not isinstance(text, str) or not text.strip():
        return LeftOut(key=key, reason=f"{where}: no text")
    text = with_plain_line_ends(text)
    if source := text_of(stated.get("source")):
        # A source line is page furniture: shown with the article, not retrieved.
        name = next(name for name in record if record[name] is stated["source"])
        text = f"{text.rstrip()}\n\n{name.strip()}: {source}"
    return RawArticle(
        key=key,
        title=text_of(stated.get("title")),
        text=text,
        published=date_of(stated.get("date")),
        language=text_of(stated.get("language")),
    )
