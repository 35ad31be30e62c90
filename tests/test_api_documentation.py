"""The API's schema names all it takes and gives, and every example of docs/api.md runs."""

import dataclasses
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from web_fakes import ENGLISH_ID, ENGLISH_QUOTE, FakeAssistant

from rag.records import Answer, Article, ArticleSummary, Citation, Hit
from rag.web import create_app

ROOT = Path(__file__).parents[1]
API_ADDRESSES = {
    "/api/ask": "post",
    "/api/retrieve": "post",
    "/api/lookup": "post",
    "/api/articles": "get",
    "/api/articles/{article_id}": "get",
}


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(FakeAssistant()))


@pytest.fixture(scope="module")
def schema(client: TestClient) -> Any:
    return client.get("/api/openapi.json").json()


def test_the_schema_names_every_address_of_the_api_and_no_inner_one(schema: Any) -> None:
    for path, method in API_ADDRESSES.items():
        assert list(schema["paths"][path]) == [method]
    assert not [path for path in schema["paths"] if path.startswith(("/gradio_api", "/panel", "/page", "/ui", "/text"))]


@pytest.mark.parametrize("record", [Answer, Article, ArticleSummary, Citation, Hit])
def test_the_schema_has_every_field_of_the_records(schema: Any, record: Any) -> None:
    described = schema["components"]["schemas"][record.__name__]
    assert set(described["properties"]) == {field.name for field in dataclasses.fields(record)}
    assert described["description"]


def test_every_error_has_one_shape_in_the_schema(schema: Any) -> None:
    for path, method in API_ADDRESSES.items():
        responses = schema["paths"][path][method]["responses"]
        problems = {status: each for status, each in responses.items() if status != "200"}
        assert {"413", "422", "503"} <= set(problems)
        for each in problems.values():
            assert each["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Problem"}


def examples(name: str) -> list[str]:
    """The indented blocks of docs/api.md that hold ``name``."""
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", page, re.MULTILINE)
    return [block for block in blocks if name in block]


def test_every_curl_command_in_the_documentation_is_understood(client: TestClient) -> None:
    commands = [line.strip() for block in examples("curl") for line in block.replace("\\\n", " ").splitlines()]
    commands = [command for command in commands if command.startswith("curl")]
    assert len(commands) >= 4
    for command in commands:
        words = shlex.split(command)
        address = next(word for word in words if word.startswith("http://127.0.0.1:7860/"))
        data = words[words.index("-d") + 1] if "-d" in words else None
        headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
        path = address.removeprefix("http://127.0.0.1:7860")
        answer = client.request("POST" if data else "GET", path, content=data, headers=headers)
        assert answer.status_code == 200, (command, answer.text)
        assert set(words) - {"curl", "-sN", "-s"} >= {address}


def test_the_python_example_of_the_documentation_runs(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = examples("httpx.post(")
    printed: list[str] = []

    class Served:
        """httpx as the example uses it, served by the application itself."""

        @staticmethod
        def post(address: str, **arguments: Any) -> Any:
            arguments.pop("timeout", None)
            return client.post(address.removeprefix("http://127.0.0.1:7860"), **arguments)

    code = re.sub(r"^    ", "", example, flags=re.MULTILINE).replace("import httpx\n", "")
    exec(code, {"httpx": Served, "print": lambda *words: printed.append(" ".join(map(str, words)))})  # noqa: S102
    assert ENGLISH_QUOTE in "\n".join(printed)
    assert ENGLISH_ID in "\n".join(printed)
