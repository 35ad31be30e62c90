"""(question, passages) → the sentences that answer it, each with the odds that it does.

Every sentence of the passages is a candidate. A linear model over a few plain measures ranks them, and a second one
tells whether the best of them answers at all. Both were fitted on the development sets by
``training/evidence_model.py``; their weights are ``evidence_model.json``.
"""

import functools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np

from rag.encoder import Encoder
from rag.fairness import means_for
from rag.lexical_index import GRAMS, SOUNDS, STEMS, LexicalIndex, analyse
from rag.question_types import AnswerKind, answer_kind, holds
from rag.records import Hit, Passage
from rag.sentences import sentence_spans

WEIGHTS = "evidence_model.json"
PASSAGES_READ = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence of a passage: ``text == article.text[start:end]``.

    ``probability`` is that this sentence, of all those read, is the one that answers; ``measures`` are what it was
    computed from.
    """

    passage: Passage
    start: int
    end: int
    text: str
    probability: float
    measures: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All sentences read, best first, and the calibrated probability, 0 to 1, that the best of them answers."""

    evidence: tuple[Evidence, ...]
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    rank: Mapping[str, float]
    same_language: Mapping[str, float]
    other_language: Mapping[str, float]


class Reader:
    """Reads passages sentence by sentence, with the encoder and the terms of the index."""

    def __init__(self, encoder: Encoder, lexical_index: LexicalIndex) -> None:
        self._encoder = encoder
        self._lexical_index = lexical_index
        self._means = means_for(encoder.fingerprint)

    def read(self, question: str, language: str, hits: Sequence[Hit]) -> Reading:
        """Read the best hits for an answer to ``question``, whose language is ISO 639-1."""
        measured = self.measure(question, language, hits)
        if not measured:
            return Reading(evidence=(), confidence=0.0)
        weights = _weights()
        scores = np.array([_dot(weights.rank, measures) for _, _, _, measures in measured])
        odds = np.exp(scores - scores.max())
        probabilities = odds / odds.sum()
        evidence = [
            Evidence(
                passage=hit.passage,
                start=hit.passage.start + start,
                end=hit.passage.start + end,
                text=hit.passage.text[start:end],
                probability=float(probability),
                measures=measures,
            )
            for (hit, start, end, measures), probability in zip(measured, probabilities, strict=True)
        ]
        evidence.sort(key=lambda item: (-item.probability, item.passage.article_id, item.start))
        return Reading(evidence=tuple(evidence), confidence=confidence_of(evidence[0].measures))

    def measure(
        self, question: str, language: str, hits: Sequence[Hit]
    ) -> list[tuple[Hit, int, int, dict[str, float]]]:
        """Each sentence of the best hits: its hit, its span within the passage, and its measures."""
        candidates = [
            (hit, start, end)
            for hit in hits[:PASSAGES_READ]
            for start, end in sentence_spans(hit.passage.text, hit.passage.language)
        ]
        if not candidates:
            return []
        vector = self._means.centre_query(self._encoder.encode_queries([question])[0], language)
        texts = [hit.passage.text[start:end] for hit, start, end in candidates]
        languages = [hit.passage.language for hit, _, _ in candidates]
        cosines = self._means.centre_passages(self._encoder.encode_passages(texts), languages) @ vector
        asked = _Terms.of(question, language, self._lexical_index)
        kind = answer_kind(question)
        mean = float(cosines.mean())
        return [
            (hit, start, end, self._measures(hit, text, language, float(cosine), mean, asked, kind))
            for (hit, start, end), text, cosine in zip(candidates, texts, cosines, strict=True)
        ]

    @staticmethod
    def _measures(
        hit: Hit, text: str, language: str, cosine: float, mean_cosine: float, asked: "_Terms", kind: AnswerKind
    ) -> dict[str, float]:
        same = hit.passage.language == language
        covered = asked.covered_by(text, hit.passage.language)
        return {
            "passage_score": hit.score,
            "passage_cosine": 10 * hit.parts["cosine"],
            "sentence_cosine": 10 * cosine,
            "sentence_margin": 10 * (cosine - mean_cosine),
            "stem_coverage": covered[STEMS] if same else 0.0,
            "gram_coverage": covered[GRAMS] if same else 0.0,
            "sound_coverage": 0.0 if same else covered[SOUNDS],
            "kind": 0.0 if kind is AnswerKind.OTHER else 1.0 if holds(kind, text) else -1.0,
            "same_language": float(same),
        }


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms of a question by field, each weighed by how rare it is in the corpus."""

    weights: Mapping[str, Mapping[str, float]]

    @classmethod
    def of(cls, question: str, language: str, lexical_index: LexicalIndex) -> "_Terms":
        fields = analyse(question, language)
        return cls({name: lexical_index.rarity(name, terms) for name, terms in fields.items()})

    def covered_by(self, text: str, language: str) -> dict[str, float]:
        """By field, the weighed share, 0 to 1, of the question's terms that ``text`` holds."""
        return {name: _share(self.weights[name], set(terms)) for name, terms in analyse(text, language).items()}


def _share(weights: Mapping[str, float], found: set[str]) -> float:
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in found) / total if total else 0.0


def confidence_of(measures: Mapping[str, float]) -> float:
    """The calibrated probability that a sentence with these measures, the best of those read, answers the question."""
    weights = _weights()
    chosen = weights.same_language if measures["same_language"] else weights.other_language
    return 1 / (1 + math.exp(-_dot(chosen, {**measures, "intercept": 1.0})))


def _dot(weights: Mapping[str, float], measures: Mapping[str, float]) -> float:
    return sum(weight * measures[name] for name, weight in weights.items())


@functools.cache
def _weights() -> _Weights:
    return _Weights(**json.loads((resources.files("rag") / WEIGHTS).read_text(encoding="utf-8")))
