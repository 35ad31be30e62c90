"""A question → the days its articles were published on, where it says: "since March 2022", "last week's news".

A date in a question is mostly that of an event, and an article of any later day can tell of it: "What happened on 5 May
2020?" restricts nothing. Only what speaks of the articles does, or of a time before which nobody can have told
(docs/decisions/0009-filters-and-dates.md). What is overlooked leaves more to read; what is taken wrongly hides the
answer. So in doubt nothing is restricted.
"""

import datetime
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.analysis import normalise_with_offsets
from rag.date_mentions import Mention, before, days_between, ending, in_year, mentions
from rag.date_words import DateWords, languages_of

_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»|„[^“”]*[“”]")
_LOOSE_ENDS = re.compile(r"^[\s,،;:]+|\s+(?=[,،.?!؟;:](?:\s|$))|[\s,،;:]+$")
_AND = re.compile(r"[\s,،]*(?:and|but|et|mais|и|но)?\s*")
_SIDES = ("since", "after", "before", "until", "within")
_ONE_DAY = datetime.timedelta(days=1)

Days = tuple[datetime.date | None, datetime.date | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedQuestion:
    """What a question says of the days its articles were published on, both ends included.

    ``query`` is the question without the words that say it. ``of_articles`` is true where it speaks of what was
    published, and false where it speaks of a time before which nobody can have told of it. ``counts_from_today`` is
    true where another day than today would give other dates.
    """

    query: str
    since: datetime.date | None
    until: datetime.date | None
    of_articles: bool
    counts_from_today: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A restriction, and the stretch of the text that states it."""

    start: int
    end: int
    since: datetime.date | None
    until: datetime.date | None
    of_articles: bool
    counts_from_today: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grammar:
    words: DateWords
    clitics: re.Pattern[str]
    sides: tuple[tuple[str, re.Pattern[str]], ...]
    spans: tuple[tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]], ...]
    published: re.Pattern[str]
    published_of: re.Pattern[str]
    behind: re.Pattern[str]
    not_before: re.Pattern[str]
    foretold: re.Pattern[str]


def read_dates(question: str, today: datetime.date) -> DatedQuestion | None:
    """The days that ``question`` restricts its articles to, or None where it does not.

    Arabic, English, Russian, Hebrew and French are understood. ``today`` is what "yesterday" counts from.
    """
    text, offsets = normalise_with_offsets(question)
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    found: list[_Found] = []
    for words in languages_of(text):
        for one in _restrictions(text, _grammar(words), today):
            # French and English share their letters: what both read is one restriction.
            taken = [*quoted, *((other.start, other.end) for other in found)]
            if all(one.end <= start or end <= one.start for start, end in taken):
                found.append(one)
    since = max((one.since for one in found if one.since), default=None)
    until = min((one.until for one in found if one.until), default=None)
    if not found or (since and until and since > until):
        return None
    return DatedQuestion(
        query=_without(question, [(offsets[one.start], offsets[one.end - 1] + 1) for one in found]),
        since=since,
        until=until,
        of_articles=all(one.of_articles for one in found),
        counts_from_today=any(one.counts_from_today for one in found),
    )


def _without(text: str, stretches: list[tuple[int, int]]) -> str:
    for start, end in sorted(stretches, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return " ".join(_LOOSE_ENDS.sub("", text).split())


@functools.cache
def _grammar(words: DateWords) -> _Grammar:
    return _Grammar(
        words=words,
        clitics=ending(words.clitics),
        sides=tuple((side, ending(getattr(words, side))) for side in _SIDES),
        spans=tuple(
            (
                ending(opening),
                re.compile(between),
                ending(rf"(?:{opening})(?P<first>\d{{1,2}})(?:er|st|nd|rd|th|-?го)?(?:{between})"),
            )
            for opening, between in words.spans
        ),
        published=ending(words.published),
        published_of=ending(words.published_of),
        behind=re.compile(rf"(?:{words.behind})(?!\w)"),
        not_before=ending(words.not_before),
        foretold=re.compile(words.foretold),
    )


def _restrictions(text: str, grammar: _Grammar, today: datetime.date) -> Iterator[_Found]:
    dates = mentions(text, grammar.words, today)
    linked_end = -1
    while dates:
        date, *others = dates
        span = _span(text, grammar, date, others)
        dates = others[1:] if span and span.end > date.end else others
        found = span or _one_sided(text, grammar, date, linked_end)
        if found is not None and (found.since or found.until):
            linked_end = found.end if found.of_articles else linked_end
            yield found


def _span(text: str, grammar: _Grammar, date: Mention, others: list[Mention]) -> _Found | None:
    """What lies between two dates, the first of which may be a mere number; without days where it restricts nothing."""
    for opening, between, opening_with_day in grammar.spans:
        if (match := before(opening_with_day, text, date.start)) and (days := days_between(int(match["first"]), date)):
            return _spanned(text, grammar, match.start(), *days)
        match = before(opening, text, date.start)
        if match and others and between.fullmatch(text, date.end, others[0].start):
            other = others[0]
            first = date if date.has_year or not other.has_year else in_year(date, other.first.year)
            return _spanned(text, grammar, match.start(), first, other)
    return None


def _spanned(text: str, grammar: _Grammar, start: int, one: Mention, other: Mention) -> _Found:
    is_linked = _is_of_articles(text, grammar, start, other.end)
    return _Found(
        start=start,
        end=other.end,
        since=one.first if is_linked else None,
        until=other.last if is_linked else None,
        of_articles=True,
        counts_from_today=other.is_relative,
    )


def _one_sided(text: str, grammar: _Grammar, date: Mention, linked_end: int) -> _Found | None:
    """``linked_end`` is where the last restriction of articles ended: "after May and before July" is two of them."""
    if before(grammar.not_before, text, date.start):
        return None
    matches = ((side, before(pattern, text, date.start)) for side, pattern in grammar.sides)
    side, match = next(((side, match) for side, match in matches if match), ("bare", None))
    match = match or before(grammar.clitics, text, date.start)
    start = match.start() if match else date.start
    of_articles = (
        _is_of_articles(text, grammar, start, date.end)
        or (side in {"within", "bare"} and before(grammar.published_of, text, _stripped(text, date.start)) is not None)
        or (0 <= linked_end <= start and side != "bare" and _AND.fullmatch(text, linked_end, start) is not None)
    )
    if side == "since" and not of_articles and grammar.foretold.search(text):
        return None
    since, until = _days(side, date) if of_articles else _days_of_telling(side, date)
    return _Found(
        start=start,
        end=date.end + (2 if text.startswith("'s", date.end) else 0),
        since=since,
        until=until,
        of_articles=of_articles,
        counts_from_today=date.is_relative,
    )


def _days(side: str, date: Mention) -> Days:
    """The days of articles published on that side of ``date``."""
    if side == "since":
        return date.first, None
    if date.is_length or (side == "bare" and not date.has_year):
        return None, None  # "news may come": a month's name alone is too often another word
    return {
        "after": (date.last + _ONE_DAY, None),
        "before": (None, date.first - _ONE_DAY),
        "until": (None, date.last),
        "within": (date.first, date.last),
        "bare": (date.first, date.last),
    }[side]


def _days_of_telling(side: str, date: Mention) -> Days:
    """The days on which what happened on that side of ``date`` can have been told."""
    if side == "since":
        return date.first, None
    if side == "after" and not date.is_relative and date.unit != "year":
        # Who says "after 2011" or "after March" may mean what happened then; a day is exact.
        return (date.last + _ONE_DAY if date.unit == "day" else date.first), None
    if side in {"within", "bare"} and date.is_relative and not date.is_now and not date.is_length:
        return date.first, None  # what happened last month was told then, or since
    return None, None


def _is_of_articles(text: str, grammar: _Grammar, start: int, end: int) -> bool:
    if grammar.behind.match(text, end):
        return True
    return before(grammar.published, text, _stripped(text, start)) is not None


def _stripped(text: str, end: int) -> int:
    while end and text[end - 1] in " ,،":
        end -= 1
    return end
