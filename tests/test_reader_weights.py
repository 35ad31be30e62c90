"""What training changed is stored in four bits a number, and comes back near to what it was."""

from pathlib import Path

import numpy as np
import pytest
from safetensors import SafetensorError
from safetensors.numpy import save_file

from rag.reader_weights import GROUP, HEADS, HEADS_BIAS, pack, unpack

MATRIX, BIAS = "encoder.layer.3.output.dense.weight", "encoder.layer.3.output.dense.bias"


def base_weights(folder: Path) -> tuple[dict[str, np.ndarray], Path]:
    base: dict[str, np.ndarray] = {
        MATRIX: np.linspace(-1, 1, 6 * 2 * GROUP, dtype=np.float32).reshape(6, 2 * GROUP).astype(np.float16),
        BIAS: np.ones(6, dtype=np.float32),
    }
    save_file(base, folder / "base.safetensors")
    return base, folder / "base.safetensors"


def trained_weights(base: dict[str, np.ndarray], size: float) -> dict[str, np.ndarray]:
    waves = np.sin(np.arange(base[MATRIX].size, dtype=np.float32)).reshape(base[MATRIX].shape)
    return {
        MATRIX: base[MATRIX].astype(np.float32) + size * waves,
        BIAS: base[BIAS] + np.float32(0.25),
        HEADS: np.full((4, 3), 0.1, dtype=np.float32),
        HEADS_BIAS: np.zeros(4, dtype=np.float32),
    }


@pytest.mark.parametrize("size", [1e-4, 0.01, 1.0])
def test_a_matrix_comes_back_within_half_a_step_of_its_group(tmp_path: Path, size: float) -> None:
    base, base_path = base_weights(tmp_path)
    trained = trained_weights(base, size)
    pack(trained, base, tmp_path / "reader.safetensors")
    weights = dict(unpack(tmp_path / "reader.safetensors", base_path))
    assert set(weights) == set(trained)
    # One step is a seventh of the greatest difference in the group; the scale itself is rounded to half precision.
    assert np.abs(weights[MATRIX] - trained[MATRIX]).max() <= size / 7 * 0.51
    assert np.abs(weights[MATRIX] - trained[MATRIX]).max() > 0


def test_biases_and_heads_come_back_as_they_were(tmp_path: Path) -> None:
    base, base_path = base_weights(tmp_path)
    trained = trained_weights(base, 0.01)
    pack(trained, base, tmp_path / "reader.safetensors")
    weights = dict(unpack(tmp_path / "reader.safetensors", base_path))
    for name in (BIAS, HEADS, HEADS_BIAS):
        assert np.array_equal(weights[name], trained[name])


def test_a_matrix_that_training_left_alone_comes_back_exactly(tmp_path: Path) -> None:
    base, base_path = base_weights(tmp_path)
    pack({MATRIX: base[MATRIX].astype(np.float32)}, base, tmp_path / "reader.safetensors")
    assert np.array_equal(dict(unpack(tmp_path / "reader.safetensors", base_path))[MATRIX], base[MATRIX])


def test_a_matrix_takes_little_more_than_four_bits_a_number(tmp_path: Path) -> None:
    rows = np.zeros((256, 8 * GROUP), dtype=np.float32)
    pack({MATRIX: rows}, {MATRIX: rows}, tmp_path / "reader.safetensors")
    assert (tmp_path / "reader.safetensors").stat().st_size < 0.54 * rows.size


def test_a_width_that_groups_do_not_fill_is_refused(tmp_path: Path) -> None:
    rows = np.zeros((2, GROUP + 1), dtype=np.float32)
    with pytest.raises(ValueError, match=MATRIX):
        pack({MATRIX: rows}, {MATRIX: rows}, tmp_path / "reader.safetensors")


def test_another_encoder_than_the_one_it_was_trained_from_is_noticed(tmp_path: Path) -> None:
    base, _ = base_weights(tmp_path)
    pack(trained_weights(base, 0.01), base, tmp_path / "reader.safetensors")
    save_file({"other": np.zeros(3, dtype=np.float32)}, tmp_path / "other.safetensors")
    with pytest.raises(SafetensorError, match=MATRIX):
        list(unpack(tmp_path / "reader.safetensors", tmp_path / "other.safetensors"))
