"""Whether what an old answer quoted still stands in its article."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rag.errors import ArticleNotFound
from rag.records import Answer, Citation
from rag.web.protocol import PageAssistant


class SourceState(StrEnum):
    """The article since it was cited: the same, changed anywhere in it, or no longer there."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNow:
    """A cited article as it is now; ``start`` and ``end`` are where the quotation stands in it, None if nowhere."""

    state: SourceState
    start: int | None
    end: int | None


def digests_of(assistant: PageAssistant, answer: Answer) -> dict[str, str]:
    """The SHA-256 of every article that ``answer`` cites, by article id."""
    found: dict[str, str] = {}
    for article_id in dict.fromkeys(citation.article_id for citation in answer.citations):
        try:
            found[article_id] = assistant.article(article_id).sha256
        except ArticleNotFound:
            continue  # it was taken away just now: the citation will show as gone
    return found


def source_now(assistant: PageAssistant, citation: Citation, digests: Mapping[str, str]) -> SourceNow:
    """The article of ``citation`` as it is now, beside what ``digests`` say it was."""
    try:
        article = assistant.article(citation.article_id)
    except ArticleNotFound:
        return SourceNow(state=SourceState.GONE, start=None, end=None)
    start: int | None = citation.start
    if article.text[citation.start : citation.end] != citation.quote:
        place = article.text.find(citation.quote)
        start = place if place >= 0 else None
    same = article.sha256 == digests.get(citation.article_id) and start == citation.start
    return SourceNow(
        state=SourceState.SAME if same else SourceState.CHANGED,
        start=start,
        end=None if start is None else start + len(citation.quote),
    )
