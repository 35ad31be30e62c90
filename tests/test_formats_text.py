"""Plain text, Markdown and web pages give their paragraphs, without front matter, markup and menus."""

import datetime

import pytest
from format_files import ARABIC, FIRST, SECOND, failure, only, page


def test_front_matter_is_read_and_taken_out_of_the_text() -> None:
    data = f"---\ntitle: قطار سريع\ndate: 2022-05-12\nlanguage: ar\n---\n\n{ARABIC}\n".encode()
    article = only(".txt", data)
    assert (article.title, article.published, article.language) == ("قطار سريع", datetime.date(2022, 5, 12), "ar")
    assert article.text.strip() == ARABIC


def test_front_matter_with_a_colon_in_the_title_keeps_the_whole_title() -> None:
    article = only(".md", f"---\ntitle: القطار: متى يصل؟\ndate: 12 أيار 2022\n---\n{ARABIC}".encode())
    assert article.title == "القطار: متى يصل؟"
    assert article.published == datetime.date(2022, 5, 12)


def test_front_matter_with_windows_line_ends_is_front_matter() -> None:
    article = only(".txt", b"\xef\xbb\xbf---\r\ntitle: Fast train\r\n---\r\nIt starts in May.\r\n")
    assert (article.title, article.text) == ("Fast train", "It starts in May.\n")


@pytest.mark.parametrize(
    "head",
    [
        "---\nNo key stands here\n---\n",
        "---\ntitle: never closed\n",
        "---\n!!python/object/apply:os.system [ls]\n---\n",
        "---\n\n---\n",
    ],
)
def test_bad_front_matter_is_text(head: str) -> None:
    article = only(".txt", f"{head}{ARABIC}".encode())
    assert article.text == f"{head}{ARABIC}"
    assert article.title == ""


def test_markdown_becomes_plain_paragraphs_one_a_line() -> None:
    source = (
        "# عنوان الخبر\n\nفقرة **أولى** كسرها\nالمحرر في سطرين مع [رابط](https://example.org/x).\n\n"
        "- بند أول\n- بند `ثان`\n\n> اقتباس\n\n| مدينة | عدد |\n|---|---|\n| حلب | 12 |\n\n<div>قالب</div>\n"
    )
    article = only(".md", source.encode())
    assert article.title == "عنوان الخبر"
    assert article.text.split("\n") == [
        "عنوان الخبر",
        "فقرة أولى كسرها المحرر في سطرين مع رابط.",
        "بند أول",
        "بند ثان",
        "اقتباس",
        "مدينة | عدد",
        "حلب | 12",
        "قالب",
    ]


def test_a_deep_or_huge_alias_in_front_matter_does_no_harm() -> None:
    bomb = "---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\ntitle: T\n---\nText.\n"
    assert only(".txt", bomb.encode()).title == "T"


def test_a_web_page_gives_its_article_without_menus_and_scripts() -> None:
    article = only(".html", page("utf-8"))
    assert f"{FIRST}." in article.text.split("\n")
    assert SECOND in article.text.split("\n")
    assert "العالم" not in article.text
    assert 'سر"' not in article.text
    assert article.title == "قطار سريع يبدأ رحلاته"
    assert article.published == datetime.date(2022, 5, 12)
    assert article.language == "ar"


def test_a_web_page_in_windows_1256_reads_by_its_own_declaration() -> None:
    assert SECOND in only(".html", page("windows-1256")).text


def test_a_web_page_that_is_only_a_paragraph_still_gives_its_text() -> None:
    assert only(".html", f"<p>{FIRST}.</p>".encode()).text.strip() == f"{FIRST}."


def test_a_web_page_without_a_date_states_none() -> None:
    assert only(".html", f"<html><body><p>{ARABIC}</p><p>© 2019</p></body></html>".encode()).published is None


@pytest.mark.parametrize("data", [b"<html><body><script>var a;</script></body></html>", b"<!-- nothing -->"])
def test_a_web_page_without_text_is_refused(data: bytes) -> None:
    assert failure(".html", data)
