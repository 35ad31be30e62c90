"""Masdar as LangChain parts: its encoder, its retriever and its answers, to be used in any chain.

from rag import Settings, open_assistant
from rag.langchain_parts import MasdarRetriever, answer_runnable

assistant = open_assistant(Settings())
documents = MasdarRetriever(assistant=assistant, top_k=5).invoke("من زار سوتشي؟")
answer = answer_runnable(assistant).invoke("من زار سوتشي؟")
"""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from rag.assistant import Assistant
from rag.encoder import Encoder
from rag.records import Answer, Filters, Hit


class MasdarEmbeddings(Embeddings):
    """Masdar's encoder for any LangChain vector store; queries and passages get their own prompts."""

    def __init__(self, encoder: Encoder) -> None:
        """``encoder`` is what ``rag.encoder.open_encoder`` gives."""
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A vector of length 1 for each text."""
        vectors: list[list[float]] = self._encoder.encode_passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector, of length 1, of a query."""
        vector: list[float] = self._encoder.encode_queries([text])[0].tolist()
        return vector


class MasdarRetriever(BaseRetriever):
    """Passages as documents, of the articles within ``filters``; their metadata say where each stands and what made
    its score.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    top_k: int = 10
    filters: Filters = Filters()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [_document(hit) for hit in self.assistant.retrieve(query, top_k=self.top_k, filters=self.filters)]


def answer_runnable(assistant: Assistant) -> Runnable[str | dict[str, Any], Answer]:
    """A runnable from a question to an ``Answer`` with its citations.

    The input is the question, or ``{"question": …, "history": [(question, answer text), …], "filters": Filters(…)}``,
    where all but the question may be left out.
    """

    def answer(asked: str | dict[str, Any]) -> Answer:
        if isinstance(asked, str):
            return assistant.ask(asked)
        history = tuple((str(question), str(text)) for question, text in asked.get("history", ()))
        return assistant.ask(str(asked["question"]), history, filters=asked.get("filters"))

    return RunnableLambda(answer)


def _document(hit: Hit) -> Document:
    passage = hit.passage
    return Document(
        id=passage.passage_id,
        page_content=passage.text,
        metadata={
            "article_id": passage.article_id,
            "title": passage.title,
            "language": passage.language,
            "start": passage.start,
            "end": passage.end,
            "start_line": passage.start_line,
            "end_line": passage.end_line,
            "rank": hit.rank,
            "score": hit.score,
            "parts": dict(hit.parts),
            "also_in": list(hit.also_in),
        },
    )
