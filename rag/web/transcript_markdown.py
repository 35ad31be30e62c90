"""A conversation as Markdown (CommonMark): text of articles and readers stays text."""

import re

from rag.records import Citation
from rag.web.strings import STRINGS
from rag.web.transcript import Piece, Transcript, TranscriptTurn
from rag.web.wording import date

_SIGNS = re.compile(r"([\\`*_\[\]<>&|~$#!])")
_AT_THE_START = re.compile(r"^(?:([-+=])|(\d+)([.)]))")
# What some readers of Markdown turn into a link by themselves.
_ADDRESS = re.compile(r"(?<=[A-Za-z])(?=://)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)


def to_markdown(transcript: Transcript, language: str, made: str) -> str:
    """The document; ``made`` says where it comes from and when."""
    strings = STRINGS[language]
    lines = [f"# {_literal(transcript.title)}", f"*{_literal(made)}*"]
    for turn in transcript.turns:
        lines += _turn(turn)
    if transcript.sources:
        lines.append(f"## {_literal(strings.sources)}")
        lines += [_source(number, each, language) for number, each in enumerate(transcript.sources, start=1)]
    return "\n\n".join(lines) + "\n"


def _turn(turn: TranscriptTurn) -> list[str]:
    lines = [f"## {_literal(turn.question)}"]
    if turn.short_answer:
        lines.append(f"**{_literal(turn.short_answer)}**")
    lines += ["".join(_piece(piece) for piece in paragraph).strip() for paragraph in turn.paragraphs]
    lines += [
        f"{_literal(each.title)}: {' · '.join(_value(*value) for value in each.values)}" for each in turn.differences
    ]
    if turn.suggestions:
        lines.append("\n".join(f"- {_literal(question)}" for question in turn.suggestions))
    if turn.note:
        lines.append(f"*{_literal(turn.note)}*")
    return lines


def _piece(piece: Piece) -> str:
    text, number = piece
    return f" [{number}]" if number is not None else _literal(text)


def _value(value: str, numbers: tuple[int, ...]) -> str:
    return f"**{_literal(value)}** {''.join(f'[{number}]' for number in numbers)}"


def _source(number: int, citation: Citation, language: str) -> str:
    facts = [_literal(citation.article_id), _literal(place_of(citation, language))]
    if citation.published is not None:
        facts.append(_literal(date(citation.published, language)))
    return f"{number}. **{_literal(citation.title)}** ({', '.join(facts)})\n\n   > {_literal(citation.quote)}"


def place_of(citation: Citation, language: str) -> str:
    """The lines of a citation, in words."""
    strings = STRINGS[language]
    if citation.start_line == citation.end_line:
        return strings.line.format(start=citation.start_line)
    return strings.lines.format(start=citation.start_line, end=citation.end_line)


def _literal(text: str) -> str:
    text = " ".join(text.replace("\0", "").split())
    text = _AT_THE_START.sub(lambda at: f"\\{at[1]}" if at[1] else f"{at[2]}\\{at[3]}", _SIGNS.sub(r"\\\1", text))
    return _ADDRESS.sub(r"\\", text)
