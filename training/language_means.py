"""Estimates each language's mean passage and query vector on development text; writes ``rag/language_means.npz``.

    python -m training.language_means

Reads the SQuAD-form sets in ``../shared/eval`` and ``../shared/train``, and for languages without one (Hebrew, French)
the articles of ``data/`` and the questions of ``benchmarks/questions``. Those few are all on one topic, so the topic is
taken out: it is what the vectors of the other languages' articles and questions there have in common beyond their own
language's mean. Takes about two minutes on two cores.
"""

import json
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.articles import find_files, read_file
from rag.encoder import open_encoder
from rag.evaluation import read_questions
from rag.fairness import SHIPPED
from rag.sentences import sentence_spans
from rag.settings import Settings

Vector = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vector]

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
MAX_PER_LANGUAGE = 400
MIN_SMALL_SET = 4
CODES = {
    "arabic": "ar", "bengali": "bn", "english": "en", "finnish": "fi", "indonesian": "id", "korean": "ko",
    "russian": "ru", "swahili": "sw", "telugu": "te",
}  # fmt: skip


def squad_sets() -> list[tuple[str, Path]]:
    """Every development set in SQuAD form, with its language."""
    found = [("ar", SHARED / "eval" / "arcd-train.json")]
    found += [(path.name.split(".")[1], path) for path in sorted((SHARED / "eval" / "xquad").glob("dev.*.json"))]
    return found + [
        (CODES[path.name.split("_")[0]], path) for path in sorted((SHARED / "train" / "tydi").glob("*.json"))
    ]


def large_texts() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Passages and questions by language, from the sets in SQuAD form."""
    passages: dict[str, list[str]] = defaultdict(list)
    queries: dict[str, list[str]] = defaultdict(list)
    for language, path in squad_sets():
        for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                passages[language].append(paragraph["context"])
                queries[language].extend(item["question"] for item in paragraph["qas"])
    return passages, queries


def small_texts() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Sentences and questions by language, from the shipped corpus and the question sets over it."""
    sentences: dict[str, list[str]] = defaultdict(list)
    queries: dict[str, list[str]] = defaultdict(list)
    for source in find_files(ROOT / "data")[0]:
        for article in read_file(source, max_megabytes=1).articles:
            for start, end in sentence_spans(article.text, article.language):
                sentences[article.language].append(article.text[start:end])
    for path in sorted((ROOT / "benchmarks" / "questions").glob("*.jsonl")):
        for question in read_questions(path):
            queries[question.language].append(question.turns[0])
    return sentences, queries


def large_means(texts: Mapping[str, Sequence[str]], encode: Encode) -> dict[str, Vector]:
    """The mean of a sample of each language."""
    chooser = random.Random(1)  # noqa: S311
    means = {}
    for language in sorted(texts):
        unique = sorted(set(texts[language]))
        means[language] = encode(chooser.sample(unique, min(MAX_PER_LANGUAGE, len(unique)))).mean(axis=0)
    return means


def small_means(texts: Mapping[str, Sequence[str]], known: Mapping[str, Vector], encode: Encode) -> dict[str, Vector]:
    """The mean of each language that is not ``known``, without the topic that all of ``texts`` share."""
    local = {language: encode(items).mean(axis=0) for language, items in sorted(texts.items())}
    topic = np.mean([local[language] - known[language] for language in local if language in known], axis=0)
    return {
        language: mean - topic
        for language, mean in local.items()
        if language not in known and len(texts[language]) >= MIN_SMALL_SET
    }


def main() -> None:
    """Estimate and write the means."""
    encoder = open_encoder(Settings())
    arrays: dict[str, npt.NDArray[np.float32] | npt.NDArray[np.str_]] = {"fingerprint": np.array(encoder.fingerprint)}
    for name, encode, large, small in zip(
        ("passages", "queries"),
        (encoder.encode_passages, encoder.encode_queries),
        large_texts(),
        small_texts(),
        strict=True,
    ):
        means = large_means(large, encode)
        means |= small_means(small, means, encode)
        arrays |= {f"{name}/{language}": mean.astype(np.float32) for language, mean in means.items()}
        print(f"{name}: {', '.join(sorted(means))}")
    with (ROOT / "rag" / SHIPPED).open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
