"""A PDF reads in logical order, in base letters and whole paragraphs; one that cannot be read says why."""

import shutil
import subprocess
from pathlib import Path

import fpdf
import pytest
from format_files import ARABIC, PDF_LINES, arabic_pdf, failure, only
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

from rag.formats import READERS, LeftOut, RawArticle
from rag.formats.pdf_order import Glyph, fold_presentation_forms, reading_order


@pytest.mark.parametrize("font_size", [10, 14, 22])
def test_an_arabic_pdf_reads_in_logical_order_with_base_letters_and_whole_paragraphs(font_size: int) -> None:
    assert only(".pdf", arabic_pdf(PDF_LINES, font_size=font_size)).text.split("\n") == list(PDF_LINES)


MIXED_LINES = (
    "قال بوتين في 12 مايو 2022 إن",
    "15-20 شخصا من أصل 30-40",
    "بلغت 23.5% من الميزانية",
    "شركة Siemens AG الألمانية",
    "نظام (S-400) الروسي عند الساعة 23:34",
    "قال [الوزير] إن «الحوار» مهم",
    "نحو 1,250 جنديا في 12/05/2022",
    "سقطت طائرة Boeing 737 MAX أمس",
    "הוא אמר 15-20 אנשים ב-23.5% היום",
    "מערכת S-400 הרוסית (חדשה)",
)


@pytest.mark.parametrize("line", MIXED_LINES)
def test_a_line_laid_out_by_the_bidirectional_algorithm_is_read_back(line: str) -> None:
    laid_out = BidiParagraph(text=line, base_direction=TextDirection.RTL).get_reordered_string()
    glyphs = [Glyph(character, float(place), place + 1.0) for place, character in enumerate(laid_out)]
    assert reading_order(glyphs, right_to_left=True, first_line=True, mirror=False) == line


def test_arabic_words_in_an_english_line_are_read_back_in_place() -> None:
    line = "He said قال بوتين 15 نعم and left (5-6)"
    laid_out = BidiParagraph(text=line, base_direction=TextDirection.LTR).get_reordered_string()
    glyphs = [Glyph(character, float(place), place + 1.0) for place, character in enumerate(laid_out)]
    assert reading_order(glyphs, right_to_left=False, first_line=True, mirror=True) == line


def test_presentation_forms_become_base_letters_and_signs_stay() -> None:
    assert fold_presentation_forms("ﻣﺤﺎﺩﺛﺎﺕ ﻻ ﷲ ﷺ ﹰ ﬁ ½") == "محادثات لا الله ﷺ \u064b fi ½"


def test_a_paragraph_that_runs_over_a_page_break_is_one_paragraph() -> None:
    paragraph = " ".join([ARABIC] * 30)
    assert only(".pdf", arabic_pdf((paragraph,), font_size=16)).text == paragraph


def test_a_pdf_states_its_title_unless_its_program_made_it_up() -> None:
    assert only(".pdf", arabic_pdf(PDF_LINES, title="قطار سريع")).title == "قطار سريع"
    assert only(".pdf", arabic_pdf(PDF_LINES, title="Microsoft Word - news.docx")).title == ""


def test_a_pdf_creation_time_is_no_publication_date() -> None:
    assert only(".pdf", arabic_pdf(PDF_LINES)).published is None


class _NumberedPages(fpdf.FPDF):
    def footer(self) -> None:
        self.set_y(-15)
        self.cell(0, 6, f"- {self.page_no()} -", align="C")


def test_page_numbers_are_left_out_of_a_sentence_that_runs_over_pages_and_counted() -> None:
    pdf = _NumberedPages()
    pdf.set_font("helvetica", size=12)
    pdf.add_page()
    sentence = (
        "The minister said that " + "the new fast train will run every single day of the week and " * 80 + "more."
    )
    pdf.multi_cell(0, 6, sentence)
    assert pdf.page_no() == 2
    article, left_out = READERS[".pdf"](bytes(pdf.output()))
    assert isinstance(article, RawArticle)
    assert article.text == sentence
    assert isinstance(left_out, LeftOut)
    assert left_out.reason.startswith("2 page numbers")


def test_a_word_broken_at_a_line_end_is_joined() -> None:
    pdf = fpdf.FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    for line in (
        "The minister of transport said that the inter-",
        "national train will start in May of the year",
        "to come.",
    ):
        pdf.cell(0, 6, line, new_x="LMARGIN", new_y="NEXT")
    assert "the international train" in only(".pdf", bytes(pdf.output())).text


def test_a_pdf_with_a_password_is_refused_as_such() -> None:
    pdf = fpdf.FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.cell(text="secret")
    pdf.set_encryption(owner_password="owner", user_password="user")  # noqa: S106
    assert failure(".pdf", bytes(pdf.output())) == "protected by a password"


def test_a_scanned_pdf_is_refused_as_such() -> None:
    pdf = fpdf.FPDF()
    pdf.add_page()
    pdf.rect(10, 10, 100, 100, style="F")
    assert "scan" in failure(".pdf", bytes(pdf.output()))


@pytest.mark.parametrize("data", [b"%PDF-1.7 and then nothing", b"no pdf", arabic_pdf(PDF_LINES)[:700]])
def test_a_damaged_pdf_is_refused(data: bytes) -> None:
    assert failure(".pdf", data)


@pytest.mark.browser
def test_an_arabic_pdf_printed_by_a_browser_reads_in_logical_order(tmp_path: Path) -> None:
    browser = next((found for name in ("chromium", "google-chrome", "chrome") if (found := shutil.which(name))), None)
    if browser is None:
        pytest.skip("no Chromium on this machine")
    paragraphs = "".join(f"<p>{line}</p>" for line in PDF_LINES)
    source = tmp_path / "page.html"
    source.write_text(f"<html lang=ar dir=rtl><meta charset=utf-8><title>عنوان</title><body>{paragraphs}", "utf-8")
    target = tmp_path / "page.pdf"
    subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
         "--no-pdf-header-footer", f"--print-to-pdf={target}", source.as_uri()],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    article = only(".pdf", target.read_bytes())
    assert article.text.split("\n") == list(PDF_LINES)
    assert (article.title, article.language) == ("عنوان", "ar")
