"""Candidates in their order → those to show: none that repeats a better one, and not too many of one article."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from rag.duplicates import Alike, Sketches, is_copy
from rag.records import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A candidate to show, and the later ones that repeat it, all by their place among the candidates."""

    place: int
    copies: tuple[int, ...]


def fold(
    articles: Sequence[Hashable],
    sketches: Sketches,
    passage_at: Callable[[int], Passage],
    *,
    limit: int,
    max_per_article: int = 0,
) -> list[Kept]:
    """The first ``limit`` candidates that repeat no earlier one.

    Args:
        articles: What tells the article of each candidate, best candidate first.
        sketches: Of each candidate the sketch of its body (``duplicates.sketch``).
        passage_at: The passage of a candidate, by its place. Only those that are shown or may be copies are asked for.
        limit: How many to keep.
        max_per_article: How many of one article to keep; 0 for any number.
    """
    kept: list[Kept] = []
    if not len(articles):
        return kept
    alike = Alike(sketches)
    is_done = np.zeros(len(articles), bool)
    of_article: Counter[Hashable] = Counter()
    for place, article in enumerate(articles):
        if len(kept) >= limit:
            break
        if is_done[place] or (max_per_article and of_article[article] >= max_per_article):
            continue
        is_done[place] = True
        of_article[article] += 1
        open_still = (other for other in alike.to(place).tolist() if not is_done[other])
        copies = tuple(other for other in open_still if is_copy(passage_at(other), passage_at(place)))
        is_done[list(copies)] = True
        kept.append(Kept(place=place, copies=copies))
    return kept
