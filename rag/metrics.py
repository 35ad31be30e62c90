"""What an evaluation counts: pure functions of texts, probabilities and outcomes.

Exact match and F1 are SQuAD's (Rajpurkar et al. 2016), over words as ``analysis`` normalises them instead of SQuAD's
English rules alone; the area under the risk-coverage curve is that of Geifman and El-Yaniv (2017); the expected
calibration error that of Naeini et al. (2015), over bins of equal width.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.analysis import words
from rag.skeleton import WORD

CALIBRATION_BINS = 10
_ENGLISH_ARTICLES = frozenset({"a", "an", "the"})


def contains(text: str, fact: str) -> bool:
    """Whether the words of ``fact`` stand in ``text``, in order and side by side, as ``analysis`` normalises them.

    A fact may begin or end inside a word, since Arabic and Hebrew write "and", "the" and "in" together with it, but not
    inside a figure.
    """
    wanted = " ".join(words(fact))
    whole_figures = rf"(?<!\d)(?<!\d[.,]){re.escape(wanted)}(?!\d|[.,]\d)" if wanted else "(?!)"
    return re.search(whole_figures, " ".join(words(text))) is not None


def answer_words(text: str) -> list[str]:
    """The words that exact match and F1 compare: normalised, without punctuation and English articles.

    Without diacritics and tatweel, alef, yaa and taa marbuta in one form, digits 0 to 9, case folded; scripts without
    spaces letter by letter.
    """
    found = (part for word in words(text) for part in WORD.findall(word))
    return [word for word in found if word not in _ENGLISH_ARTICLES]


def exact_match(given: str, golds: Sequence[str]) -> bool:
    """Whether ``given`` has the words of one of ``golds``, and there are any."""
    asked = answer_words(given)
    return bool(asked) and any(asked == answer_words(gold) for gold in golds)


def f1(given: str, golds: Sequence[str]) -> float:
    """The best harmonic mean of precision and recall of the words of ``given`` against one of ``golds``."""
    return max((_f1(answer_words(given), answer_words(gold)) for gold in golds), default=0.0)


def _f1(given: list[str], gold: list[str]) -> float:
    common = sum((Counter(given) & Counter(gold)).values())
    return 2 * common / (len(given) + len(gold)) if common else 0.0


def area_under_risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """The mean share of wrong answers among the n most confident, over every n; 0 is best.

    Among equal confidences, wrong ones are taken to be spread evenly: their order says nothing.
    """
    if not confidences:
        raise ValueError("no answers, no curve")
    ranked = sorted(zip(confidences, right, strict=True), key=lambda pair: -pair[0])
    covered, wrong, area = 0, 0.0, 0.0
    for _, group in groupby(ranked, key=lambda pair: pair[0]):
        outcomes = [outcome for _, outcome in group]
        step = outcomes.count(False) / len(outcomes)
        for _ in outcomes:
            covered += 1
            wrong += step
            area += wrong / covered
    return area / covered


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationBin:
    """The cases whose confidence lies in one bin: how many, their mean confidence, and the share that came true."""

    count: int
    confidence: float
    came_true: float


def calibration_bins(
    confidences: Sequence[float], came_true: Sequence[bool], bins: int = CALIBRATION_BINS
) -> tuple[CalibrationBin, ...]:
    """The cases by confidence, in ``bins`` of equal width from 0 to 1, without the empty ones; 1.0 is in the last."""
    members: dict[int, list[tuple[float, bool]]] = {}
    for confidence, outcome in zip(confidences, came_true, strict=True):
        members.setdefault(min(int(confidence * bins), bins - 1), []).append((confidence, outcome))
    return tuple(
        CalibrationBin(
            count=len(members[number]),
            confidence=sum(confidence for confidence, _ in members[number]) / len(members[number]),
            came_true=sum(outcome for _, outcome in members[number]) / len(members[number]),
        )
        for number in sorted(members)
    )


def calibration_error(confidences: Sequence[float], came_true: Sequence[bool], bins: int = CALIBRATION_BINS) -> float:
    """How far confidence and the share that came true are apart, on average over the cases of all bins."""
    found = calibration_bins(confidences, came_true, bins)
    if not found:
        raise ValueError("no cases, no calibration")
    return sum(item.count * abs(item.confidence - item.came_true) for item in found) / len(confidences)


def citation_precision_and_recall(statements: Sequence[tuple[str, Sequence[str]]]) -> tuple[float, float]:
    """ALCE's citation precision and recall (Gao et al. 2023), with verbatim containment for entailment.

    Recall is the share of statements that stand in the texts they cite, one or all of them together. A citation is
    precise if its statement is so supported, and stands in it, or does not stand in the others alone. Both are 1.0
    where there is nothing to count.

    Args:
        statements: Each statement with the texts it cites.
    """
    supported = [_supports(cited, statement) for statement, cited in statements]
    precise = [
        holds and (_supports([text], statement) or not _supports([*cited[:place], *cited[place + 1 :]], statement))
        for (statement, cited), holds in zip(statements, supported, strict=True)
        for place, text in enumerate(cited)
    ]
    precision = sum(precise) / len(precise) if precise else 1.0
    return precision, sum(supported) / len(supported) if supported else 1.0


def _supports(cited: Sequence[str], statement: str) -> bool:
    return contains(" ".join(cited), statement)
