"""The parts of an answer as HTML: its quotations with a button at each marker, what they disagree on, its sources."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.citations import segments
from rag.languages import dominant_direction
from rag.records import Answer, AnswerForm, Citation, Disagreement, Filters
from rag.web.escaping import literal, path_html
from rag.web.strings import STRINGS, Strings
from rag.web.wording import counted, date, language_name, number

# From these probabilities on an answer is called well supported, or probable.
_HIGH_CONFIDENCE, _MEDIUM_CONFIDENCE = 0.8, 0.5
_TENTHS = 10
# What ends a word in HTML: a tag does too, and the end of a line is an entity there.
_WORD_ENDS = re.compile(r"[\s<>]|&#(?:9|10|13);")
_LONGEST_HELD = 40
# Of so many chosen articles each is named; of more, their number is.
_ARTICLES_NAMED = 3


def source_value(article_id: str, start: int, end: int) -> str:
    """What a button that opens an article carries as its value."""
    return f"{article_id}:{start}:{end}"


def brief(answer: Answer) -> str:
    """The answer in a few words; nothing where it has none, or is a quotation itself."""
    short = answer.short_answer.strip()
    return "" if any(short == citation.quote.strip() for citation in answer.citations) else short


def direction_of_brief(short: str, text: str) -> str:
    """How a short answer runs; a number alone has no direction: it stands where its quotations in ``text`` begin."""
    return dominant_direction(short if any(map(str.isalpha, short)) else text)


def short_answer(answer: Answer) -> str:
    """The answer in a few words, before its quotations; nothing where it has none, or is a quotation itself."""
    short = brief(answer)
    if not short:
        return ""
    direction = direction_of_brief(short, answer.text)
    return f'<p class="brief" dir="{direction}"><strong>{literal(short)}</strong></p>'


def paragraphs(answer: Answer, language: str) -> str:
    """The answer's sentences, each quotation in its own direction and with the answer itself set off in it."""
    text = re.sub(r"\[\d*$", "", answer.text)  # a marker still being written
    by_marker = {citation.marker: citation for citation in answer.citations}
    return "".join(
        _paragraph(pieces, by_marker, answer, language)
        for pieces in _split_paragraphs(segments(text, answer.citations))
    )


def _split_paragraphs(pieces: Iterable[tuple[str, int | None]]) -> list[list[tuple[str, int | None]]]:
    # Lines break inside a quotation too: only a blank line, or a break right after a marker, ends a paragraph.
    found: list[list[tuple[str, int | None]]] = [[]]
    for text, marker in pieces:
        after_marker = bool(found[-1]) and found[-1][-1][1] is not None
        if marker is not None:
            found[-1].append((text, marker))
            continue
        if after_marker and text.startswith("\n"):
            found.append([])
        for position, part in enumerate(re.split(r"\n[ \t]*\n\s*", text.lstrip("\n"))):
            if position:
                found.append([])
            if part:
                found[-1].append((part, None))
    return [paragraph for paragraph in found if any(text.strip() for text, _ in paragraph)]


def _paragraph(
    pieces: list[tuple[str, int | None]], by_marker: dict[int, Citation], answer: Answer, language: str
) -> str:
    cited = [by_marker[marker] for _, marker in pieces if marker is not None]
    spoken = _language_of(cited[0], answer) if cited else "und"
    words = "".join(text for text, marker in pieces if marker is None)
    html: list[str] = []
    for position, (text, marker) in enumerate(pieces):
        if marker is not None:
            button = chip(by_marker[marker], STRINGS[language])
            html.append(_holding(html.pop() if position and pieces[position - 1][1] is None else "", button))
            continue
        following = next((by_marker[each] for _, each in pieces[position:] if each is not None), None)
        if following is not None and not _says_the_answer(following, answer):
            following = replace(following, span=None)
        html.append(_with_answer_set_off(text.rstrip(), following, answer.short_answer))
    lang = "" if spoken == "und" else f' lang="{literal(spoken)}"'
    label = _language_label(spoken, answer, language)
    origin = _origin(cited, language) if answer.form is AnswerForm.COMPARISON else ""
    return f'{origin}<p dir="{dominant_direction(words)}"{lang}>{"".join(html)}{label}</p>'


def _holding(words: str, button: str) -> str:
    """Words and the button after them, whose last word takes the button along: no line begins with a button."""
    last = _WORD_ENDS.split(words)[-1]
    held = last if len(last) <= _LONGEST_HELD else ""
    return f'{words.removesuffix(held)}<span class="held">{held} {button}</span>'


def _origin(cited: Sequence[Citation], language: str) -> str:
    """Whose words follow, and of when: a comparison is by article."""
    articles = {citation.article_id: citation for citation in cited}
    named = (
        f"<bdi>{literal(citation.title)}</bdi>"
        + (f" · {literal(date(citation.published, language))}" if citation.published else "")
        for citation in articles.values()
    )
    return "".join(f'<p class="origin">{each}</p>' for each in named)


def _language_of(citation: Citation, answer: Answer) -> str:
    if citation.language != "und":
        return citation.language
    of_passages = {hit.passage.passage_id: hit.passage.language for hit in answer.hits}
    return of_passages.get(citation.passage_id, "und")


def _language_label(spoken: str, answer: Answer, language: str) -> str:
    if spoken in ("und", answer.language):
        return ""
    text = STRINGS[language].quoted_in.format(language=language_name(spoken, language) or spoken)
    return f' <span class="tongue" lang="{language}">{literal(text)}</span>'


def _says_the_answer(citation: Citation, answer: Answer) -> bool:
    # Of a further quotation other words than the answer's would be taken for the answer, unless they are another
    # language's, or are told of as a difference.
    if citation.span is None or not answer.short_answer or citation.marker == answer.citations[0].marker:
        return True
    if any(citation.marker in each.markers for each in answer.disagreements):
        return True
    if _language_of(citation, answer) != _language_of(answer.citations[0], answer):
        return True
    start, end = (place - citation.start for place in citation.span)
    return bool(_words_of(citation.quote[start:end]) & _words_of(answer.short_answer))


def _words_of(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _with_answer_set_off(text: str, citation: Citation | None, short: str) -> str:
    place = _span_in(text, citation) or _words_in(text, short)
    if place is None or text[slice(*place)].strip() == text.strip():
        return literal(text)
    start, end = place
    start += len(text[start:end]) - len(text[start:end].lstrip())  # a reader's words begin at the space before them
    return f'{literal(text[:start])}<strong class="span">{literal(text[start:end])}</strong>{literal(text[end:])}'


def _span_in(text: str, citation: Citation | None) -> tuple[int, int] | None:
    if citation is None or citation.span is None:
        return None
    place = text.rfind(citation.quote)
    if place < 0:
        return None
    return place + citation.span[0] - citation.start, place + citation.span[1] - citation.start


def _words_in(text: str, words: str) -> tuple[int, int] | None:
    wanted = re.escape(words.strip())
    found = re.search(rf"(?<!\w){wanted}(?!\w)", text) if wanted else None
    return found.span() if found else None


def chip(citation: Citation, strings: Strings) -> str:
    """The button at a marker; it opens the article at the quotation, which it carries as its title."""
    value = literal(source_value(citation.article_id, citation.start, citation.end))
    return (
        f'<button type="button" class="cite" value="{value}" title="{literal(citation.quote)}">'
        f'<span class="sr">{literal(strings.source)} </span>{citation.marker}</button>'
    )


def disagreements(answer: Answer, language: str, number: int = 0) -> str:
    """Each thing that the quotations of turn ``number`` give different values for, and where these stand."""
    strings = STRINGS[language]
    by_marker = {citation.marker: citation for citation in answer.citations}
    differences = "".join(_disagreement(each, by_marker, strings) for each in answer.disagreements)
    if not differences:
        return ""
    return f'{differences}<button type="button" class="compare" value="{number}">{literal(strings.compare)}</button>'


def differ_title(disagreement: Disagreement, strings: Strings) -> str:
    """What kind of thing the sources differ on, in words."""
    titles = {"number": strings.differ_number, "date": strings.differ_date, "name": strings.differ_name}
    return titles.get(disagreement.kind, strings.differ_name)


def _disagreement(disagreement: Disagreement, by_marker: dict[int, Citation], strings: Strings) -> str:
    markers_of: dict[str, list[int]] = {}
    for marker, value in zip(disagreement.markers, disagreement.values, strict=True):
        if marker in by_marker:
            markers_of.setdefault(value, []).append(marker)
    rows = "".join(
        f'<li><bdi class="value">{literal(value)}</bdi>'
        f"{''.join(chip(by_marker[marker], strings) for marker in markers)}</li>"
        for value, markers in markers_of.items()
    )
    return f'<section class="differ"><h3>{literal(differ_title(disagreement, strings))}</h3><ul>{rows}</ul></section>'


def sources(answer: Answer, language: str) -> str:
    """Every cited article once, with its date, its file and a button for each place."""
    strings = STRINGS[language]
    by_article: dict[str, list[Citation]] = {}
    for citation in sorted(answer.citations, key=lambda each: each.marker):
        by_article.setdefault(citation.article_id, []).append(citation)
    elsewhere = {hit.passage.passage_id: len(hit.also_in) for hit in answer.hits}
    rows = "".join(
        f'<li><span class="title"><bdi>{literal(cited[0].title)}</bdi></span>'
        f'<span class="place">{_facts(cited, elsewhere, language)}'
        f"{''.join(_place(each, strings) for each in cited)}</span></li>"
        for cited in by_article.values()
    )
    return f'<section class="sources"><h3>{literal(strings.sources)}</h3><ul>{rows}</ul></section>'


def _facts(cited: Sequence[Citation], elsewhere: dict[str, int], language: str) -> str:
    facts = [literal(date(cited[0].published, language)), path_html(cited[0].article_id)]
    also = max(elsewhere.get(citation.passage_id, 0) for citation in cited)
    if also:
        facts.append(literal(counted(STRINGS[language].also_in, also, language)))
    return "".join(f'<span class="fact">{fact}</span>' for fact in facts if fact)


def _place(citation: Citation, strings: Strings) -> str:
    value = literal(source_value(citation.article_id, citation.start, citation.end))
    lines = literal(lines_of(citation, strings))
    return (
        f'<button type="button" class="source" value="{value}">'
        f'<span class="number">{citation.marker}</span><bdi>{lines}</bdi></button>'
    )


def lines_of(citation: Citation, strings: Strings) -> str:
    """The lines a quotation stands on, in words."""
    start, end = citation.start_line, citation.end_line
    return strings.line.format(start=start) if start == end else strings.lines.format(start=start, end=end)


def understood(answer: Answer, language: str) -> str:
    """How a follow-up was completed, and what the search was restricted to; nothing where neither happened."""
    strings = STRINGS[language]
    said = []
    if answer.understood_as and answer.understood_as != answer.question:
        said.append(_filled(strings.understood_as, "question", answer.understood_as))
    restricted = restrictions(answer.filters, language)
    if restricted:
        said.append(_filled(strings.searched_only, "what", restricted))
    return "".join(f'<p class="understood">{each}</p>' for each in said)


def _filled(template: str, name: str, text: str) -> str:
    before, after = template.split(f"{{{name}}}")
    return f"{literal(before)}<bdi>{literal(text)}</bdi>{literal(after)}"


def restrictions(filters: Filters, language: str) -> str:
    """What a search was restricted to, in words; nothing where it was not."""
    strings = STRINGS[language]
    parts = [language_name(code, language) or code for code in filters.languages]
    many = len(filters.articles) > _ARTICLES_NAMED
    parts += [counted(strings.count_articles, len(filters.articles), language)] if many else filters.articles
    if filters.since:
        parts.append(strings.since.format(date=date(filters.since, language)))
    if filters.until:
        parts.append(strings.until.format(date=date(filters.until, language)))
    return " · ".join(parts)


def confidence(answer: Answer, language: str) -> str:
    """How sure the answer is, in words, with what that means."""
    strings = STRINGS[language]
    if answer.confidence >= _HIGH_CONFIDENCE:
        level, said = "high", strings.confidence_high
    elif answer.confidence >= _MEDIUM_CONFIDENCE:
        level, said = "medium", strings.confidence_medium
    else:
        level, said = "low", strings.confidence_low
    explained = strings.confidence_explained.format(count=number(round(answer.confidence * _TENTHS), language))
    return (
        f'<details class="confidence {level}"><summary>{literal(said)}</summary><p>{literal(explained)}</p></details>'
    )


def left_out(answer: Answer, language: str) -> str:
    """How many sentences of a chat model no article supports; nothing where there were none."""
    if not answer.dropped_sentences:
        return ""
    text = counted(STRINGS[language].dropped_sentences, len(answer.dropped_sentences), language)
    return f'<p class="note">{literal(text)}</p>'
