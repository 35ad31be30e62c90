"""The panel of the source, the file behind it, and the references to it."""

import datetime
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from web_fakes import ARABIC_ID, ARABIC_QUOTE, ENGLISH_ID, ENGLISH_QUOTE, HOSTILE_ID, articles

from rag.errors import ArticleNotFound
from rag.web.raw_file import read_raw_file
from rag.web.source_panel import panel_view
from rag.web.strings import STRINGS


def test_the_panel_counts_code_points() -> None:
    article = articles()[ARABIC_ID]
    start = article.text.index(ARABIC_QUOTE)
    view = panel_view(article, "ar", span=(start, start + len(ARABIC_QUOTE)))
    assert view.text[start - view.text_start : start - view.text_start + len(ARABIC_QUOTE)] == ARABIC_QUOTE
    assert (view.direction, view.language_name, view.published, view.excerpt) == (
        "rtl",
        "العربية",
        "13 مارس 2020",
        False,
    )


def test_a_quotation_is_found_again_where_it_stands_now() -> None:
    article = articles()[ENGLISH_ID]
    start = article.text.index(ENGLISH_QUOTE)
    cited = (start, start + len(ENGLISH_QUOTE))
    grown = replace(article, text="A correction.\n\n" + article.text)
    view = panel_view(grown, "en", span=cited, quote=ENGLISH_QUOTE)
    assert (view.start, view.end) == (cited[0] + 15, cited[1] + 15)
    assert (view.moved, view.lost) == (True, False)
    assert not panel_view(article, "en", span=cited, quote=ENGLISH_QUOTE).moved


def test_of_several_places_the_nearest_is_taken() -> None:
    article = replace(articles()[ENGLISH_ID], text="Rain. Sun. Wind. Rain. Snow. Rain.")
    view = panel_view(article, "en", span=(16, 21), quote="Rain.")
    assert view.start == 17


def test_a_quotation_that_stands_nowhere_any_more_is_said_to_be_lost() -> None:
    article = replace(articles()[ENGLISH_ID], text="Another text.")
    view = panel_view(article, "en", span=(38, 110), quote=ENGLISH_QUOTE)
    assert (view.start, view.lost, view.moved, view.references) == (None, True, False, None)
    assert view.text == "Another text."


def test_the_references_name_title_date_file_and_the_place() -> None:
    article = articles()[ARABIC_ID]
    start = article.text.index(ARABIC_QUOTE)
    made = panel_view(article, "ar", span=(start, start + len(ARABIC_QUOTE))).references
    assert made is not None
    assert ARABIC_QUOTE in made.plain
    for text in (made.plain, made.apa):
        assert article.title in text
        assert article.article_id in text
        assert "{link}" in text
    assert "13 مارس 2020" in made.plain
    assert "(2020, March 13)" in made.apa
    assert "date = {2020-03-13}" in made.bibtex
    assert "url = {{link}}" in made.bibtex
    assert unquote(made.link) == f"?cite={ARABIC_ID}:{start}-{start + len(ARABIC_QUOTE)}"


def test_an_undated_article_is_cited_as_such() -> None:
    made = panel_view(articles()[HOSTILE_ID], "en", span=(0, 5)).references
    assert made is not None
    assert "(undated)" in made.plain
    assert "(n.d.)" in made.apa
    assert "date" not in made.bibtex


def test_a_title_cannot_break_out_of_its_bibtex_field() -> None:
    article = replace(articles()[ENGLISH_ID], title="50 % of {x} & \\y}")
    made = panel_view(article, "en", span=(0, 5)).references
    assert made is not None
    assert r"title = {50 \% of \{x\} \& \textbackslash{}y\}}," in made.bibtex


# The raw file


def test_the_file_itself_is_served_as_text_whatever_it_is(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "page.html").write_text("<script>window.hacked=1</script>", encoding="utf-8")
    (tmp_path / "old.txt").write_bytes("خبر من الأرشيف القديم عن المدينة وأهلها".encode("cp1256"))
    (tmp_path / "table.csv").write_text("title,text\nx,y\n", encoding="utf-8")
    page = read_raw_file(tmp_path, "a/page.html")
    assert (page.content, page.media_type) == (b"<script>window.hacked=1</script>", "text/plain; charset=utf-8")
    assert read_raw_file(tmp_path, "old.txt").content.decode() == "خبر من الأرشيف القديم عن المدينة وأهلها"
    assert read_raw_file(tmp_path, "table.csv#7").content.startswith(b"title,text")


def test_a_file_that_browsers_do_not_show_is_saved_under_its_name(tmp_path: Path) -> None:
    (tmp_path / "تقرير.docx").write_bytes(b"PK")
    file = read_raw_file(tmp_path, "تقرير.docx")
    assert (file.media_type, file.name) == ("application/octet-stream", "تقرير.docx")


def test_only_files_that_a_build_would_read_are_served(tmp_path: Path) -> None:
    inside = tmp_path / "data"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (inside / ".hidden.txt").write_text("secret", encoding="utf-8")
    (inside / "link.txt").symlink_to(tmp_path / "secret.txt")
    for name in ("../secret.txt", ".hidden.txt", "link.txt", str(tmp_path / "secret.txt"), "gone.txt#1"):
        with pytest.raises(ArticleNotFound):
            read_raw_file(inside, name)


def test_a_very_long_article_is_shown_around_the_span() -> None:
    lines = "\n".join(f"Line {number} of a very long article." for number in range(20_000))
    start = lines.index("Line 10000 ")
    view = panel_view(replace(articles()[ENGLISH_ID], text=lines), "en", span=(start, start + 10))
    assert view.excerpt
    assert len(view.text) < 200_000
    assert view.text[start - view.text_start :].startswith("Line 10000 ")
    assert view.text.startswith("Line ")


@pytest.mark.parametrize("span", [(5, 5), (-1, 4), (0, 10**9)])
def test_a_span_outside_the_article_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="characters"):
        panel_view(articles()[ENGLISH_ID], "en", span=span)


def test_an_unknown_language_and_date_are_left_blank() -> None:
    view = panel_view(replace(articles()[HOSTILE_ID], language="und"), "fr")
    assert (view.language_name, view.published, view.start) == ("", "", None)


@pytest.mark.parametrize("language", STRINGS)
def test_a_date_is_written_in_the_readers_language(language: str) -> None:
    article = replace(articles()[ENGLISH_ID], published=datetime.date(2022, 1, 5))
    assert "2022" in panel_view(article, language).published
