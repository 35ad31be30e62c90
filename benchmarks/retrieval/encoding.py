"""An encoder that remembers, on disk too: with many systems over the same texts, each text is encoded once.

For measuring what is found, never how fast.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.encoder import Encoder

FloatMatrix = npt.NDArray[np.float32]

_SAVE_AFTER = 20_000


class RememberingEncoder:
    """An ``Encoder`` that asks another one only for texts it has not seen."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        """Vectors are kept in ``folder``, one file for each encoder; ``save`` writes them."""
        self.fingerprint = encoder.fingerprint
        self.dimensions = encoder.dimensions
        self.max_tokens = encoder.max_tokens
        self._encoder = encoder
        self._path = folder / f"vectors-{encoder.fingerprint[:12]}.npz"
        self._known: dict[bytes, FloatMatrix] = {}
        if self._path.is_file():
            with np.load(self._path, allow_pickle=False) as arrays:
                self._known = dict(
                    zip((row.tobytes() for row in arrays["keys"]), arrays["vectors"], strict=True),
                )
        self._saved = len(self._known)

    def encode_queries(self, texts: Sequence[str]) -> FloatMatrix:
        """See ``Encoder``; one text at a time, as the product does."""
        return self._vectors("query", texts, lambda missing: np.vstack([self._one_query(text) for text in missing]))

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> FloatMatrix:
        """See ``Encoder``."""
        return self._vectors("passage", texts, lambda missing: self._encoder.encode_passages(missing, progress))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See ``Encoder``."""
        return self._encoder.count_tokens(texts)

    def save(self) -> None:
        """Write what is remembered, whole or not at all."""
        if len(self._known) == self._saved:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._path.with_suffix(f".{os.getpid()}.npz")
        keys = np.frombuffer(b"".join(self._known), np.uint8).reshape(len(self._known), -1)
        np.savez(scratch, keys=keys, vectors=np.stack(list(self._known.values())))
        scratch.replace(self._path)
        self._saved = len(self._known)

    def _one_query(self, text: str) -> FloatMatrix:
        return self._encoder.encode_queries([text])

    def _vectors(self, kind: str, texts: Sequence[str], encode: Callable[[list[str]], FloatMatrix]) -> FloatMatrix:
        keys = [hashlib.sha256(f"{kind}\0{text}".encode("utf-8", "surrogatepass")).digest() for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if missing:
            self._known.update(zip(missing, encode(list(missing.values())), strict=True))
        if len(self._known) - self._saved >= _SAVE_AFTER:
            self.save()
        if not keys:
            return np.empty((0, self.dimensions), np.float32)
        return np.stack([self._known[key] for key in keys])
