"""A reader of pairs that knows no language: the rarer words of the question it finds, the more relevant the passage."""

import re
from collections.abc import Sequence

import numpy as np

from rag.cross_encoder import Judgement

_WORD = re.compile(r"\w+")


class WordPairs:
    """The answer is the word right behind the last word of the question that the passage holds."""

    def __init__(self) -> None:
        self.read_pairs: list[tuple[str, str]] = []

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Judgement]:
        """See ``ReadsPairs``."""
        asked = {word.lower() for word in _WORD.findall(question)}
        self.read_pairs += [(question, text) for _, text in passages]
        return [self._judge(asked, text) for _, text in passages]

    @staticmethod
    def _judge(asked: set[str], text: str) -> Judgement:
        words = list(_WORD.finditer(text))
        held = [place for place, word in enumerate(words) if word.group().lower() in asked]
        scores = np.full(len(words), -9.0, dtype=np.float32)
        if held and held[-1] + 1 < len(words):
            scores[held[-1] + 1] = -0.1
        found = len({words[place].group().lower() for place in held})
        return Judgement(
            relevance=float(found),
            answers=4.0 * found / max(1, len(asked)) - 2.0,
            starts=scores,
            ends=scores,
            offsets=np.array([word.span() for word in words], dtype=np.int64).reshape(-1, 2),
        )
