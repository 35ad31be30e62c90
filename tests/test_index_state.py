"""An index says that it is behind its folder exactly when it is, and reads no file that did not change."""

import os
import time
from pathlib import Path

import pytest
from fakes import ARTICLES, KeywordEncoder, make_settings, write_articles

from rag import articles
from rag.index_state import differences
from rag.indexer import bring_in_step
from rag.settings import Settings
from rag.store import Store

RIGHT, WRONG = "en/bridge.txt", "en/budget.txt"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files whose content was read for their digest, in order."""
    names: list[str] = []
    original = articles.file_sha256

    def record(path: Path) -> str:
        names.append(path.name)
        return original(path)

    monkeypatch.setattr(articles, "file_sha256", record)
    return names


@pytest.fixture
def settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: list[str]) -> Settings:
    """An index over articles that were written well before it."""
    settings = make_settings(tmp_path, ARTICLES)
    now = time.time
    monkeypatch.setattr("time.time", lambda: now() + 60)
    bring_in_step(settings, KeywordEncoder())
    read.clear()
    return settings


def behind(settings: Settings) -> tuple[str, ...]:
    store = Store.open(settings.index_dir)
    try:
        return differences(settings, store)
    finally:
        store.close()


def test_files_that_stayed_as_they_were_are_not_read(settled: Settings, read: list[str]) -> None:
    assert behind(settled) == ()
    assert read == []


def test_only_the_file_that_was_touched_is_read_and_found_the_same(settled: Settings, read: list[str]) -> None:
    os.utime(settled.data_dir / RIGHT)
    assert behind(settled) == ()
    assert read == ["bridge.txt"]


def test_a_change_that_keeps_the_size_is_seen(settled: Settings) -> None:
    path = settled.data_dir / RIGHT
    path.write_bytes(path.read_bytes().replace(b"Monday", b"Sunday"))
    assert "1 changed" in behind(settled)[0]


def test_a_change_that_keeps_the_size_and_sets_the_time_back_is_seen(settled: Settings) -> None:
    path = settled.data_dir / RIGHT
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Monday", b"Sunday"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert "1 changed" in behind(settled)[0]


def test_a_file_that_was_new_when_it_was_indexed_is_read_again(tmp_path: Path, read: list[str]) -> None:
    settings = make_settings(tmp_path, ARTICLES)
    bring_in_step(settings, KeywordEncoder())
    read.clear()
    assert behind(settings) == ()
    assert len(read) == len(ARTICLES)


def test_a_later_build_takes_over_what_proves_that_old_files_stayed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: list[str]
) -> None:
    settings, now = make_settings(tmp_path, ARTICLES), time.time
    bring_in_step(settings, KeywordEncoder())
    monkeypatch.setattr("time.time", lambda: now() + 60)
    write_articles(settings.data_dir, {"en/quay.txt": "The quay\n\nThe quay is open."})
    bring_in_step(settings, KeywordEncoder())
    read.clear()
    assert behind(settings) == ()
    assert read == []


def test_files_added_and_removed_are_counted_without_reading_the_others(settled: Settings, read: list[str]) -> None:
    write_articles(settled.data_dir, {"en/quay.txt": "The quay\n\nThe quay is open."})
    (settled.data_dir / WRONG).unlink()
    assert "1 files added, 0 changed, 1 removed" in behind(settled)[0]
    assert read == []


def test_a_folder_that_is_gone_says_nothing(settled: Settings) -> None:
    gone = settled.model_copy(update={"data_dir": settled.data_dir / "gone"})
    assert behind(gone) == ()
