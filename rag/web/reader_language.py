"""Which interface language a reader gets."""

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from rag.web.strings import FALLBACK_LANGUAGE, STRINGS

LANGUAGE_COOKIE = "masdar_language"


def language_of_request(headers: Headers, asked: str | None = None) -> str:
    """The interface language for a request: what its address asks for, else its cookie, else its browser's."""
    return choose_language(
        asked=asked,
        remembered=cookie_parser(headers.get("cookie", "")).get(LANGUAGE_COOKIE),
        accepted=headers.get("accept-language"),
    )


def choose_language(*, asked: str | None, remembered: str | None, accepted: str | None) -> str:
    """The interface language for a reader.

    Args:
        asked: What the address asks for.
        remembered: What the reader chose before.
        accepted: The browser's ``Accept-Language`` header.
    """
    for language in (asked, remembered, *_by_preference(accepted or "")):
        if language is not None and language in STRINGS:
            return language
    return FALLBACK_LANGUAGE


def _by_preference(header: str) -> list[str]:
    weighed: list[tuple[float, str]] = []
    for part in header.split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        # "iw" is what browsers sent for Hebrew before ISO 639 renamed it.
        language = name.partition("-")[0].strip().lower().replace("iw", "he")
        if weight > 0:
            weighed.append((-weight, language))
    return [language for _, language in sorted(weighed, key=lambda pair: pair[0])]
