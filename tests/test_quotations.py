"""What is quoted, and in which order, follows from what was asked for."""

import dataclasses
import datetime

from text_fakes import evidence_of, make_article

from rag.quotations import newest_last, quotations
from rag.reader import Evidence
from rag.records import AnswerForm, Article

STORY = make_article(
    "Rain fell. The council closed the bridge. It feared that the bridge would fall. Buses went round. Snow followed.",
    "story.txt",
)
OTHER = make_article("The bridge was closed for a film. Nobody knew.", "other.txt")


def texts(groups: list[list[Evidence]]) -> list[list[str]]:
    return [[item.text for item in group] for group in groups]


def test_an_explanation_takes_the_likely_sentences_beside_the_best_one_in_their_order() -> None:
    evidence = [
        evidence_of(STORY, "It feared that the bridge would fall.", 0.96),
        evidence_of(STORY, "The council closed the bridge.", 0.2),
        evidence_of(STORY, "Buses went round.", 0.1),
        evidence_of(STORY, "Snow followed.", 0.01),
        evidence_of(STORY, "Rain fell.", 0.01),
    ]
    assert texts(quotations(evidence, 3, AnswerForm.EXPLANATION)) == [
        ["The council closed the bridge."], ["It feared that the bridge would fall."], ["Buses went round."],
    ]  # fmt: skip
    assert texts(quotations(evidence, 3, AnswerForm.FACT)) == [["It feared that the bridge would fall."]]


def test_the_quotations_of_an_explanation_stand_in_the_order_of_their_article_and_the_best_article_comes_first() -> (
    None
):
    evidence = [
        evidence_of(STORY, "Buses went round.", 0.4),
        evidence_of(OTHER, "Nobody knew.", 0.3),
        evidence_of(STORY, "Rain fell.", 0.2),
    ]
    assert texts(quotations(evidence, 3, AnswerForm.EXPLANATION)) == [
        ["Rain fell."], ["Buses went round."], ["Nobody knew."],
    ]  # fmt: skip


def test_an_explanation_does_not_reach_over_a_sentence_that_says_nothing_of_it() -> None:
    evidence = [
        evidence_of(STORY, "The council closed the bridge.", 0.95),
        evidence_of(STORY, "Buses went round.", 0.049),
        evidence_of(STORY, "It feared that the bridge would fall.", 0.001),
        evidence_of(STORY, "Rain fell.", 0.001),
    ]
    assert texts(quotations(evidence, 3, AnswerForm.EXPLANATION)) == [["The council closed the bridge."]]


def test_an_explanation_keeps_to_the_number_of_quotations_allowed() -> None:
    evidence = [
        evidence_of(STORY, text, 0.25)
        for text in ("The council closed the bridge.", "It feared that the bridge would fall.", "Buses went round.")
    ]
    assert len(quotations(evidence, 2, AnswerForm.EXPLANATION)) == 2


def near(article: Article, quote: str, probability: float, cosine: float) -> Evidence:
    return dataclasses.replace(evidence_of(article, quote, probability), measures={"passage_cosine": cosine})


def test_a_comparison_takes_the_best_sentence_of_each_near_article_however_unlikely_it_is() -> None:
    far = make_article("A film was shown.", "far.txt")
    evidence = [
        near(STORY, "It feared that the bridge would fall.", 0.9999, 0.8),
        near(STORY, "The council closed the bridge.", 0.0001, 0.8),
        near(far, "A film was shown.", 0.0, 0.2),
        near(OTHER, "The bridge was closed for a film.", 0.0, 0.6),
        near(OTHER, "Nobody knew.", 0.0, 0.6),
    ]
    assert texts(quotations(evidence, 1, AnswerForm.COMPARISON)) == [
        ["It feared that the bridge would fall."], ["The bridge was closed for a film."],
    ]  # fmt: skip


def test_in_a_comparison_articles_that_say_the_same_share_one_quotation() -> None:
    twin = make_article("It feared that the bridge would fall!", "twin.txt")
    evidence = [
        near(STORY, "It feared that the bridge would fall.", 0.6, 0.5),
        near(twin, "It feared that the bridge would fall!", 0.4, 0.5),
    ]
    [group] = quotations(evidence, 3, AnswerForm.COMPARISON)
    assert [item.passage.article_id for item in group] == ["story.txt", "twin.txt"]


def test_nothing_is_quoted_of_nothing() -> None:
    assert all(quotations([], 3, form) == [] for form in AnswerForm)


def test_the_newest_article_comes_last_and_those_without_a_date_first() -> None:
    articles = {name: make_article(f"{name} was told.", name) for name in ("new", "old", "undated")}
    dates = {"new": datetime.date(2022, 5, 1), "old": datetime.date(2019, 11, 30), "undated": None}
    groups = [[evidence_of(article, f"{name} was told.", 0.3)] for name, article in articles.items()]
    ordered = newest_last(groups, lambda article_id: dates[article_id])
    assert [group[0].passage.article_id for group in ordered] == ["undated", "old", "new"]
