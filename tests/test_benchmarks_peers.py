"""Peers of the retrieval benchmark: each is asked in earnest. They live in an environment of their own; elsewhere,
what is checked is that a missing one is named."""

import importlib.util

import pytest
from topic_task import TOPICS, topic_task

from benchmarks import peers as peers_module
from benchmarks.peers import load_peers
from benchmarks.retrieval.__main__ import run_task
from benchmarks.retrieval.systems import Bench

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
def test_a_peer_finds_the_paragraph_that_the_question_is_about(name: str, bench: Bench) -> None:
    if importlib.util.find_spec(PEERS[name]) is None:
        pytest.skip("not installed here: .venv-bench/bin/python -m pytest tests/test_benchmarks_peers.py")
    task = topic_task("who spoke of the {topic}")
    found, _ = load_peers()
    rows = run_task(task, {name: found[name]}, bench, None)
    assert [row.ranks[name] for row in rows] == [(1,)] * len(TOPICS)
