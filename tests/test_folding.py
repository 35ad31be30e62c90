"""What repeats a better candidate is folded into it, and of one article no more is shown than asked for."""

import numpy as np
import pytest
from text_fakes import make_article, passage_of

from rag.duplicates import body_of, sketch
from rag.folding import Kept, fold
from rag.records import Passage

STORY = (
    "The bridge over the river was opened again on Monday after two years of repairs by the town, and the first to"
    " cross it were children on their way to school"
)
OTHER = "The council passed the budget for the coming year on Friday after a long debate in the hall"


def passages(*texts: str, languages: str = "") -> list[Passage]:
    return [
        passage_of(make_article(text, f"{place}.txt", language=languages.split()[place] if languages else "en"))
        for place, text in enumerate(texts)
    ]


def folded(candidates: list[Passage], limit: int = 10, max_per_article: int = 0, articles: str = "") -> list[Kept]:
    return fold(
        articles.split() or [passage.article_id for passage in candidates],
        np.array([sketch(body_of(passage)) for passage in candidates]),
        candidates.__getitem__,
        limit=limit,
        max_per_article=max_per_article,
    )


def test_a_copy_is_folded_into_the_best_and_named_with_it() -> None:
    found = folded(passages(OTHER, STORY, f"{STORY}.", OTHER.upper(), STORY.replace("again", "today")))
    assert found == [Kept(place=0, copies=(3,)), Kept(place=1, copies=(2, 4))]


def test_a_longer_telling_and_a_shorter_one_within_it_are_both_kept() -> None:
    longer = f"{STORY}. The mayor thanked the engineers who had worked at night."
    assert len(folded(passages(STORY, longer))) == len(folded(passages(longer, STORY))) == 2
    assert folded(passages(f"{STORY} too", STORY)) == [Kept(place=0, copies=(1,))]


def test_tellings_with_different_figures_are_not_folded() -> None:
    assert len(folded(passages(STORY, STORY.replace("two", "three")))) == 2


def test_the_same_words_in_another_language_are_not_folded() -> None:
    assert len(folded(passages(STORY, STORY, languages="en de"))) == 2


def test_a_copy_under_another_headline_is_folded_but_not_with_other_figures_in_it() -> None:
    def under(headline: str, name: str) -> Passage:
        return passage_of(make_article(f"{headline}\n\n{STORY}", name, title=headline))

    first = under("A bridge opens at last", "a")
    assert folded([first, under("Town hall: the engineers are done with it", "b")]) == [Kept(place=0, copies=(1,))]
    assert len(folded([first, under("A bridge of 300 metres opens at last", "b")])) == 2


def test_copies_do_not_count_toward_the_limit_and_all_are_named() -> None:
    found = folded(passages(STORY, STORY, OTHER, STORY), limit=2)
    assert found == [Kept(place=0, copies=(1, 3)), Kept(place=2, copies=())]


@pytest.mark.parametrize(
    ("max_per_article", "expected"), [(0, [0, 1, 2, 3, 4]), (1, [0, 3]), (2, [0, 1, 3, 4]), (9, [0, 1, 2, 3, 4])]
)
def test_of_one_article_no_more_are_kept_than_asked_for(max_per_article: int, expected: list[int]) -> None:
    candidates = passages(STORY, OTHER, "The museum is closed.", "The harbour is open.", "Snow fell all night long.")
    kept = folded(candidates, max_per_article=max_per_article, articles="a a a b b")
    assert [one.place for one in kept] == expected


def test_a_copy_in_an_article_that_has_its_share_is_still_named() -> None:
    candidates = passages(OTHER, STORY, STORY)
    assert folded(candidates, max_per_article=1, articles="a b a") == [
        Kept(place=0, copies=()),
        Kept(place=1, copies=(2,)),
    ]


def test_no_candidates_leave_nothing() -> None:
    assert folded([]) == []
