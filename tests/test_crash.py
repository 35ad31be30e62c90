"""Law 6: a build killed at any moment leaves an index that answers; a damaged one is named and rebuilt."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import (
    ARTICLES,
    QUESTION,
    RIGHT,
    KeywordEncoder,
    generation_folder,
    generation_folders,
    make_settings,
    write_articles,
)

from rag import generations
from rag.assistant import open_assistant
from rag.errors import DataError, IndexCorrupt
from rag.index_state import index_info
from rag.indexer import bring_in_step
from rag.settings import Settings
from rag.store import Store

TESTS = Path(__file__).parent
ADDED = {"en/quay.txt": "Harbour quay rebuilt\n\nWorkers rebuilt the quay of the harbour in May. Ships returned.\n"}

BEFORE_THE_SWAP = [
    "read 0", "split 1", "encode 1", "write 0", "write 1", "write 2", "flush manifest", "verify", "flush new CURRENT",
]  # fmt: skip
AFTER_THE_SWAP = ["remove old", "write 3"]


def build_and_kill(settings: Settings, moment: str) -> None:
    command = [sys.executable, str(TESTS / "build_that_stops.py"), str(settings.data_dir), str(settings.index_dir)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS.parent)}
    with subprocess.Popen([*command, moment], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"here\n", f"the build never came to {moment!r}"
        finally:
            process.kill()
    assert process.returncode == -9


def indexed_ids(settings: Settings) -> set[str]:
    store = Store.open(settings.index_dir)
    try:
        return {summary.article_id for summary in store.summaries()}
    finally:
        store.close()


@pytest.mark.parametrize("moment", BEFORE_THE_SWAP + AFTER_THE_SWAP)
def test_a_build_killed_at_any_moment_leaves_an_index_that_answers(
    tmp_path: Path, encoder: KeywordEncoder, moment: str
) -> None:
    settings = make_settings(tmp_path, ARTICLES, min_confidence=0.0)
    bring_in_step(settings, encoder)
    write_articles(settings.data_dir, ADDED)
    build_and_kill(settings, moment)

    expected = set(ARTICLES) if moment in BEFORE_THE_SWAP else set(ARTICLES) | set(ADDED)
    assert indexed_ids(settings) == expected
    assistant = open_assistant(settings)
    assert assistant.retrieve(QUESTION)[0].passage.article_id == RIGHT
    assert assistant.ask(QUESTION).citations[0].article_id == RIGHT

    report = bring_in_step(settings, encoder)
    assert (report.added, report.unchanged) == ((1, 4) if moment in BEFORE_THE_SWAP else (0, 5))
    assert indexed_ids(settings) == set(ARTICLES) | set(ADDED)
    assert generation_folders(settings) == [generation_folder(settings).name]
    assert sorted(path.name for path in settings.index_dir.iterdir() if not path.name.startswith(".lock")) == [
        generations.CURRENT,
        generation_folder(settings).name,
    ]


def test_a_first_build_that_was_killed_counts_as_no_index_and_the_next_one_is_whole(
    tmp_path: Path, encoder: KeywordEncoder
) -> None:
    settings = make_settings(tmp_path, ARTICLES, min_confidence=0.0)
    build_and_kill(settings, "write 2")
    assert index_info(settings).state == "missing"
    assert len(generation_folders(settings)) == 1
    assert open_assistant(settings).ask(QUESTION).citations[0].article_id == RIGHT
    assert generation_folders(settings) == [generation_folder(settings).name]


def flip_first(content: bytes) -> bytes:
    return bytes([content[0] ^ 1]) + content[1:]


def flip_middle(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0x40]) + content[middle + 1 :]


def halve(content: bytes) -> bytes:
    return content[: len(content) // 2]


DAMAGES = [flip_first, flip_middle, halve, None]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__ if damage else "delete")
def test_any_damaged_file_is_named_and_the_index_is_rebuilt(
    tmp_path: Path, encoder: KeywordEncoder, damage: Callable[[bytes], bytes] | None
) -> None:
    settings = make_settings(tmp_path, ARTICLES, min_confidence=0.0)
    sound = open_assistant(settings).ask(QUESTION)
    folder = generation_folder(settings)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert {generations.MANIFEST, generations.CORPUS, generations.VECTORS, generations.ENCODED} < set(names)
    for name in names:
        path = generation_folder(settings) / name
        whole = path.read_bytes()
        path.unlink()
        if damage is not None:
            path.write_bytes(damage(whole))
        with pytest.raises(IndexCorrupt) as caught:
            Store.open(settings.index_dir)
        assert name in str(caught.value)
        info = index_info(settings)
        assert (info.state, info.details) == ("corrupt", (str(caught.value),))

        mended = open_assistant(settings)
        assert mended.report is not None, f"{name} was not rebuilt"
        answer = mended.ask(QUESTION)
        assert (answer.text, answer.citations) == (sound.text, sound.citations)
        assert index_info(settings).state == "ready"
    assert generation_folders(settings) == [generation_folder(settings).name]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"generation-gone\n", b"elsewhere\n"])
def test_a_damaged_current_file_is_corrupt_and_the_index_is_rebuilt(
    tmp_path: Path, encoder: KeywordEncoder, content: bytes
) -> None:
    settings = make_settings(tmp_path, ARTICLES, min_confidence=0.0)
    bring_in_step(settings, encoder)
    (settings.index_dir / generations.CURRENT).write_bytes(content)
    assert index_info(settings).state == "corrupt"
    assert open_assistant(settings).ask(QUESTION).citations[0].article_id == RIGHT
    assert generation_folders(settings) == [generation_folder(settings).name]


def test_an_index_that_lost_its_folder_of_articles_too_is_an_error_and_not_an_empty_answer(
    tmp_path: Path, encoder: KeywordEncoder
) -> None:
    settings = make_settings(tmp_path, ARTICLES)
    bring_in_step(settings, encoder)
    (generation_folder(settings) / generations.VECTORS).write_bytes(b"")
    settings.data_dir.rename(tmp_path / "moved")
    with pytest.raises(DataError, match="data"):
        open_assistant(settings)
