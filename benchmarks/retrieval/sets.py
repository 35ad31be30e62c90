"""Question sets → paragraphs to search and queries to ask; any set in SQuAD form, and the project's own JSON lines."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.evaluation import read_questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A text to be found, given to every system as one article. ``article_id`` is the name of its ``.txt`` file."""

    article_id: str
    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question, by its place in its set (from 1). ``pair`` is the column it counts in, ``relevant`` article ids."""

    pair: str
    number: int
    language: str
    text: str
    relevant: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Queries over one pool: ``paragraphs``, or, where it is given, the articles of a folder as they are."""

    name: str
    queries: tuple[Query, ...]
    paragraphs: tuple[Paragraph, ...] = ()
    data_dir: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SquadQuestion:
    """A question of a set in SQuAD form. ``key`` is its id there, which parallel translations share."""

    key: str
    text: str
    article_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SquadSet:
    """A set in SQuAD form: each context once, each question with the context that answers it."""

    name: str
    language: str
    paragraphs: tuple[Paragraph, ...]
    questions: tuple[SquadQuestion, ...]


def read_squad(path: Path, *, name: str, language: str) -> SquadSet:
    """The set in ``path``; contexts that differ only in white space are one paragraph.

    Raises:
        SystemExit: the file is missing or not in SQuAD form; the message names it.
    """
    by_text: dict[str, Paragraph] = {}
    questions: list[SquadQuestion] = []
    try:
        for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
            for held in article["paragraphs"]:
                text = " ".join(str(held["context"]).split())
                article_id = f"{name}-{language}-{len(by_text) + 1:04d}.txt"
                paragraph = by_text.setdefault(text, Paragraph(article_id=article_id, language=language, text=text))
                questions += [_squad_question(item, paragraph) for item in held["qas"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SystemExit(f"{path} is not a question set in SQuAD form ({error!r}).") from None
    return SquadSet(name=name, language=language, paragraphs=tuple(by_text.values()), questions=tuple(questions))


def _squad_question(item: dict[str, Any], paragraph: Paragraph) -> SquadQuestion:
    return SquadQuestion(key=str(item["id"]), text=str(item["question"]), article_id=paragraph.article_id)


def queries_of(asked: SquadSet, held: SquadSet, *, pair: str) -> tuple[Query, ...]:
    """The questions of ``asked`` whose answers stand in ``held``: itself or, by question id, a parallel translation."""
    where = {question.key: question.article_id for question in held.questions}
    return tuple(
        Query(
            pair=pair,
            number=number,
            language=asked.language,
            text=question.text,
            relevant=(where[question.key],),
        )
        for number, question in enumerate(asked.questions, start=1)
        if question.key in where
    )


def pool_of(*groups: Iterable[Paragraph], at_most: int | None = None) -> tuple[Paragraph, ...]:
    """Paragraphs of several sets as one pool, cut off after ``at_most``; none is dropped for being like another."""
    paragraphs = [paragraph for group in groups for paragraph in group]
    return tuple(paragraphs[:at_most])


def without_repeats(paragraphs: Sequence[Paragraph], known: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """Those ``paragraphs`` whose text is not among ``known``: two right answers would be counted as one wrong."""
    texts = {paragraph.text for paragraph in known}
    return tuple(paragraph for paragraph in paragraphs if paragraph.text not in texts)


def read_own_set(path: Path, data_dir: Path, *, name: str) -> Task:
    """A question set in the project's own form (docs/evaluation.md) over the articles of ``data_dir``.

    Only questions that stand alone and can be answered are asked: what the others need is not retrieval.
    """
    queries = tuple(
        Query(
            pair=f"{name}, {question.language}",
            number=number,
            language=question.language,
            text=question.turns[0],
            relevant=question.articles,
        )
        for number, question in enumerate(read_questions(path), start=1)
        if question.is_answerable and len(question.turns) == 1
    )
    return Task(name=name, queries=queries, data_dir=data_dir)
