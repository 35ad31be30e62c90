"""Turns → the HTML of their messages: questions, answers with a button at each marker, abstentions and failures."""

import re
from collections.abc import Iterable, Sequence

from rag.citations import segments
from rag.languages import dominant_direction
from rag.records import Answer, AnswerStatus, Citation, Hit
from rag.web.chat import Failure, Turn, TurnState
from rag.web.escaping import literal, path_html
from rag.web.strings import STRINGS, Strings

_CLOSEST_SHOWN = 3
_EXCERPT_CHARACTERS = 180


def source_value(article_id: str, start: int, end: int) -> str:
    """What a button that opens an article carries as its value."""
    return f"{article_id}:{start}:{end}"


def question_html(question: str) -> str:
    """The message that shows a question."""
    return f'<div class="asked" dir="{dominant_direction(question)}">{literal(question)}</div>'


def turn_html(turn: Turn, language: str) -> str:
    """The message that answers a turn, in the state it is in; its labels are in the interface language."""
    strings = STRINGS[language]
    if turn.state is TurnState.FAILED:
        return _failed(turn, strings)
    answer = turn.answer
    if answer is None or not answer.text:
        note = strings.searching if turn.state is TurnState.BUSY else strings.stopped
        return f'<div class="answer {turn.state}">{_note(note)}</div>'
    if turn.state is not TurnState.COMPLETE:
        note = "" if turn.state is TurnState.BUSY else _note(strings.stopped)
        return _container(answer, f"draft {turn.state}", _paragraphs(answer, strings) + note)
    if answer.status is not AnswerStatus.ANSWERED:
        return _unanswerable(answer, language)
    return _container(answer, "answered", _paragraphs(answer, strings) + _sources(answer.citations, strings))


def _note(text: str) -> str:
    return f'<p class="note"><bdi>{literal(text)}</bdi></p>'


def _container(answer: Answer, classes: str, inside: str) -> str:
    return f'<div class="answer {classes}" dir="{dominant_direction(answer.text)}">{inside}</div>'


def _paragraphs(answer: Answer, strings: Strings) -> str:
    text = re.sub(r"\[\d*$", "", answer.text)  # a marker still being written
    by_marker = {citation.marker: citation for citation in answer.citations}
    languages = {hit.passage.passage_id: hit.passage.language for hit in answer.hits}
    return "".join(
        _paragraph(pieces, by_marker, languages, answer.short_answer, strings)
        for pieces in _split_paragraphs(segments(text, answer.citations))
    )


def _split_paragraphs(pieces: Iterable[tuple[str, int | None]]) -> list[list[tuple[str, int | None]]]:
    # Lines break inside a quotation too: only a blank line, or a break right after a marker, ends a paragraph.
    paragraphs: list[list[tuple[str, int | None]]] = [[]]
    for text, marker in pieces:
        after_marker = bool(paragraphs[-1]) and paragraphs[-1][-1][1] is not None
        if marker is not None:
            paragraphs[-1].append((text, marker))
            continue
        if after_marker and text.startswith("\n"):
            paragraphs.append([])
        for number, part in enumerate(re.split(r"\n[ \t]*\n\s*", text.lstrip("\n"))):
            if number:
                paragraphs.append([])
            if part:
                paragraphs[-1].append((part, None))
    return [paragraph for paragraph in paragraphs if any(text.strip() for text, _ in paragraph)]


def _paragraph(
    pieces: list[tuple[str, int | None]],
    by_marker: dict[int, Citation],
    languages: dict[str, str],
    short_answer: str,
    strings: Strings,
) -> str:
    cited = [by_marker[marker] for _, marker in pieces if marker is not None]
    language = languages.get(cited[0].passage_id, "und") if cited else "und"
    spoken = "" if language == "und" else f' lang="{literal(language)}"'
    words = "".join(text for text, marker in pieces if marker is None)
    html = "".join(
        _emphasised(text.rstrip() + " " if index + 1 < len(pieces) else text.rstrip(), short_answer)
        if marker is None
        else _chip(by_marker[marker], strings)
        for index, (text, marker) in enumerate(pieces)
    )
    return f'<p dir="{dominant_direction(words)}"{spoken}>{html}</p>'


def _emphasised(text: str, short_answer: str) -> str:
    wanted = re.escape(short_answer.strip())
    found = re.search(rf"(?<!\w){wanted}(?!\w)", text) if wanted else None
    if found is None or found.group() == text.strip():
        return literal(text)
    before, after = text[: found.start()], text[found.end() :]
    return f'{literal(before)}<strong class="short">{literal(found.group())}</strong>{literal(after)}'


def _chip(citation: Citation, strings: Strings) -> str:
    value = literal(source_value(citation.article_id, citation.start, citation.end))
    return (
        f'<button type="button" class="cite" value="{value}" title="{literal(citation.quote)}">'
        f'<span class="sr">{literal(strings.source)} </span>{citation.marker}</button>'
    )


def _sources(citations: Sequence[Citation], strings: Strings) -> str:
    by_article: dict[str, list[Citation]] = {}
    for citation in sorted(citations, key=lambda each: each.marker):
        by_article.setdefault(citation.article_id, []).append(citation)
    rows = "".join(
        f'<li><span class="title"><bdi>{literal(cited[0].title)}</bdi></span>'
        f'<span class="place">{path_html(article_id)}{"".join(_place(each, strings) for each in cited)}</span></li>'
        for article_id, cited in by_article.items()
    )
    return f'<section class="sources"><h3>{literal(strings.sources)}</h3><ul>{rows}</ul></section>'


def _place(citation: Citation, strings: Strings) -> str:
    value = literal(source_value(citation.article_id, citation.start, citation.end))
    lines = literal(_lines(citation.start_line, citation.end_line, strings))
    return (
        f'<button type="button" class="source" value="{value}">'
        f'<span class="number">{citation.marker}</span><bdi>{lines}</bdi></button>'
    )


def _lines(start: int, end: int, strings: Strings) -> str:
    return strings.line.format(start=start) if start == end else strings.lines.format(start=start, end=end)


def _unanswerable(answer: Answer, language: str) -> str:
    strings = STRINGS[language]
    best_of_article: dict[str, Hit] = {}
    for hit in answer.hits:
        best_of_article.setdefault(hit.passage.article_id, hit)
    hits = list(best_of_article.values())[:_CLOSEST_SHOWN]
    # The buttons below name these articles already, and open them.
    lines = [line for line in answer.text.splitlines() if not any(hit.passage.title in line for hit in hits)]
    said = "\n".join(lines).strip() or answer.text
    verdict = "" if answer.language in (language, "und") else f'<p class="verdict">{literal(strings.unanswerable)}</p>'
    plain = f'<p dir="{dominant_direction(said)}">{literal(said)}</p>'
    closest = "".join(_closest(hit) for hit in hits)
    if closest:
        closest = f'<section class="near"><h3>{literal(strings.closest)}</h3><ul>{closest}</ul></section>'
    return f'<div class="answer unanswerable">{verdict}{plain}{closest}</div>'


def _closest(hit: Hit) -> str:
    passage = hit.passage
    excerpt = " ".join(passage.text.split())
    if len(excerpt) > _EXCERPT_CHARACTERS:
        excerpt = excerpt[:_EXCERPT_CHARACTERS].rsplit(" ", 1)[0] + "…"
    return (
        f'<li><button type="button" class="closest" '
        f'value="{literal(source_value(passage.article_id, passage.start, passage.end))}" '
        f'title="{literal(excerpt)}"><bdi>{literal(passage.title)}</bdi></button></li>'
    )


def _failed(turn: Turn, strings: Strings) -> str:
    advice = {
        Failure.INDEX: strings.failed_index,
        Failure.CHAT_MODEL: strings.failed_chat_model,
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
        f"<p>{literal(advice)}</p>{details}</div>"
    )
