"""Questions to go on with after an answer: only those that the articles answer."""

import time
from collections.abc import Iterator

from rag.records import Answer, AnswerStatus
from rag.web.protocol import History, PageAssistant
from rag.web.strings import STRINGS

_MOST = 3
_NEAR_ARTICLES = 2
_LONGEST_TITLE = 90
# Below this an offer would be a gamble, and the reader's next click a disappointment.
_MIN_CONFIDENCE = 0.5
_SECONDS_TO_SPEND = 1.5


def follow_up_questions(
    assistant: PageAssistant, answer: Answer, history: History, language: str, *, most: int = _MOST
) -> tuple[str, ...]:
    """Up to ``most`` questions, in the question's language where the page speaks it, else in the page's.

    Each was put to the assistant as the next turn: it is offered only if the articles answer it with a sentence that
    was not quoted yet.

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
    chosen: list[str] = []
    until = time.monotonic() + _SECONDS_TO_SPEND
    for question in _candidates(answer, spoken):
        if len(chosen) == most or time.monotonic() > until:
            break
        found = _ask(assistant, question, history)
        cited = {(each.article_id, each.start) for each in found.citations} if found else set()
        if found and found.status is AnswerStatus.ANSWERED and found.confidence >= _MIN_CONFIDENCE and cited - quoted:
            chosen.append(question)
            quoted |= cited
    return tuple(chosen)


def _candidates(answer: Answer, language: str) -> Iterator[str]:
    strings = STRINGS[language]
    asked = answer.question.casefold()
    titles = _near_titles(answer)
    for question in (strings.ask_when, strings.ask_why, strings.ask_where, strings.ask_who_said):
        if question.casefold().rstrip(" ?؟") not in asked:
            yield question
        if titles and question == strings.ask_when:
            yield strings.starter.format(title=titles[0])
    for title in titles[1:]:
        yield strings.starter.format(title=title)


def _near_titles(answer: Answer) -> list[str]:
    """Titles of articles that came near and were not quoted."""
    cited = {each.article_id for each in answer.citations}
    titles = [" ".join(hit.passage.title.split()) for hit in answer.hits if hit.passage.article_id not in cited]
    return [title for title in dict.fromkeys(titles) if 0 < len(title) <= _LONGEST_TITLE][:_NEAR_ARTICLES]


def _ask(assistant: PageAssistant, question: str, history: History) -> Answer | None:
    answer = None
    for answer in assistant.stream(question, history):  # noqa: B007
        pass
    return answer
