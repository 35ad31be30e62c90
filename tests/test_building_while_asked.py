"""People who ask over the web while twenty articles are added are answered all the time, and then from the new ones."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fakes import ARTICLES, KeywordEncoder, make_settings, write_articles
from serving import served

from rag import assistant as wiring
from rag.assistant import Assistant, open_assistant
from rag.encoder import FloatMatrix
from rag.web import create_app

READERS = 6
ANSWERS_MEANWHILE = 12
QUESTION, RIGHT = "When did the bridge over the Ortan river open again?", "en/bridge.txt"
ADDED = {
    f"new/{number:02}.txt": f"Harbour news {number}\n\nThe harbour master Number{number} counted {number} ships."
    for number in range(20)
}


class Meanwhile:
    """Answers counted as they come; ``let_answers_pass`` waits for some, and remembers when none came."""

    def __init__(self) -> None:
        self.answered = 0
        self.building: int | None = None
        self.waited_in: list[str] = []
        self._changed = threading.Condition()

    def count(self) -> None:
        with self._changed:
            self.answered += 1
            self._changed.notify_all()

    def let_answers_pass(self, where: str) -> None:
        if threading.get_ident() != self.building or where in self.waited_in:
            return
        self.waited_in.append(where)
        with self._changed:
            wanted = self.answered + ANSWERS_MEANWHILE
            assert self._changed.wait_for(lambda: self.answered >= wanted, timeout=60), (
                f"nobody was answered in {where}"
            )


@pytest.fixture
def meanwhile() -> Meanwhile:
    return Meanwhile()


@pytest.fixture
def assistant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: Meanwhile) -> Assistant:
    class WaitingEncoder(KeywordEncoder):
        def encode_passages(self, texts: Sequence[str], progress: Any = None) -> FloatMatrix:
            meanwhile.let_answers_pass("encoding")
            return super().encode_passages(texts, progress)

    open_generation = wiring._open

    def waiting_open(*arguments: Any) -> Any:
        meanwhile.let_answers_pass("opening")
        return open_generation(*arguments)

    encoder = WaitingEncoder()
    monkeypatch.setattr(wiring, "open_encoder", lambda *_, **__: encoder)
    monkeypatch.setattr(wiring, "_open", waiting_open)
    return open_assistant(make_settings(tmp_path, ARTICLES, min_confidence=0.0))


@pytest.fixture
def address(assistant: Assistant) -> Iterator[str]:
    with served(create_app(assistant)) as port:
        yield f"http://127.0.0.1:{port}"


def ask(client: httpx2.Client, question: str) -> Any:
    answer = client.post("/api/ask", json={"question": question})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_adding_twenty_articles_keeps_nobody_who_asks_waiting(
    assistant: Assistant, address: str, meanwhile: Meanwhile
) -> None:
    wrong: list[str] = []
    done = threading.Event()

    def read() -> None:
        with httpx2.Client(base_url=address, timeout=60) as client:
            while not done.is_set():
                try:
                    cited = ask(client, QUESTION)["citations"][0]["article_id"]
                    if cited != RIGHT:
                        wrong.append(cited)
                except Exception as error:
                    wrong.append(repr(error))
                meanwhile.count()

    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        write_articles(assistant.settings.data_dir, ADDED)
        meanwhile.building = threading.get_ident()
        report = assistant.refresh()
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert wrong == []
    assert meanwhile.waited_in == ["encoding", "opening"]
    assert report.added == len(ADDED)
    with httpx2.Client(base_url=address, timeout=60) as client:
        assert client.get("/api/articles").json()["total"] == len(ARTICLES) + len(ADDED)
        found = ask(client, "How many ships did the harbour master Number7 count?")
        assert "new/07.txt" in {citation["article_id"] for citation in found["citations"]}
