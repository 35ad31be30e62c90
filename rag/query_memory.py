"""An encoder that remembers the vectors of the last queries: retriever and reader ask for that of one question."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from rag.encoder import Encoder

FloatMatrix = npt.NDArray[np.float32]

# More than questions are answered at once: each must still be there when its passages are read.
_REMEMBERED_QUERIES = 256


class QueryMemory:
    """An ``Encoder`` that encodes each query once; safe to use from several threads."""

    def __init__(self, encoder: Encoder) -> None:
        self.fingerprint = encoder.fingerprint
        self.dimensions = encoder.dimensions
        self.max_tokens = encoder.max_tokens
        self._encoder = encoder
        self._vectors: OrderedDict[str, FloatMatrix] = OrderedDict()
        self._lock = threading.Lock()

    def encode_queries(self, texts: Sequence[str]) -> FloatMatrix:
        """See ``Encoder``."""
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known |= zip(missing, self._encoder.encode_queries(missing), strict=True)
        with self._lock:
            for text in texts:
                self._vectors[text] = known[text]
                self._vectors.move_to_end(text)
            while len(self._vectors) > _REMEMBERED_QUERIES:
                self._vectors.popitem(last=False)
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        return np.stack([known[text] for text in texts])

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> FloatMatrix:
        """See ``Encoder``."""
        return self._encoder.encode_passages(texts, progress)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See ``Encoder``."""
        return self._encoder.count_tokens(texts)
