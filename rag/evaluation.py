"""A question set → how often the right article is cited first, the asked fact is quoted, and silence is kept.

A question set is JSON lines: ``turns`` (the last is to be answered), ``lang``, ``articles`` (ids of the articles that
answer it, or null: unanswerable), ``answers`` (any of these strings, normalised, in the text of the answer).
``article`` with a single id is read too.
"""

import json
import re
import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rag.analysis import words
from rag.citations import resolves
from rag.errors import QuestionSetError
from rag.records import Answer, AnswerStatus, Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One case. ``articles`` is empty where the articles do not answer it."""

    turns: tuple[str, ...]
    language: str
    articles: tuple[str, ...]
    answers: tuple[str, ...]

    @property
    def is_answerable(self) -> bool:
        """Whether an article answers it."""
        return bool(self.articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of one question. ``failed_citations`` counts quotes that are not in the article where they say."""

    question: str
    language: str
    is_answerable: bool
    answered: bool
    right_article_first: bool
    fact_in_answer: bool
    failed_citations: int
    confidence: float
    latency_ms: float
    cited: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All rows of a run; every share counts each question, also those that were wrongly refused."""

    rows: tuple[Row, ...]

    def table(self) -> str:
        """The shares by language as a Markdown table."""
        lines = [
            "| language | answerable | answered | right article first | fact in answer | unanswerable | refused |"
            " failed citations | median ms |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        languages = sorted({row.language for row in self.rows})
        for language in [*languages, "all"]:
            rows = [row for row in self.rows if language in {"all", row.language}]
            lines.append(_table_line(language, rows))
        return "\n".join(lines)


def _table_line(language: str, rows: Sequence[Row]) -> str:
    answerable = [row for row in rows if row.is_answerable]
    unanswerable = [row for row in rows if not row.is_answerable]
    return (
        f"| {language} | {len(answerable)} | {_share(row.answered for row in answerable)}"
        f" | {_share(row.right_article_first for row in answerable)}"
        f" | {_share(row.fact_in_answer for row in answerable)}"
        f" | {len(unanswerable)} | {_share(not row.answered for row in unanswerable)}"
        f" | {sum(row.failed_citations for row in rows)}"
        f" | {statistics.median(row.latency_ms for row in rows):.0f} |"
    )


def _share(values: Iterable[bool]) -> str:
    found = list(values)
    return f"{100 * sum(found) / len(found):.1f} %" if found else "–"


class Asked(Protocol):
    """What is evaluated: anything that answers as ``Assistant`` does."""

    def ask(self, question: str, history: tuple[tuple[str, str], ...] = ()) -> Answer:
        """Answer one question."""

    def article(self, article_id: str) -> Article:
        """The article with that id."""


def read_questions(path: Path) -> tuple[Question, ...]:
    """The question set in ``path``.

    Raises:
        QuestionSetError: the file cannot be read, or a line is not of the form above; the message names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # a string may hold what splitlines takes for a line end
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetError(f"{path} cannot be read: {error}") from None
    questions = [_question(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not questions:
        raise QuestionSetError(f"{path} holds no questions.")
    return tuple(questions)


def _question(path: Path, number: int, line: str) -> Question:
    try:
        values = json.loads(line)
        articles = (values["articles"] if "articles" in values else [values["article"]]) or []
        turns, answers = values["turns"], values["answers"]
        if not all(isinstance(value, list) for value in (articles, turns, answers)):
            raise TypeError("turns, articles and answers are lists")
        if not turns:
            raise ValueError("no turns")
        return Question(
            turns=tuple(str(turn) for turn in turns),
            language=str(values["lang"]),
            articles=tuple(str(article) for article in articles if article is not None),
            answers=tuple(str(answer) for answer in answers),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise QuestionSetError(f"{path}, line {number}: not a question ({error!r}). See docs/evaluation.md.") from None


def evaluate(assistant: Asked, questions: Sequence[Question]) -> Evaluation:
    """Ask every question; earlier turns are asked first and become the history."""
    return Evaluation(rows=tuple(_row(assistant, question) for question in questions))


def _row(assistant: Asked, question: Question) -> Row:
    history: tuple[tuple[str, str], ...] = ()
    for turn in question.turns[:-1]:
        history = (*history, (turn, assistant.ask(turn, history).text))
    started = time.perf_counter()
    answer = assistant.ask(question.turns[-1], history)
    latency_ms = 1000 * (time.perf_counter() - started)
    answered = answer.status is AnswerStatus.ANSWERED
    return Row(
        question=" / ".join(question.turns),
        language=question.language,
        is_answerable=question.is_answerable,
        answered=answered,
        right_article_first=answered and answer.citations[0].article_id in question.articles,
        fact_in_answer=answered and any(contains(answer.text, fact) for fact in question.answers),
        failed_citations=sum(
            not resolves(citation, assistant.article(citation.article_id)) for citation in answer.citations
        ),
        confidence=answer.confidence,
        latency_ms=latency_ms,
        cited=tuple(citation.article_id for citation in answer.citations),
        text=answer.text,
    )


def contains(text: str, fact: str) -> bool:
    """Whether the words of ``fact`` stand in ``text``, in order and side by side, as ``analysis`` normalises them.

    A fact may begin or end inside a word, since Arabic and Hebrew write "and", "the" and "in" together with it, but not
    inside a figure.
    """
    wanted = " ".join(words(fact))
    whole_figures = rf"(?<!\d)(?<!\d[.,]){re.escape(wanted)}(?!\d|[.,]\d)" if wanted else "(?!)"
    return re.search(whole_figures, " ".join(words(text))) is not None
