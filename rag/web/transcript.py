"""Turns → a conversation as a document: its quotations numbered from 1 to the end, each source named once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.citations import segments
from rag.records import Answer, Citation, Disagreement
from rag.web.answer_markup import brief, differ_title
from rag.web.chat import Turn, TurnState
from rag.web.strings import STRINGS

Piece = tuple[str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What sources differ on, in words, and each value with the numbers of the sources that give it."""

    title: str
    values: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptTurn:
    """A question and what was answered: paragraphs of text, each followed by the numbers of its sources.

    ``short_answer`` is the answer in a few words, where it has one beside its quotations. ``differences`` are what the
    quotations give different values for. ``language`` is that of what is not quoted. ``note`` says what there is to say
    of an answer that failed or was stopped. ``suggestions`` are questions to ask instead of an unclear one. ``status``
    is a class for its looks.
    """

    question: str
    short_answer: str
    paragraphs: tuple[tuple[Piece, ...], ...]
    differences: tuple[Difference, ...]
    language: str
    note: str
    suggestions: tuple[str, ...]
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """``sources[i]`` is what the number i + 1 stands for."""

    title: str
    turns: tuple[TranscriptTurn, ...]
    sources: tuple[Citation, ...]


def transcript(title: str, turns: Sequence[Turn], language: str) -> Transcript:
    """The document of a conversation; its notes are in ``language``."""
    numbers: dict[tuple[str, int, int, str], int] = {}
    sources: list[Citation] = []

    def number_of(citation: Citation) -> int:
        place = (citation.article_id, citation.start, citation.end, citation.quote)
        if place not in numbers:
            sources.append(citation)
            numbers[place] = len(sources)
        return numbers[place]

    written = []
    for turn in turns:
        answer = turn.answer
        paragraphs: tuple[tuple[Piece, ...], ...] = ()
        differences: tuple[Difference, ...] = ()
        if answer is not None:
            by_marker = {citation.marker: number_of(citation) for citation in answer.citations}
            pieces = segments(_without_half_a_marker(answer.text), answer.citations)
            paragraphs = _paragraphs([(text, None if mark is None else by_marker[mark]) for text, mark in pieces])
            differences = tuple(_difference(each, by_marker, language) for each in answer.disagreements)
        written.append(
            TranscriptTurn(
                question=turn.question,
                short_answer=brief(answer) if answer is not None and turn.state is TurnState.COMPLETE else "",
                paragraphs=paragraphs,
                differences=differences,
                language=answer.language if answer is not None else language,
                note=_note(turn, language),
                suggestions=answer.suggestions if answer is not None else (),
                status=_status(turn, answer),
            )
        )
    return Transcript(title=title, turns=tuple(written), sources=tuple(sources))


def _difference(disagreement: Disagreement, by_marker: dict[int, int], language: str) -> Difference:
    numbers: dict[str, list[int]] = {}
    for marker, value in zip(disagreement.markers, disagreement.values, strict=True):
        if marker in by_marker:
            numbers.setdefault(value, []).append(by_marker[marker])
    title = differ_title(disagreement, STRINGS[language])
    return Difference(title=title, values=tuple((value.strip(), tuple(each)) for value, each in numbers.items()))


def _without_half_a_marker(text: str) -> str:
    return re.sub(r"\[\d*$", "", text)


def _paragraphs(pieces: Sequence[Piece]) -> tuple[tuple[Piece, ...], ...]:
    # Lines break inside a quotation too: only a blank line, or a break right after a marker, ends a paragraph.
    paragraphs: list[list[Piece]] = [[]]
    for text, number in pieces:
        if number is not None:
            paragraphs[-1].append((text, number))
            continue
        if paragraphs[-1] and paragraphs[-1][-1][1] is not None and text.startswith("\n"):
            paragraphs.append([])
        for index, part in enumerate(re.split(r"\n[ \t]*\n\s*", text.strip("\n"))):
            if index:
                paragraphs.append([])
            if part.strip():
                paragraphs[-1].append((part, None))
    return tuple(tuple(paragraph) for paragraph in paragraphs if paragraph)


def _note(turn: Turn, language: str) -> str:
    strings = STRINGS[language]
    if turn.state is TurnState.FAILED:
        return strings.failed
    return "" if turn.state is TurnState.COMPLETE else strings.stopped


def _status(turn: Turn, answer: Answer | None) -> str:
    if turn.state is not TurnState.COMPLETE or answer is None:
        return turn.state.value
    return answer.status.value
