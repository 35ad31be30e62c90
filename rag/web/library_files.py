"""Files that readers add to the folder of articles or take out of it: checked first, and never lost by it."""

import datetime
import os
import re
import secrets
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rag.articles import SourceFile, file_sha256, find_files, read_file
from rag.formats import READERS

REMOVED_FOLDER = ".removed"

_UPLOAD_PREFIX = ".masdar-upload-"
_BYTES_PER_MEGABYTE = 1024 * 1024
# File systems take 255 bytes; the rest is room for what others add to a name.
_LONGEST_PART_BYTES, _MOST_PARTS = 200, 12


class Outcome(StrEnum):
    """What became of a file. But for the first two, nothing in the folder has changed."""

    ADDED = "added"
    REPLACED = "replaced"
    SAME = "same"
    EXISTS = "exists"
    NAME = "name"
    FORMAT = "format"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    NOT_KEPT = "not_kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOutcome:
    """What became of the file ``file_id``.

    ``other`` is the file that holds the same already (SAME). ``articles`` counts those in it; ``skipped`` names rows
    of it that are none, with the reason. ``reason`` is a line for the curious (UNREADABLE, NOT_KEPT).
    """

    outcome: Outcome
    file_id: str
    other: str = ""
    articles: int = 0
    skipped: tuple[tuple[str, str], ...] = ()
    reason: str = ""


def safe_name(offered: str) -> str | None:
    """The id that a file offered under a name, or a path, would get below the data folder; None if none is safe."""
    # Marks that show nothing could make one name look like another, and control characters end lines.
    shown = "".join(each for each in offered if unicodedata.category(each) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    parts = [" ".join(part.split()) for part in re.split(r"[/\\]", unicodedata.normalize("NFC", shown))]
    if not 0 < len(parts) <= _MOST_PARTS or not all(map(_is_safe_part, parts)):
        return None
    # What a build passes over would be added, and never be found.
    return None if parts[-1].split(".")[0].upper() == "README" else "/".join(parts)


def _is_safe_part(part: str) -> bool:
    return bool(part) and not part.startswith(".") and len(part.encode()) <= _LONGEST_PART_BYTES


class LibraryFolder:
    """The folder of articles, changed one file at a time; safe to use from several threads."""

    def __init__(self, data_dir: Path, *, max_megabytes: float) -> None:
        self._data_dir = data_dir
        self._max_megabytes = max_megabytes
        self._lock = threading.Lock()
        self._by_digest: dict[str, str] = {}

    @property
    def most_bytes(self) -> int:
        """How large a file may be."""
        return int(self._max_megabytes * _BYTES_PER_MEGABYTE)

    @property
    def recent(self) -> frozenset[str]:
        """The ids of the files added since the server began."""
        return frozenset(self._by_digest.values())

    def refusal(self, offered: str) -> FileOutcome | None:
        """Why a file of that name is not taken, before any of it is read; None if it may be."""
        file_id = safe_name(offered)
        if file_id is None:
            return FileOutcome(outcome=Outcome.NAME, file_id=offered)
        if Path(file_id).suffix.lower() not in READERS:
            return FileOutcome(outcome=Outcome.FORMAT, file_id=file_id)
        return None

    def new_upload(self, file_id: str) -> Path:
        """Where to write a file until it is taken: hidden, so that no build reads half of it.

        Raises:
            OSError: the folder cannot be written.
        """
        path = self._data_dir / f"{_UPLOAD_PREFIX}{secrets.token_hex(8)}{Path(file_id).suffix.lower()}"
        path.touch(exist_ok=False)
        return path

    def take(self, upload: Path, file_id: str, indexed: Mapping[str, str], *, replace: bool) -> FileOutcome:
        """Keep an uploaded file under ``file_id``, if there is an article in it that is not there yet.

        Args:
            upload: What ``new_upload`` gave, written in full.
            file_id: What ``safe_name`` gave.
            indexed: SHA-256 of every file of the index, by file id.
            replace: Whether it may take the place of another file of that name.
        """
        # The name and not the temporary one decides how it is read, and what is said of it.
        reading = read_file(SourceFile(path=upload, article_id=file_id), max_megabytes=self._max_megabytes)
        if not reading.articles:
            reason = reading.skipped[0][1]
            outcome = Outcome.EMPTY if reason.startswith("empty") else Outcome.UNREADABLE
            return FileOutcome(outcome=outcome, file_id=file_id, reason=reason)
        digest = file_sha256(upload)
        with self._lock:
            for other in self._with_digest(digest, indexed):
                return FileOutcome(outcome=Outcome.SAME, file_id=file_id, other=other)
            try:
                outcome = self._keep(upload, file_id, replace=replace)
            except OSError as error:
                return FileOutcome(outcome=Outcome.NOT_KEPT, file_id=file_id, reason=error.strerror or "")
            if outcome not in {Outcome.ADDED, Outcome.REPLACED}:
                return FileOutcome(outcome=outcome, file_id=file_id)
            self._by_digest[digest] = file_id
        return FileOutcome(outcome=outcome, file_id=file_id, articles=len(reading.articles), skipped=reading.skipped)

    def remove(self, file_ids: Sequence[str]) -> tuple[str, ...]:
        """Move files out of the library, into a hidden folder below it; the ids of those that were there.

        Raises:
            DataError: the folder cannot be read.
            OSError: a file cannot be moved; those before it were.
        """
        moment = f"{datetime.datetime.now(datetime.UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        removed: list[str] = []
        with self._lock:
            # Only what a build would read is ever touched, whatever is asked for.
            there = {file.article_id: file.path for file in find_files(self._data_dir)[0]}
            for file_id in dict.fromkeys(file_ids):
                if file_id in there:
                    target = self._data_dir / REMOVED_FOLDER / moment / there[file_id].relative_to(self._data_dir)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    there[file_id].rename(target)
                    removed.append(file_id)
        return tuple(removed)

    def _with_digest(self, digest: str, indexed: Mapping[str, str]) -> Iterator[str]:
        known = [name for name, each in indexed.items() if each == digest]
        known += [self._by_digest[digest]] if digest in self._by_digest else []
        for name in known:
            path = self._data_dir / name
            if path.is_file() and file_sha256(path) == digest:  # it may have gone, or changed, since
                yield name

    def _keep(self, upload: Path, file_id: str, *, replace: bool) -> Outcome:
        target = self._data_dir / file_id
        root = self._data_dir.resolve()
        for folder in target.relative_to(self._data_dir).parents:
            # A build follows no link to a folder, and a link could lead anywhere.
            if (self._data_dir / folder).is_symlink() and folder != Path():
                return Outcome.NAME
        if target.is_dir() or target.is_symlink():
            return Outcome.NAME
        exists = target.exists()
        if exists and not replace:
            return Outcome.EXISTS
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.parent.resolve().is_relative_to(root):
            return Outcome.NAME
        os.replace(upload, target)  # noqa: PTH105
        return Outcome.REPLACED if exists else Outcome.ADDED
