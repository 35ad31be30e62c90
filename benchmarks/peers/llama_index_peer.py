"""LlamaIndex: ``QueryFusionRetriever`` of its vector index and its BM25 retriever.

Reciprocal rank fusion, as its hybrid example has it, and the question as it is (``num_queries=1``): more queries need a
chat model. Its BM25 stems English, which is its default.
"""

from llama_index.core import VectorStoreIndex
from llama_index.core.embeddings import MockEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import QueryBundle, TextNode
from llama_index.retrievers.bm25 import BM25Retriever

from benchmarks.retrieval.sets import Query, Task
from benchmarks.retrieval.systems import FETCHED, Bench, Search, first_of_each


def query_fusion(task: Task, bench: Bench) -> Search:
    """Vectors come with the nodes and with the query, so that its own embedding model is never asked."""
    texts = bench.texts(task)
    vectors = bench.encoder.encode_passages([text.text for text in texts])
    nodes = [
        TextNode(id_=str(row), text=text.text, embedding=[float(value) for value in vector])
        for row, (text, vector) in enumerate(zip(texts, vectors, strict=True))
    ]
    dense = VectorStoreIndex(nodes, embed_model=MockEmbedding(embed_dim=bench.encoder.dimensions)).as_retriever(
        similarity_top_k=FETCHED
    )
    fetched = min(FETCHED, len(nodes))  # it warns of more
    fusion = QueryFusionRetriever(
        [dense, BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=fetched)],
        llm=MockLLM(),
        mode="reciprocal_rerank",
        similarity_top_k=FETCHED,
        num_queries=1,
        use_async=False,
    )

    def search(query: Query) -> list[str]:
        vector = [float(value) for value in bench.encoder.encode_queries([query.text])[0]]
        found = fusion.retrieve(QueryBundle(query_str=query.text, embedding=vector))
        return first_of_each(texts[int(node.node.node_id)].article_id for node in found)

    return search
