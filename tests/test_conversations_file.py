"""Whatever happens to the file, to the index or to the server, questions are answered and nothing kept is lost."""

import logging
import sqlite3
import subprocess
from pathlib import Path

import pytest
from fakes import KeywordEncoder, make_settings
from kept_conversations import ask
from web_fakes import FakeAssistant

from rag import assistant as wiring
from rag.errors import ConversationsError
from rag.web.chat import TurnState
from rag.web.conversations import CONVERSATIONS_FILE, Conversations

ROOT = Path(__file__).parents[1]


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.mark.parametrize("damage", [b"not a database at all " * 400, b""])
def test_nothing_is_lost_of_a_damaged_file_and_conversations_begin_anew(
    assistant: FakeAssistant, conversations_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    conversations_path.parent.mkdir()
    conversations_path.write_bytes(damage)
    mine = Conversations(conversations_path).of_reader("me")
    ask(assistant, mine, "one", "library?")
    assert [each.conversation_id for each in mine.summaries()] == ["one"]
    if damage:
        (kept,) = conversations_path.parent.glob(f"{CONVERSATIONS_FILE}.damaged-*")
        assert kept.read_bytes() == damage
        assert kept.name in caplog.text


def test_a_page_that_was_overwritten_is_noticed_named_and_set_aside(
    assistant: FakeAssistant, conversations_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = Conversations(conversations_path)
    for number in range(30):
        ask(assistant, before.of_reader("me"), str(number), "الجسر؟")
    before.close()
    content = bytearray(conversations_path.read_bytes())
    for start in range(4096, len(content), 4096):
        content[start : start + 2000] = b"\xff" * 2000
    conversations_path.write_bytes(content)
    mine = Conversations(conversations_path).of_reader("me")
    ask(assistant, mine, "one", "library?")
    assert [turn.state for turn in mine.turns("one")] == [TurnState.COMPLETE]
    assert "set aside" in caplog.text
    assert list(conversations_path.parent.glob(f"{CONVERSATIONS_FILE}.damaged-*"))


def test_a_file_of_a_newer_version_is_left_alone_and_answers_go_on(
    assistant: FakeAssistant, conversations_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    conversations_path.parent.mkdir()
    connection = sqlite3.connect(conversations_path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = conversations_path.read_bytes()
    mine = Conversations(conversations_path).of_reader("me")
    ask(assistant, mine, "one", "library?")
    assert [turn.state for turn in mine.turns("one")] == [TurnState.COMPLETE]
    assert conversations_path.read_bytes() == before
    assert "newer version" in caplog.text


def test_where_nothing_can_be_written_answers_go_on_and_the_log_says_why(
    assistant: FakeAssistant, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    mine = Conversations(tmp_path / "file" / CONVERSATIONS_FILE).of_reader("me")
    with caplog.at_level(logging.ERROR):
        ask(assistant, mine, "one", "library?")
        ask(assistant, mine, "one", "hostile?")
    assert [turn.state for turn in mine.turns("one")] == [TurnState.COMPLETE] * 2
    assert "cannot be kept" in caplog.text
    with pytest.raises(ConversationsError, match="cannot be kept"):
        mine.cut("one", 0)


def test_building_the_index_anew_and_make_clean_leave_conversations_alone(
    assistant: FakeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = KeywordEncoder()
    monkeypatch.setattr(wiring, "open_encoder", lambda *_, **__: encoder)
    settings = make_settings(tmp_path, {"a.txt": "The bridge opened."})
    conversations_path = settings.index_dir / CONVERSATIONS_FILE
    mine = Conversations(conversations_path).of_reader("me")
    ask(assistant, mine, "one", "library?")
    for text in ("The bridge opened again.", "The bridge was shut."):
        (settings.data_dir / "a.txt").write_text(text, encoding="utf-8")
        wiring.build_index(settings)
    (settings.index_dir / "README.md").write_text("stays", encoding="utf-8")
    subprocess.run(["make", "-f", ROOT / "Makefile", "clean", "PYTHON=python3"], cwd=tmp_path, check=True)
    left = {each.name for each in settings.index_dir.rglob("*")}
    assert left - {f"{CONVERSATIONS_FILE}-wal", f"{CONVERSATIONS_FILE}-shm"} == {CONVERSATIONS_FILE, "README.md"}
    assert len(Conversations(conversations_path).of_reader("me").turns("one")) == 1
