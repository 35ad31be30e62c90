"""Glyphs as they stand on a line, left to right → the line as it is read.

A PDF says where each glyph stands, not in what order a line is read. Libraries offer the Unicode bidirectional
algorithm only forwards (text → positions), so its inverse for one line stands here, on glyphs rather than characters:
a lam-alef is one glyph whose two letters must keep their order.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Arabic presentation forms and Latin ligatures; not the signs among them (ﷺ, ﷽) that are written on purpose.
_PRESENTATION_FORM = re.compile("[\ufb00-\ufb4f\ufb50-\ufdcf\ufdf2\ufe70-\ufefc]")
_MIRROR = {
    ord(one): other for pair in ("()", "[]", "{}", "«»", "‹›", "<>") for one, other in (tuple(pair), tuple(pair[::-1]))
}
# Letters of the class strings: L left-to-right, R right-to-left, A Arabic (right-to-left, and it makes the numbers
# after it Arabic), N digit, c separator inside numbers, e sign between numbers, t sign beside a number, o other.
_CLASS = {"L": "L", "R": "R", "AL": "A", "EN": "N", "AN": "N", "CS": "c", "ES": "e", "ET": "t"}
_LEFT_TO_RIGHT_RUN = re.compile(r"[LN][^RA]*L|L")
_RIGHT_TO_LEFT_RUN = re.compile(r"[RA][^L]*[RA]|[RA]")
_ARABIC_NUMBER = re.compile(r"N+(?:cN+)*")
_EUROPEAN_NUMBER = re.compile(r"t*N+(?:[ce]N+)*t*")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A base glyph with its marks. ``text`` is in reading order; ``left`` and ``right`` in points."""

    text: str
    left: float
    right: float


def fold_presentation_forms(text: str) -> str:
    """Base letters for the shapes that a PDF's fonts name: "ﻼ" → "لا"."""
    # Compatibility forms of lone marks carry a space that no one wrote.
    return _PRESENTATION_FORM.sub(lambda match: unicodedata.normalize("NFKC", match.group()).lstrip(" "), text)


def strong_letters(text: str) -> tuple[int, int]:
    """How many letters of ``text`` read right to left, and how many left to right."""
    classes = [unicodedata.bidirectional(character) for character in text]
    return classes.count("R") + classes.count("AL"), classes.count("L")


def reading_order(glyphs: Sequence[Glyph], *, right_to_left: bool, first_line: bool, mirror: bool) -> str:
    """The text of one line.

    ``glyphs`` come from left to right and include the spaces. ``right_to_left`` is the direction of the paragraph,
    ``first_line`` whether the line opens it. ``mirror``: the PDF names brackets by their shape, not their meaning.
    """
    classes = "".join(_glyph_class(glyph.text) for glyph in glyphs)
    if not re.search("[RA]", classes):
        return "".join(glyph.text for glyph in glyphs)
    if right_to_left:
        return _reverse(glyphs, classes, first_line=first_line, mirror=mirror)
    pieces, end = [], 0
    for run in _RIGHT_TO_LEFT_RUN.finditer(classes):
        pieces += [glyph.text for glyph in glyphs[end : run.start()]]
        pieces.append(_reverse(glyphs[run.start() : run.end()], run.group(), first_line=False, mirror=mirror))
        end = run.end()
    return "".join(pieces) + "".join(glyph.text for glyph in glyphs[end:])


def _glyph_class(text: str) -> str:
    return _CLASS.get(unicodedata.bidirectional(text[0]) if text else "", "o")


def _reverse(glyphs: Sequence[Glyph], classes: str, *, first_line: bool, mirror: bool) -> str:
    """From right to left, but for what is read from left to right inside: words of other scripts, and numbers."""
    texts = [glyph.text for glyph in reversed(glyphs)]
    classes = classes[::-1]
    kept = [False] * len(texts)
    for start, end in _left_to_right_spans(classes, first_line=first_line):
        texts[start:end] = reversed(texts[start:end])
        kept[start:end] = [True] * (end - start)
    if mirror:
        texts = [text if keep else text.translate(_MIRROR) for text, keep in zip(texts, kept, strict=True)]
    return "".join(texts)


def _left_to_right_spans(classes: str, *, first_line: bool) -> list[tuple[int, int]]:
    spans = []
    position = 0
    while position < len(classes):
        match = _LEFT_TO_RIGHT_RUN.match(classes, position)
        if match is None:
            # After an Arabic letter "15-20" is two numbers set from right to left; elsewhere it is one.
            before = next((name for name in reversed(classes[:position]) if name in "RAL"), "")
            arabic = before == "A" or (not before and not first_line and "A" in classes)
            match = (_ARABIC_NUMBER if arabic else _EUROPEAN_NUMBER).match(classes, position)
        if match is not None:
            spans.append(match.span())
        position = match.end() if match else position + 1
    return spans
