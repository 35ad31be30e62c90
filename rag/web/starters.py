"""Questions to begin with, made from the titles of the articles at hand."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rag.records import ArticleSummary
from rag.web.strings import STRINGS

_MOST = 4
_LONGEST_TITLE = 90


@dataclass(frozen=True, slots=True)
class Starter:
    """A question to begin or go on with, and the article's title in it, "" where it holds none."""

    question: str
    title: str


def starter_questions(summaries: Sequence[ArticleSummary], language: str, most: int = _MOST) -> tuple[Starter, ...]:
    """Up to ``most`` questions in the interface language, the same ones each time.

    Titles in the reader's language come first; among them, those that share the fewest words with the titles already
    taken, so that the questions show the breadth of the corpus.
    """
    titles: dict[str, str] = {}
    for summary in sorted(summaries, key=lambda each: each.article_id):
        title = " ".join(summary.title.split())
        if 0 < len(title) <= _LONGEST_TITLE:
            titles.setdefault(title, summary.language)
    groups: dict[bool, list[str]] = defaultdict(list)
    for title, title_language in titles.items():
        groups[title_language == language].append(title)
    chosen: list[str] = []
    for group in (groups[True], groups[False]):
        _take_diverse(group, chosen, most)
    template = STRINGS[language].starter
    return tuple(Starter(template.format(title=title), title) for title in chosen)


def _take_diverse(titles: list[str], chosen: list[str], most: int) -> None:
    left = list(titles)
    while left and len(chosen) < most:
        taken = {word for title in chosen for word in _words(title)}
        best = min(left, key=lambda title: len(taken & _words(title)))
        chosen.append(best)
        left.remove(best)


def _words(title: str) -> set[str]:
    return {word.casefold() for word in title.split() if len(word) > 2}
