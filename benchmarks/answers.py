"""Measures answers on the development sets and keeps the row of every question.

    python -m benchmarks.answers

Prints a table for each set and writes ``benchmarks/results/answers.jsonl``, each question by its place in its set:
most of the texts are not ours to keep. Sets whose articles are not there are named and left out.
"""

import dataclasses
import json
import tempfile
from pathlib import Path

from rag import Settings, open_assistant
from rag.evaluation import evaluate, read_questions

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
QUESTIONS = ROOT / "benchmarks" / "questions"
SETS = (
    ("five articles", SHARED / "articles", QUESTIONS / "five_articles.jsonl"),
    ("seed questions", SHARED / "articles", SHARED / "eval" / "seed_questions_dev.jsonl"),
    ("shipped corpus", ROOT / "data", QUESTIONS / "shipped_corpus.jsonl"),
)
_NOT_KEPT = {"question", "text"}


def main() -> None:
    """Measure every set."""
    lines: list[str] = []
    for name, data_dir, question_set in SETS:
        if not data_dir.is_dir() or not question_set.is_file():
            print(f"{name}: left out, its articles or questions are not here\n")
            continue
        with tempfile.TemporaryDirectory() as index_dir:
            assistant = open_assistant(Settings(data_dir=data_dir, index_dir=Path(index_dir)))
            evaluation = evaluate(assistant, read_questions(question_set))
        print(f"{name}\n\n{evaluation.table()}\n", flush=True)
        for number, row in enumerate(evaluation.rows, start=1):
            values = {key: value for key, value in dataclasses.asdict(row).items() if key not in _NOT_KEPT}
            lines.append(json.dumps({"set": name, "question_number": number, **values}, ensure_ascii=False))
    (ROOT / "benchmarks" / "results" / "answers.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
