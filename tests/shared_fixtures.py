"""Fixtures that several test modules share; what is slow to import comes in only where one of them is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from fakes import KeywordEncoder

    from benchmarks.retrieval.systems import Bench
    from rag.settings import Settings
    from rag.web.conversations import Conversations, ReaderConversations

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> KeywordEncoder:
    """The encoder that every assistant of the test opens."""
    from fakes import KeywordEncoder

    fake = KeywordEncoder()
    monkeypatch.setattr("rag.assistant.open_encoder", lambda settings, progress=None: fake)
    return fake


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Over ``ARTICLES``; whatever is read is answered from: nothing depends on what the evidence model weighs."""
    from fakes import ARTICLES, make_settings

    return make_settings(tmp_path, ARTICLES, min_confidence=0.0)


@pytest.fixture
def run(
    settings: Settings, encoder: KeywordEncoder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command in the folder of ``settings``: exit code, standard output, standard error."""
    from rag.__main__ import main

    monkeypatch.setenv("MASDAR_MIN_CONFIDENCE", str(settings.min_confidence))
    monkeypatch.chdir(settings.data_dir.parent)

    def run_command(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        output = capsys.readouterr()
        return code, output.out, output.err

    return run_command


@pytest.fixture
def conversations_path(tmp_path: Path) -> Path:
    return tmp_path / "index" / "conversations.sqlite"


@pytest.fixture
def conversations(conversations_path: Path) -> Iterator[Conversations]:
    from rag.web.conversations import Conversations

    opened = Conversations(conversations_path)
    yield opened
    opened.close()


@pytest.fixture
def mine(conversations: Conversations) -> ReaderConversations:
    return conversations.of_reader("me")


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """The retrieval benchmark's, with an encoder that needs no model."""
    from fakes import KeywordEncoder

    from benchmarks.retrieval import systems

    monkeypatch.setattr("rag.assistant.open_encoder", None)  # the bench replaces it; this puts it back afterwards
    monkeypatch.setattr(systems, "open_encoder", lambda settings: KeywordEncoder())
    return systems.Bench(tmp_path / "work")
