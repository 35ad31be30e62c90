"""The articles as the library lists them: searched, filtered, put in order, and given out a page at a time."""

import datetime
import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rag.analysis import normalise
from rag.languages import dominant_direction
from rag.records import ArticleSummary
from rag.web.protocol import PageAssistant
from rag.web.wording import date, language_name

Order = Literal["title", "published", "language", "passages", "characters"]

# Only tables hold several articles; each has the id of its file, "#", and the number of its row.
_ROW = re.compile(r"(?P<file>.+\.(?:csv|jsonl))#\d+", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """Which articles to list, and from where; dates are included, and leave out articles without one."""

    search: str = ""
    language: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    order: Order = "published"
    descending: bool = True
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedArticle:
    """One line of the list. ``file_id`` is the file it came from, which may hold others too."""

    article_id: str
    file_id: str
    title: str
    title_direction: str
    language: str
    language_name: str
    published: str
    passages: int
    characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLanguage:
    """A language of the library, its name in the reader's, and how many articles are in it."""

    code: str
    name: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A page of the list. ``total`` counts all articles, ``found`` those that fit the query."""

    total: int
    found: int
    offset: int
    articles: tuple[ListedArticle, ...]
    languages: tuple[ListedLanguage, ...]


def file_of(article_id: str) -> str:
    """The id of the file that an article came from."""
    row = _ROW.fullmatch(article_id)
    return row["file"] if row else article_id


class LibraryList:
    """Lists what an assistant holds; a newer index is noticed by itself. Safe to use from several threads."""

    def __init__(self, assistant: PageAssistant) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._shelf = _Shelf(())

    def page(self, query: ListQuery, reader_language: str) -> ListPage:
        """The articles that fit ``query``, in the reader's words."""
        shelf = self._current()
        found = shelf.find(query)
        # A page that no longer exists, because articles went, is the last one there is.
        last = max(0, (len(found) - 1) // query.limit * query.limit)
        offset = min(query.offset, last)
        return ListPage(
            total=len(shelf.summaries),
            found=len(found),
            offset=offset,
            articles=tuple(_listed(each, reader_language) for each in found[offset : offset + query.limit]),
            languages=tuple(
                ListedLanguage(code=code, name=language_name(code, reader_language) or code, articles=count)
                for code, count in shelf.languages
            ),
        )

    def articles_in(self, file_id: str) -> int:
        """How many articles came from a file."""
        return sum(file_of(each.article_id) == file_id for each in self._current().summaries)

    def _current(self) -> "_Shelf":
        summaries = self._assistant.sources()
        with self._lock:
            if self._shelf.summaries is not summaries:
                self._shelf = _Shelf(summaries)
            return self._shelf


class _Shelf:
    """The summaries of one index, with what searching and putting in order need of each."""

    def __init__(self, summaries: Sequence[ArticleSummary]) -> None:
        self.summaries = summaries
        self.languages = sorted(Counter(each.language for each in summaries).items(), key=lambda pair: -pair[1])
        self._words = {each.article_id: normalise(f"{each.title}\n{each.article_id}") for each in summaries}
        self._ordered: dict[Order, list[ArticleSummary]] = {}

    def find(self, query: ListQuery) -> list[ArticleSummary]:
        """The articles that fit, in order; those without what they are ordered by come last."""
        wanted = normalise(query.search).split()
        found = [each for each in self._in_order(query.order) if self._fits(each, query, wanted)]
        if query.descending:
            found.reverse()
            lacking = _LACKING.get(query.order)
            if lacking is not None:
                found.sort(key=lacking)  # stable: only those without it change their places
        return found

    def _in_order(self, order: Order) -> list[ArticleSummary]:
        if order not in self._ordered:
            self._ordered[order] = sorted(self.summaries, key=_KEYS[order])
        return self._ordered[order]

    def _fits(self, each: ArticleSummary, query: ListQuery, wanted: list[str]) -> bool:
        if query.language and each.language != query.language:
            return False
        if (query.since or query.until) and each.published is None:
            return False
        if query.since and each.published is not None and each.published < query.since:
            return False
        if query.until and each.published is not None and each.published > query.until:
            return False
        if not wanted:
            return True
        words = self._words[each.article_id]
        return all(word in words for word in wanted)


def _undated(each: ArticleSummary) -> bool:
    return each.published is None


_LACKING: dict[Order, Callable[[ArticleSummary], bool]] = {"published": _undated}
_KEYS: dict[Order, Callable[[ArticleSummary], Any]] = {
    "title": lambda each: normalise(each.title),
    "published": lambda each: (each.published is None, each.published or datetime.date.min, each.article_id),
    "language": lambda each: (each.language, normalise(each.title)),
    "passages": lambda each: each.passages,
    "characters": lambda each: each.characters,
}


def _listed(each: ArticleSummary, reader_language: str) -> ListedArticle:
    return ListedArticle(
        article_id=each.article_id,
        file_id=file_of(each.article_id),
        title=each.title,
        title_direction=dominant_direction(each.title),
        language=each.language,
        language_name=language_name(each.language, reader_language),
        published=date(each.published, reader_language),
        passages=each.passages,
        characters=each.characters,
    )
