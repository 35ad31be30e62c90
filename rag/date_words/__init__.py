"""How five languages speak of dates and of what was published: the words behind ``question_dates``.

Another language is one more module of ``DateWords``, named in ``LANGUAGES``.
"""

import re

from rag.date_words.arabic import ARABIC
from rag.date_words.english import ENGLISH
from rag.date_words.form import YEAR, DateWords
from rag.date_words.french import FRENCH
from rag.date_words.hebrew import HEBREW
from rag.date_words.russian import RUSSIAN

__all__ = ["LANGUAGES", "YEAR", "DateWords", "languages_of"]

LANGUAGES: tuple[DateWords, ...] = (ARABIC, ENGLISH, RUSSIAN, HEBREW, FRENCH)


def languages_of(text: str) -> tuple[DateWords, ...]:
    """Those whose script occurs in normalised ``text``."""
    return tuple(words for words in LANGUAGES if re.search(words.letters, text))
