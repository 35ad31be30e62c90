"""Takes the language out of the vectors, so that a passage is not found just because it is in the question's language.

Each language's mean vector is subtracted and the rest made unit length again, for passages and for queries by their own
means (Libovický et al. 2020, "On the Language Neutrality of Pre-trained Multilingual Representations"). The means were
estimated once, on development text and a text in 73 languages, by ``training/language_means.py``, and are shipped
beside this file. They do not depend on the corpus at hand, so one language or a handful of articles are served like any
other corpus, and a vector never changes because an article was added elsewhere.
"""

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

FloatMatrix = npt.NDArray[np.float32]

SHIPPED = "language_means.npz"
_ANY_LANGUAGE = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageMeans:
    """What is subtracted, by language: vectors of shape (d,), float32. Without any, vectors stay as they are."""

    passages: Mapping[str, FloatMatrix]
    queries: Mapping[str, FloatMatrix]

    def centre_passages(self, vectors: FloatMatrix, languages: Sequence[str]) -> FloatMatrix:
        """Vectors of shape (n, d) without the mean of their language, of length 1."""
        if not self.passages or not len(languages):
            return vectors
        means = np.stack([_of(self.passages, language) for language in languages])
        return unit(vectors - means)

    def centre_query(self, vector: FloatMatrix, language: str) -> FloatMatrix:
        """A query's vector, of shape (d,), without the mean of queries in its language, of length 1."""
        if not self.queries:
            return vector
        centred: FloatMatrix = unit(vector[None, :] - _of(self.queries, language))[0]
        return centred


NO_MEANS = LanguageMeans(passages={}, queries={})


@functools.cache
def means_for(fingerprint: str) -> LanguageMeans:
    """The shipped means if they are of the encoder with this fingerprint, else none."""
    with resources.as_file(resources.files("rag") / SHIPPED) as path, np.load(path, allow_pickle=False) as arrays:
        if str(arrays["fingerprint"]) != fingerprint:
            return NO_MEANS
        return LanguageMeans(
            passages=_with_any(_named(arrays, "passages/")),
            queries=_with_any(_named(arrays, "queries/")),
        )


def digest() -> str:
    """Identity of the shipped means: vectors centred by others are of another kind."""
    return hashlib.sha256((resources.files("rag") / SHIPPED).read_bytes()).hexdigest()[:16]


def unit(vectors: FloatMatrix) -> FloatMatrix:
    """Vectors of shape (n, d) made length 1; a zero vector stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: FloatMatrix = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return scaled


def _of(means: Mapping[str, FloatMatrix], language: str) -> FloatMatrix:
    return means.get(language, means[_ANY_LANGUAGE])


def _named(arrays: Mapping[str, npt.NDArray[Any]], prefix: str) -> Iterator[tuple[str, FloatMatrix]]:
    for name in arrays:
        if name.startswith(prefix):
            yield name.removeprefix(prefix), arrays[name].astype(np.float32)


def _with_any(pairs: Iterable[tuple[str, FloatMatrix]]) -> dict[str, FloatMatrix]:
    means = dict(pairs)
    return {**means, _ANY_LANGUAGE: np.mean(list(means.values()), axis=0).astype(np.float32)}
