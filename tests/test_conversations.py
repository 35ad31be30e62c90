"""Conversations are kept, each for its own reader, whatever happens to the server, the index or the file."""

import asyncio
import logging
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import KeywordEncoder, make_settings
from fastapi import FastAPI
from starlette.testclient import TestClient
from web_fakes import ARABIC_ID, ARABIC_QUOTE, ENGLISH_ID, HOSTILE_QUOTE, FakeAssistant

from rag import assistant as wiring
from rag.errors import ConversationNotFound, ConversationsError
from rag.web import create_app
from rag.web.chat import Failure, TurnState
from rag.web.conversation_routes import conversation_routes
from rag.web.conversations import CONVERSATIONS_FILE, Conversations, ReaderConversations
from rag.web.readers import READER_COOKIE
from rag.web.talk import answer_question

ROOT = Path(__file__).parents[1]


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index" / CONVERSATIONS_FILE


@pytest.fixture
def conversations(path: Path) -> Iterator[Conversations]:
    opened = Conversations(path)
    yield opened
    opened.close()


@pytest.fixture
def mine(conversations: Conversations) -> ReaderConversations:
    return conversations.of_reader("me")


def ask(assistant: FakeAssistant, mine: ReaderConversations, conversation_id: str, question: str) -> None:
    async def run() -> None:
        async for _ in answer_question(assistant, mine, conversation_id, question):
            pass

    asyncio.run(run())


def names(mine: ReaderConversations, search: str = "") -> list[str]:
    return [summary.conversation_id for summary in mine.summaries(search)]


# Turns


def test_what_was_said_is_there_after_a_restart_with_citations_and_digests(
    assistant: FakeAssistant, mine: ReaderConversations, path: Path
) -> None:
    ask(assistant, mine, "one", "الجسر؟")
    ask(assistant, mine, "one", "library?")
    again = Conversations(path).of_reader("me").turns("one")
    assert again == mine.turns("one")
    assert [turn.answer for turn in again] == [assistant.answer("الجسر؟"), assistant.answer("library?")]
    assert again[0].digests == {ARABIC_ID: assistant.articles[ARABIC_ID].sha256}
    assert [turn.state for turn in again] == [TurnState.COMPLETE] * 2


def test_a_failure_is_kept_with_what_can_be_mended(
    assistant: FakeAssistant, mine: ReaderConversations, path: Path
) -> None:
    ask(assistant, mine, "one", "broken?")
    (turn,) = Conversations(path).of_reader("me").turns("one")
    assert (turn.state, turn.failure, turn.answer) == (TurnState.FAILED, Failure.INDEX, None)
    assert "vectors.npy" in turn.details


def test_a_stopped_answer_takes_no_more_drafts(assistant: FakeAssistant, mine: ReaderConversations) -> None:
    growing = mine.begin("one", "library?")
    draft = replace(assistant.answer("library"), text="The harbour")
    mine.draft(growing, draft)
    mine.stop_all("one")
    mine.complete(growing, assistant.answer("library"), {})
    (turn,) = mine.turns("one")
    assert (turn.state, turn.answer) == (TurnState.STOPPED, draft)


def test_an_answer_to_a_question_that_was_asked_anew_is_not_taken_for_the_new_ones(
    assistant: FakeAssistant, mine: ReaderConversations
) -> None:
    first = mine.begin("one", "library?")
    second = mine.begin("one", "hostile?", at=0)
    mine.complete(first, assistant.answer("library"), {})
    assert [(turn.question, turn.state) for turn in mine.turns("one")] == [("hostile?", TurnState.BUSY)]
    mine.complete(second, assistant.answer("hostile"), {})
    assert [turn.answer for turn in mine.turns("one")] == [assistant.answer("hostile")]


def test_two_questions_at_once_in_one_conversation_both_keep_their_answers(
    assistant: FakeAssistant, mine: ReaderConversations
) -> None:
    first, second = mine.begin("one", "library?"), mine.begin("one", "hostile?")
    mine.complete(second, assistant.answer("hostile"), {})
    mine.complete(first, assistant.answer("library"), {})
    assert [turn.answer for turn in mine.turns("one")] == [assistant.answer("library"), assistant.answer("hostile")]


def test_a_draft_is_shown_but_what_a_dead_server_was_answering_is_stopped(
    assistant: FakeAssistant, mine: ReaderConversations, path: Path
) -> None:
    growing = mine.begin("one", "library?")
    mine.draft(growing, assistant.answer("library"))
    (turn,) = mine.turns("one")
    assert (turn.state, turn.answer) == (TurnState.BUSY, assistant.answer("library"))
    (left,) = Conversations(path).of_reader("me").turns("one")
    assert (left.question, left.state) == ("library?", TurnState.STOPPED)


def test_cutting_takes_a_turn_and_all_after_it_and_an_empty_conversation_is_gone(
    assistant: FakeAssistant, mine: ReaderConversations
) -> None:
    for question in ("library?", "hostile?", "nothing?"):
        ask(assistant, mine, "one", question)
    mine.cut("one", 1)
    assert [turn.question for turn in mine.turns("one")] == ["library?"]
    mine.cut("one", 0)
    assert (mine.turns("one"), names(mine)) == ((), [])


def test_any_text_can_be_asked_and_any_text_can_be_an_id(assistant: FakeAssistant, mine: ReaderConversations) -> None:
    for text in ("\ud800", "\0 x", "'; DROP TABLE turns; --", "%", "../../etc", "م" * 5000):
        ask(assistant, mine, text, text)
        (turn,) = mine.turns(text)
        assert turn.question == text.replace("\ud800", "?")


def test_many_threads_lose_no_turn(assistant: FakeAssistant, conversations: Conversations) -> None:
    def talk(reader: int) -> None:
        mine = conversations.of_reader(f"reader {reader}")
        for number in range(10):
            mine.complete(mine.begin(f"talk {number % 2}", "library?"), assistant.answer("library"), {})

    threads = [threading.Thread(target=talk, args=(reader,)) for reader in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for reader in range(8):
        mine = conversations.of_reader(f"reader {reader}")
        for name in ("talk 0", "talk 1"):
            assert [turn.state for turn in mine.turns(name)] == [TurnState.COMPLETE] * 5


# The list


def test_the_list_has_the_one_touched_last_first_and_calls_each_by_its_first_question(
    assistant: FakeAssistant, mine: ReaderConversations
) -> None:
    for conversation_id, question in (("one", "library  \n now?"), ("two", "الجسر؟"), ("one", "hostile?")):
        ask(assistant, mine, conversation_id, question)
    listed = mine.summaries()
    assert [(each.conversation_id, each.title, each.turns) for each in listed] == [
        ("one", "library now?", 2),
        ("two", "الجسر؟", 1),
    ]
    assert listed[0].created_at < listed[1].created_at < listed[1].updated_at < listed[0].updated_at
    assert [each.conversation_id for each in mine.summaries(limit=1, offset=1)] == ["two"]


def test_a_name_replaces_the_first_question_and_an_empty_one_brings_it_back(
    assistant: FakeAssistant, mine: ReaderConversations
) -> None:
    ask(assistant, mine, "one", "library?")
    mine.rename("one", "  كتب\n المرفأ ")
    assert mine.summary("one").title == "كتب المرفأ"
    mine.rename("one", "")
    assert mine.summary("one").title == "library?"


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["hostile", "harbour", "bridge"]),
        ("الحدّاد", ["bridge"]),
        ("الحداد البلديه", ["bridge"]),
        ("ٱلجِسْر", ["bridge"]),
        ("جسر", ["bridge"]),
        ("MONA reed", ["harbour"]),
        ("reed جسر", []),
        ("Évil.example", ["hostile"]),
        ("100%", []),
        ("_", []),
        ("مكتبة الميناء", ["harbour"]),
    ],
)
def test_a_search_holds_every_word_whatever_its_diacritics_and_letter_forms(
    assistant: FakeAssistant, mine: ReaderConversations, search: str, found: list[str]
) -> None:
    for conversation_id, question in (("bridge", "الجسر؟"), ("harbour", "library?"), ("hostile", "Hostile?")):
        ask(assistant, mine, conversation_id, question)
    mine.rename("harbour", "مَكتَبة الميناء")
    assert sorted(names(mine, search)) == sorted(found)


def test_what_is_deleted_is_gone_and_its_answer_on_the_way_does_not_bring_it_back(
    assistant: FakeAssistant, mine: ReaderConversations
) -> None:
    ask(assistant, mine, "one", "library?")
    growing = mine.begin("one", "hostile?")
    mine.delete("one")
    mine.complete(growing, assistant.answer("hostile"), {})
    assert (mine.turns("one"), names(mine)) == ((), [])
    with pytest.raises(ConversationNotFound):
        mine.delete("one")


def test_a_reader_reaches_only_their_own(assistant: FakeAssistant, conversations: Conversations) -> None:
    mine, other = conversations.of_reader("me"), conversations.of_reader("someone else")
    ask(assistant, mine, "one", "library?")
    assert (other.turns("one"), names(other), names(other, "library")) == ((), [], [])
    for reach in (
        lambda: other.summary("one"),
        lambda: other.rename("one", "stolen"),
        lambda: other.delete("one"),
        lambda: other.rate("one", 0, liked=True),
        lambda: other.share("one"),
        lambda: other.revoke("one"),
    ):
        with pytest.raises(ConversationNotFound):
            reach()
    ask(assistant, other, "one", "hostile?")
    other.cut("one", 0)
    assert [turn.question for turn in mine.turns("one")] == ["library?"]


def test_the_file_does_not_hold_what_would_let_somebody_in(
    assistant: FakeAssistant, conversations: Conversations, path: Path
) -> None:
    ask(assistant, conversations.of_reader("5ecre7-reader-id"), "one", "library?")
    conversations.close()
    kept = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert b"library?" in kept
    assert b"5ecre7-reader-id" not in kept


def test_a_thumb_and_a_word_are_kept_and_can_be_taken_back(
    assistant: FakeAssistant, mine: ReaderConversations, path: Path
) -> None:
    ask(assistant, mine, "one", "library?")
    mine.rate("one", 0, liked=False, remark="السنة خطأ")
    (turn,) = Conversations(path).of_reader("me").turns("one")
    assert (turn.liked, turn.remark) == (False, "السنة خطأ")
    mine.rate("one", 0, liked=None)
    assert (mine.turns("one")[0].liked, mine.turns("one")[0].remark) == (None, "")
    with pytest.raises(ConversationNotFound):
        mine.rate("one", 1, liked=True)


# Sharing


def test_what_is_shared_is_what_stood_there_then_and_nothing_private(
    assistant: FakeAssistant, conversations: Conversations, mine: ReaderConversations
) -> None:
    ask(assistant, mine, "one", "library?")
    mine.rate("one", 0, liked=False, remark="my own business")
    share_id = mine.share("one")
    ask(assistant, mine, "one", "hostile?")
    shared = conversations.shared(share_id)
    (turn,) = shared.turns
    assert shared.title == "library?"
    assert turn.answer == replace(assistant.answer("library?"), hits=())
    assert (turn.liked, turn.remark) == (None, "")
    assert mine.share("one") == share_id == mine.summary("one").share_id
    assert len(conversations.shared(share_id).turns) == 2


def test_a_link_that_is_revoked_or_whose_conversation_is_deleted_leads_nowhere(
    assistant: FakeAssistant, conversations: Conversations, mine: ReaderConversations
) -> None:
    ask(assistant, mine, "one", "library?")
    revoked = mine.share("one")
    mine.revoke("one")
    deleted = mine.share("one")
    assert revoked != deleted
    mine.delete("one")
    for share_id in (revoked, deleted, "", "\0", "../one"):
        with pytest.raises(ConversationNotFound):
            conversations.shared(share_id)


# The file


@pytest.mark.parametrize("damage", [b"not a database at all " * 400, b""])
def test_nothing_is_lost_of_a_damaged_file_and_conversations_begin_anew(
    assistant: FakeAssistant, path: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    path.write_bytes(damage)
    mine = Conversations(path).of_reader("me")
    ask(assistant, mine, "one", "library?")
    assert names(mine) == ["one"]
    if damage:
        (kept,) = path.parent.glob(f"{CONVERSATIONS_FILE}.damaged-*")
        assert kept.read_bytes() == damage
        assert kept.name in caplog.text


def test_a_page_that_was_overwritten_is_noticed_named_and_set_aside(
    assistant: FakeAssistant, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = Conversations(path)
    for number in range(30):
        ask(assistant, before.of_reader("me"), str(number), "الجسر؟")
    before.close()
    content = bytearray(path.read_bytes())
    for start in range(4096, len(content), 4096):
        content[start : start + 2000] = b"\xff" * 2000
    path.write_bytes(content)
    mine = Conversations(path).of_reader("me")
    ask(assistant, mine, "one", "library?")
    assert [turn.state for turn in mine.turns("one")] == [TurnState.COMPLETE]
    assert "set aside" in caplog.text
    assert list(path.parent.glob(f"{CONVERSATIONS_FILE}.damaged-*"))


def test_a_file_of_a_newer_version_is_left_alone_and_answers_go_on(
    assistant: FakeAssistant, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    mine = Conversations(path).of_reader("me")
    ask(assistant, mine, "one", "library?")
    assert [turn.state for turn in mine.turns("one")] == [TurnState.COMPLETE]
    assert path.read_bytes() == before
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
    path = settings.index_dir / CONVERSATIONS_FILE
    mine = Conversations(path).of_reader("me")
    ask(assistant, mine, "one", "library?")
    for text in ("The bridge opened again.", "The bridge was shut."):
        (settings.data_dir / "a.txt").write_text(text, encoding="utf-8")
        wiring.build_index(settings)
    (settings.index_dir / "README.md").write_text("stays", encoding="utf-8")
    subprocess.run(["make", "-f", ROOT / "Makefile", "clean", "PYTHON=python3"], cwd=tmp_path, check=True)
    left = {each.name for each in settings.index_dir.rglob("*")}
    assert left - {f"{CONVERSATIONS_FILE}-wal", f"{CONVERSATIONS_FILE}-shm"} == {CONVERSATIONS_FILE, "README.md"}
    assert len(Conversations(path).of_reader("me").turns("one")) == 1


# The routes


@pytest.fixture
def client(assistant: FakeAssistant) -> TestClient:
    return TestClient(create_app(assistant))


@pytest.fixture(scope="module")
def reading_client() -> TestClient:
    """For requests that change nothing: an application takes a second to make."""
    assistant = FakeAssistant()
    client = TestClient(create_app(assistant))
    keep_one(assistant, client)
    return client


@pytest.fixture
def kept(assistant: FakeAssistant, client: TestClient) -> ReaderConversations:
    """This client's conversations, with one of two turns."""
    return keep_one(assistant, client)


def keep_one(assistant: FakeAssistant, client: TestClient) -> ReaderConversations:
    client.get("/")
    cookie = client.cookies.get(READER_COOKIE)
    assert cookie is not None
    mine = Conversations(assistant.settings.index_dir / CONVERSATIONS_FILE).of_reader(cookie)
    ask(assistant, mine, "one", "الجسر؟")
    ask(assistant, mine, "one", "library?")
    return mine


def test_a_browser_gets_one_id_that_scripts_cannot_read_and_keeps_it(client: TestClient) -> None:
    first = client.get("/")
    cookie = first.headers["set-cookie"]
    assert cookie.startswith(f"{READER_COOKIE}=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "set-cookie" not in client.get("/conversations").headers
    forged = client.get("/conversations", headers={"cookie": f"{READER_COOKIE}=me"})
    assert f"{READER_COOKIE}=" in forged.headers["set-cookie"]
    assert "set-cookie" in TestClient(client.app, base_url="https://testserver").get("/").headers


def test_the_list_and_one_conversation_are_told_with_every_turn_and_source(reading_client: TestClient) -> None:
    client = reading_client
    (listed,) = client.get("/conversations").json()
    assert (listed["conversation_id"], listed["title"], listed["turns"]) == ("one", "الجسر؟", 2)
    assert client.get("/conversations", params={"search": "reed"}).json() == [listed]
    assert client.get("/conversations", params={"search": "ريد"}).json() == []
    whole = client.get("/conversations/one").json()
    assert whole["conversation"] == listed
    assert [turn["answer"]["citations"][0]["article_id"] for turn in whole["turns"]] == [ARABIC_ID, ENGLISH_ID]
    assert {source["state"] for turn in whole["turns"] for source in turn["sources"]} == {"same"}


def test_a_turn_that_still_grows_is_told_too(assistant: FakeAssistant, conversations: Conversations) -> None:
    reader = "0" * 32
    mine = conversations.of_reader(reader)
    mine.draft(mine.begin("one", "library?"), assistant.answer("library?"))
    app = FastAPI()
    app.include_router(conversation_routes(assistant, conversations))
    (turn,) = TestClient(app, cookies={READER_COOKIE: reader}).get("/conversations/one").json()["turns"]
    assert (turn["state"], turn["answer"]["text"]) == ("busy", assistant.answer("library?").text)


def test_an_article_that_changed_moved_or_went_is_told_beside_the_stored_quotation(
    assistant: FakeAssistant, client: TestClient, kept: ReaderConversations
) -> None:
    ask(assistant, kept, "one", "hostile?")
    arabic, (hostile_id,) = assistant.articles[ARABIC_ID], [name for name in assistant.articles if "hostile" in name]
    assistant.articles[ARABIC_ID] = replace(arabic, text=f"!!{arabic.text}".replace("4.5", "5.4"), sha256="other")
    del assistant.articles[ENGLISH_ID]
    assistant.articles[hostile_id] = replace(assistant.articles[hostile_id], sha256="other")
    bridge, library, hostile = client.get("/conversations/one").json()["turns"]
    start = bridge["answer"]["citations"][0]["start"]
    assert bridge["answer"]["citations"][0]["quote"] == ARABIC_QUOTE
    assert bridge["sources"] == [
        {"state": "changed", "start": start + 2, "end": start + 2 + len(ARABIC_QUOTE)},
        {"state": "changed", "start": None, "end": None},
    ]
    assert library["sources"] == [{"state": "gone", "start": None, "end": None}]
    assert hostile["answer"]["citations"][0]["quote"] == HOSTILE_QUOTE
    assert hostile["sources"][0]["state"] == "changed"
    assert hostile["sources"][0]["start"] == hostile["answer"]["citations"][0]["start"]


def test_a_conversation_is_renamed_rated_shared_and_deleted_over_http(
    client: TestClient, kept: ReaderConversations
) -> None:
    assert client.patch("/conversations/one", json={"title": "الجسور"}).json()["title"] == "الجسور"
    feedback = "/conversations/one/turns/1/feedback"
    assert client.put(feedback, json={"liked": True, "remark": "نعم"}).status_code == 204
    assert [(turn.liked, turn.remark) for turn in kept.turns("one")] == [(None, ""), (True, "نعم")]
    share = client.post("/conversations/one/share").json()
    assert share["address"] == f"shared/{share['share_id']}"
    assert client.get("/conversations").json()[0]["share_id"] == share["share_id"]
    assert client.delete("/conversations/one/share").status_code == 204
    assert client.delete("/conversations/one/share").status_code == 404
    assert client.delete("/conversations/one").status_code == 204
    assert client.get("/conversations").json() == []
    gone = client.get("/conversations/one")
    assert (gone.status_code, list(gone.json())) == (404, ["detail"])


@pytest.mark.parametrize(
    ("method", "path", "body", "named"),
    [
        ("PATCH", "/conversations/one", {"title": 3}, "title"),
        ("PATCH", "/conversations/one", {"title": "x" * 201}, "title"),
        ("PATCH", "/conversations/one", {}, "title"),
        ("PATCH", "/conversations/one", [], "body"),
        ("PUT", "/conversations/one/turns/0/feedback", {"liked": "maybe"}, "liked"),
        ("PUT", "/conversations/one/turns/0/feedback", {"liked": True, "remark": "x" * 1001}, "remark"),
        ("PUT", "/conversations/one/turns/-1/feedback", {"liked": True}, "number"),
        ("PUT", f"/conversations/one/turns/{10**40}/feedback", {"liked": True}, "number"),
        ("GET", "/conversations?limit=0", None, "limit"),
        ("GET", f"/conversations?offset={10**40}", None, "offset"),
        ("GET", f"/conversations?search={'x' * 201}", None, "search"),
        ("GET", f"/conversations/{'x' * 101}", None, "conversation_id"),
    ],
)
def test_a_wrong_request_is_refused_in_one_line_that_names_what_is_wrong(
    reading_client: TestClient, method: str, path: str, body: Any, named: str
) -> None:
    answer = reading_client.request(method, path, json=body)
    assert answer.status_code == 422
    (line,) = answer.json()["detail"].splitlines()
    assert line.startswith(f"{named}: ")
    assert len(line) < 200


def test_another_browser_sees_nothing_of_it(client: TestClient, kept: ReaderConversations) -> None:
    other = TestClient(client.app)
    assert other.get("/conversations").json() == []
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/share"), ("DELETE", "/share")):
        assert other.request(method, f"/conversations/one{path}").status_code == 404
    assert other.patch("/conversations/one", json={"title": "x"}).status_code == 404
    assert kept.summary("one").title == "الجسر؟"
