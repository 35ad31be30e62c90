"""Texts → analysed terms → a BM25 score for every row.

Three fields are kept apart because they err differently: stems are exact about words, grams forgive inflection, clitics
and spelling, sounds carry names from one script to another. Why no search library does this here, and what each of
those tried would cost: docs/decisions/0015-lexical-engine.md.
"""

import functools
import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from pathlib import Path

import numpy as np

from rag.analysis import grams, stems_of, words
from rag.errors import IndexCorrupt
from rag.postings import K1, B, Bm25, Integers, Occurrences, Postings
from rag.postings import Scores as Scores
from rag.sounds import sounds_of

STEMS, GRAMS, SOUNDS = "stems", "grams", "sounds"
# What the rules of analysis and sounds make of a text; raised when they change, so that an old index is not searched
# for terms that it cannot hold.
RULES_VERSION = 1

_FIELDS = (STEMS, GRAMS, SOUNDS)
_TEXTS_AT_A_TIME = 4096
_REMEMBERED_TEXTS = 4096
_REMEMBERED_WORDS = 1 << 17
_REMEMBERED_TERMS = 1 << 16

_WordTerms = Callable[[str, str], tuple[Sequence[int], ...]]


class LexicalIndex:
    """Row i of what it was built from is row i of the scores. Scores are 0 or more, higher is better."""

    def __init__(self, postings: Mapping[str, Postings], *, k1: float = K1, b: float = B) -> None:
        self._fields = {name: Bm25(postings[name], k1=k1, b=b) for name in _FIELDS}

    @classmethod
    def build(
        cls,
        texts: Iterable[tuple[str, str]],
        *,
        previous: "LexicalIndex | None" = None,
        previous_rows: Sequence[int] = (),
    ) -> "LexicalIndex":
        """An index over (text, ISO 639-1 language) pairs; there may be none.

        Args:
            texts: Text and language of every row; read once, from first to last.
            previous: An index to take rows over from, whose texts are then not looked at.
            previous_rows: For each row, the row of ``previous`` with the same text and language, or -1.
        """
        parts: list[dict[str, Postings]] = []
        rows_of_parts: list[Integers] = []
        source = np.zeros(0, np.int64)
        if previous is not None:
            source = _taken_once(previous_rows)
            parts.append(previous.postings)
            rows_of_parts.append(_new_rows(source, len(previous)))
        for rows, found in _analysed_in_parts(texts, set(np.flatnonzero(source >= 0).tolist())):
            parts.append(found)
            rows_of_parts.append(rows)
        row_count = sum(int((rows >= 0).sum()) for rows in rows_of_parts)
        # What a part holds of a field is let go as soon as it is merged.
        return cls(
            {name: Postings.merged([part.pop(name) for part in parts], rows_of_parts, row_count) for name in _FIELDS}
        )

    @classmethod
    def load(cls, folder: Path, *, rows: int) -> "LexicalIndex":
        """The index saved in ``folder``, memory-mapped, which must hold ``rows`` rows.

        Raises:
            IndexCorrupt: a file is missing, damaged or for another number of rows.
        """
        try:
            postings = {name: Postings.load(folder / name) for name in _FIELDS}
        except (OSError, ValueError, EOFError) as error:
            raise IndexCorrupt(f"lexical/ is damaged ({error}). Build the index again.") from None
        for name, found in postings.items():
            if len(found.lengths) != rows:
                raise IndexCorrupt(f"lexical/{name} holds {len(found.lengths)} rows, not {rows}. Build it again.")
        return cls(postings)

    def save(self, folder: Path) -> None:
        """Write the index into ``folder``, which is made."""
        for name, postings in self.postings.items():
            postings.save(folder / name)

    def __len__(self) -> int:
        return len(self._fields[STEMS].postings.lengths)

    @property
    def postings(self) -> dict[str, Postings]:
        """Where the terms of each field stand."""
        return {name: field.postings for name, field in self._fields.items()}

    def scores(self, query: str, language: str) -> dict[str, Scores]:
        """For each field the score of every row, of shape (rows,), 0 where no term is shared."""
        analysed = analyse(query, language)
        return {
            name: field.scores([_number_of(term) for term in analysed[name]]) for name, field in self._fields.items()
        }

    def shares(self, query: str, language: str) -> dict[str, Scores]:
        """``scores`` as shares, 0 to 1, of what a row could score at most; see ``Bm25.shares``."""
        analysed = analyse(query, language)
        return {
            name: field.shares([_number_of(term) for term in analysed[name]]) for name, field in self._fields.items()
        }

    def share_held(self, name: str, terms: Iterable[str]) -> Scores:
        """For every row, the share of different ``terms`` that its field ``name`` holds, each weighed by its rarity.

        Of shape (rows,), 1 where a row holds them all.
        """
        rarity = self.rarity(name, dict.fromkeys(terms))
        shares = np.zeros(len(self), np.float32)
        for term, weight in rarity.items():
            shares[self._fields[name].rows_holding(_number_of(term))] += np.float32(weight)
        return shares / np.float32(max(sum(rarity.values()), 1.0))

    def rarity(self, name: str, terms: Iterable[str]) -> dict[str, float]:
        """The inverse document frequency of each term in the field ``name``; a term that never occurs weighs most.

        Among sounds, one that never occurs weighs nothing: it is no name of this corpus, only a word.
        """
        asked = list(terms)
        rarities, known = self._fields[name].rarities([_number_of(term) for term in asked])
        if name == SOUNDS:
            rarities = np.where(known, rarities, 0.0)
        return dict(zip(asked, rarities.tolist(), strict=True))


@functools.lru_cache(maxsize=_REMEMBERED_TEXTS)
def analyse(text: str, language: str) -> dict[str, tuple[str, ...]]:
    """The terms of ``text`` in each field, in order, repetitions included."""
    found = words(text)
    return {
        STEMS: tuple(stem for word in found for stem in stems_of(word, language)),
        GRAMS: tuple(gram for word in found for gram in grams(word)),
        SOUNDS: tuple(sound for word in found for sound in sounds_of(word)),
    }


def _analysed_in_parts(
    texts: Iterable[tuple[str, str]], left_out: AbstractSet[int]
) -> Iterator[tuple[Integers, dict[str, Postings]]]:
    """Rows of ``texts`` and their postings by field, so many at a time; a word is analysed once, not at each place."""
    terms_of = functools.lru_cache(maxsize=_REMEMBERED_WORDS)(_numbers_of)
    left = (numbered for numbered in enumerate(texts) if numbered[0] not in left_out)
    while some := list(islice(left, _TEXTS_AT_A_TIME)):
        yield np.array([row for row, _ in some], np.int64), _analysed([text for _, text in some], terms_of)


def _analysed(texts: Sequence[tuple[str, str]], terms_of: _WordTerms) -> dict[str, Postings]:
    numbers: dict[tuple[str, str], int] = {}
    standing = array("q")
    lengths = []
    for text, language in texts:
        found = words(text)
        standing.extend([numbers.setdefault((word, language), len(numbers)) for word in found])
        lengths.append(len(found))
    rows = np.repeat(np.arange(len(texts)), lengths)
    places, counts = np.unique(rows * len(numbers) + np.array(standing, np.int64), return_counts=True)
    occurrences = Occurrences(words=places % len(numbers), rows=places // len(numbers), counts=counts)
    terms = {name: array("Q") for name in _FIELDS}
    sizes: dict[str, list[int]] = {name: [] for name in _FIELDS}
    for word, language in numbers:
        for name, own in zip(_FIELDS, terms_of(word, language), strict=True):
            terms[name].extend(own)
            sizes[name].append(len(own))
    return {
        name: Postings.of(
            occurrences, np.array(terms[name], np.uint64), np.array(sizes[name], np.int64), rows=len(texts)
        )
        for name in _FIELDS
    }


def _numbers_of(word: str, language: str) -> tuple[Sequence[int], ...]:
    """The terms of a normalised word by field, as ``_FIELDS`` has them."""
    return tuple(
        array("Q", map(_number_of, terms)) for terms in (stems_of(word, language), grams(word), sounds_of(word))
    )


@functools.lru_cache(maxsize=_REMEMBERED_TERMS)
def _number_of(term: str) -> int:
    """64 bits of the term's BLAKE2: among ten million terms, the odds that any two share a number are 1 to 370,000."""
    return int.from_bytes(hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _taken_once(previous_rows: Sequence[int]) -> Integers:
    """The rows to take over, each once: a second row with the same text is analysed like a new one."""
    source = np.array(previous_rows, np.int64)
    _, first = np.unique(source, return_index=True)
    once = np.full(len(source), -1, np.int64)
    once[first] = source[first]
    return once


def _new_rows(source: Integers, previous_rows: int) -> Integers:
    """The row that each previous one becomes, -1 for one that is gone."""
    new_rows = np.full(previous_rows, -1, np.int64)
    taken = np.flatnonzero(source >= 0)
    new_rows[source[taken]] = taken
    return new_rows
