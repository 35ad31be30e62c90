"""How long a question takes to its complete answer, over some two thousand passages.

    python -m benchmarks.answer_speed [--questions 80]        # on a machine that does nothing else

The corpus: the paragraphs of ARCD's training part, of the Arabic part of TyDi QA, and of XQuAD's development part in
Arabic, English and Russian. Asked are questions of each in turn, after ten that are not counted.
Prints one row and appends it to ``benchmarks/results/answer_speed.jsonl``, with the machine's load beside it.
"""

import argparse
import datetime
import itertools
import json
import os
import random
import tempfile
import time
from pathlib import Path

import numpy as np

from rag import Settings, open_assistant
from rag.question_sets import read_question_set

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "answer_speed.jsonl"
SETS = (
    "eval/arcd-train.json",
    "train/tydi/arabic_tydiqa_dev.json",
    "eval/xquad/dev.ar.json",
    "eval/xquad/dev.en.json",
    "eval/xquad/dev.ru.json",
)
_WARM_UP = 10


def main() -> None:
    """Measure, print and keep a row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=80)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="folder of the development sets")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    sets = [read_question_set(arguments.shared / name) for name in SETS]
    with tempfile.TemporaryDirectory() as folder:
        for name, asked in zip(SETS, sets, strict=True):
            asked.write_articles(Path(folder) / "data" / Path(name).stem)
        assistant = open_assistant(Settings(data_dir=Path(folder) / "data", index_dir=Path(folder) / "index"))
        chooser = random.Random(0)  # noqa: S311
        shuffled = [chooser.sample(item.questions, arguments.questions) for item in sets]
        questions = itertools.islice(itertools.chain(*zip(*shuffled, strict=True)), _WARM_UP + arguments.questions)
        seconds = []
        for question in questions:
            started = time.perf_counter()
            assistant.ask(question.turns[-1])
            seconds.append(time.perf_counter() - started)
        row = {
            "measured_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "cores": len(os.sched_getaffinity(0)),
            "load_average_before": round(load, 1),
            "passages": sum(source.passages for source in assistant.sources()),
            "questions": arguments.questions,
            "answer_ms": {
                "median": round(1000 * float(np.median(seconds[_WARM_UP:])), 1),
                "p95": round(1000 * float(np.quantile(seconds[_WARM_UP:], 0.95)), 1),
            },
        }
    print(json.dumps(row, indent=2))
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
