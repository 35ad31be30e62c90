"""The API answers programs as the page answers people, and refuses whatever is not asked as its schema says."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from web_fakes import ARABIC_ID, ARABIC_QUOTE, ENGLISH_ID, HOSTILE_ID, FakeAssistant

from rag.errors import ChatModelError
from rag.records import Answer, Filters, to_json
from rag.web import create_app
from rag.web.answering import Answering
from rag.web.api import api_routes
from rag.web.problems import answer_problems_as_json


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture(scope="module")
def client(assistant: FakeAssistant) -> TestClient:
    return TestClient(create_app(assistant), raise_server_exceptions=False)


def plain(record: Any) -> Any:
    return json.loads(to_json(record))


def one_line(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert list(answer.json()) == ["detail"]
    (line,) = answer.json()["detail"].splitlines()
    assert 0 < len(line) < 300
    return str(line)


def test_an_answer_is_the_record_that_the_assistant_gave(client: TestClient, assistant: FakeAssistant) -> None:
    for question in ("الجسر؟", "library?", "hostile?", "nothing?"):
        answer = client.post("/api/ask", json={"question": question})
        assert answer.headers["content-type"] == "application/json"
        assert answer.json() == plain(assistant.answer(question))


def test_history_and_filters_reach_the_assistant(client: TestClient, assistant: FakeAssistant) -> None:
    body = {
        "question": "library?",
        "history": [{"question": "who?", "answer": "she"}, {"question": "when?"}],
        "filters": {"languages": ["en"], "articles": ["en/"], "since": "2020-01-31", "until": None},
    }
    assert client.post("/api/ask", json=body).status_code == 200
    assert assistant.histories[-1] == (("who?", "she"), ("when?", ""))
    given = assistant.filters[-1]
    assert given is not None
    assert (given.languages, given.articles, str(given.since), given.until) == (("en",), ("en/",), "2020-01-31", None)


def test_a_filter_that_names_nothing_is_told_and_so_is_a_broken_index(client: TestClient) -> None:
    body = {"question": "library?", "filters": {"languages": ["xx"]}}
    assert "'xx'" in one_line(client.post("/api/ask", json=body), 422)
    assert "'xx'" in one_line(client.post("/api/ask", json={**body, "stream": True}), 422)
    assert "vectors.npy" in one_line(client.post("/api/ask", json={"question": "broken?"}), 503)
    assert "vectors.npy" in one_line(client.post("/api/ask", json={"question": "broken?", "stream": True}), 503)


def lines_of(client: TestClient, question: str) -> list[Any]:
    answer = client.post("/api/ask", json={"question": question, "stream": True})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_streamed_answer_grows_line_by_line_and_its_end_is_told(client: TestClient, assistant: FakeAssistant) -> None:
    *drafts, last, end = lines_of(client, "slow?")
    assert len(drafts) > 3
    assert all(last["answer"]["text"].startswith(draft["answer"]["text"]) for draft in drafts)
    assert last == {"answer": plain(assistant.answer("slow?"))}
    assert end == {"complete": True}


@pytest.mark.parametrize(
    ("error", "told"), [(ChatModelError("The chat model hung up."), "The chat model hung up."), (KeyError("x"), "log")]
)
def test_a_stream_that_fails_on_its_way_says_so_in_its_last_line(error: Exception, told: str) -> None:
    class Interrupted(FakeAssistant):
        def stream(self, question: str, history: Any = (), *, filters: Filters | None = None) -> Any:
            yield self.answer("library")
            raise error

    first, last = lines_of(TestClient(create_app(Interrupted())), "library?")
    assert "answer" in first
    assert told in last["detail"]


def test_passages_and_places_are_the_records(client: TestClient, assistant: FakeAssistant) -> None:
    assert client.post("/api/retrieve", json={"query": "library", "top_k": 1}).json() == [
        plain(each) for each in assistant.retrieve("library", 1)
    ]
    assert client.post("/api/lookup", json={"text": ARABIC_QUOTE}).json() == [
        {**plain(each), "alterations": []} for each in assistant.lookup(ARABIC_QUOTE)
    ]
    assert client.post("/api/lookup", json={"text": "never said"}).json() == []


def test_articles_are_listed_in_parts_and_each_is_read_by_its_id(client: TestClient, assistant: FakeAssistant) -> None:
    whole = client.get("/api/articles").json()
    assert whole == {"total": 3, "articles": [plain(each) for each in assistant.sources()]}
    part = client.get("/api/articles", params={"limit": 1, "offset": 1}).json()
    assert part == {"total": 3, "articles": whole["articles"][1:2]}
    for article_id in (ARABIC_ID, ENGLISH_ID, HOSTILE_ID):
        for safe in ("/", ""):
            read = client.get(f"/api/articles/{quote(article_id, safe=safe)}")
            assert read.json() == plain(assistant.articles[article_id])


@pytest.mark.parametrize(
    "article_id",
    [
        "nope",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "%00",
        "%ff%fe",
        "x" * 5000,
        "%F0%9F%8E%89",
        "%",
        "/",
        "a//b",
    ],
)
def test_a_hostile_id_is_only_an_article_that_is_not_there(client: TestClient, article_id: str) -> None:
    one_line(client.get(f"/api/articles/{article_id}"), 404)


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("/api/ask", {}, "question"),
        ("/api/ask", {"question": ""}, "question"),
        ("/api/ask", {"question": "x" * 2001}, "question"),
        ("/api/ask", {"question": 3}, "question"),
        ("/api/ask", {"question": None}, "question"),
        ("/api/ask", {"question": ["x"]}, "question"),
        ("/api/ask", {"question": "x", "questoin": "y"}, "questoin"),
        ("/api/ask", {"question": "x", "history": "y"}, "history"),
        ("/api/ask", {"question": "x", "history": [["a", "b"]]}, "history.0"),
        ("/api/ask", {"question": "x", "history": [{"question": "y"}] * 51}, "history"),
        ("/api/ask", {"question": "x", "history": [{"question": "y", "answer": "z" * 20_001}]}, "history.0.answer"),
        ("/api/ask", {"question": "x", "filters": {"since": "yesterday"}}, "filters.since"),
        ("/api/ask", {"question": "x", "filters": {"languages": "ar"}}, "filters.languages"),
        ("/api/ask", {"question": "x", "filters": {"articles": ["a"] * 1001}}, "filters.articles"),
        ("/api/ask", {"question": "x", "stream": "perhaps"}, "stream"),
        ("/api/ask", [], "body"),
        ("/api/ask", "x", "body"),
        ("/api/retrieve", {"query": "x", "top_k": 0}, "top_k"),
        ("/api/retrieve", {"query": "x", "top_k": 101}, "top_k"),
        ("/api/retrieve", {"query": "x", "top_k": 10**400}, "top_k"),
        ("/api/lookup", {"text": "x" * 20_001}, "text"),
    ],
)
def test_what_the_schema_does_not_allow_is_refused_by_name(
    client: TestClient, path: str, body: Any, named: str
) -> None:
    content = json.dumps(body)
    answer = client.post(path, content=content, headers={"content-type": "application/json"})
    assert one_line(answer, 422).startswith(f"{named}: ")


@pytest.mark.parametrize("query", ["limit=0", "limit=10001", "limit=many", "offset=-1", f"offset={10**30}"])
def test_a_part_of_the_list_that_cannot_be_is_refused_by_name(client: TestClient, query: str) -> None:
    assert one_line(client.get(f"/api/articles?{query}"), 422).startswith(query.partition("=")[0])


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b'{"question": "x"', "application/json"),
        (b"\xff\xfe\x00", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"question": "\\ud800"}', "application/json"),
        (b'{"question": NaN}', "application/json"),
        (b'{"question": "x"}', "text/plain"),
        (b"question=x", "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_no_json_is_refused_in_one_line(client: TestClient, content: bytes, media_type: str) -> None:
    answer = client.post("/api/ask", content=content, headers={"content-type": media_type})
    one_line(answer, answer.status_code)
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("question", ["\0", " ", "\u202e\u2066", "🎉" * 1000, "<script>", "${x}", "../../etc/passwd"])
def test_any_text_may_be_asked(client: TestClient, question: str) -> None:
    assert client.post("/api/ask", json={"question": question}).json()["question"] == question


def test_a_body_above_the_limit_is_refused_whether_or_not_it_says_how_long_it_is(client: TestClient) -> None:
    large = b'{"question": "' + b"x" * 1_000_000 + b'"}'
    headers = {"content-type": "application/json"}
    one_line(client.post("/api/ask", content=large, headers=headers), 413)
    one_line(client.post("/api/ask", content=iter([large[:500_000], large[500_000:]]), headers=headers), 413)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/ask", "POST"),
        ("PUT", "/api/ask", "POST"),
        ("OPTIONS", "/api/ask", "POST"),
        ("TRACE", "/api/lookup", "POST"),
        ("DELETE", f"/api/articles/{ENGLISH_ID}", "GET"),
        ("POST", "/api/articles", "GET"),
    ],
)
def test_another_method_is_refused_and_told_which_is_taken(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    answer = client.request(method, path)
    assert answer.headers["allow"] == allowed
    assert allowed in one_line(answer, 405)


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/articles", f"/api/articles/{ENGLISH_ID}", "/conversations"])
def test_head_is_get_without_its_body(client: TestClient, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


def test_an_unexpected_error_is_told_without_what_it_was(assistant: FakeAssistant) -> None:
    class Broken(FakeAssistant):
        def lookup(self, text: str) -> Any:
            raise ZeroDivisionError("a secret path")

    client = TestClient(create_app(Broken()), raise_server_exceptions=False)
    assert "secret" not in one_line(client.post("/api/lookup", json={"text": "x"}), 500)


def test_while_every_thread_answers_health_and_articles_are_told_and_too_many_are_sent_away() -> None:
    class Waiting(FakeAssistant):
        def __init__(self) -> None:
            super().__init__()
            self.asked = threading.Semaphore(0)
            self.go_on = threading.Event()

        def ask(self, question: str, history: Any = (), *, filters: Filters | None = None) -> Answer:
            self.asked.release()
            assert self.go_on.wait(60)
            return super().ask(question, history, filters=filters)

    assistant = Waiting()
    app = FastAPI()
    answer_problems_as_json(app)
    answering = Answering(at_once=2, most_waiting=1)
    app.include_router(api_routes(assistant, answering))
    with TestClient(app) as client, ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(client.post, "/api/ask", json={"question": f"library {number}"}) for number in range(3)]
        assert [assistant.asked.acquire(timeout=60) for _ in range(2)] == [True, True]
        while answering.count < 3:
            time.sleep(0.01)
        refused = client.post("/api/lookup", json={"text": "x"})
        assert "moment" in one_line(refused, 503)
        assert refused.headers["retry-after"] == "5"
        assert client.get("/api/articles").json()["total"] == 3
        assistant.go_on.set()
        assert [answer.result(60).status_code for answer in answers] == [200] * 3
        assert client.post("/api/lookup", json={"text": "x"}).status_code == 200
