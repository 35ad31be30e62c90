"""Question sets: JSON lines of our own, or a file in SQuAD's form, which brings its articles with it.

A line of our own has ``turns`` (the last is to be answered), ``lang``, ``articles`` (ids of the articles that answer
it, or null: unanswerable; ``article`` with a single id is read too) and ``answers`` (any of these strings, normalised,
in the text of the answer).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rag.errors import QuestionSetError
from rag.languages import identify_language


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One case. ``articles`` is empty where the articles do not answer it.

    ``asked_of`` is the article that an unanswerable question was written for, "" where it was written for none.
    """

    turns: tuple[str, ...]
    language: str
    articles: tuple[str, ...]
    answers: tuple[str, ...]
    asked_of: str = ""

    @property
    def is_answerable(self) -> bool:
        """Whether an article answers it."""
        return bool(self.articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSet:
    """Questions, and by file name the articles that they bring with them, as they are to be written."""

    questions: tuple[Question, ...]
    articles: Mapping[str, str] = field(default_factory=dict)

    def write_articles(self, folder: Path) -> None:
        """Write the articles of the set into ``folder``, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in self.articles.items():
            (folder / name).write_text(text, encoding="utf-8")


def read_questions(path: Path) -> tuple[Question, ...]:
    """The questions of the set in ``path``; see ``read_question_set``."""
    return read_question_set(path).questions


def read_question_set(path: Path) -> QuestionSet:
    """The question set in ``path``, of either form.

    Raises:
        QuestionSetError: the file cannot be read, or is not of the form above; the message names the line or question.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetError(f"{path} cannot be read: {error}") from None
    whole = _whole_file(text)
    found = _squad(path, whole) if isinstance(whole, dict) and "data" in whole else _lines(path, text)
    if not found.questions:
        raise QuestionSetError(f"{path} holds no questions.")
    return found


def _whole_file(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _lines(path: Path, text: str) -> QuestionSet:
    lines = text.split("\n")  # a string may hold what splitlines takes for a line end
    return QuestionSet(
        questions=tuple(_question(path, number, line) for number, line in enumerate(lines, start=1) if line.strip())
    )


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


def _squad(path: Path, whole: dict[str, Any]) -> QuestionSet:
    """Every distinct paragraph becomes an article: the same one, under several titles, would answer twice."""
    names: dict[str, str] = {}
    articles: dict[str, str] = {}
    questions: list[Question] = []
    try:
        for article in whole["data"]:
            for paragraph in article["paragraphs"]:
                context = str(paragraph["context"])
                if context not in names:
                    names[context] = f"{len(names) + 1:05}.txt"
                    title = json.dumps(str(article.get("title") or ""), ensure_ascii=False)
                    front = f"---\ntitle: {title}\n---\n" if article.get("title") else ""
                    articles[names[context]] = f"{front}{context}\n"
                questions += [_squad_question(names[context], item) for item in paragraph["qas"]]
    except (KeyError, TypeError, AttributeError) as error:
        at = len(questions) + 1
        raise QuestionSetError(f"{path}, question {at}: not in SQuAD's form ({error!r}).") from None
    return QuestionSet(questions=tuple(questions), articles=MappingProxyType(articles))


def _squad_question(name: str, item: Mapping[str, Any]) -> Question:
    question = str(item["question"])
    answers = tuple(dict.fromkeys(str(answer["text"]) for answer in item["answers"]))
    return Question(
        turns=(question,),
        language=identify_language(question),
        articles=(name,) if answers and not item.get("is_impossible") else (),
        answers=answers,
        asked_of=name,
    )
