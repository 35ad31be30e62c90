"""Taking the language out of the vectors: what is subtracted, from which, and that topics decide afterwards."""

import numpy as np
import numpy.typing as npt
import pytest

from rag.fairness import NO_MEANS, LanguageMeans, digest, means_for, unit

Matrix = npt.NDArray[np.float32]


def rows(*values: tuple[float, ...]) -> Matrix:
    return np.array(values, np.float32)


ARABIC, ENGLISH, ANY = rows((0.8, 0, 0))[0], rows((0, 0.8, 0))[0], rows((0.4, 0.4, 0))[0]
MEANS = LanguageMeans(
    passages={"ar": ARABIC, "en": ENGLISH, "any": ANY}, queries={"ar": ENGLISH, "en": ARABIC, "any": ANY}
)


def test_each_passage_loses_the_mean_of_its_own_language_and_has_length_one() -> None:
    vectors = unit(rows((3, 1, 2), (1, 3, 2), (1, 1, 1)))
    centred = MEANS.centre_passages(vectors, ["ar", "en", "ar"])
    for before, after, mean in zip(vectors, centred, (ARABIC, ENGLISH, ARABIC), strict=True):
        np.testing.assert_allclose(after, (before - mean) / np.linalg.norm(before - mean), atol=1e-6)


def test_a_query_loses_the_mean_of_queries_and_not_that_of_passages() -> None:
    vector = unit(rows((3, 1, 2)))[0]
    expected = (vector - ENGLISH) / np.linalg.norm(vector - ENGLISH)
    np.testing.assert_allclose(MEANS.centre_query(vector, "ar"), expected, atol=1e-6)


@pytest.mark.parametrize("language", ["und", "", "sw"])
def test_a_language_without_a_mean_loses_what_all_have_in_common(language: str) -> None:
    vector = unit(rows((3, 1, 2)))
    expected = unit(vector - ANY)
    np.testing.assert_allclose(MEANS.centre_passages(vector, [language]), expected, atol=1e-6)
    np.testing.assert_allclose(MEANS.centre_query(vector[0], language), expected[0], atol=1e-6)


def test_without_means_vectors_stay_exactly_as_they_are() -> None:
    vectors = unit(rows((3, 1, 2), (0, 1, 0)))
    np.testing.assert_array_equal(NO_MEANS.centre_passages(vectors, ["ar", "en"]), vectors)
    np.testing.assert_array_equal(NO_MEANS.centre_query(vectors[0], "ar"), vectors[0])


def test_no_passages_are_no_passages_afterwards() -> None:
    assert MEANS.centre_passages(np.empty((0, 3), np.float32), []).shape == (0, 3)


def test_afterwards_the_topic_decides_and_no_longer_the_language() -> None:
    topic, other = np.array([0, 0, 0.5]), np.array([0, 0, -0.5])
    passages = unit(np.array([ENGLISH + topic, ARABIC + other], np.float32))
    # In this encoder an Arabic query lies among Arabic passages, whatever it asks.
    means = LanguageMeans(passages=MEANS.passages, queries={"ar": ARABIC, "any": ANY})
    query = unit(np.array([ARABIC + topic], np.float32))[0]
    before = passages @ query
    after = means.centre_passages(passages, ["en", "ar"]) @ means.centre_query(query, "ar")
    assert before[1] > before[0]
    assert after[0] > after[1]


def test_a_vector_of_no_length_stays_so_and_all_others_become_length_one() -> None:
    scaled = unit(rows((0, 0, 0), (0, 3, 4), (1e-6, 0, 0)))
    np.testing.assert_allclose(scaled, rows((0, 0, 0), (0, 0.6, 0.8), (1, 0, 0)), atol=1e-6)


@pytest.mark.parametrize("fingerprint", ["", "another encoder"])
def test_the_shipped_means_serve_no_other_encoder(fingerprint: str) -> None:
    assert means_for(fingerprint) is NO_MEANS


def test_the_shipped_means_have_an_identity_of_their_bytes() -> None:
    assert digest() == digest()
    assert len(digest()) == 16
    assert int(digest(), 16) >= 0
