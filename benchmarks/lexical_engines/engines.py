"""The engines, each behind the same four verbs. All are handed the same analysed terms, so that only they differ.

An index is built from (text, language) pairs and opened again from its folder. It finds the best rows of each field,
among all or among the tenth of the rows that a filter leaves (row numbers that end in 3). Changed rows are put in their
old places, given the text that was there and the new one.
"""

import importlib.util
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from benchmarks.lexical_engines.texts import Text
from rag.lexical_index import GRAMS, SOUNDS, STEMS, LexicalIndex, analyse

FIELDS = (STEMS, GRAMS, SOUNDS)
_FILTER_ONE_IN, _FILTER_KEEPS = 10, 3

Best = dict[str, list[tuple[int, float]]]
Change = tuple[int, Text, Text]
Floats = npt.NDArray[np.float32]


class Engine(Protocol):
    """An open index of one of the engines; ``packages`` names what it needs on top of the product."""

    packages: ClassVar[tuple[str, ...]]

    @classmethod
    def build(cls, texts: Iterable[Text], folder: Path) -> None:
        """Write an index over ``texts`` into ``folder``."""

    def __init__(self, folder: Path) -> None: ...

    def best(self, question: Text, count: int, *, filtered: bool = False) -> Best:
        """By field, the ``count`` best rows and their scores, best first; rows that share no term may be left out."""

    def update(self, changes: Sequence[Change], texts: Sequence[Text | None], folder: Path) -> None:
        """Bring the index up to date, in place or in ``folder``. ``texts`` is what each row holds then, None if kept.

        Raises:
            NotImplementedError: the engine can only build anew.
        """


def terms_of(text: Text) -> Mapping[str, tuple[str, ...]]:
    """The analysed terms by field; not remembered, so that none is had for nothing."""
    return analyse.__wrapped__(*text)


def missing_packages(engine: type[Engine]) -> list[str]:
    """The packages of an engine that are not installed."""
    return [name for name in engine.packages if importlib.util.find_spec(name) is None]


def _top(scores: Floats, count: int, *, filtered: bool) -> list[tuple[int, float]]:
    if filtered:
        scores = np.where(np.arange(len(scores)) % _FILTER_ONE_IN == _FILTER_KEEPS, scores, np.float32(0))
    best = np.argpartition(-scores, min(count, len(scores) - 1))[:count]
    best = best[np.argsort(-scores[best], kind="stable")]
    return [(int(row), float(scores[row])) for row in best if scores[row] > 0]


class Masdar:
    """The product's own index."""

    packages: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def build(cls, texts: Iterable[Text], folder: Path) -> None:
        """All at once, then written."""
        LexicalIndex.build(texts).save(folder)

    def __init__(self, folder: Path) -> None:
        rows = len(np.load(folder / STEMS / "lengths.npy", mmap_mode="r"))
        # The constants of bm25s, so that the engines are compared and not these.
        self._index = LexicalIndex(LexicalIndex.load(folder, rows=rows).postings, k1=1.5, b=0.75)

    def best(self, question: Text, count: int, *, filtered: bool = False) -> Best:
        """The scores of all rows, of which the best are taken."""
        scores = self._index.scores(*question)
        return {name: _top(scores[name], count, filtered=filtered) for name in FIELDS}

    def update(self, changes: Sequence[Change], texts: Sequence[Text | None], folder: Path) -> None:
        """Merged with what changed, and written anew."""
        source = [row if text is None else -1 for row, text in enumerate(texts)]
        LexicalIndex.build((text or ("", "und") for text in texts), previous=self._index, previous_rows=source).save(
            folder
        )


class Bm25s:
    """bm25s, one index a field, as Masdar used it before. Only it needs the terms of all texts in memory at once."""

    packages: ClassVar[tuple[str, ...]] = ("bm25s",)

    @classmethod
    def build(cls, texts: Iterable[Text], folder: Path) -> None:
        """All terms first, then every score."""
        import bm25s

        numbers: dict[str, dict[str, int]] = {name: {} for name in FIELDS}
        # The numbers in the lists are those in the dictionary, so that a term costs eight bytes.
        rows: dict[str, list[list[int]]] = {name: [] for name in FIELDS}
        for text in texts:
            for name, terms in terms_of(text).items():
                own = numbers[name]
                rows[name].append([own.setdefault(term, len(own)) for term in terms] or [own.setdefault("", len(own))])
        for name in FIELDS:
            index = bm25s.BM25(method="lucene", backend="numpy")
            index.index((rows.pop(name), numbers.pop(name)), show_progress=False)
            index.save(folder / name, show_progress=False)

    def __init__(self, folder: Path) -> None:
        import bm25s

        self._fields = {name: bm25s.BM25.load(folder / name, mmap=True, show_progress=False) for name in FIELDS}

    def best(self, question: Text, count: int, *, filtered: bool = False) -> Best:
        """The scores of all rows, of which the best are taken."""
        found: Best = {}
        for name, terms in terms_of(question).items():
            field = self._fields[name]
            known = field.get_tokens_ids(list(terms))
            found[name] = _top(field.get_scores_from_ids(known), count, filtered=filtered) if known else []
        return found

    def update(self, changes: Sequence[Change], texts: Sequence[Text | None], folder: Path) -> None:
        """Not possible."""
        raise NotImplementedError


class Tantivy:
    """tantivy: Lucene's design in Rust, one text field a field, on one thread. Its k1 and b are fixed: 1.2 and .75."""

    packages: ClassVar[tuple[str, ...]] = ("tantivy",)
    _WRITER_BYTES = 256_000_000

    @classmethod
    def _schema(cls) -> Any:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("row", indexed=True, fast=True)
        builder.add_unsigned_field("part", indexed=True)
        for name in FIELDS:
            builder.add_text_field(name, tokenizer_name="terms", index_option="freq")
        return builder.build()

    @classmethod
    def _index(cls, folder: Path) -> Any:
        import tantivy

        index = tantivy.Index(cls._schema(), path=str(folder))
        index.register_tokenizer("terms", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        return index

    @classmethod
    def _document(cls, row: int, text: Text) -> Any:
        import tantivy

        document = tantivy.Document()
        document.add_unsigned("row", row)
        document.add_unsigned("part", row % _FILTER_ONE_IN)
        for name, terms in terms_of(text).items():
            document.add_text(name, " ".join(terms))
        return document

    @classmethod
    def build(cls, texts: Iterable[Text], folder: Path) -> None:
        """A document a row."""
        writer = cls._index(folder).writer(cls._WRITER_BYTES, 1)
        for row, text in enumerate(texts):
            writer.add_document(cls._document(row, text))
        writer.commit()
        writer.wait_merging_threads()

    def __init__(self, folder: Path) -> None:
        self._opened = self._index(folder)
        self._searcher = self._opened.searcher()

    def best(self, question: Text, count: int, *, filtered: bool = False) -> Best:
        """One search a field."""
        from tantivy import Occur, Query

        schema = self._opened.schema
        found: Best = {}
        for name, terms in terms_of(question).items():
            wanted = [(Occur.Should, Query.term_query(schema, name, term, "freq")) for term in terms]
            query = Query.boolean_query(wanted)
            if filtered:
                part = Query.const_score_query(Query.term_query(schema, "part", _FILTER_KEEPS), 0.0)
                query = Query.boolean_query([(Occur.Must, query), (Occur.Must, part)])
            hits = self._searcher.search(query, count, count=False).hits
            rows = self._searcher.fast_field_values("row", [address for _, address in hits])
            found[name] = [(int(row), score) for row, (score, _) in zip(rows, hits, strict=True)]
        return found

    def update(self, changes: Sequence[Change], texts: Sequence[Text | None], folder: Path) -> None:
        """Documents are deleted and added; the segments are merged as tantivy sees fit."""
        import tantivy

        writer = self._opened.writer(self._WRITER_BYTES, 1)
        for row, _, new in changes:
            # By term, nothing is deleted where the field is a number, and nothing is said.
            writer.delete_documents_by_query(tantivy.Query.term_query(self._opened.schema, "row", row))
            writer.add_document(self._document(row, new))
        writer.commit()
        writer.wait_merging_threads()


class Fts5:
    """SQLite's full-text search, a table without content a field. Its k1 and b are fixed: 1.2 and .75."""

    packages: ClassVar[tuple[str, ...]] = ()
    # Only letters are safe in a query, and every sign outside ASCII counts as a letter.
    _LETTERS = str.maketrans({"#": "♯", "~": "∼", "_": "‗", ".": "·", ",": "‚", "'": "ʼ", '"': "ʺ"})

    @classmethod
    def build(cls, texts: Iterable[Text], folder: Path) -> None:
        """A row in each of three tables, merged at the end."""
        connection = sqlite3.connect(folder / "terms.sqlite")
        connection.execute("PRAGMA journal_mode = off")
        connection.execute("PRAGMA synchronous = off")
        connection.execute("CREATE TABLE parts (row INTEGER PRIMARY KEY, part INTEGER)")
        for name in FIELDS:
            connection.execute(f"CREATE VIRTUAL TABLE {name} USING fts5(terms, content='', tokenize='ascii')")
        for row, text in enumerate(texts):
            connection.execute("INSERT INTO parts VALUES (?, ?)", (row, row % _FILTER_ONE_IN))
            cls._insert(connection, row, text)
        for name in FIELDS:
            connection.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")  # noqa: S608
        connection.commit()
        connection.close()

    @classmethod
    def _insert(cls, connection: sqlite3.Connection, row: int, text: Text) -> None:
        for name, terms in terms_of(text).items():
            connection.execute(f"INSERT INTO {name} (rowid, terms) VALUES (?, ?)", (row, cls._written(terms)))  # noqa: S608

    @classmethod
    def _written(cls, terms: Sequence[str]) -> str:
        return " ".join(terms).translate(cls._LETTERS)

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "terms.sqlite")

    def best(self, question: Text, count: int, *, filtered: bool = False) -> Best:
        """One search a table."""
        found: Best = {}
        for name, terms in terms_of(question).items():
            wanted = " OR ".join(f'"{term.translate(self._LETTERS)}"' for term in terms)
            within = f"AND +rowid IN (SELECT row FROM parts WHERE part = {_FILTER_KEEPS})" if filtered else ""  # noqa: S608
            statement = f"SELECT rowid, -rank FROM {name} WHERE {name} MATCH ? {within} ORDER BY rank LIMIT ?"  # noqa: S608
            found[name] = self._connection.execute(statement, (wanted, count)).fetchall() if terms else []
        return found

    def update(self, changes: Sequence[Change], texts: Sequence[Text | None], folder: Path) -> None:
        """A table without content must be told what to take out."""
        for row, old, new in changes:
            for name, terms in terms_of(old).items():
                self._connection.execute(
                    f"INSERT INTO {name} ({name}, rowid, terms) VALUES ('delete', ?, ?)",  # noqa: S608
                    (row, self._written(terms)),
                )
            self._insert(self._connection, row, new)
        self._connection.commit()


ENGINES: dict[str, type[Engine]] = {"masdar": Masdar, "bm25s": Bm25s, "tantivy": Tantivy, "fts5": Fts5}
