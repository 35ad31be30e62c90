"""Turns → the HTML of their messages: questions, answers, abstentions, questions back, and failures."""

from collections.abc import Sequence

from rag.languages import dominant_direction
from rag.records import Answer, AnswerStatus, Hit
from rag.web import answer_markup as parts
from rag.web.chat import Failure, Turn, TurnState
from rag.web.escaping import QUOTED, isolated, literal
from rag.web.plain_answer import plain_answer
from rag.web.starters import Starter
from rag.web.strings import STRINGS, Strings

_CLOSEST_SHOWN = 3
_EXCERPT_CHARACTERS = 180


def question_html(question: str, number: int, language: str) -> str:
    """The message that shows the question of turn ``number``, from 0, with what can be done about it."""
    strings = STRINGS[language]
    acts = _act("edit", strings.edit, number) + _act("undo", strings.undo, number)
    return (
        f'<div class="asking"><div class="asked" dir="{dominant_direction(question)}">{literal(question)}</div>'
        f'<div class="acts">{acts}</div></div>'
    )


def turn_html(turn: Turn, language: str, number: int = 0, follow_ups: Sequence[Starter] = ()) -> str:
    """The message that answers turn ``number``, in the state it is in; its labels are in the interface language."""
    strings = STRINGS[language]
    if turn.state is TurnState.FAILED:
        return _failed(turn, strings, number)
    answer = turn.answer
    if answer is None or not answer.text:
        if turn.state is TurnState.BUSY:
            return f'<div class="answer busy">{_note(strings.searching)}<div class="lines"></div></div>'
        return f'<div class="answer {turn.state}">{_note(strings.stopped)}{_foot(_retry(strings, number))}</div>'
    if turn.state is not TurnState.COMPLETE:
        after = "" if turn.state is TurnState.BUSY else _note(strings.stopped) + _foot(_retry(strings, number))
        return _container(f"draft {turn.state}", parts.paragraphs(answer, language) + after)
    if answer.status is AnswerStatus.ANSWERED:
        return _answered(turn, answer, language, number) + _offers(follow_ups, strings.follow_ups, "follow-ups")
    if answer.status is AnswerStatus.UNCLEAR:
        return _unclear(turn, answer, language, number)
    return _unanswerable(turn, answer, language, number)


def _answered(turn: Turn, answer: Answer, language: str, number: int) -> str:
    shown = parts.confidence(answer, language) + _why(STRINGS[language], number)
    acts = _act("copy", STRINGS[language].copy_answer, plain_answer(answer, language))
    acts += _verdicts(turn, language, number)
    return _container(
        "answered",
        parts.understood(answer, language)
        + parts.short_answer(answer)
        + parts.paragraphs(answer, language)
        + parts.disagreements(answer, language, number)
        + parts.left_out(answer, language)
        + parts.sources(answer, language)
        + _foot(f'<div class="grounds">{shown}</div>', acts),
    )


def _container(classes: str, inside: str) -> str:
    # Labels run as the page does, and each paragraph as its own words do.
    return f'<div class="answer {classes}">{inside}</div>'


def _note(text: str) -> str:
    return f'<p class="note"><bdi>{literal(text)}</bdi></p>'


def _foot(*inside: str) -> str:
    return f'<div class="foot">{inside[0]}<div class="acts">{"".join(inside[1:])}</div></div>'


def _act(name: str, label: str, value: str | int, more: str = "") -> str:
    return (
        f'<button type="button" class="act {name}{more}" value="{literal(str(value))}" title="{literal(label)}">'
        f'<span class="sr">{literal(label)}</span></button>'
    )


def _why(strings: Strings, number: int) -> str:
    return f'<button type="button" class="why" value="{number}">{literal(strings.why)}</button>'


def _retry(strings: Strings, number: int) -> str:
    return f'<button type="button" class="again" value="{number}">{literal(strings.retry)}</button>'


def _verdicts(turn: Turn, language: str, number: int) -> str:
    strings = STRINGS[language]
    return (
        _act("retry", strings.retry, number)
        + _act("good", strings.helpful, number, " pressed" if turn.liked else "")
        + _act("bad", strings.unhelpful, number, " pressed" if turn.liked is False else "")
    )


def _offers(questions: Sequence[Starter], title: str, kind: str) -> str:
    if not questions:
        return ""
    rows = "".join(f"<li>{_offer(each)}</li>" for each in questions)
    return f'<section class="offers {kind}"><h3>{literal(title)}</h3><ul>{rows}</ul></section>'


def _offer(offered: Starter) -> str:
    # A title may run the other way than the words around it.
    before, title, after = offered.question.partition(offered.title) if offered.title else (offered.question, "", "")
    # The same words before each title would only be in the way of the eye.
    shown = f'<span class="sr">{literal(before)}</span><bdi>{literal(title)}</bdi>' if title else isolated(before)
    around = QUOTED.sub("", before + after)
    return (
        f'<button type="button" class="offer" value="{literal(offered.question)}" '
        f'dir="{dominant_direction(around)}">{shown}<span class="sr">{literal(after)}</span></button>'
    )


def _suggested(answer: Answer) -> list[Starter]:
    return [Starter(question, "") for question in answer.suggestions]


def _unclear(turn: Turn, answer: Answer, language: str, number: int) -> str:
    strings = STRINGS[language]
    plain = f'<p dir="{dominant_direction(answer.text)}">{literal(_without(answer.text, answer.suggestions))}</p>'
    return (
        f'<div class="answer unclear">{parts.understood(answer, language)}'
        f'<p class="verdict">{literal(strings.unclear)}</p>{plain}{_offers(_suggested(answer), "", "choices")}'
        f"{_foot('', _verdicts(turn, language, number))}</div>"
    )


def _unanswerable(turn: Turn, answer: Answer, language: str, number: int) -> str:
    strings = STRINGS[language]
    best_of_article: dict[str, Hit] = {}
    for hit in answer.hits:
        best_of_article.setdefault(hit.passage.article_id, hit)
    hits = list(best_of_article.values())[:_CLOSEST_SHOWN]
    # The buttons below name these articles already, and open them.
    said = _without(answer.text, [hit.passage.title for hit in hits])
    verdict = "" if answer.language in (language, "und") else f'<p class="verdict">{literal(strings.unanswerable)}</p>'
    plain = f'<p dir="{dominant_direction(said)}">{literal(said)}</p>'
    closest = "".join(_closest(hit) for hit in hits)
    if closest:
        closest = f'<section class="near"><h3>{literal(strings.closest)}</h3><ul>{closest}</ul></section>'
    return (
        f'<div class="answer unanswerable">{parts.understood(answer, language)}{verdict}{plain}{closest}'
        f"{_offers(_suggested(answer), strings.follow_ups, 'choices')}"
        f"{_foot(_why(strings, number), _verdicts(turn, language, number))}</div>"
    )


def _without(text: str, shown_below: Sequence[str]) -> str:
    lines = [line for line in text.splitlines() if not any(each in line for each in shown_below)]
    return "\n".join(lines).strip() or text


def _closest(hit: Hit) -> str:
    passage = hit.passage
    excerpt = " ".join(passage.text.split())
    if len(excerpt) > _EXCERPT_CHARACTERS:
        excerpt = excerpt[:_EXCERPT_CHARACTERS].rsplit(" ", 1)[0] + "…"
    return (
        f'<li><button type="button" class="closest" '
        f'value="{literal(parts.source_value(passage.article_id, passage.start, passage.end))}" '
        f'title="{literal(excerpt)}"><bdi>{literal(passage.title)}</bdi></button></li>'
    )


def _failed(turn: Turn, strings: Strings, number: int) -> str:
    advice = {
        Failure.INDEX: strings.failed_index,
        Failure.CHAT_MODEL: strings.failed_chat_model,
        Failure.RESTRICTION: strings.failed_restriction,
        Failure.OTHER: strings.failed_otherwise,
    }[turn.failure]
    details = (
        f"<details><summary>{literal(strings.details)}</summary>"
        f'<p class="details" dir="{dominant_direction(turn.details)}">{literal(turn.details)}</p></details>'
        if turn.details
        else ""
    )
    return (
        f'<div class="answer failed"><p class="verdict">{literal(strings.failed)}</p>'
        f"<p>{literal(advice)}</p>{details}{_foot(_retry(strings, number))}</div>"
    )
