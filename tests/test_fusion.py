"""How evidence is added: terms where they can be shared, the encoder's word where they cannot, names across scripts."""

import dataclasses

import numpy as np
import numpy.typing as npt
import pytest

from rag.fusion import DENSE, WEIGHTS, Fused, fuse, without_terms, worded
from rag.lexical_index import GRAMS, SOUNDS, STEMS

ALL_SAME = np.array([True, True, True])
ALL_OTHER = ~ALL_SAME


def shares(stems: list[float], grams: list[float], sounds: list[float]) -> dict[str, npt.NDArray[np.float32]]:
    return {
        STEMS: np.array(stems, np.float32),
        GRAMS: np.array(grams, np.float32),
        SOUNDS: np.array(sounds, np.float32),
    }


def fused(dense: list[float], held: dict[str, npt.NDArray[np.float32]], same: npt.NDArray[np.bool_]) -> Fused:
    return fuse(np.arange(len(dense)), np.array(dense), held, same)


def order(found: Fused) -> list[int]:
    return [int(row) for row in np.argsort(-found.scores)]


NO_TERMS = shares([0, 0, 0], [0, 0, 0], [0, 0, 0])


def test_a_score_is_the_weighed_sum_of_its_parts() -> None:
    held = shares([0.9, 0.1, 0.4], [0.8, 0.2, 0.5], [0.3, 0.7, 0.2])
    found = fused([0.5, 0.4, -0.2], held, np.array([True, False, False]))
    weights = dataclasses.asdict(WEIGHTS)
    total = sum(weights[name] * part for name, part in found.parts.items())
    np.testing.assert_allclose(found.scores, total)
    assert list(found.parts) == [DENSE, STEMS, GRAMS, SOUNDS]


def test_within_a_language_a_passage_that_holds_the_terms_overtakes_one_that_the_encoder_prefers() -> None:
    assert order(fused([0.50, 0.45, 0.40], NO_TERMS, ALL_SAME)) == [0, 1, 2]
    assert order(fused([0.50, 0.45, 0.40], shares([0, 0, 0.8], [0, 0, 0.7], [0, 0, 0]), ALL_SAME)) == [2, 0, 1]


def test_names_count_only_across_languages() -> None:
    sounding = shares([0, 0, 0], [0, 0, 0], [0, 0.8, 0])
    assert order(fused([0.50, 0.45, 0.40], sounding, ALL_SAME)) == [0, 1, 2]
    assert order(fused([0.50, 0.45, 0.40], sounding, ALL_OTHER)) == [1, 0, 2]


def test_over_another_language_alone_the_order_is_that_of_the_encoder() -> None:
    dense = [0.1, 0.5, -0.3]
    found = fused(dense, NO_TERMS, ALL_OTHER)
    assert order(found) == [1, 0, 2]
    np.testing.assert_allclose(found.scores[:2], without_terms(np.array(dense))[:2])


def test_a_passage_in_another_language_is_not_pushed_down_by_the_chance_words_of_others() -> None:
    # The answer stands in row 0, in another language; the others share a few common words with the question.
    chance = shares([0, 0.2, 0.15], [0, 0.25, 0.2], [0, 0, 0])
    assert order(fused([0.5, 0.3, 0.3], chance, np.array([False, True, True])))[0] == 0


def test_a_passage_that_answers_in_the_words_of_the_question_stays_above_one_in_another_language() -> None:
    held = shares([0.6, 0, 0], [0.7, 0, 0], [0, 0, 0])
    assert order(fused([0.5, 0.5, 0.4], held, np.array([True, False, False])))[0] == 0


@pytest.mark.parametrize("field", [STEMS, GRAMS])
def test_terms_that_another_language_does_share_say_more_than_was_expected(field: str) -> None:
    held = dict(NO_TERMS) | {field: np.array([0, 1, 0], np.float32)}
    found = fused([0.2, 0.18, 0.1], held, ALL_OTHER)
    assert order(found)[0] == 1
    assert found.parts[field][1] == 1


def test_only_the_candidates_are_scored_each_by_its_own_row() -> None:
    held = shares([0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0, 0, 0])
    found = fuse(np.array([2, 0]), np.array([0.0, 0.0]), held, ALL_SAME)
    np.testing.assert_allclose(found.parts[STEMS], [0.3, 0.1])
    np.testing.assert_allclose(found.parts[GRAMS], [0.6, 0.4])


def test_a_passage_becomes_a_candidate_by_terms_or_by_a_name_from_another_script() -> None:
    held = shares([0.5, 0, 0], [0.5, 0, 0], [0.9, 0.9, 0])
    agreement = worded(held, np.array([True, False, True]))
    np.testing.assert_allclose(agreement, [0.5 * (WEIGHTS.stems + WEIGHTS.grams), 0.9 * WEIGHTS.sounds, 0], rtol=1e-6)
