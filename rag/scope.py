"""A question and the filters it is asked with → what to search for, and among which passages."""

import datetime
from dataclasses import dataclass, replace

import numpy as np

from rag.filters import UNDATED, Catalogue
from rag.question_dates import DatedQuestion, read_dates
from rag.records import Filters

# Where fewer articles than this share have a date, a date in the question would hide most of what is there.
_MIN_DATED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """``query`` is what is searched, without words that only say when; ``filters`` hold what these words said."""

    query: str
    filters: Filters


def scope_of(
    question: str, query: str, filters: Filters, catalogue: Catalogue, *, today: datetime.date | None = None
) -> Scope:
    """Where the question speaks of when its articles were published, the filters are narrowed to that.

    Nothing is narrowed where that would leave nothing, or where most articles have no date.

    Args:
        question: The question as it was asked.
        query: What would be searched for it: the same, or completed from the questions before.
        filters: Those given with the question; they hold in any case.
        catalogue: Says which articles there are.
        today: What "yesterday" counts from. Where it is not given, the day of asking; and where that leaves nothing of
            what was published "yesterday", as in an archive, the day of the newest article.

    Raises:
        FilterError: a filter names what is not there.
    """
    asked = Scope(query=query, filters=filters)
    dated = catalogue.days[catalogue.days != UNDATED]
    if len(dated) < max(1, _MIN_DATED * len(catalogue.days)):
        return asked
    newest = datetime.date.fromordinal(int(dated.max()))
    for day in [today] if today else [datetime.datetime.now().astimezone().date(), newest]:
        said = read_dates(question, day) or read_dates(query, day)
        if said is None:
            return asked
        narrowed = _narrowed(filters, said)
        if narrowed is not None and _is_sensible(filters, narrowed, catalogue):
            rest = said if question == query else read_dates(query, day)
            return Scope(query=rest.query or query if rest else query, filters=narrowed)
        if not (said.counts_from_today and said.of_articles):
            break
    return asked


def _narrowed(filters: Filters, said: DatedQuestion) -> Filters | None:
    since = max((day for day in (filters.since, said.since) if day), default=None)
    until = min((day for day in (filters.until, said.until) if day), default=None)
    return None if since and until and since > until else replace(filters, since=since, until=until)


def _is_sensible(filters: Filters, narrowed: Filters, catalogue: Catalogue) -> bool:
    """Whether something is left, and more is left out than what has no date."""
    left = catalogue.rows_within(narrowed)
    if left is None or not left.any():
        return False
    there = catalogue.rows_within(filters)
    left_out = ~left if there is None else there & ~left
    without_date = catalogue.days[catalogue.article_of_row[left_out]] == UNDATED
    return bool(len(without_date) == 0 or not np.all(without_date))
