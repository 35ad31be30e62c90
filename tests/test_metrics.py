"""Each figure is the one worked out by hand from its definition."""

import pytest

from rag.metrics import (
    CalibrationBin,
    answer_words,
    area_under_risk_coverage,
    calibration_bins,
    calibration_error,
    citation_precision_and_recall,
    contains,
    exact_match,
    f1,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Denver Broncos!", ["denver", "broncos"]),
        ("في مدينةِ أنقرة، ٢٠٢٠", ["في", "مدينه", "انقره", "2020"]),
        ("4.5 مليون", ["4.5", "مليون"]),
        ("北京 2008年", ["北", "京", "2008", "年"]),
        ("؟!", []),
    ],
)
def test_answers_are_compared_by_their_normalised_words(text: str, expected: list[str]) -> None:
    assert answer_words(text) == expected


@pytest.mark.parametrize(
    ("given", "golds", "matches", "score"),
    [
        ("the Denver Broncos", ["Denver Broncos"], True, 1.0),
        # One of one given word is right, one of two gold words is given: 2 · 1 · ½ / 1½.
        ("Broncos", ["Denver Broncos"], False, 2 / 3),
        # Two of five, two of three: 2 · ⅖ · ⅔ / (⅖ + ⅔).
        ("in the old city of Jerusalem", ["Jerusalem city hall"], False, 1 / 2),
        ("Broncos", ["Panthers", "Denver Broncos"], False, 2 / 3),
        ("أَنقَرة", ["انقره"], True, 1.0),
        ("to be or not to be", ["to be"], False, 2 * 2 / 8),
        ("", ["x"], False, 0.0),
        ("x", [], False, 0.0),
        ("the", ["a"], False, 0.0),
        ("", [""], False, 0.0),
    ],
)
def test_exact_match_and_f1_are_squads(given: str, golds: list[str], matches: bool, score: float) -> None:
    assert exact_match(given, golds) is matches
    assert f1(given, golds) == pytest.approx(score)


@pytest.mark.parametrize(
    ("confidences", "right", "area"),
    [
        # Shares wrong among the first 1, 2, 3, 4: 0, ½, ⅓, ½.
        ([0.9, 0.8, 0.7, 0.6], [True, False, True, False], (0 + 1 / 2 + 1 / 3 + 1 / 2) / 4),
        ([0.6, 0.7, 0.8, 0.9], [False, True, False, True], (0 + 1 / 2 + 1 / 3 + 1 / 2) / 4),
        ([0.9, 0.1], [True, False], 1 / 4),
        ([0.1, 0.9], [True, False], 3 / 4),
        ([0.5], [True], 0.0),
        # Two alike: half a wrong answer after the first, one after the second.
        ([0.5, 0.5], [True, False], 1 / 2),
        ([0.5, 0.5], [False, True], 1 / 2),
    ],
)
def test_the_area_under_the_risk_coverage_curve_is_the_mean_risk_over_every_coverage(
    confidences: list[float], right: list[bool], area: float
) -> None:
    assert area_under_risk_coverage(confidences, right) == pytest.approx(area)


def test_confidence_is_calibrated_where_it_is_how_often_it_comes_true() -> None:
    # Four cases at .75, of which three came true; two at .1, of which one did: 2/6 · |.1 - .5|.
    confidences, came_true = [0.75] * 4 + [0.1] * 2, [True, True, True, False, True, False]
    assert calibration_bins(confidences, came_true) == (
        CalibrationBin(count=2, confidence=0.1, came_true=0.5),
        CalibrationBin(count=4, confidence=0.75, came_true=0.75),
    )
    assert calibration_error(confidences, came_true) == pytest.approx(2 / 6 * 0.4)
    # In one bin for all: their mean is .533…, and four of six came true.
    assert calibration_error(confidences, came_true, bins=1) == pytest.approx(4 / 6 - 3.2 / 6)


def test_a_confidence_of_one_is_in_the_last_bin_and_bins_hold_their_lower_bound() -> None:
    found = calibration_bins([1.0, 0.95, 0.5, 0.49], [True, True, False, False], bins=2)
    assert [item.count for item in found] == [1, 3]


def test_of_no_cases_there_is_no_figure() -> None:
    with pytest.raises(ValueError, match="no answers"):
        area_under_risk_coverage([], [])
    with pytest.raises(ValueError, match="no cases"):
        calibration_error([], [])


@pytest.mark.parametrize(
    ("statements", "precision", "recall"),
    [
        ([("The plane fell", ["It rained. The plane fell."])], 1.0, 1.0),
        ([("The plane fell", [])], 1.0, 0.0),
        ([("The plane fell", ["The train came."])], 0.0, 0.0),
        # The second citation adds nothing: the first alone holds the statement.
        ([("The plane fell", ["The plane fell.", "It rained."])], 0.5, 1.0),
        # Neither alone holds it, both together do, and without either it does not stand.
        ([("rain fell on Monday", ["First rain fell", "on Monday it did."])], 1.0, 1.0),
        ([("The plane fell", ["The plane fell."]), ("Nobody danced", ["It rained.", "A band played."])], 1 / 3, 1 / 2),
        ([], 1.0, 1.0),
    ],
)
def test_citation_precision_and_recall_are_alces_by_containment(
    statements: list[tuple[str, list[str]]], precision: float, recall: float
) -> None:
    assert list(citation_precision_and_recall(statements)) == pytest.approx([precision, recall])


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("قُتل ٣٣ جنديًّا تركيًا", "33 جنديا"), ("وفي سوتشي", "سوتشي"), ("Дело — в Сочи!", "в сочи"),
        ("the plane, fell", "Plane fell"), ("بلغ 4.5 مليون", "٤٫٥"), ("في 12/3/2018", "12/3/2018"),
        ("ו33 חיילים", "33"),
    ],
)  # fmt: skip
def test_a_fact_is_found_whatever_its_spelling(text: str, fact: str) -> None:
    assert contains(text, fact)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("in 2018 fell", "fell in 2018"), ("15 died", "5"), ("15 died", "1"), ("12,000 fled", "12"),
        ("4.5 million", "5"),
        ("the plane", "planes"), ("anything", ""), ("anything", "؟!"), ("", "x"),
    ],
)  # fmt: skip
def test_a_fact_out_of_order_or_within_a_figure_is_not_found(text: str, fact: str) -> None:
    assert not contains(text, fact)
