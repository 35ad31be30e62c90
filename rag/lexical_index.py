"""Analysed terms → a BM25 score for every row. bm25s lives here and nowhere else.

Three fields are kept apart because they err differently: stems are exact about words, grams forgive inflection, clitics
and spelling, sounds carry names from one script to another. Each is BM25 as Lucene computes it (Kamphuis et al. 2020),
k1 = 1.5, b = 0.75.
"""

import functools
import math
from collections.abc import Iterable
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

from rag.analysis import grams, stems, words
from rag.errors import IndexCorrupt
from rag.sounds import sounds

Scores = npt.NDArray[np.float32]

STEMS, GRAMS, SOUNDS = "stems", "grams", "sounds"
_FIELDS = (STEMS, GRAMS, SOUNDS)
_NO_TERM = "\u0000"  # stands in for a text without a single word, which bm25s cannot index
_REMEMBERED_TEXTS = 4096


class LexicalIndex:
    """Row i of what it was built from is row i of the scores. Scores are 0 or more, higher is better."""

    def __init__(self, fields: dict[str, bm25s.BM25], rows: int) -> None:
        self._fields = fields
        self._rows = rows

    @classmethod
    def build(cls, texts: Iterable[tuple[str, str]]) -> "LexicalIndex":
        """An index over (text, ISO 639-1 language) pairs; there may be none."""
        analysed = [analyse(text, language) for text, language in texts]
        fields: dict[str, bm25s.BM25] = {}
        for name in _FIELDS if analysed else ():
            field = bm25s.BM25(method="lucene", backend="numpy")
            field.index([list(terms[name]) or [_NO_TERM] for terms in analysed], show_progress=False)
            fields[name] = field
        return cls(fields, len(analysed))

    @classmethod
    def load(cls, folder: Path, *, rows: int) -> "LexicalIndex":
        """The index saved in ``folder``, memory-mapped, which must hold ``rows`` rows.

        Raises:
            IndexCorrupt: a file is missing, damaged or for another number of rows.
        """
        if rows == 0:
            return cls({}, 0)
        try:
            fields = {name: bm25s.BM25.load(folder / name, mmap=True, show_progress=False) for name in _FIELDS}
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise IndexCorrupt(f"lexical/ is damaged ({error}). Build the index again.") from None
        for name, field in fields.items():
            if field.scores["num_docs"] != rows:
                raise IndexCorrupt(f"lexical/{name} holds {field.scores['num_docs']} rows, not {rows}. Build it again.")
        return cls(fields, rows)

    def save(self, folder: Path) -> None:
        """Write the index into ``folder``, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, field in self._fields.items():
            field.save(folder / name, show_progress=False)

    def __len__(self) -> int:
        return self._rows

    def scores(self, query: str, language: str) -> dict[str, Scores]:
        """For each field the score of every row, of shape (rows,), 0 where no term is shared."""
        if not self._fields:
            return {name: np.zeros(0, np.float32) for name in _FIELDS}
        analysed = analyse(query, language)
        found: dict[str, Scores] = {}
        for name, field in self._fields.items():
            identifiers = field.get_tokens_ids(list(analysed[name]))
            scores = field.get_scores_from_ids(identifiers) if identifiers else np.zeros(self._rows, np.float32)
            found[name] = np.asarray(scores, dtype=np.float32)
        return found

    def share_held(self, name: str, terms: Iterable[str]) -> Scores:
        """For every row, the share of different ``terms`` that its field ``name`` holds, each weighed by its rarity.

        Of shape (rows,), 1 where a row holds them all.
        """
        field = self._fields.get(name)
        rarity = self.rarity(name, dict.fromkeys(terms))
        shares = np.zeros(self._rows, np.float32)
        if field is None:
            return shares
        starts, rows = np.asarray(field.scores["indptr"]), np.asarray(field.scores["indices"])
        for term, weight in rarity.items():
            if (identifier := field.vocab_dict.get(term)) is not None:
                shares[rows[starts[identifier] : starts[identifier + 1]]] += weight
        return shares / max(sum(rarity.values()), 1.0)

    def rarity(self, name: str, terms: Iterable[str]) -> dict[str, float]:
        """The inverse document frequency of each term in the field ``name``; a term that never occurs weighs most.

        Among sounds, one that never occurs weighs nothing: it is no name of this corpus, only a word.
        """
        field = self._fields.get(name)
        found: dict[str, float] = {}
        for term in terms:
            rows = 0
            if field is not None and term in field.vocab_dict:
                identifier = field.vocab_dict[term]
                rows = int(field.scores["indptr"][identifier + 1] - field.scores["indptr"][identifier])
            if rows == 0 and name == SOUNDS:
                found[term] = 0.0
                continue
            found[term] = math.log(1 + (self._rows - rows + 0.5) / (rows + 0.5))
        return found


@functools.lru_cache(maxsize=_REMEMBERED_TEXTS)
def analyse(text: str, language: str) -> dict[str, tuple[str, ...]]:
    """The terms of ``text`` in each field, in order, repetitions included."""
    return {
        STEMS: tuple(stems(text, language)),
        GRAMS: tuple(gram for word in words(text) for gram in grams(word)),
        SOUNDS: tuple(sounds(text)),
    }
