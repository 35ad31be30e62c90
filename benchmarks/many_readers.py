"""Thirty people asking at once: errors, and how much longer each waits than one who asks alone.

    python -m benchmarks.many_readers --readers 30 --rounds 4

A server of its own is started over the shipped articles (or ``--data``). One reader asks alone first; then all ask at
once, each a new question as soon as the last is answered. It is done over the HTTP API and over the page's own queue,
as a browser does. Were answering all there is to it and every core always busy, a reader among R on C cores would wait
R / C times as long as alone; ``ratio`` is the 95th percentile over that. The clients run on the same machine and take
their share of it. Every question is asked once, so no answer is remembered. The server's CPU time for a question,
alone and in the crowd, depends least on other work on the machine: were they equal, nothing would be lost in waiting
for each other.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx2

_ROOT = Path(__file__).resolve().parent.parent
_QUESTIONS = _ROOT / "benchmarks" / "questions" / "shipped_corpus.jsonl"
_RESULTS = _ROOT / "benchmarks" / "results" / "many_readers.jsonl"
_TIMEOUT_SECONDS = 600
_TARGET = 3.0
_ALONE = 20

Ask = Callable[[httpx2.AsyncClient, str], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One way of asking, measured; times are milliseconds."""

    way: str
    readers: int
    cores: int
    questions: int
    errors: int
    alone_ms: float
    median_ms: float
    p95_ms: float
    longest_ms: float
    questions_per_second: float
    cpu_alone_ms: float
    cpu_crowd_ms: float
    ratio: float


def main() -> None:
    """Measures, prints a line a way, and appends the rows to the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=4, help="questions that each reader asks")
    parser.add_argument("--data", type=Path, default=_ROOT / "data", help="folder of articles")
    parser.add_argument("--ways", nargs="+", choices=["api", "page"], default=["api", "page"])
    parser.add_argument("--write", action="store_true", help=f"append the rows to {_RESULTS.relative_to(_ROOT)}")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as index, served(options.data, Path(index)) as server:
        for way in options.ways:
            row = asyncio.run(measure(way, *server, options.readers, options.rounds))
            print(json.dumps(asdict(row)), flush=True)
            rows.append(row)
    if options.write:
        with _RESULTS.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(row)) + "\n" for row in rows)
    if any(row.errors or row.ratio > _TARGET for row in rows):
        sys.exit(f"missed: no errors, and a ratio of at most {_TARGET:g}")


@contextmanager
def served(data: Path, index: Path) -> Iterator[tuple[str, int]]:
    """A server over ``data``, ended afterwards; its address and the id of its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "app.py", "--data", str(data), "--index", str(index), "--port", str(port)]
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.DEVNULL)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(_TIMEOUT_SECONDS * 5):
            if process.poll() is not None:
                sys.exit("the server ended; run app.py by itself to see why")
            try:
                httpx2.get(f"{address}/healthz", timeout=1)
                break
            except httpx2.TransportError:
                time.sleep(0.2)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()


def questions() -> Iterator[str]:
    """Questions without end, none twice."""
    lines = [json.loads(line) for line in _QUESTIONS.read_text(encoding="utf-8").splitlines()]
    asked = [line["turns"][0] for line in lines]
    random.Random(7).shuffle(asked)  # noqa: S311
    for number in itertools.count():
        yield f"{asked[number % len(asked)]} ({number})"


def cpu_ms(process_id: int) -> float:
    """CPU time a process has taken, in milliseconds."""
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(way: str, address: str, process_id: int, readers: int, rounds: int) -> Row:
    """One reader alone, then all at once."""
    ask = {"api": ask_api, "page": ask_page}[way]
    wording = questions()
    errors: list[str] = []
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)

    async def reader(count: int) -> list[float]:
        times = []
        async with httpx2.AsyncClient(base_url=address, timeout=_TIMEOUT_SECONDS, limits=limits) as client:
            await client.get("/conversations")  # a browser has its cookie before it asks
            for _ in range(count):
                question, started = next(wording), time.perf_counter()
                try:
                    await ask(client, question)
                except (httpx2.HTTPError, RuntimeError) as error:
                    errors.append(f"{type(error).__name__}: {error}")
                times.append(1000 * (time.perf_counter() - started))
        return times

    await reader(5)  # warms up
    before = cpu_ms(process_id)
    alone = statistics.median(await reader(_ALONE))
    between = cpu_ms(process_id)
    started = time.perf_counter()
    times = sorted(itertools.chain(*await asyncio.gather(*(reader(rounds) for _ in range(readers)))))
    seconds = time.perf_counter() - started
    for error in errors[:5]:
        print(error, file=sys.stderr)
    cores = len(os.sched_getaffinity(0))
    p95 = times[max(0, -(-95 * len(times) // 100) - 1)]
    return Row(
        way=way,
        readers=readers,
        cores=cores,
        questions=len(times),
        errors=len(errors),
        alone_ms=round(alone, 1),
        median_ms=round(statistics.median(times), 1),
        p95_ms=round(p95, 1),
        longest_ms=round(times[-1], 1),
        questions_per_second=round(len(times) / seconds, 2),
        cpu_alone_ms=round((between - before) / _ALONE, 1),
        cpu_crowd_ms=round((cpu_ms(process_id) - between) / len(times), 1),
        ratio=round(p95 / (alone * max(1.0, readers / cores)), 2),
    )


async def ask_api(client: httpx2.AsyncClient, question: str) -> None:
    """Asks over the API."""
    answer = await client.post("/api/ask", json={"question": question})
    if answer.status_code != 200 or not answer.json()["text"]:
        raise RuntimeError(f"status {answer.status_code}: {answer.text[:200]}")


async def ask_page(client: httpx2.AsyncClient, question: str) -> None:
    """Asks as the page's script does: joins the queue, and listens until its turn is complete."""
    event, inputs = await _question_event(client)
    session = secrets.token_hex(8)
    # Each question begins a conversation: what came before would be drawn again with each draft.
    values = [question, secrets.token_hex(16), "ar", *[""] * 10][:inputs]
    joined = await client.post(
        "/gradio_api/queue/join",
        json={"data": values, "fn_index": event, "session_hash": session, "event_data": None, "trigger_id": None},
    )
    joined.raise_for_status()
    async for message in _messages(client, session):
        if message["msg"] == "process_completed":
            if not message["success"]:
                raise RuntimeError(f"the queue failed: {message['output']}")
            return
    raise RuntimeError("the queue ended without an answer")


async def _question_event(client: httpx2.AsyncClient) -> tuple[int, int]:
    """Number of the event that asks what stands in the question box, and how many values it is sent."""
    known: tuple[int, int] | None = getattr(client, "question_event", None)
    if known is None:
        config = (await client.get("/config")).json()
        ids = {part["props"].get("elem_id"): part["id"] for part in config["components"]}
        target = [ids["question"], "submit"]
        (found,) = [each for each in config["dependencies"] if target in [list(one) for one in each["targets"]]]
        known = (found["id"], len(found["inputs"]))
        client.question_event = known  # type: ignore[attr-defined]
    return known


async def _messages(client: httpx2.AsyncClient, session: str) -> AsyncIterator[dict[str, Any]]:
    async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


if __name__ == "__main__":
    main()
