"""What is measured, each phase in a process of its own, so that memory is that of one engine alone."""

import json
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.lexical_engines import texts
from benchmarks.lexical_engines.engines import ENGINES, Best, Engine
from benchmarks.lexical_engines.texts import Text
from rag.lexical_index import GRAMS, STEMS

BEST = 200  # what retrieval takes of each field
_QUESTIONS = 200
_REPEATS = 3
_CHANGED_ONE_IN = 100
_NEW_VERSION = 1


def build(engine: type[Engine], folder: Path, passages: int, seconds: float) -> dict[str, Any]:
    """Index made passages until there are so many, or until so much time has gone by."""
    made = 0
    making = 0.0

    def made_passages() -> Iterator[Text]:
        nonlocal made, making
        while made < passages and time.process_time() - started - making < seconds:
            before = time.process_time()
            text = texts.passage(made)
            making += time.process_time() - before
            made += 1
            yield text

    started = time.process_time()
    engine.build(made_passages(), folder)
    return {
        "passages": made,
        "build_s": time.process_time() - started - making,
        "megabytes": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6,
        "peak_mb": _peak_megabytes(),
    }


def ask(engine: type[Engine], folder: Path, passages: int, seconds: float) -> dict[str, Any]:
    """Open the index and ask the sample of questions, with and without the filter."""
    questions = texts.questions(_QUESTIONS)
    before = _peak_megabytes()
    started = time.process_time()
    index = engine(folder)
    index.best(questions[0], BEST)
    opened = time.process_time() - started
    asked: list[dict[str, Any]] = []
    for number, question in enumerate(questions, start=1):
        if time.process_time() - started > seconds:
            break
        asked.append(
            {
                "question_number": number,
                "language": question[1],
                "ms": _milliseconds(lambda question=question: index.best(question, BEST)),  # type: ignore[misc]
                "filtered_ms": _milliseconds(
                    lambda question=question: index.best(question, BEST, filtered=True)  # type: ignore[misc]
                ),
            }
        )
    return {"open_ms": 1000 * opened, "asking_mb": _peak_megabytes() - before, "asked": asked}


def update(engine: type[Engine], folder: Path, passages: int, seconds: float) -> dict[str, Any]:
    """Bring the index up to date with a new text in every hundredth row; the texts are made before the clock runs."""
    rows = range(0, passages, _CHANGED_ONE_IN)
    changes = [(row, texts.passage(row), texts.passage(row, _NEW_VERSION)) for row in rows]
    kept: list[Text | None] = [None] * passages
    for row, _, new in changes:
        kept[row] = new
    started = time.process_time()
    try:
        engine(folder).update(changes, kept, folder / "updated")
    except NotImplementedError:
        return {"update_s": None}
    return {"update_s": time.process_time() - started, "update_peak_mb": _peak_megabytes()}


def judge(engine: type[Engine], folder: Path, passages: int, seconds: float) -> dict[str, Any]:
    """The rank, among the texts of its language, of the one that answers each question; stems and grams are added."""
    ranks: list[dict[str, Any]] = []
    for language, pool, questions in texts.pools():
        (folder / language).mkdir()
        engine.build(pool, folder / language)
        index = engine(folder / language)
        for number, (name, question, answering) in enumerate(questions, start=1):
            found = index.best((question, language), len(pool))
            ranks.append({"set": name, "question_number": number, "rank": _rank(found, answering)})
    return {"ranks": ranks}


PHASES: dict[str, Callable[[type[Engine], Path, int, float], dict[str, Any]]] = {
    "build": build,
    "ask": ask,
    "update": update,
    "judge": judge,
}


def run(phase: str, engine: str, folder: Path, passages: int, minutes: float, gigabytes: float) -> None:
    """Run one phase within its limits of processor time and memory, and print what it found."""
    seconds = 60 * minutes
    resource.setrlimit(resource.RLIMIT_DATA, (int(gigabytes * 1e9), resource.RLIM_INFINITY))
    if phase == "build":  # elsewhere not: under this limit Linux counts processor time in whole ticks
        resource.setrlimit(resource.RLIMIT_CPU, (int(2 * seconds), resource.RLIM_INFINITY))
    try:
        found = PHASES[phase](ENGINES[engine], folder, passages, seconds)
    except MemoryError:
        found = {"failed": f"more than {gigabytes:g} GB"}
    print(json.dumps(found))


def _rank(found: Best, answering: int) -> int:
    """The rank of the row ``answering``, from 1; rows with its score are counted before it. 0 if it was not found."""
    scores: dict[int, float] = {}
    for name in (STEMS, GRAMS):
        for row, score in found[name]:
            scores[row] = scores.get(row, 0.0) + score
    if answering not in scores:
        return 0
    return sum(score >= scores[answering] for score in scores.values())


def _milliseconds(ask: Callable[[], object]) -> float:
    """The least processor time of a few runs: other work on the machine only ever adds to it."""
    times = []
    for _ in range(_REPEATS):
        started = time.process_time()
        ask()
        times.append(time.process_time() - started)
    return 1000 * min(times)


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
