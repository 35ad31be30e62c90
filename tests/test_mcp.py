"""Over the Model Context Protocol a chat program asks, looks up and reads, behind the same door as the page."""

import asyncio
import json
import re
import sys
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fakes import ARTICLES, make_settings
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from serving import served
from starlette.testclient import TestClient
from web_fakes import ARABIC_ID, ARABIC_QUOTE, ENGLISH_ID, ENGLISH_QUOTE, FakeAssistant

from rag.settings import Settings
from rag.web import create_app
from rag.web.answering import Answering
from rag.web.mcp_server import mcp_server

ROOT = Path(__file__).parents[1]
TOKEN = "a-token-for-programs"  # noqa: S105
Talk = Callable[[Client], Awaitable[Any]]


def talk(server: Any, conversation: Talk) -> Any:
    """What ``conversation`` gives, held with a server, a transport, or an address."""

    async def run() -> Any:
        async with Client(server) as client:
            return await conversation(client)

    return asyncio.run(run())


def call(server: Any, tool: str, **arguments: Any) -> Any:
    return talk(server, lambda client: client.call_tool(tool, arguments))


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture(scope="module")
def server(assistant: FakeAssistant) -> Any:
    return mcp_server(assistant, Answering())


def test_the_three_tools_say_what_they_take_and_give_and_that_they_change_nothing(server: Any) -> None:
    tools = {tool.name: tool for tool in talk(server, lambda client: client.list_tools()).tools}
    assert set(tools) == {"ask", "lookup", "read_article"}
    for tool in tools.values():
        assert tool.description
        assert tool.output_schema["properties"]
        assert tool.annotations.read_only_hint
    assert tools["ask"].input_schema["required"] == ["question"]
    assert {"status", "text", "citations", "confidence", "closest"} <= set(tools["ask"].output_schema["properties"])


def test_the_server_says_which_version_it_is(server: Any) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    async def server_info(client: Client) -> Any:
        return client.server_info

    said = talk(server, server_info)
    assert (said.name, said.version) == ("masdar", project["version"])


def test_an_answer_comes_with_its_citations_and_an_abstention_with_what_comes_closest(server: Any) -> None:
    answered = call(server, "ask", question="الجسر؟")
    said = answered.structured_content
    assert (answered.is_error, said["status"], said["closest"]) == (False, "answered", [])
    assert [each["marker"] for each in said["citations"]] == [1, 2]
    assert said["citations"][0]["quote"] == ARABIC_QUOTE
    assert f"{ARABIC_QUOTE} [1]" in said["text"]
    assert json.loads(answered.content[0].text) == said
    assert ARABIC_QUOTE in answered.content[0].text
    silent = call(server, "ask", question="nothing?").structured_content
    assert (silent["status"], silent["citations"], len(silent["closest"])) == ("unanswerable", [], 3)


def test_earlier_turns_and_filters_reach_the_assistant(server: Any, assistant: FakeAssistant) -> None:
    history = [{"question": "who?", "answer": "she"}]
    call(server, "ask", question="library?", history=history, filters={"languages": ["en"]})
    assert assistant.histories[-1] == (("who?", "she"),)
    given = assistant.filters[-1]
    assert given is not None
    assert given.languages == ("en",)


def test_a_quotation_is_looked_up_and_an_article_read_in_parts(server: Any, assistant: FakeAssistant) -> None:
    (found,) = call(server, "lookup", text=ENGLISH_QUOTE).structured_content["result"]
    text = assistant.articles[ENGLISH_ID].text
    assert (found["article_id"], text[found["start"] : found["end"]]) == (ENGLISH_ID, ENGLISH_QUOTE)
    assert found["alterations"] == []
    assert call(server, "lookup", text="never said").structured_content == {"result": []}
    part = call(server, "read_article", article_id=ARABIC_ID, start=5, max_characters=7).structured_content
    whole = assistant.articles[ARABIC_ID].text
    assert (part["text"], part["start"], part["end"], part["characters"]) == (whole[5:12], 5, 12, len(whole))
    beyond = call(server, "read_article", article_id=ARABIC_ID, start=10**9).structured_content
    assert (beyond["text"], beyond["start"]) == ("", len(whole))


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("read_article", {"article_id": "../../etc/passwd"}, "as a citation of `ask` or `lookup` names it"),
        ("read_article", {"article_id": ENGLISH_ID, "start": -1}, "start"),
        ("read_article", {"article_id": ENGLISH_ID, "max_characters": 10**9}, "max_characters"),
        ("ask", {"question": ""}, "question"),
        ("ask", {"question": "x" * 2001}, "question"),
        ("ask", {"question": ["x"]}, "question"),
        ("ask", {}, "question"),
        ("ask", {"question": "x", "filters": {"languages": ["xx"]}}, "'xx'"),
        ("ask", {"question": "x", "filters": {"langs": ["ar"]}}, "langs"),
        ("ask", {"question": "broken?"}, "vectors.npy"),
        ("lookup", {"text": "x" * 20_001}, "text"),
    ],
)
def test_what_cannot_be_done_is_an_error_that_the_model_can_read(
    server: Any, tool: str, arguments: dict[str, Any], told: str
) -> None:
    answer = call(server, tool, **arguments)
    assert answer.is_error
    assert told in answer.content[0].text


def test_an_unexpected_error_is_told_without_what_it_was() -> None:
    class Broken(FakeAssistant):
        def lookup(self, text: str) -> Any:
            raise ZeroDivisionError("a secret path")

    answer = call(mcp_server(Broken(), Answering()), "lookup", text="x")
    assert answer.is_error
    assert "secret" not in answer.content[0].text


def test_the_log_of_the_process_stays_as_it_was() -> None:
    import logging

    before = (list(logging.root.handlers), logging.root.level)
    mcp_server(FakeAssistant(), Answering())
    assert (list(logging.root.handlers), logging.root.level) == before


# Over HTTP


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    assistant = FakeAssistant()
    assistant.settings = Settings(index_dir=assistant.settings.index_dir, access_token=TOKEN)
    with served(create_app(assistant)) as port:
        yield f"http://127.0.0.1:{port}"


def over_http(address: str, conversation: Talk, headers: dict[str, str]) -> Any:
    async def run() -> Any:
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(f"{address}/mcp", http_client=http)) as client,
        ):
            return await conversation(client)

    return asyncio.run(run())


def test_over_http_the_token_opens_the_tools_and_without_it_nothing_is_told(address: str) -> None:
    headers = {"authorization": f"Bearer {TOKEN}"}
    answer = over_http(address, lambda client: client.call_tool("ask", {"question": "الجسر؟"}), headers)
    assert answer.structured_content["citations"][0]["quote"] == ARABIC_QUOTE
    with httpx2.Client() as http:
        for method in ("POST", "GET", "DELETE", "OPTIONS"):
            assert http.request(method, f"{address}/mcp", json={}).status_code == 401
    with pytest.raises(BaseExceptionGroup):
        over_http(address, lambda client: client.list_tools(), {"authorization": "Bearer guess"})


def test_several_programs_ask_at_once(address: str) -> None:
    async def run() -> list[Any]:
        async def one(number: int) -> Any:
            async with (
                httpx2.AsyncClient(headers={"authorization": f"Bearer {TOKEN}"}) as http,
                Client(streamable_http_client(f"{address}/mcp", http_client=http)) as client,
            ):
                question = "الجسر؟" if number % 2 else "library?"
                return (await client.call_tool("ask", {"question": question})).structured_content["language"]

        return await asyncio.gather(*(one(number) for number in range(8)))

    assert asyncio.run(run()) == ["en", "ar"] * 4


def test_a_body_that_is_no_message_is_refused_and_the_server_goes_on(address: str) -> None:
    headers = {"authorization": f"Bearer {TOKEN}", "accept": "application/json, text/event-stream"}
    with httpx2.Client(headers=headers) as http:
        for content in (b"", b"{", b"[]", b'{"jsonrpc": "2.0"}', b"\xff" * 100, b"x" * 5_000_000):
            answer = http.post(f"{address}/mcp", content=content, headers={"content-type": "application/json"})
            assert 400 <= answer.status_code < 500
        assert http.get(f"{address}/healthz").status_code == 200


def test_an_application_can_be_started_and_ended_more_than_once() -> None:
    app = create_app(FakeAssistant())
    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    for _ in range(2):
        with TestClient(app) as client:
            assert client.post("/mcp", json=message, headers={"accept": "application/json"}).status_code == 200
    assert TestClient(app).post("/mcp", json=message).status_code == 503


# The documentation, and the command


def documented(name: str) -> str:
    """The indented block of docs/api.md that holds ``name``."""
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    (block,) = [block for block in re.findall(r"(?:^    .*\n|^\n(?=    ))+", page, re.MULTILINE) if name in block]
    return re.sub(r"^    ", "", block, flags=re.MULTILINE)


def test_the_example_of_the_documentation_runs(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[str] = []
    monkeypatch.setenv("MASDAR_ACCESS_TOKEN", TOKEN)
    code = documented("streamable_http_client").replace("http://127.0.0.1:7860", address)
    exec(code, {"print": lambda *words: printed.append(" ".join(map(str, words)))})  # noqa: S102
    assert ENGLISH_QUOTE in "\n".join(printed)


def test_the_documented_configuration_starts_the_command() -> None:
    (server,) = json.loads(documented('"mcpServers"'))["mcpServers"].values()
    assert server["args"][:3] == ["-m", "rag", "mcp"]


@pytest.mark.model
def test_the_command_serves_a_program_over_its_standard_streams(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, ARTICLES)
    arguments = ["-m", "rag", "mcp", "--data", str(settings.data_dir), "--index", str(settings.index_dir)]
    transport = stdio_client(StdioServerParameters(command=sys.executable, args=arguments, cwd=str(ROOT)))
    answer = talk(transport, lambda client: client.call_tool("ask", {"question": "When did the bridge open again?"}))
    assert "The bridge over the Ortan river opened again on Monday." in answer.structured_content["text"]
