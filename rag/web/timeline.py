"""The articles by their dates: a bar for each day, month or year that has some."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from babel.dates import format_date, format_skeleton

from rag.languages import dominant_direction
from rag.records import ArticleSummary
from rag.web.wording import date

_MOST_DAYS = 92
_MOST_MONTHS = 96
_ARTICLES_NAMED = 50


class Unit(StrEnum):
    """How long the time is that a bar stands for."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedArticle:
    """An article and its date, in the reader's words."""

    article_id: str
    title: str
    direction: str
    language: str
    published: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The articles published from ``start`` until before ``end``; ``articles`` names the first of them."""

    start: datetime.date
    end: datetime.date
    label: str
    count: int
    articles: tuple[DatedArticle, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineView:
    """The bars, oldest first; times without an article have none. ``undated`` counts the articles without a date."""

    unit: Unit
    bars: tuple[Bar, ...]
    undated: int


def timeline_view(summaries: Sequence[ArticleSummary], language: str) -> TimelineView:
    """The timeline of all articles, in the reader's language."""
    dated = [(each.published, each) for each in summaries if each.published is not None]
    days = [day for day, _ in dated]
    unit = _unit(min(days), max(days)) if days else Unit.MONTH
    by_start: dict[datetime.date, list[ArticleSummary]] = defaultdict(list)
    for day, summary in sorted(dated, key=lambda each: (each[0], each[1].article_id)):
        by_start[_start(day, unit)].append(summary)
    return TimelineView(
        unit=unit,
        bars=tuple(_bar(start, unit, by_start[start], language) for start in sorted(by_start)),
        undated=len(summaries) - len(dated),
    )


def _unit(first: datetime.date, last: datetime.date) -> Unit:
    days = (last - first).days
    if days <= _MOST_DAYS:
        return Unit.DAY
    return Unit.MONTH if days / 30 <= _MOST_MONTHS else Unit.YEAR


def _start(day: datetime.date, unit: Unit) -> datetime.date:
    if unit is Unit.DAY:
        return day
    return day.replace(day=1) if unit is Unit.MONTH else day.replace(month=1, day=1)


def _end(start: datetime.date, unit: Unit) -> datetime.date:
    # Of the last day there is, no next one exists.
    try:
        if unit is Unit.DAY:
            return start + datetime.timedelta(days=1)
        if unit is Unit.MONTH:
            return (start + datetime.timedelta(days=31)).replace(day=1)
        return start.replace(year=start.year + 1)
    except (OverflowError, ValueError):
        return datetime.date.max


def _bar(start: datetime.date, unit: Unit, summaries: Sequence[ArticleSummary], language: str) -> Bar:
    return Bar(
        start=start,
        end=_end(start, unit),
        label=_label(start, unit, language),
        count=len(summaries),
        articles=tuple(
            DatedArticle(
                article_id=each.article_id,
                title=each.title,
                direction=dominant_direction(each.title),
                language=each.language,
                published=date(each.published, language),
            )
            for each in summaries[:_ARTICLES_NAMED]
        ),
    )


def _label(start: datetime.date, unit: Unit, language: str) -> str:
    if unit is Unit.DAY:
        return date(start, language)
    if unit is Unit.MONTH:
        return format_skeleton("yMMMM", datetime.datetime(start.year, start.month, 1), locale=language)  # noqa: DTZ001
    return format_date(start, format="y", locale=language)
