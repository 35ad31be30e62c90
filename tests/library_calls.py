"""What the page asks of the library: a file added, and the end of the build that takes it in."""

import time
from typing import Any

from starlette.testclient import TestClient

NEW = "The ferry to the marsh carried 4,310 people in June, the harbour office said."
NEW_TEXT = f"Ferry to the marsh\n\n{NEW}\n"


def add(client: TestClient, name: str, text: str | bytes = NEW_TEXT, **query: Any) -> Any:
    content = text.encode() if isinstance(text, str) else text
    answer = client.put("/library/files", params={"name": name, **query}, content=content)
    assert answer.status_code == 200, answer.text
    return answer.json()


def built(client: TestClient, builds: int = 1) -> Any:
    """The state once so many builds have ended and none is under way."""
    for _ in range(600):
        state = client.get("/page/library/state").json()
        if state["build"]["ended"] >= builds and not state["build"]["busy"]:
            return state
        time.sleep(0.05)
    raise AssertionError(f"no build ended: {state}")
