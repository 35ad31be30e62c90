"""A question within a conversation → the passages for it: searched by itself and completed, the two weighed.

How much the completed question weighs, and how much is added for the articles that the last answer cited, depends on
how far the question hangs on what came before (``dependence``). A question with a cue, or that names nothing, is taken
for a follow-up only if a passage of those articles comes out first; so a change of topic is not dragged back. The
weights were set on the development half of the dialogues: docs/decisions/0016-follow-ups.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol

import numpy as np

from rag.conversation import History, ResolvedQuestion, quotations_in, turns_of_subject
from rag.dependence import Dependence
from rag.languages import identify_language
from rag.lexical_index import GRAMS, LexicalIndex
from rag.records import Hit
from rag.store import Store

CITED = "cited"

_DEPTH = 200
_QUOTATIONS, _CANDIDATE_PASSAGES = 3, 5
_FURTHER_CITED = 0.5


class Search(Protocol):
    """Finds passages, as ``Retriever.retrieve`` does."""

    def __call__(self, query: str, top_k: int, *, language: str | None = None) -> tuple[Hit, ...]:
        """The ``top_k`` best passages, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """``hits`` are for ``query``, the completed question where ``is_follow_up``, else the question as it was asked."""

    hits: tuple[Hit, ...]
    query: str
    is_follow_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pull:
    """Toward the turns before: the weight, 0 to 1, of the completed question, and the score for a cited article."""

    completed: float
    cited: float


_PULLS: Mapping[Dependence, _Pull] = {
    Dependence.DEPENDS: _Pull(completed=0.7, cited=2.25),
    Dependence.POINTS_BACK: _Pull(completed=0.5, cited=0.75),
    Dependence.MAY_DEPEND: _Pull(completed=0.5, cited=0.375),
    Dependence.STANDS_ALONE: _Pull(completed=0.0, cited=0.375),
}


def search_in_conversation(
    resolved: ResolvedQuestion, cited: Mapping[str, float], search: Search, top_k: int, *, language: str
) -> Found:
    """The ``top_k`` best passages for a question, in view of the turns before it if there are any.

    Args:
        resolved: The question by itself and completed.
        cited: How much each article that the last answer cited is favoured, 0 to 1, by its id.
        search: Where the passages come from.
        top_k: How many of them.
        language: Of the question, ISO 639-1.
    """
    if not resolved.subject:
        hits = search(resolved.question, top_k, language=language)
        return Found(hits=hits, query=resolved.question, is_follow_up=False)
    depth = max(top_k, _DEPTH)
    alone = search(resolved.question, depth, language=language)
    if resolved.dependence is not Dependence.STANDS_ALONE:
        completed = search(resolved.completed, depth, language=language)
        pull = _PULLS[resolved.dependence]
        hits = _weighed(completed, alone, cited, weight=pull.completed, gain=pull.cited)
        depends = resolved.dependence is Dependence.DEPENDS
        if depends or (hits and hits[0].passage.article_id in cited):
            if resolved.dependence is not Dependence.MAY_DEPEND:
                return Found(hits=hits[:top_k], query=resolved.completed, is_follow_up=True)
            # What has no cue is read as it was asked: a question of another kind would seem answered by the context.
            hits = _weighed(alone, completed, cited, weight=1 - pull.completed, gain=pull.cited)
            return Found(hits=hits[:top_k], query=resolved.question, is_follow_up=False)
    hits = _weighed(alone, (), cited, weight=1.0, gain=_PULLS[Dependence.STANDS_ALONE].cited)
    return Found(hits=hits[:top_k], query=resolved.question, is_follow_up=False)


def cited_articles(
    history: History, resolved: ResolvedQuestion, store: Store, lexical_index: LexicalIndex, search: Search
) -> Mapping[str, float]:
    """The articles that the last answer cited, each with how much it is to be favoured, 0 to 1.

    An answer is known by its text alone, so its quotations are looked up. Where no answer about the same subject has
    any, the article nearest to the subject stands in, unless the question stands alone.
    """
    for _, answer_text in reversed(turns_of_subject(history)):
        articles = _quoted_articles(quotations_in(answer_text), store, lexical_index)
        if articles:
            return {article_id: _FURTHER_CITED if place else 1.0 for place, article_id in enumerate(articles)}
    if resolved.dependence is Dependence.STANDS_ALONE or not resolved.subject:
        return {}
    return {hit.passage.article_id: 1.0 for hit in search(resolved.subject, 1)}


def _quoted_articles(quotations: Sequence[str], store: Store, lexical_index: LexicalIndex) -> list[str]:
    """The articles that hold the first few quotations word for word, in their order."""
    articles: list[str] = []
    for quotation in quotations[:_QUOTATIONS]:
        scores = lexical_index.scores(quotation, identify_language(quotation))[GRAMS]
        rows = np.argsort(-scores, kind="stable")[:_CANDIDATE_PASSAGES]
        passages = store.passages([int(row) for row in rows if scores[row] > 0])
        articles += [passage.article_id for passage in passages if quotation in passage.text][:1]
    return list(dict.fromkeys(articles))


def _weighed(
    hits: Sequence[Hit], others: Sequence[Hit], cited: Mapping[str, float], *, weight: float, gain: float
) -> tuple[Hit, ...]:
    """``hits`` by their own scores, times ``weight``, and those they have among ``others``; best first.

    One that is not among ``others`` scores there as the last of them. Those among ``others`` alone are left out: they
    may lie outside the time that ``hits`` were restricted to.
    """
    scores = {hit.passage.passage_id: hit.score for hit in others}
    least = min(scores.values(), default=0.0)
    weighed: list[Hit] = []
    for hit in hits:
        gained = gain * cited.get(hit.passage.article_id, 0.0)
        score = weight * hit.score + (1 - weight) * scores.get(hit.passage.passage_id, least) + gained
        parts = MappingProxyType({**hit.parts, CITED: gained}) if gained else hit.parts
        weighed.append(replace(hit, score=score, parts=parts))
    weighed.sort(key=lambda hit: -hit.score)
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(weighed, start=1))
