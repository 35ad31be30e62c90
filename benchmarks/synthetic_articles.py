"""Articles made at run time from sentences of the development sets, shuffled, and vectors for them without encoding."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.retrieval.pools import DevelopmentSets, language_pool
from rag.encoder import Encoder, FloatMatrix
from rag.fairness import unit
from rag.sentences import sentence_spans

LANGUAGES = ("ar", "en", "ru")
_SENTENCES_AN_ARTICLE = 18
_SENTENCES_A_PARAGRAPH = 6
_NOISE = 0.5


def sentences_of(sets: DevelopmentSets) -> dict[str, list[str]]:
    """The sentences of the pools of three languages."""
    return {
        language: [
            paragraph.text[start:end]
            for paragraph in language_pool(sets, language).paragraphs
            for start, end in sentence_spans(paragraph.text, language)
        ]
        for language in LANGUAGES
    }


def write_synthetic_articles(folder: Path, sentences: dict[str, list[str]], count: int, *, seed: int = 0) -> None:
    """Write ``count`` articles, the languages in turn, three paragraphs each of sentences drawn at random."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = random.Random(seed)  # noqa: S311
    for number in range(count):
        language = LANGUAGES[number % len(LANGUAGES)]
        drawn = chosen.choices(sentences[language], k=_SENTENCES_AN_ARTICLE)
        paragraphs = [
            " ".join(drawn[start : start + _SENTENCES_A_PARAGRAPH])
            for start in range(0, len(drawn), _SENTENCES_A_PARAGRAPH)
        ]
        (folder / f"article-{number:06d}.txt").write_text("\n".join(paragraphs) + "\n", encoding="utf-8")


def vectors_like(real: FloatMatrix, count: int, *, seed: int = 0) -> FloatMatrix:
    """``count`` vectors of length 1: each the mean of two of ``real``, shape (n, d), plus noise of half a length."""
    generator = np.random.default_rng(seed)
    rows = generator.integers(0, len(real), (2, count))
    noise = generator.standard_normal((count, real.shape[1])).astype(np.float32)
    return unit(real[rows[0]] + real[rows[1]] + 2 * _NOISE * unit(noise))


class UnencodedPassages:
    """An ``Encoder`` for building large indexes: queries are encoded, passages get ``vectors_like`` real ones."""

    def __init__(self, encoder: Encoder, real: FloatMatrix) -> None:
        """``real`` are vectors of passages, of shape (n, d)."""
        self.fingerprint = encoder.fingerprint
        self.dimensions = encoder.dimensions
        self.max_tokens = encoder.max_tokens
        self._encoder = encoder
        self._real = real

    def encode_queries(self, texts: Sequence[str]) -> FloatMatrix:
        """See ``Encoder``."""
        return self._encoder.encode_queries(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See ``Encoder``."""
        return self._encoder.count_tokens(texts)

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> FloatMatrix:
        """See ``Encoder``; the vectors have nothing to do with the texts."""
        return vectors_like(self._real, len(texts))


def distinct_questions(sets: DevelopmentSets, count: int, *, seed: int = 0) -> list[str]:
    """``count`` different questions over the pools of three languages, in random order."""
    texts = dict.fromkeys(query.text for language in LANGUAGES for query in language_pool(sets, language).queries)
    return random.Random(seed).sample(list(texts), count)  # noqa: S311
