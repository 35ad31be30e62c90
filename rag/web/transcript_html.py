"""A conversation as one HTML file that needs no other: to keep, to print, or to show to others."""

from html import escape
from urllib.parse import quote

from rag.languages import dominant_direction, is_right_to_left
from rag.records import AnswerStatus, Citation
from rag.web.answer_markup import direction_of_brief
from rag.web.document_strings import DOCUMENT_STRINGS
from rag.web.escaping import isolated, path_html
from rag.web.html_document import document, plain
from rag.web.strings import STRINGS
from rag.web.transcript import Piece, Transcript, TranscriptTurn
from rag.web.transcript_markdown import place_of
from rag.web.wording import date

_PRINT = 'addEventListener("load", () => print());'


def to_html(
    transcript: Transcript, language: str, made: str, *, printing: bool = False, page: str | None = None
) -> str:
    """The document; ``made`` says where it comes from and when.

    Args:
        transcript: What it shows.
        language: Of its labels.
        made: Stands below the title.
        printing: Opens the browser's print dialogue by itself.
        page: Address of the page, relative to the document: each source then links to its place there.
    """
    strings = STRINGS[language]
    turns = "".join(_turn(turn, language) for turn in transcript.turns)
    rows = "".join(_source(number, each, language, page) for number, each in enumerate(transcript.sources, start=1))
    sources = f'<section><h2 id="sources">{escape(strings.sources)}</h2><ol>{rows}</ol></section>' if rows else ""
    body = (
        f'<h1 dir="{dominant_direction(transcript.title)}">{plain(transcript.title)}</h1>'
        f'<p class="made">{plain(made)}</p>{turns}{sources}'
    )
    return document(transcript.title, language, body, script=_PRINT if printing else "")


def _turn(turn: TranscriptTurn, language: str) -> str:
    paragraphs = (
        _brief(turn) + "".join(_paragraph(paragraph, turn) for paragraph in turn.paragraphs) + _differences(turn)
    )
    note = f'<p class="note">{plain(turn.note)}</p>' if turn.note else ""
    suggestions = ""
    if turn.suggestions:
        rows = "".join(f'<li dir="{dominant_direction(each)}">{plain(each)}</li>' for each in turn.suggestions)
        suggestions = f'<p class="note">{escape(DOCUMENT_STRINGS[language].instead)}</p><ul>{rows}</ul>'
    return (
        f'<section class="{turn.status}"><h2 dir="{dominant_direction(turn.question)}">{plain(turn.question)}</h2>'
        f"{paragraphs}{suggestions}{note}</section>"
    )


def _brief(turn: TranscriptTurn) -> str:
    if not turn.short_answer:
        return ""
    words = "".join(text for paragraph in turn.paragraphs for text, number in paragraph if number is None)
    direction = direction_of_brief(turn.short_answer, words)
    return f'<p class="brief" dir="{direction}"><strong>{plain(turn.short_answer)}</strong></p>'


def _paragraph(pieces: tuple[Piece, ...], turn: TranscriptTurn) -> str:
    words = "".join(text for text, number in pieces if number is None)
    if turn.status != AnswerStatus.ANSWERED and len(pieces) == 1:
        # The assistant's own words: titles named in them may be more than these, and run the other way.
        direction = "rtl" if is_right_to_left(turn.language) else "ltr"
        return f'<p dir="{direction}">{isolated(words, plain)}</p>'
    inside = "".join(
        plain(text.rstrip()) + "&nbsp;" if number is None and place + 1 < len(pieces) else _piece(text, number)
        for place, (text, number) in enumerate(pieces)
    )
    return f'<p dir="{dominant_direction(words)}">{inside}</p>'


def _piece(text: str, number: int | None) -> str:
    return plain(text) if number is None else f'<a class="number" href="#source-{number}">[{number}]</a>'


def _differences(turn: TranscriptTurn) -> str:
    return "".join(
        f'<p class="differ">{plain(each.title)}: {" · ".join(_value(*value) for value in each.values)}</p>'
        for each in turn.differences
    )


def _value(value: str, numbers: tuple[int, ...]) -> str:
    return f"<bdi><strong>{plain(value)}</strong></bdi>&nbsp;{''.join(_piece('', number) for number in numbers)}"


def _source(number: int, citation: Citation, language: str, page: str | None) -> str:
    title = f"<strong>{plain(citation.title)}</strong>"
    if page is not None:
        place = quote(f"{citation.article_id}:{citation.start}-{citation.end}", safe="")
        title = f'<a href="{plain(page)}?cite={place}">{title}</a>'
    facts = (
        path_html(citation.article_id),
        plain(place_of(citation, language)),
        plain(date(citation.published, language)),
    )
    spoken = "" if citation.language == "und" else f' lang="{plain(citation.language)}"'
    return (
        f'<li id="source-{number}"><span class="number">{number}</span>'
        f'<div dir="{dominant_direction(citation.quote)}"><div dir="{dominant_direction(citation.title)}">{title}</div>'
        f"<blockquote{spoken}>{plain(citation.quote)}</blockquote>"
        f'<div class="facts">{"".join(f"<bdi>{fact}</bdi>" for fact in facts if fact)}</div></div></li>'
    )
