"""Over HTTP a browser reads and changes its own conversations, and no other's."""

from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from kept_conversations import ask, keep
from starlette.testclient import TestClient
from web_fakes import ARABIC_ID, ARABIC_QUOTE, ENGLISH_ID, HOSTILE_QUOTE, FakeAssistant

from rag.web import create_app
from rag.web.conversation_routes import conversation_routes
from rag.web.conversations import Conversations, ReaderConversations
from rag.web.readers import READER_COOKIE

QUESTIONS = ("الجسر؟", "library?")


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def client(assistant: FakeAssistant) -> TestClient:
    return TestClient(create_app(assistant))


@pytest.fixture(scope="module")
def reading_client() -> TestClient:
    """For requests that change nothing: an application takes a second to make."""
    assistant = FakeAssistant()
    client = TestClient(create_app(assistant))
    keep(assistant, client, *QUESTIONS)
    return client


@pytest.fixture
def kept(assistant: FakeAssistant, client: TestClient) -> ReaderConversations:
    """This client's conversations, with one of two turns."""
    return keep(assistant, client, *QUESTIONS)


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
