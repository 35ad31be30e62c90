"""The publication date an article's own lines state: a dateline at its head or foot."""

import datetime
import re
from collections.abc import Iterable

from rag.formats.dates import parse_date, plain_line

_DATE_IN_LINE = re.compile(
    r"\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}"
    # 12 May 2022, 1er mai 2022, 12 de mayo de 2022, 17 أيلول/سبتمبر 2018, 3 كانون الثاني (يناير) 2020
    r"|\d{1,2}(?:er|st|nd|rd|th|º|\.)? (?:\w+ )?[^\W\d_]{3,}\.?(?: \w+)?(?: ?[/(] ?[^\W\d_]+(?: [^\W\d_]+)?\)?)?,?،?"
    r" (?:de )?\d{4}(?: г(?:ода\b|\.)?)?"
    r"|[^\W\d_]{3,}\.? \d{1,2}(?:st|nd|rd|th)?, \d{4}"
)  # fmt: skip
_TIME = re.compile(
    r"(?:(?:at|الساعة|в|à|um|בשעה|saat|a las|ساعت) )?\d{1,2}[:.h]\d{2}(?::\d{2})?"
    r"(?: ?(?:[ap]\.?m\.?|ص|م|صباحا|صباحاً|مساء|مساءً))?(?: ?\(?(?:gmt|utc|msk|cet|cest|eet|est|edt|мск|بتوقيت \w+)"
    r"(?: ?[+-]\d{1,2})?\)?)?",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"(?:published|posted|publication date|date|issued|created)(?: on| at)?|on|by"
    r"|تاريخ النشر|تم النشر(?: في| بتاريخ)?|نشر(?:ت)?(?: في| بتاريخ)?|نُشر(?: في| بتاريخ)?|التاريخ|تاريخ|بتاريخ"
    r"|الموافق|يوم|في"
    r"|опубликовано|дата(?: публикации)?|publié(?: le)?|le|date de publication|veröffentlicht(?: am)?|am|datum"
    r"|stand|publicado(?: el)?|fecha|el|yayınlanma(?: tarihi)?|yayın tarihi|tarih|פורסם(?: ב)?|תאריך|תאריך פרסום"
    r"|تاریخ انتشار|منتشر شده در|تاریخ|года|г",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"updated|last (?:updated|modified)|modified|آخر تحديث|اخر تحديث|تحديث|محدث|обновлено|изменено|mis à jour"
    r"|modifié|aktualisiert|actualizado|güncelle\w*|עודכן|به ?روزرسانی",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|fri|sat|sun)\b"
    r"|ال(?:[إا]ثنين|ثلاثاء|[أا]ربعاء|خميس|جمعة|سبت|[أا]حد)"
    r"|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    r"|(?:יום )?(?:ראשון|שני|שלישי|רביעי|חמישי|שישי|שבת)|pazartesi|salı|çarşamba|perşembe|cuma(?:rtesi)?|pazar",
    re.IGNORECASE,
)
_BREAKS = re.compile(r"[|•·–—:،,()\[\]/\t]| - ")
_SENTENCE_END = re.compile(r"[.!?؟。](?:\s|$)")
_MAX_DATELINE_CHARACTERS = 90
_MAX_BESIDE, _MAX_BESIDE_WORDS = 2, 3
_HEAD_LINES, _TAIL_LINES = 5, 3


def find_stated_date(lines: Iterable[str]) -> datetime.date | None:
    """The publication date that a dateline among the first or last lines states.

    A date inside a sentence or a headline is an event's, so the line must hold the date alone, with no more beside it
    than labels, a time, and a place or a name set off by punctuation.
    """
    filled = [line for line in lines if line.strip()]
    head = filled[:_HEAD_LINES]
    updated = None
    for position, line in enumerate(head + filled[max(len(head), len(filled) - _TAIL_LINES) :]):
        found, is_update = _dateline(line, alone=position == 0)
        if found is not None and not is_update:
            return found
        updated = updated or found
    return updated


def _dateline(line: str, *, alone: bool) -> tuple[datetime.date | None, bool]:
    """The date of a dateline, and whether it is that of an update. ``alone``: nothing may stand beside it."""
    line = plain_line(line)
    match = _DATE_IN_LINE.search(line) if len(line) <= _MAX_DATELINE_CHARACTERS else None
    found = parse_date(match.group()) if match else None
    if match is None or found is None:
        return None, False
    rest = _TIME.sub(" ", f"{line[: match.start()]}\0{line[match.end() :]}")
    if _SENTENCE_END.search(rest):
        return None, False
    is_update = False
    beside = 0
    for segment in _BREAKS.split(rest):
        words = " ".join(_WEEKDAY.sub(" ", segment).replace("\0", " ").split()).strip(" .-")
        if _UPDATED.fullmatch(words):
            is_update = True
        elif words and not _PUBLISHED.fullmatch(words):
            beside += 1
            # Words of no known meaning right beside the date make it part of a phrase: "Speech of 9 May 2022".
            if "\0" in segment or alone or beside > _MAX_BESIDE or len(words.split()) > _MAX_BESIDE_WORDS:
                return None, False
    return found, is_update
