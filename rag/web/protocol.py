"""What the page and the API need of an assistant: the part of ``rag.assistant.Assistant`` that it calls."""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from rag.records import Answer, Article, ArticleSummary, BuildReport, Citation, Filters, Hit
from rag.settings import Settings

History = tuple[tuple[str, str], ...]
# (stage, done, total); see ``rag.indexer.Progress``.
Progress = Callable[[str, int, int], None]


class PageAssistant(Protocol):
    """Answers questions over a corpus and opens its articles."""

    @property
    def settings(self) -> Settings:
        """The settings it was opened with."""
        ...

    @property
    def report(self) -> BuildReport | None:
        """What the last build did, if one is known."""
        ...

    def stream(self, question: str, history: History = (), *, filters: Filters | None = None) -> Iterator[Answer]:
        """Growing drafts of the answer, the last one complete.

        Raises:
            FilterError: a filter names a language, article or folder that is not in the index.
        """
        ...

    def article(self, article_id: str) -> Article:
        """The article with that id.

        Raises:
            ArticleNotFound: there is none.
        """
        ...

    def sources(self) -> tuple[ArticleSummary, ...]:
        """Every article of the corpus, without its text."""
        ...

    def ask(self, question: str, history: History = (), *, filters: Filters | None = None) -> Answer:
        """The complete answer.

        Raises:
            FilterError: a filter names a language, article or folder that is not in the index.
        """
        ...

    def retrieve(self, query: str, top_k: int = 10, *, filters: Filters | None = None) -> tuple[Hit, ...]:
        """The passages nearest to ``query``, best first.

        Raises:
            FilterError: a filter names a language, article or folder that is not in the index.
        """
        ...

    def files(self) -> Mapping[str, str]:
        """The SHA-256 of every file of the corpus, by its id."""
        ...

    def refresh(self, progress: Progress | None = None) -> BuildReport:
        """Bring the index in step with its folder; questions are answered meanwhile.

        Raises:
            MasdarError: it cannot be; what was there goes on answering.
        """
        ...

    def lookup(self, text: str) -> tuple[Citation, ...]:
        """Where a quotation stands, best first."""
        ...
