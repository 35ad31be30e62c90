"""Fits what stands behind the reader: how its measures are weighed, and what they say of being right.

    python -m training.evidence_model [trained|plain]

writes its part of ``rag/evidence_model.json``. For questions of XQuAD's development part (Arabic, English, Russian, in
nine pairs of languages) and of ARCD's training split, three small corpora are drawn at random: with the paragraph that
answers, without it but with its neighbours from the same article, and without that article. For the trained reader only
questions that it did not learn from are asked. What the product's own retriever and reader measure there is what is
fitted: a listwise softmax for ranking passages and sentences, and for each of "same language" and "other language" a
logistic regression for whether the best sentence answers. The questions over news articles (``benchmarks/questions``
and the seed questions) take part in ranking sentences, and turn the judgements into probabilities. Takes about ten
minutes on two cores.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from rag.conversation import resolve
from rag.cross_encoder import Judgement, ReadsPairs, open_cross_encoder
from rag.encoder import Encoder, open_encoder
from rag.evaluation import contains, read_questions
from rag.follow_up_search import cited_articles, search_in_conversation
from rag.indexer import bring_in_step
from rag.reader import PASSAGES_READ, WEIGHTS, Measured, Reader, forget_weights
from rag.records import Hit, Passage
from rag.retriever import Retriever
from rag.settings import Settings
from rag.store import Store
from training.passage_pool import pool_of
from training.reader_examples import is_held_out

ROOT = Path(__file__).parents[1]
SHARED_EVAL = ROOT.parent / "shared" / "eval"
_PLAIN = ("passage_score", "sentence_cosine", "stem_coverage", "gram_coverage", "sound_coverage", "kind")
RANKED_BY = {"plain": _PLAIN, "trained": (*_PLAIN, "span", "sentence_relevance")}
JUDGED_BY: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "plain": {
        "same_language": ("passage_score", "sentence_cosine", "kind", "article_coverage"),
        "other_language": ("passage_score", "sentence_cosine", "kind", "sound_coverage"),
    },
    "trained": {
        "same_language": ("sentence_cosine", "answers", "sentence_relevance", "kind", "article_coverage"),
        "other_language": ("sentence_cosine", "answers", "sentence_relevance", "kind", "sound_coverage"),
    },
}
# A question over news articles counts as so many over encyclopaedias: they are few, and what Masdar is for.
NEWS_WEIGHT = 5
QUESTIONS_PER_PAIR = 24
CORPUS_SIZES = (8, 20, 40, 70)
RELEVANCE_WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0)

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of a set, the article it is from, and its questions with where their answers start."""

    article: int
    title: str
    text: str
    questions: tuple[str, ...]
    starts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One small corpus searched: the measures of each sentence, which of them answer, and what was in the corpus.

    ``passages`` are, of each passage read, the retriever's score, the reader's relevance, and whether it is right.
    """

    passages: tuple[tuple[float, float, bool], ...]
    measures: tuple[dict[str, float], ...]
    answers: tuple[bool, ...]
    kind: str
    same_language: bool

    @property
    def is_answerable(self) -> bool:
        """Whether the corpus answers the question, found or not."""
        return self.kind in ("held", "news")


class RememberingEncoder:
    """An encoder that encodes each text once: the same sentences stand in thousands of the small corpora."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[tuple[bool, str], npt.NDArray[np.float32]] = {}
        self.fingerprint = encoder.fingerprint
        self.dimensions = encoder.dimensions
        self.max_tokens = encoder.max_tokens
        self.count_tokens = encoder.count_tokens

    def encode_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """See ``Encoder``."""
        return self._all(texts, query=True, encode=self._encoder.encode_queries)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> npt.NDArray[np.float32]:
        """See ``Encoder``."""
        return self._all(texts, query=False, encode=self._encoder.encode_passages)

    def _all(
        self, texts: Sequence[str], *, query: bool, encode: Callable[[Sequence[str]], npt.NDArray[np.float32]]
    ) -> npt.NDArray[np.float32]:
        missing = [text for text in dict.fromkeys(texts) if (query, text) not in self._known]
        if missing:
            self._known |= {(query, text): vector for text, vector in zip(missing, encode(missing), strict=True)}
        return np.stack([self._known[query, text] for text in texts])


class RememberingPairs:
    """A reader of pairs that reads each pair once."""

    def __init__(self, pairs: ReadsPairs) -> None:
        self._pairs = pairs
        self._known: dict[tuple[str, str, str], Judgement] = {}

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Judgement]:
        """See ``ReadsPairs``."""
        missing = [passage for passage in dict.fromkeys(passages) if (question, *passage) not in self._known]
        read = self._pairs.read(question, missing)
        self._known |= {(question, *passage): judgement for passage, judgement in zip(missing, read, strict=True)}
        return [self._known[question, *passage] for passage in passages]


@dataclass(frozen=True, slots=True)
class Models:
    """What searches and reads; ``pairs`` is None for the plain reader."""

    encoder: RememberingEncoder
    pairs: RememberingPairs | None


@dataclass(frozen=True, slots=True)
class Found:
    """What was read in one corpus."""

    hits: tuple[Hit, ...]
    judged: tuple[tuple[Hit, Judgement | None], ...]
    measured: tuple[Measured, ...]

    @classmethod
    def by(cls, reader: Reader, question: str, language: str, hits: tuple[Hit, ...]) -> "Found":
        """Read ``hits`` for an answer."""
        judged = reader.judge(question, hits)
        return cls(hits, tuple(judged), tuple(reader.measure(question, language, judged)))

    def passages(self, is_right: Callable[[Passage], bool]) -> tuple[tuple[float, float, bool], ...]:
        """See ``Case``."""
        scores = {hit.passage.passage_id: hit.score for hit in self.hits}
        return tuple(
            (scores[hit.passage.passage_id], judgement.relevance, is_right(hit.passage))
            for hit, judgement in self.judged
            if judgement is not None
        )


def read_set(path: Path) -> list[Paragraph]:
    """The paragraphs of a set in SQuAD form."""
    return [
        Paragraph(
            article=number,
            title=article.get("title") or str(number),
            text=paragraph["context"],
            questions=tuple(item["question"] for item in paragraph["qas"]),
            starts=tuple(tuple(answer["answer_start"] for answer in item["answers"]) for item in paragraph["qas"]),
        )
        for number, article in enumerate(json.loads(path.read_text(encoding="utf-8"))["data"])
        for paragraph in article["paragraphs"]
    ]


def search(paragraphs: Sequence[Paragraph], language: str, question: str, asked_in: str, models: Models) -> Found:
    """What the reader reads in a corpus of these paragraphs, whose ids are their rows."""
    passages = [
        Passage(
            passage_id=str(row), article_id=str(row), title="", language=language, start=0, end=len(paragraph.text),
            start_line=1, end_line=1, text=paragraph.text,
        )
        for row, paragraph in enumerate(paragraphs)
    ]  # fmt: skip
    pool = pool_of(passages, language, models.encoder)
    hits = pool.retrieve(question, PASSAGES_READ, language=asked_in)
    return Found.by(Reader(models.encoder, pool.lexical_index, models.pairs), question, asked_in, hits)


def cases_of(
    source: str, asked: Sequence[Paragraph], asked_in: str, held: Sequence[Paragraph], language: str, models: Models
) -> list[Case]:
    """Three small corpora for each of a sample of questions; ``held`` is the set in the language of the corpus."""
    chooser = random.Random(0)  # noqa: S311
    numbered = [
        (row, number)
        for row, paragraph in enumerate(asked)
        if models.pairs is None or is_held_out(source, paragraph.title)
        for number in range(len(paragraph.questions))
    ]
    cases: list[Case] = []
    for row, number in chooser.sample(numbered, min(QUESTIONS_PER_PAIR, len(numbered))):
        neighbours = [other for other, item in enumerate(held) if item.article == held[row].article]
        others = [other for other, item in enumerate(held) if item.article != held[row].article]
        for kind in ("held", "neighbours", "elsewhere"):
            chosen = chooser.sample(others, min(chooser.choice(CORPUS_SIZES), len(others)))
            if kind != "elsewhere":
                chosen += [other for other in neighbours if kind == "held" or other != row]
            chosen.sort()
            question = asked[row].questions[number]
            found = search([held[other] for other in chosen], language, question, asked_in, models)
            right = str(chosen.index(row)) if row in chosen else ""
            cases.append(
                Case(
                    passages=found.passages(lambda passage, right=right: passage.passage_id == right),  # type: ignore[misc]
                    measures=tuple(item.measures for item in found.measured),
                    answers=tuple(
                        item.hit.passage.passage_id == right
                        and any(item.start <= at < item.end for at in held[row].starts[number])
                        for item in found.measured
                    ),
                    kind=kind,
                    same_language=asked_in == language,
                )
            )
    return cases


def news_cases(data_dir: Path, question_set: Path, models: Models) -> list[Case]:
    """One case for each question of a set over a folder of articles, searched as the product would."""
    with tempfile.TemporaryDirectory() as index_dir:
        settings = Settings(data_dir=data_dir, index_dir=Path(index_dir))
        bring_in_step(settings, models.encoder)
        store = Store.open(settings.index_dir)
        retriever = Retriever.open(store, models.encoder)
        reader = Reader(models.encoder, retriever.lexical_index, models.pairs)
        cases: list[Case] = []
        for question in read_questions(question_set):
            history = [(turn, "") for turn in question.turns[:-1]]
            resolved = resolve(question.turns[-1], history)
            cited = cited_articles(history, resolved, store, retriever.lexical_index, retriever.retrieve)
            searched = search_in_conversation(
                resolved, cited, retriever.retrieve, PASSAGES_READ, language=question.language
            )
            found = Found.by(reader, searched.query, question.language, searched.hits)
            cases.append(
                Case(
                    passages=(),
                    measures=tuple(item.measures for item in found.measured),
                    answers=tuple(
                        item.hit.passage.article_id in question.articles
                        and any(
                            contains(item.hit.passage.text[item.start : item.end], fact) for fact in question.answers
                        )
                        for item in found.measured
                    ),
                    kind="news" if question.is_answerable else "news, unanswerable",
                    same_language=False,
                )
            )
        store.close()
    return cases


def calibrate(cases: Sequence[Case], weights: dict[str, dict[str, float]]) -> None:
    """Rescale both judgements in place so that they are probabilities on the news questions (Platt 1999)."""
    for group in ("same_language", "other_language"):
        judged = in_group(cases, weights["rank"], group)
        logits = [
            sum(weight * measures[name] for name, weight in weights[group].items())
            for measures in ({**case.measures[first], "intercept": 1.0} for case, first in judged)
        ]
        answerable = [case.is_answerable for case, _ in judged]
        model = LogisticRegression(C=1e3).fit(np.array(logits)[:, None], answerable)
        scale, shift = float(model.coef_[0][0]), float(model.intercept_[0])
        area = roc_auc_score(answerable, logits)
        print(f"{group}: {len(judged)} news questions, AUROC {area:.3f}, scale {scale:.3f}, shift {shift:.3f}")
        weights[group] = {name: round(scale * weight, 4) for name, weight in weights[group].items()}
        weights[group]["intercept"] = round(weights[group]["intercept"] + shift, 4)


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
    return max(reciprocal_ranks, key=lambda weight: reciprocal_ranks[weight])


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
        (case, first) for case, first in in_group(cases, ranking, group) if case.answers[first] or case.kind != "held"
    ]
    measures = np.array([[case.measures[first][name] for name in names] for case, first in judged])
    answerable = np.array([case.is_answerable for case, _ in judged])
    counts = np.array([NEWS_WEIGHT if case.kind.startswith("news") else 1 for case, _ in judged])
    model = LogisticRegression(max_iter=5000, class_weight="balanced").fit(measures, answerable, sample_weight=counts)
    likely = model.decision_function(measures)
    for kind in ("neighbours", "elsewhere"):
        apart = np.array([case.kind in ("held", kind) for case, _ in judged])
        area = roc_auc_score(answerable[apart], likely[apart])
        print(f"{group}: AUROC {area:.3f} against {kind}, {apart.sum()} cases")
    weights = {name: round(float(weight), 4) for name, weight in zip(names, model.coef_[0], strict=True)}
    return {**weights, "intercept": round(float(model.intercept_[0]), 4)}


def all_cases(models: Models) -> list[Case]:
    """Cases of the sets of questions over encyclopaedias."""
    sets = {language: read_set(SHARED_EVAL / "xquad" / f"dev.{language}.json") for language in ("ar", "en", "ru")}
    cases: list[Case] = []
    for asked_in, asked in sets.items():
        for language, held in sets.items():
            cases += cases_of("xquad", asked, asked_in, held, language, models)
            print(f"{asked_in} over {language}: {len(cases)} cases so far", flush=True)
    arcd = read_set(SHARED_EVAL / "arcd-train.json")
    return cases + cases_of("arcd", arcd, "ar", arcd, "ar", models)


def news(models: Models) -> list[Case]:
    """Cases of the questions over news articles."""
    questions = ROOT / "benchmarks" / "questions"
    articles = ROOT.parent / "shared" / "articles"
    return [
        *news_cases(ROOT / "data", questions / "shipped_corpus.jsonl", models),
        *news_cases(articles, questions / "five_articles.jsonl", models),
        *news_cases(articles, SHARED_EVAL / "seed_questions_dev.jsonl", models),
    ]


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
    cases = all_cases(models)
    if pairs is not None:
        stored[name]["relevance"] = fit_relevance(cases)
        path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
        forget_weights()
        cases = all_cases(models)  # sentences are measured in the passages as they are now ranked
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
    stored[name] = {**weights, "relevance": stored[name].get("relevance", 0.0)}
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
