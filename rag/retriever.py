"""A query → the passages nearest to it: encoder and terms together (``fusion``), over one generation of the index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag import generations
from rag.duplicates import Sketches
from rag.encoder import Encoder, FloatMatrix
from rag.fairness import LanguageMeans, means_for
from rag.filters import NO_FILTERS, Catalogue, Mask, names_articles
from rag.folding import Kept, fold
from rag.fusion import WEIGHTS, Scores, Shares, Weights, fuse, worded
from rag.languages import identify_language
from rag.lexical_index import LexicalIndex
from rag.records import Filters, Hit, Passage
from rag.store import Store
from rag.vector_index import VectorIndex

_CANDIDATES = 200
_COSINE_DECIMALS = 9
# The spread of the cosines of the bundled encoder, made fair, over the development sets: .07 to .09 for most questions.
_USUAL_SPREAD = 0.08
_COMPARED = 10
_WIDER = 4


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
class _Candidates:
    """Rows of the index, best first, with their scores and what these were made of; arrays of shape (k,)."""

    rows: npt.NDArray[np.int64]
    scores: Scores
    parts: Mapping[str, Scores]


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
    sketches: Sketches
    max_passages_per_article: int = 0
    weights: Weights = WEIGHTS

    @classmethod
    def open(cls, store: Store, encoder: Encoder, *, max_passages_per_article: int = 0) -> "Retriever":
        """Over the generation of ``store``; 0 passages per article stand for any number.

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
            sketches=store.sketches(),
            max_passages_per_article=max_passages_per_article,
        )

    def retrieve(
        self, query: str, top_k: int, *, language: str | None = None, filters: Filters = NO_FILTERS
    ) -> tuple[Hit, ...]:
        """The ``top_k`` best passages within ``filters``, best first.

        Of equal scores, the passage published first comes first, then that of the article whose id comes first. The
        best of several passages that say the same stands for all (``Hit.also_in``). ``max_passages_per_article`` does
        not hold where ``filters`` name an article. ``language`` is that of the query, identified where it is not given.
        ``Hit.parts`` holds the encoder's cosine and the shares of terms that were added; a filter changes none.

        Raises:
            FilterError: a filter names what is not there.
        """
        within = self.catalogue.rows_within(filters)
        if len(self.vector_index) == 0 or top_k < 1 or not query.strip():
            return ()
        language = language or identify_language(query)
        vector = self.means.centre_query(self.encoder.encode_queries([query])[0], language)
        same = self.catalogue.in_language(language)
        shares = self.lexical_index.shares(query, language)
        most = 0 if names_articles(filters) else self.max_passages_per_article
        count = max(_CANDIDATES, top_k)
        while True:
            candidates = self._candidates(vector, shares, same, count, within)
            kept = self._fold(candidates, top_k, most)
            if len(kept) >= top_k or count >= len(same) or len(kept) >= self._available(within, most):
                return self._hits(candidates, kept)
            count *= _WIDER  # so many copies, or so many passages of one article, that others were not reached

    def comparable(self, cosines: Scores, query: FloatMatrix) -> Scores:
        """``cosines`` on the scale that terms are weighed against: of an encoder without means, brought to it."""
        if self.means.passages:
            return cosines
        return _USUAL_SPREAD * self.moments.standardise(cosines, query)

    def _candidates(
        self,
        vector: FloatMatrix,
        shares: Shares,
        same: Mask,
        count: int,
        within: Mask | None,
    ) -> _Candidates:
        nearest, _ = self.vector_index.search(vector, count, within)
        agreement = worded(shares, same, self.weights)
        if within is not None:
            agreement = np.where(within, agreement, 0.0)
        best = np.argpartition(-agreement, min(count, len(agreement) - 1))[:count]
        rows = np.union1d(nearest, best[agreement[best] > 0])
        cosines = _cosines(self.vector_index.vectors(rows), vector)
        fused = fuse(rows, self.comparable(cosines, vector), shares, same, self.weights)
        order = np.lexsort((rows, self.catalogue.days_of(rows), -fused.scores))
        return _Candidates(
            rows=rows[order],
            scores=fused.scores[order],
            parts={"cosine": cosines[order], **{name: part[order] for name, part in fused.parts.items()}},
        )

    def _fold(self, candidates: _Candidates, top_k: int, max_per_article: int) -> list[Kept]:
        known: dict[int, Passage] = {}

        def passage_at(place: int) -> Passage:
            if place not in known:
                known[place] = self.store.passages([int(candidates.rows[place])])[0]
            return known[place]

        kept: list[Kept] = []
        # Copies stand near one another: only where too little is left are all candidates compared.
        for considered in (_COMPARED * top_k, len(candidates.rows)):
            rows = candidates.rows[:considered]
            kept = fold(
                self.catalogue.article_of_row[rows].tolist(),
                self.sketches[rows],
                passage_at,
                limit=top_k,
                max_per_article=max_per_article,
            )
            if len(kept) >= top_k or considered >= len(candidates.rows):
                break
        return kept

    def _available(self, within: Mask | None, max_per_article: int) -> int:
        """How many hits there could be at most."""
        articles = self.catalogue.article_of_row if within is None else self.catalogue.article_of_row[within]
        passages = np.bincount(articles) if len(articles) else np.zeros(0, np.int64)
        return int((np.minimum(passages, max_per_article) if max_per_article else passages).sum())

    def _hits(self, candidates: _Candidates, kept: Sequence[Kept]) -> tuple[Hit, ...]:
        passages = self.store.passages([int(candidates.rows[one.place]) for one in kept])
        return tuple(
            Hit(
                passage=passage,
                score=float(candidates.scores[one.place]),
                rank=rank,
                parts={name: float(part[one.place]) for name, part in candidates.parts.items()},
                also_in=self.catalogue.other_articles(candidates.rows[one.place], candidates.rows[list(one.copies)]),
            )
            for rank, (one, passage) in enumerate(zip(kept, passages, strict=True), start=1)
        )


def _cosines(vectors: FloatMatrix, query: FloatMatrix) -> Scores:
    """Equal for equal vectors: in single precision, the place of a row in the matrix would decide between them."""
    cosines: Scores = np.round(vectors.astype(np.float64) @ query.astype(np.float64), _COSINE_DECIMALS)
    return cosines
