"""The OpenVINO engine as the first module of a ``SentenceTransformer``, in the place of its ``Transformer``.

Importing this imports sentence-transformers, which takes seconds: only ``encoder`` does, when it loads a model.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from sentence_transformers.base.modules import InputModule
from tokenizers import Tokenizer

from rag.openvino_bert import OpenVinoBert

# Widths come in steps: the CPU multiplies tiles of 16, and OpenVINO prepares its code anew for each width it meets.
_WIDTH_STEP = 16


class OpenVinoModule(InputModule):
    """Texts to token vectors. Texts longer than ``max_seq_length`` tokens are cut, and end as every text does."""

    def __init__(self, bert: OpenVinoBert, tokenizer: Tokenizer, *, max_seq_length: int, dimensions: int) -> None:
        """Takes a tokenizer that neither truncates nor pads: its settings are never changed, so threads can share it.

        Args:
            bert: the compiled model.
            tokenizer: adds one token before a text and one behind it.
            max_seq_length: tokens, those two included.
            dimensions: of a token's vector.
        """
        super().__init__()  # type: ignore[no-untyped-call]
        self.tokenizer = tokenizer
        self.max_seq_length = max_seq_length
        self._bert = bert
        self._dimensions = dimensions

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """Token ids and mask, int64, (texts, tokens); ``tokens`` is the longest text's number, rounded up."""
        texts = [f"{prompt or ''}{text}" for text in inputs]
        rows = [self._fit(encoding.ids) for encoding in self.tokenizer.encode_batch_fast(texts)]
        longest = max(map(len, rows), default=0)
        width = min(-(-longest // _WIDTH_STEP) * _WIDTH_STEP, self.max_seq_length)
        ids = np.full((len(rows), width), self.tokenizer.token_to_id("<pad>"), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(rows):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        return {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Adds ``token_embeddings``: float32, (texts, tokens, dimensions)."""
        states = self._bert(features["input_ids"].numpy(), features["attention_mask"].numpy())
        return features | {"token_embeddings": torch.from_numpy(states)}

    def get_embedding_dimension(self) -> int:
        """The size of a token's vector."""
        return self._dimensions

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Refuses: the model folder it was loaded from is what there is to copy.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(f"copy the model folder to {output_path!r} instead")

    def _fit(self, tokens: list[int]) -> list[int]:
        return tokens if len(tokens) <= self.max_seq_length else [*tokens[: self.max_seq_length - 1], tokens[-1]]
