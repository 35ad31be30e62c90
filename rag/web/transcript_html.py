"""A conversation as one HTML file that needs no other: to keep, to print, or to show to others."""

import base64
import hashlib
from html import escape
from urllib.parse import quote

from rag.languages import dominant_direction, is_right_to_left
from rag.records import Citation
from rag.web.document_strings import DOCUMENT_STRINGS
from rag.web.strings import STRINGS
from rag.web.transcript import Piece, Transcript, TranscriptTurn
from rag.web.transcript_markdown import place_of

_PRINT = 'addEventListener("load", () => print());'
STYLE = """
:root { color-scheme: light dark; --ink: #1c2126; --soft: #5b646d; --line: #d9dde1; --paper: #fff; --mark: #0b6e63; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ec; --soft: #9aa4ae; --line: #353c43; --paper: #16191c; --mark: #6fd0c2; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.75; font-size: 1.0625rem;
  font-family: "IBM Plex Sans Arabic", "Noto Sans Arabic", "Segoe UI", Tahoma, "Noto Sans", sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.4; margin: 0 0 .25rem; text-align: start; }
h2 { font-size: 1.15rem; line-height: 1.5; margin: 2.5rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line);
  text-align: start; white-space: pre-line; }
p { margin: .5rem 0; text-align: start; white-space: pre-line; }
a { color: var(--mark); }
.made, .note, .facts { color: var(--soft); font-size: .9rem; }
.number { font-size: .8em; text-decoration: none; padding: 0 .15em; }
ol { padding: 0; margin: 1rem 0; list-style: none; }
ol > li { display: grid; grid-template-columns: 2.25rem 1fr; margin: 0 0 1.25rem; break-inside: avoid; }
ol > li > .number { color: var(--mark); font-size: 1em; }
blockquote { margin: .25rem 0; padding-inline-start: .75rem; border-inline-start: 3px solid var(--line);
  white-space: pre-line; text-align: start; }
.facts { display: flex; flex-wrap: wrap; gap: 0 1rem; }
@page { size: A4; margin: 20mm; }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --mark: #000; }
  body { font-size: 11pt; } main { max-width: none; padding: 0; }
  h2 { break-after: avoid; } p, blockquote { orphans: 3; widows: 3; } .screen { display: none; } }
"""


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
        f'<h1 dir="{dominant_direction(transcript.title)}">{_text(transcript.title)}</h1>'
        f'<p class="made">{_text(made)}</p>{turns}{sources}'
    )
    return document(transcript.title, language, body, script=_PRINT if printing else "")


def document(title: str, language: str, body: str, *, script: str = "") -> str:
    """A whole HTML file around ``body``; it can fetch nothing, and runs no script but ``script``."""
    direction = "rtl" if is_right_to_left(language) else "ltr"
    runs = f"; script-src 'sha256-{_digest(script)}'" if script else ""
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        '<meta http-equiv="content-security-policy" '
        f"content=\"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'{runs}\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{_text(title)}</title><style>{STYLE}</style>{f'<script>{script}</script>' if script else ''}"
        f"</head><body><main>{body}</main></body></html>\n"
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _turn(turn: TranscriptTurn, language: str) -> str:
    paragraphs = "".join(_paragraph(paragraph) for paragraph in turn.paragraphs)
    note = f'<p class="note">{_text(turn.note)}</p>' if turn.note else ""
    suggestions = ""
    if turn.suggestions:
        rows = "".join(f'<li dir="{dominant_direction(each)}">{_text(each)}</li>' for each in turn.suggestions)
        suggestions = f'<p class="note">{escape(DOCUMENT_STRINGS[language].instead)}</p><ul>{rows}</ul>'
    return (
        f'<section class="{turn.status}"><h2 dir="{dominant_direction(turn.question)}">{_text(turn.question)}</h2>'
        f"{paragraphs}{suggestions}{note}</section>"
    )


def _paragraph(pieces: tuple[Piece, ...]) -> str:
    words = "".join(text for text, number in pieces if number is None)
    inside = "".join(
        _text(text) if number is None else f'<a class="number" href="#source-{number}">[{number}]</a>'
        for text, number in pieces
    )
    return f'<p dir="{dominant_direction(words)}">{inside}</p>'


def _source(number: int, citation: Citation, language: str, page: str | None) -> str:
    title = f'<strong dir="{dominant_direction(citation.title)}">{_text(citation.title)}</strong>'
    if page is not None:
        place = quote(f"{citation.article_id}:{citation.start}-{citation.end}", safe="")
        title = f'<a href="{escape(page)}?cite={place}">{title}</a>'
    published = citation.published.isoformat() if citation.published else ""
    facts = (f'<bdi dir="ltr">{_text(citation.article_id)}</bdi>', _text(place_of(citation, language)), published)
    return (
        f'<li id="source-{number}"><span class="number">{number}</span><div>{title}'
        f'<blockquote dir="{dominant_direction(citation.quote)}" lang="{_text(citation.language)}">'
        f'{_text(citation.quote)}</blockquote><div class="facts">'
        f"{''.join(f'<span>{fact}</span>' for fact in facts if fact)}</div></div></li>"
    )


def _text(text: str) -> str:
    return escape(text.replace("\0", ""), quote=True)
