"""txtai: an ``Embeddings`` with ``hybrid=True``, which adds its BM25 to the vectors, half and half."""

from collections.abc import Callable
from typing import Any

from txtai import Embeddings

from benchmarks.retrieval.sets import Query, Task
from benchmarks.retrieval.systems import FETCHED, Bench, Search, first_of_each


def hybrid(task: Task, bench: Bench) -> Search:
    """Vectors by its interface for an outside model, which does not say whether a text is a query or a passage."""
    texts = bench.texts(task)
    encode: Callable[[list[str]], Any] = bench.encoder.encode_passages

    def vectors(wanted: list[str]) -> Any:
        return encode(wanted)

    embeddings = Embeddings(method="external", transform=vectors, hybrid=True, content=False)
    embeddings.index((row, text.text, None) for row, text in enumerate(texts))
    encode = bench.encoder.encode_queries

    def search(query: Query) -> list[str]:
        return first_of_each(texts[int(row)].article_id for row, _ in embeddings.search(query.text, FETCHED))

    return search
