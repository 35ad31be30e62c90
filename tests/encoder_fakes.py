"""A tiny model in the layout of the default encoder's file, for tests that must not need the real one."""

import itertools
import struct

import numpy as np

HIDDEN, LAYERS, WIDE, POSITIONS = 32, 1, 64, 8
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "a", "▁a", "م", "<mask>"]


def block(scale: float, weights: list[int]) -> bytes:
    halves = zip(weights[:16], weights[16:], strict=True)
    return struct.pack("<e", scale) + bytes(low + 8 | (high + 8) << 4 for low, high in halves)


def packed_file() -> bytes:
    """A whole E5S1 file of a tiny model, written from the description of the layout."""
    square, up, down, row = HIDDEN * HIDDEN, WIDE * HIDDEN, HIDDEN * WIDE, HIDDEN
    quantised = {"emb.word": len(PIECES) * HIDDEN}
    plain = {"emb.pos": POSITIONS * HIDDEN, "emb.type": 2 * HIDDEN, "emb.ln.w": row, "emb.ln.b": row}
    for name, size in {"q": square, "k": square, "v": square, "ao": square, "fi": up, "fo": down}.items():
        quantised[f"l0.{name}.w"] = size
        plain[f"l0.{name}.b"] = WIDE if name == "fi" else row
    plain |= {f"l0.{name}.{kind}": row for name in ("aln", "oln") for kind in "wb"}
    weights = itertools.cycle([(index * 7) % 16 - 8 for index in range(32)])
    contents = {
        name: b"".join(block(0.01, list(itertools.islice(weights, 32))) for _ in range(size // 32))
        for name, size in quantised.items()
    } | {name: np.full(size, 0.5, dtype="<f4").tobytes() for name, size in plain.items()}

    pieces = [piece.encode() for piece in PIECES]
    offsets = [0, *itertools.accumulate(map(len, pieces))]
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, LAYERS, 4, WIDE, len(PIECES), POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, offsets[-1])
    head += struct.pack(f"<{len(offsets)}I", *offsets)
    head += struct.pack(f"<{len(PIECES)}f", *([0.0] * 4 + [-2.0, -3.0, -4.0, -5.0, 0.0]))
    head += b"".join(pieces)
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0xA0, 1, 0x20)
    directory = struct.pack("<i", len(contents))
    at = len(head) + 4 + sum(2 + len(name) + 21 for name in contents)
    for name, content in contents.items():
        elements = quantised.get(name) or plain[name]
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", name in quantised, elements, at, len(content))
        at += len(content)
    return head + directory + b"".join(contents.values())
