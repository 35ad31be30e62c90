"""``.pdf``: the text of a PDF's pages in reading order, Arabic in logical order with its base letters."""

import io
import itertools
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar, LTContainer, LTFigure, LTPage, LTTextBox, LTTextGroup
from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pdfminer.utils import decode_text

from rag.formats.pdf_flow import Line, paragraphs, without_running_lines
from rag.formats.pdf_order import Glyph, fold_presentation_forms, reading_order, strong_letters
from rag.formats.raw_article import FormatError, LeftOut, RawArticle

# A title that a word processor made up from the file's name.
_MADE_UP_TITLE = re.compile(r"(?i)^(microsoft word - .*|untitled.*|.*\.(docx?|pdf|indd|rtf|odt|html?|txt))$")
_UNKNOWN_GLYPH = re.compile(r"\(cid:\d+\)")
_BLANK_SHARE = 0.2  # of the font size: a gap this wide is a space that was not drawn
_BOXES_FLOW = 0.5


@dataclass(frozen=True, slots=True)
class _GlyphLine:
    glyphs: tuple[Glyph, ...]
    page: int
    top: float
    bottom: float
    size: float
    right_to_left: bool
    first_line: bool


def read(data: bytes) -> Iterator[RawArticle | LeftOut]:
    """The one article of a PDF.

    Its creation date is the file's own time, so it states no publication date.

    Raises:
        FormatError: the PDF is damaged, protected by a password, or holds pictures of text only.
    """
    # It warns of every small fault of a font, which a reader can do nothing about.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
        pages = list(extract_pages(io.BytesIO(data), laparams=LAParams(boxes_flow=_BOXES_FLOW, all_texts=True)))
    except PDFPasswordIncorrect:
        raise FormatError("protected by a password") from None
    except Exception as error:  # a damaged PDF can make the library fail in any way
        raise FormatError(f"damaged: not a readable PDF ({type(error).__name__})") from None
    glyph_lines = [line for number, page in enumerate(pages) for line in _page_lines(page, number)]
    lines = _read_lines(glyph_lines)
    own = without_running_lines(lines)
    text = "\n".join(paragraphs(own))
    if not text.strip():
        raise FormatError(f"no text in its {len(pages)} page(s): a scan needs optical character recognition first")
    yield RawArticle(title=_stated_title(document), text=text, language=_as_text(document.catalog.get("Lang")))
    if len(own) < len(lines):
        yield LeftOut(reason=f"{len(lines) - len(own)} page numbers and running heads left out of its text")


def _page_lines(page: LTPage, number: int) -> Iterator[_GlyphLine]:
    boxes = [box for box in _walk(page) if isinstance(box, LTTextBox)]
    page_letters = strong_letters("".join(box.get_text() for box in boxes))
    ordered = _in_reading_order(page, boxes, right_to_left=page_letters[0] > page_letters[1])
    for block in _blocks(ordered):
        right, left = strong_letters("".join(character.get_text() for character in block))
        direction = page_letters if right == left else (right, left)
        for position, characters in enumerate(_split_lines(block)):
            yield _GlyphLine(
                glyphs=tuple(_with_spaces(_glyphs(characters), _BLANK_SHARE * _main_size(characters))),
                page=number,
                top=max(character.y1 for character in characters),
                bottom=_baseline(characters),
                size=_main_size(characters),
                right_to_left=direction[0] > direction[1],
                first_line=position == 0,
            )


def _walk(item: Any) -> Iterator[Any]:
    yield item
    if isinstance(item, (LTPage, LTFigure)):
        for child in item:
            yield from _walk(child)


def _in_reading_order(page: LTPage, boxes: Sequence[LTTextBox], *, right_to_left: bool) -> Iterable[LTTextBox]:
    if not right_to_left or not page.groups:
        return boxes
    # The library orders columns from the left; the same rule with the page mirrored orders them from the right.
    ordered = [box for group in page.groups for box in _mirrored(group)]
    return ordered + [box for box in boxes if box not in ordered]


def _blocks(boxes: Iterable[LTTextBox]) -> list[list[LTChar]]:
    """The characters of each box; those of a box that lies within another, as wide spaces make it, with the other's."""
    hosts: dict[LTTextBox, list[LTTextBox]] = {box: [box] for box in boxes}
    for box in sorted(hosts, key=_area):
        for host in sorted(hosts, key=_area, reverse=True):
            if host is not box and _overlap(box, host) > 0.5 * _area(box):
                hosts[host] += hosts.pop(box)
                break
    return [[character for box in group for character in _characters(box)] for group in hosts.values()]


def _area(box: LTTextBox) -> float:
    return float(box.width * box.height)


def _overlap(box: LTTextBox, other: LTTextBox) -> float:
    width = min(box.x1, other.x1) - max(box.x0, other.x0)
    height = min(box.y1, other.y1) - max(box.y0, other.y0)
    return float(max(width, 0) * max(height, 0))


def _mirrored(group: Any) -> Iterator[LTTextBox]:
    if isinstance(group, LTTextGroup):
        children = sorted(
            group, key=lambda child: -(1 - _BOXES_FLOW) * child.x1 - (1 + _BOXES_FLOW) * (child.y0 + child.y1)
        )
        for child in children:
            yield from _mirrored(child)
    else:
        yield group


def _characters(item: Any) -> Iterator[LTChar]:
    if isinstance(item, LTChar):
        yield item
    elif isinstance(item, LTContainer):
        for child in item:
            yield from _characters(child)


def _split_lines(characters: Iterable[LTChar]) -> list[list[LTChar]]:
    """Characters by the line they stand on: PDFs may draw the parts of a line in any order."""
    lines: list[list[LTChar]] = []
    for character in characters:
        middle = _vertical_origin(character)
        for line in lines:
            if abs(_vertical_origin(line[0]) - middle) < 0.5 * max(character.size, line[0].size):
                line.append(character)
                break
        else:
            lines.append([character])
    filled = [line for line in lines if any(_is_seen(character) for character in line)]
    return sorted(filled, key=_baseline, reverse=True)


def _is_seen(character: LTChar) -> bool:
    return bool(character.get_text().strip()) and not _UNKNOWN_GLYPH.match(character.get_text())


def _vertical_origin(character: LTChar) -> float:
    return float(character.matrix[5])


def _baseline(characters: Sequence[LTChar]) -> float:
    origins = sorted(_vertical_origin(character) for character in characters)
    return origins[len(origins) // 2]


def _main_size(characters: Sequence[LTChar]) -> float:
    sizes = sorted(character.size for character in characters)
    return max(float(sizes[len(sizes) // 2]), 1.0)


def _glyphs(characters: Sequence[LTChar]) -> list[Glyph]:
    """Base glyphs from left to right, each with the marks drawn on it."""
    bases: list[LTChar] = []
    texts: list[str] = []
    waiting = ""
    for position, character in enumerate(characters):
        # A glyph without a known character still fills its place: it is no gap between words.
        text = "" if _UNKNOWN_GLYPH.match(character.get_text()) else fold_presentation_forms(character.get_text())
        if not _is_mark(text):
            bases.append(character)
            texts.append(text + waiting)
            waiting = ""
        elif _belongs_to_next(characters, position):
            waiting = text + waiting
        elif texts:
            texts[-1] += text
    glyphs = [Glyph(text, float(base.x0), float(base.x1)) for text, base in zip(texts, bases, strict=True)]
    return sorted(glyphs, key=lambda glyph: (glyph.left + glyph.right) / 2)


def _is_mark(text: str) -> bool:
    return bool(text) and all(unicodedata.category(character) == "Mn" for character in text)


def _belongs_to_next(characters: Sequence[LTChar], position: int) -> bool:
    """Right-to-left text drawn from left to right has a letter's marks before the letter."""
    following = next((other for other in characters[position + 1 :] if not _is_mark(other.get_text())), None)
    if following is None or not strong_letters(following.get_text())[0]:
        return False
    previous = next((other for other in reversed(characters[:position]) if not _is_mark(other.get_text())), None)
    return previous is None or previous.x0 < following.x0


def _with_spaces(glyphs: Sequence[Glyph], min_blank: float) -> Iterator[Glyph]:
    """The glyphs with one space wherever one is drawn, or ``min_blank`` points are left blank."""
    previous: Glyph | None = None
    drawn = False
    for glyph in glyphs:
        if glyph.text.isspace():
            drawn = True
            continue
        if previous is not None and (drawn or glyph.left - previous.right > min_blank):
            yield Glyph(" ", previous.right, glyph.left)
        yield glyph
        previous, drawn = glyph, False


def _read_lines(lines: Sequence[_GlyphLine]) -> list[Line]:
    readings = [[_line(line, mirror=mirror) for line in lines] for mirror in (True, False)]
    return min(readings, key=lambda reading: sum(_unopened_brackets(line.text) for line in reading))


def _line(line: _GlyphLine, *, mirror: bool) -> Line:
    text = reading_order(line.glyphs, right_to_left=line.right_to_left, first_line=line.first_line, mirror=mirror)
    text = text.strip()
    return Line(
        text=text,
        page=line.page,
        left=line.glyphs[0].left,
        right=line.glyphs[-1].right,
        top=line.top,
        bottom=line.bottom,
        size=line.size,
        first_word_width=_first_word_width(line, text),
        right_to_left=line.right_to_left,
    )


def _first_word_width(line: _GlyphLine, text: str) -> float:
    glyphs = line.glyphs[::-1] if line.right_to_left else line.glyphs
    word = list(itertools.takewhile(lambda glyph: glyph.text != " ", glyphs))
    at_edge = max(glyph.right for glyph in word) - min(glyph.left for glyph in word)
    # Where the line opens with words of the other direction, another word than the first stands at its edge.
    usual = (line.glyphs[-1].right - line.glyphs[0].left) / max(1, len(text))
    return max(at_edge, usual * len(text.partition(" ")[0]))


def _unopened_brackets(text: str) -> int:
    """How many brackets close what was not opened: few, when brackets were read the right way round."""
    unopened = 0
    for opening, closing in ("()", "[]", "«»"):
        depth = 0
        for character in text:
            if character == opening:
                depth += 1
            elif character == closing:
                unopened += depth == 0
                depth = max(0, depth - 1)
    return unopened


def _stated_title(document: PDFDocument) -> str:
    for information in document.info:
        title = _as_text(information.get("Title"))
        if title and not _MADE_UP_TITLE.match(title):
            return title
    return ""


def _as_text(value: object) -> str:
    value = resolve1(value)
    if isinstance(value, bytes):
        value = decode_text(value)
    return " ".join(value.split()) if isinstance(value, str) else ""
