"""Articles that carry the same text, or nearly: the second one of a pair adds nothing to an answer."""

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy
import numpy.typing

from rag.records import Duplicate

MIN_SIMILARITY = 0.8

_SEED = 1
_PERMUTATIONS = 128
# Candidates are proposed a little below the threshold and then measured exactly: hashing errs by about 0.04.
_CANDIDATE_SIMILARITY = 0.7
_SHINGLE_WORDS = 3
_MIN_SHINGLES = 8
# Scripts that put no spaces between words are compared by character.
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|[^\W\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+")
_UNWRITTEN = re.compile("[\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2066-\u2069]")

_Shingles = numpy.typing.NDArray[numpy.uint32]


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
