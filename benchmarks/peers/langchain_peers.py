"""LangChain: its FAISS store by itself, and its ``EnsembleRetriever`` of that store and its BM25 retriever."""

from collections.abc import Sequence

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from benchmarks.retrieval.encoding import RememberingEncoder
from benchmarks.retrieval.sets import Task
from benchmarks.retrieval.systems import FETCHED, Bench, Search, first_of_each


class _Vectors(Embeddings):
    """The bench's vectors, by LangChain's interface."""

    def __init__(self, encoder: RememberingEncoder) -> None:
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(value) for value in vector] for vector in self._encoder.encode_passages(texts)]

    def embed_query(self, text: str) -> list[float]:
        return [float(value) for value in self._encoder.encode_queries([text])[0]]


def _documents(task: Task, bench: Bench) -> list[Document]:
    return [
        Document(page_content=text.text, metadata={"article_id": text.article_id, "row": row})
        for row, text in enumerate(bench.texts(task))
    ]


def _dense(documents: Sequence[Document], bench: Bench) -> BaseRetriever:
    store = FAISS.from_documents(list(documents), _Vectors(bench.encoder))
    found: BaseRetriever = store.as_retriever(search_kwargs={"k": FETCHED})
    return found


def _asked(retriever: BaseRetriever) -> Search:
    return lambda query: first_of_each(document.metadata["article_id"] for document in retriever.invoke(query.text))


def faiss(task: Task, bench: Bench) -> Search:
    """``FAISS.from_documents`` and its retriever, as in the tutorial."""
    return _asked(_dense(_documents(task, bench), bench))


def ensemble(task: Task, bench: Bench) -> Search:
    """``EnsembleRetriever`` of both with equal weights: rank fusion with c = 60."""
    documents = _documents(task, bench)
    lexical = BM25Retriever.from_documents(documents, k=FETCHED)
    return _asked(EnsembleRetriever(retrievers=[lexical, _dense(documents, bench)], weights=[0.5, 0.5]))
