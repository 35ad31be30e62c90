"""Fits what stands behind the reader: how its measures are weighed, and what they say of being right.

    python -m training.evidence_model [trained|plain]

writes its part of ``rag/evidence_model.json``. What the product's own retriever and reader measure in the corpora of
``evidence_cases`` is what is fitted, for the trained reader on questions that it did not learn from: a listwise softmax
for ranking passages and sentences, and for each of "same language" and "other language" a logistic regression for
whether the best sentence answers, which the questions over news articles turn into a probability. Of a follow-up,
whose own words are few, it says too little: how much is fitted too. Takes about ten minutes on two cores.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq, minimize
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from rag.cross_encoder import open_cross_encoder
from rag.encoder import open_encoder
from rag.reader import WEIGHTS, forget_weights
from rag.settings import Settings
from training.evidence_cases import (
    ROOT,
    Case,
    Models,
    RememberingEncoder,
    RememberingPairs,
    all_cases,
    dossier_cases,
    follow_up_cases,
    news,
)

_PLAIN = ("passage_score", "sentence_cosine", "stem_coverage", "gram_coverage", "sound_coverage", "kind")
RANKED_BY = {"plain": _PLAIN, "trained": (*_PLAIN, "span", "sentence_relevance")}
JUDGED_BY: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "plain": {
        "same_language": ("passage_score", "sentence_cosine", "kind", "article_coverage"),
        "other_language": ("passage_score", "sentence_cosine", "kind", "sound_coverage"),
    },
    "trained": {
        "same_language": ("sentence_cosine", "answers", "sentence_relevance"),
        "other_language": ("sentence_cosine", "answers", "sentence_relevance", "sound_coverage"),
    },
}
# A question over news articles counts as so many over encyclopaedias or dossiers: they are few, and what Masdar is for.
NEWS_WEIGHT = 5
GROUPS = ("same_language", "other_language")
RELEVANCE_SLACK = 0.02
RELEVANCE_WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0)

Matrix = npt.NDArray[np.float64]


def calibrate(cases: Sequence[Case], weights: dict[str, dict[str, float]]) -> None:
    """Rescale both judgements in place so that they are probabilities on the news questions (Platt 1999)."""
    for group in GROUPS:
        logits, answerable = judged_by(cases, weights, group)
        model = LogisticRegression(C=1e3).fit(logits[:, None], answerable)
        scale, shift = float(model.coef_[0][0]), float(model.intercept_[0])
        area = roc_auc_score(answerable, logits)
        print(f"{group}: {len(logits)} news questions, AUROC {area:.3f}, scale {scale:.3f}, shift {shift:.3f}")
        weights[group] = {name: round(scale * weight, 4) for name, weight in weights[group].items()}
        weights[group]["intercept"] = round(weights[group]["intercept"] + shift, 4)


def judged_by(
    cases: Sequence[Case], weights: Mapping[str, dict[str, float]], group: str
) -> tuple[Matrix, npt.NDArray[np.bool_]]:
    """The log-odds that are given to the best sentence of each case of the group, and whether it can be answered."""
    judged = in_group(cases, weights["rank"], group)
    logits = [
        sum(weight * measures[name] for name, weight in weights[group].items())
        for measures in ({**case.measures[first], "intercept": 1.0} for case, first in judged)
    ]
    return np.array(logits), np.array([case.is_answerable for case, _ in judged])


def fit_follow_up(follow_ups: Sequence[Case], others: Sequence[Case], weights: Mapping[str, dict[str, float]]) -> float:
    """How many log-odds a follow-up is given too few, beside other questions about the same articles.

    How many of either were written to have no answer says nothing of readers' questions, and is taken out.
    """
    missing: list[float] = []
    for cases in (follow_ups, others):
        judged = [judged_by(cases, weights, group) for group in GROUPS]
        logits, answerable = (np.concatenate(parts) for parts in zip(*judged, strict=True))
        share = float(answerable.mean())
        shift = brentq(lambda value, logits=logits, share=share: float(expit(logits + value).mean()) - share, -9, 9)
        missing.append(shift - float(logit(share)))
        print(f"{len(logits)} questions, {share:.3f} of them answerable: {shift:+.2f} log-odds")
    return round(missing[0] - missing[1], 4)


def in_group(cases: Sequence[Case], ranking: dict[str, float], group: str) -> list[tuple[Case, int]]:
    """The cases whose best sentence is in the question's language, or in another, with which sentence that is."""
    found = [(case, best_of(case, ranking)) for case in cases if case.measures]
    return [
        (case, first)
        for case, first in found
        if bool(case.measures[first]["same_language"]) == (group == "same_language")
    ]


def fit_relevance(cases: Sequence[Case]) -> float:
    """What the reader's relevance counts beside the retriever's score, of weight 1, in ranking passages."""
    data = [
        (np.array([passage[:2] for passage in case.passages]), np.array([passage[2] for passage in case.passages]))
        for case in cases
        if any(right for _, _, right in case.passages)
    ]
    reciprocal_ranks: dict[float, float] = {}
    for weight in RELEVANCE_WEIGHTS:
        scored = [(measures @ [1, weight], right) for measures, right in data]
        ranks = [1 + int((scores > scores[right].max()).sum()) for scores, right in scored]
        reciprocal_ranks[weight] = float(np.mean([1 / rank for rank in ranks]))
        print(f"relevance weighs {weight}: RR {reciprocal_ranks[weight]:.3f}, {len(ranks)} corpora")
    # In larger corpora than these, where more passages are near the first, less of it serves better: decision 6.
    best = max(reciprocal_ranks.values())
    return min(weight for weight, rank in reciprocal_ranks.items() if rank > best - RELEVANCE_SLACK)


def fit_ranking(cases: Sequence[Case], names: Sequence[str]) -> dict[str, float]:
    """Weights that make the sentences that answer likeliest among all those read."""
    data = [
        (np.array([[item[name] for name in names] for item in case.measures]), np.array(case.answers))
        for case in cases
        if any(case.answers)
    ]
    return {name: round(float(weight), 4) for name, weight in zip(names, fit_softmax(data), strict=True)}


def fit_softmax(data: Sequence[tuple[Matrix, npt.NDArray[np.bool_]]]) -> Matrix:
    """Weights that make what is right likeliest in each list (listwise softmax, L2 1e-3)."""

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, gradient = 0.0, np.zeros_like(weights)
        for measures, answers in data:
            scores = measures @ weights
            odds = np.exp(scores - scores.max())
            expected, right = odds / odds.sum(), odds[answers] / odds[answers].sum()
            total -= float(np.log(odds[answers].sum() / odds.sum()))
            gradient += expected @ measures - right @ measures[answers]
        return total / len(data) + 1e-3 * float(weights @ weights), gradient / len(data) + 2e-3 * weights

    weights: Matrix = minimize(loss, np.zeros(data[0][0].shape[1]), jac=True, method="L-BFGS-B").x
    return weights


def best_of(case: Case, ranking: dict[str, float]) -> int:
    """Which sentence the ranking puts first."""
    return int(np.argmax([sum(weight * item[name] for name, weight in ranking.items()) for item in case.measures]))


def fit_judgement(
    cases: Sequence[Case], ranking: dict[str, float], group: str, names: Sequence[str]
) -> dict[str, float]:
    """Weights and intercept for whether the question can be answered; both outcomes count alike."""
    # A sentence that does not answer, beside one that does, is a fault of ranking and says nothing of silence.
    judged = [
        (case, first)
        for case, first in in_group(cases, ranking, group)
        if case.answers[first] or case.kind not in ("held", "dossier")
    ]
    measures = np.array([[case.measures[first][name] for name in names] for case, first in judged])
    answerable = np.array([case.is_answerable for case, _ in judged])
    counts = np.array([NEWS_WEIGHT if case.kind.startswith("news") else 1 for case, _ in judged])
    model = LogisticRegression(max_iter=5000, class_weight="balanced").fit(measures, answerable, sample_weight=counts)
    likely = model.decision_function(measures)
    for kind, beside in (("neighbours", "held"), ("elsewhere", "held"), ("dossier, unanswerable", "dossier")):
        apart = np.array([case.kind in (beside, kind) for case, _ in judged])
        area = roc_auc_score(answerable[apart], likely[apart])
        print(f"{group}: AUROC {area:.3f} against {kind}, {apart.sum()} cases")
    weights = {name: round(float(weight), 4) for name, weight in zip(names, model.coef_[0], strict=True)}
    return {**weights, "intercept": round(float(model.intercept_[0]), 4)}


def main() -> None:
    """Fit and write the weights of one reader."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reader", nargs="?", choices=sorted(RANKED_BY), default="trained")
    name = parser.parse_args().reader
    settings = Settings()
    pairs = RememberingPairs(open_cross_encoder(settings)) if name == "trained" else None
    models = Models(RememberingEncoder(open_encoder(settings)), pairs)
    path = ROOT / "rag" / WEIGHTS
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    cases = [*all_cases(models), *dossier_cases(models)]
    if pairs is not None:
        stored[name]["relevance"] = fit_relevance(cases)
        path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
        forget_weights()
        cases = [*all_cases(models), *dossier_cases(models)]  # measured in the passages as they are now ranked
    of_dossiers = [case for case in cases if case.kind.startswith("dossier")]
    of_news = news(models)
    ranking = fit_ranking([*cases, *of_news * NEWS_WEIGHT], RANKED_BY[name])
    for kind, same in (("same", True), ("other", False)):
        chosen = [case for case in cases if case.kind == "held" and case.same_language is same]
        right = np.mean([bool(case.measures) and case.answers[best_of(case, ranking)] for case in chosen])
        print(f"{kind} language: first sentence right {right:.3f}, {len(chosen)} questions")
    found = [bool(case.measures) and case.answers[best_of(case, ranking)] for case in of_news if case.is_answerable]
    print(f"news: first sentence right {np.mean(found):.3f}, {len(found)} questions")
    everything = [*cases, *of_news]
    weights = {"rank": ranking}
    for group, names in JUDGED_BY[name].items():
        weights[group] = fit_judgement(everything, ranking, group, names)
    calibrate(of_news, weights)
    stored[name] = {
        **weights,
        "relevance": stored[name].get("relevance", 0.0),
        "follow_up": fit_follow_up(follow_up_cases(models), of_dossiers, weights),
    }
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
