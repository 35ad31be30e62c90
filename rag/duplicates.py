"""Articles and passages that carry the same text, or nearly: the second one of a pair adds nothing to an answer."""

import functools
import hashlib
import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy
import numpy.typing

from rag.analysis import SPELLING_MARKS, UNSPACED_LETTERS, normalise
from rag.question_types import is_number
from rag.records import Duplicate, Passage

MIN_SIMILARITY = 0.8
SKETCH_SIZE = 8

_SEED = 1
_PERMUTATIONS = 128
# Candidates are proposed a little below the threshold and then measured exactly: hashing errs by about 0.04.
_CANDIDATE_SIMILARITY = 0.7
_SHINGLE_WORDS = 3
_MIN_SHINGLES = 8
# Scripts that put no spaces between words are compared by character. Vowel signs do not end a word: a Telugu text would
# come apart into its consonants, of which any other Telugu text has the same runs.
_LETTERS = rf"[^\W{UNSPACED_LETTERS}]"
_WORD = re.compile(rf"[{UNSPACED_LETTERS}]|{_LETTERS}+(?:[{SPELLING_MARKS}]+{_LETTERS}*)*")
_UNWRITTEN = re.compile("[\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2066-\u2069]")

# A passage repeats another that has all its words but for one in so many, and in the same runs but for gaps so long.
# In a short passage one word is the difference: "the bridge was closed", "the museum was closed".
_WORDS_FOR_A_NEW_ONE = 25
_MAX_GAP_WORDS = 3
_MIN_LENGTH_SHARE = 0.9
# Where two sketches have one of so many numbers of the shorter one in common, it is worth while to compare the texts.
_SHORT_OF_SHARED = 4
_REMEMBERED_TEXTS = 512

_Shingles = numpy.typing.NDArray[numpy.uint32]
Sketches = numpy.typing.NDArray[numpy.uint32]


@dataclass(frozen=True, slots=True)
class _Group:
    """Near duplicates by way of one another: from an article's position to that of the first of its group."""

    first: list[int]

    def find(self, position: int) -> int:
        while self.first[position] != position:
            self.first[position] = self.first[self.first[position]]
            position = self.first[position]
        return position

    def join(self, one: int, other: int) -> None:
        one, other = sorted((self.find(one), self.find(other)))
        self.first[other] = one


def find_duplicates(articles: Iterable[tuple[str, str]]) -> tuple[Duplicate, ...]:
    """The articles whose text an earlier one carries too, from (id, text) pairs, in their order.

    Identical but for white space counts as 1.0. Near duplicates share at least 80 % of the three-word runs of both
    (Jaccard similarity), directly or by way of others; each is named with the first article of its group.
    """
    names: list[str] = []
    first_of_text: dict[bytes, int] = {}
    same_as: dict[int, int] = {}
    shingles: dict[int, _Shingles] = {}
    for position, (article_id, text) in enumerate(articles):
        names.append(article_id)
        plain = " ".join(text.split())
        if not plain:
            continue
        original = first_of_text.setdefault(hashlib.sha256(plain.encode("utf-8", "surrogatepass")).digest(), position)
        if original != position:
            same_as[position] = original
        elif len(own := _shingles(plain)) >= _MIN_SHINGLES:
            shingles[position] = own
    group = _Group(list(range(len(names))))
    for one, other in _near_pairs(shingles):
        group.join(one, other)
    found = []
    for position, name in enumerate(names):
        identical = same_as.get(position)
        first = group.find(position if identical is None else identical)
        if identical is not None and first == identical:
            found.append(Duplicate(article_id=name, duplicate_of=names[first], similarity=1.0))
        elif first != position:
            own = shingles[position if identical is None else identical]
            # Equal runs of words in texts that differ, if only by a comma, are still not identical texts.
            similarity = min(_jaccard(own, shingles[first]), 0.999)
            found.append(Duplicate(article_id=name, duplicate_of=names[first], similarity=round(similarity, 3)))
    return tuple(found)


def _shingles(text: str) -> _Shingles:
    words = _WORD.findall(_UNWRITTEN.sub("", unicodedata.normalize("NFKC", text)).casefold())
    runs = (" ".join(words[start : start + _SHINGLE_WORDS]) for start in range(len(words) - _SHINGLE_WORDS + 1))
    # crc32 and not hash(): the same in every process.
    return numpy.unique(numpy.fromiter((zlib.crc32(run.encode()) for run in runs), dtype=numpy.uint32))


def _near_pairs(shingles: dict[int, _Shingles]) -> Iterable[tuple[int, int]]:
    if len(shingles) < 2:
        return
    # 0.7 s: only a build pays for it
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-untyped]

    index = MinHashLSH(threshold=_CANDIDATE_SIMILARITY, num_perm=_PERMUTATIONS)
    for position, own in shingles.items():
        signature = MinHash(num_perm=_PERMUTATIONS, seed=_SEED, hashfunc=int)
        signature.update_batch(own.tolist())
        for candidate in sorted(index.query(signature)):
            if _jaccard(own, shingles[candidate]) >= MIN_SIMILARITY:
                yield candidate, position
        index.insert(position, signature)


def _jaccard(one: _Shingles, other: _Shingles) -> float:
    common = len(numpy.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)


def sketch(text: str) -> Sketches:
    """A few numbers, of shape (SKETCH_SIZE,), most of which texts with the same runs of words have in common; 0 pads.

    They are the smallest hashes of the three-word runs (Broder 1997), or the hash of the whole where it is shorter.
    """
    hashes = _shingles(text)
    if not len(hashes):
        hashes = numpy.array([zlib.crc32(" ".join(normalise(text).split()).encode("utf-8", "surrogatepass"))])
    smallest = numpy.zeros(SKETCH_SIZE, numpy.uint32)
    smallest[: len(hashes)] = numpy.maximum(hashes[:SKETCH_SIZE], 1)
    return smallest


class Alike:
    """Finds among some texts those that may nearly be the same, by their sketches, of shape (n, SKETCH_SIZE)."""

    def __init__(self, sketches: Sketches) -> None:
        flat = sketches.ravel()
        order = numpy.argsort(flat, kind="stable")
        self._hashes = flat[order]
        self._places = order // sketches.shape[1]
        self._sketches = sketches
        self._sizes = numpy.count_nonzero(sketches, axis=1)
        shared = numpy.flatnonzero((self._hashes[1:] == self._hashes[:-1]) & (self._hashes[1:] != 0))
        self._has_others = {*self._places[shared].tolist(), *self._places[shared + 1].tolist()}

    def to(self, place: int) -> numpy.typing.NDArray[numpy.int64]:
        """The places of the texts that may be that at ``place``, itself among them; ``repeats`` decides."""
        if place not in self._has_others:
            return numpy.array([place])
        own = self._sketches[place, : self._sizes[place]]
        starts, ends = numpy.searchsorted(self._hashes, own), numpy.searchsorted(self._hashes, own, "right")
        holders = [self._places[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        shared = numpy.bincount(numpy.concatenate(holders), minlength=len(self._sizes))
        shorter = numpy.minimum(self._sizes, len(own))
        found: numpy.typing.NDArray[numpy.int64] = numpy.flatnonzero(
            shared * _SHORT_OF_SHARED >= numpy.maximum(shorter, 1)
        )
        return found


def body_of(passage: Passage) -> str:
    """The text of a passage without the headline it begins with, which every outlet writes anew."""
    headline = passage.title.strip().removesuffix("…").strip()
    first_line, _, rest = passage.text.partition("\n")
    return rest.strip() or passage.text if headline and first_line.startswith(headline) else passage.text


def is_copy(passage: Passage, other: Passage) -> bool:
    """Whether ``other`` says what ``passage`` says and hardly more, in the same language, word for word or nearly.

    Its headline may be another, but not the figures in it; see ``repeats``. A summary is no copy of what it sums up.
    """
    body = body_of(passage)
    shorter, longer = sorted((len(body), len(body_of(other))))
    if passage.language != other.language or shorter < _MIN_LENGTH_SHARE * longer or not repeats(body, other.text):
        return False
    return not _figures_beyond(_words(passage.text), _words(other.text))


def repeats(text: str, other: str) -> bool:
    """Whether ``other`` says all that ``text`` says, word for word or nearly.

    A word here and there may differ, but no figure: "two dead" is not "three dead".
    """
    if text == other:
        return True
    own, others = _words(text), _words(other)
    if _figures_beyond(own, others):
        return False
    if len(own) < _SHINGLE_WORDS:
        return own == others
    known = set(zip(*(others[start:] for start in range(_SHINGLE_WORDS)), strict=False))
    repeated = [False] * len(own)
    for start, run in enumerate(zip(*(own[start:] for start in range(_SHINGLE_WORDS)), strict=False)):
        if run in known:
            repeated[start : start + _SHINGLE_WORDS] = [True] * _SHINGLE_WORDS
    gaps = "".join("x" if is_repeated else " " for is_repeated in repeated).split("x")
    vocabulary = set(others)
    new_words = sum(word not in vocabulary for word in own)
    return new_words <= len(own) // _WORDS_FOR_A_NEW_ONE and max(map(len, gaps)) <= _MAX_GAP_WORDS


@functools.lru_cache(maxsize=_REMEMBERED_TEXTS)
def _words(text: str) -> tuple[str, ...]:
    """Remembered, since in a corpus of one mould each candidate is compared with most others."""
    return tuple(_WORD.findall(normalise(text)))


def _figures_beyond(own: Sequence[str], others: Sequence[str]) -> bool:
    return any(is_number(word) for word in set(own) - set(others))
