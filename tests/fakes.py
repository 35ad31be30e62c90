"""What the unit tests build with: an encoder that needs no model, a small corpus in three languages, a few helpers."""

import hashlib
import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rag import generations
from rag.encoder import FloatMatrix
from rag.records import Answer
from rag.retriever import Retriever
from rag.settings import Settings
from rag.store import Store

# Each line is one direction of the vectors: words that mean the same, in several languages.
TOPICS: tuple[tuple[str, ...], ...] = (
    ("bridge", "جسر", "мост"),
    ("budget", "ميزانية", "бюджет"),
    ("harbour", "ميناء", "порт"),
    ("museum", "متحف", "музе"),
)
_HASHED = 32

ARTICLES: Mapping[str, str] = {
    "ar/harbour.txt": (
        "افتتاح الميناء الجديد\n\nافتتح الوزير سامي الحداد الميناء الجديد يوم الخميس. "
        "وبلغت كلفة الميناء تسعة ملايين دينار.\n"
    ),
    "en/bridge.txt": (
        "Bridge over the Ortan opens\n\nThe bridge over the Ortan river opened again on Monday. "
        "Engineers had repaired the bridge for two years. 🎉 A band played.\n"
    ),
    "en/budget.txt": (
        "Council passes its budget\n\nThe council passed the budget of 40 million on Friday. "
        "Opponents of the budget left the hall.\n"
    ),
    "ru/museum.txt": (
        "Музей закрыт на ремонт\n\nГородской музей закрыли на ремонт в марте. Музей откроют снова осенью.\n"
    ),
}
# Questions about them, and the article that answers each.
QUESTION, RIGHT = "When did the bridge over the Ortan open?", "en/bridge.txt"
QUESTIONS: Mapping[str, str] = {
    QUESTION: RIGHT,
    "Who left the hall over the budget?": "en/budget.txt",
    "متى افتتح الوزير الميناء الجديد؟": "ar/harbour.txt",
    "Когда закрыли городской музей?": "ru/museum.txt",
}
HARBOUR = "متى افتتح الوزير سامي الحداد الميناء الجديد؟"


class KeywordEncoder:
    """An ``Encoder`` whose vectors count the words of ``TOPICS``, and a little every other word.

    ``encoded`` lists the passages encoded so far, so that a test can tell what a build did again. With
    ``word_weight=0`` texts on the same topics have the same vector.
    """

    def __init__(self, *, name: str = "keywords", word_weight: float = 0.05, max_tokens: int = 512) -> None:
        self.fingerprint = hashlib.sha256(f"{name} {word_weight}".encode()).hexdigest()
        self.dimensions = len(TOPICS) + 1 + _HASHED
        self.max_tokens = max_tokens
        self.encoded: list[str] = []
        self._word_weight = word_weight
        self._lock = threading.Lock()

    def encode_queries(self, texts: Sequence[str]) -> FloatMatrix:
        return self._vectors(texts)

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> FloatMatrix:
        with self._lock:
            self.encoded.extend(texts)
        if progress is not None:
            progress(len(texts), len(texts))
        return self._vectors(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def _vectors(self, texts: Sequence[str]) -> FloatMatrix:
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for topic, forms in enumerate(TOPICS):
                vector[topic] = sum(text.lower().count(form) for form in forms)
            vector[len(TOPICS)] = 0.1
            for word in text.lower().split():
                vector[len(TOPICS) + 1 + zlib.crc32(word.encode()) % _HASHED] += self._word_weight
        scaled: FloatMatrix = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return scaled


def write_articles(folder: Path, articles: Mapping[str, str]) -> None:
    """Write each text into the file of its name below ``folder``."""
    for name, text in articles.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def make_settings(tmp_path: Path, articles: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings over ``tmp_path/data``, where ``articles`` are written, and ``tmp_path/index``."""
    settings = Settings(**{"data_dir": tmp_path / "data", "index_dir": tmp_path / "index", **overrides})
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    write_articles(settings.data_dir, articles or {})
    return settings


def generation_folder(settings: Settings) -> Path:
    """The folder of the generation in use."""
    name = generations.current_generation(settings.index_dir)
    assert name is not None, "nothing was built"
    return settings.index_dir / name


def generation_folders(settings: Settings) -> list[str]:
    """Names of all generations on disk, leftovers included."""
    return sorted(path.name for path in settings.index_dir.glob("generation-*"))


def open_retriever(settings: Settings, encoder: KeywordEncoder) -> Retriever:
    """The retriever over the index in use."""
    return Retriever.open(Store.open(settings.index_dir), encoder)


def without_timings(answer: Answer) -> Answer:
    """All of an answer that is the same each time."""
    return replace(answer, timings_ms={})
