"""Compares limits on the passages of one article, on the development sets, through the product's own retrieval.

    python -m benchmarks.passages_per_article [--questions 100]

The paragraphs of each article of a set are joined into one text file (``benchmarks.passage_sizes``): long articles, of
which one passage answers. A limit pays where it brings the right article nearer, and costs where the passage that
answers is not among the first of its article. The first five passages are those that are read for an answer.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from benchmarks.passage_sizes import EVAL, Asked, read_questions, write_articles
from rag import Settings, open_assistant
from rag.assistant import Assistant
from rag.evaluation import contains
from rag.reader import PASSAGES_READ

LIMITS = (0, 1, 2, 3, 5)


def rank_of_answer(assistant: Assistant, asked: Asked) -> int:
    """The rank of the first passage of the right article that holds an answer; 0 where none of ten does."""
    hits = assistant.retrieve(asked.question, top_k=10)
    ranks = (
        hit.rank
        for hit in hits
        if hit.passage.article_id == asked.article_id
        and any(contains(hit.passage.text, answer) for answer in asked.answers)
    )
    return next(ranks, 0)


def main() -> None:
    """Measure every limit and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=100, help="questions of each set")
    count = parser.parse_args().questions
    arabic, arcd = EVAL / "xquad" / "dev.ar.json", EVAL / "arcd-train.json"
    questions: list[Asked] = [
        *read_questions("ARCD ar→ar", "arcd", arcd, arcd, count),
        *read_questions("XQuAD ar→ar", "xquad", arabic, arabic, count),
        *read_questions("XQuAD en→ar", "xquad", EVAL / "xquad" / "dev.en.json", arabic, count),
    ]
    print("| limit | set | RR@10 | among the first 5 | among the first 10 |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        data_dir.mkdir()
        write_articles(data_dir, "xquad", arabic, language="ar")
        write_articles(data_dir, "arcd", arcd, language="ar")
        for limit in LIMITS:
            settings = Settings(
                data_dir=data_dir,
                index_dir=Path(folder) / "index",
                max_passages_per_article=limit,
            )
            assistant = open_assistant(settings)
            ranks = [(asked.pair, rank_of_answer(assistant, asked)) for asked in questions]
            for pair in dict.fromkeys(asked.pair for asked in questions):
                found = [rank for name, rank in ranks if name == pair]
                reciprocal = statistics.mean(1 / rank if rank else 0.0 for rank in found)
                read = statistics.mean(0 < rank <= PASSAGES_READ for rank in found)
                listed = statistics.mean(rank > 0 for rank in found)
                print(f"| {limit or 'none'} | {pair} | {reciprocal:.3f} | {read:.3f} | {listed:.3f} |", flush=True)


if __name__ == "__main__":
    main()
