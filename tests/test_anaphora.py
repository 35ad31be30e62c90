"""What points back at something said before, and what only looks as if: pronouns, suffixes and demonstratives."""

import pytest
from hypothesis import given
from text_fakes import ANY_TEXT

from rag.anaphora import points_back, without_first_pointers

POINTING = [
    # "His" is written as one letter at the end of an Arabic word.
    "لماذا علّق عمله أسبوعا؟", "كم فقد من عائلته؟", "ما اسم شركته؟", "كم كان عددهم؟", "من صرّح بذلك؟",
    "מי ירה אותן?", "אילו צעדים ננקטו נגדו?", "כמה זמן נעדר, לדבריו?", "מה שמו?",
    "Comment s'appelle-t-elle ?", "Où doit-il passer ses nuits ?", "Depuis quand est-il là ?",
    "What did the owner's lawyer think of it?", "annual budget for that?", "Из-за чего оно перевернулось?",
]  # fmt: skip
NOT_POINTING = [
    # Behind what is counted, or behind "what is it that", the pronoun is that of the question.
    "كم قرية غمرها النيل الأزرق في سنار؟", "كم شخصا شملهم العفو في عيد العرش؟", "ما الذي نصح به أدلر موسكو؟",
    # A root may end in that letter; and careless writing ends a feminine word in it.
    "أين يتوجه الوفد بعد أثينا؟", "من انتبه إلى السرقة في المتحف؟", "وين درست هاله ابو ضاهر بالجامعه",
    "لماذا غابت الإمارات عن المناورات هذا العام؟", "Сколько россиян отдохнуло в Турции за этот год?",
    "How many people came to the memorial this summer?",
    "מי זה תימור ואלייב?", "מה שם השר שהתפטר?", "מה שמו של השוטר שהושעה?", "לשם מה נסע השר לסוצ'י?",
    # The noun stands before the verb and its pronoun.
    "Où l'armateur a-t-il été arrêté ?", "Quand le ministre doit-il partir ?",
]  # fmt: skip


@pytest.mark.parametrize("question", POINTING)
def test_a_pronoun_without_anything_to_point_to_points_back(question: str) -> None:
    assert points_back(question)


@pytest.mark.parametrize("question", NOT_POINTING)
def test_what_finds_its_meaning_within_the_question_does_not_point_back(question: str) -> None:
    assert not points_back(question)


@given(ANY_TEXT)
def test_of_any_text_only_whole_words_at_its_head_are_taken_away(text: str) -> None:
    parts, kept = text.split(), without_first_pointers(text, "ar").split()
    assert kept == parts[len(parts) - len(kept) :]


@pytest.mark.parametrize(
    ("text", "language", "kept"),
    [
        ("этом сообщил", "ru", "сообщил"),
        ("ذلك هو السبب", "ar", "السبب"),
        ("report about that", "en", "report about that"),
    ],
)
def test_words_that_point_back_are_taken_from_the_head_and_left_elsewhere(text: str, language: str, kept: str) -> None:
    assert without_first_pointers(text, language) == kept
