"""A build that says when it has come to a moment and then waits there, to be killed: DATA INDEX MOMENT."""

import sys
import time
from pathlib import Path

from fakes import KeywordEncoder

from rag import generations
from rag.indexer import bring_in_step
from rag.settings import Settings

# A file, as it is flushed to disk, or a function of ``generations``, as it is called.
FLUSHES = {"flush manifest": generations.MANIFEST, "flush new CURRENT": f".{generations.CURRENT}-"}
CALLS = {"verify": "verify", "remove old": "remove_leftovers"}


def stop() -> None:
    sys.stdout.write("here\n")
    sys.stdout.flush()
    time.sleep(60)


def main(data_dir: str, index_dir: str, moment: str) -> None:
    def progress(stage: str, done: int, total: int) -> None:
        if moment == f"{stage} {done}":
            stop()

    def flush_or_stop(path: Path) -> None:
        if path.name.startswith(FLUSHES[moment]):
            stop()

    def call_and_stop(*_: object) -> None:
        stop()

    if moment in FLUSHES:
        generations._flush_to_disk = flush_or_stop
    elif moment in CALLS:
        setattr(generations, CALLS[moment], call_and_stop)
    bring_in_step(Settings(data_dir=data_dir, index_dir=index_dir), KeywordEncoder(), progress)


if __name__ == "__main__":
    main(*sys.argv[1:])
