"""What was read → an ``Answer``: sentences verbatim, each with its marker; or a question back; or silence, said so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rag.analysis import words
from rag.answer_forms import answer_form
from rag.citations import cite
from rag.disagreements import disagreements, rival_of
from rag.filters import NO_FILTERS
from rag.phrases import phrases_for
from rag.question_types import AnswerKind, answer_kind, holds
from rag.quotations import newest_last, quotations
from rag.reader import Evidence, Reading
from rag.records import Answer, AnswerForm, AnswerStatus, Article, Citation, Filters, Hit, Passage
from rag.vagueness import ask_back

_CLOSEST_NAMED = 3
# A sentence that many outlets carried is cited from so many of them; the others are named with the hit.
_MAX_CARRIERS_CITED = 5
# A further quotation has its answer marked where the reader is this sure of the very words.
_MIN_SPAN_PROBABILITY = 0.2
# Of the words of a topic, weighed by rarity: all, but for rounding.
_NEARLY_ALL = 0.999
# A longer span is no short answer.
_SHORT_ANSWER_WORDS = 20


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
    from the turns before it, else ""; ``is_first`` that there were none.
    """

    question: str
    query: str
    language: str
    hits: tuple[Hit, ...]
    reading: Reading
    timings_ms: Mapping[str, float]
    filters: Filters = NO_FILTERS
    understood_as: str = ""
    is_first: bool = True


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
        """See ``Answerer``. A vague question is asked back; below ``min_confidence`` the articles do not say."""
        confidence = draft.reading.confidence
        suggestions = ask_back(draft.question, draft.language, draft.hits, confidence) if draft.is_first else ()
        if suggestions:
            yield unclear(draft, suggestions)
            return
        form = answer_form(draft.question)
        if form is AnswerForm.COMPARISON and _is_spoken_of(draft.reading.evidence):
            confidence = max(confidence, self.min_confidence)
            draft = replace(draft, reading=replace(draft.reading, confidence=confidence))
        if not draft.reading.evidence or confidence < self.min_confidence:
            yield unanswerable(draft)
            return
        groups = self._groups(draft, form)
        best = draft.reading.evidence[0] if form is AnswerForm.EXPLANATION else groups[0][0]
        short = short_answer(best, form)
        quoted: list[tuple[int, Evidence]] = []
        citations: list[Citation] = []
        text = ""
        for group in groups:
            markers = ""
            for evidence in [*group, *self._carriers(group, draft.hits)]:
                citation = self._cite(evidence, len(citations) + 1, form)
                citations.append(citation)
                quoted.append((citation.marker, evidence))
                markers += f"[{citation.marker}]"
            text += ("\n\n" if text else "") + f"{group[0].text} {markers}"
            answer = answer_of(draft, AnswerStatus.ANSWERED, text, citations=citations)
            differing = disagreements(draft.query, form, quoted)
            yield replace(answer, short_answer=short, form=form, disagreements=differing)

    def _groups(self, draft: Draft, form: AnswerForm) -> list[list[Evidence]]:
        evidence = draft.reading.evidence
        groups = quotations(evidence, self.max_quotes, form)
        if form is AnswerForm.COMPARISON:
            return newest_last(groups, lambda article_id: self.find_article(article_id).published)
        rival = rival_of(draft.query, evidence) if form is AnswerForm.FACT else None
        if rival is not None and not any(rival in group for group in groups):
            groups = [*groups[: max(1, self.max_quotes - 1)], [rival]]
        kind = answer_kind(draft.query)
        if form is AnswerForm.FACT and kind is not AnswerKind.OTHER:
            # Whoever asks when wants to read a time first.
            groups.sort(key=lambda group: not holds(kind, _marked(group[0])))
        return groups

    def _cite(self, evidence: Evidence, marker: int, form: AnswerForm) -> Citation:
        sure = evidence.span_probability >= _MIN_SPAN_PROBABILITY
        return cite(
            self.find_article(evidence.passage.article_id),
            evidence.start,
            evidence.end,
            marker=marker,
            passage_id=evidence.passage.passage_id,
            span=evidence.span if form is AnswerForm.FACT and (marker == 1 or sure) else None,
        )

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


def _is_spoken_of(evidence: Sequence[Evidence]) -> bool:
    """Whether an article holds every word of the topic that a comparison is about: a topic asks nothing else."""
    return any(
        max(item.measures.get("article_coverage", 0.0), item.measures.get("sound_coverage", 0.0)) > _NEARLY_ALL
        for item in evidence
    )


def short_answer(evidence: Evidence, form: AnswerForm) -> str:
    """The words of a sentence that answer by themselves; "" for a comparison, a long span, or an unsure explanation."""
    sure = evidence.span_probability >= _MIN_SPAN_PROBABILITY
    gives_words = form is AnswerForm.FACT or (form is AnswerForm.EXPLANATION and sure)
    marked = _marked(evidence).strip() if gives_words else ""
    return marked if len(words(marked)) <= _SHORT_ANSWER_WORDS else ""


def _marked(evidence: Evidence) -> str:
    if evidence.span is None:
        return ""
    return evidence.text[evidence.span[0] - evidence.start : evidence.span[1] - evidence.start]


def unclear(draft: Draft, suggestions: tuple[str, ...]) -> Answer:
    """The question asked back, with ``suggestions`` of what could be meant."""
    text = "\n".join((phrases_for(draft.language).unclear, *suggestions))
    return replace(answer_of(draft, AnswerStatus.UNCLEAR, text), suggestions=suggestions)


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


def with_timing(answer: Answer, timings_ms: Mapping[str, float]) -> Answer:
    """``answer`` with its timings, in milliseconds by stage."""
    return replace(answer, timings_ms=timings_ms)
