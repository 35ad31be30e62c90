"""Invented news with questions, written for training: ``training/news``, a dossier of like articles at a time.

A line ``==`` begins a dossier; ``# language | date | title`` an article, whose paragraphs follow, one a line;
``? language | question | 1: words | 2: words`` a question, with the words that answer it in the articles of those
numbers, or ``-`` where none of the dossier answers it; ``+`` in place of ``?`` one that is asked behind the last ``?``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

NEWS = Path(__file__).parent / "news"
_BEGIN = "=="
_NOT_ANSWERED = "-"
_ANSWER = re.compile(r"(\d+): (.+)")


@dataclass(slots=True)
class NewsArticle:
    """One article; paragraphs are parted by an empty line."""

    language: str
    date: str
    title: str
    paragraphs: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its whole text, without the title."""
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class NewsQuestion:
    """A question and the words that answer it, each with the place of its article in the dossier; none for a trap.

    ``after`` is the question that a follow-up leans on, "" for any other.
    """

    language: str
    text: str
    answers: tuple[tuple[int, str], ...]
    after: str = ""


@dataclass(slots=True)
class Dossier:
    """Articles that may be mistaken for one another, and what is asked of them. ``name`` is file and number."""

    name: str
    articles: list[NewsArticle] = field(default_factory=list)
    questions: list[NewsQuestion] = field(default_factory=list)


def dossiers(folder: Path = NEWS) -> Iterator[Dossier]:
    """All dossiers, in the order of their files.

    Raises:
        ValueError: a line is not of the form, or an answer does not stand in its article; the message says where.
    """
    for path in sorted(folder.glob("*.txt")):
        dossier: Dossier | None = None
        count = 0
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip() == _BEGIN:
                if dossier is not None:
                    yield dossier
                count += 1
                dossier = Dossier(f"{path.stem}/{count}")
            elif line.strip():
                try:
                    _read_line(dossier, line.strip())
                except ValueError as error:
                    raise ValueError(f"{path.name}, line {number}: {error}") from None
        if dossier is not None:
            yield dossier


def _read_line(dossier: Dossier | None, line: str) -> None:
    if dossier is None:
        raise ValueError(f"no dossier was begun with {_BEGIN!r}")
    if line.startswith("# "):
        language, date, title = _parts(line, 3)
        dossier.articles.append(NewsArticle(language, date, title))
    elif line.startswith(("? ", "+ ")):
        language, question, *answers = _parts(line)
        found = () if answers == [_NOT_ANSWERED] else tuple(_answer(dossier, answer) for answer in answers)
        after = ""
        if line.startswith("+"):
            before = [asked.text for asked in dossier.questions if not asked.after]
            if not before:
                raise ValueError("no question before a follow-up")
            after = before[-1]
        dossier.questions.append(NewsQuestion(language, question, found, after))
    elif dossier.articles:
        dossier.articles[-1].paragraphs.append(line)
    else:
        raise ValueError("a paragraph before any article")


def _parts(line: str, count: int | None = None) -> list[str]:
    parts = [part.strip() for part in line[2:].split("|")]
    if len(parts) < 3 or (count is not None and len(parts) != count):
        raise ValueError(f"{len(parts)} parts between bars")
    return parts


def _answer(dossier: Dossier, text: str) -> tuple[int, str]:
    match = _ANSWER.fullmatch(text)
    if match is None or not 1 <= int(match[1]) <= len(dossier.articles):
        raise ValueError(f"{text!r} names no article and words of it")
    article = dossier.articles[int(match[1]) - 1]
    if not any(match[2] in paragraph for paragraph in article.paragraphs):
        raise ValueError(f"{match[2]!r} does not stand in article {match[1]}")
    return int(match[1]) - 1, match[2]
