"""Articles and passages of one generation in SQLite: written once, then only read, from any thread."""

import json
import shutil
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from rag import generations
from rag.duplicates import SKETCH_SIZE, Sketches, body_of, sketch
from rag.errors import ArticleNotFound, IndexCorrupt, IndexMissing, IndexStale
from rag.generations import CORPUS, Manifest
from rag.records import Article, ArticleSummary, Duplicate, Passage

# The text stands last: SQLite reads a row from its beginning, and the columns before it are read without it.
_SCHEMA = """
CREATE TABLE files (
    file_id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, stamp TEXT NOT NULL, skipped TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE articles (
    article_id TEXT PRIMARY KEY, file_id TEXT NOT NULL, position INTEGER NOT NULL, title TEXT NOT NULL,
    language TEXT NOT NULL, sha256 TEXT NOT NULL, published TEXT, furniture_lines INTEGER NOT NULL, text TEXT NOT NULL
);
CREATE INDEX articles_by_file ON articles (file_id, position);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, passage_id TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL, language TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, start_line INTEGER NOT NULL, end_line INTEGER NOT NULL,
    content_key BLOB NOT NULL, sketch BLOB NOT NULL
);
CREATE INDEX passages_by_article ON passages (article_id);
CREATE TABLE duplicates (article_id TEXT PRIMARY KEY, duplicate_of TEXT NOT NULL, similarity REAL NOT NULL);
"""
_PASSAGES_WHERE = (
    'SELECT p.passage_id, p.article_id, a.title, p.language, p.start, p."end", p.start_line, p.end_line,'
    ' substr(a.text, p.start + 1, p."end" - p.start) FROM passages p JOIN articles a USING (article_id) WHERE '
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file the index was built from: its SHA-256, its articles, and what of it was skipped and why.

    ``stamp`` is its size and times when it was read (``indexer.stamp_of``), or "" where these prove nothing.
    """

    file_id: str
    sha256: str
    articles: tuple[Article, ...]
    furniture_lines: tuple[int, ...]
    skipped: tuple[tuple[str, str], ...]
    stamp: str = ""


class Store:
    """One generation, open for reading; safe to use from several threads."""

    def __init__(self, folder: Path, manifest: Manifest, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self.manifest = manifest
        self._connection = connection
        self._lock = threading.Lock()
        self._summaries: tuple[ArticleSummary, ...] | None = None
        weakref.finalize(self, connection.close)

    @classmethod
    def open(cls, index_dir: Path) -> "Store":
        """The generation in use, every file checked against its SHA-256.

        Raises:
            IndexMissing: nothing was built in ``index_dir`` yet.
            IndexStale: it was written by a version of Masdar with another format.
            IndexCorrupt: a file is damaged or missing; the message names it.
        """
        name = generations.current_generation(index_dir)
        if name is None and (index_dir / generations.CURRENT).exists():
            raise IndexCorrupt(f"{generations.CURRENT} in {index_dir} is damaged. Build the index again.")
        if name is None:
            raise IndexMissing(f"There is no index in {index_dir}. Build it with `python -m rag build`.")
        folder = index_dir / name
        manifest = generations.read_manifest(folder)
        if manifest.format != generations.FORMAT:
            raise IndexStale(f"The index in {index_dir} has an older form. Build it again.")
        generations.verify(folder, manifest)
        uri = f"{(folder / CORPUS).absolute().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        return cls(folder, manifest, connection)

    def close(self) -> None:
        """Close the files; the store answers nothing afterwards."""
        with self._lock:
            self._connection.close()

    def _rows(self, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(statement, parameters).fetchall()

    def article(self, article_id: str) -> Article:
        """The article with that id.

        Raises:
            ArticleNotFound: there is none.
        """
        rows = self._rows(
            "SELECT article_id, title, language, text, sha256, published FROM articles WHERE article_id = ?",
            (article_id.encode("utf-8", "replace").decode("utf-8"),),  # a lone surrogate cannot be asked for
        )
        if not rows:
            raise ArticleNotFound(f"No article is called {article_id!r}. `python -m rag sources` lists them.")
        return _article(rows[0])

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """The passages of ``rows``, in the order asked for."""
        found = {row: self._passages("p.row = ?", int(row))[0] for row in sorted(set(rows))}
        return [found[row] for row in rows]

    def passage_spans(self, rows: Sequence[int]) -> list[tuple[str, int, int]]:
        """Article id, start and end of the passages of ``rows``, whose text is not read: of a book that takes long."""
        statement = 'SELECT article_id, start, "end" FROM passages WHERE row = ?'
        return [(str(name), int(start), int(end)) for row in rows for name, start, end in self._rows(statement, (row,))]

    def passage_from(self, article_id: str, offset: int) -> Passage | None:
        """The first passage of an article that ends behind ``offset``; None if none does."""
        found = self._passages('p.article_id = ? AND p."end" > ? ORDER BY p.start LIMIT 1', article_id, offset)
        return found[0] if found else None

    def _passages(self, condition: str, *parameters: object) -> list[Passage]:
        return [_passage(record) for record in self._rows(_PASSAGES_WHERE + condition, parameters)]

    def passage_rows(self) -> Iterator[tuple[Any, ...]]:
        """Row and content key of every passage, in order of the rows."""
        yield from self._rows("SELECT row, content_key FROM passages ORDER BY row")

    def passage_origins(self) -> list[tuple[str, str]]:
        """Article id and language of every passage, by row."""
        return [
            (article_id, language)
            for article_id, language in self._rows("SELECT article_id, language FROM passages ORDER BY row")
        ]

    def sketches(self) -> Sketches:
        """The sketch of every passage without its headline, by row; of shape (n, SKETCH_SIZE)."""
        joined = b"".join(sketch for (sketch,) in self._rows("SELECT sketch FROM passages ORDER BY row"))
        return np.frombuffer(joined, np.dtype("<u4")).reshape(-1, SKETCH_SIZE)

    def dates(self) -> dict[str, date | None]:
        """The publication date of every article, by id."""
        return {name: _date(published) for name, published in self._rows("SELECT article_id, published FROM articles")}

    def files(self) -> dict[str, str]:
        """SHA-256 of every file the index was built from, by file id."""
        return dict(self._rows("SELECT file_id, sha256 FROM files"))

    def stamps(self) -> dict[str, str]:
        """Size and times of every file the index was built from, by file id; see ``StoredFile``."""
        return dict(self._rows("SELECT file_id, stamp FROM files"))

    def file(self, file_id: str) -> StoredFile:
        """What was read from one file."""
        ((digest, stamp, skipped),) = self._rows(
            "SELECT sha256, stamp, skipped FROM files WHERE file_id = ?", (file_id,)
        )
        rows = self._rows(
            "SELECT article_id, title, language, text, sha256, published, furniture_lines FROM articles"
            " WHERE file_id = ? ORDER BY position",
            (file_id,),
        )
        return StoredFile(
            file_id=file_id,
            sha256=digest,
            articles=tuple(_article(row[:6]) for row in rows),
            furniture_lines=tuple(row[6] for row in rows),
            skipped=tuple((name, reason) for name, reason in json.loads(skipped)),
            stamp=stamp,
        )

    def article_passages(self, article_id: str) -> tuple[Passage, ...]:
        """The passages of one article, in order."""
        return tuple(self._passages("p.article_id = ? ORDER BY p.start", article_id))

    def summaries(self) -> tuple[ArticleSummary, ...]:
        """Every article without its text, by id; always the same tuple, since nothing in a generation changes."""
        if self._summaries is not None:
            return self._summaries
        rows = self._rows(
            "SELECT a.article_id, a.title, a.language, a.published, length(a.text), count(p.row) FROM articles a"
            " LEFT JOIN passages p USING (article_id) GROUP BY a.article_id ORDER BY a.article_id"
        )
        self._summaries = tuple(
            ArticleSummary(
                article_id=name,
                title=title,
                language=language,
                published=_date(published),
                characters=characters,
                passages=passages,
            )
            for name, title, language, published, characters, passages in rows
        )
        return self._summaries

    def articles(self) -> Iterator[Article]:
        """Every article, by id; one at a time, so that the whole corpus is never in memory."""
        for (name,) in self._rows("SELECT article_id FROM articles ORDER BY article_id"):
            yield self.article(name)

    def furniture_lines(self) -> int:
        """How many lines of page furniture were set aside, in all articles."""
        ((total,),) = self._rows("SELECT coalesce(sum(furniture_lines), 0) FROM articles")
        return int(total)

    def skipped(self) -> tuple[tuple[str, str], ...]:
        """What of the indexed files was left out, and why."""
        return tuple(
            (name, reason)
            for (skipped,) in self._rows("SELECT skipped FROM files ORDER BY file_id")
            for name, reason in json.loads(skipped)
        )

    def duplicates(self) -> tuple[Duplicate, ...]:
        """The articles whose text another one carries too."""
        rows = self._rows("SELECT article_id, duplicate_of, similarity FROM duplicates ORDER BY article_id")
        return tuple(
            Duplicate(article_id=name, duplicate_of=other, similarity=similarity) for name, other, similarity in rows
        )


class GenerationWriter:
    """A generation being written. ``commit`` makes it the one in use; leaving without it removes it."""

    def __init__(self, index_dir: Path) -> None:
        self.index_dir = index_dir
        self.folder = generations.new_generation(index_dir)
        self._connection = sqlite3.connect(self.folder / CORPUS)
        self._connection.executescript(_SCHEMA)
        self._next_row = 0

    def __enter__(self) -> "GenerationWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        if generations.current_generation(self.index_dir) != self.folder.name:
            shutil.rmtree(self.folder, ignore_errors=True)

    def add_file(self, file: StoredFile) -> None:
        """Add a file with its articles."""
        self._connection.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?)",
            (file.file_id, file.sha256, file.stamp, json.dumps(file.skipped, ensure_ascii=False)),
        )
        self._connection.executemany(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    article.article_id,
                    file.file_id,
                    position,
                    article.title,
                    article.language,
                    article.sha256,
                    article.published.isoformat() if article.published else None,
                    lines,
                    article.text,
                )
                for position, (article, lines) in enumerate(zip(file.articles, file.furniture_lines, strict=True))
            ],
        )

    def add_passages(self, passages: Iterable[tuple[Passage, bytes]]) -> None:
        """Add passages with their content keys; they take the next rows."""
        rows = [
            (
                self._next_row + index,
                passage.passage_id,
                passage.article_id,
                passage.language,
                passage.start,
                passage.end,
                passage.start_line,
                passage.end_line,
                key,
                sketch(body_of(passage)).astype("<u4").tobytes(),
            )
            for index, (passage, key) in enumerate(passages)
        ]
        self._connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._next_row += len(rows)

    def add_duplicates(self, duplicates: Iterable[Duplicate]) -> None:
        """Add the articles recognised as duplicates."""
        self._connection.executemany(
            "INSERT INTO duplicates VALUES (?, ?, ?)",
            [(duplicate.article_id, duplicate.duplicate_of, duplicate.similarity) for duplicate in duplicates],
        )

    def commit(self, *, fingerprint: str, recipe: str, dimensions: int) -> None:
        """Close the tables and make this generation the one in use; see ``generations.publish``."""
        ((articles,),) = self._connection.execute("SELECT count(*) FROM articles")
        self._connection.commit()
        self._connection.close()
        generations.publish(
            self.folder,
            fingerprint=fingerprint,
            recipe=recipe,
            articles=articles,
            passages=self._next_row,
            dimensions=dimensions,
        )


def _article(row: Sequence[Any]) -> Article:
    name, title, language, text, digest, published = row
    return Article(
        article_id=name,
        title=title,
        language=language,
        text=text,
        sha256=digest,
        published=_date(published),
    )


def _passage(row: Sequence[Any]) -> Passage:
    passage_id, article_id, title, language, start, end, start_line, end_line, text = row
    return Passage(
        passage_id=passage_id,
        article_id=article_id,
        title=title,
        language=language,
        start=start,
        end=end,
        start_line=start_line,
        end_line=end_line,
        text=text,
    )


def _date(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value is not None else None
