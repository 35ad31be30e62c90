"""A query → the passages nearest to it: encoder and terms together (``fusion``), over one generation of the index."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag import generations
from rag.encoder import Encoder, FloatMatrix
from rag.fairness import LanguageMeans, means_for
from rag.filters import NO_FILTERS, Catalogue, Mask
from rag.fusion import Scores, fuse, worded
from rag.languages import identify_language
from rag.lexical_index import LexicalIndex
from rag.records import Filters, Hit
from rag.store import Store
from rag.vector_index import VectorIndex

_CANDIDATES = 200
_COSINE_DECIMALS = 9


class FindsPassages(Protocol):
    """Whatever finds passages for a question: the local index here, or an engine elsewhere."""

    def retrieve(
        self, query: str, top_k: int, *, language: str | None = None, filters: Filters = NO_FILTERS
    ) -> tuple[Hit, ...]:
        """The ``top_k`` best passages within ``filters``, best first, each with "cosine" among its parts."""


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
    catalogue: Catalogue

    @classmethod
    def open(cls, store: Store, encoder: Encoder) -> "Retriever":
        """Over the generation of ``store``.

        Raises:
            IndexCorrupt: a file of the generation is damaged; the message names it.
        """
        folder = store.folder
        return cls(
            store=store,
            encoder=encoder,
            vector_index=VectorIndex.load(folder / generations.VECTORS),
            lexical_index=LexicalIndex.load(folder / generations.LEXICAL, rows=store.manifest.passages),
            means=means_for(encoder.fingerprint),
            moments=ScoreMoments.load(folder / generations.MOMENTS),
            catalogue=Catalogue.of(store.dates(), store.passage_origins()),
        )

    def retrieve(
        self, query: str, top_k: int, *, language: str | None = None, filters: Filters = NO_FILTERS
    ) -> tuple[Hit, ...]:
        """The ``top_k`` best passages within ``filters``, best first.

        Of equal scores, the passage published first comes first, then that of the article whose id comes first.
        ``language`` is that of the query, identified where it is not given. ``Hit.parts`` holds the cosine of the
        encoder and the standard scores that were added; a filter changes none of them.

        Raises:
            FilterError: a filter names what is not there.
        """
        within = self.catalogue.rows_within(filters)
        if len(self.vector_index) == 0 or top_k < 1 or not query.strip():
            return ()
        language = language or identify_language(query)
        vector = self.means.centre_query(self.encoder.encode_queries([query])[0], language)
        same = self.catalogue.in_language(language)
        terms = self.lexical_index.scores(query, language)
        rows = self._candidates(vector, worded(terms, same), max(_CANDIDATES, top_k), within)
        cosines = _cosines(self.vector_index.vectors(rows), vector)
        fused = fuse(rows, self.moments.standardise(cosines, vector), terms, same)
        order = np.lexsort((rows, self.catalogue.days_of(rows), -fused.scores))[:top_k]
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

    def _candidates(
        self, vector: FloatMatrix, agreement: Scores, count: int, within: Mask | None
    ) -> npt.NDArray[np.int64]:
        nearest, _ = self.vector_index.search(vector, count, within)
        if within is not None:
            agreement = np.where(within, agreement, 0.0)
        best = np.argpartition(-agreement, min(count, len(agreement) - 1))[:count]
        return np.union1d(nearest, best[agreement[best] > 0])


def _cosines(vectors: FloatMatrix, query: FloatMatrix) -> Scores:
    """Equal for equal vectors: in single precision, the place of a row in the matrix would decide between them."""
    cosines: Scores = np.round(vectors.astype(np.float64) @ query.astype(np.float64), _COSINE_DECIMALS)
    return cosines
