"""Questions to begin with, made from the titles of the articles at hand and the names that recur in them."""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.records import ArticleSummary
from rag.web.strings import STRINGS

_MOST = 4
_LONGEST_TITLE = 90
_LONGEST_NAME_WORDS = 4
_SHORTEST_NAME = 3  # in letters
# So many titles show what a corpus is about; reading a million would show it no better.
_SAMPLED = 2000
_UNCASED = re.compile(r"[\u0590-\u05ff\u0600-\u06ff]")
_INFLECTED = re.compile(r"[\u0400-\u04ff]")
_BEFORE_A_NAME = frozenset("في مع إلى من بين ضد عن حول עם בין מול על את".split())
_ARABIC_ARTICLE = ("ال", "وال", "لل")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|\S")


@dataclass(frozen=True, slots=True)
class Starter:
    """A question to begin or go on with, and what it asks about, "" where that is no title and no name."""

    question: str
    title: str


def starter_questions(
    summaries: Sequence[ArticleSummary],
    language: str,
    most: int = _MOST,
    is_answered: Callable[[str], bool] = lambda question: True,
) -> tuple[Starter, ...]:
    """Up to ``most`` questions in the interface language, the same ones each time.

    They ask about titles, and half of them, where there are any, about names that recur in titles of the reader's
    language. Titles in that language come first; among them, those that share the fewest words with what was taken
    already, so that the questions show the breadth of the corpus. Only those that ``is_answered`` accepts are taken.
    """
    template = STRINGS[language].starter

    def accepts(about: str) -> bool:
        return is_answered(template.format(title=about))

    titles: dict[str, str] = {}
    for summary in _spread(sorted(summaries, key=lambda each: each.article_id)):
        title = " ".join(summary.title.split())
        if 0 < len(title) <= _LONGEST_TITLE:
            titles.setdefault(title, summary.language)
    own = [title for title, spoken in titles.items() if spoken == language]
    others = [title for title, spoken in titles.items() if spoken != language]
    names = list(itertools.islice(filter(accepts, recurring_names(own)), most // 2))
    chosen: list[str] = []
    _take_diverse(own, chosen, most - len(names), accepts)
    chosen += names
    _take_diverse(own, chosen, most, accepts)
    _take_diverse(others, chosen, most, accepts)
    return tuple(Starter(template.format(title=about), about) for about in chosen)


def recurring_names(titles: Sequence[str]) -> tuple[str, ...]:
    """Names that stand in at least two titles, those of most titles first.

    A name is a run of capitalised words; what a title begins with counts only where it is capitalised elsewhere too.
    In Arabic and Hebrew, which have no capitals, it is a word that stands where names stand in headlines: behind a
    preposition, or at the beginning if some title has it elsewhere, for there verbs stand too; without the article.
    """
    found: Counter[str] = Counter()
    beginnings: Counter[str] = Counter()
    behind_others = {word for title in titles if _UNCASED.search(title) for word in _WORD.findall(title)[1:]}
    for title in titles:
        if _UNCASED.search(title):
            found.update(set(_at_a_names_place(title)) & behind_others)
            continue
        runs = _capitalised_runs(title)
        found.update({run for begins, run in runs if not begins})
        beginnings.update({run for begins, run in runs if begins})
    for name in found:
        found[name] += beginnings[name]
        # In a language with cases, only what a headline begins with is surely in the form in which a name is given.
        if _INFLECTED.search(name) and not beginnings[name]:
            found[name] = 0
    often = [(count, name) for name, count in found.items() if count > 1 and len(name) >= _SHORTEST_NAME]
    return tuple(name for count, name in sorted(often, key=lambda pair: (-pair[0], pair[1])))


def _capitalised_runs(title: str) -> list[tuple[bool, str]]:
    """Each run of capitalised words, with whether the title begins with it."""
    runs: list[tuple[int, list[str]]] = []
    last = -2
    for place, word in enumerate(_WORD.findall(title)):
        if word[0].isupper():
            if place == last + 1:
                runs[-1][1].append(word)
            else:
                runs.append((place, [word]))
            last = place
    return [(place == 0, " ".join(run)) for place, run in runs if len(run) <= _LONGEST_NAME_WORDS]


def _at_a_names_place(title: str) -> list[str]:
    words = _WORD.findall(title)
    return [
        word
        for before, word in zip(["", *words], words, strict=False)
        if (not before or before in _BEFORE_A_NAME) and word[0].isalpha() and not word.startswith(_ARABIC_ARTICLE)
    ]


def _spread(summaries: Sequence[ArticleSummary]) -> Sequence[ArticleSummary]:
    step = max(1, len(summaries) // _SAMPLED)
    return summaries[::step]


def _take_diverse(titles: list[str], chosen: list[str], most: int, accepts: Callable[[str], bool]) -> None:
    left = [title for title in titles if title not in chosen]
    while left and len(chosen) < most:
        taken = {word for title in chosen for word in _words(title)}
        best = min(left, key=lambda title: len(taken & _words(title)))
        left.remove(best)
        if accepts(best):
            chosen.append(best)


def _words(title: str) -> set[str]:
    return {word.casefold() for word in title.split() if len(word) > 2}
