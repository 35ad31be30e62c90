"""Questions to go on with after an answer: only those that the articles answer."""

import time
from collections.abc import Iterator

from rag.records import Answer, AnswerStatus, Filters
from rag.web.protocol import History, PageAssistant
from rag.web.starters import Starter
from rag.web.strings import STRINGS

_MOST = 3
_NEAR_ARTICLES = 3
_LONGEST_TITLE = 90
# Below this an offer would be a gamble, and the reader's next click a disappointment.
_MIN_CONFIDENCE = 0.5
_SECONDS_TO_SPEND = 1.5


def follow_up_questions(
    assistant: PageAssistant, answer: Answer, history: History, language: str, *, most: int = _MOST
) -> tuple[Starter, ...]:
    """Up to ``most`` questions, in the question's language where the page speaks it, else in the page's.

    Each was put to the assistant as the next turn, of the same articles: it is offered only if they answer it, and
    with something that was not quoted yet.

    Args:
        assistant: Answers the candidates.
        answer: What was just answered.
        history: The turns before, that one included.
        language: The page's.
        most: At most so many.
    """
    if answer.status is not AnswerStatus.ANSWERED:
        return ()
    spoken = answer.language if answer.language in STRINGS else language
    quoted = {(each.article_id, each.start) for each in answer.citations}
    chosen: list[Starter] = []
    until = time.monotonic() + _SECONDS_TO_SPEND
    for candidate in _candidates(answer, spoken):
        if len(chosen) == most or time.monotonic() > until:
            break
        found = _ask(assistant, candidate.question, history, answer.filters)
        if found is None or found.status is not AnswerStatus.ANSWERED or found.confidence < _MIN_CONFIDENCE:
            continue
        places = [(each.article_id, each.start) for each in found.citations]
        if places[0] not in quoted:
            chosen.append(candidate)
            quoted.update(places)
    return tuple(chosen)


def _candidates(answer: Answer, language: str) -> Iterator[Starter]:
    strings = STRINGS[language]
    for title in _near_titles(answer):
        yield Starter(strings.starter.format(title=title), title)
    yield Starter(strings.ask_when, "")


def _near_titles(answer: Answer) -> list[str]:
    """Titles of articles that came near and were not quoted, those in the question's language first."""
    cited = {each.article_id for each in answer.citations}
    near = [hit.passage for hit in answer.hits if hit.passage.article_id not in cited]
    near.sort(key=lambda passage: passage.language != answer.language)
    titles = dict.fromkeys(" ".join(passage.title.split()) for passage in near)
    return [title for title in titles if 0 < len(title) <= _LONGEST_TITLE][:_NEAR_ARTICLES]


def _ask(assistant: PageAssistant, question: str, history: History, filters: Filters) -> Answer | None:
    answer = None
    for answer in assistant.stream(question, history, filters=filters):  # noqa: B007
        pass
    return answer
