"""How the page is delivered: its addresses, its language, its headers."""

import re
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient
from web_fakes import ARABIC_ID, ENGLISH_ID, HOSTILE_ID, FakeAssistant, articles

from rag.errors import SettingsError
from rag.settings import Settings
from rag.web import create_app, serve
from rag.web.protocol import PageAssistant
from rag.web.server import create_app as create_app_with
from rag.web.static_files import STATIC, version
from rag.web.strings import STRINGS
from rag.web.view import View
from rag.web.views import VIEWS

STYLE = f"ui/{version()}/page.css"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(FakeAssistant()))


@pytest.mark.parametrize("article_id", [ARABIC_ID, ENGLISH_ID, HOSTILE_ID])
def test_an_article_opens_by_its_id_whatever_it_holds(client: TestClient, article_id: str) -> None:
    view = client.post("/page/source", json={"article_id": article_id, "start": 1, "end": 5}).json()
    assert (view["article_id"], view["text"]) == (article_id, articles()[article_id].text)
    plain = client.get("/text/" + quote(article_id))
    assert plain.text == articles()[article_id].text
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["%2e%2e/%2e%2e/etc/passwd", "..%2f..%2fetc%2fpasswd", "/etc/passwd", "%00", "nope.txt"]
)
def test_a_path_that_is_no_article_opens_nothing(client: TestClient, path: str) -> None:
    for room in ("raw", "text"):
        assert client.get(f"/{room}/{path}").status_code == 404
    assert client.post("/page/source", json={"article_id": unquote(path)}).status_code == 404


@pytest.mark.parametrize("span", [{"start": 4, "end": 2}, {"start": 4}, {"end": 4}, {"start": 0, "end": 99999999}])
def test_a_span_that_is_not_in_the_article_is_a_bad_request(client: TestClient, span: dict[str, int]) -> None:
    assert client.post("/page/source", json={"article_id": ENGLISH_ID, **span}).status_code == 400


def test_a_lost_article_is_told_in_the_readers_language(client: TestClient) -> None:
    answer = client.post("/page/source", json={"article_id": "gone.txt", "lang": "ar"})
    assert answer.json() == {"detail": STRINGS["ar"].article_gone}


@pytest.mark.parametrize("path", ["/", "/healthz", f"/{STYLE}", f"/text/{ENGLISH_ID}", "/nope", "/gradio_api/info"])
def test_every_response_forbids_other_sites_and_guessing(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self' ")
    assert "http" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("address", "headers", "language", "direction"),
    [
        ("/", {"accept-language": "ar-SA,ar;q=0.9"}, "ar", "rtl"),
        ("/", {"accept-language": "fr", "cookie": "masdar_language=he"}, "he", "rtl"),
        ("/?lang=ru", {"accept-language": "fr", "cookie": "masdar_language=he"}, "ru", "ltr"),
        ('/?lang="><script>', {"accept-language": "de", "cookie": 'masdar_language=<x>; ;;="', "x": "y"}, "en", "ltr"),
    ],
)
def test_the_document_is_in_the_readers_language_from_the_first_byte(
    client: TestClient, address: str, headers: dict[str, str], language: str, direction: str
) -> None:
    document = client.get(address, headers=headers).text
    assert f'<html lang="{language}" dir="{direction}"' in document
    assert document.index(STYLE) < document.index("window.gradio_config")


def test_the_document_does_not_advertise_another_site(client: TestClient) -> None:
    head = client.get("/").text.split("<script>window.gradio_config")[0]
    assert "twitter" not in head
    assert "githubusercontent" not in head


def test_the_page_has_no_public_endpoint_and_takes_no_files(client: TestClient) -> None:
    info = client.get("/gradio_api/info").json()
    assert info["named_endpoints"] == {}
    assert client.post("/gradio_api/upload", files={"files": ("x.txt", b"x")}).status_code == 404
    assert client.get("/openapi.json").status_code == 404


def test_health_is_told(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize(
    "path", [*STATIC.rglob("js/**/*.js"), *STATIC.glob("css/*.css")], ids=lambda path: str(path.name)
)
def test_our_files_name_no_other_host_and_write_no_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")  # a name, and never fetched
    assert not re.findall(r"(?:https?:)?//[\w-]+\.\w+", text)
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", text)


def test_every_style_is_in_the_one_that_is_served(client: TestClient) -> None:
    served = client.get(f"/{STYLE}").text
    for path in STATIC.glob("css/*.css"):
        assert path.read_text(encoding="utf-8") in served, path.name


def test_our_files_are_kept_by_browsers_under_an_address_that_changes_with_them(client: TestClient) -> None:
    document = client.get("/").text
    for address in re.findall(r'(?:href|src)="(ui/[^"]+)"', document):
        answer = client.get(f"/{address}")
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["cache-control"]
        assert f"/{version()}/" in address


def test_a_view_gets_its_tab_its_frame_and_its_addresses() -> None:
    def routes(assistant: PageAssistant) -> APIRouter:
        router = APIRouter()

        @router.get("/page/trial")
        def trial() -> dict[str, int]:
            return {"articles": len(assistant.sources())}

        return router

    view = View(name="trial", label="article", routes=routes)
    client = TestClient(create_app_with(FakeAssistant(), [view]))
    document = client.get("/?lang=fr").text
    assert f'<a href="?view=trial" data-view="trial" data-t="article">{STRINGS["fr"].article}</a>' in document
    assert '<section class="view" id="trial" hidden></section>' in document
    assert client.get("/page/trial").json() == {"articles": 3}


def test_each_view_of_the_page_is_whole() -> None:
    for view in VIEWS:
        assert (STATIC / "js" / f"{view.name}.js").is_file()
        assert all(getattr(strings, view.label).strip() for strings in STRINGS.values())


def test_every_font_is_bundled_with_its_licence(client: TestClient) -> None:
    style = (STATIC / "css" / "fonts.css").read_text(encoding="utf-8")
    named = re.findall(r'url\("([^"]+)"\)', style)
    assert len(named) == 4
    assert all(client.get(f"/ui/{version()}/{name}").status_code == 200 for name in named)
    assert "SIL Open Font License" in (STATIC / "fonts" / "LICENSE.txt").read_text(encoding="utf-8")


def test_the_drawing_library_is_bundled_with_its_licence_and_not_part_of_the_first_load(client: TestClient) -> None:
    (library,) = (STATIC / "vendor").glob("*.js")
    assert client.get(f"/ui/{version()}/vendor/{library.name}").status_code == 200
    assert "Permission to use, copy, modify" in (STATIC / "vendor" / "LICENSE-d3.txt").read_text(encoding="utf-8")
    assert library.name not in client.get("/").text
    assert any(library.name in path.read_text(encoding="utf-8") for path in STATIC.glob("js/pictures/*.js"))


def test_a_port_in_use_names_the_setting_to_change() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"{port}.*MASDAR_PORT") as caught:
            serve(FakeAssistant(Settings(port=port)))
    assert "\n" not in str(caught.value)


def test_an_address_of_another_machine_names_the_setting_to_change() -> None:
    with pytest.raises(SettingsError, match="MASDAR_HOST"):
        serve(FakeAssistant(Settings(host="203.0.113.7", port=18_471)))


def test_gradio_is_not_imported_before_a_page_is_asked_for() -> None:
    code = "import sys, rag.web, rag.web.strings, rag.web.markup; sys.exit('gradio' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
