"""What the page needs of an assistant: the part of ``rag.assistant.Assistant`` that it calls."""

from collections.abc import Iterator
from typing import Protocol

from rag.records import Answer, Article, ArticleSummary, BuildReport
from rag.settings import Settings

History = tuple[tuple[str, str], ...]


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

    def stream(self, question: str, history: History = ()) -> Iterator[Answer]:
        """Growing drafts of the answer, the last one complete."""
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
