"""The reader while it learns: the bundled encoder's layers in torch, with four outputs a token.

Attention is written out because torch's own is several times slower in its backward pass on a CPU: half of a training
step (torch 2.13, bfloat16, width 160). The first layers and the embeddings stay as they are: they hold what makes
languages alike, of which the training sets see little.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from rag.reader_weights import HEADS, HEADS_BIAS

LAYERS = 12
FROZEN_LAYERS = 3
HIDDEN = 384
ATTENTION_HEADS = 12
OUTPUTS = 4  # the answer starts here, ends here; relevance and "answers" are read at the first token
_EPSILON = 1e-12
_PARTS = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm",
)  # fmt: skip


class Layer(nn.Module):
    """One layer of a BERT, its weights under the names of transformers with dots written as ``_``."""

    def __init__(self, weights: dict[str, Tensor], number: int) -> None:
        super().__init__()
        self.prefix = f"encoder.layer.{number}."
        for part in _PARTS:
            for kind in ("weight", "bias"):
                values = weights[f"{self.prefix}{part}.{kind}"].float().clone()
                self.register_parameter(_attribute(part, kind), nn.Parameter(values))

    def named(self) -> Iterator[tuple[str, nn.Parameter]]:
        """Its parameters by the names of transformers."""
        for part in _PARTS:
            for kind in ("weight", "bias"):
                yield f"{self.prefix}{part}.{kind}", self.get_parameter(_attribute(part, kind))

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        """``states`` (texts, tokens, hidden) and ``bias`` (texts, 1, 1, tokens), −inf at padding → new states."""
        texts, tokens, _ = states.shape
        shape = (texts, tokens, ATTENTION_HEADS, HIDDEN // ATTENTION_HEADS)
        query, key, value = (
            self._linear(f"attention.self.{name}", states).view(shape).transpose(1, 2).flatten(0, 1)
            for name in ("query", "key", "value")
        )
        mask = bias.expand(texts, ATTENTION_HEADS, 1, tokens).reshape(-1, 1, tokens)
        attention = torch.baddbmm(mask, query * shape[3] ** -0.5, key.transpose(1, 2)).softmax(-1)
        attended = torch.bmm(attention, value).view(texts, ATTENTION_HEADS, tokens, -1).transpose(1, 2).flatten(2)
        states = self._norm("attention.output.LayerNorm", states + self._linear("attention.output.dense", attended))
        wide = functional.gelu(self._linear("intermediate.dense", states))
        return self._norm("output.LayerNorm", states + self._linear("output.dense", wide))

    def _linear(self, part: str, states: Tensor) -> Tensor:
        weight, bias = (self.get_parameter(_attribute(part, kind)) for kind in ("weight", "bias"))
        return functional.linear(states, weight, bias)

    def _norm(self, part: str, states: Tensor) -> Tensor:
        weight, bias = (self.get_parameter(_attribute(part, kind)) for kind in ("weight", "bias"))
        return functional.layer_norm(states, (HIDDEN,), weight, bias, _EPSILON)


class ReaderNetwork(nn.Module):
    """Token ids of pairs → four logits a token."""

    def __init__(self, folder: Path) -> None:
        """Loads the encoder's weights from ``folder/model.safetensors``; the heads start at random."""
        super().__init__()
        weights = load_file(folder / "model.safetensors")
        positions = (
            weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self.register_buffer("_words", weights["embeddings.word_embeddings.weight"], persistent=False)
        self.register_buffer("_positions", positions.float(), persistent=False)
        self._norm = [weights[f"embeddings.LayerNorm.{kind}"].float() for kind in ("weight", "bias")]
        self.layers = nn.ModuleList(Layer(weights, number) for number in range(LAYERS))
        self.heads = nn.Linear(HIDDEN, OUTPUTS)
        nn.init.normal_(self.heads.weight, std=0.02)
        nn.init.zeros_(self.heads.bias)
        for layer in self.layers[:FROZEN_LAYERS]:
            layer.requires_grad_(False)

    def trained(self) -> dict[str, nn.Parameter]:
        """What training changes, by the names that ``rag.reader_weights`` stores it under."""
        named = {name: values for layer in self.layers[FROZEN_LAYERS:] for name, values in layer.named()}  # type: ignore[operator]
        return named | {HEADS: self.heads.weight, HEADS_BIAS: self.heads.bias}

    def take(self, weights: Mapping[str, npt.NDArray[np.float32]]) -> None:
        """Set what training changes to ``weights``, under the names of ``trained``."""
        with torch.no_grad():
            for name, values in self.trained().items():
                values.copy_(torch.from_numpy(weights[name]))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """(texts, tokens) int64 ids and bool mask → (texts, tokens, 4) float32."""
        kind = self.heads.weight.dtype
        with torch.no_grad():
            words: Tensor = self._words[ids].float()  # type: ignore[index]
            states = words + self._positions[: ids.shape[1]]  # type: ignore[index]
            scale, shift = self._norm
            states = functional.layer_norm(states, (HIDDEN,), scale, shift, _EPSILON).to(kind)
            bias = torch.zeros(mask.shape, dtype=kind).masked_fill(~mask, float("-inf"))[:, None, None, :]
            for layer in self.layers[:FROZEN_LAYERS]:
                states = layer(states, bias)
        for layer in self.layers[FROZEN_LAYERS:]:
            states = layer(states, bias)
        logits: Tensor = self.heads(states).float()
        return logits


def _attribute(part: str, kind: str) -> str:
    return f"{part}.{kind}".replace(".", "_")
