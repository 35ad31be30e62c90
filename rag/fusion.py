"""What each part of the index says of some passages → one score: how dense, lexical and sound evidence are added.

Scores are standardised, so that they can be added. Terms count only for passages in the question's own language;
another language cannot share them, so for its passages the score that terms *would* give is taken to be what the
encoder gives. Without that, terms would push every passage in another language down. What other languages do share are
names, which are compared by their sound (docs/decisions/0005-retrieval.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag.lexical_index import GRAMS, SOUNDS, STEMS

DENSE = "dense"

# The weights were set by the sweep of docs/decisions/0005-retrieval.md, on the development sets only.
_DENSE_WEIGHT = 0.6
_STEMS_WEIGHT = 0.2
_GRAMS_WEIGHT = 0.2
_SOUNDS_WEIGHT = 0.1

Scores = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fused:
    """The score of each candidate, and the named parts that it was made of."""

    scores: Scores
    parts: Mapping[str, Scores]


def worded(terms: Mapping[str, npt.NDArray[np.float32]], same_language: npt.NDArray[np.bool_]) -> Scores:
    """How well each passage of the corpus agrees with the question in words: what makes it a candidate."""
    agreement: Scores = np.where(same_language, terms[STEMS] + terms[GRAMS], terms[SOUNDS])
    return agreement


def fuse(
    rows: Rows,
    dense: Scores,
    terms: Mapping[str, npt.NDArray[np.float32]],
    same_language: npt.NDArray[np.bool_],
) -> Fused:
    """Score the candidates ``rows`` of the corpus.

    Args:
        rows: The candidates, of shape (k,).
        dense: The encoder's standard score of each candidate, of shape (k,).
        terms: By field, the BM25 score of every passage of the corpus, of shape (n,).
        same_language: Whether each passage of the corpus is in the question's language, of shape (n,).
    """
    parts = {DENSE: dense}
    for field in (STEMS, GRAMS):
        standard = _standardised(terms[field], same_language)
        parts[field] = dense if standard is None else np.where(same_language[rows], standard[rows], dense)
    named = _standardised(terms[SOUNDS], ~same_language)
    parts[SOUNDS] = np.zeros(len(rows)) if named is None else np.where(same_language[rows], 0.0, named[rows])
    scores = (
        _DENSE_WEIGHT * dense
        + _STEMS_WEIGHT * parts[STEMS]
        + _GRAMS_WEIGHT * parts[GRAMS]
        + _SOUNDS_WEIGHT * parts[SOUNDS]
    )
    return Fused(scores=scores, parts=parts)


def _standardised(scores: npt.NDArray[np.float32], among: npt.NDArray[np.bool_]) -> Scores | None:
    """``scores`` as standard scores among those of ``among``; None where these are all the same, and say nothing."""
    group = scores[among].astype(np.float64)
    if not group.size or group.min() == group.max():
        return None
    standard: Scores = (scores - group.mean()) / group.std()
    return standard
