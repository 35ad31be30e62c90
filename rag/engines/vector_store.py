"""The retriever on any LangChain ``VectorStore``: passages go in with their places and come back checked."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Protocol

import numpy as np

from rag.duplicates import body_of, sketch
from rag.errors import ArticleNotFound
from rag.filters import NO_FILTERS, names_articles
from rag.folding import Kept, fold
from rag.fusion import without_terms
from rag.languages import identify_language
from rag.records import ArticleSummary, Filters, Hit, Passage
from rag.retriever import Retriever

if TYPE_CHECKING:
    from langchain_core.documents import Document
    from langchain_core.vectorstores import VectorStore

_LOG = logging.getLogger(__name__)
_BATCH = 256
_MORE = 8
_PLACE = ("passage_id", "article_id", "title", "language", "start", "end", "start_line", "end_line")


class Corpus(Protocol):
    """What passages are copied from: an ``Assistant``."""

    def sources(self) -> tuple[ArticleSummary, ...]:
        """Every article."""

    def passages(self, article_id: str) -> tuple[Passage, ...]:
        """The passages of one article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineRetriever:
    """Takes its candidates from the engine and scores them as the local retriever does, by vectors alone.

    The engine's own scores are not used: stores differ in whether more is better. So do they in how they filter: what
    they return is filtered here, and they are asked for more until enough of it may stay.
    """

    vector_store: "VectorStore"
    local: Retriever

    def retrieve(
        self, query: str, top_k: int, *, language: str | None = None, filters: Filters = NO_FILTERS
    ) -> tuple[Hit, ...]:
        """The ``top_k`` best passages within ``filters``, best first; see ``Retriever.retrieve``."""
        if top_k < 1 or not query.strip():
            self.local.catalogue.admits(filters)  # a filter that cannot be is an error also then
            return ()
        language = language or identify_language(query)
        passages, copies = self._distinct(query, top_k, filters)
        if not passages:
            return ()
        encoder, means = self.local.encoder, self.local.means
        vector = means.centre_query(encoder.encode_queries([query])[0], language)
        vectors = encoder.encode_passages([passage.text for passage in passages])
        cosines = (means.centre_passages(vectors, [passage.language for passage in passages]) @ vector).astype(
            np.float64
        )
        dense = self.local.comparable(cosines, vector)
        scores = without_terms(dense, self.local.weights)
        order = np.argsort(-scores, kind="stable")
        return tuple(
            Hit(
                passage=passages[index],
                score=float(scores[index]),
                rank=rank,
                parts={"cosine": float(cosines[index]), "dense": float(dense[index])},
                also_in=copies[index],
            )
            for rank, index in enumerate(order, start=1)
        )

    def _distinct(self, query: str, top_k: int, filters: Filters) -> tuple[list[Passage], list[tuple[str, ...]]]:
        """The engine's nearest passages within ``filters``, and the other articles that carry each."""
        admitted = self.local.catalogue.admits(filters)
        total = self.local.store.manifest.passages
        wanted = top_k
        while True:
            documents = self.vector_store.similarity_search(query, k=wanted)
            checked = (self._checked(document) for document in documents)
            passages = [passage for passage in checked if passage is not None and admitted(passage)]
            kept = fold(
                [passage.article_id for passage in passages],
                np.array([sketch(body_of(passage)) for passage in passages]),
                passages.__getitem__,
                limit=top_k,
                max_per_article=0 if names_articles(filters) else self.local.max_passages_per_article,
            )
            if len(kept) >= top_k or len(documents) < wanted or wanted >= total:
                return [passages[one.place] for one in kept], [_also_in(one, passages) for one in kept]
            wanted = min(_MORE * wanted, total)  # too little may stay, and the engine may have more

    def _checked(self, document: "Document") -> Passage | None:
        """The passage of a document, or None, with a line in the log, where the article says something else there."""
        try:
            passage = Passage(text=document.page_content, **{name: document.metadata[name] for name in _PLACE})
            article = self.local.store.article(passage.article_id)
        except (KeyError, ValueError, ArticleNotFound):
            _LOG.warning("the engine returned a document that is no passage of this index: %r", document.id)
            return None
        if article.text[passage.start : passage.end] != passage.text:
            _LOG.warning("the engine is behind the index at %s; copy the passages again", passage.passage_id)
            return None
        return passage


def _also_in(one: Kept, passages: Sequence[Passage]) -> tuple[str, ...]:
    others = {passages[copy].article_id for copy in one.copies}
    return tuple(sorted(others - {passages[one.place].article_id}))


def copy_passages(corpus: Corpus, vector_store: "VectorStore") -> int:
    """Put every passage into the engine under its id, so that copying again replaces it; returns how many.

    The engine must encode with ``rag.langchain_parts.MasdarEmbeddings``, or with whatever else its queries will use.
    """
    from langchain_core.documents import Document

    count = 0
    passages = _passages(corpus)
    while batch := list(islice(passages, _BATCH)):
        vector_store.add_documents(
            [
                Document(
                    id=passage.passage_id,
                    page_content=passage.text,
                    metadata={name: getattr(passage, name) for name in _PLACE},
                )
                for passage in batch
            ],
            ids=[passage.passage_id for passage in batch],
        )
        count += len(batch)
    return count


def _passages(corpus: Corpus) -> Iterator[Passage]:
    for source in corpus.sources():
        yield from corpus.passages(source.article_id)
