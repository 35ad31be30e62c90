"""What was encoded lately is not encoded again, and its vector is the encoder's own."""

from collections.abc import Sequence

import numpy as np
import pytest
from fakes import KeywordEncoder

from rag import vector_memory
from rag.encoder import FloatMatrix
from rag.vector_memory import VectorMemory


class CountingEncoder(KeywordEncoder):
    """Lists the queries it encoded."""

    def __init__(self) -> None:
        super().__init__()
        self.queries: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> FloatMatrix:
        self.queries.extend(texts)
        return super().encode_queries(texts)


def test_a_query_asked_again_has_the_same_vector_and_is_not_encoded_again() -> None:
    encoder = CountingEncoder()
    memory = VectorMemory(encoder)
    expected = KeywordEncoder().encode_queries(["the bridge", "the budget"])
    np.testing.assert_array_equal(memory.encode_queries(["the bridge", "the budget"]), expected)
    np.testing.assert_array_equal(
        memory.encode_queries(["the budget", "the bridge", "the budget"]), expected[[1, 0, 1]]
    )
    assert encoder.queries == ["the bridge", "the budget"]
    assert memory.encode_queries([]).shape == (0, encoder.dimensions)


def test_the_query_that_was_not_asked_for_longest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_memory, "_REMEMBERED_QUERIES", 2)
    encoder = CountingEncoder()
    memory = VectorMemory(encoder)
    for query in ("bridge", "budget", "bridge", "museum"):
        memory.encode_queries([query])
    encoder.queries.clear()
    memory.encode_queries(["bridge"])
    memory.encode_queries(["budget"])
    assert encoder.queries == ["budget"]


def test_a_sentence_read_again_is_not_encoded_again_and_a_question_in_its_words_is() -> None:
    encoder = CountingEncoder()
    memory = VectorMemory(encoder)
    first = memory.encode_passages(["a bridge", "a budget"])
    again = memory.encode_passages(["a museum", "a bridge", "a budget"])
    assert encoder.encoded == ["a bridge", "a budget", "a museum"]
    np.testing.assert_array_equal(again[1:], first)
    memory.encode_queries(["a bridge"])
    assert encoder.queries == ["a bridge"]


def test_all_else_is_the_encoders() -> None:
    encoder = KeywordEncoder()
    memory = VectorMemory(encoder)
    assert (memory.fingerprint, memory.dimensions, memory.max_tokens) == (
        encoder.fingerprint,
        encoder.dimensions,
        encoder.max_tokens,
    )
    np.testing.assert_array_equal(memory.encode_passages(["a bridge"]), encoder.encode_passages(["a bridge"]))
    assert memory.count_tokens(["one two"]) == [2]
