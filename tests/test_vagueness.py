"""A question is asked back only when it names nothing, or only a topic, and several articles compete."""

import dataclasses

import pytest
from text_fakes import hits_of, make_article

from rag.records import Hit
from rag.vagueness import ask_back

CALL = make_article("Bennett and Putin spoke on the phone.", "call.txt", title="The call")
VISIT = make_article("Bennett visited Sochi.", "visit.txt", title="The visit")
RAIN = make_article("Rain fell all week.", "rain.txt", title="Rain")
HITS = hits_of(CALL, VISIT, RAIN)


def in_language(language: str) -> tuple[Hit, ...]:
    return tuple(dataclasses.replace(hit, passage=dataclasses.replace(hit.passage, language=language)) for hit in HITS)


def test_a_bare_name_that_several_articles_hold_is_asked_back_with_these_articles() -> None:
    assert ask_back("Bennett", "en", HITS, 0.2) == (
        "What do the articles say about Bennett?",
        "What does the article “The call” say about Bennett?",
        "What does the article “The visit” say about Bennett?",
    )


def test_a_bare_name_that_one_article_holds_means_that_article() -> None:
    assert ask_back("Putin", "en", HITS, 0.2) == ()
    assert ask_back("Bennett", "en", hits_of(CALL), 0.2) == ()


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("And why did he refuse?", "en"), ("Who?", "en"), ("متى حدث ذلك؟", "ar"), ("لماذا؟", "ar"),
        ("А почему он отказался?", "ru"), ("Когда?", "ru"), ("מתי זה קרה?", "he"),
    ],
)  # fmt: skip
def test_a_question_that_points_at_what_was_never_named_is_asked_back(question: str, language: str) -> None:
    suggestions = ask_back(question, language, in_language(language), 0.2)
    assert [suggestion.startswith(question) for suggestion in suggestions] == [True, True, True]
    assert "The call" in suggestions[0]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Who visited Sochi?", "en"), ("Why did Bennett refuse?", "en"), ("When did it rain in Sochi?", "en"),
        ("من أسقط الطائرة؟", "ar"),
        ("كم نقطة تخلى عنها دفاع البانثرز؟", "ar"), ("متى تم إعلان هذا المرسوم؟", "ar"),
        ("من هو بينيت؟", "ar"), ("اسم الناطقة بلسان الخارجية الروسية", "ar"),
        ("Кто посетил Сочи?", "ru"), ("מי ביקר בסוצ'י?", "he"), ("Bennett?", "en"), ("", "en"), ("…", "en"),
        ("Bennett visits Sochi", "en"),
    ],
)  # fmt: skip
def test_a_question_that_names_what_it_asks_about_is_never_asked_back(question: str, language: str) -> None:
    assert ask_back(question, language, in_language(language), 0.2) == ()


def test_what_is_suggested_is_not_vague_itself() -> None:
    for vague in ("Bennett", "Who?"):
        for suggestion in ask_back(vague, "en", HITS, 0.2):
            assert ask_back(suggestion, "en", HITS, 0.2) == ()


def test_a_question_that_points_at_nothing_is_answered_where_an_article_surely_does() -> None:
    question = "How many cardinals are there?"
    assert ask_back(question, "en", HITS, 0.4)
    assert ask_back(question, "en", HITS, 0.9) == ()
