"""Quotations that differ, side by side: each value with the sentences that give it."""

from dataclasses import dataclass

from rag.languages import dominant_direction
from rag.records import Answer, Citation, Disagreement
from rag.web.answer_markup import differ_title
from rag.web.strings import STRINGS
from rag.web.wording import date, language_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A quotation around a value: ``before + value + after`` is the quotation, with ``value`` "" if it holds none."""

    marker: int
    article_id: str
    title: str
    title_direction: str
    published: str
    language: str
    language_name: str
    start: int
    end: int
    direction: str
    before: str
    value: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A value, and every quotation that gives it."""

    value: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that the quotations differ on."""

    title: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonView:
    """Everything that the quotations of an answer differ on."""

    question: str
    direction: str
    differences: tuple[Difference, ...]


def comparison_view(answer: Answer, language: str) -> ComparisonView:
    """What the quotations of ``answer`` differ on, in the reader's language."""
    return ComparisonView(
        question=answer.question,
        direction=dominant_direction(answer.question),
        differences=tuple(_difference(each, answer, language) for each in answer.disagreements),
    )


def _difference(disagreement: Disagreement, answer: Answer, language: str) -> Difference:
    by_marker = {citation.marker: citation for citation in answer.citations}
    sides: dict[str, list[Statement]] = {}
    for marker, value in zip(disagreement.markers, disagreement.values, strict=True):
        if marker in by_marker:
            sides.setdefault(value, []).append(_statement(by_marker[marker], value, language))
    return Difference(
        title=differ_title(disagreement, STRINGS[language]),
        sides=tuple(Side(value=value, statements=tuple(statements)) for value, statements in sides.items()),
    )


def _statement(citation: Citation, value: str, language: str) -> Statement:
    before, found, after = citation.quote.partition(value) if value else (citation.quote, "", "")
    return Statement(
        marker=citation.marker,
        article_id=citation.article_id,
        title=citation.title,
        title_direction=dominant_direction(citation.title),
        published=date(citation.published, language),
        language=citation.language,
        language_name=language_name(citation.language, language),
        start=citation.start,
        end=citation.end,
        direction=dominant_direction(citation.quote),
        before=before,
        value=found,
        after=after,
    )
