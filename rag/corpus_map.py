"""The passages of one generation of the index as points on a plane: what stands near one another says similar things.

The vectors without their language (``fairness``) are laid out by t-SNE, which begins with their two main components, so
that the same index gives the same picture each time. Of a large index a sample is shown.
"""

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag import generations
from rag.errors import IndexStateError
from rag.fairness import means_for, unit
from rag.records import Passage
from rag.store import Store

MOST_PASSAGES = 1000
# Fewer say nothing by where they stand.
FEWEST_PASSAGES = 4
# t-SNE compares neighbourhoods; where there are this few passages, all are one.
_FEWEST_FOR_NEIGHBOURHOODS = 12
_MOST_NEIGHBOURS = 30
_LEAST_STEP = 10
_ITERATIONS = 500
_COMPONENTS = 50
_NEAREST = 3

Places = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedPassage:
    """A passage and its place: ``x`` and ``y`` go from 0 to 1."""

    article_id: str
    language: str
    start: int
    end: int
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusMap:
    """What is shown of a generation, which has ``total`` passages; empty where it has too few for a map."""

    generation: str
    total: int
    passages: tuple[MappedPassage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPassage:
    """A passage, whether or not it is one of those shown, and its place on the map."""

    passage: Passage
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedQuestion:
    """A question's place: among the passages that were found for it, nearer to the better ones."""

    x: float
    y: float
    passages: tuple[PlacedPassage, ...]


class MapKeeper:
    """Draws the map of the index in a folder once for each generation; safe to use from several threads."""

    def __init__(self, index_dir: Path, *, most_passages: int = MOST_PASSAGES) -> None:
        self._index_dir = index_dir
        self._most = most_passages
        self._lock = threading.Lock()
        self._drawn: _Drawn | None = None

    def map(self) -> CorpusMap:
        """The map of the generation in use.

        Raises:
            IndexStateError: there is no index, or it is damaged.
        """
        return self._current().map

    def place(self, passage_ids: Sequence[str]) -> PlacedQuestion | None:
        """Where a question stands for which these were found, best first; None where the index has none of them.

        Raises:
            IndexStateError: there is no index, or it is damaged.
        """
        return self._current().place(passage_ids)

    def _current(self) -> "_Drawn":
        name = generations.current_generation(self._index_dir)
        drawn = self._drawn
        if drawn is not None and drawn.map.generation == name:
            return drawn
        with self._lock:  # whoever comes while it is drawn waits for it
            while self._drawn is None or self._drawn.map.generation != name:
                try:
                    self._drawn = _Drawn.of(self._index_dir, self._most)
                except (IndexStateError, OSError):
                    # A build that completes meanwhile removes the files under our hands.
                    if generations.current_generation(self._index_dir) == name:
                        raise
                name = generations.current_generation(self._index_dir)
            return self._drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """A map, and what it takes to place other passages on it.

    ``vectors`` are those of its points, of shape (n, d); ``rows_of`` are the rows of every article, by its id.
    """

    map: CorpusMap
    vectors: Vectors
    rows_of: Mapping[str, Sequence[int]]
    store: Store

    @classmethod
    def of(cls, index_dir: Path, most: int) -> "_Drawn":
        store = Store.open(index_dir)
        total = store.manifest.passages
        # Evenly over the rows, which stand in the order of the articles.
        shown = min(most, total) if total >= FEWEST_PASSAGES else 0
        rows = np.unique(np.linspace(0, total - 1, shown).astype(np.int64))
        origins = store.passage_origins()
        spans = store.passage_spans(rows.tolist())
        languages = [origins[row][1] for row in rows]
        vectors = _vectors(store, rows, languages)
        places = _laid_out(vectors)
        passages = tuple(
            MappedPassage(
                article_id=article_id,
                language=language,
                start=start,
                end=end,
                x=float(x),
                y=float(y),
            )
            for (article_id, start, end), language, (x, y) in zip(spans, languages, places, strict=True)
        )
        drawn = CorpusMap(generation=store.folder.name, total=total, passages=passages)
        rows_of: dict[str, list[int]] = defaultdict(list)
        for row, (article_id, _) in enumerate(origins):
            rows_of[article_id].append(row)
        return cls(map=drawn, vectors=vectors, rows_of=dict(rows_of), store=store)

    def place(self, passage_ids: Sequence[str]) -> PlacedQuestion | None:
        """See ``MapKeeper.place``."""
        rows = [row for each in dict.fromkeys(passage_ids) if (row := self._row_of(each)) is not None]
        if not rows or not self.map.passages:
            return None
        passages = self.store.passages(rows)
        vectors = _vectors(self.store, np.array(rows), [passage.language for passage in passages])
        shown = np.array([(each.x, each.y) for each in self.map.passages])
        places = np.stack([_among(shown, self.vectors @ vector) for vector in vectors])
        weights = 1 / np.arange(1, len(rows) + 1)
        x, y = weights @ places / weights.sum()
        placed = tuple(
            PlacedPassage(passage=passage, x=float(at[0]), y=float(at[1]))
            for passage, at in zip(passages, places, strict=True)
        )
        return PlacedQuestion(x=float(x), y=float(y), passages=placed)

    def _row_of(self, passage_id: str) -> int | None:
        # The id of a passage is its article's, and its span (rag.passages).
        article_id, _, span = passage_id.rpartition("#")
        rows = self.rows_of.get(article_id, ())
        spans = [f"{start}-{end}" for _, start, end in self.store.passage_spans(rows)]
        return rows[spans.index(span)] if span in spans else None


def _among(places: Places, cosines: Vectors) -> Places:
    """The place of a passage with these cosines to those that have one: its own, or between the nearest."""
    nearest = np.argsort(-cosines, kind="stable")[:_NEAREST]
    if cosines[nearest[0]] > 1 - 1e-5:
        return np.asarray(places[nearest[0]])
    weights = np.maximum(cosines[nearest], 1e-6)
    return np.asarray(weights @ places[nearest] / weights.sum())


def _vectors(store: Store, rows: npt.NDArray[np.int64], languages: Sequence[str]) -> Vectors:
    # Read from the file where they lie: the vectors of a large index are not held twice.
    encoded = np.load(store.folder / generations.ENCODED, mmap_mode="r", allow_pickle=False)
    return means_for(store.manifest.fingerprint).centre_passages(unit(encoded[rows].astype(np.float32)), languages)


def _laid_out(vectors: Vectors) -> Places:
    """A place for each of the vectors, of shape (n, 2), from 0 to 1."""
    if not len(vectors):
        return np.empty((0, 2))
    # These take seconds to import, and most runs show no map.
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    # One thread: several would add in another order each time, and hold up whoever is asking.
    with threadpool_limits(limits=1, user_api="openmp"):
        few = len(vectors) < _FEWEST_FOR_NEIGHBOURHOODS
        components = 2 if few else min(_COMPONENTS, len(vectors) - 1, vectors.shape[1])
        places = PCA(components, svd_solver="full").fit_transform(vectors)
        if not few:
            layout = TSNE(
                init="pca",
                random_state=0,
                perplexity=min(_MOST_NEIGHBOURS, len(vectors) / 5),
                # The library's own least step, 50, throws points of a small corpus far out.
                learning_rate=max(len(vectors) / 48, _LEAST_STEP),
                max_iter=_ITERATIONS,
            )
            places = layout.fit_transform(places)
    return _between_0_and_1(places[:, :2].astype(np.float64))


def _between_0_and_1(places: Places) -> Places:
    least = places.min(axis=0)
    spread = np.maximum(places.max(axis=0) - least, 1e-9)
    scaled: Places = (places - least) / spread
    return scaled
