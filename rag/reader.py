"""(question, passages) → the passages in a better order, and their sentences, each with the odds that it answers.

A transformer reads the question with each of the best passages (``cross_encoder``): how relevant it is, whether
it answers, which words are the answer. What it says of a sentence stands beside a few plain measures; a linear model
ranks the sentences by all of them, and another tells whether the best of them answers at all. These were fitted on the
development sets by ``training/evidence_model.py``; their weights are ``evidence_model.json``. Without the transformer
the plain measures do it alone.
"""

import functools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from rag.cross_encoder import Judgement, ReadsPairs
from rag.encoder import Encoder
from rag.fairness import means_for
from rag.lexical_index import GRAMS, SOUNDS, STEMS, LexicalIndex, analyse
from rag.question_types import AnswerKind, answer_kind, holds
from rag.records import Hit, Passage
from rag.sentences import sentence_spans

WEIGHTS = "evidence_model.json"
# So many passages are read; sentences to quote are looked for in so many of them.
PASSAGES_READ = 10
PASSAGES_QUOTED = 5
# So many of those sentences, the nearest to the question, are read once more by themselves.
SENTENCES_READ = 12
RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence of a passage: ``text == article.text[start:end]``.

    ``probability`` is that this sentence, of all those read, is the one that answers; ``measures`` are what it was
    computed from. ``span`` is the answer itself within the sentence, as offsets into the article, and
    ``span_probability`` that of the likeliest answer in it, of all words of the passage; without the transformer there
    is none.
    """

    passage: Passage
    start: int
    end: int
    text: str
    probability: float
    measures: Mapping[str, float]
    span: tuple[int, int] | None = None
    span_probability: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All sentences read, best first, the passages they are from, and the calibrated probability that the best answers.

    ``hits`` are all those retrieved, in the order that reading gave them.
    """

    evidence: tuple[Evidence, ...]
    confidence: float
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A sentence, as its hit and its span within the passage, with its measures and the answer's span within it."""

    hit: Hit
    start: int
    end: int
    measures: dict[str, float]
    answer: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    rank: Mapping[str, float]
    same_language: Mapping[str, float]
    other_language: Mapping[str, float]
    relevance: float = 0.0
    follow_up: float = 0.0


class Reader:
    """Reads passages sentence by sentence, with the transformer where there is one, the encoder and the terms."""

    def __init__(self, encoder: Encoder, lexical_index: LexicalIndex, pairs: ReadsPairs | None = None) -> None:
        self._encoder = encoder
        self._lexical_index = lexical_index
        self._pairs = pairs
        self._means = means_for(encoder.fingerprint)
        self._weights = _weights("plain" if pairs is None else "trained")

    def rerank(self, question: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """The hits in the order that reading gives them; those beyond the ones read keep theirs, behind."""
        return tuple(hit for hit, _ in self.judge(question, hits))

    def read(self, question: str, language: str, hits: Sequence[Hit], *, follows_up: bool = False) -> Reading:
        """Read the best hits for an answer to ``question``, whose language is ISO 639-1.

        ``follows_up`` says that it was completed from the turns before it: its own words are few, and what is read of
        it is then worth more than it seems.
        """
        judged = self.judge(question, hits)
        measured = self.measure(question, language, judged)
        if not measured:
            return Reading(evidence=(), confidence=0.0, hits=tuple(hits))
        scores = np.array([_dot(self._weights.rank, item.measures) for item in measured])
        odds = np.exp(scores - scores.max())
        evidence = [
            _evidence(item, float(probability)) for item, probability in zip(measured, odds / odds.sum(), strict=True)
        ]
        evidence.sort(key=lambda item: (-item.probability, item.passage.article_id, item.start))
        return Reading(
            evidence=tuple(evidence),
            confidence=self._confidence(evidence[0].measures, follows_up=follows_up),
            hits=tuple(hit for hit, _ in judged),
        )

    def _confidence(self, measures: Mapping[str, float], *, follows_up: bool) -> float:
        weights = self._weights.same_language if measures["same_language"] else self._weights.other_language
        log_odds = _dot(weights, {**measures, "intercept": 1.0}) + self._weights.follow_up * follows_up
        return 1 / (1 + math.exp(-log_odds))

    def judge(self, question: str, hits: Sequence[Hit]) -> list[tuple[Hit, Judgement | None]]:
        """The hits as ``rerank`` orders them, each with what was read in it; None where it was not read."""
        read = hits[:PASSAGES_READ]
        if self._pairs is None or not read or not question.strip():
            return [(hit, None) for hit in hits]
        judgements = self._pairs.read(question, [(hit.passage.title, hit.passage.text) for hit in read])
        # Counted from the least, so that no passage falls behind those that were not read.
        least = min(judgement.relevance for judgement in judgements)
        judged: list[tuple[Hit, Judgement | None]] = []
        for hit, judgement in zip(read, judgements, strict=True):
            gain = judgement.relevance - least
            parts = MappingProxyType({**hit.parts, RELEVANCE: gain})
            judged.append((replace(hit, score=hit.score + self._weights.relevance * gain, parts=parts), judgement))
        judged.sort(key=lambda pair: (-pair[0].score, pair[0].rank))
        judged += [(hit, None) for hit in hits[PASSAGES_READ:]]
        return [(replace(hit, rank=rank), judgement) for rank, (hit, judgement) in enumerate(judged, start=1)]

    def measure(self, question: str, language: str, judged: Sequence[tuple[Hit, Judgement | None]]) -> list[Measured]:
        """Each sentence of the best hits with its measures."""
        candidates = [
            (hit, judgement, start, end)
            for hit, judgement in judged[:PASSAGES_QUOTED]
            for start, end in sentence_spans(hit.passage.text, hit.passage.language)
        ]
        if not candidates:
            return []
        cosines = self._cosines(question, language, [(hit, start, end) for hit, _, start, end in candidates])
        alone = self._alone(question, [(hit, start, end) for hit, _, start, end in candidates], cosines)
        asked = _Terms.of(question, language, self._lexical_index)
        kind = answer_kind(question)
        mean = float(cosines.mean())
        in_article = {hit.passage.article_id: asked.covered_by_article(hit, judged) for hit, _, _, _ in candidates}
        measured: list[Measured] = []
        for place, (hit, judgement, start, end) in enumerate(candidates):
            measures = _plain(hit, hit.passage.text[start:end], language, float(cosines[place]), mean, asked, kind)
            measures["article_coverage"] = in_article[hit.passage.article_id]
            answer = None
            if judgement is not None:
                measures |= _read(judgement, alone, place, start, end)
                answer = _answer(hit.passage.text, judgement, alone[place], start, end)
            measured.append(Measured(hit=hit, start=start, end=end, measures=measures, answer=answer))
        return measured

    def _alone(
        self, question: str, sentences: Sequence[tuple[Hit, int, int]], cosines: npt.NDArray[np.float32]
    ) -> list[Judgement | None]:
        """What is read in each of the sentences nearest to the question by itself; None for the others."""
        alone: list[Judgement | None] = [None] * len(sentences)
        if self._pairs is None or not question.strip():
            return alone
        nearest = np.argsort(-cosines, kind="stable")[:SENTENCES_READ]
        read = [sentences[place] for place in nearest]
        judgements = self._pairs.read(question, [(hit.passage.title, hit.passage.text[a:b]) for hit, a, b in read])
        for place, judgement in zip(nearest, judgements, strict=True):
            alone[place] = judgement
        return alone

    def _cosines(
        self, question: str, language: str, sentences: Sequence[tuple[Hit, int, int]]
    ) -> npt.NDArray[np.float32]:
        vector = self._means.centre_query(self._encoder.encode_queries([question])[0], language)
        texts = [hit.passage.text[start:end] for hit, start, end in sentences]
        languages = [hit.passage.language for hit, _, _ in sentences]
        cosines: npt.NDArray[np.float32] = (
            self._means.centre_passages(self._encoder.encode_passages(texts), languages) @ vector
        )
        return cosines


_LEAST_SPAN = -20.0


def _read(
    judgement: Judgement, alone: Sequence[Judgement | None], place: int, start: int, end: int
) -> dict[str, float]:
    """The measures of a sentence, ``text[start:end]`` of a passage, that the transformer gives.

    A sentence not read by itself is as relevant as the least of those that were.
    """
    span = judgement.best_span(start, end)
    read = [item for item in ([alone[place]] if alone[place] else alone) if item is not None]
    return {
        RELEVANCE: judgement.relevance,
        "answers": judgement.answers,
        "span": max(span.score, _LEAST_SPAN) if span else _LEAST_SPAN,
        "sentence_relevance": min((item.relevance for item in read), default=0.0),
    }


def _answer(text: str, judgement: Judgement, alone: Judgement | None, start: int, end: int) -> tuple[int, int] | None:
    """The words that answer in ``text[start:end]``; where the sentence was read by itself too, by both readings."""
    span = judgement.averaged_with(alone, start).central_span(start, end) if alone else None
    span = span or judgement.central_span(start, end)
    return trimmed(text, span.start, span.end) if span else None


_EDGES = " \t\n\u00a0.,،;؛:"
_PAIRS = ("()", "[]", "«»", "“”", "„”")


def trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """``text[start:end]`` without blanks, stops and brackets left open at its edges; None where nothing else is left.

    Tokens hold the blank before them, and the stop behind a word is often one with it.
    """
    while start < end:
        held = text[start:end]
        alone_first = any(held[0] in pair and held.count(pair[0]) != held.count(pair[1]) for pair in _PAIRS)
        alone_last = any(held[-1] in pair and held.count(pair[0]) != held.count(pair[1]) for pair in _PAIRS)
        if held[0] in _EDGES or alone_first:
            start += 1
        elif held[-1] in _EDGES or alone_last:
            end -= 1
        else:
            return start, end
    return None


def _evidence(item: Measured, probability: float) -> Evidence:
    first = item.hit.passage.start
    return Evidence(
        passage=item.hit.passage,
        start=first + item.start,
        end=first + item.end,
        text=item.hit.passage.text[item.start : item.end],
        probability=probability,
        measures=item.measures,
        span=(first + item.answer[0], first + item.answer[1]) if item.answer else None,
        span_probability=math.exp(item.measures["span"]) if item.answer else 0.0,
    )


def _plain(
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

    def covered_by_article(self, hit: Hit, judged: Sequence[tuple[Hit, Judgement | None]]) -> float:
        """The weighed share, 0 to 1, of the question's stems in all that was retrieved of the article of ``hit``."""
        same = [other.passage for other, _ in judged if other.passage.article_id == hit.passage.article_id]
        text = " ".join((hit.passage.title, *(passage.text for passage in same)))
        return self.covered_by(text, hit.passage.language)[STEMS]


def _share(weights: Mapping[str, float], found: set[str]) -> float:
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in found) / total if total else 0.0


def _dot(weights: Mapping[str, float], measures: Mapping[str, float]) -> float:
    return sum(weight * measures[name] for name, weight in weights.items())


@functools.cache
def _weights(name: str) -> _Weights:
    return _Weights(**json.loads((resources.files("rag") / WEIGHTS).read_text(encoding="utf-8"))[name])


def forget_weights() -> None:
    """Read the weights anew for the next reader: training writes them while it runs."""
    _weights.cache_clear()
