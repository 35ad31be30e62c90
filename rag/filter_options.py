"""Filters on the command line: ``--language``, ``--article``, ``--since``, ``--until``, and in words."""

import argparse
import calendar
import datetime
import re
from collections.abc import Callable

from rag.records import Filters

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def add_filter_options(command: argparse.ArgumentParser) -> None:
    """Let ``command`` take filters."""
    group = command.add_argument_group("which articles to look in")
    group.add_argument(
        "--language", action="append", default=[], metavar="CODE", help="only this language, such as ar; repeatable"
    )
    group.add_argument(
        "--article", action="append", default=[], metavar="ID", help="only this article, or folder/; repeatable"
    )
    since_help = "published on that day or later: 2022-03-01, 2022-03 or 2022"
    group.add_argument("--since", type=_date("first"), metavar="DATE", help=since_help)
    until_help = "published on that day or earlier"
    group.add_argument("--until", type=_date("last"), metavar="DATE", help=until_help)


def filters_of(options: argparse.Namespace) -> Filters:
    """The filters that a command was given."""
    return Filters(
        languages=tuple(options.language), articles=tuple(options.article), since=options.since, until=options.until
    )


def described(filters: Filters) -> str:
    """What ``filters`` leave in, in a few words; "" where they leave in everything."""
    since, until = filters.since, filters.until
    dates = " ".join([*([f"since {since}"] if since else []), *([f"until {until}"] if until else [])])
    parts = (
        f"in {', '.join(filters.languages)}" if filters.languages else "",
        f"from {', '.join(filters.articles)}" if filters.articles else "",
        f"published {dates}" if dates else "",
    )
    return " ".join(filter(None, parts))


def _date(end: str) -> Callable[[str], datetime.date]:
    """Reads a day, or the first or last one of a month or a year."""

    def read(text: str) -> datetime.date:
        match = _DAY.fullmatch(text.strip())
        try:
            if match is None:
                raise ValueError(text)
            year = int(match[1])
            month = int(match[2] or (1 if end == "first" else 12))
            last = calendar.monthrange(year, month)[1]
            return datetime.date(year, month, int(match[3] or (1 if end == "first" else last)))
        except ValueError:  # calendar's own error is one too
            raise argparse.ArgumentTypeError(f"{text!r} is no date: write 2022-03-01, 2022-03 or 2022") from None

    return read
