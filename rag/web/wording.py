"""Numbers, counts, dates and names of languages, in the reader's language."""

import dataclasses
import datetime
from functools import cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

from rag.web.strings import STRINGS, Plural


def number(value: float, language: str) -> str:
    """``value`` with the language's own grouping."""
    return format_decimal(value, locale=language)


def counted(phrase: Plural, count: int, language: str) -> str:
    """``phrase`` in the form that ``count`` asks for, with the number filled in."""
    category = Locale.parse(language).plural_form(count)
    return (getattr(phrase, category) or phrase.other).format(count=number(count, language))


def date(value: datetime.date | None, language: str) -> str:
    """A date written out, and nothing where there is none."""
    return format_date(value, format="long", locale=language) if value else ""


@cache
def language_name(code: str, language: str) -> str:
    """What ``language`` calls the language ``code``; nothing where it has no name for it."""
    if code == "und":
        return ""
    try:
        return Locale.parse(code).get_language_name(language) or ""
    except (UnknownLocaleError, ValueError):
        return ""


def words_of(language: str) -> dict[str, Any]:
    """Every string of a language by its name, for the browser's own script; a plural is its forms by category."""
    return dataclasses.asdict(STRINGS[language])
