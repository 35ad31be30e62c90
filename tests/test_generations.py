"""The folder of the index: a generation is whole and in use, or it is nothing; damage is always noticed and named."""

import json
from pathlib import Path

import filelock
import pytest

from rag import generations
from rag.errors import IndexCorrupt, IndexLocked, IndexStateError
from rag.generations import CURRENT, MANIFEST, Manifest


def publish(index_dir: Path, files: dict[str, bytes] | None = None) -> Path:
    folder = generations.new_generation(index_dir)
    for name, content in (files or {"one.bin": b"\x00\x01\x02", "deep/two.bin": b"two"}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    generations.publish(folder, fingerprint="f" * 8, recipe="1/160", articles=2, passages=3, dimensions=4)
    return folder


def check(folder: Path) -> None:
    generations.verify(folder, generations.read_manifest(folder))


def folders(index_dir: Path) -> list[Path]:
    return sorted(index_dir.glob("generation-*"))


def test_a_published_generation_is_the_one_in_use_and_verifies(tmp_path: Path) -> None:
    folder = publish(tmp_path)
    assert generations.current_generation(tmp_path) == folder.name
    check(folder)
    assert set(generations.read_manifest(folder).files) == {"one.bin", "deep/two.bin"}


def test_a_new_generation_counts_for_nothing_before_it_is_published(tmp_path: Path) -> None:
    assert generations.current_generation(tmp_path) is None
    generations.new_generation(tmp_path)
    assert generations.current_generation(tmp_path) is None


def test_two_generations_never_share_a_folder(tmp_path: Path) -> None:
    assert len({generations.new_generation(tmp_path) for _ in range(50)}) == 50


def test_publishing_removes_older_generations_and_those_of_builds_that_died(tmp_path: Path) -> None:
    publish(tmp_path)
    (generations.new_generation(tmp_path) / "half.bin").write_bytes(b"half")
    (tmp_path / f".{CURRENT}-4242").write_text("generation-never\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("kept", encoding="utf-8")
    folder = publish(tmp_path)
    assert folders(tmp_path) == [folder]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([CURRENT, "README.md", folder.name])


def test_what_was_not_written_as_meant_is_never_put_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = publish(tmp_path)
    folder = generations.new_generation(tmp_path)
    (folder / "one.bin").write_bytes(b"as meant")

    def lose(path: Path) -> None:
        if path.name == "one.bin":
            path.write_bytes(b"as m")

    monkeypatch.setattr(generations, "_flush_to_disk", lose)
    with pytest.raises(IndexCorrupt, match=r"one\.bin"):
        generations.publish(folder, fingerprint="f", recipe="r", articles=1, passages=1, dimensions=1)
    assert generations.current_generation(tmp_path) == before.name


@pytest.mark.parametrize("name", ["one.bin", "deep/two.bin"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = publish(tmp_path)
    (folder / name).unlink()
    with pytest.raises(IndexCorrupt, match=f"{folder.name}/{name} is missing"):
        check(folder)


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"\x00\x01\x03", b"\x00\x01\x02\x00"])
def test_a_file_with_other_bytes_is_named(tmp_path: Path, content: bytes) -> None:
    folder = publish(tmp_path)
    (folder / "one.bin").write_bytes(content)
    with pytest.raises(IndexCorrupt, match=r"one\.bin is damaged"):
        check(folder)


def test_a_change_of_any_single_byte_of_the_manifest_is_noticed(tmp_path: Path) -> None:
    folder = publish(tmp_path)
    whole = (folder / MANIFEST).read_bytes()
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << position % 8
        (folder / MANIFEST).write_bytes(damaged)
        with pytest.raises(IndexCorrupt, match=MANIFEST):
            generations.read_manifest(folder)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"3", b"{", b'{"files": 3}', b"\xff"])
def test_a_manifest_of_another_form_is_corrupt(tmp_path: Path, content: bytes) -> None:
    folder = publish(tmp_path)
    (folder / MANIFEST).write_bytes(content)
    with pytest.raises(IndexCorrupt, match=MANIFEST):
        generations.read_manifest(folder)


def test_a_manifest_that_is_cut_or_lost_is_corrupt(tmp_path: Path) -> None:
    folder = publish(tmp_path)
    whole = (folder / MANIFEST).read_bytes()
    (folder / MANIFEST).write_bytes(whole[:-1])
    with pytest.raises(IndexCorrupt, match=MANIFEST):
        generations.read_manifest(folder)
    (folder / MANIFEST).unlink()
    with pytest.raises(IndexCorrupt, match=MANIFEST):
        generations.read_manifest(folder)


def test_the_manifest_is_plain_json_with_size_and_checksum_of_every_file(tmp_path: Path) -> None:
    folder = publish(tmp_path, {"one.bin": b"abc"})
    values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert values["files"] == {"one.bin": [3, digest]}
    manifest = generations.read_manifest(folder)
    assert isinstance(manifest, Manifest)
    assert (manifest.articles, manifest.passages, manifest.dimensions, manifest.recipe) == (2, 3, 4, "1/160")


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\x00", b"..", b"/etc", b"generation-/../..", b"elsewhere"])
def test_a_current_file_that_names_no_generation_names_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CURRENT).write_bytes(content)
    assert generations.current_generation(tmp_path) is None


def test_a_second_build_of_a_folder_is_told_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = filelock.FileLock
    monkeypatch.setattr(filelock, "FileLock", lambda path, timeout: real(path, timeout=min(timeout, 0.05)))
    with generations.build_lock(tmp_path), pytest.raises(IndexLocked, match="Wait"), generations.build_lock(tmp_path):
        pytest.fail("two builds held the folder at once")


def test_the_lock_is_free_again_after_a_build_that_failed(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="failed"), generations.build_lock(tmp_path / "new"):
        raise RuntimeError("failed")
    with generations.build_lock(tmp_path / "new"):
        assert (tmp_path / "new").is_dir()


def test_an_index_folder_that_cannot_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for index_dir in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(IndexStateError, match=r"file.*--index"), generations.build_lock(index_dir):
            pytest.fail("a file served as a folder")
