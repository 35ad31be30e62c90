"""The HTML around the conversation: the frame of the page, the welcome, and the report of the last build."""

import json
from collections.abc import Sequence

from rag.languages import dominant_direction
from rag.records import BuildReport
from rag.web.corpus_face import CorpusFace
from rag.web.escaping import literal, path_html
from rag.web.starters import Starter
from rag.web.strings import STRINGS, Plural, Strings
from rag.web.tour_strings import TOUR_STRINGS
from rag.web.view import View
from rag.web.wording import counted, words_of

_LISTED = 200


def _drawing(line: str, name: str = "") -> str:
    return f'<svg class="icon {name}" viewBox="0 0 20 20" aria-hidden="true"><path d="{line}"/></svg>'


_LIST = _drawing("M4 5.5h12M4 10h12M4 14.5h7")
_THEMES = (
    _drawing("M16 10a6 6 0 1 1-12 0 6 6 0 0 1 12 0zM10 4v12M13 5v10", "auto")
    + _drawing(
        "M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM10 3.2v.9M10 15.9v.9M3.2 10h.9M15.9 10h.9M5.2 5.2l.6.6M14.2 14.2l.6.6"
        "M5.2 14.8l.6-.6M14.2 5.8l.6-.6",
        "light",
    )
    + _drawing("M16 11.6A6.4 6.4 0 1 1 8.4 4a5 5 0 0 0 7.6 7.6z", "dark")
)


def before_conversation(language: str, views: Sequence[View], theme: str = "auto") -> str:
    """The header, and what opens the frames around the conversation; ``data-t`` names the string an element shows."""
    strings = STRINGS[language]
    return (
        f'<a class="skip" href="#question" data-t="skip">{literal(strings.skip)}</a>'
        f"{_header(language, views, theme)}"
        '<div id="stage"><aside id="side"></aside><div id="rooms"><section class="view" id="ask">'
    )


def after_conversation(language: str, views: Sequence[View]) -> str:
    """What closes those frames: the other views, the panel of the source, and the words for the browser's script."""
    frames = "".join(f'<section class="view" id="{view.name}" hidden></section>' for view in views)
    # "<" would let a word end the element.
    words = json.dumps(words_of(language), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'</section>{frames}</div><aside id="source" hidden></aside></div><div id="notice" role="status"></div>'
        f'<script type="application/json" id="words">{words}</script>'
    )


def _header(language: str, views: Sequence[View], theme: str) -> str:
    strings = STRINGS[language]
    options = "".join(
        f'<option value="{code}" lang="{code}"{" selected" if code == language else ""}>{literal(each.endonym)}'
        "</option>"
        for code, each in STRINGS.items()
    )
    tabs = _tab("ask", "view_ask", strings, current=True)
    tabs += "".join(_tab(view.name, view.label, strings, current=False) for view in views)
    alone = "" if views else " hidden"
    conversations = _drawing_button("conversations", "conversations", _LIST, strings, ' aria-controls="side"')
    return (
        f'<header id="header">{conversations}'
        '<a class="brand" href="./"><span class="name" lang="ar">مصدر</span>'
        f'<span class="latin" lang="en">Masdar</span></a>'
        f'<nav id="views" aria-label="{literal(strings.views)}" data-t-label="views"{alone}>{tabs}</nav>'
        f'<div class="tools"><button type="button" id="new" title="{literal(strings.new_conversation)}" '
        f'data-t-title="new_conversation"><span class="plus" aria-hidden="true"></span>'
        f'<span class="label" data-t="new_conversation">{literal(strings.new_conversation)}</span></button>'
        f"{_drawing_button('theme', f'theme_{theme}', _THEMES, strings)}"
        f'<label id="language"><span class="sr" data-t="language">{literal(strings.language)}</span>'
        f"<select>{options}</select></label></div></header>"
    )


def _drawing_button(name: str, label: str, drawings: str, strings: Strings, more: str = "") -> str:
    text = literal(getattr(strings, label))
    return (
        f'<button type="button" id="{name}" class="icon-button" title="{text}" data-t-title="{label}" '
        f'aria-label="{text}" data-t-label="{label}"{more}>{drawings}</button>'
    )


def _tab(name: str, label: str, strings: Strings, *, current: bool) -> str:
    here = ' aria-current="page"' if current else ""
    return f'<a href="?view={name}" data-view="{name}" data-t="{label}"{here}>{literal(getattr(strings, label))}</a>'


def welcome_html(language: str, face: CorpusFace, data_dir: str) -> str:
    """What an empty conversation shows."""
    strings = STRINGS[language]
    starters = face.starters.get(language, ())
    below = f"<ul>{''.join(_starter(starter, strings) for starter in starters)}</ul>" if starters else ""
    if face.articles == 0:
        below = f'<p class="none">{_filled(strings.no_articles, "folder", path_html(data_dir))}</p>'
    if face.tour:
        below += f'<button type="button" class="start-tour">{literal(TOUR_STRINGS[language].start)}</button>'
    return (
        f'<div class="welcome"><h1>{literal(strings.welcome)}</h1><p>{literal(strings.welcome_hint)}</p>{below}</div>'
    )


def _starter(starter: Starter, strings: Strings) -> str:
    # The title may run the other way than the words around it, so it stands on lines of its own.
    asked = literal(strings.starter.partition("{title}")[0].rstrip(" \u00a0“„«:"))
    return (
        f'<li><button type="button" class="starter" value="{literal(starter.question)}">'
        f"<span>{asked}</span><bdi>{literal(starter.title)}</bdi></button></li>"
    )


def _filled(template: str, name: str, html: str) -> str:
    before, after = template.split(f"{{{name}}}")
    return f"{literal(before)}{html}{literal(after)}"


def report_html(language: str, article_count: int | None, report: BuildReport | None) -> str:
    """What was read, and everything that was left out, with its reason."""
    strings = STRINGS[language]
    total = "" if article_count is None else _count(strings.count_articles, article_count, language)
    if report is None:
        return f'<div id="report"><p>{total}</p></div>'
    counts = [(strings.count_skipped, len(report.skipped)), (strings.count_duplicates, len(report.duplicates))]
    left_out = [_count(phrase, count, language) for phrase, count in counts if count]
    summary = "".join(f"<span>{text}</span>" for text in (total, *left_out))
    return f'<details id="report"><summary>{summary}</summary>{_left_out(report, language)}</details>'


def _left_out(report: BuildReport, language: str) -> str:
    strings = STRINGS[language]
    skipped = [_row(article_id, _isolated(reason)) for article_id, reason in report.skipped]
    duplicates = [
        _row(each.article_id, _filled(strings.duplicate_of, "article", path_html(each.duplicate_of)))
        for each in report.duplicates
    ]
    parts = []
    for phrase, rows in ((strings.count_skipped, skipped), (strings.count_duplicates, duplicates)):
        if rows:
            more = "<li>…</li>" if len(rows) > _LISTED else ""
            parts.append(f"<h3>{_count(phrase, len(rows), language)}</h3><ul>{''.join(rows[:_LISTED])}{more}</ul>")
    if report.furniture_lines:
        parts.append(f"<h3>{_count(strings.count_furniture, report.furniture_lines, language)}</h3>")
    return f'<div class="left-out">{"".join(parts) or f"<p>{literal(strings.nothing_left_out)}</p>"}</div>'


def _row(article_id: str, reason: str) -> str:
    return f'<li>{path_html(article_id)}<span class="reason">{reason}</span></li>'


def _isolated(text: str) -> str:
    return f'<bdi dir="{dominant_direction(text)}">{literal(text)}</bdi>'


def _count(phrase: Plural, count: int, language: str) -> str:
    return literal(counted(phrase, count, language))
