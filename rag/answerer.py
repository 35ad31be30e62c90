"""What was read → an ``Answer``: the best sentences verbatim, each with its marker, or that the articles do not say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rag.analysis import words
from rag.citations import cite
from rag.filters import NO_FILTERS
from rag.phrases import phrases_for
from rag.question_types import is_number
from rag.reader import Evidence, Reading
from rag.records import Answer, AnswerStatus, Article, Citation, Filters, Hit, Passage

# A further quotation must be this likely beside the best one, and quoting stops once this much is covered.
_MIN_RELATIVE_PROBABILITY = 0.2
_ENOUGH_PROBABILITY = 0.9
# Two sentences with this share of words in common say the same.
_SAME_WORDS = 0.8
_CLOSEST_NAMED = 3
# A sentence that many outlets carried is cited from so many of them; the others are named with the hit.
_MAX_CARRIERS_CITED = 5


class FindArticle(Protocol):
    """Gives the article with an id."""

    def __call__(self, article_id: str) -> Article:
        """The article."""


class FindPassages(Protocol):
    """Gives the passages of an article."""

    def __call__(self, article_id: str) -> Sequence[Passage]:
        """The passages, in order."""


def _no_passages(article_id: str) -> Sequence[Passage]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All that an answerer is given: the question as asked and as searched, its language, and what was read.

    ``filters`` are what the search was restricted to. ``understood_as`` is the query where the question was completed
    from the turns before it, else "".
    """

    question: str
    query: str
    language: str
    hits: tuple[Hit, ...]
    reading: Reading
    timings_ms: Mapping[str, float]
    filters: Filters = NO_FILTERS
    understood_as: str = ""


class Answerer(Protocol):
    """Turns what was read into an answer."""

    def answer(self, draft: Draft) -> Iterator[Answer]:
        """Growing answers, the last one complete; at least one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotingAnswerer:
    """Answers in the words of the articles and in no others."""

    find_article: FindArticle
    min_confidence: float
    max_quotes: int
    find_passages: FindPassages = _no_passages

    def answer(self, draft: Draft) -> Iterator[Answer]:
        """See ``Answerer``. Below ``min_confidence`` the one answer is that the articles do not say."""
        if not draft.reading.evidence or draft.reading.confidence < self.min_confidence:
            yield unanswerable(draft)
            return
        groups = quotations(draft.reading.evidence, self.max_quotes)
        citations: list[Citation] = []
        text = ""
        for group in groups:
            markers = ""
            for evidence in [*group, *self._carriers(group, draft.hits)]:
                citation = cite(
                    self.find_article(evidence.passage.article_id),
                    evidence.start,
                    evidence.end,
                    marker=len(citations) + 1,
                    passage_id=evidence.passage.passage_id,
                )
                citations.append(citation)
                markers += f"[{citation.marker}]"
            text += ("\n\n" if text else "") + f"{group[0].text} {markers}"
            yield answer_of(draft, AnswerStatus.ANSWERED, text, citations=citations)

    def _carriers(self, group: Sequence[Evidence], hits: Sequence[Hit]) -> Iterator[Evidence]:
        """The sentence of ``group`` in the other articles that carry its passage, where they have it word for word."""
        cited = {evidence.passage.article_id for evidence in group}
        also_in = [name for hit in hits if hit.passage == group[0].passage for name in hit.also_in if name not in cited]
        for article_id in also_in[: max(0, _MAX_CARRIERS_CITED - len(group))]:
            for passage in self.find_passages(article_id):
                start = passage.text.find(group[0].text)
                if start >= 0:
                    start += passage.start
                    yield replace(group[0], passage=passage, start=start, end=start + len(group[0].text))
                    break


def answer_of(
    draft: Draft,
    status: AnswerStatus,
    text: str,
    *,
    citations: Sequence[Citation] = (),
    unknown_markers: tuple[str, ...] = (),
    dropped_sentences: tuple[str, ...] = (),
) -> Answer:
    """The ``Answer`` to what ``draft`` asks."""
    return Answer(
        question=draft.question,
        status=status,
        text=text,
        short_answer="",
        language=draft.language,
        citations=tuple(citations),
        hits=draft.hits,
        confidence=draft.reading.confidence,
        unknown_markers=unknown_markers,
        timings_ms=draft.timings_ms,
        dropped_sentences=dropped_sentences,
        filters=draft.filters,
        understood_as=draft.understood_as,
    )


def unanswerable(draft: Draft) -> Answer:
    """The answer that there is none, in the question's language, with the closest articles named as just that.

    Where nothing was asked, or there are no articles yet, it says so and what to do; a filter that leaves no article is
    no reason to add some.
    """
    phrases = phrases_for(draft.language)
    titles = list(dict.fromkeys(hit.passage.title for hit in draft.hits))[:_CLOSEST_NAMED]
    if titles:
        named = phrases.separator.join(f"{phrases.open_quote}{title}{phrases.close_quote}" for title in titles)
        text = f"{phrases.not_in_articles}\n{phrases.closest} {named}"
    elif draft.filters != NO_FILTERS and draft.query.strip():
        text = phrases.not_in_articles
    else:  # nothing is close only where nothing was asked, or where there is nothing to search
        text = phrases.no_articles if draft.query.strip() else phrases.no_question
    return answer_of(draft, AnswerStatus.UNANSWERABLE, text)


def quotations(evidence: Sequence[Evidence], max_quotes: int) -> list[list[Evidence]]:
    """What to quote, in reading order; each group is one quotation and the other sentences that say the same.

    The article of the best sentence comes first; within an article, sentences stand in its own order.
    """
    groups: list[list[Evidence]] = []
    covered = 0.0
    for candidate in evidence:
        twin = next((group for group in groups if _say_the_same(group[0], candidate)), None)
        if twin is not None:
            if all(candidate.passage.article_id != other.passage.article_id for other in twin):
                twin.append(candidate)
            continue
        if groups and (
            len(groups) >= max_quotes
            or covered >= _ENOUGH_PROBABILITY
            or candidate.probability < _MIN_RELATIVE_PROBABILITY * evidence[0].probability
        ):
            continue
        groups.append([candidate])
        covered += candidate.probability
    order = list(dict.fromkeys(group[0].passage.article_id for group in groups))
    return sorted(groups, key=lambda group: (order.index(group[0].passage.article_id), group[0].start))


def _say_the_same(one: Evidence, other: Evidence) -> bool:
    first, second = set(words(one.text)), set(words(other.text))
    if not first or not second:
        return False
    # Figures decide: "two dead" and "three dead" share all other words.
    if set(filter(is_number, first)) != set(filter(is_number, second)):
        return False
    return len(first & second) / len(first | second) >= _SAME_WORDS


def with_timing(answer: Answer, timings_ms: Mapping[str, float]) -> Answer:
    """``answer`` with its timings, in milliseconds by stage."""
    return replace(answer, timings_ms=timings_ms)
