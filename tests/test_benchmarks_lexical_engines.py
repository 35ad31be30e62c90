"""The comparison of engines for terms: each finds the same texts, keeps to the filter and takes changes over."""

from pathlib import Path

import pytest

from benchmarks.lexical_engines import texts
from benchmarks.lexical_engines.engines import ENGINES, FIELDS, Best, Engine, missing_packages
from benchmarks.lexical_engines.phases import _rank
from rag.lexical_index import GRAMS, STEMS

# Row 13 alone speaks of a harbour, rows that end in 3 of a bridge, all of a river; "don't" and 3.5 are hard to quote.
TEXTS = [
    ("The river rose by 3.5 metres, don't swim.", "en") if row % 10 != 3 else ("A bridge", "en") for row in range(20)
]
TEXTS[13] = ("وافتتح الوزير الميناء، and a bridge", "ar")
HERE = [engine for engine in ENGINES.values() if not missing_packages(engine)]
CHANGEABLE = [engine for engine in HERE if engine.__name__ != "Bm25s"]


def opened(engine: type[Engine], folder: Path) -> Engine:
    engine.build(iter(TEXTS), folder)
    return engine(folder)


def rows(found: Best, field: str) -> list[int]:
    return [row for row, _ in found[field]]


@pytest.mark.parametrize("engine", HERE)
def test_every_engine_finds_the_rows_that_share_a_term_best_first(tmp_path: Path, engine: type[Engine]) -> None:
    index = opened(engine, tmp_path)
    found = index.best(("ميناء", "ar"), 20)
    assert rows(found, STEMS) == [13]
    assert found[STEMS][0][1] > 0
    assert set(rows(index.best(("bridge", "en"), 20), STEMS)) == {3, 13}
    assert rows(index.best(("bridge", "en"), 1), STEMS) == [3]
    assert set(rows(index.best(("don't 3.5", "en"), 20), STEMS)) == set(range(20)) - {3, 13}


@pytest.mark.parametrize("engine", HERE)
def test_a_filter_leaves_only_rows_that_end_in_three(tmp_path: Path, engine: type[Engine]) -> None:
    index = opened(engine, tmp_path)
    for field in FIELDS:
        assert set(rows(index.best(("river bridge", "en"), 20, filtered=True), field)) <= {3, 13}
    assert set(rows(index.best(("river bridge", "en"), 20, filtered=True), STEMS)) == {3, 13}


@pytest.mark.parametrize("engine", CHANGEABLE)
def test_a_changed_row_is_found_by_its_new_text_and_not_by_its_old_one(tmp_path: Path, engine: type[Engine]) -> None:
    new = ("An airport", "en")
    kept = [new if row == 13 else None for row in range(20)]
    opened(engine, tmp_path).update([(13, TEXTS[13], new)], kept, tmp_path / "updated")
    index = engine(tmp_path / "updated" if (tmp_path / "updated").exists() else tmp_path)
    assert rows(index.best(("airports", "en"), 20), STEMS) == [13]
    assert rows(index.best(("ميناء", "ar"), 20), STEMS) == []


def test_a_rank_counts_what_scores_as_well_and_is_zero_for_what_was_not_found() -> None:
    found: Best = {STEMS: [(1, 2.0), (2, 1.0)], GRAMS: [(2, 1.0), (3, 0.5)]}
    assert [_rank(found, row) for row in (1, 2, 3, 4)] == [2, 2, 3, 0]


def test_a_made_passage_is_the_same_each_time_and_another_in_another_row_or_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sentences = tuple(f"Sentence number {number} of this language." for number in range(50))
    monkeypatch.setattr(texts, "_sentences", lambda language: sentences)
    made = {texts.passage(row, version) for row in range(20) for version in range(2)}
    assert len(made) == 40
    assert texts.passage(7, 1) in made
    assert texts.passage(7, 0)[1] == texts.passage(7, 1)[1]
