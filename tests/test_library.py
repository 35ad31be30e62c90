"""Articles are added, taken out and asked of in part through the page, by those who may; nothing leads elsewhere."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from library_calls import NEW, NEW_TEXT, add, built
from small_corpus import CORPUS, ENGLISH_NAME, ENGLISH_SENTENCE, HOSTILE_NAME, small_assistant
from starlette.testclient import TestClient

from rag.assistant import Assistant
from rag.errors import FilterError
from rag.records import Filters
from rag.settings import Settings
from rag.web import create_app
from rag.web.credentials import may_change_library
from rag.web.library_files import LibraryFolder, Outcome, safe_name
from rag.web.restriction import restriction_of


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with small_assistant(tmp_path) as opened:
        yield opened


@pytest.fixture
def client(assistant: Assistant) -> TestClient:
    return TestClient(create_app(assistant))


# Names


@pytest.mark.parametrize(
    ("offered", "kept"),
    [
        ("خبر اليوم #2.txt", "خبر اليوم #2.txt"),
        ("folder/sub/a.txt", "folder/sub/a.txt"),
        ("folder\\a.txt", "folder/a.txt"),
        ("  a   b.txt ", "a b.txt"),
        ("invoice\u202etxt.exe.txt", "invoicetxt.exe.txt"),
        ("a\x00b\n.txt", "ab.txt"),
        ("cafe\u0301.txt", "caf\u00e9.txt"),
        ("<img src=x onerror=1>.txt", "<img src=x onerror=1>.txt"),
    ],
)
def test_a_name_is_kept_without_what_does_not_show(offered: str, kept: str) -> None:
    assert safe_name(offered) == kept


@pytest.mark.parametrize(
    "offered",
    [
        "", "/", "..", ".", "../a.txt", "a/../../b.txt", "/etc/passwd.txt", "a//b.txt",
        "a/./b.txt",
        "..\\a.txt", ".hidden.txt", ".removed/a.txt", "a/.git/b.txt", "\u202e../a.txt",
        "x" * 300 + ".txt", "ش" * 150 + ".txt", "a/" * 20 + "b.txt",
        "README.md", "a/readme.txt", "\x00", " /a.txt",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_or_would_never_be_read_is_refused(offered: str) -> None:
    assert safe_name(offered) is None


# Adding


def test_a_file_is_added_asked_about_and_taken_out_again(client: TestClient, assistant: Assistant) -> None:
    added = "مجلد/عبّارة #1.txt"
    outcome = add(client, added)
    assert (outcome["outcome"], outcome["file_id"], outcome["articles"]) == ("added", added, 1)
    state = built(client)
    assert (state["added"], state["removed"], state["build"]["failed"]) == (1, 0, "")
    listed = client.get("/page/library", params={"search": "ferry"}).json()["page"]
    assert [each["article_id"] for each in listed["articles"]] == [added]
    question = {"question": "How many people did the ferry to the marsh carry in June?"}
    assert {each["article_id"] for each in client.post("/api/ask", json=question).json()["citations"]} == {added}
    removed = client.post("/page/library/remove", json={"files": [added, "not/there.txt"]}).json()
    assert removed == {"files": [added]}
    assert built(client, 2)["removed"] == 1
    assert client.get("/page/library", params={"search": "ferry"}).json()["page"]["found"] == 0
    assert added not in {each["article_id"] for each in client.post("/api/ask", json=question).json()["citations"]}
    kept = list((assistant.settings.data_dir / ".removed").rglob("*.txt"))
    assert [path.read_text(encoding="utf-8") for path in kept] == [NEW_TEXT]


@pytest.mark.parametrize(
    ("name", "content", "outcome"),
    [
        ("../a.txt", NEW_TEXT, "name"),
        ("a.exe", NEW_TEXT, "format"),
        ("no suffix", NEW_TEXT, "format"),
        ("a.txt", " \n ", "empty"),
        ("a.txt", b"\x00\x01\x02\x03\x1b\x7f" * 40, "unreadable"),
        ("a.docx", b"PK nonsense", "unreadable"),
        ("a.pdf", b"%PDF-nonsense", "unreadable"),
        ("new.txt", CORPUS[ENGLISH_NAME], "same"),
        (ENGLISH_NAME, NEW_TEXT, "exists"),
        ("big.txt", "x" * (2 << 20), "too_large"),
    ],
)
def test_what_is_not_added_is_named_with_its_reason_and_changes_nothing(
    tmp_path: Path, name: str, content: str | bytes, outcome: str
) -> None:
    with small_assistant(tmp_path, max_article_megabytes=1.0) as assistant:
        client = TestClient(create_app(assistant))
        before = {path: path.read_bytes() for path in assistant.settings.data_dir.rglob("*") if path.is_file()}
        told = add(client, name, content)
        after = {path: path.read_bytes() for path in assistant.settings.data_dir.rglob("*") if path.is_file()}
    assert told["outcome"] == outcome
    assert told["other"] == (ENGLISH_NAME if outcome == "same" else "")
    assert after == before
    assert client.get("/page/library/state").json()["build"] == {
        "busy": False,
        "stage": "",
        "done": 0,
        "total": 0,
        "ended": 0,
        "failed": "",
    }


def test_another_file_of_that_name_is_replaced_only_when_asked_to(client: TestClient, assistant: Assistant) -> None:
    assert add(client, ENGLISH_NAME)["outcome"] == "exists"
    assert add(client, ENGLISH_NAME, replace=True)["outcome"] == "replaced"
    assert built(client)["changed"] == 1
    assert NEW in assistant.article(ENGLISH_NAME).text


def test_the_same_file_twice_at_once_and_a_near_copy_are_named(client: TestClient) -> None:
    assert add(client, "a.txt")["outcome"] == "added"
    assert add(client, "b.txt")["other"] == "a.txt"
    long = " ".join(f"The harbour office counted ship {number} on its way to the marsh." for number in range(60))
    assert add(client, "long.txt", f"Ships\n\n{long}")["outcome"] == "added"
    assert add(client, "near.txt", f"Ships again\n\n{long}")["outcome"] == "added"
    left = built(client)["left_out"]
    assert [(each["article_id"], each["duplicate_of"]) for each in left["duplicates"]] == [("near.txt", "long.txt")]


def test_rows_of_a_table_that_are_no_articles_are_named(client: TestClient) -> None:
    told = add(client, "news.csv", f"title,text\nFerry,{NEW.replace(',', ';')}\nNothing,\n")
    assert (told["outcome"], told["articles"]) == ("added", 1)
    assert [name for name, _ in told["skipped"]] == ["news.csv#2"]
    built(client)
    assert client.get("/page/library/file", params={"name": "news.csv"}).json() == {"articles": 1}
    listed = client.get("/page/library", params={"search": "news.csv"}).json()["page"]["articles"]
    assert [(each["article_id"], each["file_id"]) for each in listed] == [("news.csv#1", "news.csv")]


def test_no_link_leads_a_file_out_of_the_folder_or_takes_one_out_of_another(tmp_path: Path) -> None:
    data, outside = tmp_path / "data", tmp_path / "outside"
    data.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text("A secret that stays where it is.", encoding="utf-8")
    (data / "link").symlink_to(outside)
    (data / "file.txt").symlink_to(outside / "secret.txt")
    folder = LibraryFolder(data, max_megabytes=1)
    for name in ("link/new.txt", "file.txt"):
        upload = folder.new_upload(name)
        upload.write_text(NEW_TEXT, encoding="utf-8")
        assert folder.take(upload, name, {}, replace=True).outcome is Outcome.NAME
    assert folder.remove(["../outside/secret.txt", "link/secret.txt", "file.txt", str(outside / "secret.txt")]) == ()
    assert [path.name for path in outside.iterdir()] == ["secret.txt"]
    assert "secret" in (outside / "secret.txt").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_told_and_nothing_half_written_stays(tmp_path: Path) -> None:
    with small_assistant(tmp_path) as assistant:
        client = TestClient(create_app(assistant))
        (assistant.settings.data_dir / "dir.txt").mkdir()
        assert add(client, "dir.txt")["outcome"] == "name"
        assert add(client, "en/bridge.txt/a.txt")["outcome"] == "not_kept"
        assert not list(assistant.settings.data_dir.rglob(".masdar-upload-*"))


def test_refreshing_from_disk_finds_what_others_put_there(client: TestClient, assistant: Assistant) -> None:
    (assistant.settings.data_dir / "put.txt").write_text(NEW_TEXT, encoding="utf-8")
    (assistant.settings.data_dir / "bad.txt").write_text("", encoding="utf-8")
    assert client.post("/page/library/refresh").status_code == 200
    state = built(client)
    assert (state["added"], state["left_out"]["skipped"]) == (1, [["bad.txt", "empty"]])


def test_an_empty_library_is_filled_and_emptied_again(tmp_path: Path) -> None:
    with small_assistant(tmp_path, {}) as assistant:
        client = TestClient(create_app(assistant))
        assert client.get("/page/library").json()["page"]["total"] == 0
        assert add(client, "first.txt")["outcome"] == "added"
        built(client)
        question = {"question": "How many people did the ferry carry?"}
        assert client.post("/api/ask", json=question).json()["citations"][0]["article_id"] == "first.txt"
        client.post("/page/library/remove", json={"files": ["first.txt"]})
        assert built(client, 2)["build"]["failed"] == ""
        assert client.get("/page/library").json()["page"]["total"] == 0
        assert client.post("/api/ask", json=question).json()["citations"] == []


# Who may


def test_a_page_of_another_site_cannot_change_anything(client: TestClient) -> None:
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
    ):
        for method, path in (
            ("PUT", "/library/files?name=a.txt"),
            ("POST", "/page/library/refresh"),
            ("POST", "/page/library/remove"),
        ):
            assert client.request(method, path, headers=headers, content=b"{}").status_code == 403
    own = {"sec-fetch-site": "same-origin", "origin": "http://testserver"}
    assert client.post("/page/library/refresh", headers=own).status_code == 200
    built(client)


@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        ({}, True),
        ({"host": "0.0.0.0"}, False),  # noqa: S104
        ({"host": "0.0.0.0", "password": "x"}, True),  # noqa: S104
        ({"host": "0.0.0.0", "library_changes": "allowed"}, True),  # noqa: S104
        ({"library_changes": "refused"}, False),
        ({"password": "x", "library_changes": "refused"}, False),
    ],
)
def test_strangers_change_nothing_unless_a_setting_lets_them(settings: dict[str, Any], allowed: bool) -> None:
    assert may_change_library(Settings(**settings)) is allowed


def test_a_library_that_may_only_be_read_is_listed_and_says_so(tmp_path: Path) -> None:
    with small_assistant(tmp_path, library_changes="refused") as assistant:
        client = TestClient(create_app(assistant))
        listed = client.get("/page/library").json()
        assert (listed["changeable"], listed["page"]["total"]) == (False, len(CORPUS))
        for method, path in (
            ("PUT", "/library/files?name=a.txt"),
            ("POST", "/page/library/refresh"),
            ("POST", "/page/library/remove"),
        ):
            refused = client.request(method, path, json={"files": [ENGLISH_NAME]})
            assert (refused.status_code, "library_changes" in refused.json()["detail"]) == (403, True)
        assert (assistant.settings.data_dir / ENGLISH_NAME).is_file()


@pytest.mark.parametrize(
    "query",
    ["order=size", "limit=201", "limit=0", "offset=-1", "since=yesterday", "search=" + "x" * 201],
)
def test_a_query_out_of_bounds_is_refused_in_one_line(client: TestClient, query: str) -> None:
    answer = client.get(f"/page/library?{query}")
    assert (answer.status_code, len(answer.json()["detail"].splitlines())) == (422, 1)


# Asking in part


def test_a_restriction_is_the_filters_it_says_and_what_went_meanwhile_is_left_out(assistant: Assistant) -> None:
    sources = assistant.sources()
    assert restriction_of("", sources) is None
    assert restriction_of("{}", sources) is None
    sent = f'{{"articles": ["{ENGLISH_NAME}", "gone.txt"], "languages": ["en"], "since": "2020-01-31", "until": null}}'
    assert restriction_of(sent, sources) == Filters(
        articles=(ENGLISH_NAME,), languages=("en",), since=datetime.date(2020, 1, 31)
    )
    gone = restriction_of('{"articles": ["gone.txt"]}', sources)
    assert gone == Filters(articles=("gone.txt",))
    with pytest.raises(FilterError):  # not: asked of everything, unawares
        assistant.ask("bridge?", filters=gone)


@pytest.mark.parametrize("sent", ["[]", "nonsense", '{"authors": ["x"]}', '{"since": "soon"}'])
def test_what_is_no_restriction_is_refused(sent: str) -> None:
    with pytest.raises(FilterError, match="restriction"):
        restriction_of(sent, ())


def test_hostile_names_are_listed_as_they_are(client: TestClient) -> None:
    listed = client.get("/page/library", params={"search": "onerror"}).json()["page"]["articles"]
    assert [each["article_id"] for each in listed] == [HOSTILE_NAME]
    assert ENGLISH_SENTENCE not in str(listed)
