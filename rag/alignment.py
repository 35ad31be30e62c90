"""Where a quotation stands in a text, letter for letter or nearly, and in which words it differs. Both as skeletons."""

import itertools
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, Levenshtein

from rag.records import Alteration
from rag.skeleton import WORD, skeleton, span_in_text

# Below this share of common letters, two stretches of equal length share little more than their language.
MIN_GLIMPSE = 0.6
# Longer quotations are seen by their two ends: comparing them with every stretch of a text takes too long.
_END_LETTERS = 200
# How many words further out or in the ends of an altered quotation may be than they were first seen.
_BORDER_WORDS = 4
_SAME_END_LETTERS = 8
_MIN_SAME_WORDS = 0.5
_MIN_PART = 0.8
_MIN_ALTERED_PART_LETTERS = 12
_MAX_ANCHORS = 5
_MAX_LEFT_OUT_LETTERS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Part of a skeleton that is a quotation, or nearly. ``similarity`` is 1.0 letter for letter."""

    start: int
    end: int
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """Roughly where a quotation may stand: where its first and its last letters were seen (alike if it is short)."""

    similarity: float
    head: tuple[int, int]
    tail: tuple[int, int]


def similarity(wanted: str, found: str) -> float:
    """What two skeletons have in common, 0 to 1: of their letters, or of their whole words if that is more."""
    letters = Indel.normalized_similarity(wanted, found)
    words = Indel.normalized_similarity(WORD.findall(wanted), WORD.findall(found))
    return float(max(letters, words))


def unlike(one: str, other: str) -> bool:
    """Whether two skeletons have less than half of their words in common, and few letters."""
    words = Indel.normalized_similarity(WORD.findall(one), WORD.findall(other))
    return bool(words < _MIN_SAME_WORDS and Indel.normalized_similarity(one, other) < MIN_GLIMPSE)


def exact_stretches(wanted: str, held: str) -> Iterator[Stretch]:
    """Every place of ``held`` where ``wanted`` stands letter for letter, at whole words."""
    start = held.find(wanted) if wanted else -1
    while start >= 0:
        end = start + len(wanted)
        if _is_word_border(held, start) and _is_word_border(held, end):
            yield Stretch(start=start, end=end, similarity=1.0)
        start = held.find(wanted, start + 1)


def _is_word_border(text: str, at: int) -> bool:
    return not 0 < at < len(text) or WORD.fullmatch(text[at - 1 : at + 1]) is None


def glimpse(wanted: str, held: str, min_similarity: float = MIN_GLIMPSE) -> Glimpse | None:
    """Where ``held`` is most like ``wanted``, compared with stretches of the same length; None below the minimum."""
    head = _seen(_head(wanted), held, min_similarity)
    if head is None or len(wanted) <= _END_LETTERS:
        return head
    tail = _seen(_tail(wanted), held, min_similarity)
    if tail is None or tail.tail[1] <= head.head[0]:
        return None
    return Glimpse(similarity=(head.similarity + tail.similarity) / 2, head=head.head, tail=tail.tail)


def _seen(wanted: str, held: str, min_similarity: float) -> Glimpse | None:
    if len(held) < len(wanted) * min_similarity:
        return None  # compared the other way round, the whole text would be found within the quotation
    found = fuzz.partial_ratio_alignment(wanted, held, score_cutoff=100 * min_similarity)
    if found is None or found.dest_end <= found.dest_start:
        return None
    span = (found.dest_start, found.dest_end)
    return Glimpse(similarity=found.score / 100, head=span, tail=span)


def _head(wanted: str) -> str:
    return wanted[:_END_LETTERS].rpartition(" ")[0] or wanted[:_END_LETTERS] if len(wanted) > _END_LETTERS else wanted


def _tail(wanted: str) -> str:
    return wanted[-_END_LETTERS:].partition(" ")[2] or wanted[-_END_LETTERS:] if len(wanted) > _END_LETTERS else wanted


def close_look(wanted: str, held: str, seen: Glimpse) -> Stretch | None:
    """The stretch of whole words about ``seen`` that is most like ``wanted``; the ends of a long one by themselves."""
    if len(wanted) <= _END_LETTERS:
        return _most_like(wanted, held, seen.head[0], seen.tail[1])
    head = _most_like(_head(wanted), held, *seen.head)
    tail = _most_like(_tail(wanted), held, *seen.tail)
    if head is None or tail is None or head.start >= tail.end:
        return None
    found = held[head.start : tail.end]
    return Stretch(start=head.start, end=tail.end, similarity=similarity(wanted, found))


def _most_like(wanted: str, held: str, start: int, end: int) -> Stretch | None:
    reach = 2 * _END_LETTERS
    spans = [word.span() for word in WORD.finditer(held, max(0, start - reach), end + reach)]
    words = [held[slice(*span)] for span in spans]
    first, last = sum(right <= start for _, right in spans), sum(left < end for left, _ in spans) - 1
    lefts = range(max(0, first - _BORDER_WORDS), min(len(words), first + _BORDER_WORDS + 1))
    rights = range(max(0, last - _BORDER_WORDS), min(len(words), last + _BORDER_WORDS + 1))
    ends = WORD.findall(wanted)[:: max(1, len(WORD.findall(wanted)) - 1)]

    def difference(pair: tuple[int, int]) -> int:
        left, right = pair
        edits = Levenshtein.distance(wanted, held[spans[left][0] : spans[right][1]])
        # A quotation may have lost a word next to its last one, which then is still its last one.
        return int(edits - _SAME_END_LETTERS * ((words[left] == ends[0]) + (words[right] == ends[-1])))

    pairs = [(left, right) for left in lefts for right in rights if left <= right]
    if not pairs:
        return None
    left, right = min(pairs, key=difference)
    start, end = spans[left][0], spans[right][1]
    return Stretch(start=start, end=end, similarity=similarity(wanted, held[start:end]))


def nearest_stretch(wanted: str, held: str) -> Stretch | None:
    """The first exact stretch of ``wanted``, or the most similar one."""
    exact = next(exact_stretches(wanted, held), None)
    seen = glimpse(wanted, held) if exact is None else None
    return close_look(wanted, held, seen) if seen is not None else exact


def parts_in_order(parts: Sequence[str], held: str) -> Stretch | None:
    """The stretch that holds all of ``parts`` one after another, with no more than a few paragraphs left out between.

    The longest part is looked for first; it and the others may be altered a little.
    """
    longest = max(range(len(parts)), key=lambda index: len(parts[index]))
    anchors = list(itertools.islice(exact_stretches(parts[longest], held), _MAX_ANCHORS))
    anchors = anchors or _altered_part(parts[longest], held)
    best: Stretch | None = None
    for anchor in anchors:
        found = [anchor]
        for part in parts[longest + 1 :]:
            start = found[-1].end
            found += _part_within(part, held, start, start + _MAX_LEFT_OUT_LETTERS + len(part))[:1]
        for part in reversed(parts[:longest]):
            end = found[0].start
            found[:0] = _part_within(part, held, max(0, end - _MAX_LEFT_OUT_LETTERS - len(part)), end)[-1:]
        if len(found) == len(parts):
            letters = sum(map(len, parts))
            shared = sum(part.similarity * len(text) for part, text in zip(found, parts, strict=True)) / letters
            if best is None or shared > best.similarity:
                best = Stretch(start=found[0].start, end=found[-1].end, similarity=shared)
    return best


def _part_within(part: str, held: str, start: int, end: int) -> list[Stretch]:
    """Where ``part`` stands between two places, in order; the most similar stretch if it does not stand there."""
    region = held[start:end]
    found = list(exact_stretches(part, region)) or _altered_part(part, region)
    return [Stretch(start=start + item.start, end=start + item.end, similarity=item.similarity) for item in found]


def _altered_part(part: str, held: str) -> list[Stretch]:
    seen = glimpse(part, held) if len(part) >= _MIN_ALTERED_PART_LETTERS else None
    stretch = close_look(part, held, seen) if seen else None
    return [stretch] if stretch and stretch.similarity >= _MIN_PART else []


def alterations(asked: str, quote: str) -> tuple[Alteration, ...]:
    """The words in which a quotation as it was asked for differs from ``quote``, the text it was found as.

    Words are compared as lookup compares them: without case, diacritics, punctuation and forms of letters and digits;
    none if all are the same. Altered words that follow one another make one alteration.
    """
    asked = unicodedata.normalize("NFC", asked)
    ours, theirs = _Words(asked), _Words(quote)
    if ours.text == theirs.text:
        return ()
    found: list[Alteration] = []
    our_next = their_next = 0
    for block in Indel.opcodes(ours.keys, theirs.keys).as_matching_blocks():
        if (our_next, their_next) != (block.a, block.b):
            asked_span, quoted_span = ours.span(our_next, block.a), theirs.span(their_next, block.b)
            found.append(
                Alteration(
                    asked=asked[slice(*asked_span)],
                    quoted=quote[slice(*quoted_span)],
                    asked_span=asked_span,
                    quoted_span=quoted_span,
                )
            )
        our_next, their_next = block.a + block.size, block.b + block.size
    return tuple(found)


class _Words:
    """The words of a text as they are compared (``keys``), and where they stand in it."""

    def __init__(self, text: str) -> None:
        reduced = skeleton(text)
        self.text = reduced.text
        self.keys: list[str] = []
        self._spans: list[tuple[int, int]] = []
        for word in WORD.finditer(reduced.text):
            start, end = span_in_text(reduced, *word.span(), text)
            if self._spans and start < self._spans[-1][1]:  # of one character, such as ¼: it cannot be altered in part
                self.keys[-1] += f" {word[0]}"
                self._spans[-1] = (self._spans[-1][0], end)
            else:
                self.keys.append(word[0])
                self._spans.append((start, end))

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The offsets from word ``first`` to before word ``last``; where there is none, the end of the one before."""
        if first < last:
            return self._spans[first][0], self._spans[last - 1][1]
        place = self._spans[first - 1][1] if first else 0
        return place, place
