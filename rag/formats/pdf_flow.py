"""Lines as they are broken on pages → paragraphs, so that sentences are whole."""

import itertools
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|p\.|صفحة|ص|страница|стр\.|עמוד|seite|página|sayfa)\W*)?\d{1,4}"
    r"(?:\W*(?:of|/|من|из|מתוך|de|von|sur)?\W*\d{1,4})?\W*",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?؟。…:][\"'”“»«)\]]*$")
_BROKEN_WORD = re.compile(r"[^\W\d_]{2}[-\u2010\u00ad]$")
_BREAKABLE = re.compile(r"\w[-\u2010/]$")

_MAX_LEADING = 1.3
_MAX_SIZE_RATIO = 1.08
_MIN_INDENT = 0.7
_SPACE_WIDTH = 0.4


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page in reading order. Measures are in points; ``top`` and ``bottom`` are above its foot."""

    text: str
    page: int
    left: float
    right: float
    top: float
    bottom: float
    size: float
    first_word_width: float
    right_to_left: bool


def paragraphs(lines: Sequence[Line]) -> Iterator[str]:
    """The paragraphs of a document's lines, each on one line."""
    leading = _usual_leading(lines)
    text = ""
    for position, line in enumerate(lines):
        if position and _continues(lines[position - 1], line, lines, leading):
            text = _joined(text, line.text)
            continue
        if text:
            yield text
        text = line.text
    if text:
        yield text


def without_running_lines(lines: Sequence[Line]) -> list[Line]:
    """The lines without page numbers and running heads, which would stand in the middle of a sentence."""
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    if len(pages) < 2:
        return list(lines)
    leading = _usual_leading(lines)
    edges = [line for own in pages.values() for line in _set_apart(own, leading)]
    repeated = Counter(_without_numbers(line) for line in edges)
    running = {
        id(line)
        for line in edges
        if _PAGE_NUMBER.fullmatch(line.text) or repeated[_without_numbers(line)] > max(1, len(pages) // 2)
    }
    return [line for line in lines if id(line) not in running]


def _set_apart(page: Sequence[Line], leading: float) -> Iterator[Line]:
    """The first and the last line of a page, where more than the usual distance sets them apart."""
    ordered = sorted(page, key=lambda line: -line.bottom)
    for line, neighbour in ((ordered[0], ordered[1:2]), (ordered[-1], ordered[-2:-1])):
        size = max(line.size, *(other.size for other in neighbour), 0)
        if all(abs(line.bottom - other.bottom) > _MAX_LEADING * leading * size for other in neighbour):
            yield line


def _without_numbers(line: Line) -> str:
    return re.sub(r"\d+", "", line.text)


def _usual_leading(lines: Sequence[Line]) -> float:
    """The usual distance from one line to the next, in line heights of the text."""
    steps = [
        (line.bottom - following.bottom) / line.size
        for line, following in itertools.pairwise(lines)
        if line.page == following.page and line.bottom > following.bottom and _same_size(line, following)
    ]
    return statistics.median_low(steps) if steps else 1.2


def _same_size(line: Line, other: Line) -> bool:
    return max(line.size, other.size) <= _MAX_SIZE_RATIO * min(line.size, other.size)


def _continues(line: Line, following: Line, lines: Sequence[Line], leading: float) -> bool:
    if not _same_size(line, following) or line.right_to_left != following.right_to_left:
        return False
    new_column = following.page != line.page or following.bottom >= line.bottom
    if new_column:
        return not _SENTENCE_END.search(line.text) and _next_word_would_not_fit(line, following, lines)
    if line.bottom - following.bottom > _MAX_LEADING * leading * line.size or _is_indented(line, following):
        return False
    return _next_word_would_not_fit(line, following, lines)


def _is_indented(line: Line, following: Line) -> bool:
    inset = line.right - following.right if line.right_to_left else following.left - line.left
    return inset > _MIN_INDENT * line.size


def _next_word_would_not_fit(line: Line, following: Line, lines: Sequence[Line]) -> bool:
    """A line that had room for the next line's first word was ended on purpose."""
    column = [
        other for other in lines if other.page == line.page and other.left < line.right and line.left < other.right
    ]
    if line.right_to_left:
        room = line.left - min(other.left for other in column)
    else:
        room = max(other.right for other in column) - line.right
    return room <= following.first_word_width + _SPACE_WIDTH * line.size


def _joined(text: str, continuation: str) -> str:
    if _BROKEN_WORD.search(text) and continuation[:1].islower():
        return text[:-1] + continuation
    if _BREAKABLE.search(text):
        return text + continuation
    return f"{text} {continuation}"
