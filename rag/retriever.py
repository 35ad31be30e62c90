"""A query → the passages nearest to it: encoder and terms together (``fusion``), over one generation of the index."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag.encoder import Encoder, FloatMatrix
from rag.fairness import LanguageMeans
from rag.fusion import Scores, fuse, worded
from rag.languages import identify_language
from rag.lexical_index import LexicalIndex
from rag.records import Hit
from rag.store import Store
from rag.vector_index import VectorIndex

_CANDIDATES = 200


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

    def standardise(self, scores: Scores, query: FloatMatrix) -> Scores:
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
        rows = self._candidates(vector, worded(terms, same), max(_CANDIDATES, top_k))
        cosines = (self.vector_index.vectors(rows) @ vector).astype(np.float64)
        fused = fuse(rows, self.moments.standardise(cosines, vector), terms, same)
        order = np.lexsort((rows, -fused.scores))[:top_k]
        passages = self.store.passages([int(rows[index]) for index in order])
        return tuple(
            Hit(
                passage=passage,
                score=float(fused.scores[index]),
                rank=rank,
                parts={
                    "cosine": float(cosines[index]),
                    **{name: float(part[index]) for name, part in fused.parts.items()},
                },
            )
            for rank, (index, passage) in enumerate(zip(order, passages, strict=True), start=1)
        )

    def _candidates(self, vector: FloatMatrix, agreement: Scores, count: int) -> npt.NDArray[np.int64]:
        nearest, _ = self.vector_index.search(vector, count)
        best = np.argpartition(-agreement, min(count, len(agreement) - 1))[:count]
        return np.union1d(nearest, best[agreement[best] > 0])


def languages_of(names: Sequence[str]) -> npt.NDArray[np.str_]:
    """Passage languages as an array, which compares with one language at once."""
    return np.asarray(list(names), dtype="U3")
