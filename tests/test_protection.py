"""With a password set nothing but health is answered without it: no page, route of Gradio, file, API or socket."""

import asyncio
import functools
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from starlette.routing import Mount
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect
from web_fakes import ARABIC_QUOTE, ENGLISH_ID, FakeAssistant

from rag.settings import Settings
from rag.web import create_app
from rag.web.document_strings import DOCUMENT_STRINGS
from rag.web.protection import SESSION_COOKIE, Protection

PASSWORD = "كلمة السرّ: 2020"  # noqa: S105
TOKEN = "a-token-for-programs"  # noqa: S105
HTML = {"accept": "text/html,*/*;q=0.8"}


def protected(**secrets: str) -> Any:
    assistant = FakeAssistant()
    assistant.settings = Settings(index_dir=assistant.settings.index_dir, **secrets)
    return create_app(assistant)


@pytest.fixture(scope="module")
def app() -> Any:
    return protected(password=PASSWORD, access_token=TOKEN)


@pytest.fixture
def client(app: Any, request: pytest.FixtureRequest) -> TestClient:
    # Each test comes from an address of its own: wrong tries of one must not slow another.
    return TestClient(app, client=(f"client of {request.node.name}", 5000), follow_redirects=False)


def log_in(client: TestClient, password: str, **form: str) -> Any:
    return client.post("/login", data={"password": password, **form}, headers=HTML)


def addresses(routes: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every method and address that is served, with blanks filled in."""
    for route in routes:
        if hasattr(route, "original_router"):
            yield from addresses(route.original_router.routes, prefix)
            continue
        path = prefix + re.sub(r"\{[^}]*\}", "x", getattr(route, "path", ""))
        yield from ((method, path) for method in getattr(route, "methods", None) or ())
        if isinstance(route, Mount):
            yield "GET", f"{path}/"
            yield from addresses(route.routes, path)


def test_no_route_of_the_application_answers_without_a_secret(app: Any, client: TestClient) -> None:
    found = sorted(set(addresses(app.routes)) - {("GET", "/healthz"), ("HEAD", "/healthz")})
    paths = {path for _, path in found}
    assert {"/conversations", "/shared/x", "/gradio_api/queue/join", "/gradio_api/upload", "/config", "/"} <= paths
    assert len(found) > 100
    for method, path in found:
        answer = client.request(method, path)
        assert answer.status_code == 401, (method, path)
        assert answer.headers["www-authenticate"] == "Bearer"
        assert ARABIC_QUOTE not in answer.text


@pytest.mark.parametrize(
    "path",
    ["/healthz/", "//healthz", "/healthz/../", "/healthz%2f..", "/HEALTHZ", "/ui/icon.svg", "/gradio_api/heartbeat/x"],
)
def test_no_spelling_of_the_open_address_opens_another(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 401
    assert client.post("/healthz").status_code == 401


def test_health_is_told_to_everyone(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.head("/healthz").status_code == 200


def test_a_websocket_is_closed_before_anything_behind_the_door_hears_of_it(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect("/gradio_api/queue/join"):
        pass
    assert closed.value.code == 1008


def test_a_websocket_with_a_secret_is_let_through() -> None:
    heard: list[str] = []

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        heard.append(scope["path"])
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close"})

    client = TestClient(Protection(inside, (TOKEN,)))
    with client.websocket_connect("/socket", headers={"authorization": f"Bearer {TOKEN}"}):
        assert heard == ["/socket"]


def test_a_browser_gets_a_form_in_its_language_that_names_nothing_outside(client: TestClient) -> None:
    for language, direction in (("ar", "rtl"), ("ru", "ltr")):
        page = client.get("/conversations?search=a&x=%3Cb%3E", headers={**HTML, "accept-language": language})
        assert page.status_code == 401
        assert f'<html lang="{language}" dir="{direction}">' in page.text
        assert f'<html lang="{language}"' in client.get(f"/?lang={language}", headers=HTML).text
        assert DOCUMENT_STRINGS[language].password in page.text
        assert 'name="next" value="/conversations?search=a&amp;x=%3Cb%3E"' in page.text
        assert not re.search(r"(?:src|href)=|https?://", page.text)


def test_the_password_opens_everything_with_a_cookie_that_scripts_cannot_read(client: TestClient) -> None:
    wrong = log_in(client, PASSWORD + "x")
    assert wrong.status_code == 401
    assert DOCUMENT_STRINGS["en"].wrong in wrong.text
    right = log_in(client, PASSWORD, next="/text/en/harbour-library.txt")
    assert (right.status_code, right.headers["location"]) == (303, f"/text/{ENGLISH_ID}")
    cookie = SimpleCookie(right.headers["set-cookie"])[SESSION_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "Lax", "/", "")
    assert client.get("/").status_code == 200
    assert client.get("/login").status_code == 303
    assert client.get("/conversations").json() == []
    assert client.get(f"/text/{ENGLISH_ID}").status_code == 200
    secure = TestClient(client.app, base_url="https://testserver", follow_redirects=False)
    assert "; Secure" in log_in(secure, PASSWORD).headers["set-cookie"]


@pytest.mark.parametrize("secret", [PASSWORD, TOKEN])
@pytest.mark.parametrize("kind", ["Bearer", "bearer"])
def test_a_program_sends_either_secret(client: TestClient, secret: str, kind: str) -> None:
    headers = {b"authorization": f"{kind} {secret}".encode()}
    assert client.get("/conversations", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "", "Bearer", "Bearer ", "Bearer x", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN} x", f"Bearer {TOKEN[:-1]}",
        "Bearer \x00", "Bearer " + "x" * 50_000,
    ],
)  # fmt: skip
def test_what_is_nearly_a_token_is_none(client: TestClient, header: str) -> None:
    assert client.get("/conversations", headers={"authorization": header}).status_code == 401


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/a\r\nx: y", "/é", ""],
)
def test_after_the_password_nobody_is_led_to_another_site(client: TestClient, address: str) -> None:
    answer = log_in(client, PASSWORD, next=address)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "x" not in answer.headers


def test_below_a_path_the_form_and_the_way_back_stay_below_it() -> None:
    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    client = TestClient(Protection(inside, (TOKEN,)), root_path="/news", follow_redirects=False)
    page = client.get("/news/shared/x", headers=HTML)
    assert (page.status_code, 'action="/news/login"' in page.text) == (401, True)
    assert 'value="/news/shared/x"' in page.text
    answer = client.post("/news/login", data={"password": TOKEN, "next": "/news/shared/x"})
    assert answer.headers["location"] == "/news/shared/x"
    assert "Path=/news" in answer.headers["set-cookie"]
    assert client.post("/news/login", data={"password": TOKEN}).headers["location"] == "/news/"


@pytest.mark.parametrize("content", [b"", b"password", b"\xff\xfe=1", b"password=%FF", b"a" * 8193])
def test_a_broken_form_opens_nothing(client: TestClient, content: bytes) -> None:
    assert client.post("/login", content=content).status_code in {401, 413}


def test_while_a_guesser_waits_even_the_right_secret_is_not_looked_at(client: TestClient) -> None:
    for _ in range(5):
        assert log_in(client, "guess").status_code == 401
    for answer in (
        log_in(client, "guess"),
        log_in(client, PASSWORD),
        client.get("/conversations", headers={"authorization": f"Bearer {TOKEN}"}),
    ):
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) >= 1
    elsewhere = TestClient(client.app, client=("elsewhere", 1))
    assert elsewhere.get("/conversations", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_whoever_is_in_already_is_not_slowed_down_by_a_guesser_beside_them(client: TestClient) -> None:
    log_in(client, PASSWORD)
    for _ in range(6):
        client.post("/login", data={"password": "guess"})
    assert client.get("/conversations").status_code == 200


@pytest.mark.parametrize("secrets", [{}, {"password": ""}])
def test_without_a_secret_the_door_is_open(secrets: dict[str, str]) -> None:
    assert TestClient(protected(**secrets)).get("/conversations").status_code == 200


def test_a_token_alone_is_the_password_too() -> None:
    client = TestClient(protected(access_token=TOKEN), follow_redirects=False)
    assert client.get("/").status_code == 401
    assert log_in(client, TOKEN).status_code == 303


@pytest.mark.parametrize(
    ("host", "answered"),
    [
        ("127.0.0.1:7860", True),
        ("[::1]:7860", True),
        ("localhost", True),
        ("news.localhost:7860", True),
        ("my-machine", True),
        ("evil.example", False),
        ("evil.example:7860", False),
        ("EVIL.example.", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example:7860", False),
    ],
)
def test_without_a_password_a_site_that_was_led_here_is_not_answered(host: str, answered: bool) -> None:
    assert TestClient(open_app()).get("/api/articles", headers={"host": host}).status_code == (200 if answered else 421)


@functools.cache
def open_app() -> Any:
    return protected()


def test_a_client_that_goes_away_while_it_sends_the_form_is_not_waited_for() -> None:
    sent: list[Message] = []

    async def run() -> None:
        async def receive() -> Message:
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/login",
            "headers": [],
            "query_string": b"",
            "scheme": "http",
        }
        await Protection(_never, (TOKEN,))(scope, receive, send)

    asyncio.run(run())
    assert sent[0]["status"] == 413


async def _never(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("nobody was let in")
