"""How far a question hangs on those before it: what names its own subject stands alone, what points back does not."""

import pytest
from hypothesis import given
from text_fakes import ANY_TEXT

from rag.dependence import Dependence, dependence_of
from training.news_dossiers import dossiers

DEPENDS = [
    "ومتى كان ذلك؟", "ومن معه؟", "كم عددهم؟", "أين حدث ذلك؟", "ماذا قال عنها؟", "متى توفي؟", "وكيف رد على ذلك؟",
    "ما هو موقفهم من القرار؟", "من هو؟", "من الرئيس؟", "ولماذا؟", "وبماذا رد؟", "وعلى من؟", "وأيضا؟", "والجرحى؟",
    "And when?", "When did it happen?", "How many of them were killed?", "What did he say about it?", "Why?",
    "so what happened then", "Who was there with him?", "How long did their meeting last?", "What about the wounded?",
    "А когда?", "Где это произошло?", "Сколько их было?", "Что он сказал об этом?", "И почему?", "А в каком году?",
    "ומתי?", "מה הוא אמר על זה?", "איפה זה קרה?", "כמה?", "ולמה?", "ולאורך מה הוא עובר?", "כמה מהם הופלו?",
    "Et quand ?", "Quand est-ce qu'il est arrivé là ?", "Und wann?", "Wann ist es dort passiert?",
    "¿Y cuándo?", "¿Qué dijo ella de eso ayer?", "Peki neden?", "E quando?",
]  # fmt: skip
POINTS_BACK = [
    # A cue, but a name as well, or so much else that it may well stand alone.
    "And what did Macron say?", "What did she tell Putin?", "А чего требовал Путин?", "Restrictions from Moscow?",
    "Why does Russia bomb these areas?", "Зачем Россия бомбит эти районы?",
    "وماذا قالت وزارة الدفاع الروسية عن الطائرة التي سقطت في البحر؟",
    "ומה אמר דובר הקרמלין על המבצע הצבאי הטורקי שם באידליב?",
]  # fmt: skip
MAY_DEPEND = [
    "How many soldiers were wounded?", "Who asked for the call?", "من بادر إلى الاتصال؟",
    "נגד מי מכוונות הפעולות?", "من أسقط الطائرة؟", "متى التقى بوتين ونتنياهو؟", "¿Cuál es la capital de la región?",
]  # fmt: skip
STANDS_ALONE = [
    # Arabic writes no capitals, and "is" as a pronoun.
    "من هو رئيس روسيا الذي زار دمشق؟", "من هي المواطنة الإسرائيلية المعتقلة في روسيا؟", "من هو بوتين؟",
    "מי הוא נתניהו?",
    "ماذا قالت وزارة الدفاع الروسية عن الطائرة؟", "ما الأهمية التي أعطاها بوتين للقمة الثلاثية في سوتشي؟",
    "Did Merkel speak with Macron about the ceasefire?", "What happened in 2018?", "Who is Putin?",
    # What points back finds what it points to within the question.
    "Why is Israel afraid that its ties with Moscow could be shaken?",
    "Which paper wrote that Israel fears for its ties?",
    "ما الطريق السريع الذي يتركز القصف على المناطق الواقعة إلى الجنوب منه؟",
    "لماذا امتنعت اسرائيل عن قصف هدف سوري وقت وجود شويغو هناك؟",
    "О чём говорили Путин и Макрон?", "Сколько турецких солдат погибло в Идлибе?",
    "איך תיאר דובר הקרמלין את המבצע הצבאי של טורקיה?",
]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        *((question, Dependence.DEPENDS) for question in DEPENDS),
        *((question, Dependence.POINTS_BACK) for question in POINTS_BACK),
        *((question, Dependence.MAY_DEPEND) for question in MAY_DEPEND),
        *((question, Dependence.STANDS_ALONE) for question in STANDS_ALONE),
    ],
)
def test_a_question_hangs_on_what_came_before_as_far_as_it_names_nothing(question: str, expected: Dependence) -> None:
    assert dependence_of(question) is expected


def test_of_invented_follow_ups_most_depend_and_of_other_questions_hardly_any() -> None:
    asked = [question for dossier in dossiers() for question in dossier.questions]
    of_follow_ups, of_others = (
        sum(dependence_of(question.text) is Dependence.DEPENDS for question in group) / len(group)
        for group in ([each for each in asked if each.after], [each for each in asked if not each.after])
    )
    assert of_follow_ups > 0.865
    assert of_others < 0.02


@pytest.mark.parametrize("question", ["", " ", "?!", "؟"])
def test_a_question_without_a_word_hangs_on_nothing(question: str) -> None:
    assert dependence_of(question) is Dependence.STANDS_ALONE


@given(ANY_TEXT)
def test_any_text_has_a_dependence(text: str) -> None:
    assert dependence_of(text) in Dependence
