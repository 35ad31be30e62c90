"""Files of every format, made on the spot, and what a reader makes of one: an article, or why not."""

import io
import zipfile

import docx
import fontpkg_almarai  # type: ignore[import-untyped]
import fpdf
import pytest

from rag.formats import READERS, FormatError, RawArticle

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


_PAGE = """<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="{charset}">
<title>قطار سريع يبدأ رحلاته | موقع الأخبار</title>
<meta property="og:title" content="قطار سريع يبدأ رحلاته">
<meta property="article:published_time" content="2022-05-12T09:30:00+03:00"></head>
<body><nav><ul><li><a href="/">الرئيسية</a></li><li><a href="/w">العالم</a></li></ul></nav>
<article><h1>قطار سريع يبدأ رحلاته</h1><p>{first}</p><p>{second}</p></article>
<footer><a href="/about">من نحن</a> <script>var x = "سر";</script></footer></body></html>"""
FIRST, SECOND = ARABIC.split(". ")


def page(charset: str) -> bytes:
    return _PAGE.format(charset=charset, first=f"{FIRST}.", second=SECOND).encode(charset)


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
            "OEBPS/one.xhtml", f"<?xml version='1.0' encoding='utf-8'?><html><body><p>{FIRST}.</p></body></html>"
        )
        container.writestr("OEBPS/two b.xhtml", f"<html><body><h2>ثانيا</h2><p>{SECOND}<br/>سطر</p></body></html>")
        if encrypted:
            container.writestr(
                "META-INF/encryption.xml",
                '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#">'
                '<e:CipherReference URI="OEBPS/one.xhtml"/></encryption>',
            )
    return stream.getvalue()
