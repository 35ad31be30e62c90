"""The dialogues that follow-ups are measured on: their facts stand in the articles they name, and the halves match."""

from collections import Counter

import pytest

from benchmarks.dialogues import (
    CHANGES,
    CORPORA,
    HALVES,
    Dialogue,
    Row,
    pairs_of_standing_questions,
    read_dialogues,
    table,
)
from rag.metrics import contains

DIALOGUES = read_dialogues()


def text_of(dialogue: Dialogue, article_id: str) -> str:
    return (CORPORA[dialogue.corpus] / article_id).read_text(encoding="utf-8")


def here(dialogue: Dialogue) -> bool:
    """The shipped articles always are, the five others where they were handed out."""
    return dialogue.corpus == "shipped corpus" or CORPORA[dialogue.corpus].is_dir()


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: str(dialogue.number))
def test_every_fact_stands_in_an_article_and_every_article_holds_one(dialogue: Dialogue) -> None:
    assert bool(dialogue.articles) == bool(dialogue.answers) == (dialogue.kind != "unanswerable")
    texts = [text_of(dialogue, article_id) for article_id in dialogue.articles] if here(dialogue) else []
    for text in texts:
        assert any(contains(text, fact) for fact in dialogue.answers)
    for fact in dialogue.answers if texts else ():
        assert any(contains(text, fact) for text in texts)


def test_both_halves_hold_the_same_kinds_from_both_corpora_in_four_languages() -> None:
    for group in ("kind", "corpus", "language"):
        counts = [Counter(getattr(one, group) for one in DIALOGUES if one.half == half) for half in HALVES]
        assert counts[0] == counts[1]
    assert set(Counter(one.language for one in DIALOGUES)) == {"ar", "en", "ru", "he"}
    assert {one.kind for one in DIALOGUES} > CHANGES


def test_no_dialogue_is_there_twice_and_each_has_turns_before_the_last() -> None:
    assert len({one.turns for one in DIALOGUES}) == len(DIALOGUES)
    assert min(len(one.turns) for one in DIALOGUES) >= 2


def test_questions_drawn_to_change_the_topic_come_after_one_about_other_articles() -> None:
    changed, same = (pairs_of_standing_questions(same_article=value) for value in (False, True))
    asked = {one.turns[-1]: one.articles for one in (*changed, *same)}
    for one in changed:
        assert not set(asked.get(one.turns[0], ())) & set(one.articles)
    for one in same:
        assert asked[one.turns[0]] == one.articles
        assert one.turns[0] != one.turns[1]


def row(*, answerable: bool = True, rank: int = 1, first: bool = True, fact: bool = True, answered: bool = True) -> Row:
    return Row(
        system="s",
        dialogue_number=1,
        half="held out",
        corpus="c",
        kind="k",
        language="en",
        is_answerable=answerable,
        rank=rank,
        right_article_first=first,
        fact_in_answer=fact,
        answered=answered,
        taken_right=True,
        confidence=0.5,
    )


def test_a_last_turn_is_right_with_article_and_fact_or_where_silence_is_right() -> None:
    rows = [
        row(),
        row(rank=3, first=False),
        row(rank=0, fact=False),
        row(answerable=False, answered=False, first=False, fact=False),
        row(answerable=False),
    ]
    line = table("all", {"rows": rows}).splitlines()[-1]
    assert line == "| rows | 5 | 33.3 % | 66.7 % | 66.7 % | 66.7 % | 2 | 50.0 % | 40.0 % |"
