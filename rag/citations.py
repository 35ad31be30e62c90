"""A draft with ``[n]`` and the hits behind it → ``Citation``s that stand in the source. Pure: no index, no model."""

import dataclasses
import re
from collections.abc import Mapping, Sequence

from rag.records import Article, Citation

# Chat models write markers in their own digits and brackets: [٢], 【2】, ［2］, [1, 2].
_MARKER = re.compile(r"[\[【［]\s*(\d+(?:\s*[,،،]\s*\d+)*)\s*[\]】］]")


def cite(article: Article, start: int, end: int, *, marker: int, passage_id: str) -> Citation:
    """The citation of ``article.text[start:end]``.

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
    )


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def resolves(citation: Citation, article: Article) -> bool:
    """Whether the citation's quote is the article's text at the place it names (law 2)."""
    return citation.article_id == article.article_id and article.text[citation.start : citation.end] == citation.quote


def segments(text: str, citations: Sequence[Citation]) -> tuple[tuple[str, int | None], ...]:
    """``text`` in pieces: literal text with None, and each marker of a known citation with its number.

    A quotation that itself holds "[3]" stays literal: quotations are found first, markers only between them.
    The pieces joined are ``text``.
    """
    known = {citation.marker for citation in citations}
    pieces: list[tuple[str, int | None]] = []
    for piece, is_quote in _quotes_apart(text, citations):
        if is_quote:
            _add_literal(pieces, piece)
            continue
        position = 0
        for match in re.finditer(r"\[(\d+)\]", piece):
            if int(match.group(1)) in known:
                _add_literal(pieces, piece[position : match.start()])
                pieces.append((match.group(), int(match.group(1))))
                position = match.end()
        _add_literal(pieces, piece[position:])
    return tuple(pieces)


def _quotes_apart(text: str, citations: Sequence[Citation]) -> list[tuple[str, bool]]:
    quotes = sorted({citation.quote for citation in citations}, key=len, reverse=True)
    if not quotes:
        return [(text, False)]
    parts = re.split("(" + "|".join(map(re.escape, quotes)) + ")", text)
    return [(part, index % 2 == 1) for index, part in enumerate(parts) if part]


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

    def renumber(match: re.Match[str]) -> str:
        kept: list[str] = []
        for digits in re.findall(r"\d+", match.group(1)):
            shown = int(digits)
            if shown in citations:
                kept.append(f"[{numbers.setdefault(shown, len(numbers) + 1)}]")
            else:
                unknown.append(f"[{digits}]")
        return "".join(kept)

    text = re.sub(r"[ \t]+(?=\n|$)", "", _MARKER.sub(renumber, draft))
    resolved = tuple(dataclasses.replace(citations[shown], marker=marker) for shown, marker in numbers.items())
    return text, resolved, tuple(unknown)
