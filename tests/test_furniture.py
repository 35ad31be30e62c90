"""Page furniture is marked line by line; sentences never are."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.furniture import furniture_spans

BEFORE = "جملة أولى من الخبر هنا.\nجملة ثانية منه.\nجملة ثالثة.\nجملة رابعة.\n"
AFTER = "\nThe last sentence of the article stands here."


def marked(text: str) -> list[str]:
    return [text[start:end] for start, end in furniture_spans(text)]


FURNITURE = """مقالات ذات صلة
زر الذهاب إلى الأعلى
المصدر: وكالات
المصدر : قناة الأخبار + وكالات
شاركها
فيسبوك تويتر واتساب تلغرام
تابعنا على تلغرام
نسخ الرابط
الوسوم: نقل, قطارات
جميع الحقوق محفوظة © 2022
اقرأ أيضًا
اقرأ أيضا: الوزير يزور المحطة الجديدة
إعلان
Share this article
Facebook Twitter WhatsApp
Back to top
Related articles
Read more
Advertisement
Source: Reuters
Tags: trains, transport
© 2022 Example News. All rights reserved.
We use cookies to improve your experience.
Subscribe to our newsletter
5 min read
Читайте также: Министр открыл вокзал
Источник: РИА Новости
Поделиться
Подписывайтесь на наш Telegram-канал
Наверх
מקור: סוכנויות
כתבות נוספות
שתפו את הכתבה
תגובות (12)
כל הזכויות שמורות
Source : AFP
À lire aussi
Publicité
Retour en haut
Quelle: dpa
Das könnte Sie auch interessieren
Anzeige
Fuente: EFE
Noticias relacionadas
Kaynak: AA
İlgili haberler
Başa dön
منبع: ایرنا
مطالب مرتبط
بازگشت به بالا""".split("\n")


@pytest.mark.parametrize("line", FURNITURE)
def test_a_line_of_page_furniture_is_marked_whole(line: str) -> None:
    assert marked(BEFORE + line + AFTER) == [line]


SENTENCES = """المصدر: قالت مصادر مطلعة للصحيفة إن الاجتماع سيعقد في العاصمة يوم الخميس المقبل.
المصدر الرئيسي للقلق هو الوضع على الحدود
وقال المصدر: الوضع هادئ.
تابع الرئيس المناورات من غرفة العمليات
اشترك في الاجتماع وزراء الخارجية والدفاع
شارك مع قواته في المعركة
انضم إلى الحلف ثلاث دول
إعلان حالة الطوارئ في المدينة
ذات صلة بالموضوع قال الوزير
Share prices fell after the announcement
Sources: the two leaders spoke for an hour, and agreed to meet again next month in the capital
Copyright law reform passes in Brussels
More news is expected on Friday.
Home Secretary resigns
Источник в правительстве рассказал о встрече
Реклама алкоголя запрещена
Publicité mensongère : l'entreprise condamnée
הצטרפו למחאה אלפי אנשים
Reklam yasağı kararı açıklandı""".split("\n")


@pytest.mark.parametrize("line", SENTENCES)
def test_a_sentence_or_headline_with_the_same_words_is_not_marked(line: str) -> None:
    assert marked(BEFORE + line + AFTER) == []
    assert marked(line + AFTER) == []


def test_titles_after_a_related_heading_at_the_end_are_marked_with_it() -> None:
    tail = ["مقالات ذات صلة", "روسيا تعلن موقفها من الأزمة", "تركيا ترد على البيان", "زر الذهاب إلى الأعلى"]
    assert marked(BEFORE + "\n\n".join(tail)) == tail


def test_a_related_heading_inside_the_article_marks_itself_only() -> None:
    assert marked(f"{BEFORE}مقالات ذات صلة\nعنوان خبر آخر\nوأضاف الوزير أن بلاده لن تقبل بذلك.") == ["مقالات ذات صلة"]


def test_a_path_of_pages_is_marked_at_the_head_only() -> None:
    path = "الرئيسية > أخبار > سوريا"
    assert marked(f"{path}\nعنوان\nنص الخبر.") == [path]
    assert marked(f"{BEFORE}حلب > حمص{AFTER}") == []


def test_lines_keep_their_own_white_space_inside_the_span() -> None:
    text = f"{BEFORE}  المصدر: وكالات \t{AFTER}"
    assert marked(text) == ["  المصدر: وكالات \t"]


@given(st.lists(st.sampled_from([*FURNITURE, *SENTENCES, "", "  "]), max_size=12))
def test_spans_are_sorted_disjoint_whole_lines(lines: list[str]) -> None:
    text = "\n".join(lines)
    spans = furniture_spans(text)
    assert list(spans) == sorted(spans)
    for start, end in spans:
        assert 0 <= start < end <= len(text)
        assert "\n" not in text[start:end]
        assert start == 0 or text[start - 1] == "\n"
        assert end == len(text) or text[end] == "\n"


def test_hostile_lines_do_not_make_the_rules_slow() -> None:
    text = "\n".join(
        ["share | " * 13, "a > " * 26, "المصدر" + ":" * 100, "- " * 54, "facebook " * 12, "more from " * 10] * 200
    )
    began = time.monotonic()
    furniture_spans(text)
    assert time.monotonic() - began < 2.0


def test_no_rule_holds_an_unescaped_newline() -> None:
    assert not any(re.search(r"\n", line) for line in FURNITURE)
