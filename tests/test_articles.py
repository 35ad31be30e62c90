"""A folder's files become articles, and what does not is named with its reason."""

import datetime
import hashlib
import os
import unicodedata
from pathlib import Path

import pytest

from rag.articles import FileReading, SourceFile, file_sha256, find_files, read_file
from rag.errors import DataError
from rag.formats.dateline import find_stated_date
from rag.formats.dates import parse_date
from rag.records import Article

SHARED_ARTICLES = Path(__file__).parents[1].parent / "shared" / "articles"
BODY = "أعلن وزير النقل أن القطار السريع سيبدأ رحلاته في مطلع العام المقبل. وأضاف أن الرحلة ستستغرق ساعتين."


def read(path: Path, name: str = "", max_megabytes: float = 50) -> FileReading:
    return read_file(SourceFile(path=path, article_id=name or path.name), max_megabytes=max_megabytes)


def article_of(folder: Path, text: str | bytes, name: str = "a.txt") -> Article:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    reading = read(path)
    assert reading.skipped == ()
    [article] = reading.articles
    return article


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


# Dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 مايو 2022", (2022, 5, 12)),
        ("17 أيلول/سبتمبر 2018", (2018, 9, 17)),
        ("3 كانون الثاني (يناير) 2020", (2020, 1, 3)),
        ("9 تشرين الأول 2021", (2021, 10, 9)),
        ("5 جويلية 2019", (2019, 7, 5)),
        ("10 غشت 2021", (2021, 8, 10)),
        ("الخميس، 12 أيار 2022", (2022, 5, 12)),
        ("١٢ مايو ٢٠٢٢", (2022, 5, 12)),
        ("May 12, 2022", (2022, 5, 12)),
        ("Thu, 12 May 2022 10:00:00 GMT", (2022, 5, 12)),
        ("12 мая 2022 г.", (2022, 5, 12)),
        ("12 במאי 2022", (2022, 5, 12)),
        ("1er janvier 2021", (2021, 1, 1)),
        ("12. Mai 2022", (2022, 5, 12)),
        ("12 de mayo de 2022", (2022, 5, 12)),
        ("12 Mayıs 2022", (2022, 5, 12)),
        ("2022-05-12T10:11:12+03:00", (2022, 5, 12)),
        ("03/04/2022", (2022, 4, 3)),
        ("05/25/2022", (2022, 5, 25)),
        ("12.05.2022", (2022, 5, 12)),
    ],
)
def test_full_dates_are_read_in_many_languages(text: str, expected: tuple[int, int, int]) -> None:
    assert parse_date(text) == datetime.date(*expected)


@pytest.mark.parametrize(
    "text",
    ["", "May 2022", "2022", "12 مايو", "31/02/2022", "32 May 2022", "12 May 3022", "17 أيلول/مايو 2018", "yesterday"],
)
def test_a_date_that_is_partial_or_impossible_is_none(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    "line",
    [
        "12 مايو 2022",
        "نشر في: الخميس 12 مايو 2022 - 10:30",
        "دمشق - 12 أيار/مايو 2022",
        "آخر تحديث: 12/05/2022 14:30",
        "By Jane Doe | 12 May 2022",
        "Published: May 12, 2022",
        "Опубликовано 12 мая 2022 года, 10:30 МСК",
        "Le 12 mai 2022 à 10h30",
        "פורסם: 12.5.2022",
        "Veröffentlicht am 12. Mai 2022 um 10:00",
    ],
)
def test_a_dateline_states_the_publication_date(tmp_path: Path, line: str) -> None:
    article = article_of(tmp_path, f"عنوان الخبر\n{line}\n{BODY}")
    assert article.published == datetime.date(2022, 5, 12)
    assert line in article.text


@pytest.mark.parametrize(
    "line",
    [
        "وقعت الاتفاقية في 12 مايو 2022",
        "خطاب الرئيس في 9 مايو 2022",
        "قالت الوزارة في بيان صدر في 12 مايو 2022 إن الاتفاق قائم.",
        "The treaty was signed on 12 May 2022.",
        "Speech of 9 May 2022",
    ],
)
def test_a_date_in_a_sentence_or_headline_is_an_event_and_states_no_publication(tmp_path: Path, line: str) -> None:
    assert article_of(tmp_path, f"{line}\n{BODY}").published is None
    assert article_of(tmp_path, f"عنوان\n{line}\n{BODY}").published is None


def test_a_date_in_the_middle_of_a_long_article_is_not_its_own() -> None:
    assert find_stated_date([*["جملة عادية."] * 6, "12 مايو 2022", *["جملة عادية."] * 6]) is None
    assert find_stated_date([*["جملة عادية."] * 6, "12 مايو 2022"]) == datetime.date(2022, 5, 12)


def test_the_day_of_publication_wins_over_that_of_an_update() -> None:
    lines = ["عنوان", "آخر تحديث: 15 مايو 2022", "تاريخ النشر: 12 مايو 2022"]
    assert find_stated_date(lines) == datetime.date(2022, 5, 12)


def test_a_file_time_is_never_a_publication_date(tmp_path: Path) -> None:
    article_of(tmp_path, BODY)
    os.utime(tmp_path / "a.txt", (1_500_000_000, 1_500_000_000))
    assert article_of(tmp_path, BODY).published is None


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
