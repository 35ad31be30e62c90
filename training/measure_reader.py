"""How well the reader reads what it did not learn from: the table of ``docs/reader_model.md``.

    python -m training.measure_reader [--questions 50] [--weights FILE ...]

Of each kind so many questions about held-out articles are drawn (of the dossiers of news: every third), and the ten
passages that the product's own retriever finds are read, in the pool of all passages of the language. Prints, of each
file of weights: RR@10 of the retriever alone and with the product's share of the relevance added to its scores; on the
passage that answers, F1 of the likeliest span and whether it stands in the right sentence; and the area under the ROC
curve of telling dossiers' traps by the greatest logit of "answers". Making the examples takes most of ten minutes.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from rag.cross_encoder import WEIGHTS, ReadsPairs, open_cross_encoder
from rag.encoder import open_encoder
from rag.metrics import f1
from rag.reader import PASSAGES_READ
from rag.reader import WEIGHTS as SHARES
from rag.sentences import sentence_spans
from rag.settings import Settings
from training.news_examples import NEWS_SOURCE
from training.reader import ROOT, SHARED
from training.reader_examples import Asked, Examples, held_out, make_examples

KINDS = ("arcd, ar over ar", "xquad, ar over ar", "xquad, en over ar", "xquad, ru over ar", NEWS_SOURCE)
NEWS_EVERY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What was read for one question; the last three are None where nothing answers it."""

    answers: float
    reciprocal_rank_retrieved: float | None = None
    reciprocal_rank: float | None = None
    span_f1: float | None = None
    sentence_right: bool | None = None


def kind_of(asked: Asked, examples: Examples) -> str:
    """Of which set, and which language is asked over which."""
    if asked.source == NEWS_SOURCE:
        return NEWS_SOURCE
    return f"{asked.source}, {asked.language} over {examples.passages[asked.answers[0][0]].language}"


def sample(examples: Examples, count: int) -> dict[str, list[Asked]]:
    """The questions of each kind: the same ones each time."""
    by_kind: dict[str, list[Asked]] = defaultdict(list)
    for asked in examples.asked:
        if held_out(asked):
            by_kind[kind_of(asked, examples)].append(asked)
    chooser = random.Random(1)  # noqa: S311
    drawn = {kind: chooser.sample(by_kind[kind], min(count, len(by_kind[kind]))) for kind in KINDS[:-1]}
    return drawn | {NEWS_SOURCE: by_kind[NEWS_SOURCE][::NEWS_EVERY]}


def measure(asked: Asked, examples: Examples, reader: ReadsPairs, share: float) -> Measure:
    """Read what was found for one question, and the passage that answers it."""
    found = asked.found[:PASSAGES_READ]
    titled = asked.source == NEWS_SOURCE  # an encyclopaedia names in its titles what a question should be asked for
    rows = [row for row, _ in found] + [row for row, _, _ in asked.answers[:1]]
    passages = [examples.passages[row] for row in rows]
    judgements = reader.read(asked.question, [(passage.title * titled, passage.text) for passage in passages])
    answers = max(judgement.answers for judgement in judgements[: len(found)])
    if not asked.answers:
        return Measure(answers=answers)
    scores = np.array([score for _, score in found])
    relevances = np.array([judgement.relevance for judgement in judgements[: len(found)]])
    right = np.array([row in {row for row, _, _ in asked.answers} for row, _ in found])
    passage, starts = passages[-1], [start for row, start, _ in asked.answers if row == rows[-1]]
    span = judgements[-1].best_span(0, len(passage.text))
    golds = [passage.text[start:end] for row, start, end in asked.answers if row == rows[-1]]
    sentences = sentence_spans(passage.text, passage.language)
    return Measure(
        answers=answers,
        reciprocal_rank_retrieved=_reciprocal_rank(scores, right),
        reciprocal_rank=_reciprocal_rank(scores + share * relevances, right),
        span_f1=f1(passage.text[span.start : span.end], golds) if span else 0.0,
        sentence_right=span is not None
        and any(a <= span.start < b and a <= start < b for a, b in sentences for start in starts),
    )


def _reciprocal_rank(scores: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    order = np.argsort(-scores, kind="stable")
    return next((1 / rank for rank, place in enumerate(order, start=1) if right[place]), 0.0)


def row_of(kind: str, measures: Sequence[Measure]) -> str:
    """The line of the table for one kind."""
    answered = [item for item in measures if item.reciprocal_rank is not None]
    means = [
        float(np.mean([getattr(item, name) for item in answered]))
        for name in ("reciprocal_rank_retrieved", "reciprocal_rank", "span_f1", "sentence_right")
    ]
    traps = "–"
    if len(answered) < len(measures):
        can_be_answered = [item.reciprocal_rank is not None for item in measures]
        traps = f"{roc_auc_score(can_be_answered, [item.answers for item in measures]):.3f}"
    shown = " | ".join(f"{mean:.3f}" for mean in means)
    return f"| {kind} | {len(answered)} + {len(measures) - len(answered)} | {shown} | {traps} |"


def main() -> None:
    """Print a table for each file of weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=50, help="of each kind")
    parser.add_argument("--weights", type=Path, nargs="*", default=[ROOT / "rag" / WEIGHTS], help="files to measure")
    arguments = parser.parse_args()
    settings = Settings()
    examples = make_examples(SHARED, open_encoder(settings))
    drawn = sample(examples, arguments.questions)
    share = json.loads((resources.files("rag") / SHARES).read_text(encoding="utf-8"))["trained"]["relevance"]
    for path in arguments.weights:
        reader = open_cross_encoder(settings, path)
        print(f"\n{path.name}, {share} of the relevance\n")
        print("| kind | questions + traps | RR@10 retrieved | RR@10 | F1 of the span | its sentence right | AUROC |")
        print("|---|---|---|---|---|---|---|")
        for kind, asked in drawn.items():
            print(row_of(kind, [measure(item, examples, reader, share) for item in asked]), flush=True)


if __name__ == "__main__":
    main()
