"""The corpus at a glance: a timeline of its articles, and a map of its passages."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Body, HTTPException, Query
from fastapi.responses import Response

from rag.corpus_map import CorpusMap, MapKeeper
from rag.errors import IndexStateError
from rag.languages import dominant_direction
from rag.records import ArticleSummary
from rag.web.methods import as_json
from rag.web.protocol import PageAssistant
from rag.web.reader_language import choose_language
from rag.web.strings import STRINGS
from rag.web.timeline import timeline_view
from rag.web.view import View
from rag.web.wording import language_name

_MOST_PLACED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedArticle:
    """An article of the map."""

    article_id: str
    title: str
    direction: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """The map: each point is (place of its article in ``articles``, language, start, end, x, y), 0 to 1.

    ``languages`` are their names by code, in the reader's language.
    """

    total: int
    articles: tuple[MappedArticle, ...]
    languages: dict[str, str]
    points: tuple[tuple[int, str, int, int, float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPoint:
    """A passage found for a question, on the map."""

    passage_id: str
    article_id: str
    title: str
    start: int
    end: int
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A question's place on the map, and those of the passages found for it."""

    x: float
    y: float
    passages: tuple[PlacedPoint, ...]


def overview_routes(assistant: PageAssistant) -> APIRouter:
    """The addresses of the timeline and of the map."""
    routes = APIRouter(prefix="/page/overview", include_in_schema=False)
    keeper = MapKeeper(assistant.settings.index_dir)

    @routes.get("/timeline")
    def timeline(lang: Annotated[str, Query(max_length=20)] = "") -> Response:
        return as_json(timeline_view(assistant.sources(), _known(lang)))

    @routes.get("/map")
    def corpus_map(lang: Annotated[str, Query(max_length=20)] = "") -> Response:
        language = _known(lang)
        try:
            drawn = keeper.map()
        except (IndexStateError, OSError):
            raise HTTPException(404, STRINGS[language].map_none) from None
        if not drawn.passages:
            raise HTTPException(404, STRINGS[language].map_none)
        return as_json(_map_view(drawn, assistant.sources(), language))

    @routes.post("/place")
    def place(passage_ids: Annotated[list[str], Body(max_length=_MOST_PLACED, embed=True)]) -> Response:
        try:
            found = keeper.place(passage_ids)
        except (IndexStateError, OSError):
            found = None
        if found is None:
            raise HTTPException(404, "None of these passages is on the map.")
        points = tuple(
            PlacedPoint(
                passage_id=each.passage.passage_id,
                article_id=each.passage.article_id,
                title=each.passage.title,
                start=each.passage.start,
                end=each.passage.end,
                x=each.x,
                y=each.y,
            )
            for each in found.passages
        )
        return as_json(PlaceView(x=found.x, y=found.y, passages=points))

    return routes


def _map_view(drawn: CorpusMap, summaries: tuple[ArticleSummary, ...], language: str) -> MapView:
    titles = {each.article_id: each for each in summaries}
    # An article removed a moment ago may still be on the map.
    shown = [each for each in drawn.passages if each.article_id in titles]
    ids = list(dict.fromkeys(each.article_id for each in shown))
    number_of = {article_id: number for number, article_id in enumerate(ids)}
    return MapView(
        total=drawn.total,
        articles=tuple(_mapped(titles[article_id]) for article_id in ids),
        languages={each.language: language_name(each.language, language) for each in shown},
        points=tuple(
            (number_of[each.article_id], each.language, each.start, each.end, round(each.x, 4), round(each.y, 4))
            for each in shown
        ),
    )


def _mapped(summary: ArticleSummary) -> MappedArticle:
    return MappedArticle(
        article_id=summary.article_id,
        title=summary.title,
        direction=dominant_direction(summary.title),
        language=summary.language,
    )


def _known(language: str) -> str:
    return choose_language(asked=language, remembered=None, accepted=None)


OVERVIEW = View(name="overview", label="view_overview", routes=overview_routes)
