"""Compares passage sizes on the development sets, through the product's own build, retrieval and reading.

    python -m benchmarks.passage_sizes [--questions 150]

The paragraphs of each XQuAD (development part, Arabic) and ARCD (training split) article are joined into one text file,
so that passages are cut by Masdar and not by the set. A larger passage holds an answer more easily, so what decides is
the last column: does the sentence that would be quoted first hold the answer? Writes the rows of every question, by its
place in the sample, to ``benchmarks/results/passage_sizes.jsonl``.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from rag import Settings, open_assistant
from rag.assistant import Assistant
from rag.evaluation import contains

ROOT = Path(__file__).parents[1]
EVAL = ROOT.parent / "shared" / "eval"
SIZES = (96, 128, 160, 224, 320)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, the text file that answers it, and the answers."""

    pair: str
    question: str
    article_id: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of one question at one size: ranks count from 1, 0 where it is not among the first ten."""

    max_passage_tokens: int
    pair: str
    question_number: int
    rank_of_answer: int
    sentence_right: bool
    latency_ms: float


def write_articles(folder: Path, name: str, path: Path, *, language: str) -> None:
    """Join the paragraphs of each article of a set into one file."""
    for number, article in enumerate(json.loads(path.read_text(encoding="utf-8"))["data"]):
        text = "\n".join(paragraph["context"].replace("\n", " ") for paragraph in article["paragraphs"])
        front = f"---\ntitle: {json.dumps(article.get('title') or name)}\nlanguage: {language}\n---\n"
        (folder / f"{name}-{number}.txt").write_text(front + text, encoding="utf-8")


def read_questions(pair: str, name: str, asked: Path, held: Path, count: int) -> list[Asked]:
    """A sample of the questions of ``asked``, whose answers are those of the parallel set ``held``."""
    pairs = zip(
        json.loads(asked.read_text(encoding="utf-8"))["data"],
        json.loads(held.read_text(encoding="utf-8"))["data"],
        strict=True,
    )
    found = [
        Asked(
            pair=pair,
            question=item["question"],
            article_id=f"{name}-{number}.txt",
            answers=tuple(answer["text"] for answer in twin["answers"]),
        )
        for number, (article, parallel) in enumerate(pairs)
        for paragraph, same in zip(article["paragraphs"], parallel["paragraphs"], strict=True)
        for item, twin in zip(paragraph["qas"], same["qas"], strict=True)
    ]
    return random.Random(0).sample(found, min(count, len(found)))  # noqa: S311


def measure(assistant: Assistant, size: int, number: int, asked: Asked) -> Row:
    """Retrieve and answer one question."""
    hits = assistant.retrieve(asked.question, top_k=10)
    ranks = [
        hit.rank
        for hit in hits
        if hit.passage.article_id == asked.article_id
        and any(contains(hit.passage.text, answer) for answer in asked.answers)
    ]
    started = time.perf_counter()
    answer = assistant.ask(asked.question)
    return Row(
        max_passage_tokens=size,
        pair=asked.pair,
        question_number=number,
        rank_of_answer=ranks[0] if ranks else 0,
        sentence_right=bool(answer.citations)
        and any(contains(answer.citations[0].quote, fact) for fact in asked.answers),
        latency_ms=1000 * (time.perf_counter() - started),
    )


def main() -> None:
    """Measure every size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=150, help="questions of each set")
    count = parser.parse_args().questions
    arabic, arcd = EVAL / "xquad" / "dev.ar.json", EVAL / "arcd-train.json"
    questions = [
        *read_questions("ARCD ar→ar", "arcd", arcd, arcd, count),
        *read_questions("XQuAD ar→ar", "xquad", arabic, arabic, count),
        *read_questions("XQuAD en→ar", "xquad", EVAL / "xquad" / "dev.en.json", arabic, count),
    ]
    rows: list[Row] = []
    print("| tokens | passages | set | RR@10 | quoted sentence right | median ms |\n|---|---|---|---|---|---|")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            data_dir = Path(folder) / "data"
            data_dir.mkdir()
            write_articles(data_dir, "xquad", arabic, language="ar")
            write_articles(data_dir, "arcd", arcd, language="ar")
            settings = Settings(
                data_dir=data_dir,
                index_dir=Path(folder) / "index",
                max_passage_tokens=size,
                min_confidence=0.0,
                max_quotes=1,
            )
            assistant = open_assistant(settings)
            found = [measure(assistant, size, number, asked) for number, asked in enumerate(questions, start=1)]
            passages = sum(source.passages for source in assistant.sources())
        rows += found
        for pair in dict.fromkeys(row.pair for row in found):
            chosen = [row for row in found if row.pair == pair]
            reciprocal = statistics.mean(1 / row.rank_of_answer if row.rank_of_answer else 0.0 for row in chosen)
            right = statistics.mean(row.sentence_right for row in chosen)
            latency = statistics.median(row.latency_ms for row in chosen)
            print(f"| {size} | {passages} | {pair} | {reciprocal:.3f} | {right:.3f} | {latency:.0f} |", flush=True)
    with (ROOT / "benchmarks" / "results" / "passage_sizes.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    main()
