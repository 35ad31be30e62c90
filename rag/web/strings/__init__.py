"""Every word the page says of its own, a module a language."""

from collections.abc import Mapping
from types import MappingProxyType

from rag.web.strings.arabic import ARABIC
from rag.web.strings.english import ENGLISH
from rag.web.strings.fields import Plural, Strings
from rag.web.strings.french import FRENCH
from rag.web.strings.hebrew import HEBREW
from rag.web.strings.russian import RUSSIAN

__all__ = ["FALLBACK_LANGUAGE", "STRINGS", "Plural", "Strings"]

FALLBACK_LANGUAGE = "en"

STRINGS: Mapping[str, Strings] = MappingProxyType(
    {"ar": ARABIC, "en": ENGLISH, "ru": RUSSIAN, "he": HEBREW, "fr": FRENCH}
)
