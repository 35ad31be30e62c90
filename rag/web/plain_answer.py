"""An answer as plain text with its sources: what the copy button copies."""

from rag.records import Answer
from rag.web.strings import STRINGS
from rag.web.wording import date


def plain_answer(answer: Answer, language: str) -> str:
    """The answer's own text, then each source in a line: its number, title, date, file and lines."""
    strings = STRINGS[language]
    short = answer.short_answer.strip()
    said = [answer.text.strip()]
    if short and all(short != citation.quote.strip() for citation in answer.citations):
        said.insert(0, short)
    lines = []
    for citation in sorted(answer.citations, key=lambda each: each.marker):
        start, end = citation.start_line, citation.end_line
        place = strings.line.format(start=start) if start == end else strings.lines.format(start=start, end=end)
        facts = [citation.title, date(citation.published, language), citation.article_id, place]
        lines.append(f"[{citation.marker}] {', '.join(fact for fact in facts if fact)}")
    return "\n\n".join([*said, f"{strings.sources}:\n" + "\n".join(lines)])
