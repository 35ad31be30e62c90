"""Ranks of the relevant articles → TREC measures for each question, their means, and intervals of differences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
import numpy.typing as npt
from ir_measures import RR, R, Success, nDCG

MEASURES = ("Success@1", "Success@5", "RR@10", "nDCG@10", "R@100")
_COMPUTED = (Success @ 1, Success @ 5, RR @ 10, nDCG @ 10, R @ 100)
_RESAMPLES = 10_000
_RESAMPLES_AT_ONCE = 500

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of one question: for each system the ranks, from 1, of those ``relevant`` articles that it found."""

    pair: str
    task: str
    question_number: int
    relevant: int
    ranks: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A mean of paired differences and the ends of its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


def ranks_of(found: Sequence[str], relevant: Iterable[str]) -> tuple[int, ...]:
    """The ranks, from 1 and ascending, at which ``relevant`` articles stand in ``found``."""
    wanted = set(relevant)
    return tuple(rank for rank, article_id in enumerate(found, start=1) if article_id in wanted)


def measured(rows: Sequence[Row], system: str) -> dict[str, Values]:
    """Each measure for each of ``rows``, in their order; 0 where nothing relevant was found."""
    qrels, run = [], []
    for number, row in enumerate(rows):
        query, ranks = str(number), row.ranks[system]
        qrels += [ir_measures.Qrel(query, f"relevant {place}", 1) for place in range(row.relevant)]
        names = {rank: f"relevant {place}" for place, rank in enumerate(ranks)}
        run += [
            ir_measures.ScoredDoc(query, names.get(rank, f"other {rank}"), -float(rank))
            for rank in range(1, max(ranks, default=1) + 1)
        ]
    values = {name: np.zeros(len(rows)) for name in MEASURES}
    for metric in ir_measures.iter_calc(_COMPUTED, qrels, run):
        values[str(metric.measure)][int(metric.query_id)] = metric.value
    return values


def difference(ours: Values, theirs: Values, *, seed: int = 0) -> Difference:
    """The mean of ``ours - theirs`` over the same questions, with a percentile bootstrap over 10,000 resamples."""
    paired = ours - theirs
    generator = np.random.default_rng(seed)
    means = np.concatenate(
        [
            paired[generator.integers(0, len(paired), (_RESAMPLES_AT_ONCE, len(paired)))].mean(axis=1)
            for _ in range(_RESAMPLES // _RESAMPLES_AT_ONCE)
        ]
    )
    low, high = np.percentile(means, [2.5, 97.5])
    return Difference(mean=float(paired.mean()), low=float(low), high=float(high))
