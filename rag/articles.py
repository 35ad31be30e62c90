"""Files of a folder → articles; every file that gives none is named with its reason."""

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.errors import DataError
from rag.formats import READERS, FormatError, LeftOut, RawArticle
from rag.formats.dateline import find_stated_date
from rag.formats.line_ends import with_plain_line_ends
from rag.furniture import furniture_spans
from rag.languages import UNKNOWN, identify_language, is_plausible_language
from rag.records import Article

_BYTES_PER_MEGABYTE = 1024 * 1024
_MAX_TITLE_CHARACTERS = 140
_CUT_TITLE_CHARACTERS = 80
_TITLE_LINES = 5
_SHORT_TEXT_CHARACTERS = 400
_SENTENCE_END = re.compile(r"[.!?؟。…](?=[\"'”“»)\]]*(?:\s|$))")
_ENDS_SENTENCE = re.compile(r"[.؛;:。،,][\"'”“»)\]]*$")
_THREE_LETTER_CODES = {
    "ara": "ar", "deu": "de", "eng": "en", "fas": "fa", "fra": "fr", "fre": "fr", "ger": "de", "heb": "he",
    "per": "fa", "rus": "ru", "spa": "es", "tur": "tr", "ukr": "uk", "urd": "ur", "zho": "zh", "chi": "zh",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file to read. ``article_id`` is its POSIX path below the data folder, in Unicode NFC."""

    path: Path
    article_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """What one file gave. ``skipped`` names the file, or a row of it, with the reason in one line."""

    articles: tuple[Article, ...]
    skipped: tuple[tuple[str, str], ...]


def find_files(data_dir: Path) -> tuple[tuple[SourceFile, ...], tuple[tuple[str, str], ...]]:
    """The files below ``data_dir`` that can be read, by id, and those that cannot: (id, reason).

    Hidden files and folders, and files named ``README`` with any suffix, are no articles and are left out.

    Raises:
        DataError: ``data_dir`` is missing, is not a folder, or cannot be read.
    """
    if not data_dir.exists():
        raise DataError(f"There is no folder {str(data_dir)!r}. Name the folder of articles with --data.")
    if not data_dir.is_dir():
        raise DataError(f"{str(data_dir)!r} is not a folder. Name the folder that holds the articles with --data.")
    files: dict[str, SourceFile] = {}
    skipped: list[tuple[str, str]] = []
    root = data_dir.resolve()
    for path in _walk(data_dir, skipped, data_dir):
        article_id = _article_id(path, data_dir)
        reason = _reason_against(path, root)
        if reason is None and article_id in files:
            reason = "another file has the same name but for how its letters are composed"
        if reason is None:
            files[article_id] = SourceFile(path=path, article_id=article_id)
        else:
            skipped.append((article_id, reason))
    return tuple(files[article_id] for article_id in sorted(files)), tuple(sorted(skipped))


def read_file(file: SourceFile, *, max_megabytes: float) -> FileReading:
    """The articles of one file; never raises for what is in it, but names it and says why.

    A row of a table has the id ``path#n``, n being the number of its record, from 1.
    """
    try:
        size = file.path.stat().st_size
        if size > max_megabytes * _BYTES_PER_MEGABYTE:
            return _skipped(file, f"too large: {size / _BYTES_PER_MEGABYTE:.1f} MB, above {max_megabytes:g} MB")
        data = file.path.read_bytes()
    except OSError as error:
        return _skipped(file, f"cannot be opened: {error.strerror or type(error).__name__}")
    if not data.strip(b" \t\r\n\0"):
        return _skipped(file, "empty")
    articles: list[Article] = []
    skipped: list[tuple[str, str]] = []
    try:
        for raw in READERS[file.path.suffix.lower()](data):
            _take(raw, file.article_id, data, articles, skipped)
    except FormatError as error:
        skipped.append((file.article_id, str(error)))
    except Exception as error:  # a library failed on content that it did not foresee; the other files still count
        skipped.append((file.article_id, f"cannot be read: {type(error).__name__}"))
    if not articles and not skipped:
        skipped.append((file.article_id, "no articles in it"))
    return FileReading(articles=tuple(articles), skipped=tuple(skipped))


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _walk(folder: Path, skipped: list[tuple[str, str]], data_dir: Path) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        if folder == data_dir:
            raise DataError(f"The folder {str(folder)!r} cannot be read. Check its permissions.") from None
        skipped.append((_article_id(folder, data_dir), f"folder cannot be opened: {error.strerror}"))
        return
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith(".") or (entry.name.split(".")[0].upper() == "README" and not entry.is_dir()):
            continue
        # A link to a folder is not followed: it may lead out of the data folder, or round in a circle.
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(path, skipped, data_dir)
        else:
            yield path


def _article_id(path: Path, data_dir: Path) -> str:
    # Names that are no valid Unicode come with lone surrogates, which could be stored nowhere.
    name = path.relative_to(data_dir).as_posix().encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def _reason_against(path: Path, root: Path) -> str | None:
    if path.is_symlink():
        target = path.resolve()
        if not target.is_relative_to(root):
            return "a link that leads out of the data folder"
        if target.is_dir():
            return "a link to a folder"
    if not path.exists():
        return "a link that leads nowhere"
    if not path.is_file():
        return "not a regular file"
    if path.suffix.lower() not in READERS:
        suffixes = " ".join(READERS)
        return f"unsupported format {path.suffix!r}; supported are {suffixes}" if path.suffix else "no suffix"
    return None if os.access(path, os.R_OK) else "cannot be opened: Permission denied"


def _skipped(file: SourceFile, reason: str) -> FileReading:
    return FileReading(articles=(), skipped=((file.article_id, reason),))


def _take(
    raw: RawArticle | LeftOut, file_id: str, data: bytes, articles: list[Article], skipped: list[tuple[str, str]]
) -> None:
    article_id = f"{file_id}#{raw.key}" if raw.key else file_id
    if isinstance(raw, LeftOut):
        skipped.append((article_id, raw.reason))
        return
    text = _clean(raw.text)
    if not text.strip():
        skipped.append((article_id, "empty: there is no text in it"))
        return
    articles.append(
        Article(
            article_id=article_id,
            title=_one_line(raw.title) or _title_from(text),
            language=_language(raw.language, text),
            text=text,
            sha256=hashlib.sha256(_row_bytes(raw) if raw.key else data).hexdigest(),
            published=raw.published or find_stated_date(text.split("\n")),
        )
    )


def _row_bytes(raw: RawArticle) -> bytes:
    published = raw.published.isoformat() if raw.published else ""
    return json.dumps([raw.title, raw.text, published, raw.language], ensure_ascii=True).encode("ascii")


def _clean(text: str) -> str:
    text = with_plain_line_ends(text).replace("\ufeff", "").replace("\0", "")
    text = unicodedata.normalize("NFC", text)
    # A lone surrogate, as JSON may escape one, is no character and cannot be written to disk.
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def _one_line(title: str) -> str:
    return " ".join(_clean(title).split())


def _title_from(text: str) -> str:
    """The first line if it reads as a headline, else the first sentence, cut at a word."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    first = next((line for line in lines[:_TITLE_LINES] if not _is_no_title(line)), lines[0])
    if len(lines) > 1 and len(first) <= _MAX_TITLE_CHARACTERS and not _ENDS_SENTENCE.search(first):
        return _one_line(first)
    end = _SENTENCE_END.search(first)
    sentence = _one_line(first[: end.start()] if end else first)
    if len(sentence) <= _CUT_TITLE_CHARACTERS:
        return sentence
    head = sentence[:_CUT_TITLE_CHARACTERS]
    cut = head.rfind(" ")
    return f"{(head[:cut] if cut > 0 else head).rstrip(' ،,;:-–—')}…"


def _is_no_title(line: str) -> bool:
    """A page's path, a button or a dateline may stand before the headline."""
    return bool(furniture_spans(line)) or find_stated_date([line]) is not None


def _language(stated: str, text: str) -> str:
    """What the text reads as; of a short text the identifier is less sure than whoever stated the language."""
    identified = identify_language(text)
    code = re.split(r"[-_]", stated.strip().lower())[0]
    code = _THREE_LETTER_CODES.get(code, code)
    is_short = len(text) < _SHORT_TEXT_CHARACTERS or identified == UNKNOWN
    if is_short and re.fullmatch("[a-z]{2}", code) and is_plausible_language(code, text):
        return code
    # Page templates state English over any text.
    return identified
