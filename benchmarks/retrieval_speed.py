"""Measures the speed of retrieval, as ratios within one run, and the recall of the approximate index.

    python -m benchmarks.retrieval_speed                 # everything, on a machine that does nothing else
    python -m benchmarks.retrieval_speed --only query    # or build, scale, recall

- **build**: Masdar's build against the pipeline of LangChain's tutorial over the same articles and the same encoder
  folder, each in a process of its own; needs the environment that ``make bench-retrieval`` sets up.
- **query**: ``Assistant.retrieve`` against encoding a question, at some 2,000 passages.
- **scale**: the same at 100,000 passages, and where the time goes.
- **recall**: the structure that ``rag.vector_index`` takes for 250,000 vectors, against exact search.

Articles are made at run time (``benchmarks.synthetic_articles``). Except for *build*, passages are not encoded: each
vector is the mean of those of two real passages, plus noise. Writes ``benchmarks/results/retrieval_speed.json``.
"""

import argparse
import contextlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.memory import memory_mb
from benchmarks.retrieval.encoding import RememberingEncoder
from benchmarks.retrieval.pools import DevelopmentSets, language_pool
from benchmarks.synthetic_articles import (
    LANGUAGES,
    UnencodedPassages,
    distinct_questions,
    sentences_of,
    vectors_like,
    write_synthetic_articles,
)
from rag import assistant as assistant_module
from rag import retriever as retriever_module
from rag.assistant import build_index, open_assistant
from rag.bundled_model import materialise
from rag.encoder import FloatMatrix, SentenceEncoder, open_encoder
from rag.fairness import means_for
from rag.lexical_index import LexicalIndex
from rag.settings import Settings
from rag.store import Store
from rag.vector_index import FLAT_MAX_ROWS, VectorIndex

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "retrieval_speed.json"
_ASKED = 150
_WARM_UP = 20
_RECALL_ROWS = 250_000
_RECALL_QUERIES = 500
# (owner, attribute, what it is called in the results): the parts of a retrieval that are timed each.
_PARTS: tuple[tuple[Any, str, str], ...] = (
    (SentenceEncoder, "encode_queries", "encode the question"),
    (retriever_module, "identify_language", "tell its language"),
    (LexicalIndex, "shares", "score terms"),
    (VectorIndex, "search", "search vectors"),
    (VectorIndex, "vectors", "fetch vectors"),
    (retriever_module, "fuse", "fuse"),
    (Store, "passages", "read passages"),
)


def main() -> None:
    """Measure what is asked for and write it."""
    measurements: dict[str, Callable[[argparse.Namespace, Path], dict[str, Any]]] = {
        "build": measure_build,
        "query": measure_query,
        "scale": measure_scale,
        "recall": measure_recall,
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=[*measurements], default=[*measurements])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="folder of the development sets")
    parser.add_argument("--work", type=Path, default=ROOT / ".bench", help="folder of remembered vectors")
    parser.add_argument("--articles", type=int, default=700, help="articles to build and query; 3 passages each")
    parser.add_argument("--large", type=int, default=34_000, help="articles of the large index")
    parser.add_argument("--python", default=str(ROOT / ".venv-bench" / "bin" / "python"), help="runs the tutorial")
    options = parser.parse_args()
    kept: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    for name in options.only:
        with tempfile.TemporaryDirectory(prefix="masdar-speed-") as folder:
            kept[name] = {"machine": machine(), **measurements[name](options, Path(folder))}
        print(name, json.dumps(kept[name], indent=2), flush=True)
        RESULTS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


def machine() -> dict[str, Any]:
    """What this process may use, and what others were using when it began."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": platform.processor() or platform.machine(),
        "threads": os.environ.get("OMP_NUM_THREADS", "one a core"),
        "load_average_before": round(os.getloadavg()[0], 1),
    }


def measure_build(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Both pipelines over the same articles, Masdar's first."""
    sets = DevelopmentSets(options.shared)
    write_synthetic_articles(folder / "data", sentences_of(sets), options.articles)
    encoder_folder = materialise(Settings().cache_dir)
    ours = _run([sys.executable, "-m", "rag", "build", "--json", "--data", folder / "data", "--index", folder / "i"])
    theirs = _run([options.python, "-m", "benchmarks.peers.langchain_tutorial", folder / "data", encoder_folder])
    return {
        "articles": options.articles,
        "masdar": ours,
        "langchain_tutorial": theirs,
        "times_faster": theirs["seconds"] / ours["seconds"],
        # On a shared machine; of Masdar all is counted, with its start, of the tutorial only what is timed.
        "times_less_processor_time": theirs["processor_seconds"] / ours["processor_seconds"],
        "memory_ratio": ours["peak_mb"] / theirs["peak_mb"],
    }


def _run(command: list[Any]) -> dict[str, float]:
    """Run a program that prints one record of JSON; its seconds and passages, and what the process took."""
    started = time.perf_counter()
    process = subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, cwd=ROOT)  # noqa: S603
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[:3]} ended with {process.returncode}")
    record = json.loads(printed)
    return {
        "seconds": record["seconds"],
        "passages": record["passages"],
        "processor_seconds": record.get("processor_seconds", usage.ru_utime + usage.ru_stime),
        "process_seconds": time.perf_counter() - started,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss * 1024 / 1e6,
    }


def measure_query(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Retrieval over some 2,000 passages."""
    return _of_unencoded(options, folder, options.articles)


def measure_scale(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Retrieval over a large index."""
    return _of_unencoded(options, folder, options.large)


def _of_unencoded(options: argparse.Namespace, folder: Path, articles: int) -> dict[str, Any]:
    """Retrieval over an index whose passages are not encoded: what a vector says does not change the time it takes."""
    sets = DevelopmentSets(options.shared)
    write_synthetic_articles(folder / "data", sentences_of(sets), articles)
    settings = Settings(data_dir=folder / "data", index_dir=folder / "index", reader="plain")
    encoder = open_encoder(settings)
    unencoded = UnencodedPassages(encoder, np.vstack(list(_real_vectors(options).values())))
    with _replaced(assistant_module, "open_encoder", lambda *_, **__: unencoded):
        started = time.perf_counter()
        build_index(settings)
        seconds = time.perf_counter() - started
        return {"seconds_to_build_without_encoding": seconds, **_asked(settings, sets)}


def _asked(settings: Settings, sets: DevelopmentSets) -> dict[str, Any]:
    assistant = open_assistant(settings)
    encoder = open_encoder(settings)
    # No question twice: what is remembered of one would not be measured.
    questions = distinct_questions(sets, 3 * _ASKED + 2 * _WARM_UP)
    for _ in range(_WARM_UP):
        encoder.encode_queries([questions.pop()])
        assistant.retrieve(questions.pop())
    encoding, whole = [], []
    for _ in range(_ASKED):
        encoding.append(_cost(lambda: encoder.encode_queries([questions.pop()])))
        whole.append(_cost(lambda: assistant.retrieve(questions.pop())))
    parts: dict[str, list[float]] = {name: [] for _, _, name in _PARTS}
    with contextlib.ExitStack() as stack:
        for owner, attribute, name in _PARTS:
            stack.enter_context(_timed(owner, attribute, parts[name]))
        total = [_cost(lambda: assistant.retrieve(questions.pop()))[0] for _ in range(_ASKED)]
    by_part = {name: sum(times) / _ASKED for name, times in parts.items()}
    return {
        "passages": sum(source.passages for source in assistant.sources()),
        "questions": _ASKED,
        "encode_ms": _spread([clock for clock, _ in encoding]),
        "retrieve_ms": _spread([clock for clock, _ in whole]),
        "encode_processor_ms": _spread([processor for _, processor in encoding]),
        "retrieve_processor_ms": _spread([processor for _, processor in whole]),
        # By the clock and by processor time, which other work on the machine hardly changes.
        "retrieve_to_encode": dict(
            zip(("clock", "processor"), np.median(whole, axis=0) / np.median(encoding, axis=0), strict=True)
        ),
        "mean_ms_by_part": {**by_part, "everything else": float(np.mean(total)) - sum(by_part.values())},
        **memory_mb(),
    }


def measure_recall(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Recall of the nearest ten, hundred and two hundred, and time, against exact search over the same vectors."""
    sets = DevelopmentSets(options.shared)
    encoder = RememberingEncoder(open_encoder(Settings()), options.work)
    means = means_for(encoder.fingerprint)
    queries = [
        means.centre_query(encoder.encode_queries([query.text])[0], language)
        for language in LANGUAGES
        for query in language_pool(sets, language).queries[: -(-_RECALL_QUERIES // len(LANGUAGES))]
    ]
    centred = [
        means.centre_passages(vectors, [language] * len(vectors))
        for language, vectors in _real_vectors(options).items()
    ]
    vectors = vectors_like(np.vstack(centred), _RECALL_ROWS)
    assert len(vectors) > FLAT_MAX_ROWS
    exact, chosen = VectorIndex.build(vectors, flat_max_rows=len(vectors)), VectorIndex.build(vectors)
    found: dict[str, Any] = {"vectors": len(vectors), "queries": len(queries), "structure": chosen.structure}
    for count in (10, 100, 200):
        right, exact_ms, chosen_ms = [], [], []
        for query in queries:
            started = time.perf_counter()
            wanted, _ = exact.search(query, count)
            between = time.perf_counter()
            got, _ = chosen.search(query, count)
            chosen_ms.append(1000 * (time.perf_counter() - between))
            exact_ms.append(1000 * (between - started))
            right.append(len(np.intersect1d(wanted, got)) / count)
        found[f"nearest_{count}"] = {
            "recall": float(np.mean(right)),
            "exact_ms": float(np.median(exact_ms)),
            "chosen_ms": float(np.median(chosen_ms)),
        }
    return found


def _real_vectors(options: argparse.Namespace) -> dict[str, FloatMatrix]:
    """The encoder's vectors of the paragraphs of each language."""
    sets = DevelopmentSets(options.shared)
    encoder = RememberingEncoder(open_encoder(Settings()), options.work)
    found = {
        language: encoder.encode_passages([paragraph.text for paragraph in language_pool(sets, language).paragraphs])
        for language in LANGUAGES
    }
    encoder.save()
    return found


def _cost(call: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock, and of processor time, of all threads."""
    clock, processor = time.perf_counter(), time.process_time()
    call()
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)


def _spread(times: list[float]) -> dict[str, float]:
    return {"median": float(np.median(times)), "p95": float(np.percentile(times, 95))}


@contextlib.contextmanager
def _replaced(owner: Any, attribute: str, value: object) -> Iterator[None]:
    before = getattr(owner, attribute)
    setattr(owner, attribute, value)
    try:
        yield
    finally:
        setattr(owner, attribute, before)


@contextlib.contextmanager
def _timed(owner: Any, attribute: str, times: list[float]) -> Iterator[None]:
    before = getattr(owner, attribute)

    def timed(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return before(*arguments, **named)
        finally:
            times.append(1000 * (time.perf_counter() - started))

    with _replaced(owner, attribute, timed):
        yield


if __name__ == "__main__":
    main()
