"""A folder's files become articles with title and language, and what does not is named with its reason."""

import datetime
import hashlib
import os
import unicodedata
from pathlib import Path

import pytest
from article_files import BODY, article_of, read

from rag.articles import file_sha256, find_files, read_file
from rag.errors import DataError
from rag.records import Article

SHARED_ARTICLES = Path(__file__).parents[1].parent / "shared" / "articles"


def reason_of(folder: Path, data: bytes, name: str, max_megabytes: float = 50) -> str:
    path = folder / name
    path.write_bytes(data)
    reading = read(path, max_megabytes=max_megabytes)
    assert reading.articles == ()
    [(named, reason)] = reading.skipped
    assert named == name
    assert "\n" not in reason
    return reason


# Finding


def test_files_are_found_in_nested_folders_in_any_script_and_sorted_by_id(tmp_path: Path) -> None:
    for name in ("ب/خبر أول.txt", "а/новость.md", "z.html", "ב/ידיעה.TXT"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", "utf-8")
    files, skipped = find_files(tmp_path)
    assert [file.article_id for file in files] == ["z.html", "а/новость.md", "ב/ידיעה.TXT", "ب/خبر أول.txt"]
    assert skipped == ()


def test_a_decomposed_file_name_gives_a_composed_id(tmp_path: Path) -> None:
    (tmp_path / unicodedata.normalize("NFD", "été.txt")).write_text("x", "utf-8")
    [file] = find_files(tmp_path)[0]
    assert file.article_id == "été.txt"
    assert file.path.exists()


def test_two_names_that_differ_only_in_composition_do_not_hide_one_another(tmp_path: Path) -> None:
    for form in ("NFC", "NFD"):
        (tmp_path / unicodedata.normalize(form, "été.txt")).write_text("x", "utf-8")
    files, skipped = find_files(tmp_path)
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("this file system composes names itself")
    assert len(files) == len(skipped) == 1


def test_hidden_files_and_readme_files_are_no_articles_and_not_named(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in (".hidden.txt", ".git/config.txt", "README.md", "readme.txt", "README.ar.md", "a.txt"):
        (tmp_path / name).write_text("x", "utf-8")
    files, skipped = find_files(tmp_path)
    assert [file.article_id for file in files] == ["a.txt"]
    assert skipped == ()


def test_files_of_other_formats_are_named(tmp_path: Path) -> None:
    for name in ("photo.png", "no_suffix"):
        (tmp_path / name).write_bytes(b"x")
    files, skipped = find_files(tmp_path)
    assert files == ()
    reasons = dict(skipped)
    assert reasons["photo.png"].startswith("unsupported format '.png'; supported are .txt")
    assert reasons["no_suffix"] == "no suffix"


def test_links_that_lead_out_or_nowhere_or_round_are_named_and_not_followed(tmp_path: Path) -> None:
    data, outside = tmp_path / "data", tmp_path / "outside"
    data.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text("x", "utf-8")
    (data / "real.txt").write_text("x", "utf-8")
    (data / "file.txt").symlink_to(outside / "secret.txt")
    (data / "folder").symlink_to(outside)
    (data / "loop").symlink_to(data)
    (data / "lost.txt").symlink_to(data / "gone.txt")
    (data / "twin.txt").symlink_to(data / "real.txt")
    files, skipped = find_files(data)
    assert [file.article_id for file in files] == ["real.txt", "twin.txt"]
    assert dict(skipped) == {
        "file.txt": "a link that leads out of the data folder",
        "folder": "a link that leads out of the data folder",
        "loop": "a link to a folder",
        "lost.txt": "a link that leads nowhere",
    }


def test_a_missing_folder_and_a_file_in_its_place_are_errors_that_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no folder .*--data"):
        find_files(tmp_path / "missing")
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(DataError, match="is not a folder"):
        find_files(tmp_path / "file")


# Reading


def test_an_article_carries_its_text_title_language_date_and_checksum(tmp_path: Path) -> None:
    data = f"\ufeff---\ntitle: قطار سريع\ndate: 2022-05-12\n---\r\n{BODY}  \r\nسطر\r\n".encode()
    assert article_of(tmp_path, data) == Article(
        article_id="a.txt",
        title="قطار سريع",
        language="ar",
        text=f"{BODY}\nسطر",
        sha256=hashlib.sha256(data).hexdigest(),
        published=datetime.date(2022, 5, 12),
    )
    assert file_sha256(tmp_path / "a.txt") == hashlib.sha256(data).hexdigest()


def test_text_is_composed_and_keeps_its_bidi_marks(tmp_path: Path) -> None:
    text = "قال\u200f إن a\u0301 \u2067نص\u2069 هنا"
    assert article_of(tmp_path, text).text == unicodedata.normalize("NFC", text)
    assert "\u200f" in article_of(tmp_path, text).text


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.txt", "empty"),
        (b" \r\n\t", "a.md", "empty"),
        (b"\xef\xbb\xbf", "a.txt", "empty"),
        (b"---\ntitle: T\n---\n", "a.txt", "empty"),
        (BODY.encode()[:-2], "a.txt", "damaged UTF-8"),
        (b"\x00\x01\x02\x03\xff", "a.txt", "not text"),
        (b"PK\x03\x04 broken", "a.docx", "damaged"),
        (b"PK\x03\x04 broken", "a.epub", "damaged"),
        (b"%PDF-1.4 broken", "a.pdf", "damaged"),
        (b"id,colour\n1,red\n", "a.csv", "no column"),
        (b"title,text\n", "a.csv", "no articles"),
        (b"<html></html>", "a.html", "no text"),
    ],
)
def test_a_file_that_gives_no_article_is_named_with_its_reason(
    tmp_path: Path, data: bytes, name: str, reason: str
) -> None:
    assert reason in reason_of(tmp_path, data, name)


def test_a_file_above_the_limit_is_named_with_its_size(tmp_path: Path) -> None:
    assert reason_of(tmp_path, b"a " * 600_000, "a.txt", max_megabytes=1) == "too large: 1.1 MB, above 1 MB"


def test_a_file_that_vanished_or_is_forbidden_is_named(tmp_path: Path) -> None:
    assert "cannot be opened" in read(tmp_path / "gone.txt").skipped[0][1]
    (tmp_path / "a.txt").write_text("x", "utf-8")
    (tmp_path / "a.txt").chmod(0)
    if os.access(tmp_path / "a.txt", os.R_OK):
        pytest.skip("this user may read everything")
    assert find_files(tmp_path)[1] == (("a.txt", "cannot be opened: Permission denied"),)


def test_rows_are_articles_with_their_own_ids_and_checksums_and_bad_rows_are_named(tmp_path: Path) -> None:
    path = tmp_path / "أخبار.csv"
    path.write_text(f"title,text\nأول,{BODY.replace(',', '')}\nثان,\nثالث,نص ثالث\n", "utf-8")
    reading = read(path, "x/أخبار.csv")
    assert [article.article_id for article in reading.articles] == ["x/أخبار.csv#1", "x/أخبار.csv#3"]
    assert reading.skipped == (("x/أخبار.csv#2", "row in line 3: no text"),)
    before = [article.sha256 for article in reading.articles]
    path.write_text(f"title,text\nأول,{BODY.replace(',', '')}\nثان,\nثالث,نص آخر\n", "utf-8")
    after = [article.sha256 for article in read(path, "x/أخبار.csv").articles]
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_a_reader_that_fails_in_an_unforeseen_way_costs_its_file_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(data: bytes) -> None:
        raise RuntimeError(f"library bug\non {len(data)} bytes")

    monkeypatch.setattr("rag.articles.READERS", {".txt": broken})
    assert reason_of(tmp_path, b"x", "a.txt") == "cannot be read: RuntimeError"


def test_a_lone_surrogate_from_json_does_not_reach_the_text(tmp_path: Path) -> None:
    article = article_of(tmp_path, b'{"text": "before \\ud800 after", "title": "T"}', "a.jsonl")
    assert article.text.encode() == b"before ? after"


# Titles


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"قطار سريع يبدأ رحلاته\n{BODY}", "قطار سريع يبدأ رحلاته"),
        (f"\n\n  متى يبدأ القطار؟\n\n{BODY}", "متى يبدأ القطار؟"),
        ("جملة واحدة قصيرة. وجملة ثانية.\nوسطر ثان.", "جملة واحدة قصيرة"),
        ("One line only", "One line only"),
        (f"الرئيسية > أخبار > سوريا\n12 مايو 2022\nقطار سريع يبدأ رحلاته\n{BODY}", "قطار سريع يبدأ رحلاته"),
        ("Prices rose by 3.5 per cent in May. More follows.", "Prices rose by 3.5 per cent in May"),
    ],
)
def test_the_title_is_the_headline_or_the_first_sentence(tmp_path: Path, text: str, title: str) -> None:
    assert article_of(tmp_path, text).title == title


def test_a_long_first_sentence_is_cut_at_a_word(tmp_path: Path) -> None:
    title = article_of(tmp_path, f"{BODY.split('.')[0]} وفي بقية أيام السنة كلها من دون أي انقطاع يذكر. ثم ماذا.").title
    assert title.endswith("…")
    assert len(title) <= 81
    assert BODY.startswith(title[:60])
    assert title[:-1].split()[-1] in (BODY + " وفي بقية أيام السنة كلها").split()


# Languages


def test_a_stated_language_of_another_script_is_not_believed(tmp_path: Path) -> None:
    assert article_of(tmp_path, f'<html lang="en"><body><p>{BODY}</p></body></html>', "a.html").language == "ar"


def test_a_stated_language_decides_where_the_text_is_too_short(tmp_path: Path) -> None:
    assert article_of(tmp_path, "---\nlanguage: fra\n---\n2022").language == "fr"
    assert article_of(tmp_path, "---\nlanguage: ar-SY\n---\nنص").language == "ar"


# Real files


def test_news_articles_as_they_come_are_read_whole() -> None:
    if not SHARED_ARTICLES.is_dir():
        pytest.skip("the sample articles are not beside this checkout")
    files, skipped = find_files(SHARED_ARTICLES)
    assert skipped == ()
    for file in files:
        [article] = read_file(file, max_megabytes=1).articles
        assert article.language == "ar"
        assert article.text == file.path.read_text("utf-8").strip("\n")
        assert 10 < len(article.title) <= 141
        assert article.published is None


def test_the_articles_of_this_project_are_all_read() -> None:
    files, skipped = find_files(Path(__file__).parents[1] / "data")
    assert skipped == ()
    readings = [read_file(file, max_megabytes=1) for file in files]
    assert [reading.skipped for reading in readings if reading.skipped] == []
    assert {article.language for reading in readings for article in reading.articles} >= {"ar", "en"}
