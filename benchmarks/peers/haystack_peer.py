"""Haystack: in-memory BM25 and embedding retrievers, joined by reciprocal rank fusion in a pipeline."""

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

from benchmarks.retrieval.sets import Query, Task
from benchmarks.retrieval.systems import FETCHED, Bench, Search, first_of_each


def reciprocal_rank_fusion(task: Task, bench: Bench) -> Search:
    """Vectors come with the documents and with the query."""
    texts = bench.texts(task)
    vectors = bench.encoder.encode_passages([text.text for text in texts])
    store = InMemoryDocumentStore(shared=False, return_embedding=False)
    store.write_documents(
        [
            Document(id=str(row), content=text.text, embedding=[float(value) for value in vector])
            for row, (text, vector) in enumerate(zip(texts, vectors, strict=True))
        ]
    )
    pipeline = Pipeline()
    pipeline.add_component("lexical", InMemoryBM25Retriever(document_store=store, top_k=FETCHED))
    pipeline.add_component("dense", InMemoryEmbeddingRetriever(document_store=store, top_k=FETCHED))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
    pipeline.connect("lexical", "joiner")
    pipeline.connect("dense", "joiner")

    def search(query: Query) -> list[str]:
        vector = [float(value) for value in bench.encoder.encode_queries([query.text])[0]]
        asked = {"lexical": {"query": query.text}, "dense": {"query_embedding": vector}}
        found = pipeline.run(asked)["joiner"]["documents"]
        return first_of_each(texts[int(document.id)].article_id for document in found)

    return search
