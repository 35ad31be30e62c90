"""(question, passage) read together → how relevant the passage is, whether it answers, and which words the answer is.

A small transformer: the bundled encoder, trained on to read pairs (``training/reader.py``; the model card is
``docs/reader_model.md``). It sees ``<s> question </s></s> title </s> passage </s>``. Nogueira and Cho 2019 for the
reading of pairs, Devlin et al. 2019 for the spans.
"""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from rag.analysis import UNSPACED_LETTERS
from rag.bundled_model import materialise
from rag.packed_model import open_tokenizer
from rag.reader_weights import HEADS, HEADS_BIAS, unpack
from rag.settings import Settings
from rag.transformer import Floats, TokenStates, open_transformer

WEIGHTS: Final = "cross_encoder.safetensors"

MAX_QUESTION_TOKENS = 64
MAX_TITLE_TOKENS = 24
MAX_ANSWER_WORDS = 25
_SPANS_COMPARED = 20
# Widths come in steps: OpenVINO prepares its code anew for each width that it meets.
_BATCH = 4
_WIDTH_STEP = 32
_MAX_TOKENS = 512
_START, _END, _RELEVANCE, _ANSWERS = range(4)
_BEGIN, _PADDING, _CLOSE = 0, 1, 2
# Letters with the marks that stand on them, in one word; scripts without spaces are left as the tokenizer cuts them.
_WORD = re.compile(
    rf"(?:(?![{UNSPACED_LETTERS}])[\w\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u0670\u06d6-\u06ed\u0900-\u0dff])+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Some words of a passage, ``text[start:end]``; ``score`` is the log-probability that they are the answer."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was read in one passage.

    ``relevance`` and ``answers`` are logits: the first compares passages for one question, the second says whether this
    one answers it at all. ``starts`` and ``ends``, of shape (words,), are the log-probabilities that the answer starts
    or ends within a word of the passage, and ``offsets``, of shape (words, 2), where the words stand in its text.
    """

    relevance: float
    answers: float
    starts: Floats
    ends: Floats
    offsets: npt.NDArray[np.int64]

    def best_span(self, start: int, end: int) -> Span | None:
        """The likeliest answer within ``text[start:end]``; None where no word lies within."""
        spans = self._likeliest(start, end, 1)
        return spans[0] if spans else None

    def central_span(self, start: int, end: int) -> Span | None:
        """The answer within ``text[start:end]`` that shares most words with all the likely ones; None where none is.

        Of the likeliest spans the one with the greatest expected F1 (minimum Bayes risk: Kumar and Byrne 2004): where
        it is unsure with which word an answer begins, the likeliest by itself may be no more than its last word.
        """
        spans = self._likeliest(start, end, _SPANS_COMPARED)
        if not spans:
            return None
        places = np.array([(span.start, span.end) for span in spans])
        shared = np.minimum(places[:, None, 1], places[None, :, 1]) - np.maximum(places[:, None, 0], places[None, :, 0])
        lengths = np.maximum(places[:, 1] - places[:, 0], 1)  # a token may be no more than the blank before a word
        f1 = 2 * np.maximum(shared, 0) / (lengths[:, None] + lengths[None, :])
        likely = np.exp(np.array([span.score for span in spans]) - spans[0].score)
        return spans[int((f1 @ likely).argmax())]

    def _likeliest(self, start: int, end: int, count: int) -> list[Span]:
        """At most so many spans within ``text[start:end]``, the likeliest first."""
        within = np.flatnonzero((self.offsets[:, 0] >= start) & (self.offsets[:, 1] <= end))
        if not within.size:
            return []
        first, last = int(within[0]), int(within[-1]) + 1
        scores = self.starts[first:last, None] + self.ends[None, first:last]
        length = last - first
        allowed = np.triu(np.ones((length, length), dtype=bool)) & ~np.triu(
            np.ones((length, length), dtype=bool), MAX_ANSWER_WORDS
        )
        flat = np.where(allowed, scores, -np.inf).ravel()
        best = np.argsort(-flat, kind="stable")[: min(count, int(allowed.sum()))]
        return [
            Span(
                start=int(self.offsets[first + place // length, 0]),
                end=int(self.offsets[first + place % length, 1]),
                score=float(flat[place]),
            )
            for place in best
        ]

    def averaged_with(self, alone: "Judgement", start: int) -> "Judgement":
        """What was read of the words of a sentence in the passage and by itself: each log-probability averaged.

        The sentence, read as ``alone``, starts at ``start`` of the passage; words that were cut otherwise are left out.
        """
        places = {(first + start, last + start): place for place, (first, last) in enumerate(alone.offsets.tolist())}
        pairs = [
            (place, places[first, last])
            for place, (first, last) in enumerate(self.offsets.tolist())
            if (first, last) in places
        ]
        own, others = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return replace(
            self,
            starts=np.mean([self.starts[own], alone.starts[others]], axis=0, dtype=np.float32),
            ends=np.mean([self.ends[own], alone.ends[others]], axis=0, dtype=np.float32),
            offsets=self.offsets[own],
        )


class ReadsPairs(Protocol):
    """Whatever reads a question with passages: the trained model, or a stand-in for tests."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Judgement]:
        """A judgement for each passage, given as (title, text)."""


class CrossEncoder:
    """The trained reader; safe to use from several threads, which take turns."""

    def __init__(self, states: TokenStates, tokenizer: Tokenizer, heads: Floats, bias: Floats, max_tokens: int) -> None:
        """Made by ``open_cross_encoder``; ``heads`` is of shape (4, hidden), ``bias`` (4,)."""
        self._states = states
        self._tokenizer = tokenizer
        self._heads = heads
        self._bias = bias
        self._max_tokens = max_tokens
        self._turn = threading.Lock()

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Judgement]:
        """A judgement for each passage, given as (title, text).

        What does not fit in the model, beyond about 400 tokens of a passage, is not read.
        """
        if not passages:
            return []
        asked = self._ids(question)[:MAX_QUESTION_TOKENS]
        texts = self._tokenizer.encode_batch([text for _, text in passages], add_special_tokens=False)
        heads = [
            [_BEGIN, *asked, _CLOSE, _CLOSE, *([*title, _CLOSE] if title else [])]
            for title in (self._ids(title)[:MAX_TITLE_TOKENS] if title else [] for title, _ in passages)
        ]
        rows = [
            [*head, *encoding.ids[: self._max_tokens - len(head) - 1], _CLOSE]
            for head, encoding in zip(heads, texts, strict=True)
        ]
        logits = self._logits(rows)
        return [
            _judgement(row_logits[: len(row)], len(head), encoding.offsets, text)
            for row_logits, row, head, encoding, (_, text) in zip(logits, rows, heads, texts, passages, strict=True)
        ]

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _logits(self, rows: Sequence[Sequence[int]]) -> list[Floats]:
        """For each row (its width or more, 4); a few of like lengths at a time, so that little of it is padding."""
        order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
        logits: dict[int, Floats] = {}
        for first in range(0, len(order), _BATCH):
            chosen = order[first : first + _BATCH]
            width = min(-(-len(rows[chosen[-1]]) // _WIDTH_STEP) * _WIDTH_STEP, self._max_tokens)
            ids = np.full((len(chosen), width), _PADDING, dtype=np.int64)
            mask = np.zeros_like(ids)
            for place, number in enumerate(chosen):
                ids[place, : len(rows[number])] = rows[number]
                mask[place, : len(rows[number])] = 1
            with self._turn:
                states = self._states(ids, mask)
            logits.update(zip(chosen, states @ self._heads.T + self._bias, strict=True))
        return [logits[number] for number in range(len(rows))]


def open_cross_encoder(settings: Settings, weights_file: Path | None = None) -> CrossEncoder:
    """The trained reader, on the engine that the settings name for the encoder; of another file than the bundled one.

    Raises:
        EncoderMissing: the bundled encoder, whose weights it is built on, is not on this platform.
        EncoderError: its folder cannot be written.
    """
    folder = materialise(settings.cache_dir)
    with resources.as_file(weights_file or resources.files("rag") / WEIGHTS) as path:
        weights: dict[str, npt.NDArray[Any]] = {}
        for name, values in unpack(path, folder / "model.safetensors"):
            # Half as wide, as the encoder's own are: what they lose is far below what four bits lost.
            weights[name] = values if name in (HEADS, HEADS_BIAS) else values.astype(np.float16)
    heads, bias = weights.pop(HEADS), weights.pop(HEADS_BIAS)
    states = open_transformer(settings, folder, weights)
    return CrossEncoder(states, open_tokenizer(folder), heads, bias, max_tokens=_MAX_TOKENS)


def _judgement(logits: Floats, head: int, offsets: Sequence[tuple[int, int]], text: str) -> Judgement:
    of_passage = logits[head:-1]
    tokens = np.array(offsets[: len(of_passage)], dtype=np.int64).reshape(-1, 2)
    firsts, spans = _words(tokens, text)
    starts, ends = (_log_softmax(of_passage[:, output]) for output in (_START, _END))
    return Judgement(
        relevance=float(logits[0, _RELEVANCE]),
        answers=float(logits[0, _ANSWERS]),
        starts=np.maximum.reduceat(starts, firsts) if len(firsts) else starts,
        ends=np.maximum.reduceat(ends, firsts) if len(firsts) else ends,
        offsets=spans,
    )


def _words(tokens: npt.NDArray[np.int64], text: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The first token of each word, and where the words stand, (words, 2): an answer never begins within a word.

    What is no word, such as a stop, is a token by itself.
    """
    words = [match.span() for match in _WORD.finditer(text)]
    begins = np.array([start for start, _ in words] or [len(text)])
    firsts: list[int] = []
    spans: list[tuple[int, int]] = []
    for number, (begin, end) in enumerate(tokens.tolist()):
        start = begin + len(text[begin:end]) - len(text[begin:end].lstrip())  # tokens hold the blank before them
        place = int(np.searchsorted(begins, start, side="right")) - 1
        word = (start, end)
        if place >= 0 and words and start < words[place][1]:
            word = (words[place][0], max(end, words[place][1]))
        if spans and word[0] < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], word[1]))
        else:
            firsts.append(number)
            spans.append(word)
    return np.array(firsts, dtype=np.int64), np.array(spans, dtype=np.int64).reshape(-1, 2)


def _log_softmax(values: Floats) -> Floats:
    if not values.size:
        return values
    shifted = values - values.max()
    result: Floats = shifted - np.log(np.exp(shifted).sum())
    return result
