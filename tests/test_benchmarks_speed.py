"""What the speed benchmark feeds on: articles without any kept text, vectors like real ones, parts that add up."""

import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from fakes import KeywordEncoder, make_settings

from benchmarks.memory import memory_mb
from benchmarks.retrieval_speed import _timed
from benchmarks.synthetic_articles import UnencodedPassages, vectors_like, write_synthetic_articles
from rag.indexer import bring_in_step


def test_articles_turn_through_the_languages_and_are_the_same_each_time(tmp_path: Path) -> None:
    sentences = {
        language: [f"{language} sentence {number}." for number in range(40)] for language in ("ar", "en", "ru")
    }
    for name in ("first", "second"):
        write_synthetic_articles(tmp_path / name, sentences, 6)
    texts = [
        {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / name).iterdir()}
        for name in ("first", "second")
    ]
    assert texts[0] == texts[1]
    assert [text[:2] for _, text in sorted(texts[0].items())] == ["ar", "en", "ru"] * 2
    assert len(set(texts[0].values())) == 6


def test_vectors_like_real_ones_lie_near_two_of_them_and_are_not_copies() -> None:
    real = np.eye(8, 64, dtype=np.float32)
    made = vectors_like(real, 200)
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    nearest = np.sort(made @ real.T, axis=1)
    assert nearest[:, -1].mean() > 0.5
    assert nearest[:, -1].max() < 0.99
    assert abs(nearest[:, -3].mean()) < 0.3


def test_a_large_index_is_built_without_encoding_its_passages(tmp_path: Path) -> None:
    inner = KeywordEncoder()
    settings = make_settings(tmp_path, {"a.txt": "The bridge opened. " * 3, "b.txt": "The museum closed. " * 3})
    real = inner.encode_queries(["bridge", "museum"])
    bring_in_step(settings, UnencodedPassages(inner, real))
    assert inner.encoded == []


def test_a_timed_part_counts_every_call_and_is_itself_again_afterwards() -> None:
    def slow() -> str:
        time.sleep(0.01)
        return "done"

    owner = SimpleNamespace(part=slow)
    times: list[float] = []
    with _timed(owner, "part", times):
        assert [owner.part(), owner.part()] == ["done", "done"]
    assert owner.part is slow
    assert len(times) == 2
    assert min(times) >= 10


def test_memory_grows_by_what_is_held() -> None:
    before = memory_mb()
    held = np.ones(25_000_000)  # 200 MB
    after = memory_mb()
    assert 150 < after["resident_mb"] - before["resident_mb"] < 250
    assert after["peak_mb"] >= after["resident_mb"] * 0.99
    assert held[-1] == 1
