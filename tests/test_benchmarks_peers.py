"""Peers of the retrieval benchmark: each is asked in earnest. They live in an environment of their own; elsewhere,
what is checked is that a missing one is named."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import KeywordEncoder

from benchmarks import peers as peers_module
from benchmarks.peers import load_peers
from benchmarks.retrieval import systems as systems_module
from benchmarks.retrieval.__main__ import run_task
from benchmarks.retrieval.sets import Paragraph, Query, Task
from benchmarks.retrieval.systems import Bench

TOPICS = ("bridge", "budget", "harbour", "museum")
PEERS = {
    "LangChain FAISS": "langchain_community",
    "LangChain Ensemble": "langchain_classic",
    "LlamaIndex fusion": "llama_index",
    "txtai hybrid": "txtai",
    "Haystack RRF": "haystack",
}


def test_a_peer_that_cannot_be_imported_is_named_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = {"Nobody": ("nobody", "nobody_peer", "search")}
    monkeypatch.setattr(peers_module, "_PEERS", missing)
    found, lines = load_peers()
    assert found == {}
    assert lines == ("Nobody: left out (No module named 'benchmarks.peers.nobody_peer')",)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", PEERS)
def test_a_peer_finds_the_paragraph_that_the_question_is_about(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if importlib.util.find_spec(PEERS[name]) is None:
        pytest.skip("not installed here: .venv-bench/bin/python -m pytest tests/test_benchmarks_peers.py")
    monkeypatch.setattr("rag.assistant.open_encoder", None)  # the bench replaces it; this puts it back afterwards
    open_fake: Callable[..., KeywordEncoder] = lambda settings: KeywordEncoder()  # noqa: E731
    monkeypatch.setattr(systems_module, "open_encoder", open_fake)
    paragraphs = tuple(
        Paragraph(article_id=f"{topic}.txt", language="en", text=f"The council spoke of the {topic} for a long time.")
        for topic in TOPICS
    )
    queries = tuple(
        Query(pair="p", number=number, language="en", text=f"who spoke of the {topic}", relevant=(f"{topic}.txt",))
        for number, topic in enumerate(TOPICS, start=1)
    )
    task = Task(name="topics", paragraphs=paragraphs, queries=queries)
    found, _ = load_peers()
    rows = run_task(task, {name: found[name]}, Bench(tmp_path / "work"), None)
    assert [row.ranks[name] for row in rows] == [(1,)] * len(TOPICS)
