"""An assistant and a question set → what came of every question, and the figures of every language.

How each figure is defined: docs/evaluation.md.
"""

import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from rag import metrics
from rag.citations import resolves, segments
from rag.metrics import contains
from rag.question_sets import Question, read_questions
from rag.records import Answer, AnswerStatus, Article, Filters
from rag.sentences import sentence_spans

__all__ = ["Evaluation", "Question", "Row", "Summary", "contains", "evaluate", "read_questions"]

ALL_LANGUAGES = "all"


class Asked(Protocol):
    """What is evaluated: anything that answers as ``Assistant`` does."""

    def ask(
        self, question: str, history: tuple[tuple[str, str], ...] = (), *, filters: Filters | None = None
    ) -> Answer:
        """Answer one question."""

    def article(self, article_id: str) -> Article:
        """The article with that id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of one question; ``number`` is its place in its set, from 1.

    ``exact_match`` and ``f1`` are of ``Answer.short_answer``; ``answer_sentence`` and ``sentence_f1`` of the quotation
    that the answer is marked in, or the first. The citation figures are None where nothing was answered.
    ``failed_citations`` counts quotes that are not in the article where they say. ``failure`` says in words what went
    wrong, "" where nothing did.
    """

    number: int
    question: str
    language: str
    turns: int
    is_answerable: bool
    status: AnswerStatus
    right_article_first: bool
    answer_sentence: bool
    fact_in_answer: bool
    exact_match: bool
    f1: float
    sentence_f1: float
    citation_precision: float | None
    citation_recall: float | None
    failed_citations: int
    confidence: float
    latency_ms: float
    cited: tuple[str, ...]
    text: str
    failure: str

    @property
    def answered(self) -> bool:
        """Whether it was answered at all."""
        return self.status is AnswerStatus.ANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The figures of some rows; shares from 0 to 1, None where there is nothing to count.

    What is of the answerable questions counts every one of them, also those that were wrongly refused.
    """

    answerable: int
    answered: float | None
    right_article_first: float | None
    answer_sentence: float | None
    fact_in_answer: float | None
    exact_match: float | None
    f1: float | None
    sentence_f1: float | None
    dialogues: int
    dialogue_accuracy: float | None
    unanswerable: int
    abstention_precision: float | None
    abstention_recall: float | None
    area_under_risk_coverage: float
    calibration_error: float
    citation_precision: float | None
    citation_recall: float | None
    failed_citations: int
    median_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All rows of a run, and the figures by language, "all" last."""

    rows: tuple[Row, ...]
    summaries: Mapping[str, Summary]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Evaluation":
        """The evaluation that consists of ``rows``; there must be some."""
        languages = {language: [row for row in rows if row.language == language] for language in _languages(rows)}
        summaries = {language: summary(found) for language, found in (*languages.items(), (ALL_LANGUAGES, rows))}
        return cls(rows=tuple(rows), summaries=MappingProxyType(summaries))


def _languages(rows: Iterable[Row]) -> list[str]:
    return sorted({row.language for row in rows})


def evaluate(
    assistant: Asked,
    questions: Sequence[Question],
    *,
    passage_given: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Ask every question; earlier turns are asked first and become the history.

    Args:
        assistant: Who is asked.
        questions: What is asked; at least one.
        passage_given: Ask only of the articles that answer, or that the question was written for. In a set of SQuAD's
            form these are the gold passages, as readers are given them in the literature.
        progress: Told how many questions were asked, and of how many.
    """
    rows: list[Row] = []
    for number, question in enumerate(questions, start=1):
        rows.append(_row(assistant, question, number, passage_given=passage_given))
        if progress is not None:
            progress(number, len(questions))
    return Evaluation.of(rows)


def _row(assistant: Asked, question: Question, number: int, *, passage_given: bool) -> Row:
    of = question.articles or ((question.asked_of,) if question.asked_of else ())
    filters = Filters(articles=of) if passage_given and of else None
    history: tuple[tuple[str, str], ...] = ()
    for turn in question.turns[:-1]:
        history = (*history, (turn, assistant.ask(turn, history, filters=filters).text))
    started = time.perf_counter()
    answer = assistant.ask(question.turns[-1], history, filters=filters)
    latency_ms = 1000 * (time.perf_counter() - started)
    answered = answer.status is AnswerStatus.ANSWERED
    golds = question.answers if question.is_answerable else ()
    sentence = _answer_sentence(answer) if answered else ""
    failed = sum(not resolves(citation, assistant.article(citation.article_id)) for citation in answer.citations)
    precision, recall = _citation_figures(answer, assistant) if answered else (None, None)
    right_article = answered and answer.citations[0].article_id in question.articles
    fact = answered and any(contains(f"{answer.short_answer} {answer.text}", gold) for gold in golds)
    return Row(
        number=number,
        question=" / ".join(question.turns),
        language=question.language,
        turns=len(question.turns),
        is_answerable=question.is_answerable,
        status=answer.status,
        right_article_first=right_article,
        answer_sentence=any(contains(sentence, gold) for gold in golds),
        fact_in_answer=fact,
        exact_match=metrics.exact_match(answer.short_answer, golds),
        f1=metrics.f1(answer.short_answer, golds),
        sentence_f1=metrics.f1(sentence, golds),
        citation_precision=precision,
        citation_recall=recall,
        failed_citations=failed,
        confidence=answer.confidence,
        latency_ms=latency_ms,
        cited=tuple(citation.article_id for citation in answer.citations),
        text=answer.text,
        failure=_failure(question, answer.status, failed=failed, right_article=right_article, fact=fact),
    )


def _answer_sentence(answer: Answer) -> str:
    """The quotation in which the answer itself is marked; the first where none is."""
    return next((item for item in answer.citations if item.span is not None), answer.citations[0]).quote


def _failure(question: Question, status: AnswerStatus, *, failed: int, right_article: bool, fact: bool) -> str:
    if failed:
        return "a citation does not stand where it says"
    if not question.is_answerable:
        return "answered, though no article says it" if status is AnswerStatus.ANSWERED else ""
    if status is AnswerStatus.UNCLEAR:
        return "asked back, though an article says it"
    if status is AnswerStatus.UNANSWERABLE:
        return "refused, though an article says it"
    if not fact:
        return "the right article, without the fact" if right_article else "another article, without the fact"
    return "" if right_article else "the fact, but another article first"


def _citation_figures(answer: Answer, assistant: Asked) -> tuple[float, float]:
    cited = {
        citation.marker: assistant.article(citation.article_id).text[citation.start : citation.end]
        for citation in answer.citations
    }
    return metrics.citation_precision_and_recall(list(_statements(answer, cited)))


def _statements(answer: Answer, cited: Mapping[int, str]) -> Iterable[tuple[str, Sequence[str]]]:
    """Each sentence of the answer with the texts that the markers behind it cite."""
    sentences: list[str] = []
    texts: list[str] = []
    for piece, marker in (*segments(answer.text, answer.citations), ("", None)):
        if marker is not None:
            texts.append(cited[marker])
            continue
        if texts or not piece:
            yield from ((sentence, tuple(texts)) for sentence in sentences)
            sentences, texts = [], []
        spans = (piece[start:end] for start, end in sentence_spans(piece, answer.language))
        sentences += [sentence for sentence in spans if metrics.answer_words(sentence)]


def summary(rows: Sequence[Row]) -> Summary:
    """The figures of some rows."""
    answerable = [row for row in rows if row.is_answerable]
    silent = [row for row in rows if not row.answered]
    unanswerable = [row for row in rows if not row.is_answerable]
    dialogues = [row for row in answerable if row.turns > 1]
    confidences = [row.confidence for row in rows]
    times = sorted(row.latency_ms for row in rows)
    return Summary(
        answerable=len(answerable),
        answered=_mean(row.answered for row in answerable),
        right_article_first=_mean(row.right_article_first for row in answerable),
        answer_sentence=_mean(row.answer_sentence for row in answerable),
        fact_in_answer=_mean(row.fact_in_answer for row in answerable),
        exact_match=_mean(row.exact_match for row in answerable),
        f1=_mean(row.f1 for row in answerable),
        sentence_f1=_mean(row.sentence_f1 for row in answerable),
        dialogues=len(dialogues),
        dialogue_accuracy=_mean(row.fact_in_answer for row in dialogues),
        unanswerable=len(unanswerable),
        abstention_precision=_mean(not row.is_answerable for row in silent),
        abstention_recall=_mean(not row.answered for row in unanswerable),
        area_under_risk_coverage=metrics.area_under_risk_coverage(confidences, [row.fact_in_answer for row in rows]),
        calibration_error=metrics.calibration_error(confidences, [row.is_answerable for row in rows]),
        citation_precision=_mean(row.citation_precision for row in rows if row.citation_precision is not None),
        citation_recall=_mean(row.citation_recall for row in rows if row.citation_recall is not None),
        failed_citations=sum(row.failed_citations for row in rows),
        median_ms=statistics.median(times),
        p95_ms=times[int(0.95 * (len(times) - 1))],
    )


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None
