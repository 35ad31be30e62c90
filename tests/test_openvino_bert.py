"""OpenVINO computes over weights that stay in one mapped file, whoever else computes over them."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from encoder_fakes import packed_file
from safetensors.numpy import save_file

from rag.openvino_bert import map_safetensors
from rag.packed_model import open_tokenizer, parse_packed_model, write_model_folder

ROOT = Path(__file__).parents[1]


def test_who_maps_a_file_again_gets_the_same_memory(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    save_file({"table": np.arange(6, dtype=np.float16).reshape(3, 2)}, path)
    one, other = map_safetensors(path)["table"], map_safetensors(path)["table"]
    assert np.shares_memory(one, other)
    assert one.tolist() == [[0, 1], [2, 3], [4, 5]]


def test_a_file_put_in_the_place_of_another_is_mapped_anew(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    save_file({"table": np.zeros(3, dtype=np.float16)}, path)
    assert map_safetensors(path)["table"].tolist() == [0, 0, 0]
    save_file({"table": np.ones(3, dtype=np.float16)}, tmp_path / "fresh.safetensors")
    (tmp_path / "fresh.safetensors").replace(path)
    assert map_safetensors(path)["table"].tolist() == [1, 1, 1]


def test_a_folder_has_one_tokenizer(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
        write_model_folder(parse_packed_model(packed_file()), folder)
    first = open_tokenizer(folders[0])
    assert open_tokenizer(folders[0]) is first
    assert first.encode("a").ids[0] == 0
    assert open_tokenizer(folders[1]) is not first


@pytest.mark.model
@pytest.mark.parametrize(("precision", "most_mb"), [("auto", 170), ("float32", 245)])
def test_the_reader_adds_little_memory_to_the_encoder(precision: str, most_mb: int) -> None:
    # Measured: 120 and 214 MB. A tokenizer of its own would be 300 more, matrices that OpenVINO widens 60 to 75.
    script = f"""
from benchmarks.memory import memory_mb
from rag.cross_encoder import open_cross_encoder
from rag.encoder import open_encoder
from rag.settings import Settings
settings = Settings(encoder_precision={precision!r})
passages = [("", "The bridge was opened in May 1998 after years of work. " * times) for times in range(1, 11)]
encoder = open_encoder(settings)
encoder.encode_passages([text for _, text in passages])
before = memory_mb()["resident_mb"]
reader = open_cross_encoder(settings)
reader.read("When did the bridge open?", passages)
print(memory_mb()["resident_mb"] - before)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(done.stdout) < most_mb
