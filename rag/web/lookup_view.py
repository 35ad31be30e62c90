"""The tab where a quotation is pasted and its places are shown, with the words that were altered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Body
from fastapi.responses import Response

from rag.languages import dominant_direction
from rag.web.answer_markup import lines_of, source_value
from rag.web.api import LONGEST_QUOTATION
from rag.web.found_places import FoundPlace, find_places, named_in_link
from rag.web.methods import as_json
from rag.web.protocol import PageAssistant
from rag.web.reader_language import choose_language
from rag.web.strings import STRINGS
from rag.web.view import View
from rag.web.wording import date, language_name

Kind = Literal["exact", "altered", "named", "nowhere"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of a quotation: "same" in both, "quoted" only in the article, "asked" only in what was looked up."""

    kind: Literal["same", "quoted", "asked"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """One place in the reader's words. ``value`` is what a button that opens it carries."""

    value: str
    article_id: str
    title: str
    title_direction: str
    language: str
    language_name: str
    published: str
    lines: str
    quote: str
    direction: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupView:
    """What was found, best first."""

    kind: Kind
    places: tuple[PlaceView, ...]


def lookup_routes(assistant: PageAssistant) -> APIRouter:
    """The address that the tab's script calls."""
    router = APIRouter(include_in_schema=False)

    @router.post("/page/lookup")
    def lookup(text: str = Body(min_length=1, max_length=LONGEST_QUOTATION), lang: str = Body("")) -> Response:
        language = choose_language(asked=lang, remembered=None, accepted=None)
        return as_json(lookup_view(text, find_places(assistant, text), language))

    return router


def lookup_view(text: str, places: tuple[FoundPlace, ...], language: str) -> LookupView:
    """What the tab shows of the places of ``text``, in the reader's language."""
    return LookupView(kind=_kind(text.strip(), places), places=tuple(_place(place, language) for place in places))


def _kind(text: str, places: tuple[FoundPlace, ...]) -> Kind:
    if not places:
        return "nowhere"
    asked = named_in_link(text) or text
    if len(places) == 1 and (asked == places[0].article_id or asked.startswith(f"{places[0].article_id}#")):
        return "named"
    return "altered" if places[0].alterations else "exact"


def _place(place: FoundPlace, language: str) -> PlaceView:
    return PlaceView(
        value=source_value(place.article_id, place.start, place.end),
        article_id=place.article_id,
        title=place.title,
        title_direction=dominant_direction(place.title),
        language=place.language,
        language_name=language_name(place.language, language),
        published=date(place.published, language),
        lines=lines_of(place, STRINGS[language]),
        quote=place.quote,
        direction=dominant_direction(place.quote),
        pieces=tuple(pieces(place)),
    )


def pieces(place: FoundPlace) -> Iterator[Piece]:
    """The quotation of a place cut where its words were altered, with what was asked for in their stead."""
    at = 0
    for alteration in place.alterations:
        start, end = alteration.quoted_span
        if at < start:
            yield Piece(kind="same", text=place.quote[at:start])
        if alteration.asked:
            yield Piece(kind="asked", text=alteration.asked)
        if alteration.quoted:
            yield Piece(kind="quoted", text=alteration.quoted)
        at = end
    if at < len(place.quote):
        yield Piece(kind="same", text=place.quote[at:])


LOOKUP = View(name="lookup", label="view_lookup", routes=lookup_routes)
