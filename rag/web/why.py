"""How an answer came about: what was considered, what each part of the index said of it, what was read and quoted."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rag.fusion import WEIGHTS
from rag.languages import dominant_direction
from rag.reader import PASSAGES_READ
from rag.records import Answer, Citation, Hit
from rag.web.answer_markup import restrictions
from rag.web.strings import STRINGS
from rag.web.wording import language_name, number

# The named scores that are shown, in this order, and the names of their strings. The cosine is the meaning unscaled.
PARTS = {
    "dense": "part_meaning",
    "stems": "part_words",
    "grams": "part_letters",
    "sounds": "part_names",
    "cited": "part_cited",
    "relevance": "part_relevance",
}
_EXCERPT_CHARACTERS = 160
_MEANING, _READ = "dense", "relevance"
_WEIGHTS = {"dense": WEIGHTS.dense, "stems": WEIGHTS.stems, "grams": WEIGHTS.grams, "sounds": WEIGHTS.sounds}
# Of a passage in another language these are what its meaning leads one to expect (``rag.fusion``).
_OF_WORDS = ("stems", "grams")


class PassageState(StrEnum):
    """How far a passage came."""

    QUOTED = "quoted"
    READ = "read"
    CONSIDERED = "considered"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartScore:
    """What one part added to the score of a passage. ``assumed`` says that the meaning stands in for it."""

    value: float
    assumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsideredPassage:
    """A passage in the order of the score; ``markers`` are those of the quotations that stand in it.

    ``excerpt`` is how it begins, without its title.
    """

    rank: int
    state: PassageState
    markers: tuple[int, ...]
    article_id: str
    title: str
    direction: str
    language: str
    language_name: str
    excerpt: str
    excerpt_direction: str
    start: int
    end: int
    score: float
    parts: tuple[PartScore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyView:
    """What the picture shows. ``parts`` are the names of the parts in the reader's language, as passages have them."""

    question: str
    direction: str
    understood_as: str
    restricted_to: str
    considered: str
    read: str
    quoted: str
    parts: tuple[str, ...]
    passages: tuple[ConsideredPassage, ...]


def why_view(answer: Answer, language: str) -> WhyView:
    """How ``answer`` came about, in the reader's language."""
    strings = STRINGS[language]
    names = [name for name in PARTS if any(hit.parts.get(name) for hit in answer.hits)]
    passages = tuple(_considered(hit, answer, names, language) for hit in answer.hits)
    read = sum(passage.state is not PassageState.CONSIDERED for passage in passages)
    quoted = sum(passage.state is PassageState.QUOTED for passage in passages)
    understood = answer.understood_as or answer.question
    return WhyView(
        question=answer.question,
        direction=dominant_direction(answer.question),
        understood_as="" if understood == answer.question else understood,
        restricted_to=restrictions(answer.filters, language),
        considered=strings.why_considered.format(count=number(len(passages), language)),
        read=strings.why_read.format(count=number(read, language)),
        quoted=strings.why_quoted.format(count=number(quoted, language)),
        parts=tuple(getattr(strings, PARTS[name]) for name in names),
        passages=passages,
    )


def _considered(hit: Hit, answer: Answer, names: Sequence[str], language: str) -> ConsideredPassage:
    passage = hit.passage
    # The title stands above it already.
    excerpt = " ".join(passage.text.removeprefix(passage.title).split())[:_EXCERPT_CHARACTERS]
    markers = tuple(citation.marker for citation in answer.citations if _stands_in(citation, hit))
    return ConsideredPassage(
        rank=hit.rank,
        state=state_of(hit, answer),
        markers=markers,
        article_id=passage.article_id,
        title=passage.title,
        direction=dominant_direction(passage.title),
        language=passage.language,
        language_name=language_name(passage.language, language),
        excerpt=excerpt,
        excerpt_direction=dominant_direction(excerpt),
        start=passage.start,
        end=passage.end,
        score=hit.score,
        parts=tuple(_part(hit, name) for name in names),
    )


def state_of(hit: Hit, answer: Answer) -> PassageState:
    """How far a hit of ``answer`` came.

    Where a trained reader read, its hits have that part; else as many were read as are always read.
    """
    if any(_stands_in(citation, hit) for citation in answer.citations):
        return PassageState.QUOTED
    told = any(_READ in each.parts for each in answer.hits)
    was_read = _READ in hit.parts if told else hit.rank <= PASSAGES_READ
    return PassageState.READ if was_read else PassageState.CONSIDERED


def _stands_in(citation: Citation, hit: Hit) -> bool:
    # A quotation that other articles carry too is cited from them as well; it was found by this passage.
    carried = citation.article_id in hit.also_in and citation.quote in hit.passage.text
    return citation.passage_id == hit.passage.passage_id or carried


def _part(hit: Hit, name: str) -> PartScore:
    said = hit.parts.get(name, 0.0)
    if name == _READ:
        # How much reading counts, the reader alone knows: it added what the other parts did not.
        others = sum(_part(hit, other).value for other in PARTS if other != _READ)
        return PartScore(value=hit.score - others if said else 0.0, assumed=False)
    expected = WEIGHTS.stand_in * hit.parts.get(_MEANING, 0.0)
    return PartScore(value=_WEIGHTS.get(name, 1.0) * said, assumed=name in _OF_WORDS and said != 0 and said == expected)
