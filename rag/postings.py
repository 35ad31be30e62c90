"""Terms → the rows that hold them and how often, in arrays that are read from disk as they are needed; BM25 over them.

A term is a 64-bit number here; what it stands for is known to ``lexical_index`` alone. Counts are kept, not scores:
with every row that comes or goes each score changes and no count does, so that an index of counts can be merged.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Terms = npt.NDArray[np.uint64]
Integers = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]

# Terms count little more for standing often, and a long passage answers for its length; swept with the weights of
# fusion (docs/decisions/0012-fusion.md).
K1, B = 0.5, 1.0
MAX_COUNT = 255
_LEAST_RARITY = 1e-6

# A posting is sorted as one number: its term's place above its row above its count.
_TERM_SHIFT, _ROW_SHIFT = np.uint64(40), np.uint64(8)
_ROW_MASK, _COUNT_MASK = np.uint64(2**32 - 1), np.uint64(MAX_COUNT)
_POSTINGS_AT_A_TIME = 1 << 20
_FEW_ROWS = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrences:
    """Which words stand in which rows and how often, as three arrays of one shape; a word is a number from 0."""

    words: Integers
    rows: Integers
    counts: Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class Postings:
    """For each term the rows that hold it, ascending, and how often each does (255 where it is more).

    ``terms``, of shape (t,), ascend; the rows of term ``i`` are ``rows[starts[i]:starts[i + 1]]``. ``lengths``, of
    shape (n,), holds the number of terms of every row, repetitions included.
    """

    terms: Terms
    starts: Integers
    rows: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, occurrences: Occurrences, terms: Terms, sizes: Integers, rows: int) -> "Postings":
        """The postings of words that stand for some terms each.

        Args:
            occurrences: Where the words stand.
            terms: The terms of the first word, then those of the second, and so on.
            sizes: How many of them are each word's.
            rows: How many rows there are; some may hold no word.
        """
        distinct, places = np.unique(terms, return_inverse=True)
        repeats = sizes[occurrences.words]
        first_of_word = np.cumsum(sizes) - sizes
        within_word = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        chosen = places[np.repeat(first_of_word[occurrences.words], repeats) + within_word]
        counts = np.minimum(occurrences.counts, MAX_COUNT)
        keys = _keys(chosen, np.repeat(occurrences.rows, repeats), np.repeat(counts, repeats))
        keys.sort()
        # Words that share a term may stand in one row: their counts are added.
        first = np.flatnonzero(np.diff(keys >> _ROW_SHIFT, prepend=np.uint64(2**64 - 1)))
        summed = np.add.reduceat(keys & _COUNT_MASK, first) if first.size else keys
        keys = keys[first]
        return cls(
            terms=distinct,
            starts=np.searchsorted(keys >> _TERM_SHIFT, np.arange(len(distinct) + 1, dtype=np.uint64)),
            rows=((keys >> _ROW_SHIFT) & _ROW_MASK).astype(np.uint32),
            counts=np.minimum(summed, _COUNT_MASK).astype(np.uint8),
            lengths=np.bincount(occurrences.rows, repeats * occurrences.counts, rows).astype(np.uint32),
        )

    @classmethod
    def merged(cls, parts: Sequence["Postings"], rows_of_parts: Sequence[Integers], rows: int) -> "Postings":
        """The postings of several parts as one, over ``rows`` rows.

        Args:
            parts: What is merged.
            rows_of_parts: For each part the row that each of its rows becomes, -1 for one that is left out. No two
                become the same.
            rows: How many rows there will be.
        """
        terms = np.unique(np.concatenate([np.zeros(0, np.uint64), *(part.terms for part in parts)]))
        places = [np.searchsorted(terms, part.terms) for part in parts]
        most = np.zeros(len(terms), np.int64)
        for part, place in zip(parts, places, strict=True):
            most[place] += np.diff(part.starts)
        merged_rows, merged_counts = np.empty(most.sum(), np.uint32), np.empty(most.sum(), np.uint8)
        sizes = np.zeros(len(terms), np.int64)
        end = 0
        for first, last in _stretches(most):
            keys = np.concatenate(
                [
                    part._keys_between(place, new_rows, first, last)
                    for part, place, new_rows in zip(parts, places, rows_of_parts, strict=True)
                ]
            )
            keys.sort()
            merged_rows[end : end + len(keys)] = (keys >> _ROW_SHIFT) & _ROW_MASK
            merged_counts[end : end + len(keys)] = keys & _COUNT_MASK
            sizes[first:last] = np.bincount((keys >> _TERM_SHIFT).astype(np.int64), minlength=last - first)
            end += len(keys)
        lengths = np.zeros(rows, np.uint32)
        for part, new_rows in zip(parts, rows_of_parts, strict=True):
            lengths[new_rows[new_rows >= 0]] = part.lengths[new_rows >= 0]
        return cls(
            terms=terms[sizes > 0],
            starts=np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes[sizes > 0])]),
            rows=merged_rows[:end],
            counts=merged_counts[:end],
            lengths=lengths,
        )

    def _keys_between(self, places: Integers, new_rows: Integers, first: int, last: int) -> npt.NDArray[np.uint64]:
        """The postings of the terms whose ``places`` are ``first`` and more, but less than ``last``."""
        begin, end = np.searchsorted(places, (first, last))
        stretch = slice(int(self.starts[begin]), int(self.starts[end]))
        rows = new_rows[self.rows[stretch]]
        terms = np.repeat(places[begin:end] - first, np.diff(self.starts[begin : end + 1]))
        kept = rows >= 0
        if kept.all():
            return _keys(terms, rows, self.counts[stretch])
        return _keys(terms[kept], rows[kept], self.counts[stretch][kept])

    def save(self, folder: Path) -> None:
        """Write every array into ``folder``, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        for field in fields(self):
            np.save(folder / f"{field.name}.npy", getattr(self, field.name), allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> "Postings":
        """What was saved in ``folder``, memory-mapped.

        Raises:
            OSError, ValueError, EOFError: a file is missing, or is not what was saved.
        """
        arrays: dict[str, Any] = {
            field.name: np.load(folder / f"{field.name}.npy", mmap_mode="r", allow_pickle=False)
            for field in fields(cls)
        }
        found = cls(**arrays)
        if len(found.starts) != len(found.terms) + 1 or not found.starts[-1] == len(found.rows) == len(found.counts):
            raise ValueError("its arrays do not belong together")
        return found


class Bm25:
    """Scores every row as Lucene does (Kamphuis et al. 2020)."""

    def __init__(self, postings: Postings, *, k1: float = K1, b: float = B) -> None:
        self.postings = postings
        # Plain views: a memory-mapped array costs a microsecond more each time a part of it is named.
        self._terms, self._starts = np.asarray(postings.terms), np.asarray(postings.starts)
        self._rows, self._counts = np.asarray(postings.rows), np.asarray(postings.counts)
        lengths = np.asarray(postings.lengths)
        mean = float(lengths.mean()) if lengths.any() else 1.0
        self._saturation = (k1 * (1 - b) + (k1 * b / mean) * lengths).astype(np.float32)

    def scores(self, terms: Sequence[int]) -> Scores:
        """The score of every row, of shape (n,); a term that is asked for twice counts twice."""
        total = np.zeros(len(self._saturation), np.float32)
        wanted, times = np.unique(np.array(terms, np.uint64), return_counts=True)
        places, known = self._places(wanted)
        places, sizes = places[known], self._row_counts(places[known])
        rarities = (self._rarities(sizes) * times[known]).astype(np.float32)
        stretches = [slice(start, start + size) for start, size in zip(self._starts[places], sizes, strict=True)]
        # Terms of few rows are added all at once, since each step costs more than the rows; the others one by one.
        together = np.flatnonzero(sizes <= _FEW_ROWS)
        if together.size:
            rows = np.concatenate([self._rows[stretches[term]] for term in together])
            counts = np.concatenate([self._counts[stretches[term]] for term in together])
            self._add(total, rows, counts, np.repeat(rarities[together], sizes[together]))
        for term in np.flatnonzero(sizes > _FEW_ROWS):
            self._add(total, self._rows[stretches[term]], self._counts[stretches[term]], rarities[term])
        return total

    def shares(self, terms: Sequence[int]) -> Scores:
        """``scores`` as a share, 0 to 1, of what a row could score that held every term any number of times.

        A term that no row holds is among them, and weighs most.
        """
        rarities, _ = self.rarities(terms)
        return self.scores(terms) / np.float32(max(rarities.sum(), _LEAST_RARITY))

    def _add(
        self,
        total: Scores,
        rows: npt.NDArray[np.uint32],
        counts: npt.NDArray[np.uint8],
        rarity: Scores | np.float32,
    ) -> None:
        counted = counts.astype(np.float32)
        shares = self._saturation[rows]
        shares += counted
        np.divide(counted, shares, out=shares)
        shares *= rarity
        np.add.at(total, rows, shares)

    def rows_holding(self, term: int) -> npt.NDArray[np.uint32]:
        """The rows that hold ``term``, ascending."""
        places, known = self._places(np.array([term], np.uint64))
        if not known[0]:
            return self._rows[:0]
        return self._rows[self._starts[places[0]] : self._starts[places[0] + 1]]

    def rarities(self, terms: Sequence[int]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        """The inverse document frequency of every term, and whether any row holds it."""
        places, known = self._places(np.array(terms, np.uint64))
        rows = np.zeros(len(places), np.int64)
        rows[known] = self._row_counts(places[known])
        return self._rarities(rows), known

    def _places(self, terms: Terms) -> tuple[Integers, npt.NDArray[np.bool_]]:
        places = np.searchsorted(self._terms, terms)
        known = np.zeros(len(terms), np.bool_)
        within = places < len(self._terms)
        known[within] = self._terms[places[within]] == terms[within]
        return places, known

    def _row_counts(self, places: Integers) -> Integers:
        found: Integers = self._starts[places + 1] - self._starts[places]
        return found

    def _rarities(self, row_counts: Integers) -> npt.NDArray[np.float64]:
        rarities: npt.NDArray[np.float64] = np.log1p((len(self._saturation) - row_counts + 0.5) / (row_counts + 0.5))
        return rarities


def _keys(
    terms: Integers, rows: Integers, counts: npt.NDArray[np.int64] | npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint64]:
    keys = terms.astype(np.uint64) << _TERM_SHIFT
    keys |= rows.astype(np.uint64) << _ROW_SHIFT
    keys |= counts.astype(np.uint64)
    return keys


def _stretches(sizes: Integers) -> Iterator[tuple[int, int]]:
    """Runs of terms, from one to before another, that together hold few enough postings to be sorted at once."""
    ends = np.cumsum(sizes)
    first = 0
    while first < len(sizes):
        so_far = ends[first] - sizes[first]
        last = max(first + 1, int(np.searchsorted(ends, so_far + _POSTINGS_AT_A_TIME, side="right")))
        yield first, last
        first = last
