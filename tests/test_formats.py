"""What each reader makes of files of its format: whole, odd, and damaged ones."""

import codecs
import datetime
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import fontpkg_almarai  # type: ignore[import-untyped]
import fpdf
import pytest
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.formats import READERS, FormatError, LeftOut, RawArticle
from rag.formats.pdf_order import Glyph, fold_presentation_forms, reading_order
from rag.formats.text_encoding import decode

ARABIC = (
    "أعلن وزير النقل أن القطار السريع بين المدينتين سيبدأ رحلاته في مطلع العام المقبل. "
    "وأضاف أن الرحلة ستستغرق ساعتين، وأن سعر التذكرة لن يتغير قبل نهاية السنة."
)
RUSSIAN = (
    "Министр транспорта сообщил, что скоростной поезд между городами начнёт ходить в начале следующего года. "
    "Поездка займёт два часа, и цена билета до конца года не изменится."
)
HEBREW = "שר התחבורה הודיע כי הרכבת המהירה בין הערים תתחיל לפעול בתחילת השנה הבאה. הנסיעה תימשך שעתיים."
FRENCH = (
    "Le ministre a annoncé que le train à grande vitesse circulera dès l'année prochaine. Le trajet durera deux heures."
)


def only(suffix: str, data: bytes) -> RawArticle:
    [article] = READERS[suffix](data)
    assert isinstance(article, RawArticle)
    return article


def failure(suffix: str, data: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        list(READERS[suffix](data))
    assert "\n" not in str(caught.value)
    return str(caught.value)


# Encodings


def test_a_utf_8_file_reads_with_and_without_a_byte_order_mark() -> None:
    assert decode(ARABIC.encode()) == ARABIC
    assert decode(codecs.BOM_UTF8 + ARABIC.encode()) == ARABIC


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [ARABIC, RUSSIAN, FRENCH])
def test_a_utf_16_file_reads_with_and_without_a_byte_order_mark(encoding: str, text: str) -> None:
    mark = codecs.BOM_UTF16_LE if encoding.endswith("le") else codecs.BOM_UTF16_BE
    assert decode(mark + text.encode(encoding)) == text
    assert decode(text.encode(encoding)) == text


def test_a_utf_32_file_is_not_taken_for_utf_16() -> None:
    assert decode(ARABIC.encode("utf-32")) == ARABIC


@pytest.mark.parametrize("characters", [60, len(ARABIC)])
def test_a_windows_1256_file_reads_as_arabic(characters: int) -> None:
    assert decode(ARABIC[:characters].encode("cp1256")) == ARABIC[:characters]


@pytest.mark.parametrize("characters", [60, len(ARABIC)])
def test_an_iso_8859_6_file_reads_as_arabic(characters: int) -> None:
    assert decode(ARABIC[:characters].encode("iso8859-6")) == ARABIC[:characters]


@pytest.mark.parametrize("characters", [60, len(RUSSIAN)])
def test_a_windows_1251_file_reads_as_russian(characters: int) -> None:
    assert decode(RUSSIAN[:characters].encode("cp1251")) == RUSSIAN[:characters]


@pytest.mark.parametrize(
    ("text", "encoding"), [(HEBREW, "cp1255"), (FRENCH, "cp1252"), (RUSSIAN, "koi8-r"), (ARABIC, "cp1256")]
)
def test_other_old_encodings_read_as_their_languages(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_utf_8_with_one_damaged_byte_is_refused_and_not_read_as_another_encoding() -> None:
    damaged = bytearray(ARABIC.encode())
    damaged[40] = 0xFF
    with pytest.raises(FormatError, match="damaged UTF-8 at byte"):
        decode(bytes(damaged))


def test_utf_8_cut_in_the_middle_of_a_letter_is_refused() -> None:
    with pytest.raises(FormatError, match="damaged UTF-8"):
        decode(ARABIC.encode()[:-2])


def test_an_odd_number_of_utf_16_bytes_is_refused() -> None:
    with pytest.raises(FormatError, match="damaged UTF-16-LE"):
        decode(codecs.BOM_UTF16_LE + ARABIC.encode("utf-16-le")[:-1])


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x00\x00\x00\x01\x00\x08\x06",
        bytes(range(256)) * 8,
        bytes((number * 7919) % 251 + 1 for number in range(3000)),
        b"\x01\x02\x03\x04\x05 control \x06\x07",
    ],
)
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        decode(data)


def test_a_declared_encoding_that_does_not_hold_is_passed_over() -> None:
    assert decode(ARABIC.encode(), declared="iso8859-6") == ARABIC
    assert decode(ARABIC.encode(), declared="no-such-encoding") == ARABIC


# Plain text and Markdown


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


# HTML

_PAGE = """<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="{charset}">
<title>قطار سريع يبدأ رحلاته | موقع الأخبار</title>
<meta property="og:title" content="قطار سريع يبدأ رحلاته">
<meta property="article:published_time" content="2022-05-12T09:30:00+03:00"></head>
<body><nav><ul><li><a href="/">الرئيسية</a></li><li><a href="/w">العالم</a></li></ul></nav>
<article><h1>قطار سريع يبدأ رحلاته</h1><p>{first}</p><p>{second}</p></article>
<footer><a href="/about">من نحن</a> <script>var x = "سر";</script></footer></body></html>"""
_FIRST, _SECOND = ARABIC.split(". ")


def page(charset: str) -> bytes:
    return _PAGE.format(charset=charset, first=f"{_FIRST}.", second=_SECOND).encode(charset)


def test_a_web_page_gives_its_article_without_menus_and_scripts() -> None:
    article = only(".html", page("utf-8"))
    assert f"{_FIRST}." in article.text.split("\n")
    assert _SECOND in article.text.split("\n")
    assert "العالم" not in article.text
    assert 'سر"' not in article.text
    assert article.title == "قطار سريع يبدأ رحلاته"
    assert article.published == datetime.date(2022, 5, 12)
    assert article.language == "ar"


def test_a_web_page_in_windows_1256_reads_by_its_own_declaration() -> None:
    assert _SECOND in only(".html", page("windows-1256")).text


def test_a_web_page_that_is_only_a_paragraph_still_gives_its_text() -> None:
    assert only(".html", f"<p>{_FIRST}.</p>".encode()).text.strip() == f"{_FIRST}."


def test_a_web_page_without_a_date_states_none() -> None:
    assert only(".html", f"<html><body><p>{ARABIC}</p><p>© 2019</p></body></html>".encode()).published is None


@pytest.mark.parametrize("data", [b"<html><body><script>var a;</script></body></html>", b"<!-- nothing -->"])
def test_a_web_page_without_text_is_refused(data: bytes) -> None:
    assert failure(".html", data)


# PDF

PDF_LINES = (
    "محادثات جديدة حول الأزمة في الشمال",
    "قالت وزارة الخارجية في بيان صدر يوم الخميس إن الوفدين اتفقا على مواصلة الاجتماعات، وإن عدد المشاركين بلغ "
    "125 شخصاً من بينهم 15-20 خبيراً (من ثلاث دول). وأضافت أن الاتفاق الذي وُقّع عام 2018 لا يزال سارياً، وأن "
    "الشركة Siemens AG شاركت بنسبة 23.5% في المشروع.",
    "وأشار المتحدث إلى «أهمية الحوار» لا سيما في الأوقات الصعبة عند الساعة 23:34، وأن الله وحده يعلم ما سيحدث. "
    "ولاحقاً لم تُصدر الأطراف أي بيان آخر.",
)  # fmt: skip


def arabic_pdf(paragraphs: tuple[str, ...], *, font_size: int = 14, title: str = "") -> bytes:
    pdf = fpdf.FPDF()
    pdf.add_page()
    pdf.set_title(title)
    pdf.add_font("almarai", fname=fontpkg_almarai.ROOT / "files" / "Almarai-Regular.ttf")
    pdf.set_font("almarai", size=font_size)
    pdf.set_text_shaping(True, direction="rtl", script="arab")
    for paragraph in paragraphs:
        pdf.multi_cell(0, font_size * 0.6, paragraph, align="R", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(4)
    return bytes(pdf.output())


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


# Word and e-books


def word_file(title: str = "") -> bytes:
    document = docx.Document()
    if title:
        document.core_properties.title = title
    document.add_paragraph("قطار سريع", style="Title")
    document.add_paragraph(ARABIC)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "حلب", "12"
    document.add_paragraph("خاتمة")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_a_word_file_gives_paragraphs_and_tables_in_their_order() -> None:
    article = only(".docx", word_file(title="اسم آخر"))
    assert article.text.split("\n") == ["قطار سريع", ARABIC, "حلب | 12", "خاتمة"]
    assert article.title == "قطار سريع"
    assert article.published is None


def test_a_damaged_word_file_is_refused() -> None:
    assert "damaged" in failure(".docx", word_file()[:2000])
    assert "damaged" in failure(".docx", book())
    assert "password" in failure(".docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def test_a_zip_that_would_unpack_to_more_than_any_article_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.formats.zip_container._MAX_UNPACKED_BYTES", 1000)
    assert "unpacks to more than" in failure(".docx", word_file())


_PACKAGE = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>أخبار القطار</dc:title><dc:language>ar</dc:language>
<dc:date opf:event="modification" xmlns:opf="http://www.idpf.org/2007/opf">2023-01-01</dc:date>
<dc:date>2022-05-12</dc:date></metadata>
<manifest><item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="b" href="two%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="one.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""


def book(*, encrypted: bool = False) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as container:
        container.writestr("mimetype", "application/epub+zip")
        container.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/package.opf"/></rootfiles></container>',
        )
        container.writestr("OEBPS/package.opf", _PACKAGE)
        container.writestr("OEBPS/nav.xhtml", "<html><body><p>فهرس</p></body></html>")
        container.writestr(
            "OEBPS/one.xhtml", f"<?xml version='1.0' encoding='utf-8'?><html><body><p>{_FIRST}.</p></body></html>"
        )
        container.writestr("OEBPS/two b.xhtml", f"<html><body><h2>ثانيا</h2><p>{_SECOND}<br/>سطر</p></body></html>")
        if encrypted:
            container.writestr(
                "META-INF/encryption.xml",
                '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#">'
                '<e:CipherReference URI="OEBPS/one.xhtml"/></encryption>',
            )
    return stream.getvalue()


def test_an_e_book_reads_in_the_order_of_its_spine_without_its_contents_page() -> None:
    article = only(".epub", book())
    assert article.text.split("\n") == [f"{_FIRST}.", "", "ثانيا", _SECOND, "سطر"]
    assert (article.title, article.language) == ("أخبار القطار", "ar")
    assert article.published == datetime.date(2022, 5, 12)


def test_a_locked_or_damaged_e_book_is_refused() -> None:
    assert "rights" in failure(".epub", book(encrypted=True))
    assert "damaged" in failure(".epub", book()[:300])
    assert "damaged" in failure(".epub", word_file())


# Tables


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_each_row_of_a_csv_file_is_an_article_whatever_the_delimiter(delimiter: str) -> None:
    rows = [
        ["العنوان", "النص", "تاريخ النشر", "المصدر", "اللغة"],
        ["قطار", f'"{ARABIC}\nسطر"', "12 أيار 2022", "وكالة", "ar"],
    ]
    [article] = READERS[".csv"]("\r\n".join(delimiter.join(row) for row in rows).encode("utf-8-sig"))
    assert isinstance(article, RawArticle)
    assert article.text == f"{ARABIC}\nسطر\n\nالمصدر: وكالة"
    assert (article.key, article.title, article.language) == ("1", "قطار", "ar")
    assert article.published == datetime.date(2022, 5, 12)


def test_a_bad_row_is_named_by_its_line_and_the_rows_after_it_are_read() -> None:
    data = b'Headline,Body\nA,"two\nlines"\nB,\nC,c,too,many\n\nD,"broken" quote\nE,last\n'
    articles = list(READERS[".csv"](data))
    assert [article.key for article in articles] == ["1", "2", "3", "4", "5"]
    reasons = [article.reason for article in articles if isinstance(article, LeftOut)]
    assert reasons[0] == "row in line 4: no text"
    assert reasons[1] == "row in line 5: 4 fields where the header names 2"
    assert reasons[2].startswith("row in line 7: ")
    assert isinstance(articles[4], RawArticle)
    assert articles[4].text == "last"


def test_a_table_without_a_text_column_is_refused_with_the_columns_it_has() -> None:
    assert failure(".csv", b"id,colour\n1,red\n").endswith("the columns are: id, colour")


def test_a_field_longer_than_the_usual_limit_is_read_whole() -> None:
    text = "word " * 60_000
    assert only(".csv", f"title,text\nT,{text}\n".encode()).text.strip() == text.strip()


def test_a_json_lines_file_whose_first_line_is_broken_still_gives_the_others() -> None:
    broken, good = READERS[".jsonl"](b'oops\n{"text": "good"}\n')
    assert isinstance(broken, LeftOut)
    assert isinstance(good, RawArticle)


def test_a_table_saved_as_unicode_text_by_a_spreadsheet_is_read() -> None:
    assert only(".csv", "العنوان\tالنص\r\nقطار\tوصل القطار\r\n".encode("utf-16")).text == "وصل القطار"


def test_each_line_of_a_json_lines_file_is_an_article() -> None:
    lines = [
        json.dumps(
            {
                "headline": "Train",
                "content": "It runs.\u2028Daily.",
                "published_at": "2022-05-12T10:00:00Z",
                "lang": "en",
            }
        ),
        "",
        "{broken",
        json.dumps({"headline": "no text"}),
        json.dumps(["a", "list"]),
        json.dumps({"text": "last", "source": "Agency"}, ensure_ascii=False),
    ]
    articles = list(READERS[".jsonl"]("\n".join(lines).encode()))
    assert isinstance(articles[0], RawArticle)
    assert (articles[0].title, articles[0].language) == ("Train", "en")
    assert articles[0].published == datetime.date(2022, 5, 12)
    skipped = {row.key: row.reason for row in articles if isinstance(row, LeftOut)}
    assert skipped["2"].startswith("row in line 3: not valid JSON")
    assert skipped["3"] == "row in line 4: no text"
    assert skipped["4"] == "row in line 5: not a JSON object"
    assert isinstance(articles[4], RawArticle)
    assert (articles[4].key, articles[4].text) == ("5", "last\n\nsource: Agency")


def test_no_format_loads_its_library_before_a_file_of_it_is_read() -> None:
    code = (
        "import sys; import rag.formats, rag.articles, rag.duplicates, rag.furniture; "
        "libraries = ('trafilatura', 'pdfminer', 'docx', 'lxml', 'datasketch', 'dateparser', 'yaml'); "
        "print([name for name in libraries if name in sys.modules])"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("suffix", sorted(READERS))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_with_bytes_changed_is_read_or_refused_but_breaks_nothing(suffix: str, data: st.DataObject) -> None:
    good = bytearray(_WHOLE_FILES[suffix])
    for _ in range(data.draw(st.integers(1, 6))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    length = data.draw(st.integers(1, len(good)))
    try:
        articles = list(READERS[suffix](bytes(good[:length])))
    except FormatError:
        return
    assert all(isinstance(article, (RawArticle, LeftOut)) for article in articles)


_WHOLE_FILES = {
    ".txt": f"---\ntitle: T\n---\n{ARABIC}".encode(),
    ".md": f"# T\n\n{ARABIC}\n\n| a | b |\n|---|---|\n| c | d |\n".encode(),
    ".html": page("utf-8"),
    ".htm": page("windows-1256"),
    ".pdf": arabic_pdf(PDF_LINES[:1]),
    ".docx": word_file(),
    ".epub": book(),
    ".csv": f"title,text,date\nT,{FRENCH},2022-05-12\nU,{RUSSIAN},\n".encode(),
    ".jsonl": f'{{"title": "T", "text": "{HEBREW}"}}\n{{"text": "x"}}\n'.encode(),
}
