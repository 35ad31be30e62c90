"""What a column, a key of front matter or a key of a JSON object means, whatever language it is named in."""

import datetime
import re
import unicodedata
from collections.abc import Mapping

from rag.formats.dates import parse_date

# In order of preference: where a table has two columns of one meaning, the first name wins.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": (
        "title", "headline", "heading", "العنوان", "عنوان", "عنوان المقال", "titre", "заголовок", "название",
        "כותרת", "título", "titulo", "titel", "überschrift", "başlık", "تیتر", "标题",
    ),
    "text": (
        "text", "body", "content", "article", "article text", "full text", "النص", "نص", "نص المقال", "المحتوى",
        "المقال", "texte", "contenu", "текст", "содержание", "טקסט", "תוכן", "texto", "contenido", "inhalt",
        "metin", "içerik", "متن", "正文",
    ),
    "date": (
        "date", "published", "publication date", "published at", "published on", "date published", "publish date",
        "pubdate", "pub date", "datetime", "timestamp", "تاريخ النشر", "التاريخ", "تاريخ", "date de publication",
        "дата публикации", "дата", "תאריך", "תאריך פרסום", "fecha", "datum", "tarih", "تاریخ", "日期",
    ),
    "source": (
        "source", "publisher", "المصدر", "مصدر", "источник", "מקור", "fuente", "quelle", "kaynak", "منبع", "来源",
    ),
    "language": (
        "language", "lang", "locale", "اللغة", "لغة", "langue", "язык", "שפה", "idioma", "sprache", "dil", "زبان",
    ),
}  # fmt: skip
KNOWN_NAMES = frozenset(name for names in _NAMES.values() for name in names)
TEXT_NAMES = _NAMES["text"][:4]

_SEPARATORS = re.compile(r"[\s_\-]+")


def plain_name(name: str) -> str:
    """A column's name for comparing: "Published_At" and "published at" are one."""
    return _SEPARATORS.sub(" ", unicodedata.normalize("NFKC", name).strip("\ufeff \t\"'")).strip().casefold()


def find_names(names: Mapping[str, str]) -> Mapping[str, str]:
    """From plain name → name as written, to meaning → name as written, for the meanings that are there."""
    found = {}
    for meaning, candidates in _NAMES.items():
        for candidate in candidates:
            if candidate in names:
                found[meaning] = names[candidate]
                break
    return found


def by_meaning(record: Mapping[str, object]) -> Mapping[str, object]:
    """The values of ``record`` by what their names mean; names of no known meaning are left out."""
    found = find_names({plain_name(name): name for name in record})
    return {meaning: record[name] for meaning, name in found.items()}


def text_of(value: object) -> str:
    """A field as one line of text; "" for what is not a word or a number."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return " ".join(str(value).split())


def date_of(value: object) -> datetime.date | None:
    """A field as a date, None where it states none."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    return parse_date(value) if isinstance(value, str) else None
