"""A quotation, an article id, or ``article_id#start-end`` → where it stands in the articles."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from rag.analysis import normalise_with_offsets
from rag.citations import cite
from rag.errors import ArticleNotFound
from rag.languages import identify_language
from rag.lexical_index import LexicalIndex
from rag.records import Article, Citation
from rag.store import Store

_SPAN = re.compile(r"^(?P<article_id>.+)#(?P<start>\d+)-(?P<end>\d+)$", re.DOTALL)
_CANDIDATE_PASSAGES = 30
# Share of characters in common, 0 to 100, from which an altered quotation is still taken for one.
_MIN_SIMILARITY = 82.0
_MIN_FUZZY_CHARACTERS = 12
_MAX_PLACES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Skeleton:
    """A text reduced to its letters and digits with single spaces, and where each of its characters came from."""

    text: str
    offsets: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    article: Article
    start: int
    end: int
    similarity: float


def look_up(text: str, store: Store, lexical_index: LexicalIndex) -> tuple[Citation, ...]:
    """Every place ``text`` stands, best first; empty where it does not occur.

    An article id alone gives the opening of that article. A quotation is found whatever its diacritics, punctuation,
    letter forms and digits; if it stands nowhere so, the places that share at least 82 % of its characters are given.
    """
    text = text.strip()
    named = _by_id(text, store)
    if named is not None:
        return (named,)
    wanted = _skeleton(text)
    if not wanted.text:
        return ()
    articles = list(_candidates(text, store, lexical_index))
    places = [place for article in articles for place in _exact(wanted, article)]
    if not places and len(wanted.text) >= _MIN_FUZZY_CHARACTERS:
        places = [place for article in articles if (place := _altered(wanted, article)) is not None]
    places.sort(key=lambda place: (-place.similarity, place.article.article_id, place.start))
    return tuple(
        cite(
            place.article,
            place.start,
            place.end,
            marker=marker,
            passage_id=_passage_id(store, place.article.article_id, place.start),
        )
        for marker, place in enumerate(places[:_MAX_PLACES], start=1)
    )


def _by_id(text: str, store: Store) -> Citation | None:
    try:
        opening = store.article_passages(store.article(text).article_id)[0]
        article = store.article(text)
        return cite(article, opening.start, opening.end, marker=1, passage_id=opening.passage_id)
    except (ArticleNotFound, IndexError):
        pass
    match = _SPAN.match(text)
    if match is None:
        return None
    try:
        article = store.article(match["article_id"])
        start, end = int(match["start"]), int(match["end"])
        return cite(article, start, end, marker=1, passage_id=_passage_id(store, article.article_id, start))
    except (ArticleNotFound, ValueError):
        return None


def _passage_id(store: Store, article_id: str, start: int) -> str:
    passages = store.article_passages(article_id)
    within = [passage for passage in passages if passage.start <= start < passage.end]
    return within[0].passage_id if within else ""


def _candidates(text: str, store: Store, lexical_index: LexicalIndex) -> Iterator[Article]:
    scores = lexical_index.scores(text, identify_language(text))["grams"]
    rows = np.argsort(-scores, kind="stable")[:_CANDIDATE_PASSAGES]
    passages = store.passages([int(row) for row in rows if scores[row] > 0])
    for article_id in dict.fromkeys(passage.article_id for passage in passages):
        yield store.article(article_id)


def _skeleton(text: str) -> _Skeleton:
    characters: list[str] = []
    offsets: list[int] = []
    for character, offset in zip(*normalise_with_offsets(text), strict=True):
        if character.isalnum():
            characters.append(character)
            offsets.append(offset)
        elif characters and characters[-1] != " ":
            characters.append(" ")
            offsets.append(offset)
    if characters and characters[-1] == " ":
        characters.pop()
        offsets.pop()
    return _Skeleton(text="".join(characters), offsets=tuple(offsets))


def _exact(wanted: _Skeleton, article: Article) -> Iterator[_Place]:
    skeleton = _skeleton(article.text)
    for match in re.finditer(rf"(?<!\w){re.escape(wanted.text)}(?!\w)", skeleton.text):
        yield _place(article, skeleton, match.start(), match.end(), 100.0)


def _altered(wanted: _Skeleton, article: Article) -> _Place | None:
    skeleton = _skeleton(article.text)
    if len(skeleton.text) < len(wanted.text) * _MIN_SIMILARITY / 100:
        return None  # compared the other way round, the whole article would be found within the quotation
    found = fuzz.partial_ratio_alignment(wanted.text, skeleton.text, score_cutoff=_MIN_SIMILARITY)
    if found is None or found.dest_end <= found.dest_start:
        return None
    # The stretch compared is as long as the quotation, so it may end within words: those mostly inside belong to it.
    inside = [
        (word.start(), word.end())
        for word in re.finditer(r"[^ ]+", skeleton.text)
        if 2 * (min(word.end(), found.dest_end) - max(word.start(), found.dest_start)) >= len(word.group())
    ]
    if not inside:
        return None
    return _place(article, skeleton, inside[0][0], inside[-1][1], found.score)


def _place(article: Article, skeleton: _Skeleton, start: int, end: int, similarity: float) -> _Place:
    last = skeleton.offsets[end - 1] + 1
    # Diacritics behind the last letter have no place in the skeleton but belong to the word.
    while last < len(article.text) and _belongs_to_letter(article.text[last]):
        last += 1
    return _Place(article=article, start=skeleton.offsets[start], end=last, similarity=similarity)


def _belongs_to_letter(character: str) -> bool:
    return unicodedata.category(character).startswith("M") or not normalise_with_offsets(character)[0]
