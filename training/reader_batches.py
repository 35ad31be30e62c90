"""Steps of training: questions drawn by language, each with the passage that answers and some that do not.

Beside passages that the retriever confuses with the right one there are two kinds made here: the right passage without
the sentence that answers, and a question whose name or number was exchanged. Both teach silence. Of the news single
sentences are read, too, as the product reads them, and questions that nothing answers with what was found for them.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from tokenizers import Tokenizer

from rag.cross_encoder import MAX_QUESTION_TOKENS, MAX_TITLE_TOKENS
from rag.sentences import sentence_spans
from training.news_examples import NEWS_SOURCE
from training.reader_examples import Asked, Examples

QUESTIONS_PER_STEP = 16
LOOK_ALIKES = 2
TITLE_SHARE = 0.3
WITHOUT_ANSWER_SHARE = 0.35
EXCHANGED_SHARE = 0.2
# The product reads every passage with its title; encyclopaedias name in theirs what a question should be asked for.
NEWS_TITLE_SHARE = 0.8
SENTENCES = 3
TRAP_PASSAGES = 3
# How often a question of a language is drawn in an epoch: the languages of the articles more often than others.
_DRAWN = {"ar": 2.0, "ru": 1.5, "en": 0.8, "fi": 0.8, "id": 1.0, "ko": 0.6, "sw": 0.45, "te": 0.5, "bn": 0.7}
_PUNCTUATION = '؟?،,.!"«»()'
_MIN_LETTERS = 4


@dataclass(slots=True)
class Step:
    """Token ids of pairs, and what they teach.

    ``lists`` are pairs of one question, the right one first. ``answers`` says of a pair whether it answers. ``spans``
    are (pair, first token of the passage, first and last token of the answer, token behind the passage).
    """

    pairs: list[list[int]] = field(default_factory=list)
    lists: list[list[int]] = field(default_factory=list)
    answers: list[tuple[int, bool]] = field(default_factory=list)
    spans: list[tuple[int, int, int, int, int]] = field(default_factory=list)


class Batches:
    """Draws steps from examples; the same seed draws the same steps."""

    def __init__(
        self, examples: Examples, asked: list[Asked], tokenizer: Tokenizer, seed: int, news_share: float = 0.0
    ) -> None:
        self._examples = examples
        self._asked = [item for item in asked if item.source != NEWS_SOURCE]
        self._news = [item for item in asked if item.source == NEWS_SOURCE]
        self._news_share = news_share
        self._tokenizer = tokenizer
        self._random = random.Random(seed)  # noqa: S311
        texts = [passage.text for passage in examples.passages]
        self._passages = tokenizer.encode_batch(texts, add_special_tokens=False)
        titles = [passage.title for passage in examples.passages]
        self._titles = [
            item.ids[:MAX_TITLE_TOKENS] for item in tokenizer.encode_batch(titles, add_special_tokens=False)
        ]
        self._same_question: dict[str, list[Asked]] = defaultdict(list)
        self._words: dict[tuple[str, bool, bool], list[str]] = defaultdict(list)
        for item in asked:
            self._same_question[item.question].append(item)
            for word in _content_words(item.question):
                self._words[item.language, *_shape(word)].append(word)

    def steps(self) -> Iterator[Step]:
        """Steps without end."""
        questions, news = self._questions(self._asked), self._questions(self._news)
        while True:
            step = Step()
            for _ in range(QUESTIONS_PER_STEP):
                self._add(step, next(news if self._random.random() < self._news_share else questions))
            yield step

    def _questions(self, asked: list[Asked]) -> Iterator[Asked]:
        while True:
            drawn: list[Asked] = []
            for item in asked:
                times = {"xquad": 1.0, "arcd": 2.0, NEWS_SOURCE: 1.0}.get(item.source) or _DRAWN[item.language]
                drawn += [item] * (int(times) + (self._random.random() < times % 1))
            self._random.shuffle(drawn)
            yield from drawn

    def _add(self, step: Step, asked: Asked) -> None:
        of_news = asked.source == NEWS_SOURCE
        titled = self._random.random() < (NEWS_TITLE_SHARE if of_news else TITLE_SHARE)
        if of_news:
            self._add_sentences(step, asked, titled=titled)
        if not asked.answers:
            for other in self._drawn_by_rank([row for row, _ in asked.found], TRAP_PASSAGES):
                pair = self._pair(self._ids(asked.question)[:MAX_QUESTION_TOKENS], other, titled=titled)[0]
                self._append(step, pair, answers=False)
            return
        row, start, end = self._random.choice(asked.answers)
        question = self._ids(asked.question)[:MAX_QUESTION_TOKENS]
        pair, head = self._pair(question, row, titled=titled)
        right = len(step.pairs)
        self._append(step, pair, answers=True)
        tokens = self._tokens(row, start, end)
        if tokens is not None:
            step.spans.append((right, head, head + tokens[0], head + tokens[1], len(pair) - 1))
        others = [self._pair(question, other, titled=titled)[0] for other in self._look_alikes(asked, row)]
        compared = [right, *(self._append(step, other, answers=False) for other in others)]
        rest = self._without_answer(row, start, end) if self._random.random() < WITHOUT_ANSWER_SHARE else None
        if rest:
            ids = self._pair(question, row, titled=titled, ids=self._ids(rest))[0]
            compared.append(self._append(step, ids, answers=False))
        step.lists.append(compared)
        changed = self._exchanged(asked, row) if self._random.random() < EXCHANGED_SHARE else None
        if changed:
            ids = self._pair(self._ids(changed)[:MAX_QUESTION_TOKENS], row, titled=titled)[0]
            self._append(step, ids, answers=False)

    def _add_sentences(self, step: Step, asked: Asked, *, titled: bool) -> None:
        """The sentence that answers with others of its passage; for a trap, sentences of the passage found first."""
        row, start = asked.answers[0][:2] if asked.answers else (asked.found[0][0], -1)
        passage = self._examples.passages[row]
        spans = sentence_spans(passage.text, passage.language)
        right = [span for span in spans if span[0] <= start < span[1]]
        others = [span for span in spans if span not in right]
        chosen = right + self._random.sample(others, min(SENTENCES, len(others)))
        question = self._ids(asked.question)[:MAX_QUESTION_TOKENS]
        pairs: list[int] = []
        for first, last in chosen:
            ids = self._pair(question, row, titled=titled, ids=self._ids(passage.text[first:last]))[0]
            pairs.append(self._append(step, ids, answers=first <= start < last))
        if right and len(pairs) > 1:
            step.lists.append(pairs)

    @staticmethod
    def _append(step: Step, pair: list[int], *, answers: bool) -> int:
        step.pairs.append(pair)
        step.answers.append((len(step.pairs) - 1, answers))
        return len(step.pairs) - 1

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _pair(
        self, question: list[int], row: int, *, titled: bool, ids: list[int] | None = None
    ) -> tuple[list[int], int]:
        title = [*self._titles[row], 2] if titled and self._titles[row] else []
        head = [0, *question, 2, 2, *title]
        return [*head, *(self._passages[row].ids if ids is None else ids), 2], len(head)

    def _look_alikes(self, asked: Asked, row: int) -> list[int]:
        others = self._examples.looks_as_if(asked)
        if asked.source == "xquad" and self._random.random() < 0.5:
            # Passages in other languages, too, but for the parallel ones: those answer.
            title = self._examples.passages[row].title
            elsewhere = [
                other
                for same in self._same_question[asked.question]
                for other in self._examples.looks_as_if(same)
                if self._examples.passages[other].title != title
            ]
            others = others[:5] + self._random.sample(elsewhere, min(3, len(elsewhere)))
        chosen = self._drawn_by_rank(others, LOOK_ALIKES)
        while len(chosen) < LOOK_ALIKES:
            other = self._random.randrange(len(self._examples.passages))
            if other != row:
                chosen.append(other)
        return chosen

    def _drawn_by_rank(self, rows: list[int], count: int) -> list[int]:
        """So many of ``rows``; what the retriever ranks higher is likelier."""
        left = list(rows)
        chosen: list[int] = []
        while left and len(chosen) < count:
            place = self._random.choices(range(len(left)), [1 / (rank + 2) for rank in range(len(left))])[0]
            chosen.append(left.pop(place))
        return chosen

    def _tokens(self, row: int, start: int, end: int) -> tuple[int, int] | None:
        offsets = self._passages[row].offsets
        within = [place for place, (begins, ends) in enumerate(offsets) if ends > start and begins < end]
        return (within[0], within[-1]) if within else None

    def _without_answer(self, row: int, start: int, end: int) -> str:
        passage = self._examples.passages[row]
        answer = passage.text[start:end]
        spans = sentence_spans(passage.text, passage.language)
        kept = [passage.text[first:last] for first, last in spans if last <= start or first >= end]
        return " ".join(sentence for sentence in kept if answer not in sentence)

    def _exchanged(self, asked: Asked, row: int) -> str | None:
        text = self._examples.passages[row].text.lower()
        shared = [word for word in _content_words(asked.question) if word.lower().removeprefix("ال") in text]
        if not shared:
            return None
        named = [word for word in shared if any(_shape(word))]
        word = self._random.choice(named or shared)
        others = self._words[(asked.language, *_shape(word))]
        other = self._random.choice(others) if others else ""
        return asked.question.replace(word, other) if other and other.lower() not in text else None


def _content_words(question: str) -> list[str]:
    stripped = [word.strip(_PUNCTUATION) for word in question.split()]
    return [word for word in stripped if len(word) >= _MIN_LETTERS or word.isdigit()]


def _shape(word: str) -> tuple[bool, bool]:
    return word.isdigit(), word[:1].isupper()
