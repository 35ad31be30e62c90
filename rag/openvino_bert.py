"""A BERT of a model folder, run by OpenVINO: token ids in, one vector per token out.

The graph is put together here, node by node, over weights that stay where they are, in the memory-mapped file: nothing
is exported or converted, no second copy of the model lies on disk, and loading takes a third of a second.
"""

import functools
import json
import logging
import mmap
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

# Importing openvino starts a process that reports the import to Google Analytics, and leaves a client id in the user's
# home. It has a stub for where its reporting package is missing: this makes it missing.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

import openvino as ov  # type: ignore[import-untyped]  # noqa: E402
import openvino.opset13 as ops  # type: ignore[import-untyped]  # noqa: E402

_LOG = logging.getLogger(__name__)
_FLOATS: Final[dict[str, np.dtype[Any]]] = {"F16": np.dtype("<f2"), "F32": np.dtype("<f4")}
# Added to the attention of padding: it vanishes in the softmax, and is finite in every precision.
_MASKED = np.float32(-65504.0)

Precision = Literal["auto", "float32", "bfloat16"]
_Array = npt.NDArray[Any]


class OpenVinoBert:
    """A compiled BERT, for one caller at a time. ``precision`` is what it computes in: "float32" or "bfloat16"."""

    precision: Literal["float32", "bfloat16"]
    dimensions: int
    max_tokens: int

    def __init__(
        self,
        folder: Path,
        *,
        precision: Precision = "auto",
        threads: int = 0,
        replacing: Mapping[str, _Array] | None = None,
    ) -> None:
        """Loads ``folder/config.json`` and ``folder/model.safetensors``.

        Args:
            folder: a model folder as ``packed_model`` writes it.
            replacing: weights, by the names of the folder's, to take instead of those.
            precision: "auto" takes bfloat16 where the CPU computes in it natively, float32 elsewhere.
            threads: CPU threads; 0 leaves the number to OpenVINO, which takes every core it is allowed.

        Raises:
            RuntimeError: OpenVINO cannot compile the model for this CPU.
            ValueError: bfloat16 is asked for by name and the CPU does not have it.
        """
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.dimensions = config["hidden_size"]
        self.max_tokens = config["max_position_embeddings"]
        # The compiled model reads the weights in place: they must live as long as it does.
        self._weights = {**map_safetensors(folder / "model.safetensors"), **(replacing or {})}
        core = ov.Core()
        native = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        if precision == "bfloat16" and not native:
            raise ValueError("this CPU does not compute in bfloat16")
        model = _Graph(self._weights, config).model()
        if native and precision != "float32":
            try:
                self._request = _compile(core, model, "bf16", threads)
            except RuntimeError:
                if precision == "bfloat16":
                    raise
                # Hypervisors that hide part of a CPU make it claim what it cannot do.
                _LOG.warning("OpenVINO could not compile for bfloat16; computing in float32.")
            else:
                self.precision = "bfloat16"
                return
        self._request = _compile(core, model, "f32", threads)
        self.precision = "float32"

    def __call__(self, input_ids: _Array, attention_mask: _Array) -> npt.NDArray[np.float32]:
        """The last hidden states.

        Args:
            input_ids: (texts, tokens) int64.
            attention_mask: (texts, tokens) int64; 1 where there is a token, 0 for padding.

        Returns:
            (texts, tokens, hidden), a fresh array.
        """
        states: npt.NDArray[np.float32] = self._request.infer({0: input_ids, 1: attention_mask}, share_inputs=True)[0]
        return states


def _compile(core: Any, model: Any, hint: str, threads: int) -> Any:
    options: dict[str, Any] = {"INFERENCE_PRECISION_HINT": hint, "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1"}
    if threads:
        options["INFERENCE_NUM_THREADS"] = threads
    request = core.compile_model(model, "CPU", options).create_infer_request()
    # Some of the code for a CPU is generated at the first call: only a call proves that it can run.
    request.infer({0: np.full((1, 3), 2, dtype=np.int64), 1: np.ones((1, 3), dtype=np.int64)})
    return request


def map_safetensors(path: Path) -> Mapping[str, _Array]:
    """The arrays of a safetensors file, by name, where they lie in the memory-mapped file.

    Whoever maps the same file gets the same memory: a page that two mappings touch counts twice as resident.
    """
    status = path.stat()
    return _map_once(path, (status.st_ino, status.st_size, status.st_mtime_ns))


@functools.lru_cache(maxsize=1)
def _map_once(path: Path, _version: tuple[int, int, int]) -> Mapping[str, _Array]:
    with path.open("rb") as file:
        # Copy on write: OpenVINO insists on memory it could write to. It does not, so the pages stay shared.
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    header_bytes = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + header_bytes])
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(
            content,
            _FLOATS[entry["dtype"]],
            int(np.prod(entry["shape"])),
            8 + header_bytes + entry["data_offsets"][0],
        ).reshape(entry["shape"])
        for name, entry in header.items()
    }


class _Graph:
    """Writes the graph of one BERT. The names of the weights are those of transformers."""

    def __init__(self, weights: dict[str, _Array], config: dict[str, Any]) -> None:
        self._weights = weights
        self._layers: int = config["num_hidden_layers"]
        self._heads: int = config["num_attention_heads"]
        self._hidden: int = config["hidden_size"]
        self._epsilon: float = config["layer_norm_eps"]

    def model(self) -> Any:
        ids = ops.parameter([-1, -1], np.int64, name="input_ids")
        mask = ops.parameter([-1, -1], np.int64, name="attention_mask")
        bias = ops.multiply(ops.subtract(_constant(1.0), ops.convert(mask, "f32")), _constant(_MASKED))
        bias = ops.unsqueeze(bias, _integers(1, 2))
        states = self._embeddings(ids)
        for layer in range(self._layers):
            states = self._layer(states, bias, f"encoder.layer.{layer}")
        return ov.Model([ops.result(states)], [ids, mask], "bert")

    def _embeddings(self, ids: Any) -> Any:
        words = ops.gather(self._weight("embeddings.word_embeddings.weight"), ids, _integers(0))
        # One text at a time: each token is of type 0, so that row joins the positions.
        positions = self._array("embeddings.position_embeddings.weight")
        positions = positions + self._array("embeddings.token_type_embeddings.weight")[0]
        length = ops.gather(ops.shape_of(ids), _integers(1), _integers(0))
        first = ops.slice(_constant(positions), _integers(0), length, _integers(1), _integers(0))
        return self._norm(ops.add(words, first), "embeddings.LayerNorm")

    def _layer(self, states: Any, bias: Any, name: str) -> Any:
        heads = [
            ops.transpose(
                ops.reshape(
                    self._linear(states, f"{name}.attention.self.{part}"),
                    _integers(0, 0, self._heads, self._hidden // self._heads),
                    special_zero=True,
                ),
                _integers(0, 2, 1, 3),
            )
            for part in ("query", "key", "value")
        ]
        attended = ops.transpose(ops.scaled_dot_product_attention(*heads, bias), _integers(0, 2, 1, 3))
        attended = ops.reshape(attended, _integers(0, 0, self._hidden), special_zero=True)
        attended = self._linear(attended, f"{name}.attention.output.dense")
        states = self._norm(ops.add(states, attended), f"{name}.attention.output.LayerNorm")
        wide = ops.gelu(self._linear(states, f"{name}.intermediate.dense"), "erf")
        return self._norm(ops.add(states, self._linear(wide, f"{name}.output.dense")), f"{name}.output.LayerNorm")

    def _linear(self, states: Any, name: str) -> Any:
        product = ops.matmul(states, self._weight(f"{name}.weight"), transpose_a=False, transpose_b=True)
        return ops.add(product, _constant(self._array(f"{name}.bias")))

    def _norm(self, states: Any, name: str) -> Any:
        normal = ops.mvn(states, _integers(-1), True, self._epsilon, "inside_sqrt")
        scaled = ops.multiply(normal, _constant(self._array(f"{name}.weight")))
        return ops.add(scaled, _constant(self._array(f"{name}.bias")))

    def _array(self, name: str) -> npt.NDArray[np.float32]:
        return self._weights[name].astype(np.float32)

    def _weight(self, name: str) -> Any:
        stored = ops.constant(self._weights[name], shared_memory=True)
        if self._weights[name].dtype != np.float16:
            return stored
        widened = ops.convert(stored, "f32")
        # Otherwise OpenVINO widens every matrix as it compiles, and keeps that copy beside the one it computes with.
        widened.get_rt_info()["decompression_0"] = ""
        return widened


def _constant(value: Any) -> Any:
    return ops.constant(np.asarray(value, dtype=np.float32))


def _integers(*values: int) -> Any:
    return ops.constant(np.array(values, dtype=np.int64))
