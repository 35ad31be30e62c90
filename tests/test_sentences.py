"""Sentences end where a reader of that script sees an end, and their spans lose nothing."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from text_fakes import ANY_TEXT

from rag.sentences import sentence_spans, trim


def sentences(text: str, language: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language)]


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("ar", "هل وصل الوفد؟", "نعم وصل أمس."),
        ("ar", "غادر الوزير!", "ثم عاد."),
        ("ar", "التقى الوفدان؛", "واتفقا على الهدنة."),
        ("ur", "یہ پہلا جملہ ہے۔", "یہ دوسرا جملہ ہے۔"),
        ("fa", "آیا او آمد؟", "بله آمد."),
        ("he", "מה קרה?", "לא קרה דבר."),
        ("he", "הוא הלך!", "והיא נשארה."),
        ("hi", "यह पहला वाक्य है।", "यह दूसरा है।"),
        ("ja", "第一文です。", "第二文です。"),
        ("am", "ይህ ነው።", "ያ ነው።"),
        ("my", "ကျွန်တော်။", "သူ။"),
        ("hy", "Սա առաջինն է։", "Սա երկրորդն է։"),
        ("el", "Ήρθε χθες.", "Έφυγε σήμερα."),
        ("ru", "Он ушёл…", "Потом вернулся."),
        ("en", "Then he left…", "Nobody followed."),
        ("en", "Really?!", "Yes."),
        ("es", "¿Qué dijo?", "¡Nada!"),
    ],
)
def test_a_boundary_mark_of_each_script_parts_two_sentences(language: str, first: str, second: str) -> None:
    assert sentences(f"{first} {second}", language) == [first, second]


def test_marks_of_full_width_part_sentences_without_any_space() -> None:
    assert sentences("第一句。第二句！第三句？第四句｡第五句．完", "zh") == [
        "第一句。", "第二句！", "第三句？", "第四句｡", "第五句．", "完",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Mr. Smith met Dr. Jones at 3.5 p.m. in the U.S. embassy."),
        ("en", "John F. Kennedy met J. R. Smith in Vienna."),
        ("ru", "В 2018 г. в г. Сочи выступил А. С. Иванов."),
        ("ar", "قال د. أحمد إن م. علي وصل."),
        ("de", "Herr Dr. Müller kam z. B. am 3. Mai an."),
        ("es", "El Sr. García llegó tarde."),
        ("tr", "Prof. Dr. Ahmet geldi."),
        ("en", "The bill rose by 4.5 percent to 1.234 dollars."),
        ("he", 'ד"ר כהן הגיע לאו"ם.'),
        ("en", "He waited… and left."),
        ("ar", "انتظر… ثم غادر."),
    ],
)
def test_the_stop_of_an_abbreviation_an_initial_a_number_or_a_pause_ends_nothing(language: str, text: str) -> None:
    assert sentences(text, language) == [text]


@pytest.mark.parametrize(
    ("language", "quoted"),
    [
        ("ar", "قال: «وصل الوفد. ثم غادر.»"),
        ("ar", "قال: «اتفقنا؛ وسنوقع غدا»"),
        ("en", "He said: “We met. We talked.”"),
        ("ru", "Он сказал: «Да. Нет.»"),
        ("fr", "M. Macron a dit : « Oui. Non. »"),
        ("ja", "「引用。終わり。」"),
    ],
)
def test_a_quotation_of_several_sentences_is_kept_whole(language: str, quoted: str) -> None:
    assert sentences(quoted, language) == [quoted]


def test_a_semicolon_within_an_open_bracket_parts_nothing() -> None:
    text = "حضر الوزراء (الدفاع؛ الخارجية) الاجتماع"
    assert sentences(text, "ar") == [text]


def test_a_line_end_always_ends_a_sentence() -> None:
    assert sentences("A heading\nthe first line\n\n\tthe last, “unclosed\nquote", "en") == [
        "A heading", "the first line", "the last, “unclosed", "quote",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t \u00a0\u3000\n"])
def test_a_text_of_white_space_has_no_sentence(text: str) -> None:
    assert sentence_spans(text, "ar") == ()


@pytest.mark.parametrize("language", ["und", "xx", "ar", "zh"])
def test_an_unknown_language_is_split_all_the_same(language: str) -> None:
    assert sentences("One came. Two left.", language) == ["One came.", "Two left."]


@given(ANY_TEXT, st.sampled_from(["ar", "en", "ru", "he", "fa", "zh", "und"]))
@example("a\x85b\u2028c\x0bd\x1ce.\r f", "en")
@example("\u200fهل؟\u200f \u200eنعم.\u200f", "ar")
@example("e\u0301. \u0301 🎉. 𐤀", "en")
def test_spans_are_disjoint_ordered_trimmed_and_hold_every_character_but_white_space(text: str, language: str) -> None:
    spans = sentence_spans(text, language)
    covered: set[int] = set()
    position = 0
    for start, end in spans:
        assert position <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert "\n" not in text[start:end]
        covered.update(range(start, end))
        position = end
    assert not [offset for offset in set(range(len(text))) - covered if not text[offset].isspace()]


@given(st.text(max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_trim_gives_the_same_text_without_white_space_at_its_ends(text: str, start: int, end: int) -> None:
    start, end = min(start, len(text)), min(end, len(text))
    span = trim(text, start, end)
    piece = text[start:end].strip()
    assert (text[span[0] : span[1]] if span else "") == piece
    assert (span is None) == (not piece)
