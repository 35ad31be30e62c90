"""A change is taken in by a build behind the page: one for many changes, never lost, while everyone is answered."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from fakes import KeywordEncoder
from library_calls import add, built
from small_corpus import ENGLISH_NAME, small_assistant
from starlette.testclient import TestClient
from web_fakes import FakeAssistant

from rag.errors import DataError
from rag.records import BuildReport
from rag.web import create_app
from rag.web.library_builds import LibraryBuilds


def test_what_comes_while_a_build_runs_is_in_the_next_and_many_at_once_are_one() -> None:
    begun, go_on = threading.Semaphore(0), threading.Semaphore(0)
    report = FakeAssistant().refresh()

    def refresh(progress: Any) -> BuildReport:
        progress("read", 1, 2)
        begun.release()
        assert go_on.acquire(timeout=20)
        return report

    builds = LibraryBuilds(refresh, quiet_seconds=0.05)
    for _ in range(5):
        builds.soon()
    assert begun.acquire(timeout=20)
    assert (builds.state.busy, builds.state.stage, builds.state.done, builds.state.total) == (True, "read", 1, 2)
    builds.soon()
    builds.soon()
    go_on.release()
    assert begun.acquire(timeout=20)
    assert (builds.state.busy, builds.state.ended) == (True, 1)
    go_on.release()
    _until_quiet(builds)
    assert builds.state.ended == 2


def _until_quiet(builds: LibraryBuilds) -> None:
    for _ in range(400):
        if not builds.state.busy:
            return
        time.sleep(0.02)
    raise AssertionError("still busy")


@pytest.mark.parametrize(
    ("error", "told"), [(DataError("The folder is gone."), "folder is gone"), (KeyError("x"), "log")]
)
def test_a_build_that_fails_says_why_and_the_next_one_runs(
    error: Exception, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    errors = [error]
    report = FakeAssistant().refresh()

    def refresh(progress: Any) -> BuildReport:
        if errors:
            raise errors.pop()
        return report

    builds = LibraryBuilds(refresh, quiet_seconds=0)
    for failed in (told, ""):
        builds.soon()
        _until_quiet(builds)
        assert failed in builds.state.failed
        assert bool(builds.state.failed) == bool(failed)


def test_twenty_articles_are_added_while_everyone_who_asks_is_answered(tmp_path: Path) -> None:
    asked_in_build = threading.Event()

    class WaitingEncoder(KeywordEncoder):
        def encode_passages(self, texts: Any, progress: Any = None) -> Any:
            if any("Harbour news" in text for text in texts):
                # The build goes no further until someone was answered while it ran.
                assert asked_in_build.wait(timeout=60)
            return super().encode_passages(texts, progress)

    with small_assistant(tmp_path, encoder=WaitingEncoder()) as assistant:
        client = TestClient(create_app(assistant))
        for number in range(20):
            text = f"Harbour news {number}\n\nThe harbour master Number{number} counted {number} ships."
            assert add(client, f"news/{number}.txt", text)["outcome"] == "added"
        for _ in range(600):
            if client.get("/page/library/state").json()["build"]["stage"] in {"split", "encode"}:
                break
            time.sleep(0.02)
        answer = client.post("/api/ask", json={"question": "When did the bridge over the Ortan open again?"})
        assert answer.json()["citations"][0]["article_id"] == ENGLISH_NAME
        assert client.get("/page/library/state").json()["build"]["busy"]
        asked_in_build.set()
        state = built(client)
        assert (state["added"], state["build"]["ended"]) == (20, 1)
