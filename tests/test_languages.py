"""Short questions are told apart by language, and letters outvote names of another script."""

import pytest

from rag.languages import UNKNOWN, dominant_direction, identify_language, is_plausible_language, is_right_to_left

QUESTIONS = {
    "ar": (
        "من التقى الرئيس في القمة؟",
        "متى وقع الانفجار؟",
        "كم عدد القتلى",
        "أين تقع تدمر",
        "لماذا انسحب الوفد",
        "هل زار الوزير طهران",
        "بوتين",
        "ماذا قالت الصحيفة",
    ),
    "en": (
        "Who met the president at the summit?",
        "When did the strike happen?",
        "casualties in Idlib",
        "Why did she call",
    ),
    "ru": ("Кто встретился с президентом?", "Когда был удар?", "Сколько погибло", "Путин", "Где прошла встреча"),
    "he": ("מי פגש את הנשיא?", "מתי", "כמה חיילים נהרגו"),
    "fr": ("Qui a rencontré le président ?", "Quand a eu lieu la frappe ?", "Combien de soldats ont été tués"),
    "de": ("Wer traf den Präsidenten in Sotschi?", "Wann war der Angriff?", "Wie viele Soldaten wurden getötet"),
    "es": ("¿Quién se reunió con el presidente?", "¿Cuándo ocurrió el ataque?", "dónde está Palmira"),
    "tr": ("Cumhurbaşkanı kiminle görüştü?", "Saldırı ne zaman oldu?", "Kaç asker öldü"),
    "fa": ("چه کسی با رئیس جمهور دیدار کرد؟", "حمله کی رخ داد؟", "چند سرباز کشته شدند"),
    "zh": ("谁会见了总统?", "袭击什么时候发生"),
    "uk": ("Хто зустрівся з президентом?", "Коли стався удар?", "Чому Москва незадоволена"),
    "ur": ("صدر سے کس نے ملاقات کی؟", "حملہ کب ہوا؟", "کتنے فوجی مارے گئے"),
    "ja": ("誰が大統領に会ったか",),
    "ko": ("누가 대통령을 만났나",),
}


@pytest.mark.parametrize(
    ("language", "question"), [(code, text) for code, texts in QUESTIONS.items() for text in texts]
)
def test_a_short_question_is_in_its_language(language: str, question: str) -> None:
    assert identify_language(question) == language


@pytest.mark.parametrize("text", ["", "   ", "123 ؟!", "2018-09-17", "…", "\u200f\u200f", "A"])
def test_a_text_without_enough_letters_is_of_no_language(text: str) -> None:
    assert identify_language(text) == UNKNOWN


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "ماذا قال عن Naama Issachar وعن WhatsApp؟"),
        ("ar", "أين يقع Energy Projects International؟"),
        ("ru", "Что делала компания Electric Light & Manufacturing?"),
        ("he", "מה כתבו ב Haaretz"),
        ("en", "What does the word الحانوكا mean?"),
        ("en", "Who is Сергей Лавров and what did he say"),
    ],
)
def test_names_in_another_script_do_not_flip_the_language(language: str, text: str) -> None:
    assert identify_language(text) == language


def test_the_language_of_most_letters_wins() -> None:
    arabic, english = "قالت الوزارة إن الاجتماع سيعقد غدا. ", "The ministry said that talks will be held. "
    assert identify_language(arabic * 5 + english) == "ar"
    assert identify_language(english * 5 + arabic) == "en"


def test_line_ends_do_not_hide_what_follows_them() -> None:
    assert identify_language("\n\nLe ministre\na déclaré\nque la réunion\naura lieu demain") == "fr"


def test_a_long_text_is_told_by_all_its_letters_at_once() -> None:
    assert identify_language("جملة عربية قصيرة عن السياسة. " * 20_000) == "ar"


@pytest.mark.parametrize("text", ["ﻣﺤﺎﺩﺛﺎﺕ", "مُحَادَثَاتٌ جَدِيدَةٌ", "محـــادثات"])
def test_shaped_vowelled_and_stretched_arabic_is_arabic(text: str) -> None:
    assert identify_language(text) == "ar"


def test_persian_typed_on_an_arabic_keyboard_is_not_taken_for_arabic_when_its_letters_show() -> None:
    assert identify_language("پرسش: وزير چه گفت و كجا رفت") == "fa"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("ar", True), ("he", True), ("fa", True), ("ur", True), ("en", False), ("ru", False), ("und", False), ("", False)],
)
def test_languages_of_arabic_and_hebrew_script_run_right_to_left(language: str, expected: bool) -> None:
    assert is_right_to_left(language) is expected


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("قال بوتين OK", "rtl"),
        ("Putin said نعم", "ltr"),
        ("", "ltr"),
        ("2018", "ltr"),
        ("שלום", "rtl"),
        ("Путин", "ltr"),
    ],
)
def test_the_direction_of_a_mixed_text_is_that_of_most_letters(text: str, direction: str) -> None:
    assert dominant_direction(text) == direction


def test_a_language_of_another_script_is_not_plausible() -> None:
    assert not is_plausible_language("en", "قالت الوزارة إن الاجتماع سيعقد غدا")
    assert is_plausible_language("fa", "قالت الوزارة إن الاجتماع سيعقد غدا")
    assert is_plausible_language("fr", "2018")
