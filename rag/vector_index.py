"""Unit vectors → nearest rows, by inner product; knows nothing of text. FAISS lives here and nowhere else.

The structure is chosen by size: exact search up to ``FLAT_MAX_ROWS``, above it an inverted file with half-precision
vectors (the measurements behind both are in ``docs/decisions/0004-vector-index.md``).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from rag.errors import IndexCorrupt

FloatMatrix = npt.NDArray[np.float32]
Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

FLAT_MAX_ROWS = 200_000
_LISTS = 4096
_PROBES = 512
_TRAINING_ROWS = 200_000
_UNIT_LENGTH_TOLERANCE = 1e-3
_wrapped: Any = faiss  # FAISS's type hints do not know the arguments that its Python wrapper adds


class VectorIndex:
    """Row i of what it was built from is row i of what it finds. ``score`` is the cosine, -1 to 1."""

    def __init__(self, index: Any) -> None:
        self._index = index
        if isinstance(index, faiss.IndexIVF):
            index.make_direct_map()  # here and not on first use: two threads must not both make it

    @classmethod
    def build(cls, vectors: FloatMatrix, *, flat_max_rows: int = FLAT_MAX_ROWS) -> "VectorIndex":
        """An index over ``vectors``, of shape (n, d), float32, rows of length 1; n may be 0.

        Raises:
            ValueError: the vectors are not finite, not two-dimensional or not of length 1.
        """
        vectors = _checked(vectors)
        rows, dimensions = vectors.shape
        if rows <= flat_max_rows:
            index: Any = faiss.IndexFlatIP(dimensions)
        else:
            index = faiss.index_factory(
                dimensions, f"IVF{min(_LISTS, max(1, rows // 39))},SQfp16", faiss.METRIC_INNER_PRODUCT
            )
            index.nprobe = _PROBES
            step = max(1, rows // _TRAINING_ROWS)
            index.train(vectors[::step])
        index.add(vectors)
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> "VectorIndex":
        """The index saved at ``path``.

        Raises:
            IndexCorrupt: the file is not a FAISS index.
        """
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise IndexCorrupt(f"{path.name} is damaged ({_first_line(error)}). Build the index again.") from None

    def save(self, path: Path) -> None:
        """Write the index to ``path``."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    @property
    def structure(self) -> str:
        """The FAISS structure in use, for people to read."""
        return type(self._index).__name__

    def search(self, query: FloatMatrix, top_k: int, within: Mask | None = None) -> tuple[Rows, Scores]:
        """The ``top_k`` nearest rows to ``query`` of shape (d,), best first; equal scores in the order of the rows.

        Args:
            query: A vector of length 1.
            top_k: How many rows to find.
            within: Which rows may be found, of shape (len(self),); all where it is None. It is looked at while
                searching, so as many are found as there are.

        Returns:
            Rows and scores, both of length ``min(top_k, len(self))`` or less; never a row that does not exist.

        Raises:
            ValueError: the query has another length than the vectors, or is not finite; or ``within`` has another.
        """
        query = np.ascontiguousarray(query, dtype=np.float32)
        if query.shape != (self.dimensions,):
            raise ValueError(f"the query has shape {query.shape}, the index holds vectors of {self.dimensions}")
        if not np.isfinite(query).all():
            raise ValueError("the query's vector is not finite")
        if within is not None and within.shape != (len(self),):
            raise ValueError(f"within has shape {within.shape}, the index {len(self)} rows")
        available = len(self) if within is None else int(np.count_nonzero(within))
        wanted = min(top_k, available)
        if wanted < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        rows, scores = self._nearest(query, wanted, self._parameters(within, available))
        if len(rows) < wanted and within is not None:
            # The lists that were probed hold too few of them: those that may be found can lie anywhere.
            rows, scores = self._nearest(query, wanted, self._parameters(within, 0))
        order = np.lexsort((rows, -scores))[:wanted]
        return rows[order], scores[order]

    def _nearest(self, query: FloatMatrix, wanted: int, parameters: Any) -> tuple[Rows, Scores]:
        scores, rows = self._index.search(query[None, :], wanted + 1, params=parameters)
        found = rows[0] >= 0  # FAISS pads with row -1 where it finds fewer
        rows, scores = rows[0][found], scores[0][found]
        if len(rows) > wanted and scores[wanted] == scores[wanted - 1]:
            # Of rows with the same score at the end of the list, FAISS keeps any.
            least = float(np.nextafter(scores[wanted], np.float32(-2)))
            _, scores, rows = self._index.range_search(query[None, :], least, params=parameters)
        return rows, scores

    def _parameters(self, within: Mask | None, available: int) -> Any:
        """What FAISS is told: which rows may be found, and of an inverted file how many lists to probe.

        The fewer rows may be found, the more lists, so that as many are compared as without a limit.
        """
        if within is None:
            return None
        selector = _wrapped.IDSelectorBitmap(np.packbits(within, bitorder="little"))
        if not isinstance(self._index, faiss.IndexIVF):
            return _wrapped.SearchParameters(sel=selector)
        lists = self._index.nlist
        probes = min(lists, -(-self._index.nprobe * len(self) // available)) if available else lists
        return _wrapped.SearchParametersIVF(sel=selector, nprobe=probes)

    def vectors(self, rows: Sequence[int] | Rows) -> FloatMatrix:
        """The stored vectors of ``rows``, of shape (len(rows), d); of an inverted file, rounded to half precision."""
        wanted = np.asarray(rows, dtype=np.int64)
        if wanted.size == 0:
            return np.empty((0, self.dimensions), np.float32)
        if wanted.min() < 0 or wanted.max() >= len(self):
            raise ValueError(f"rows go from 0 to {len(self) - 1}")
        found: FloatMatrix = self._index.reconstruct_batch(wanted)
        return found


def _checked(vectors: FloatMatrix) -> FloatMatrix:
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    if vectors.ndim != 2 or vectors.shape[1] == 0:
        raise ValueError(f"vectors must have the shape (n, d), got {vectors.shape}")
    lengths = np.linalg.norm(vectors, axis=1)
    # A NaN is never found again and never reported by FAISS; the comparison below is false for it.
    if not (np.abs(lengths - 1) <= _UNIT_LENGTH_TOLERANCE).all():
        raise ValueError("vectors must be finite and of length 1")
    return vectors


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[-1][:120]
