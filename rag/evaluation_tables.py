"""An evaluation as Markdown: the answers, the silence, the citations, and what went wrong with which question."""

from collections.abc import Callable, Iterator, Mapping

from rag.evaluation import Evaluation, Summary

Cell = Callable[[Summary], str]


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


_ANSWERS: Mapping[str, Cell] = {
    "answerable": lambda found: str(found.answerable),
    "answered": lambda found: _share(found.answered),
    "right article first": lambda found: _share(found.right_article_first),
    "answer sentence": lambda found: _share(found.answer_sentence),
    "fact in answer": lambda found: _share(found.fact_in_answer),
    "exact match": lambda found: _share(found.exact_match),
    "F1": lambda found: _share(found.f1),
    "F1 of the sentence": lambda found: _share(found.sentence_f1),
    "dialogues": lambda found: str(found.dialogues),
    "dialogues right": lambda found: _share(found.dialogue_accuracy),
}
_SILENCE: Mapping[str, Cell] = {
    "unanswerable": lambda found: str(found.unanswerable),
    "abstention precision": lambda found: _share(found.abstention_precision),
    "abstention recall": lambda found: _share(found.abstention_recall),
    "area under risk–coverage": lambda found: f"{found.area_under_risk_coverage:.3f}",
    "calibration error": lambda found: f"{found.calibration_error:.3f}",
    "citation precision": lambda found: _share(found.citation_precision),
    "citation recall": lambda found: _share(found.citation_recall),
    "failed citations": lambda found: str(found.failed_citations),
    "median ms": lambda found: f"{found.median_ms:.0f}",
    "p95 ms": lambda found: f"{found.p95_ms:.0f}",
}


def tables(evaluation: Evaluation) -> str:
    """Two tables with a line for each language: what was answered; what was kept silent about, cited, and how fast."""
    return "\n\n".join("\n".join(_table(evaluation, columns)) for columns in (_ANSWERS, _SILENCE))


def _table(evaluation: Evaluation, columns: Mapping[str, Cell]) -> Iterator[str]:
    yield f"| language | {' | '.join(columns)} |"
    yield "|---" * (len(columns) + 1) + "|"
    for language, found in evaluation.summaries.items():
        yield f"| {language} | {' | '.join(cell(found) for cell in columns.values())} |"


def failures(evaluation: Evaluation) -> Iterator[str]:
    """A line for each question that went wrong: its number, its language, the reason, the question."""
    for row in evaluation.rows:
        if row.failure:
            yield f"{row.number} {row.language}: {row.failure}: {' '.join(row.question.split())}"
