"""A query → the passages nearest to it: encoder and terms together, each weighed by what it can know.

Scores are standardised, so that they can be added. Terms count only for passages in the question's own language;
another language cannot share them, so for its passages the score that terms *would* give is taken to be what the
encoder gives. Without that, terms would push every passage in another language down. What other languages do share are
names, which are compared by their sound (docs/decisions/0005-retrieval.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag.encoder import Encoder, FloatMatrix
from rag.fairness import LanguageMeans
from rag.languages import identify_language
from rag.lexical_index import GRAMS, SOUNDS, STEMS, LexicalIndex
from rag.records import Hit
from rag.store import Store
from rag.vector_index import VectorIndex

# The weights were set by the sweep of docs/decisions/0005-retrieval.md, on the development sets only.
_DENSE_WEIGHT = 0.6
_STEMS_WEIGHT = 0.2
_GRAMS_WEIGHT = 0.2
_SOUNDS_WEIGHT = 0.1
_CANDIDATES = 200

_Scores = npt.NDArray[np.float64]


class FindsPassages(Protocol):
    """Whatever finds passages for a question: the local index here, or an engine elsewhere."""

    def retrieve(self, query: str, top_k: int, *, language: str | None = None) -> tuple[Hit, ...]:
        """The ``top_k`` best passages, best first, each with "cosine" among its parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreMoments:
    """Mean and second moment of all passage vectors: they give the mean and spread of any query's scores at once."""

    mean: FloatMatrix
    second: FloatMatrix

    @classmethod
    def of(cls, vectors: FloatMatrix) -> "ScoreMoments":
        """The moments of vectors of shape (n, d)."""
        count = max(1, len(vectors))
        return cls(
            mean=(vectors.sum(axis=0) / count).astype(np.float32),
            second=(vectors.T @ vectors / count).astype(np.float32),
        )

    def save(self, path: Path) -> None:
        """Write the moments to ``path``, as arrays without pickle."""
        with path.open("wb") as file:
            np.savez(file, mean=self.mean, second=self.second)

    @classmethod
    def load(cls, path: Path) -> "ScoreMoments":
        """The moments saved at ``path``."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(mean=arrays["mean"], second=arrays["second"])

    def standardise(self, scores: _Scores, query: FloatMatrix) -> _Scores:
        """``scores`` of some passages, as standard scores among those of all passages."""
        mean = float(self.mean @ query)
        spread = float(np.sqrt(max(float(query @ self.second @ query) - mean**2, 0.0)))
        return (scores - mean) / (spread + 1e-6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retriever:
    """Searches one generation of the index. Row i is the same passage in every part of it."""

    store: Store
    encoder: Encoder
    vector_index: VectorIndex
    lexical_index: LexicalIndex
    means: LanguageMeans
    moments: ScoreMoments
    languages: npt.NDArray[np.str_]

    def retrieve(self, query: str, top_k: int, *, language: str | None = None) -> tuple[Hit, ...]:
        """The ``top_k`` best passages, best first; equal scores in the order of the corpus.

        ``language`` is that of the query, identified where it is not given. ``Hit.parts`` holds the cosine of the
        encoder and the standard scores that were added.
        """
        if len(self.vector_index) == 0 or top_k < 1 or not query.strip():
            return ()
        language = language or identify_language(query)
        vector = self.means.centre_query(self.encoder.encode_queries([query])[0], language)
        same = self.languages == language
        terms = self.lexical_index.scores(query, language)
        rows = self._candidates(
            vector, np.where(same, terms[STEMS] + terms[GRAMS], terms[SOUNDS]), max(_CANDIDATES, top_k)
        )
        cosines = (self.vector_index.vectors(rows) @ vector).astype(np.float64)
        dense = self.moments.standardise(cosines, vector)
        parts = {"dense": dense}
        for field in (STEMS, GRAMS):
            standard = _standardised(terms[field], same)
            parts[field] = dense if standard is None else np.where(same[rows], standard[rows], dense)
        named = _standardised(terms[SOUNDS], ~same)
        parts[SOUNDS] = np.zeros(len(rows)) if named is None else np.where(same[rows], 0.0, named[rows])
        scores = (
            _DENSE_WEIGHT * dense
            + _STEMS_WEIGHT * parts[STEMS]
            + _GRAMS_WEIGHT * parts[GRAMS]
            + _SOUNDS_WEIGHT * parts[SOUNDS]
        )
        order = np.lexsort((rows, -scores))[:top_k]
        passages = self.store.passages([int(rows[index]) for index in order])
        return tuple(
            Hit(
                passage=passage,
                score=float(scores[index]),
                rank=rank,
                parts={"cosine": float(cosines[index]), **{name: float(part[index]) for name, part in parts.items()}},
            )
            for rank, (index, passage) in enumerate(zip(order, passages, strict=True), start=1)
        )

    def _candidates(self, vector: FloatMatrix, worded: npt.NDArray[np.float32], count: int) -> npt.NDArray[np.int64]:
        nearest, _ = self.vector_index.search(vector, count)
        best = np.argpartition(-worded, min(count, len(worded) - 1))[:count]
        return np.union1d(nearest, best[worded[best] > 0])


def _standardised(scores: npt.NDArray[np.float32], among: npt.NDArray[np.bool_]) -> _Scores | None:
    """``scores`` as standard scores among those of ``among``; None where these are all the same, and say nothing."""
    group = scores[among].astype(np.float64)
    if not group.size or group.min() == group.max():
        return None
    standard: _Scores = (scores - group.mean()) / group.std()
    return standard


def languages_of(names: Sequence[str]) -> npt.NDArray[np.str_]:
    """Passage languages as an array, which compares with one language at once."""
    return np.asarray(list(names), dtype="U3")
