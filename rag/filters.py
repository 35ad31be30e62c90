"""Which passages may be found: by language, by article or folder, and by the date an article was published."""

import datetime
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag.errors import FilterError
from rag.records import Filters, Passage

Mask = npt.NDArray[np.bool_]

NO_FILTERS = Filters()
# The day of an article without a date: behind every other when articles are put in the order of their days.
UNDATED = np.iinfo(np.int32).max
_NAMED_AT_MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Article, language and day of publication of every passage, as arrays that a whole corpus is filtered by at once.

    ``article_ids`` are sorted, and ``days`` (``date.toordinal``, or ``UNDATED``) stand beside them, of shape (a,);
    ``article_of_row`` holds a place among them, and ``language_of_row`` one among ``languages``, of shape (n,).
    """

    article_ids: tuple[str, ...]
    days: npt.NDArray[np.int32]
    article_of_row: npt.NDArray[np.int32]
    languages: tuple[str, ...]
    language_of_row: npt.NDArray[np.int16]

    @classmethod
    def of(cls, published: Mapping[str, datetime.date | None], rows: Iterable[tuple[str, str]]) -> "Catalogue":
        """From the publication date of every article by id, and the (article id, language) of every passage by row."""
        article_ids = sorted(published)
        place = {article_id: number for number, article_id in enumerate(article_ids)}
        days = (UNDATED if (date := published[name]) is None else date.toordinal() for name in article_ids)
        codes: dict[str, int] = {}
        pairs = [(place[article_id], codes.setdefault(language, len(codes))) for article_id, language in rows]
        return cls(
            article_ids=tuple(article_ids),
            days=np.fromiter(days, np.int32, len(article_ids)),
            article_of_row=np.fromiter((article for article, _ in pairs), np.int32, len(pairs)),
            languages=tuple(codes),
            language_of_row=np.fromiter((code for _, code in pairs), np.int16, len(pairs)),
        )

    def in_language(self, language: str) -> Mask:
        """Whether each passage is in ``language``, ISO 639-1; of shape (n,)."""
        code = self.languages.index(language) if language in self.languages else -1
        spoken: Mask = self.language_of_row == code
        return spoken

    def days_of(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """The day each of ``rows`` was published, or ``UNDATED``."""
        return self.days[self.article_of_row[rows]]

    def other_articles(self, row: int, rows: npt.NDArray[np.int64]) -> tuple[str, ...]:
        """The articles of ``rows`` but for that of ``row``, each once, those published first before the others."""
        found = sorted({*self.article_of_row[rows].tolist()} - {int(self.article_of_row[row])})
        return tuple(self.article_ids[place] for place in sorted(found, key=lambda place: int(self.days[place])))

    def rows_within(self, filters: Filters) -> Mask | None:
        """Whether each passage may be found, of shape (n,); None where ``filters`` leave nothing out.

        Raises:
            FilterError: see ``articles_within``; or no passage is in a language asked for.
        """
        languages = self._codes(filters.languages)
        articles = self.articles_within(filters)
        rows = None if articles is None else articles[self.article_of_row]
        if filters.languages:
            spoken = np.isin(self.language_of_row, languages)
            rows = spoken if rows is None else rows & spoken
        return rows

    def articles_within(self, filters: Filters) -> Mask | None:
        """Whether each article may be found, languages not asked, of shape (a,); None where none is left out.

        Raises:
            FilterError: no article or folder has a name asked for, or the range of dates ends before it begins.
        """
        since, until = _days(filters)
        if not filters.articles and since is None and until is None:
            return None
        within = self._named(filters.articles) if filters.articles else np.ones(len(self.article_ids), bool)
        if since is not None:
            within &= (self.days >= since) & (self.days != UNDATED)
        if until is not None:
            within &= self.days <= until
        return within

    def admits(self, filters: Filters) -> Callable[[Passage], bool]:
        """Whether a passage may be found, one at a time, for passages that come from elsewhere.

        Raises:
            FilterError: as ``rows_within``.
        """
        self._codes(filters.languages)
        within = self.articles_within(filters)
        allowed = None if within is None else {self.article_ids[place] for place in np.flatnonzero(within)}
        spoken = {_plain(language) for language in filters.languages}

        def admitted(passage: Passage) -> bool:
            return (allowed is None or passage.article_id in allowed) and (not spoken or passage.language in spoken)

        return admitted

    def _codes(self, languages: tuple[str, ...]) -> list[int]:
        _refuse_bare_text(languages, "languages", "ar")
        unknown = [language for language in languages if _plain(language) not in self.languages]
        if unknown:
            there = ", ".join(sorted(self.languages)[:_NAMED_AT_MOST]) or "none, it is empty"
            raise FilterError(f"No passage is in the language {unknown[0]!r}. Languages of the index: {there}.")
        return [self.languages.index(_plain(language)) for language in languages]

    def _named(self, names: tuple[str, ...]) -> Mask:
        _refuse_bare_text(names, "articles", "news/")
        within = np.zeros(len(self.article_ids), bool)
        for name in names:
            # A folder holds what begins with its name; so does a table, whose articles are its rows.
            wanted = unicodedata.normalize("NFC", name)
            found = [self._range(wanted)] if wanted.endswith("/") else [self._place(wanted), self._range(f"{wanted}#")]
            if not any(found):
                raise FilterError(
                    f"No article or folder is called {name!r}. `python -m rag sources` lists the articles; "
                    "a folder ends in '/'."
                )
            for places in found:
                within[places.start : places.stop] = True
        return within

    def _place(self, article_id: str) -> range:
        place = bisect_left(self.article_ids, article_id)
        return range(place, place + (self.article_ids[place : place + 1] == (article_id,)))

    def _range(self, beginning: str) -> range:
        if beginning in {"/", "#"}:
            return range(0)
        # The last character of Unicode: no name goes on with it.
        return range(bisect_left(self.article_ids, beginning), bisect_left(self.article_ids, f"{beginning}\U0010ffff"))


def names_articles(filters: Filters) -> bool:
    """Whether ``filters`` name an article, and not only folders."""
    return any(not name.endswith("/") for name in filters.articles)


def _plain(language: str) -> str:
    return language.strip().lower()


def _days(filters: Filters) -> tuple[int | None, int | None]:
    since, until = filters.since, filters.until
    if since is not None and until is not None and since > until:
        raise FilterError(f"The dates end before they begin: since {since}, until {until}. Exchange them.")
    return since.toordinal() if since else None, until.toordinal() if until else None


def _refuse_bare_text(names: object, field: str, example: str) -> None:
    # Text is a sequence too, of letters: each would be looked for as a name.
    if isinstance(names, str):
        raise FilterError(f"Filters.{field} holds several names, got the text {names!r}. Write ({example!r},).")
