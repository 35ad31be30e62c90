"""What was found for a quotation, as ``python -m rag lookup`` prints it."""

import json
from collections.abc import Callable, Iterator, Sequence

from rag.languages import identify_language
from rag.lookup import MAX_ALTERED_CHARACTERS, altered_words
from rag.phrases import phrases_for
from rag.records import Alteration, Citation, to_json


def json_of(text: str, citations: Sequence[Citation]) -> str:
    """The citations as JSON, each with its "alterations"."""
    rows = [
        {**json.loads(to_json(citation)), "alterations": json.loads(to_json(altered_words(text, citation)))}
        for citation in citations
    ]
    return json.dumps(rows, ensure_ascii=False)


def lines_of(text: str, citations: Sequence[Citation], isolated: Callable[[str], str]) -> Iterator[str]:
    """Each place with its quotation and the words altered; ``isolated`` sets apart what may be of another direction."""
    if not citations:
        yield phrases_for(identify_language(text)).does_not_occur
    for citation in citations:
        yield f"{isolated(citation.article_id)}#{citation.start}-{citation.end}, line {citation.start_line}"
        yield f"   {isolated(_on_one_line(citation.quote))}"
        for alteration in altered_words(text, citation):
            yield f"   {_line_of(alteration, isolated)}"


def _line_of(alteration: Alteration, isolated: Callable[[str], str]) -> str:
    asked, quoted = _on_one_line(alteration.asked), _on_one_line(alteration.quoted)
    if not quoted:
        return f"not here: {isolated(asked)}"
    return f"asked: {isolated(asked)}; here: {isolated(quoted)}" if asked else f"not asked: {isolated(quoted)}"


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def cut_note(text: str, citations: Sequence[Citation]) -> str:
    """Says that a long text was compared in part; "" where it was not, or was found as it is."""
    if len(text) <= MAX_ALTERED_CHARACTERS or not all(altered_words(text, citation) for citation in citations):
        return ""
    return f"only the first {MAX_ALTERED_CHARACTERS} characters were compared."
