"""Records → the lines that the command line shows of them."""

import sys
from collections.abc import Iterator

from rag.filter_options import described
from rag.phrases import phrases_for
from rag.records import Answer, BuildReport, Hit

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def report_text(report: BuildReport) -> str:
    """What a build did."""
    return "\n".join(_report_lines(report))


def answer_text(answer: Answer) -> str:
    """An answer, the short one first, what its sources differ in, and where they stand; how it was understood above."""
    return "\n".join(_answer_lines(answer))


def hit_text(hit: Hit) -> str:
    """A passage with its rank, score and place."""
    passage = hit.passage
    lines = [
        f"{hit.rank}. {hit.score:.3f}  {isolated(passage.article_id)}, line {passage.start_line}",
        f"   {isolated(' '.join(passage.text.split()))}",
        *(f"   also in {isolated(article_id)}" for article_id in hit.also_in),
    ]
    return "\n".join(lines)


def isolated(text: str) -> str:
    """``text`` set apart on a terminal, so that Arabic and Latin beside each other keep their order; else as it is."""
    if not sys.stdout.isatty():
        return text
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"


def _report_lines(report: BuildReport) -> Iterator[str]:
    yield (
        f"{report.articles} articles, {report.passages} passages "
        f"({report.added} added, {report.changed} changed, {report.removed} removed, {report.unchanged} unchanged; "
        f"{report.encoded_passages} passages encoded) in {report.seconds:.1f} s"
    )
    if report.furniture_lines:
        yield f"{report.furniture_lines} lines of page furniture set aside"
    for duplicate in report.duplicates:
        kind = "the same as" if duplicate.similarity == 1.0 else "nearly the same as"
        yield f"duplicate: {isolated(duplicate.article_id)} is {kind} {isolated(duplicate.duplicate_of)}"
    for name, reason in report.skipped:
        yield f"skipped: {isolated(name)}: {reason}"


def _answer_lines(answer: Answer) -> Iterator[str]:
    if answer.understood_as:
        yield f"{phrases_for(answer.language).understood_as} {isolated(answer.understood_as)}\n"
    if answer.short_answer and answer.short_answer != answer.citations[0].quote:
        yield f"{isolated(answer.short_answer)}\n"
    yield answer.text
    for disagreement in answer.disagreements:
        values = ", ".join(
            f"{isolated(value)} [{marker}]"
            for marker, value in zip(disagreement.markers, disagreement.values, strict=True)
        )
        yield f"\n{phrases_for(answer.language).differ} {values}"
    if restriction := described(answer.filters):
        yield f"\n(only articles {restriction})"
    if answer.citations:
        yield ""
    for citation in answer.citations:
        published = f", {citation.published.isoformat()}" if citation.published else ""
        yield f"[{citation.marker}] {isolated(citation.title)}{published}"
        yield f"    {isolated(citation.article_id)}, line {citation.start_line}"
