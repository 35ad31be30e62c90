"""The reader's weights: what training changed of the bundled encoder, four bits a number, in one small file.

A layer that training left alone is not in the file. Of the others, each matrix is stored as its difference from the
encoder's, in groups of ``GROUP`` numbers of a row that share one scale: difference = scale × (nibble − 8). Biases,
norms and the heads are stored as they are.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

GROUP: Final = 64
HEADS: Final = "heads.weight"
HEADS_BIAS: Final = "heads.bias"
_NIBBLES: Final = ".nibbles"
_SCALES: Final = ".scales"
_MIDDLE: Final = 8
_GREATEST: Final = 7

Floats = npt.NDArray[np.float32]


def pack(trained: Mapping[str, Floats], base: Mapping[str, npt.NDArray[Any]], path: Path) -> None:
    """Write ``trained`` to ``path``, its matrices as differences from those of ``base`` with the same name.

    Raises:
        ValueError: the width of a matrix is no multiple of ``GROUP``.
    """
    stored: dict[str, npt.NDArray[Any]] = {}
    for name, values in trained.items():
        if values.ndim == 2 and name in base:
            nibbles, scales = _quantised(values - base[name].astype(np.float32), name)
            stored[name + _NIBBLES], stored[name + _SCALES] = nibbles, scales
        else:
            stored[name] = values.astype(np.float32 if name.startswith("heads.") else np.float16)
    save_file(stored, path)


def unpack(path: Path, base_path: Path) -> Iterator[tuple[str, Floats]]:
    """The weights that ``pack`` wrote, with the differences added to the matrices in the file ``base_path``.

    One after the other, with its name: all of them, as wide as they are here, take 64 MB that nothing gives back.

    Raises:
        OSError: one of the files cannot be read.
        SafetensorError: one of them is damaged, or they do not belong together.
    """
    stored = load_file(path)
    with safe_open(base_path, framework="numpy") as base:
        for name, values in stored.items():
            if name.endswith(_NIBBLES):
                matrix = name.removesuffix(_NIBBLES)
                difference = _difference(values, stored[matrix + _SCALES])
                yield matrix, base.get_tensor(matrix).astype(np.float32) + difference
            elif not name.endswith(_SCALES):
                yield name, values.astype(np.float32)


def _quantised(difference: Floats, name: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float16]]:
    rows, columns = difference.shape
    if columns % GROUP:
        raise ValueError(f"{name} has {columns} columns, not a multiple of {GROUP}")
    groups = difference.reshape(rows, columns // GROUP, GROUP)
    scales = (np.abs(groups).max(axis=2) / _GREATEST).astype(np.float16)
    divisors = np.where(scales > 0, scales, 1).astype(np.float32)[:, :, None]
    whole = np.clip(np.rint(groups / divisors), -_MIDDLE, _GREATEST).astype(np.int8) + _MIDDLE
    pairs = whole.reshape(rows, columns // 2, 2).astype(np.uint8)
    return pairs[:, :, 0] | (pairs[:, :, 1] << 4), scales


def _difference(nibbles: npt.NDArray[np.uint8], scales: npt.NDArray[np.float16]) -> Floats:
    rows, half = nibbles.shape
    whole = np.stack([nibbles & 15, nibbles >> 4], axis=2).reshape(rows, -1, GROUP).astype(np.float32) - _MIDDLE
    difference: Floats = (whole * scales.astype(np.float32)[:, :, None]).reshape(rows, 2 * half)
    return difference
