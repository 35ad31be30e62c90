"""What each part of the index says of some passages → one score: how the encoder, terms and names are added.

What terms say is a share, 0 to 1, of what the question's terms could say at most: words that the corpus does not hold
count in that most, so a question of such words is left to the encoder. For a passage in another language, which cannot
hold the terms, they are taken to say what the encoder's cosine leads one to expect; without that, terms would push
every passage in another language down. What languages do share are names, which are compared by their sound
(docs/decisions/0012-fusion.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag.lexical_index import GRAMS, SOUNDS, STEMS

DENSE = "dense"

Scores = npt.NDArray[np.float64]
Shares = Mapping[str, npt.NDArray[np.float32]]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each part counts. ``stand_in`` times the cosine is the share of terms expected of another language."""

    dense: float
    stems: float
    grams: float
    sounds: float
    stand_in: float


# Set by `python -m benchmarks.fusion_sweep`, on the development sets only.
WEIGHTS = Weights(dense=10.0, stems=3.0, grams=8.0, sounds=5.0, stand_in=0.7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fused:
    """The score of each candidate, and the named parts whose weighed sum it is."""

    scores: Scores
    parts: Mapping[str, Scores]


def worded(shares: Shares, same_language: Mask, weights: Weights = WEIGHTS) -> Scores:
    """How well each passage of the corpus agrees with the question in words: what makes it a candidate."""
    agreement: Scores = weights.stems * shares[STEMS].astype(np.float64) + weights.grams * shares[GRAMS]
    return agreement + np.where(same_language, 0.0, weights.sounds * shares[SOUNDS])


def fuse(rows: Rows, dense: Scores, shares: Shares, same_language: Mask, weights: Weights = WEIGHTS) -> Fused:
    """Score the candidates ``rows`` of the corpus.

    Args:
        rows: The candidates, of shape (k,).
        dense: The cosine of the question and each candidate, of shape (k,).
        shares: By field, the share of the question's terms that every passage of the corpus holds, of shape (n,).
        same_language: Whether each passage of the corpus is in the question's language, of shape (n,).
        weights: What each part counts.
    """
    same = same_language[rows]
    stems, grams, sounds = (shares[field][rows].astype(np.float64) for field in (STEMS, GRAMS, SOUNDS))
    expected = weights.stand_in * dense
    # A question none of whose terms stands anywhere in its own language has been told nothing by them there either.
    told = same & bool(shares[STEMS][same_language].any() or shares[GRAMS][same_language].any())
    # Terms that another language does share (numbers, names in its script) may say more than was to be expected.
    stands_in = ~told & (weights.stems * stems + weights.grams * grams < (weights.stems + weights.grams) * expected)
    parts = {
        DENSE: dense,
        STEMS: np.where(stands_in, expected, stems),
        GRAMS: np.where(stands_in, expected, grams),
        SOUNDS: np.where(same, 0.0, sounds),
    }
    scores = (
        weights.dense * dense
        + weights.stems * parts[STEMS]
        + weights.grams * parts[GRAMS]
        + weights.sounds * parts[SOUNDS]
    )
    return Fused(scores=scores, parts=parts)


def without_terms(dense: Scores, weights: Weights = WEIGHTS) -> Scores:
    """The score of passages whose terms nobody looked at, comparable with those of ``fuse``."""
    scores: Scores = (weights.dense + (weights.stems + weights.grams) * weights.stand_in) * dense
    return scores
