"""What a reader chose of the page's looks is in the document itself; and only the scripts needed at once are."""

import re

import pytest
from starlette.testclient import TestClient
from web_fakes import FakeAssistant

from rag.web import create_app
from rag.web.static_files import STATIC, modules_at_once
from rag.web.strings import STRINGS


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(FakeAssistant()))


@pytest.mark.parametrize(
    ("cookie", "attributes"),
    [
        ("", ""),
        ("masdar_theme=dark", ' data-theme="dark"'),
        ("masdar_theme=light; masdar_side=open", ' data-theme="light" data-side="open"'),
        ("masdar_theme=auto; masdar_side=closed", ""),
        ('masdar_theme="><script>; masdar_side=" onload=x', ""),
    ],
)
def test_the_document_has_the_colours_and_the_list_that_were_chosen(
    client: TestClient, cookie: str, attributes: str
) -> None:
    document = client.get("/?lang=en", headers={"cookie": cookie}).text
    found = re.search(r'<html lang="en" dir="ltr"((?: data-\w+="\w+")*)', document)
    assert found is not None
    assert found[1] == attributes
    theme = re.search(r'data-theme="(\w+)"', attributes)
    name = getattr(STRINGS["en"], f"theme_{theme[1] if theme else 'auto'}")
    assert f'id="theme" class="icon-button" title="{name.replace(":", "&#58;")}"' in document


def test_only_the_scripts_that_the_page_begins_with_are_fetched_at_once(client: TestClient) -> None:
    names = modules_at_once()
    assert {"main.js", "chat.js", "words.js"} <= set(names)
    imported = {
        name
        for module in names
        for name in re.findall(r'from "\./(.+?)"', (STATIC / "js" / module).read_text(encoding="utf-8"))
    }
    assert imported <= set(names)
    assert set(re.findall(r'modulepreload" href="[^"]*/js/([^"]+)"', client.get("/").text)) == set(names)


def test_browsers_keep_the_style_whose_address_changes_with_it(client: TestClient) -> None:
    digest = client.get("/config").json()["theme_hash"]
    assert client.get(f"/theme.css?v={digest}").headers["cache-control"].endswith("immutable")
    assert "immutable" not in client.get("/theme.css").headers.get("cache-control", "")
