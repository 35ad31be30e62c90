"""Requests that no browser sends are refused or come to nothing, on a real socket, and the server goes on."""

import json
import socket
from collections.abc import Iterator

import httpx2
import pytest
from serving import served
from web_fakes import ARABIC_ID, ENGLISH_ID, FakeAssistant

from rag.web import create_app

HOST = b"Host: 127.0.0.1\r\n"
JSON = b"Content-Type: application/json\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with served(create_app(FakeAssistant()), log_level="critical") as port:
        yield port


def answer_to(port: int, request: bytes) -> bytes:
    """All the server says to these bytes before it closes, or falls silent."""
    with socket.create_connection(("127.0.0.1", port), timeout=1.5) as connection:
        received = bytearray()
        try:
            connection.sendall(request)
            while piece := connection.recv(65536):
                received += piece
        except (TimeoutError, ConnectionError):
            pass
        return bytes(received)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /api/articles/\x00 HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /api/articles/\xd9\x85 HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
        b"GET /api/articles/" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /api/articles/../../../etc/passwd HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
        b"GET /text/../../../../etc/passwd HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
        b"GET /raw/../../../../etc/passwd HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
        b"GET /api/articles/%c0%ae%c0%ae%2fetc HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
        b"GET /conversations/..%2f..%2fhealthz HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
        b"GET /shared/%00%0d%0aSet-Cookie:x=1 HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
        b"GET //evil.example/../etc HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
        b"GET /api/articles HTTP/1.1\r\n" + HOST + b"X: " + b"y" * 200_000 + b"\r\n\r\n",
        b"GET /api/articles HTTP/1.1\r\n" + HOST + b"Cookie: " + b"masdar_reader=\xff\xfe; " * 50 + b"\r\nX\r\n\r\n",
        b"POST /api/ask HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: -5\r\n\r\n{}",
        b"POST /api/ask HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: 99999999999999999999\r\n\r\n{}",
        b"POST /api/ask HTTP/1.1\r\n" + HOST + JSON + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
        b"BREW /api/ask HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\r\n\r\n\r\n",
    ],
)
def test_a_request_out_of_order_is_never_answered_with_content_and_the_server_goes_on(
    port: int, request_bytes: bytes
) -> None:
    answer = answer_to(port, request_bytes)
    status = answer.split(b" ", 2)[1] if answer else b""
    assert not status or status[:1] == b"4"
    assert b"root:" not in answer
    assert b"x=1" not in answer.partition(b"\r\n\r\n")[0]
    assert httpx2.get(f"http://127.0.0.1:{port}/healthz").json() == {"status": "ok"}


def test_a_body_that_is_promised_and_never_sent_holds_nobody_else_up(port: int) -> None:
    head = b"POST /api/ask HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: 500\r\n\r\n{"
    waiting = [socket.create_connection(("127.0.0.1", port), timeout=3) for _ in range(60)]
    try:
        for connection in waiting:
            connection.sendall(head)
        answer = httpx2.post(f"http://127.0.0.1:{port}/api/ask", json={"question": "library?"}, timeout=30)
        assert answer.json()["status"] == "answered"
    finally:
        for connection in waiting:
            connection.close()


def test_an_endless_body_is_cut_off_at_the_limit(port: int) -> None:
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    head = b"POST /api/ask HTTP/1.1\r\n" + HOST + JSON + b"Transfer-Encoding: chunked\r\n\r\n"
    assert answer_to(port, head + chunk * 40).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("article_id", [ARABIC_ID, ENGLISH_ID])
def test_an_id_with_spaces_arabic_and_a_number_sign_is_read_as_httpx_sends_it(port: int, article_id: str) -> None:
    address = httpx2.URL(f"http://127.0.0.1:{port}/").join(f"api/articles/{article_id.replace('#', '%23')}")
    assert httpx2.get(address).json()["article_id"] == article_id
    found = httpx2.post(f"http://127.0.0.1:{port}/api/lookup", content=json.dumps({"text": article_id}), headers={
        "content-type": "application/json"
    })  # fmt: skip
    assert found.status_code == 200
