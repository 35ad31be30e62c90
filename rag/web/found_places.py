"""Places of a quotation that was looked up, each with the words in which it differs there."""

import dataclasses
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from rag.lookup import altered_words
from rag.records import Alteration, Citation
from rag.web.protocol import PageAssistant

_PLACE_IN_LINK = re.compile(r"(?P<article_id>.+):(?P<start>\d+)[-:](?P<end>\d+)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPlace(Citation):
    """A place that a looked-up text stands at; ``alterations`` are the words altered in it, none where it is exact."""

    alterations: tuple[Alteration, ...] = ()


def find_places(assistant: PageAssistant, text: str) -> tuple[FoundPlace, ...]:
    """Where ``text`` stands, best first; a quotation, an article id, ``article_id#start-end``, or a permanent link."""
    asked = named_in_link(text) or text
    return tuple(_with_alterations(asked, citation) for citation in assistant.lookup(asked))


def named_in_link(text: str) -> str:
    """The ``article_id#start-end`` that a permanent link (``…?cite=article_id:start-end``) names, "" if it is none."""
    text = text.strip()
    if "cite=" not in text or any(character.isspace() for character in text):
        return ""
    try:
        asked = parse_qs(urlsplit(text).query).get("cite", [""])[-1]
    except ValueError:  # no address at all
        return ""
    place = _PLACE_IN_LINK.fullmatch(asked)
    return f"{place['article_id']}#{place['start']}-{place['end']}" if place else ""


def _with_alterations(text: str, citation: Citation) -> FoundPlace:
    values = {field.name: getattr(citation, field.name) for field in dataclasses.fields(Citation)}
    return FoundPlace(**values, alterations=altered_words(text, citation))
