"""A BERT of a model folder as a function: token ids and mask → one vector per token, on OpenVINO or on torch."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.settings import Settings

_LOG = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]
# (texts, tokens) ids and mask, int64 → (texts, tokens, hidden) float32. For one caller at a time.
TokenStates = Callable[[npt.NDArray[np.int64], npt.NDArray[np.int64]], Floats]


def open_transformer(settings: Settings, folder: Path, replacing: Mapping[str, npt.NDArray[Any]]) -> TokenStates:
    """The model in ``folder``, with some of its weights replaced, on the engine that the settings name.

    Args:
        settings: ``encoder_engine``, ``encoder_precision`` and ``threads``.
        folder: a model folder as ``packed_model`` writes it.
        replacing: weights by the names of the folder's.
    """
    if settings.encoder_engine != "torch":
        try:
            from rag.openvino_bert import OpenVinoBert

            return OpenVinoBert(
                folder, precision=settings.encoder_precision, threads=settings.threads, replacing=replacing
            )
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            if settings.encoder_engine == "openvino":
                raise
            _LOG.warning("OpenVINO cannot run the reader here (%s); torch runs it.", error)
    return _on_torch(folder, replacing)


def _on_torch(folder: Path, replacing: Mapping[str, npt.NDArray[Any]]) -> TokenStates:
    import torch
    from transformers import BertModel

    model = BertModel.from_pretrained(folder, add_pooling_layer=False, local_files_only=True, dtype=torch.float32)
    model.load_state_dict({name: torch.from_numpy(values) for name, values in replacing.items()}, strict=False)
    model.eval()  # type: ignore[no-untyped-call]

    def states(ids: npt.NDArray[np.int64], mask: npt.NDArray[np.int64]) -> Floats:
        with torch.inference_mode():
            found = model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).last_hidden_state
        result: Floats = found.numpy()
        return result

    return states
