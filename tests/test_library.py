"""The library behind the page: listed by pages, added to and taken from with care, and asked in part."""

import datetime
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import KeywordEncoder
from small_corpus import CORPUS, ENGLISH_NAME, ENGLISH_SENTENCE, HOSTILE_NAME, small_assistant
from starlette.testclient import TestClient
from web_fakes import FakeAssistant

from rag.assistant import Assistant
from rag.errors import DataError, FilterError
from rag.records import ArticleSummary, BuildReport, Filters
from rag.settings import Settings
from rag.web import create_app
from rag.web.credentials import may_change_library
from rag.web.library_builds import LibraryBuilds
from rag.web.library_files import LibraryFolder, Outcome, safe_name
from rag.web.library_list import LibraryList, ListQuery, file_of
from rag.web.restriction import restriction_of

NEW = "The ferry to the marsh carried 4,310 people in June, the harbour office said."
NEW_TEXT = f"Ferry to the marsh\n\n{NEW}\n"


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with small_assistant(tmp_path) as opened:
        yield opened


@pytest.fixture
def client(assistant: Assistant) -> TestClient:
    return TestClient(create_app(assistant))


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


# Listing


def summary(number: int, **values: Any) -> ArticleSummary:
    return ArticleSummary(
        **{
            "article_id": f"{number:06}.txt",
            "title": f"Report {number}",
            "language": "en",
            "published": None,
            "characters": number,
            "passages": 1,
            **values,
        }
    )


class Listing(FakeAssistant):
    def __init__(self, *summaries: ArticleSummary) -> None:
        super().__init__()
        self.summaries = summaries

    def sources(self) -> tuple[ArticleSummary, ...]:
        return self.summaries


def ids(listed: LibraryList, **query: Any) -> list[str]:
    return [each.article_id for each in listed.page(ListQuery(**query), "en").articles]


def test_search_knows_the_spellings_of_arabic_and_every_word_must_fit() -> None:
    listed = LibraryList(
        Listing(summary(1, title="إفتتاح المكتبةِ"), summary(2, title="افتتاح الميناء"), summary(3, title="المكتبة"))
    )
    assert ids(listed, search="افتتاح المكتبه") == ["000001.txt"]
    assert ids(listed, search="000003") == ["000003.txt"]
    assert ids(listed, search="افتتاح قصر") == []


def test_dates_are_included_leave_out_the_undated_and_put_them_last_in_either_order() -> None:
    days = [datetime.date(2020, 1, day) for day in (1, 2, 3)]
    listed = LibraryList(
        Listing(*(summary(number, published=day) for number, day in enumerate(days)), summary(3), summary(4))
    )
    assert ids(listed, since=days[1]) == ["000002.txt", "000001.txt"]
    assert ids(listed, until=days[1], descending=False) == ["000000.txt", "000001.txt"]
    assert ids(listed)[:3] == ["000002.txt", "000001.txt", "000000.txt"]
    assert set(ids(listed, descending=False)[3:]) == {"000003.txt", "000004.txt"}


def test_a_column_puts_in_order_and_pages_end_where_the_list_does() -> None:
    listed = LibraryList(Listing(*(summary(number, language="ar" if number % 2 else "en") for number in range(120))))
    assert ids(listed, order="characters", limit=3) == ["000119.txt", "000118.txt", "000117.txt"]
    page = listed.page(ListQuery(offset=100_000, limit=50, language="ar"), "en")
    assert (page.total, page.found, page.offset, len(page.articles)) == (120, 60, 50, 10)
    assert [(each.code, each.name, each.articles) for each in page.languages] == [
        ("en", "English", 60),
        ("ar", "Arabic", 60),
    ]
    empty = LibraryList(Listing()).page(ListQuery(offset=7), "en")
    assert (empty.total, empty.found, empty.offset, empty.articles) == (0, 0, 0, ())


def test_a_hundred_thousand_articles_are_searched_in_the_blink_of_an_eye() -> None:
    day = datetime.date(2000, 1, 1)
    many = tuple(
        summary(number, title=f"خبر {number} عن المدينة", published=day + datetime.timedelta(number % 9000))
        for number in range(100_000)
    )
    listed = LibraryList(Listing(*many))
    listed.page(ListQuery(), "ar")  # the first one reads what the others use
    started = time.process_time()
    page = listed.page(ListQuery(search="خبر 99999", language="en", since=day), "ar")
    assert page.found == 1
    assert time.process_time() - started < 1.0


def test_a_newer_index_is_listed_without_being_told() -> None:
    assistant = Listing(summary(1))
    listed = LibraryList(assistant)
    assert ids(listed) == ["000001.txt"]
    assistant.summaries = (summary(2), summary(3))
    assert set(ids(listed)) == {"000002.txt", "000003.txt"}


@pytest.mark.parametrize(
    ("article_id", "file_id"),
    [("a/b.csv#12", "a/b.csv"), ("B.JSONL#1", "B.JSONL"), ("news #2.txt", "news #2.txt"), ("a.txt#3", "a.txt#3")],
)
def test_only_rows_of_tables_come_from_another_file(article_id: str, file_id: str) -> None:
    assert file_of(article_id) == file_id


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


# Builds


def test_what_comes_while_a_build_runs_is_in_the_next_and_many_at_once_are_one() -> None:
    begun, go_on = threading.Semaphore(0), threading.Semaphore(0)
    report = FakeAssistant().refresh()

    def refresh(progress: Any) -> BuildReport:
        progress("read", 1, 2)
        begun.release()
        assert go_on.acquire(timeout=20)
        return report

    builds = LibraryBuilds(refresh, quiet_seconds=0.05)
    for _ in range(5):
        builds.soon()
    assert begun.acquire(timeout=20)
    assert (builds.state.busy, builds.state.stage, builds.state.done, builds.state.total) == (True, "read", 1, 2)
    builds.soon()
    builds.soon()
    go_on.release()
    assert begun.acquire(timeout=20)
    assert (builds.state.busy, builds.state.ended) == (True, 1)
    go_on.release()
    _until_quiet(builds)
    assert builds.state.ended == 2


def _until_quiet(builds: LibraryBuilds) -> None:
    for _ in range(400):
        if not builds.state.busy:
            return
        time.sleep(0.02)
    raise AssertionError("still busy")


@pytest.mark.parametrize(
    ("error", "told"), [(DataError("The folder is gone."), "folder is gone"), (KeyError("x"), "log")]
)
def test_a_build_that_fails_says_why_and_the_next_one_runs(
    error: Exception, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    errors = [error]
    report = FakeAssistant().refresh()

    def refresh(progress: Any) -> BuildReport:
        if errors:
            raise errors.pop()
        return report

    builds = LibraryBuilds(refresh, quiet_seconds=0)
    for failed in (told, ""):
        builds.soon()
        _until_quiet(builds)
        assert failed in builds.state.failed
        assert bool(builds.state.failed) == bool(failed)


def test_twenty_articles_are_added_while_everyone_who_asks_is_answered(tmp_path: Path) -> None:
    asked_in_build = threading.Event()

    class WaitingEncoder(KeywordEncoder):
        def encode_passages(self, texts: Any, progress: Any = None) -> Any:
            if any("Harbour news" in text for text in texts):
                # The build goes no further until someone was answered while it ran.
                assert asked_in_build.wait(timeout=60)
            return super().encode_passages(texts, progress)

    with small_assistant(tmp_path, encoder=WaitingEncoder()) as assistant:
        client = TestClient(create_app(assistant))
        for number in range(20):
            text = f"Harbour news {number}\n\nThe harbour master Number{number} counted {number} ships."
            assert add(client, f"news/{number}.txt", text)["outcome"] == "added"
        for _ in range(600):
            if client.get("/page/library/state").json()["build"]["stage"] in {"split", "encode"}:
                break
            time.sleep(0.02)
        answer = client.post("/api/ask", json={"question": "When did the bridge over the Ortan open again?"})
        assert answer.json()["citations"][0]["article_id"] == ENGLISH_NAME
        assert client.get("/page/library/state").json()["build"]["busy"]
        asked_in_build.set()
        state = built(client)
        assert (state["added"], state["build"]["ended"]) == (20, 1)


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
