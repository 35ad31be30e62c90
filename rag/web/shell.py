"""The HTML around the conversation: the header, the welcome with its questions, and the report of the last build."""

from collections.abc import Sequence

from rag.languages import dominant_direction
from rag.records import BuildReport
from rag.web.escaping import literal, path_html
from rag.web.starters import Starter
from rag.web.strings import STRINGS, Strings

_LISTED = 200


def header_html(language: str) -> str:
    """The name, the language choice, and the words that the browser's own script needs."""
    strings = STRINGS[language]
    options = "".join(
        f'<option value="{code}" lang="{code}"{" selected" if code == language else ""}>{literal(each.endonym)}'
        "</option>"
        for code, each in STRINGS.items()
    )
    words = "".join(
        f' data-{name}="{literal(text)}"'
        for name, text in {
            "article": strings.article,
            "close": strings.close,
            "open-text": strings.open_text,
            "opening": strings.opening,
            "gone": strings.article_gone,
            "unreachable": strings.article_unreachable,
            "excerpt": strings.excerpt,
            "ask": strings.ask,
            "stop": strings.stop,
            "conversation": strings.conversation,
            "lost": strings.server_lost,
            "busy": strings.server_busy,
        }.items()
    )
    return (
        f'<header id="header"{words}>'
        f'<div class="brand"><span class="name" lang="ar">مصدر</span><span class="latin" lang="en">Masdar</span>'
        f'<span class="tagline">{literal(strings.tagline)}</span></div>'
        f'<div class="tools"><button type="button" id="new" title="{literal(strings.new_conversation)}">'
        f'<span class="plus" aria-hidden="true">+</span><span class="label">{literal(strings.new_conversation)}'
        f'</span></button><label id="language"><span class="sr">{literal(strings.language)}</span>'
        f"<select>{options}</select></label></div></header>"
    )


def welcome_html(language: str, starters: Sequence[Starter], data_dir: str) -> str:
    """What an empty conversation shows."""
    strings = STRINGS[language]
    if starters:
        below = f"<ul>{''.join(_starter(starter, strings) for starter in starters)}</ul>"
    else:
        below = f'<p class="none">{_filled(strings.no_articles, "folder", path_html(data_dir))}</p>'
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


def report_html(language: str, article_count: int, report: BuildReport | None) -> str:
    """What was read, and everything that was left out, with its reason."""
    strings = STRINGS[language]
    total = _count(strings.count_articles, article_count)
    if report is None:
        return f'<div id="report"><p>{total}</p></div>'
    counts = [(strings.count_skipped, len(report.skipped)), (strings.count_duplicates, len(report.duplicates))]
    left_out = [_count(text, count) for text, count in counts if count]
    summary = "".join(f"<span>{text}</span>" for text in (total, *left_out))
    return f'<details id="report"><summary>{summary}</summary>{_left_out(report, strings)}</details>'


def _left_out(report: BuildReport, strings: Strings) -> str:
    skipped = [_row(article_id, _isolated(reason)) for article_id, reason in report.skipped]
    duplicates = [
        _row(each.article_id, _filled(strings.duplicate_of, "article", path_html(each.duplicate_of)))
        for each in report.duplicates
    ]
    parts = []
    for text, rows in ((strings.count_skipped, skipped), (strings.count_duplicates, duplicates)):
        if rows:
            more = "<li>…</li>" if len(rows) > _LISTED else ""
            parts.append(f"<h3>{_count(text, len(rows))}</h3><ul>{''.join(rows[:_LISTED])}{more}</ul>")
    if report.furniture_lines:
        parts.append(f"<h3>{_count(strings.count_furniture, report.furniture_lines)}</h3>")
    return f'<div class="left-out">{"".join(parts) or f"<p>{literal(strings.nothing_left_out)}</p>"}</div>'


def _row(article_id: str, reason: str) -> str:
    return f'<li>{path_html(article_id)}<span class="reason">{reason}</span></li>'


def _isolated(text: str) -> str:
    return f'<bdi dir="{dominant_direction(text)}">{literal(text)}</bdi>'


def _count(text: str, count: int) -> str:
    return literal(text.format(count=f"{count:,}"))
