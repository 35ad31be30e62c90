"""The wiring: settings → an index in step with its folder → an assistant that answers from it."""

import datetime
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rag import cross_encoder, generations, index_state, indexer
from rag.answer_forms import answer_form, topic_of
from rag.answerer import Answerer, Draft, QuotingAnswerer, with_timing
from rag.composer import ComposingAnswerer, open_chat_model
from rag.conversation import History, resolve
from rag.cross_encoder import ReadsPairs
from rag.encoder import Encoder, open_encoder
from rag.engines import EngineRetriever
from rag.errors import EncoderMissing, IndexCorrupt, IndexStale, IndexStateError
from rag.filters import NO_FILTERS, Catalogue
from rag.follow_up_search import cited_articles, search_in_conversation
from rag.indexer import Progress
from rag.languages import identify_language
from rag.lexical_index import LexicalIndex
from rag.lookup import look_up
from rag.reader import PASSAGES_READ, Reader
from rag.records import Answer, AnswerForm, Article, ArticleSummary, BuildReport, Citation, Filters, Hit, Passage
from rag.retriever import FindsPassages, Retriever
from rag.scope import Scope, scope_of
from rag.settings import Settings
from rag.store import Store
from rag.vector_memory import VectorMemory

if TYPE_CHECKING:
    from langchain_core.vectorstores import VectorStore

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Models:
    """What stays the same from one generation of the index to the next."""

    encoder: Encoder
    pairs: ReadsPairs | None
    vector_store: "VectorStore | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """One generation with everything that answers from it; replaced as a whole when a newer one is built."""

    store: Store
    lexical_index: LexicalIndex
    catalogue: Catalogue
    retriever: FindsPassages
    reader: Reader
    answerer: Answerer


def build_index(settings: Settings, progress: Progress | None = None) -> BuildReport:
    """Bring the index in ``settings.index_dir`` in step with the articles of ``settings.data_dir``.

    Only what changed is read and encoded; an interrupted build leaves the index as it was.

    Raises:
        MasdarError: the articles, the encoder or the index folder cannot be used; the message says what to do.
    """
    return indexer.bring_in_step(settings, _open_encoder(settings, progress), progress)


def open_assistant(
    settings: Settings,
    *,
    refresh: bool = False,
    vector_store: "VectorStore | None" = None,
    progress: Progress | None = None,
) -> "Assistant":
    """Open the index, or build it first where it is missing, damaged or made with another encoder or other settings.

    Args:
        settings: Where the articles and the index are, and how to answer.
        refresh: Bring the index in step with its articles in any case; ``Assistant.report`` then says what changed.
        vector_store: An engine to search in place of the local vectors; see ``rag.engines``.
        progress: Told of every stage that takes long.

    Raises:
        MasdarError: the articles, the encoder or the index folder cannot be used; the message says what to do.
    """
    encoder = _open_encoder(settings, progress)
    models = _Models(encoder=encoder, pairs=_open_pairs(settings), vector_store=vector_store)
    report = indexer.bring_in_step(settings, encoder, progress) if refresh else None
    try:
        opened = _open(settings, models)
        if opened.store.manifest.recipe != indexer.recipe_of(settings):
            raise IndexStale(f"The index in {settings.index_dir} {index_state.OTHER_RECIPE}.")
    except IndexStateError:
        report = indexer.bring_in_step(settings, encoder, progress)
        opened = _open(settings, models)
    return Assistant(settings, models, opened, report)


def _open_encoder(settings: Settings, progress: Progress | None) -> Encoder:
    return open_encoder(settings, progress=lambda _: progress("encoder", 0, 1) if progress else None)


def _open_pairs(settings: Settings) -> ReadsPairs | None:
    if settings.reader == "plain":
        return None
    try:
        return cross_encoder.open_cross_encoder(settings)
    except EncoderMissing:
        # An encoder of the user's own stands in where the bundled one is not to be had; the reader has no stand-in.
        _LOG.warning(
            "The trained reader is built on the bundled encoder, which is missing: sentences are measured only."
        )
        return None


def _open(settings: Settings, models: _Models) -> _Opened:
    while True:
        name = generations.current_generation(settings.index_dir)
        try:
            return _open_current(settings, models)
        except (IndexCorrupt, OSError):
            # A build that completes meanwhile removes the files under our hands, and has put newer ones in place.
            if generations.current_generation(settings.index_dir) == name:
                raise


def _open_current(settings: Settings, models: _Models) -> _Opened:
    store = Store.open(settings.index_dir)
    if store.manifest.fingerprint != models.encoder.fingerprint:
        store.close()
        raise IndexStale(f"The index in {settings.index_dir} was made with another encoder. Build it again.")
    encoder = VectorMemory(models.encoder)
    retriever = Retriever.open(store, encoder, max_passages_per_article=settings.max_passages_per_article)
    return _Opened(
        store=store,
        lexical_index=retriever.lexical_index,
        catalogue=retriever.catalogue,
        retriever=_on_engine(models.vector_store, retriever),
        reader=Reader(encoder, retriever.lexical_index, models.pairs),
        answerer=_answerer(settings, store),
    )


def _on_engine(vector_store: "VectorStore | None", local: Retriever) -> FindsPassages:
    return EngineRetriever(vector_store=vector_store, local=local) if vector_store else local


def _answerer(settings: Settings, store: Store) -> Answerer:
    quoting = QuotingAnswerer(
        find_article=store.article,
        find_passages=store.article_passages,
        min_confidence=settings.min_confidence,
        max_quotes=settings.max_quotes,
    )
    if not settings.chat_model:
        return quoting
    return ComposingAnswerer(model=open_chat_model(settings), find_article=store.article, quoting=quoting)


class Assistant:
    """Answers questions over one index; safe to use from several threads.

    When another process builds the index anew, the next question is answered from the new one.
    """

    def __init__(
        self,
        settings: Settings,
        models: _Models,
        opened: _Opened,
        report: BuildReport | None,
    ) -> None:
        """Made by ``open_assistant``."""
        self.settings = settings
        self.report = report
        self._models = models
        self._opened = opened
        self._reopening = threading.Lock()

    def ask(self, question: str, history: History = (), *, filters: Filters | None = None) -> Answer:
        """Answer ``question`` from the articles within ``filters``, and within the time that it asks of itself.

        ``history`` are the (question, answer text) turns before it, oldest first.

        Raises:
            FilterError: a filter names a language, article or folder that is not in the index.
        """
        *_, answer = self.stream(question, history, filters=filters)
        return answer

    def stream(self, question: str, history: History = (), *, filters: Filters | None = None) -> Iterator[Answer]:
        """Like ``ask``, as growing answers, the last one complete."""
        opened = self._current()
        started = time.perf_counter()
        resolved = resolve(question, history)
        if answer_form(resolved.question) is AnswerForm.COMPARISON:
            resolved = replace(resolved, question=topic_of(resolved.question))
        language = identify_language(question)
        if language == "und":
            language = identify_language(resolved.completed)

        def search(query: str, top_k: int, *, language: str | None = None) -> tuple[Hit, ...]:
            scope = self._scope(opened, resolved.question, query, filters)
            return opened.retriever.retrieve(scope.query, top_k, language=language, filters=scope.filters)

        top_k = max(self.settings.top_k, PASSAGES_READ)
        cited = cited_articles(history, resolved, opened.store, opened.lexical_index, search)
        found = search_in_conversation(resolved, cited, search, top_k, language=language)
        scope = self._scope(opened, resolved.question, found.query, filters)
        retrieved = time.perf_counter()
        reading = opened.reader.read(scope.query, language, found.hits, follows_up=found.is_follow_up)
        read = time.perf_counter()
        draft = Draft(
            question=question,
            query=scope.query,
            language=language,
            hits=reading.hits[: self.settings.top_k],
            reading=reading,
            timings_ms=MappingProxyType({}),
            filters=scope.filters,
            understood_as=found.query if found.is_follow_up else "",
            is_first=not history,
        )
        for answer in opened.answerer.answer(draft):
            now = time.perf_counter()
            timings = {
                "retrieve": 1000 * (retrieved - started),
                "read": 1000 * (read - retrieved),
                "answer": 1000 * (now - read),
                "total": 1000 * (now - started),
            }
            yield with_timing(answer, MappingProxyType(timings))

    def retrieve(self, query: str, top_k: int = 10, *, filters: Filters | None = None) -> tuple[Hit, ...]:
        """The passages nearest to ``query`` within ``filters`` and the time it asks of itself, best first once read.

        Raises:
            FilterError: a filter names a language, article or folder that is not in the index.
        """
        opened = self._current()
        scope = self._scope(opened, query, query, filters)
        hits = opened.retriever.retrieve(scope.query, max(top_k, PASSAGES_READ), filters=scope.filters)
        return opened.reader.rerank(scope.query, hits)[: max(top_k, 0)]

    def lookup(self, text: str) -> tuple[Citation, ...]:
        """Where a quotation stands, best first; also takes an article id or ``article_id#start-end``."""
        opened = self._current()
        return look_up(text, opened.store, opened.lexical_index)

    def article(self, article_id: str) -> Article:
        """The article with that id.

        Raises:
            ArticleNotFound: there is none.
        """
        return self._current().store.article(article_id)

    def passages(self, article_id: str) -> tuple[Passage, ...]:
        """The passages of one article, in order; none where no article has that id."""
        return self._current().store.article_passages(article_id)

    def sources(self) -> tuple[ArticleSummary, ...]:
        """Every article of the index, by id."""
        return self._current().store.summaries()

    def files(self) -> dict[str, str]:
        """The SHA-256 of every file of the index, by its id."""
        return self._current().store.files()

    def differences(self) -> tuple[str, ...]:
        """In what the index is behind its folder, in words; empty where it is in step."""
        return index_state.differences(self.settings, self._current().store)

    def refresh(self, progress: Progress | None = None) -> BuildReport:
        """Bring the index in step with its folder; questions are answered from the old one meanwhile."""
        with self._reopening:
            self.report = indexer.bring_in_step(self.settings, self._models.encoder, progress)
            self._reopen()
        return self.report

    def _scope(self, opened: _Opened, question: str, query: str, filters: Filters | None) -> Scope:
        today = datetime.date.fromisoformat(self.settings.today) if self.settings.today else None
        return scope_of(question, query, filters or NO_FILTERS, opened.catalogue, today=today)

    def _current(self) -> _Opened:
        # Whoever asks while a newer index is being opened does not wait for it.
        if self._is_behind() and self._reopening.acquire(blocking=False):
            try:
                self._reopen()
            finally:
                self._reopening.release()
        return self._opened

    def _is_behind(self) -> bool:
        name = generations.current_generation(self.settings.index_dir)
        return name is not None and name != self._opened.store.folder.name

    def _reopen(self) -> None:
        if self._is_behind():
            # The old one is not closed: a question may still be answered from it, and then it is collected.
            self._opened = _open(self.settings, self._models)
