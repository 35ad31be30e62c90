"""Compares engines for terms: Masdar's own postings, bm25s, tantivy and SQLite FTS5, over the same analysed terms.

    python -m pip install -r benchmarks/requirements-engines.txt
    python -m benchmarks.lexical_engines [--sizes 2000 100000] [--engines masdar tantivy] [--minutes 20] [--gigabytes 7]

Quality is that of stems and grams added, on the development sets in their own languages, each over its own paragraphs.
Times are processor time on one core (the least of three runs for a question), over passages that are made from those
sets as it runs. An index that is not done in ``--minutes`` is cut there, and its row says how many passages it holds.
A question is answered when the 200 best rows of each of three fields are known. Writes the ranks and times of every
question, by its place in its set, to ``benchmarks/results/lexical_engines.jsonl``.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.lexical_engines.engines import ENGINES, missing_packages
from benchmarks.lexical_engines.phases import PHASES, run
from benchmarks.lexical_engines.texts import SET_NAMES

RESULTS = Path(__file__).parents[1] / "results" / "lexical_engines.jsonl"
_SIZES = (2_000, 100_000, 1_000_000)


def main() -> None:
    """Measure every engine at every size, or run one phase of one in this process."""
    options = _parser().parse_args()
    if options.phase:
        run(options.phase, options.engines[0], options.work, options.sizes[0], options.minutes, options.gigabytes)
        return
    for name in options.engines:
        if missing := missing_packages(ENGINES[name]):
            sys.exit(f"{name} needs {', '.join(missing)}: python -m pip install -r benchmarks/requirements-engines.txt")
    print(f"| engine | {' | '.join(SET_NAMES)} |\n|---|{'---|' * len(SET_NAMES)}")
    for name in options.engines:
        ranks = _measured("judge", name, 0, options)["ranks"]
        _keep([{"engine": name, **rank} for rank in ranks])
        print(f"| {name} | {' | '.join(_quality(ranks, of) for of in SET_NAMES)} |", flush=True)
    print(f"\n{_HEADING}")
    for size in options.sizes:
        for name in options.engines:
            figures = measure(name, size, options)
            asked = figures.pop("asked", [])
            of = {"engine": name, "size": size}
            _keep([{**of, **figures}, *({**of, **question} for question in asked)])
            print(_line(name, size, figures, asked), flush=True)


def measure(name: str, size: int, options: argparse.Namespace) -> dict[str, Any]:
    """Build an index in a folder of its own, then ask it, then bring it up to date."""
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        found = _phase("build", name, size, Path(folder), options)
        if "failed" in found:
            return {"passages": size, **found}
        for phase in ("ask", "update"):
            found |= _phase(phase, name, found["passages"], Path(folder), options)
    return found


def _measured(phase: str, name: str, size: int, options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        return _phase(phase, name, size, Path(folder), options)


def _phase(phase: str, name: str, size: int, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    limits = ["--minutes", str(options.minutes), "--gigabytes", str(options.gigabytes)]
    command = [sys.executable, "-m", "benchmarks.lexical_engines", "--phase", phase, "--engines", name, *limits]
    ended = subprocess.run(  # noqa: S603
        [*command, "--sizes", str(size), "--work", str(folder)], capture_output=True, text=True, check=False
    )
    if ended.returncode:
        last = ended.stderr.strip().splitlines()[-1:] or [f"ended by signal {-ended.returncode}"]
        return {"failed": f"{phase}: {last[0]}"}
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


_HEADING = (
    "| engine | passages | built in s | MB on disk | MB to build | question ms: median / 95 % | filtered"
    " | asked | opened in ms | MB to ask | 1 % changed: s |\n|---|---|---|---|---|---|---|---|---|---|---|"
)


def _line(name: str, size: int, figures: dict[str, Any], asked: Sequence[dict[str, Any]]) -> str:
    if "failed" in figures:
        return f"| {name} | {size:,} | {figures['failed']} |"
    passages = f"{figures['passages']:,}" + (f" (cut from {size:,})" if figures["passages"] < size else "")
    updated = "built anew" if figures["update_s"] is None else f"{figures['update_s']:.1f}"
    return (
        f"| {name} | {passages} | {figures['build_s']:.0f} | {figures['megabytes']:.0f} | {figures['peak_mb']:.0f}"
        f" | {_spread(asked, 'ms')} | {_spread(asked, 'filtered_ms')} | {len(asked)} | {figures['open_ms']:.0f}"
        f" | {figures['asking_mb']:.0f} | {updated} |"
    )


def _spread(asked: Sequence[dict[str, Any]], key: str) -> str:
    times = sorted(question[key] for question in asked)
    return f"{statistics.median(times):.1f} / {times[int(0.95 * len(times))]:.1f}"


def _quality(ranks: Sequence[dict[str, Any]], name: str) -> str:
    own = [row["rank"] for row in ranks if row["set"] == name]
    first = statistics.mean(rank == 1 for rank in own)
    reciprocal = statistics.mean(1 / rank if 0 < rank <= 10 else 0.0 for rank in own)
    return f"{first:.3f} / {reciprocal:.3f}"


def _keep(rows: Sequence[dict[str, Any]]) -> None:
    """Write the rows, in place of those that the file has of the same engines and sizes."""
    kept = [json.loads(line) for line in RESULTS.read_text("utf-8").splitlines()] if RESULTS.exists() else []
    measured = {(row["engine"], row.get("size")) for row in rows}
    kept = [row for row in kept if (row["engine"], row.get("size")) not in measured]
    lines = (json.dumps(_rounded(row), ensure_ascii=False) + "\n" for row in [*kept, *rows])
    RESULTS.write_text("".join(lines), encoding="utf-8")


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in row.items()}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("--sizes", nargs="+", type=int, default=list(_SIZES), help="numbers of passages")
    parser.add_argument("--minutes", type=float, default=20, help="processor time for one phase of one engine")
    parser.add_argument("--gigabytes", type=float, default=7, help="memory for it")
    parser.add_argument("--work", type=Path, default=None, help="where the indexes are made, and removed again")
    parser.add_argument("--phase", choices=list(PHASES), help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    main()
