"""What counts as the same word, what does not, and where a normalised character came from."""

import unicodedata

import pytest
import Stemmer
from hypothesis import example, given
from hypothesis import strategies as st
from text_fakes import ANY_TEXT

from rag import analysis
from rag.analysis import grams, normalise, normalise_with_offsets, stems, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد", "احمد"), ("إدلب", "ادلب"), ("آب", "اب"), ("ٱلله", "الله"),
        ("مستشفى", "مستشفي"), ("مدرسة", "مدرسه"), ("مؤتمر", "موتمر"), ("طائرة", "طايره"),
        ("الرَّئيسُ", "الرئيس"), ("شُكْرًا", "شكرا"), ("قرآن", "قران"), ("هـذا", "هذا"), ("الـــرئيس", "الرئيس"),
        ("٢٠١٨", "2018"), ("۲۰۱۸", "2018"), ("٣٫٥", "3.5"), ("١٬٠٠٠", "1,000"),
        ("علی", "علي"), ("کتاب", "كتاب"), ("ﷲ", "الله"), ("ﻻ", "لا"), ("ہذا", "هذا"), ("ھذا", "هذا"), ("لَهُۥ", "له"),
        ("שָׁלוֹם", "שלום"), ("צה״ל", 'צה"ל'), ("ג׳ורג", "ג'ורג"), ("בֵּית", "בית"),
        ("ёлка", "елка"), ("Ёлка", "ЕЛКА"), ("за\u0301мок", "замок"), ("МОСКВА", "москва"),
        ("Élysée", "elysee"), ("naïve", "naive"), ("Müller", "muller"), ("Straße", "STRASSE"), ("Łódź", "łodz"),
        ("e\u0301lan", "élan"), ("ﬁne", "fine"), ("Ａ１", "a1"), ("İstanbul", "istanbul"), ("Ὀδυσσεύς", "οδυσσευσ"),
        ("don’t", "don't"), ("مقاله\u200cها", "مقالهها"), ("a\u200fb\u2069", "ab"),
    ],
)  # fmt: skip
def test_spellings_that_a_reader_takes_for_the_same_are_equal(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("مدرسة", "مدرس"), ("سوريا", "روسيا"), ("علم", "عالم"), ("ذهب", "دهب"), ("2018", "2019"), ("٣٫٥", "35"),
        ("שלום", "שלומ"), ("כלב", "קלב"),
        ("мой", "мои"), ("русский", "русскии"), ("ь", "ъ"), ("їжа", "іжа"),
        ("cat", "car"), ("a b", "ab"), ("a", "а"),
        ("が", "か"), ("हिंदी", "हद"), ("ที่", "ท"), ("한국", "하구"),
    ],
)  # fmt: skip
def test_spellings_of_different_words_stay_apart(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(ANY_TEXT)
@example("ﷺ ﬃ ½ 각 ǅ ʼn ΐ")
@example("\u0301\u0651a\u0640\u200f")
def test_every_normalised_character_has_a_valid_offset_and_they_never_go_back(text: str) -> None:
    normalised, offsets = normalise_with_offsets(text)
    assert len(offsets) == len(normalised)
    assert all(0 <= offset < len(text) for offset in offsets)
    assert offsets == sorted(offsets)
    assert normalised == normalise(text)


@given(ANY_TEXT, ANY_TEXT)
def test_normalising_goes_character_by_character_so_offsets_hold_anywhere_in_a_text(one: str, other: str) -> None:
    assert normalise(one + other) == normalise(one) + normalise(other)


def test_an_offset_leads_back_to_the_character_it_was_made_from() -> None:
    text = "قال الرَّئيسُ ﷺ"
    normalised, offsets = normalise_with_offsets(text)
    at = normalised.index("رييس")
    assert text[offsets[at] : offsets[at + 3] + 1] == "رَّئيس"
    assert text[offsets[-1]] == "ﷺ"


def test_no_mark_of_pronunciation_or_direction_is_left_in_arabic_hebrew_or_latin_text() -> None:
    normalised = normalise("قَالَ شَيْخٌ\u200f שָׁלוֹם\u202b Ça déjà vu\u2069 ـــ")
    assert not [sign for sign in normalised if unicodedata.category(sign) in {"Mn", "Cf"} or sign == "\u0640"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قُتِلَ ١٢ جنديًّا، و٣٫٥ مليون!", ["قتل", "12", "جنديا", "و", "3.5", "مليون"]),
        ("و٢٠١٨م بـ15 الـ3 ב2018 covid19", ["و", "2018", "م", "ب", "15", "ال", "3", "ב", "2018", "covid19"]),
        ("2018年iPhone手机、カメラ", ["2018", "年", "iphone", "手机", "カメラ"]),
        ("3.5 1,000 2018. 12:30", ["3.5", "1,000", "2018", "12", "30"]),
        ('צה"ל "מחר"', ['צה"ל', "מחר"]),
        ("l’État don't 'quoted'", ["l'etat", "don't", "quoted"]),
        ("हिन्दी भाषा।", ["हिन्दी", "भाषा"]),
        ("U.S.-based (test)", ["u", "s", "based", "test"]),
        (" .,!؟\u200f ", []),
        ("", []),
    ],
)
def test_words_are_the_letters_and_figures_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("text", ["русский", "Élysée", "한국어", "がぎ", "مؤتمر آب", "שָׁלוֹם", "हिन्दी", "ệ", "ภาษาไทย"])
def test_a_text_has_the_same_words_whether_its_marks_are_parts_of_its_letters_or_stand_behind_them(text: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


@given(ANY_TEXT)
def test_no_word_holds_white_space_or_is_empty(text: str) -> None:
    for word in words(text):
        assert word
        assert not any(sign.isspace() for sign in word)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("ar", "الجنود", "جنود"), ("ar", "السوريين", "سوري"),
        ("en", "attacks", "attacked"), ("en", "meeting", "meetings"),
        ("ru", "самолёта", "самолет"), ("ru", "красный", "красного"), ("ru", "российский", "российского"),
        ("de", "Soldaten", "Soldat"), ("fr", "soldats", "soldat"), ("es", "soldados", "soldado"),
    ],
)  # fmt: skip
def test_forms_of_one_word_share_a_stem(language: str, one: str, other: str) -> None:
    assert set(stems(one, language)) & set(stems(other, language))


ARTICLES = ("ال", "وال", "بال", "كال", "لل", "فال", "ولل", "وبال", "فبال")
PARTICLES = ("و", "ف", "ب", "ل", "ك", "ول", "وب", "فل", "وك")


@pytest.mark.parametrize(
    "noun",
    "روسيا رئيس كتاب بوتين مدرسة سوريا ليبيا فلسطين وزير لبنان واشنطن فرنسا حرب بيت بنك حكومة كورونا برلمان".split(),
)
def test_an_arabic_noun_meets_each_of_its_forms_behind_proclitics(noun: str) -> None:
    bare = set(stems(noun, "ar"))
    assert [proclitic for proclitic in ARTICLES + PARTICLES if not bare & set(stems(proclitic + noun, "ar"))] == []


def test_arabic_nouns_behind_proclitics_do_not_meet_one_another() -> None:
    nouns = "رئيس كتاب مدرسة سوريا وزير كوريا كورونا حرب بيت بنك حكومة برلمان طائرة نفط غاز شركة مطار".split()
    forms = {
        noun: {stem for start in ("", *ARTICLES, *PARTICLES) for stem in stems(start + noun, "ar")} for noun in nouns
    }
    assert [(one, other) for one in nouns for other in nouns if one < other and forms[one] & forms[other]] == []


@pytest.mark.parametrize("language", ["ar", "ru", "he", "en", "und", "xx"])
def test_a_word_is_stemmed_by_its_own_script_whatever_the_text_is_in(language: str) -> None:
    assert stems("Putin's самолёты", language)[1] == stems("самолёт", "ru")[0]


@pytest.mark.parametrize(("language", "stem"), [("fa", "والي"), ("ur", "والي"), ("ckb", "والي")])
def test_arabic_script_of_another_language_is_not_stemmed_as_arabic(language: str, stem: str) -> None:
    assert stems("والی", language) == [stem]


def test_a_stem_is_spelt_as_words_are() -> None:
    assert stems("کتاب‌های", "fa") == ["كتاب"]


def test_every_language_that_snowball_knows_is_stemmed_by_it() -> None:
    known = set(Stemmer.algorithms()) - {"porter", "dutch_porter"}
    assert known == set(analysis._STEMMERS.values())


@pytest.mark.parametrize(
    ("text", "expected"), [("中国人民", ["中国", "国人", "人民"]), ("山", ["山"]), ("ไทย", ["ไท", "ทย"])]
)
def test_where_no_space_parts_the_words_every_two_letters_are_a_stem(text: str, expected: list[str]) -> None:
    assert stems(text, "und") == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("طائر", ["#_طائ", "#طائر", "#ائر_"]),
        ("plane", ["#_pla", "#plan", "#lane", "#ane_"]),
        ("in", ["#_in_"]),
        ("a", ["#_a_"]),
        ("飞机场", ["#飞机", "#机场"]),
        ("山", ["#山"]),
        ("한국어", ["#_한", "#한국", "#국어", "#어_"]),
    ],
)
def test_grams_are_four_letters_with_the_ends_marked_and_two_of_syllables_and_in_scripts_without_spaces(
    word: str, expected: list[str]
) -> None:
    assert grams(word) == expected


@given(ANY_TEXT, st.sampled_from(["ar", "en", "ru", "he", "zh"]))
def test_no_gram_equals_a_stem(text: str, language: str) -> None:
    assert not {gram for word in words(text) for gram in grams(word)} & set(stems(text, language))
