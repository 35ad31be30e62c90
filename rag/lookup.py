"""A quotation, an article id, or ``article_id#start-end`` → where it stands in the articles."""

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from rag.alignment import (
    MIN_GLIMPSE,
    Glimpse,
    Stretch,
    alterations,
    close_look,
    exact_stretches,
    glimpse,
    nearest_stretch,
    parts_in_order,
    unlike,
)
from rag.analysis import grams, words
from rag.citations import cite
from rag.errors import ArticleNotFound
from rag.lexical_index import GRAMS, LexicalIndex, Scores
from rag.records import Alteration, Article, Citation
from rag.skeleton import UNSPACED_LETTER, skeleton, skeleton_text, span_in_text
from rag.store import Store

# Longer texts are found whole if they are exact; of an altered one, this much of its beginning is looked for.
MAX_ALTERED_CHARACTERS = 20_000
# Share of letters or of words in common, 0 to 1, from which an altered quotation is still taken for one: decision 11.
MIN_SIMILARITY = 0.82
MIN_READING_SIMILARITY = 0.9

_SPAN = re.compile(r"^(?P<article_id>.+)#(?P<start>\d+)-(?P<end>\d+)$", re.DOTALL)
_MARKERS = re.compile(r"\s*(?:\[\d{1,3}\]\s*)+$")
_ELLIPSIS = re.compile(r"…|\.\.\.+")
_MAX_PARTS = 8
_QUOTED = re.compile(r"«([^»]+)|“([^”]+)|„([^“”]+)|\"([^\"]+)")
_CLAUSE_END = re.compile(r"[:,،、：]\s*")
_MAX_ATTRIBUTION_CHARACTERS = 80
_MIN_READING_WORDS, _MAX_READINGS = 4, 2
# Passages that hold less of the text than this, its terms weighed by rarity, are not looked at. One with an exact place
# holds all of it, or a good part where it ends within; one with an altered place is among those that hold most.
_MIN_SHARE, _MIN_EXACT_SHARE, _MIN_SHARE_OF_BEST = 0.1, 0.3, 0.4
_EXACT_ROWS, _ALTERED_ROWS = 250, 40
_PROBE_CHARACTERS = 400
_MIN_ALTERED_LETTERS = 12
# Of the places seen, those nearly as similar as the best are looked at closely.
_MAX_CLOSE_LOOKS, _CLOSE = 8, 0.12
# How far beyond a passage a quotation can go that begins or ends in it, in characters: its own length, and room for
# diacritics that it was given without.
_REACH, _MIN_REACH, _REACH_PARTS = 2, 60, 2000
_MAX_PLACES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    article: Article
    start: int
    end: int
    similarity: float


def look_up(text: str, store: Store, lexical_index: LexicalIndex) -> tuple[Citation, ...]:
    """Every place ``text`` stands, best first; empty where it does not occur.

    An article id alone gives the opening of that article. A quotation is found whatever its diacritics, punctuation,
    letter forms and digits. If it stands nowhere so, the places are given that share at least 82 % of its letters or
    of its words; parts may be left out of it where it has "…". If not even these are found, and it holds quotation
    marks or an attribution as "He said: ", what is quoted in it is looked for.
    """
    text = text.strip()
    named = _by_id(text, store)
    if named is not None:
        return (named,)
    text = unicodedata.normalize("NFC", text)
    reach = _REACH * len(text) + _MIN_REACH + (_REACH_PARTS if _ELLIPSIS.search(text) else 0)
    finder = _Finder(store, lexical_index, reach)
    places = finder.find(text, MIN_SIMILARITY)
    unmarked = _MARKERS.sub("", text)
    if unmarked != text and not (places and places[0].similarity == 1):
        # Copied from an answer, with its markers; but articles may hold such markers of their own.
        text, places = max(
            (text, places), (unmarked, finder.find(unmarked, MIN_SIMILARITY)), key=lambda found: _best(found[1])
        )
    if not places:
        found = (finder.find(reading.text, MIN_READING_SIMILARITY) for reading in _readings(text) if reading.says_most)
        places = next(filter(None, found), [])
    elif places[0].similarity < 1:
        readings = list(_readings(text))
        places = _distinct(_without_attribution(place, readings) for place in places)
    return tuple(
        cite(place.article, place.start, place.end, marker=marker, passage_id=_passage_id(store, place))
        for marker, place in enumerate(places[:_MAX_PLACES], start=1)
    )


def altered_words(text: str, citation: Citation) -> tuple[Alteration, ...]:
    """In which words ``text`` differs from a citation that looking it up gave; none if it named the place by its id."""
    named, text = _SPAN.match(text.strip()), text.strip()
    if citation.article_id in {text, named["article_id"] if named else ""}:
        return ()
    return alterations(text, citation.quote)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """Part of a text that may be the quotation in it, and the skeleton of what is not of it."""

    text: str
    outside: str

    @property
    def says_most(self) -> bool:
        """Whether it is long enough to stand for the whole text."""
        return len(words(self.text)) >= _MIN_READING_WORDS and len(self.text) > len(self.outside)


def _readings(text: str) -> Iterator[_Reading]:
    """What stands in quotation marks in ``text``, and what follows the words that may say whose it is."""
    text = text[:MAX_ALTERED_CHARACTERS]
    quoted = [match.span(match.lastindex or 0) for match in _QUOTED.finditer(text)]
    said = [(match.end(), len(text)) for match in _CLAUSE_END.finditer(text[:_MAX_ATTRIBUTION_CHARACTERS])]
    quoted.sort(key=lambda span: span[0] - span[1])
    for start, end in (*said[:_MAX_READINGS], *quoted[:_MAX_READINGS]):
        yield _Reading(text=text[start:end], outside=skeleton_text(f"{text[:start]} {text[end:]}"))


def _without_attribution(place: _Place, readings: Iterable[_Reading]) -> _Place:
    """The part of an altered place that is what one of the readings quotes, if the rest of both is not alike."""
    text = place.article.text[place.start : place.end]
    held = skeleton(text)
    for reading in readings:
        wanted = skeleton_text(reading.text)
        stretch = nearest_stretch(wanted, held.text) if reading.outside else None
        if stretch is not None and stretch.similarity > place.similarity:
            outside = f"{held.text[: stretch.start]}{held.text[stretch.end :]}"
            if unlike(reading.outside, outside.strip()):
                start, end = span_in_text(held, stretch.start, stretch.end, text)
                place = dataclasses.replace(
                    place, start=place.start + start, end=place.start + end, similarity=stretch.similarity
                )
                break
    return place


def _by_id(text: str, store: Store) -> Citation | None:
    try:
        article = store.article(text)
        opening = store.passage_from(text, 0)
        if opening is not None:
            return cite(article, opening.start, opening.end, marker=1, passage_id=opening.passage_id)
    except ArticleNotFound:
        pass
    match = _SPAN.match(text)
    if match is None:
        return None
    try:
        article = store.article(match["article_id"])
        place = _Place(article=article, start=int(match["start"]), end=int(match["end"]), similarity=1.0)
        return cite(article, place.start, place.end, marker=1, passage_id=_passage_id(store, place))
    except (ArticleNotFound, ValueError):
        return None


def _passage_id(store: Store, place: _Place) -> str:
    passage = store.passage_from(place.article.article_id, place.start)
    return passage.passage_id if passage is not None and passage.start <= place.start else ""


class _Finder:
    """Looks one text up; the windows of the articles that it reads are kept meanwhile."""

    def __init__(self, store: Store, lexical_index: LexicalIndex, reach: int) -> None:
        self._store = store
        self._lexical_index = lexical_index
        self._reach = reach
        self._articles: dict[str, Article] = {}
        self._windows: dict[int | tuple[str, int, int], _Window] = {}

    def find(self, text: str, min_similarity: float) -> list[_Place]:
        """Every exact place of ``text``; where there is none, those at least so similar; best first."""
        wanted = skeleton_text(text)
        if not wanted:
            return []
        rows = self._rows(text)
        exact = [row for row, share in rows if share >= _MIN_EXACT_SHARE]
        places = _distinct(place for row in exact for place in self._window(row).exact(wanted))
        if places:
            return places
        near = [row for row, share in rows[:_ALTERED_ROWS] if share >= _MIN_SHARE_OF_BEST * rows[0][1]]
        windows = list(dict.fromkeys(map(self._window, near)))
        if _ELLIPSIS.search(text):
            places = _with_parts_left_out(text, windows)
        if not places:
            places = _altered(skeleton_text(text[:MAX_ALTERED_CHARACTERS]), windows)
        enough = max(min_similarity, _best(places) - _CLOSE)
        return _distinct(place for place in places if place.similarity >= enough)

    def _rows(self, text: str) -> list[tuple[int, float]]:
        """The rows of the passages that hold most of ``text``, best first, and how much of it each holds.

        A long text has no passage to itself, so its ends and its middle are looked for.
        """
        cuts = {max(0, cut) for cut in (0, (len(text) - _PROBE_CHARACTERS) // 2, len(text) - _PROBE_CHARACTERS)}
        shares = np.max([self._shares(text[cut : cut + _PROBE_CHARACTERS]) for cut in sorted(cuts)], axis=0)
        ranked = np.argsort(-shares, kind="stable")[:_EXACT_ROWS]
        return [(int(row), float(shares[row])) for row in ranked if shares[row] >= _MIN_SHARE]

    def _shares(self, probe: str) -> Scores:
        return self._lexical_index.share_held(GRAMS, {gram for word in words(probe) for gram in grams(word)})

    def _window(self, row: int) -> "_Window":
        """The passage of ``row`` and as much before and behind it as a quotation could reach."""
        if row not in self._windows:
            [(article_id, passage_start, passage_end)] = self._store.passage_spans([row])
            if article_id not in self._articles:
                self._articles[article_id] = self._store.article(article_id)
            article = self._articles[article_id]
            start, end = max(0, passage_start - self._reach), min(len(article.text), passage_end + self._reach)
            if (article_id, start, end) not in self._windows:
                text = article.text[start:end]
                window = _Window(article=article, start=start, text=text, held=skeleton_text(text))
                self._windows[article_id, start, end] = window
            self._windows[row] = self._windows[article_id, start, end]
        return self._windows[row]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Window:
    """Part of an article, from ``start``, and its skeleton."""

    article: Article
    start: int
    text: str
    held: str

    def exact(self, wanted: str) -> Iterator[_Place]:
        """Every place where the skeleton ``wanted`` stands letter for letter."""
        for stretch in exact_stretches(wanted, self.held):
            place = self.place(stretch)
            # What touches the end of a window may be half a word; if it is not, another window has it in its middle.
            if (place.start > self.start or not self.start) and (
                place.end < self.start + len(self.text) or place.end == len(self.article.text)
            ):
                yield place

    def place(self, stretch: Stretch) -> _Place:
        """The place of a stretch in the article."""
        start, end = span_in_text(skeleton(self.text), stretch.start, stretch.end, self.text)
        return _Place(
            article=self.article, start=self.start + start, end=self.start + end, similarity=stretch.similarity
        )


def _best(places: Iterable[_Place]) -> float:
    return max((place.similarity for place in places), default=0.0)


def _distinct(places: Iterable[_Place]) -> list[_Place]:
    """The places, best first, without those that overlap a better one."""
    kept: list[_Place] = []
    for place in sorted(places, key=lambda item: (-item.similarity, item.article.article_id, item.start)):
        if not any(_overlap(place, other) for other in kept):
            kept.append(place)
    return kept


def _overlap(one: _Place, other: _Place) -> bool:
    return one.article.article_id == other.article.article_id and one.start < other.end and other.start < one.end


def _altered(wanted: str, windows: Iterable[_Window]) -> list[_Place]:
    """The places most like ``wanted``."""
    if len(wanted) + len(UNSPACED_LETTER.findall(wanted)) < _MIN_ALTERED_LETTERS:
        return []  # a letter of a script without spaces says as much as two
    seen: list[tuple[Glimpse, _Window]] = []
    enough = MIN_GLIMPSE
    for window in windows:
        found = glimpse(wanted, window.held, enough)
        if found is not None:
            seen.append((found, window))
            enough = max(enough, found.similarity - _CLOSE)
    seen.sort(key=lambda item: -item[0].similarity)
    looks = ((window, close_look(wanted, window.held, found)) for found, window in seen[:_MAX_CLOSE_LOOKS])
    return [window.place(stretch) for window, stretch in looks if stretch is not None]


def _with_parts_left_out(text: str, windows: Iterable[_Window]) -> list[_Place]:
    """The places of a text in which "…" stands for words left out."""
    parts = [part for part in (skeleton_text(cut) for cut in _ELLIPSIS.split(text)) if part]
    if not 1 < len(parts) <= _MAX_PARTS:
        return []
    stretches = ((window, parts_in_order(parts, window.held)) for window in windows)
    return [window.place(stretch) for window, stretch in stretches if stretch is not None]
