"""One generation of the index: what was written is what is read, from any thread, and nothing is there half."""

import contextlib
import dataclasses
import datetime
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag import generations
from rag.errors import ArticleNotFound, IndexCorrupt, IndexMissing, IndexStale
from rag.records import Article, Duplicate, Passage
from rag.store import GenerationWriter, Store, StoredFile

# Characters beyond 16 bits, combining marks and line ends: offsets count code points.
TEXT = "Bridge 🎉 opens\n\nThe bri\u0301dge — جسرٌ — opened.\nمرّ أوّل موكب 🚋 عليه.\n"
SPANS = ((0, 14), (16, 41), (42, 63))


def article(article_id: str = "news/a.txt", text: str = TEXT, published: datetime.date | None = None) -> Article:
    return Article(
        article_id=article_id, title="Bridge 🎉 opens", language="en", text=text, sha256="ab" * 32, published=published
    )


def passage_of(of: Article, start: int, end: int, language: str = "en") -> Passage:
    return Passage(
        passage_id=f"{of.article_id}#{start}-{end}",
        article_id=of.article_id,
        title=of.title,
        language=language,
        start=start,
        end=end,
        start_line=of.text[:start].count("\n") + 1,
        end_line=of.text[:end].count("\n") + 1,
        text=of.text[start:end],
    )


def stored(*articles: Article, file_id: str = "news/a.txt", skipped: tuple[tuple[str, str], ...] = ()) -> StoredFile:
    return StoredFile(
        file_id=file_id,
        sha256="cd" * 32,
        articles=articles,
        furniture_lines=tuple(range(1, len(articles) + 1)),
        skipped=skipped,
    )


def commit(index_dir: Path, *files: StoredFile, duplicates: tuple[Duplicate, ...] = ()) -> Store:
    with GenerationWriter(index_dir) as writer:
        for file in files:
            writer.add_file(file)
        for row, one in enumerate(one for file in files for one in file.articles):
            writer.add_passages([(passage_of(one, *span), bytes([row, *span])) for span in SPANS])
        writer.add_duplicates(duplicates)
        writer.commit(fingerprint="f", recipe="r", dimensions=3)
    return Store.open(index_dir)


@pytest.mark.parametrize("published", [None, datetime.date(2020, 2, 29)])
def test_an_article_comes_back_as_it_was_stored(tmp_path: Path, published: datetime.date | None) -> None:
    one = article(published=published)
    assert commit(tmp_path, stored(one)).article("news/a.txt") == one


def test_the_text_of_a_passage_is_its_span_of_the_article_beyond_16_bits_too(tmp_path: Path) -> None:
    one = article()
    store = commit(tmp_path, stored(one))
    passages = store.passages([0, 1, 2])
    assert passages == [passage_of(one, *span) for span in SPANS]
    assert [one.text[passage.start : passage.end] for passage in passages] == [passage.text for passage in passages]
    assert store.article_passages(one.article_id) == tuple(passages)


@pytest.mark.parametrize("rows", [[2, 0], [1, 1, 0], [], [0]])
def test_passages_come_in_the_order_asked_for_repeats_included(tmp_path: Path, rows: list[int]) -> None:
    store = commit(tmp_path, stored(article()))
    assert [passage.start for passage in store.passages(rows)] == [SPANS[row][0] for row in rows]


def test_where_passages_stand_can_be_asked_without_their_text(tmp_path: Path) -> None:
    store = commit(tmp_path, stored(article()))
    assert store.passage_spans([2, 0, 2]) == [("news/a.txt", *SPANS[row]) for row in (2, 0, 2)]


def test_the_passage_at_a_place_is_the_first_that_ends_behind_it(tmp_path: Path) -> None:
    store = commit(tmp_path, stored(article()))
    found = [store.passage_from("news/a.txt", offset) for offset in (0, 13, 14, 16, 41, 62, 63)]
    assert [passage and passage.start for passage in found] == [0, 0, 16, 16, 42, 42, None]
    assert store.passage_from("news/b.txt", 0) is None


@pytest.mark.parametrize("name", ["", "news/b.txt", "NEWS/A.TXT", "' OR 1=1 --", "news/a.txt\x00", "\ud800"])
def test_an_unknown_article_is_an_error_that_says_how_to_list_them(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArticleNotFound, match="sources"):
        commit(tmp_path, stored(article())).article(name)


def test_a_file_comes_back_with_its_articles_in_their_order_and_what_was_skipped(tmp_path: Path) -> None:
    file = stored(article("t.csv#10"), article("t.csv#9"), file_id="t.csv", skipped=(("t.csv#11", "empty: “nothing”"),))
    store = commit(tmp_path, file, stored(article("z.txt"), file_id="z.txt", skipped=(("z.txt", "cut"),)))
    assert store.file("t.csv") == file
    assert store.files() == {"t.csv": "cd" * 32, "z.txt": "cd" * 32}
    assert store.skipped() == (("t.csv#11", "empty: “nothing”"), ("z.txt", "cut"))
    assert store.furniture_lines() == 1 + 2 + 1


def test_summaries_count_the_characters_and_passages_of_every_article_by_id(tmp_path: Path) -> None:
    bare = article("c.txt", text="…", published=datetime.date(2021, 1, 2))
    store = commit(tmp_path, stored(article("b.txt"), file_id="b.txt"), stored(article("a.txt"), file_id="a.txt"))
    assert [item.article_id for item in store.summaries()] == ["a.txt", "b.txt"]
    assert {(item.characters, item.passages, item.language) for item in store.summaries()} == {(len(TEXT), 3, "en")}
    assert [item.article_id for item in store.articles()] == ["a.txt", "b.txt"]
    with GenerationWriter(tmp_path) as writer:
        writer.add_file(stored(bare, file_id="c.txt"))
        writer.commit(fingerprint="f", recipe="r", dimensions=3)
    (summary,) = Store.open(tmp_path).summaries()
    assert (summary.characters, summary.passages, summary.published) == (1, 0, datetime.date(2021, 1, 2))


def test_languages_and_keys_come_in_the_order_of_the_rows(tmp_path: Path) -> None:
    one = article()
    with GenerationWriter(tmp_path) as writer:
        writer.add_file(stored(one))
        writer.add_passages([(passage_of(one, *SPANS[2], language="ar"), b"z")])
        writer.add_passages([(passage_of(one, *SPANS[0], language="en"), b"a")])
        writer.commit(fingerprint="f", recipe="r", dimensions=3)
    store = Store.open(tmp_path)
    assert store.passage_origins() == [("news/a.txt", "ar"), ("news/a.txt", "en")]
    assert list(store.passage_rows()) == [(0, b"z"), (1, b"a")]
    assert [passage.start for passage in store.article_passages(one.article_id)] == [SPANS[0][0], SPANS[2][0]]


def test_dates_are_known_of_every_article_also_of_one_without(tmp_path: Path) -> None:
    day = datetime.date(2021, 1, 2)
    file = stored(article("t.csv#1", published=day), article("t.csv#2"), file_id="t.csv")
    assert commit(tmp_path, file).dates() == {"t.csv#1": day, "t.csv#2": None}


def test_a_file_comes_back_with_the_stamp_it_was_read_with(tmp_path: Path) -> None:
    file = dataclasses.replace(stored(article()), stamp="63 1 2")
    store = commit(tmp_path, file)
    assert store.file("news/a.txt") == file
    assert store.stamps() == {"news/a.txt": "63 1 2"}


def test_duplicates_come_back_by_id(tmp_path: Path) -> None:
    found = (
        Duplicate(article_id="b", duplicate_of="a", similarity=0.875),
        Duplicate(article_id="c", duplicate_of="a", similarity=1.0),
    )
    assert commit(tmp_path, stored(article()), duplicates=found[::-1]).duplicates() == found


def test_many_threads_read_one_store_at_once(tmp_path: Path) -> None:
    store = commit(tmp_path, stored(article()))
    expected = store.passages([0, 1, 2])
    with ThreadPoolExecutor(16) as pool:
        for passages in pool.map(lambda _: store.passages([0, 1, 2]), range(200)):
            assert passages == expected


def test_a_folder_without_an_index_is_missing_and_the_message_says_how_to_build(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(IndexMissing, match="python -m rag build"):
            Store.open(folder)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"../elsewhere\n", b"generation-1/../../x\n", b"\x00"])
def test_a_damaged_current_file_is_corrupt_and_named(tmp_path: Path, content: bytes) -> None:
    commit(tmp_path, stored(article())).close()
    (tmp_path / generations.CURRENT).write_bytes(content)
    with pytest.raises(IndexCorrupt, match="CURRENT"):
        Store.open(tmp_path)


def test_an_index_of_another_format_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(tmp_path, stored(article())).close()
    monkeypatch.setattr(generations, "FORMAT", generations.FORMAT + 1)
    with pytest.raises(IndexStale, match="Build it again"):
        Store.open(tmp_path)


def test_leaving_without_a_commit_leaves_nothing_and_the_former_generation_in_use(tmp_path: Path) -> None:
    before = commit(tmp_path, stored(article())).folder
    with contextlib.suppress(RuntimeError), GenerationWriter(tmp_path) as writer:
        writer.add_file(stored(article("b.txt"), file_id="b.txt"))
        raise RuntimeError("halfway")
    assert list(tmp_path.glob("generation-*")) == [before]
    assert Store.open(tmp_path).files().keys() == {"news/a.txt"}


def test_the_manifest_counts_what_was_written(tmp_path: Path) -> None:
    manifest = commit(tmp_path, stored(article()), stored(article("b"), file_id="b")).manifest
    assert (manifest.articles, manifest.passages, manifest.dimensions) == (2, 6, 3)
    assert (manifest.fingerprint, manifest.recipe, manifest.format) == ("f", "r", generations.FORMAT)
    assert json.loads(json.dumps(dataclasses.asdict(manifest)))["files"].keys() == {generations.CORPUS}
