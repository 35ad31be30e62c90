"""Which questions ask for a number or a time, and which sentences hold one."""

import pytest

from rag.question_types import AnswerKind, answer_kind, holds, is_number

NUMBER, TIME, OTHER = AnswerKind.NUMBER, AnswerKind.TIME, AnswerKind.OTHER


@pytest.mark.parametrize(
    "question",
    [
        "كم جنديا قتل في إدلب؟", "وكم قتل؟", "بكم اشترت تركيا المنظومة؟", "ما عدد القتلى؟", "كَمْ عددهم؟",
        "How many soldiers were killed?", "how much did it cost",
        "Сколько солдат погибло?", "Скольких спасли?",
        "כמה חיילים נהרגו?", "וכמה נפצעו?", "בכמה נמכר?",
        "Combien de soldats ?", "Wie viele Soldaten?", "Wie viel kostet es?", "¿Cuántos soldados?",
        "¿Cuántas personas?", "Kaç asker öldü?", "چند سرباز کشته شدند؟", "有多少人死亡？", "کتنے فوجی مارے گئے؟",
        "Скільки солдатів загинуло?",
    ],
)  # fmt: skip
def test_a_question_for_a_number_is_known_in_every_language(question: str) -> None:
    assert answer_kind(question) is NUMBER


@pytest.mark.parametrize(
    "question",
    [
        "متى سقطت الطائرة؟", "ومتى كان ذلك؟", "منذ متى بدأت الحرب؟", "في أي عام وقعت المعاهدة؟", "ما تاريخ الاجتماع؟",
        "When was the plane shot down?", "In which year did it begin?", "What date was the summit?",
        "Когда сбили самолёт?", "В каком году началась война?", "В какой день встретились?",
        "מתי הופל המטוס?", "ומתי זה קרה?", "באיזו שנה?",
        "Quand l'avion est-il tombé ?", "En quelle année ?", "Wann war das?", "In welchem Jahr begann er?",
        "¿Cuándo cayó?", "¿En qué año nació?", "Uçak ne zaman düştü?", "چه زمان رخ داد؟", "事故是什么时候发生的？",
        "Коли це сталося?",
    ],
)  # fmt: skip
def test_a_question_for_a_time_is_known_in_every_language(question: str) -> None:
    assert answer_kind(question) is TIME


@pytest.mark.parametrize(
    "question",
    [
        "من أسقط الطائرة؟", "هل تحدث الرئيسان؟", "لماذا غادر الوفد؟", "ما الحكم الذي صدر؟", "جاء كي يتعلم",
        "Who shot down the plane?", "Whenever it happens, who decides?", "Кто сбил самолёт?", "Какой ответ он дал?",
        "מי הפיל את המטוס?", "Qui a abattu l'avion ?", "谁击落了飞机？", "", "؟",
    ],
)  # fmt: skip
def test_any_other_question_asks_for_neither(question: str) -> None:
    assert answer_kind(question) is OTHER


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When did how many soldiers die", TIME),
        ("How many died when the plane fell?", NUMBER),
        ("كم قتل عندما التقى، ومتى", NUMBER),
    ],
)
def test_of_two_words_that_ask_in_one_question_the_first_decides(question: str, kind: AnswerKind) -> None:
    assert answer_kind(question) is kind


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("How many were killed? When did it happen?", TIME),
        ("متى سقطت الطائرة؟ وكم قتل فيها؟", NUMBER),
        ("Сколько погибло? А в Идлибе?", NUMBER),
        ("متى التقيا؟ وأين؟", TIME),
    ],
)
def test_a_follow_up_asks_for_its_own_kind_or_else_for_that_of_the_question_before(
    query: str, kind: AnswerKind
) -> None:
    assert answer_kind(query) is kind


@pytest.mark.parametrize(
    "sentence",
    [
        "Two pilots died.", "Dozens fled.", "It cost 4.5 million.", "قتل ٣٣ جنديا", "وقتل جنديان", "ثلاثةُ جنودٍ",
        "بعشرة آلاف", "Погибли два солдата.", "שלושה חיילים", "Trois soldats",
    ],
)  # fmt: skip
def test_a_figure_or_a_word_for_a_number_is_a_number(sentence: str) -> None:
    assert holds(NUMBER, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "On Friday evening it fell.", "In March 2018.", "يوم الجمعة الماضي", "بمساء الأحد", "في آب", "12/3/2018",
        "Во вторник утром.", "В марте 2018 года", "ביום שני", "בפברואר", "Un lundi de février",
    ],
)  # fmt: skip
def test_a_date_a_day_or_a_month_is_a_time(sentence: str) -> None:
    assert holds(TIME, sentence)


@pytest.mark.parametrize("kind", [NUMBER, TIME])
@pytest.mark.parametrize(
    "sentence", ["The plane fell into the sea.", "سقطت الطائرة في البحر.", "Самолёт упал.", "המטוס נפל.", ""]
)
def test_a_sentence_without_either_holds_none(kind: AnswerKind, sentence: str) -> None:
    assert not holds(kind, sentence)


def test_any_sentence_may_answer_a_question_of_another_kind() -> None:
    assert holds(OTHER, "")
    assert holds(OTHER, "The plane fell.")


@pytest.mark.parametrize(
    ("word", "number"),
    [("12", True), ("ثلاثه", True), ("وثلاثه", True), ("два", True), ("plane", False), ("done", False)],
)
def test_a_word_is_a_number_as_a_figure_or_spelt_out(word: str, number: bool) -> None:
    assert is_number(word) is number
