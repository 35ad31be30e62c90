"""Text → the dates and periods it mentions: "5 May 2020", "آذار/مارس 2022", "the last three months", "2019–2021"."""

import calendar
import datetime
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.date_words import YEAR, DateWords
from rag.formats.dates import parse_date

_UNITS = ("day", "week", "month", "year")
_LOOKED_BACK_CHARACTERS = 160
_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A date or period in a text, by its offsets there, with its first and last day.

    ``unit`` is "day", "week", "month" or "year": how exact it is. ``is_relative`` where it counts from another day,
    and then ``is_now`` where it is the present one or nearly, ``is_length`` where it is a length of time: "3 months".
    ``has_year`` is false of a month whose year was added.
    """

    start: int
    end: int
    first: datetime.date
    last: datetime.date
    unit: str
    is_relative: bool = False
    is_now: bool = False
    is_length: bool = False
    has_year: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grammar:
    words: DateWords
    date: re.Pattern[str]
    months: tuple[re.Pattern[str], ...]
    not_alone: re.Pattern[str]
    numbers: tuple[re.Pattern[str], ...]
    periods: tuple[tuple[str, str, tuple[str, str]], ...]
    lengths: tuple[tuple[int, re.Pattern[str]], ...]


def mentions(text: str, words: DateWords, today: datetime.date) -> list[Mention]:
    """The dates that normalised ``text`` mentions in one language, in order; ``today`` is counted from."""
    grammar = _grammar(words)
    found = (_mention(match, grammar, today) for match in grammar.date.finditer(text))
    return [_with_length(text, grammar, mention) for mention in found if mention is not None]


def ending(source: str) -> re.Pattern[str]:
    """A pattern of whole words for ``before``."""
    return re.compile(rf"(?<!\w)(?:{source})$")


def before(pattern: re.Pattern[str], text: str, end: int) -> re.Match[str] | None:
    """``pattern`` where it ends at ``end``. A long text is not searched from its beginning for each date in it."""
    return pattern.search(text, max(0, end - _LOOKED_BACK_CHARACTERS), end)


def in_year(mention: Mention, year: int) -> Mention:
    """A mention of a month, or of a day in it, that year."""
    try:
        first = mention.first.replace(year=year)
    except ValueError:  # 29 February
        return mention
    last = first if mention.unit == "day" else _end_of(first, "month")
    return replace(mention, first=first, last=last, has_year=True, is_relative=False)


@functools.cache
def _grammar(words: DateWords) -> _Grammar:
    months = "|".join(f"(?:{names})" for names in sorted(words.months, key=len, reverse=True))
    number = rf"\d{{1,3}}|{'|'.join(words.numbers)}"
    lines = [line.strip().partition(": ") for line in words.relative.strip().splitlines()]
    periods = [(f"r{place}", *rule.split(), source) for place, (rule, _, source) in enumerate(lines)]
    relative = "|".join(f"(?P<{name}>{_numbered(source, name, number)})" for name, _, _, _, source in periods)
    forms = (
        rf"(?P<iso>{YEAR}-\d{{1,2}}(?:-\d{{1,2}})?)",
        rf"(?P<numeric>(?:\d{{1,2}}[./]){{1,2}}{YEAR})",
        relative,
        rf"(?P<years>(?P<from_year>{YEAR}) ?[-\u2013\u2014] ?(?P<to_year>{YEAR}))",
        rf"(?:{words.day})?{words.month_before}(?P<month>{months})(?: ?[/(] ?(?:{months}) ?\)?)?"
        rf"(?: (?P<day_behind>\d{{1,2}})(?:st|nd|rd|th)?(?![\d/.-]))?(?:{words.year_behind})?",
        words.year_alone,
    )
    return _Grammar(
        words=words,
        # Not within a longer number, a decade ("2010s", "2010-х"), a share or a season ("2019/20").
        date=re.compile(rf"(?<![\w./-]){words.clitics}(?P<date>{'|'.join(forms)})(?![\w%])(?![-/.]\d)(?!-\w)"),
        months=tuple(re.compile(names) for names in words.months),
        not_alone=re.compile(words.not_alone),
        numbers=tuple(re.compile(names) for names in words.numbers),
        periods=tuple((name, unit, (first, last)) for name, unit, first, last, _ in periods),
        lengths=((1, _length(words, number, words.following)), (-1, _length(words, number, words.preceding))),
    )


def _numbered(source: str, name: str, number: str) -> str:
    """``source`` with a group for the number in each of its branches."""
    beginning, *branches = source.split("{n}")
    return beginning + "".join(f"(?P<{name}n{place}>{number}){rest}" for place, rest in enumerate(branches))


def _length(words: DateWords, number: str, side: str) -> re.Pattern[str]:
    units = "|".join(f"(?P<{unit}>{names})" for unit, names in zip(_UNITS, words.units, strict=True))
    return ending(rf"{words.clitics}(?P<length>(?:the |la |le |l'|ال|ה)?(?:(?P<n>{number}) )?(?:{units}) (?:{side}))")


def _mention(match: re.Match[str], grammar: _Grammar, today: datetime.date) -> Mention | None:
    start, end = match.span("date")
    values = {name: value for name, value in match.groupdict().items() if value}
    for name, unit, rule in grammar.periods:
        if name in values:
            number = next((value for group, value in values.items() if group.startswith(f"{name}n")), "1")
            return _period(start, end, unit, rule, _count(number, grammar), today, grammar.words.first_weekday)
    if "years" in values:
        first, last = _calendar(start, end, int(values["from_year"])), _calendar(start, end, int(values["to_year"]))
        return replace(first, last=last.last) if first and last and first.first < last.first else None
    if "only_year" in values:
        return _calendar(start, end, int(values["only_year"]))
    if figures := values.get("iso", values.get("numeric")):
        return _in_figures(start, end, figures)
    month = next(number for number, names in enumerate(grammar.months, 1) if names.fullmatch(values["month"]))
    day = int(values.get("day", values.get("day_behind", "0")))
    if "year" in values:
        return _calendar(start, end, int(values["year"]), month, day)
    if not day and grammar.not_alone.fullmatch(values["month"]):
        return None
    latest = _calendar(start, end, today.year - ((month, day or 1) > (today.month, today.day)), month, day)
    return replace(latest, has_year=False, is_relative=True, is_now=True) if latest else None


def _in_figures(start: int, end: int, figures: str) -> Mention | None:
    numbers = [int(number) for number in re.findall(r"\d+", figures)]
    if len(numbers) == 2:
        return _calendar(start, end, max(numbers), min(numbers))
    date = parse_date(figures)
    return _calendar(start, end, date.year, date.month, date.day) if date else None


def _calendar(start: int, end: int, year: int, month: int = 0, day: int = 0) -> Mention | None:
    """A day, a month without ``day``, or a year without ``month``; None where there is no such day."""
    unit = "day" if day else "month" if month else "year"
    try:
        first = datetime.date(year, month or 1, day or 1)
    except ValueError:
        return None
    return Mention(start=start, end=end, first=first, last=_end_of(first, unit), unit=unit)


def _count(text: str, grammar: _Grammar) -> int:
    if text.isdigit():
        return int(text)
    return next(number for number, names in enumerate(grammar.numbers, 1) if names.fullmatch(text))


def _period(
    start: int,
    end: int,
    unit: str,
    rule: tuple[str, str],
    number: int,
    today: datetime.date,
    first_weekday: int,
) -> Mention:
    """A period counted from ``today``: "last 3", "ago 3", or from one to another of the calendar's, 0 the present."""
    if rule[0] in {"last", "ago"}:
        first = _moved(today, unit, -(number if rule[1] == "n" else int(rule[1])))
        is_length = rule[0] == "ago"
        last = first if is_length else today
    else:
        is_length = False
        first = _beginning(_moved(today, unit, int(rule[0])), unit, first_weekday)
        last = _end_of(_beginning(_moved(today, unit, int(rule[1])), unit, first_weekday), unit)
    return Mention(
        start=start,
        end=end,
        first=first,
        last=min(last, today),
        unit=unit,
        is_relative=True,
        is_now=unit == "day" and first == today,
        is_length=is_length,
    )


def _with_length(text: str, grammar: _Grammar, mention: Mention) -> Mention:
    """The week after, or the ten days before, the day mentioned, where the text says so."""
    for sign, pattern in grammar.lengths:
        match = before(pattern, text, mention.start) if mention.unit == "day" else None
        if match is None:
            continue
        unit = next(unit for unit in _UNITS if match[unit])
        reached = _moved(mention.first, unit, sign * _count(match["n"] or "1", grammar))
        first, last = sorted((mention.first + sign * _ONE_DAY, reached))
        return replace(mention, start=match.start("length"), first=first, last=last, unit="week")
    return mention


def _moved(day: datetime.date, unit: str, count: int) -> datetime.date:
    if unit in {"day", "week"}:
        return day + count * (7 if unit == "week" else 1) * _ONE_DAY
    year, month = divmod(day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1), 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _beginning(day: datetime.date, unit: str, first_weekday: int) -> datetime.date:
    if unit == "week":
        return day - ((day.weekday() - first_weekday) % 7) * _ONE_DAY
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[unit]


def _end_of(first: datetime.date, unit: str) -> datetime.date:
    return _moved(first, unit, 1) - _ONE_DAY


def days_between(first: int, last: Mention) -> Sequence[Mention]:
    """The day ``first`` of the month of ``last``, and ``last``; none where that day is not before it."""
    if last.unit != "day" or not 0 < first < last.first.day:
        return ()
    day = last.first.replace(day=first)
    return (replace(last, first=day, last=day), last)
