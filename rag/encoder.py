"""Texts to unit vectors: the ``Encoder`` protocol, and its body, any sentence-transformers model.

The default model runs on OpenVINO inside its ``SentenceTransformer``, or on torch where OpenVINO does not serve; see
``docs/decisions/0003-encoder-engine.md``. Importing this module is cheap: libraries come in when a model is loaded.
"""

import contextlib
import gc
import hashlib
import json
import logging
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from rag.bundled_model import CONVERSION, MODEL_SHA256, materialise
from rag.errors import EncoderError
from rag.packed_model import PROMPTS, open_tokenizer
from rag.settings import BUNDLED_ENCODER, Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

FloatMatrix = npt.NDArray[np.float32]

_LOG = logging.getLogger(__name__)
_DEFAULT_MAX_TOKENS = 512
_E5 = re.compile(r"(^|[^a-z0-9])e5([^a-z0-9]|$)")
_OTHER_ENCODER = "set MASDAR_ENCODER to another model"


class Encoder(Protocol):
    """Texts to vectors.

    ``fingerprint`` is the identity of the vectors: equal fingerprints, comparable vectors. It says nothing of engine
    and precision, whose vectors agree to a cosine of .999. ``max_tokens`` counts the prompt and the special tokens.
    Safe to call from several threads.
    """

    fingerprint: str
    dimensions: int
    max_tokens: int

    def encode_queries(self, texts: Sequence[str]) -> FloatMatrix:
        """Vectors of length 1, (texts, dimensions), in the order of ``texts``."""

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> FloatMatrix:
        """Likewise; ``progress`` is called with the number of texts done, and of all."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, uncut, without prompt and special tokens."""


class SentenceEncoder:
    """A ``SentenceTransformer`` as an ``Encoder``.

    Threads take turns, batch by batch: one batch uses all the CPU's threads, and tokenizers cannot be shared.
    """

    def __init__(
        self, model: "SentenceTransformer", *, fingerprint: str, prompts: tuple[str, str], batch_size: int, engine: str
    ) -> None:
        """``prompts`` are those of a query and of a passage. ``engine`` is for people: what computes, and in what."""
        self.fingerprint = fingerprint
        self.engine = engine
        self.max_tokens: int = model.max_seq_length or _DEFAULT_MAX_TOKENS
        self._model = model
        self._query_prompt, self._passage_prompt = prompts
        self._batch_size = batch_size
        self._next, self._turn = threading.Lock(), threading.Lock()
        dimensions = model.get_embedding_dimension()
        self.dimensions: int = dimensions if dimensions is not None else self._encode(["?"], query=True).shape[1]

    def encode_queries(self, texts: Sequence[str]) -> FloatMatrix:
        """See ``Encoder``.

        Raises:
            EncoderError: a vector is not finite, or has no direction.
        """
        return self._encode_all(texts, query=True, progress=None)

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> FloatMatrix:
        """See ``Encoder``.

        Raises:
            EncoderError: a vector is not finite, or has no direction.
        """
        return self._encode_all(texts, query=False, progress=progress)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See ``Encoder``."""
        if not texts:
            return []
        whole = [_encodable(text) for text in texts]
        tokenizer = self._model.tokenizer
        with self._taking_turns():
            if hasattr(tokenizer, "encode_batch_fast"):
                return [len(encoding) for encoding in tokenizer.encode_batch_fast(whole, add_special_tokens=False)]
            return list(
                map(len, tokenizer(whole, add_special_tokens=False, truncation=False, verbose=False)["input_ids"])
            )

    @contextlib.contextmanager
    def _taking_turns(self) -> Iterator[None]:
        # Locks are not fair: a thread that encodes a thousand batches would take its own back each time. Whoever is
        # next holds _next while waiting, so a question asked during a build waits for one batch.
        with self._next:
            self._turn.acquire()
        try:
            yield
        finally:
            self._turn.release()

    def _encode_all(
        self, texts: Sequence[str], *, query: bool, progress: Callable[[int, int], None] | None
    ) -> FloatMatrix:
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        # A batch is padded to its longest text: sorting by tokens rather than characters saves a sixth of the work.
        # Longest first: what does not fit into memory fails at once.
        lengths = self.count_tokens(texts) if len(texts) > self._batch_size else [0] * len(texts)
        order = sorted(range(len(texts)), key=lambda row: -lengths[row])
        for start in range(0, len(order), self._batch_size):
            rows = order[start : start + self._batch_size]
            vectors[rows] = self._encode([_encodable(texts[row]) for row in rows], query=query)
            if progress is not None:
                progress(start + len(rows), len(order))
        return vectors

    def _encode(self, texts: list[str], *, query: bool) -> FloatMatrix:
        encode = self._model.encode_query if query else self._model.encode_document
        prompt = self._query_prompt if query else self._passage_prompt
        with self._taking_turns():
            raw = encode(texts, prompt=prompt, batch_size=len(texts), show_progress_bar=False, convert_to_numpy=True)
        vectors: FloatMatrix = np.array(raw, dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        for text, length in zip(texts, lengths[:, 0].tolist(), strict=True):
            if not 0 < length < np.inf:
                raise EncoderError(
                    f"The encoder gave no usable vector for the text that begins {text[:40]!r}: "
                    f"set MASDAR_ENCODER_PRECISION=float32, or {_OTHER_ENCODER}."
                )
        vectors /= lengths
        return vectors


def open_encoder(settings: Settings, progress: Callable[[str], None] | None = None) -> SentenceEncoder:
    """Loads the encoder that the settings name. Only a model name that is no folder lets anything reach the network.

    Args:
        settings: ``cache_dir``, ``threads``, and those that begin with ``encoder``.
        progress: told, in a sentence, of work that takes more than a moment.

    Raises:
        EncoderMissing: the default encoder is not on this platform.
        EncoderError: the model cannot be loaded; the message says what to set.
    """
    with _collector_paused():
        if settings.encoder == BUNDLED_ENCODER:
            return _open_bundled(settings, materialise(settings.cache_dir, progress))
        return _open_named(settings)


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """No garbage collection meanwhile: imports make a million objects and no garbage, yet a fifth of it is collecting.

    What was imported is then set apart, so that no later collection walks through it.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def _open_bundled(settings: Settings, folder: Path) -> SentenceEncoder:
    if settings.encoder_engine != "torch":
        try:
            model, engine = _load_on_openvino(settings, folder)
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            if settings.encoder_engine == "openvino":
                raise EncoderError(
                    f"OpenVINO cannot run the encoder here ({_first_line(error)}): "
                    "set MASDAR_ENCODER_ENGINE=auto and MASDAR_ENCODER_PRECISION=auto."
                ) from error
            _LOG.warning("OpenVINO cannot run the encoder here (%s); torch runs it.", _first_line(error))
            model, engine = _load_on_torch(settings, folder)
    else:
        model, engine = _load_on_torch(settings, folder)
    identity = [MODEL_SHA256, CONVERSION, PROMPTS, "mean"]
    return SentenceEncoder(
        model,
        fingerprint=hashlib.sha256(json.dumps(identity).encode()).hexdigest(),
        prompts=(PROMPTS["query"], PROMPTS["passage"]),
        batch_size=settings.encoder_batch_size,
        engine=engine,
    )


def _load_on_openvino(settings: Settings, folder: Path) -> "tuple[SentenceTransformer, str]":
    from rag.openvino_bert import OpenVinoBert

    # Compiling leaves the interpreter free to import sentence-transformers meanwhile: the two together take seconds.
    with ThreadPoolExecutor(max_workers=1) as pool:
        compiling = pool.submit(OpenVinoBert, folder, precision=settings.encoder_precision, threads=settings.threads)
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

        from rag.openvino_module import OpenVinoModule

        tokenizer = open_tokenizer(folder)
        bert = compiling.result()
    transformer = OpenVinoModule(bert, tokenizer, max_seq_length=bert.max_tokens, dimensions=bert.dimensions)
    modules = [transformer, Pooling(bert.dimensions, "mean"), Normalize()]
    model = SentenceTransformer(modules=modules, prompts=dict(PROMPTS), device="cpu", local_files_only=True)
    return model, f"OpenVINO {bert.precision}"


def _load_on_torch(settings: Settings, folder: Path) -> "tuple[SentenceTransformer, str]":
    import torch

    precision = settings.encoder_precision
    if precision == "auto":
        precision = "bfloat16" if torch.cpu.get_capabilities().get("avx512_bf16") else "float32"
    options = {"dtype": getattr(torch, precision), "add_pooling_layer": False}
    model = _load(str(folder), local=True, threads=settings.threads, device="cpu", model_options=options)
    return model, f"torch {precision}"


def _open_named(settings: Settings) -> SentenceEncoder:
    name = settings.encoder
    folder = Path(name).expanduser()
    try:
        model = _load(str(folder) if folder.is_dir() else name, local=folder.is_dir(), threads=settings.threads)
        prompts = _prompts(name, model.prompts)
        return SentenceEncoder(
            model,
            fingerprint=_fingerprint(model, prompts),
            prompts=prompts,
            batch_size=settings.encoder_batch_size,
            engine=f"torch {str(model.dtype).removeprefix('torch.')}",
        )
    except Exception as error:  # whatever it is that a library, a hub or a damaged folder raises
        raise EncoderError(
            f"The encoder {name!r} cannot be loaded ({_first_line(error)}): set MASDAR_ENCODER to a "
            f"sentence-transformers model folder, to the name of a model within reach, or to {BUNDLED_ENCODER!r}."
        ) from error


def _load(
    name: str, *, local: bool, threads: int, device: str | None = None, model_options: dict[str, Any] | None = None
) -> "SentenceTransformer":
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    if threads:
        torch.set_num_threads(threads)
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    # Its warnings about a hub out of reach would stand before the one line that says what to do.
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    return SentenceTransformer(
        name,
        device=device,
        local_files_only=local,
        trust_remote_code=False,
        model_kwargs=model_options,
    )


def _prompts(name: str, defined: Mapping[str, str | None]) -> tuple[str, str]:
    query = defined.get("query") or ""
    passage = defined.get("document") or defined.get("passage") or ""
    own_name = Path(name).name.lower()
    if query or passage or not _E5.search(own_name) or "instruct" in own_name:
        return query, passage
    # The E5 models were trained with these and do not state them.
    return PROMPTS["query"], PROMPTS["passage"]


def _fingerprint(model: "SentenceTransformer", prompts: tuple[str, str]) -> str:
    import torch

    digest = hashlib.sha256(json.dumps([prompts, model.max_seq_length, repr(list(model))]).encode())
    for name, tensor in sorted(model.state_dict().items()):
        # transformers makes up a pooler, at random, where the weights lack one; sentence vectors do not pass it.
        if ".pooler." in name:
            continue
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy())
    return digest.hexdigest()


def _encodable(text: str) -> str:
    # A lone surrogate, which JSON can carry, has no UTF-8: tokenizers refuse it.
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
