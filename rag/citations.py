"""A draft with ``[n]`` and the hits behind it → ``Citation``s that stand in the source. Pure: no index, no model."""

import dataclasses
import re
from collections.abc import Mapping, Sequence

from rag.records import Article, Citation

# Chat models write markers in their own digits and brackets: [٢], 【2】, ［2］, [1, 2].
_MARKER = re.compile(r"[\[【［]\s*(\d+(?:\s*[,،，、;]\s*\d+)*)\s*[\]】］]")
_MAX_DIGITS = 9  # int() refuses thousands of them


def cite(
    article: Article, start: int, end: int, *, marker: int, passage_id: str, span: tuple[int, int] | None = None
) -> Citation:
    """The citation of ``article.text[start:end]``; ``span`` is the part of it that is the answer itself.

    Raises:
        ValueError: the span is empty or lies outside the article.
    """
    if not 0 <= start < end <= len(article.text):
        raise ValueError(f"{article.article_id} has {len(article.text)} characters, no {start}..{end}")
    return Citation(
        marker=marker,
        passage_id=passage_id,
        article_id=article.article_id,
        title=article.title,
        start=start,
        end=end,
        start_line=_line_of(article.text, start),
        end_line=_line_of(article.text, end - 1),
        quote=article.text[start:end],
        language=article.language,
        published=article.published,
        span=span,
    )


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def resolves(citation: Citation, article: Article) -> bool:
    """Whether the citation's quote is the article's text at the place it names (law 2)."""
    return citation.article_id == article.article_id and article.text[citation.start : citation.end] == citation.quote


def segments(text: str, citations: Sequence[Citation]) -> tuple[tuple[str, int | None], ...]:
    """``text`` in pieces: literal text with None, and each marker of a known citation with its number.

    A quotation that itself holds "[3]" stays literal: markers are looked for only between quotations.
    The pieces joined are ``text``.
    """
    known = {citation.marker for citation in citations}
    quotes = sorted({citation.quote for citation in citations}, key=len, reverse=True)
    # One scan from left to right: a quote of "1" must not be found inside a marker, nor a marker inside a quote.
    quote_or_marker = re.compile("|".join([*map(re.escape, quotes), rf"\[(\d{{1,{_MAX_DIGITS}}})\]"]))
    pieces: list[tuple[str, int | None]] = []
    position = 0
    for match in quote_or_marker.finditer(text):
        if match.group(1) is None or int(match.group(1)) not in known:
            continue
        _add_literal(pieces, text[position : match.start()])
        pieces.append((match.group(), int(match.group(1))))
        position = match.end()
    _add_literal(pieces, text[position:])
    return tuple(pieces)


def _add_literal(pieces: list[tuple[str, int | None]], text: str) -> None:
    if not text:
        return
    if pieces and pieces[-1][1] is None:
        pieces[-1] = (pieces[-1][0] + text, None)
    else:
        pieces.append((text, None))


def resolve_markers(draft: str, citations: Mapping[int, Citation]) -> tuple[str, tuple[Citation, ...], tuple[str, ...]]:
    """A model's draft with its markers checked against what it was shown.

    Markers are renumbered from 1 in the order they appear, in plain ``[n]`` form; those that name nothing are taken
    out of the text and returned.

    Args:
        draft: The model's text.
        citations: What each number shown to the model stands for.

    Returns:
        The text with known markers only, their citations in order, and the unknown markers as the model wrote them.
    """
    numbers: dict[int, int] = {}
    unknown: list[str] = []

    def without_unknown(match: re.Match[str]) -> str:
        kept: list[str] = []
        for digits in re.findall(r"\d+", match.group(1)):
            if len(digits) <= _MAX_DIGITS and int(digits) in citations:
                kept.append(digits)
            else:
                unknown.append(f"[{digits}]")
        return f"[{','.join(kept)}]" if kept else ""

    def renumber(match: re.Match[str]) -> str:
        shown = [int(digits) for digits in match.group(1).split(",")]
        return "".join(f"[{numbers.setdefault(number, len(numbers) + 1)}]" for number in shown)

    text, before = draft, ""
    while text != before:  # what is taken out of "[[9]1]" leaves a marker behind
        text, before = _MARKER.sub(without_unknown, text), text
    text = re.sub(r"[ \t]+(?=\n|$)", "", _MARKER.sub(renumber, text))
    resolved = tuple(dataclasses.replace(citations[shown], marker=marker) for shown, marker in numbers.items())
    return text, resolved, tuple(unknown)
