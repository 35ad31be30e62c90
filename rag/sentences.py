"""Text → sentence spans, in every script; a line end always ends a sentence."""

import re

import sentencex

Span = tuple[int, int]

# Marks that sentencex reads over, though they end a statement of its own in news prose.
_EXTRA_BOUNDARY = re.compile(r"[؛۔][\"'”’»)\]]*\s+")
# Three dots end a sentence where a capital follows; a script without capitals does not tell.
_ELLIPSIS = re.compile(r"…[\"'”’»)\]]*\s+(?=[\"'“‘«(\[]*(\w))")
# "د. أحمد", "J. Smith": a full stop behind a single letter belongs to the name.
_INITIAL = re.compile(r"(?:^|[\s(«“\"])[^\W\d_]\.\s*$")
_LINE = re.compile(r"[^\n]+")


def sentence_spans(text: str, language: str) -> tuple[Span, ...]:
    """The sentences of ``text`` as half-open spans in code points, in order and disjoint.

    No span begins or ends with white space; every character that is not white space lies in exactly one span.
    ``language`` is ISO 639-1 and chooses the list of abbreviations; an unknown one is taken as English.
    """
    spans: list[Span] = []
    for line in _LINE.finditer(text):
        for start, end in _split_line(line.group(), language):
            trimmed = trim(text, line.start() + start, line.start() + end)
            if trimmed is not None:
                spans.append(trimmed)
    return tuple(spans)


def trim(text: str, start: int, end: int) -> Span | None:
    """The span without white space at its ends, or None where nothing else is left."""
    piece = text[start:end]
    body = piece.strip()
    if not body:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(body)


def _split_line(line: str, language: str) -> list[Span]:
    code = language if language != "und" else "en"
    ends = {len(line)}
    position = 0
    # Lengths, not the reported indices: they stay right whatever the library counts its indices in.
    for sentence in sentencex.segment(code, line):
        position += len(sentence)
        ends.add(min(position, len(line)))
    ends.update(match.end() for match in _EXTRA_BOUNDARY.finditer(line) if _balanced(line[: match.end()]))
    ends.update(
        match.end() for match in _ELLIPSIS.finditer(line) if match[1].isupper() and _balanced(line[: match.end()])
    )
    spans: list[Span] = []
    start = 0
    for end in sorted(ends):
        if end < len(line) and _INITIAL.search(line[start:end]):
            continue
        if end > start:
            spans.append((start, end))
            start = end
    return spans


_OPENERS = {"“": "”", "«": "»", "(": ")", "[": "]"}


def _balanced(text: str) -> bool:
    """Whether no quotation or bracket is still open at the end of ``text``."""
    return all(text.count(opener) <= text.count(closer) for opener, closer in _OPENERS.items())
