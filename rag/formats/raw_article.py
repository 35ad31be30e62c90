"""What every format's reader returns."""

import datetime
from dataclasses import dataclass


class FormatError(Exception):
    """A file cannot be read as its suffix says. ``str(error)`` is one line, fit to say why it was skipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawArticle:
    """An article as its format states it, before anything is guessed.

    ``key`` is "" for a file that is one article, and the record's number, from 1, for a row. ``title`` and
    ``language`` are "" and ``published`` is None where the format states none.
    """

    key: str = ""
    title: str = ""
    text: str
    published: datetime.date | None = None
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What of a file is in no article, and why: a row that cannot be one, or, with the key "", a part of the whole."""

    key: str = ""
    reason: str
