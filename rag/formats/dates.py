"""Stated dates → `datetime.date`, in the ways newspapers write them; never a date that is only partly stated."""

import datetime
import re
import unicodedata

_YEARS = range(1900, 2101)

# The months of the Levant, of Egypt and the Gulf, and of the Maghreb; dateparser knows only Egypt's.
ARABIC_MONTHS = (
    "كانون الثاني|يناير|جانفي",
    "شباط|فبراير|فيفري|فبرائر",
    "آذار|اذار|مارس",
    "نيسان|أبريل|ابريل|إبريل|أفريل|افريل",
    "أيار|ايار|مايو|ماي",
    "حزيران|يونيو|يونيه|جوان",
    "تموز|يوليو|يوليوز|يوليه|جويلية",
    "آب|أغسطس|اغسطس|أوت|اوت|غشت",
    "أيلول|ايلول|سبتمبر|شتنبر|سيبتمبر",
    "تشرين الأول|تشرين الاول|أكتوبر|اكتوبر",
    "تشرين الثاني|نوفمبر|نونبر",
    "كانون الأول|كانون الاول|ديسمبر|دجنبر",
)
_ARABIC_MONTH = {
    re.sub(r"\s+", " ", name): number
    for number, names in enumerate(ARABIC_MONTHS, start=1)
    for name in names.split("|")
}
_ARABIC_MONTH_NAME = "(?:" + "|".join(sorted(map(re.escape, _ARABIC_MONTH), key=len, reverse=True)) + ")"

_INVISIBLE = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?")
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})[./](?P<m>\d{1,2})[./](?P<d>\d{1,2})(?: \d{1,2}:\d{2}.*)?")
_NUMERIC = re.compile(r"(?P<d>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<y>\d{4})(?: г\.?)?(?:,? \d{1,2}:\d{2}.*)?")
_ARABIC = re.compile(
    rf"(?:\w+،? )?(?P<d>\d{{1,2}}) (?:من )?(?P<m>{_ARABIC_MONTH_NAME})"
    rf"(?: ?[/(] ?(?P<n>{_ARABIC_MONTH_NAME})\)?)?،? (?:عام |سنة )?(?P<y>\d{{4}}) ?م?"
)
_HAS_DAY_AND_YEAR = re.compile(r"(?<!\d)\d{1,2}(?!\d).*(?<!\d)\d{4}(?!\d)|(?<!\d)\d{4}(?!\d).*(?<!\d)\d{1,2}(?!\d)")
_LANGUAGES = ["en", "ar", "ru", "he", "fr", "de", "es", "tr", "fa", "uk"]
_MAX_CHARACTERS = 60


def parse_date(text: str) -> datetime.date | None:
    """The date that the whole of ``text`` states: day, month and year, perhaps with a weekday and a time.

    Of "3/4/2022" the first number is the day, as in every language here but American English. None where any part is
    missing or the year is not between 1900 and 2100.
    """
    text = plain_line(text)
    if not text or len(text) > _MAX_CHARACTERS:
        return None
    for pattern in (_ISO, _YEAR_FIRST, _NUMERIC):
        if match := pattern.fullmatch(text):
            return _date(int(match["y"]), int(match["m"]), int(match["d"]))
    if match := _ARABIC.fullmatch(text):
        month = _ARABIC_MONTH[match["m"]]
        if match["n"] and _ARABIC_MONTH[match["n"]] != month:
            return None
        return _date(int(match["y"]), month, int(match["d"]))
    return _parse_with_library(text) if _HAS_DAY_AND_YEAR.search(text) else None


def plain_line(text: str) -> str:
    """Digits of every script as 0-9, single spaces, no bidi marks."""
    text = _INVISIBLE.sub("", text)
    text = "".join(str(unicodedata.decimal(character)) if character.isdecimal() else character for character in text)
    return " ".join(text.split()).strip(" .,،;")


def _date(year: int, month: int, day: int) -> datetime.date | None:
    if month > 12 >= day:
        day, month = month, day
    try:
        return datetime.date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def _parse_with_library(text: str) -> datetime.date | None:
    # It loads its languages' tables: only a file with such a date pays for them.
    import dateparser  # type: ignore[import-untyped]

    moment = dateparser.parse(
        text,
        languages=_LANGUAGES,
        settings={
            "PARSERS": ["absolute-time"],
            "REQUIRE_PARTS": ["day", "month", "year"],
            "STRICT_PARSING": True,
            "DATE_ORDER": "DMY",
            "PREFER_LOCALE_DATE_ORDER": False,
        },
    )
    return moment.date() if moment is not None and moment.year in _YEARS else None
