"""An encoder that remembers: retriever and reader ask for one question, and many questions for the same sentences."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from rag.encoder import Encoder

FloatMatrix = npt.NDArray[np.float32]

# More than questions are answered at once: each must still be there when its passages are read.
_REMEMBERED_QUERIES = 256
# The sentences of the passages that are found most; 25 MB at 384 dimensions.
_REMEMBERED_PASSAGES = 16_384


class VectorMemory:
    """An ``Encoder`` that encodes what was encoded lately no second time; safe to use from several threads."""

    def __init__(self, encoder: Encoder) -> None:
        self.fingerprint = encoder.fingerprint
        self.dimensions = encoder.dimensions
        self.max_tokens = encoder.max_tokens
        self._encoder = encoder
        self._queries = _Memory(_REMEMBERED_QUERIES)
        self._passages = _Memory(_REMEMBERED_PASSAGES)

    def encode_queries(self, texts: Sequence[str]) -> FloatMatrix:
        """See ``Encoder``."""
        return self._stacked(self._queries.vectors(texts, self._encoder.encode_queries))

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> FloatMatrix:
        """See ``Encoder``."""
        vectors = self._passages.vectors(texts, lambda missing: self._encoder.encode_passages(missing, progress))
        return self._stacked(vectors)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See ``Encoder``."""
        return self._encoder.count_tokens(texts)

    def _stacked(self, vectors: Sequence[FloatMatrix]) -> FloatMatrix:
        return np.stack(vectors) if vectors else np.empty((0, self.dimensions), np.float32)


class _Memory:
    """The vectors of the ``size`` texts asked for last."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: OrderedDict[str, FloatMatrix] = OrderedDict()
        self._lock = threading.Lock()

    def vectors(self, texts: Sequence[str], encode: Callable[[Sequence[str]], FloatMatrix]) -> list[FloatMatrix]:
        """One vector for each text; ``encode`` is called once, with those that are not known, if there are any."""
        with self._lock:
            known = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            # Copied: a row of a matrix would keep the whole matrix.
            known |= {text: vector.copy() for text, vector in zip(missing, encode(missing), strict=True)}
        with self._lock:
            for text in texts:
                self._known[text] = known[text]
                self._known.move_to_end(text)
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return [known[text] for text in texts]
