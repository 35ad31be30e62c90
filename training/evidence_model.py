"""Fits the reader's two linear models on the development sets; writes ``rag/evidence_model.json``.

    python -m training.evidence_model

For questions of XQuAD's development part (Arabic, English, Russian, in nine pairs of languages) and of ARCD's training
split, three small corpora are drawn at random: with the paragraph that answers, without it but with its neighbours
from the same article, and without that article. What the product's own retriever and reader measure there is what is
fitted: a listwise softmax for ranking sentences, and for each of "same language" and "other language" a logistic
regression for whether the best sentence answers. The questions over news articles (``benchmarks/questions`` and the
seed questions) take part in the ranking, and turn the judgements into probabilities. Takes about ten minutes on two
cores.
"""

import json
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from rag.conversation import resolve
from rag.duplicates import body_of, sketch
from rag.encoder import Encoder, open_encoder
from rag.evaluation import contains, read_questions
from rag.fairness import means_for
from rag.filters import Catalogue
from rag.follow_up_search import cited_articles, search_in_conversation
from rag.indexer import bring_in_step
from rag.lexical_index import LexicalIndex
from rag.reader import WEIGHTS, Reader
from rag.records import Passage
from rag.retriever import Retriever, ScoreMoments
from rag.settings import Settings
from rag.store import Store
from rag.vector_index import VectorIndex

ROOT = Path(__file__).parents[1]
SHARED_EVAL = ROOT.parent / "shared" / "eval"
RANKED_BY = ("passage_score", "sentence_cosine", "stem_coverage", "gram_coverage", "sound_coverage", "kind")
JUDGED_BY = {
    "same_language": ("sentence_cosine", "passage_cosine", "sentence_margin", "stem_coverage", "gram_coverage"),
    "other_language": ("sentence_cosine", "passage_cosine", "sentence_margin", "sound_coverage"),
}
QUESTIONS_PER_PAIR = 80
CORPUS_SIZES = (8, 20, 40, 70)

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of a set, the article it is from, and its questions with where their answers start."""

    article: int
    text: str
    questions: tuple[str, ...]
    starts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One small corpus searched: the measures of each sentence, which of them answer, and what was in the corpus."""

    measures: tuple[dict[str, float], ...]
    answers: tuple[bool, ...]
    kind: str
    same_language: bool


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


@dataclass(frozen=True, slots=True)
class Passages:
    """Stands in for the store: passages by row."""

    rows: Sequence[Passage]

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """The passages of ``rows``."""
        return [self.rows[row] for row in rows]


def read_set(path: Path) -> list[Paragraph]:
    """The paragraphs of a set in SQuAD form."""
    return [
        Paragraph(
            article=number,
            text=paragraph["context"],
            questions=tuple(item["question"] for item in paragraph["qas"]),
            starts=tuple(tuple(answer["answer_start"] for answer in item["answers"]) for item in paragraph["qas"]),
        )
        for number, article in enumerate(json.loads(path.read_text(encoding="utf-8"))["data"])
        for paragraph in article["paragraphs"]
    ]


def search(
    paragraphs: Sequence[Paragraph], language: str, question: str, asked_in: str, encoder: RememberingEncoder
) -> list[tuple[int, int, int, dict[str, float]]]:
    """Row, start, end and measures of each sentence the reader would read, in a corpus of these paragraphs."""
    passages = [
        Passage(
            passage_id=str(row), article_id=str(row), title="", language=language, start=0, end=len(paragraph.text),
            start_line=1, end_line=1, text=paragraph.text,
        )
        for row, paragraph in enumerate(paragraphs)
    ]  # fmt: skip
    languages = [language] * len(passages)
    means = means_for(encoder.fingerprint)
    vectors = means.centre_passages(encoder.encode_passages([passage.text for passage in passages]), languages)
    lexical_index = LexicalIndex.build([(passage.text, language) for passage in passages])
    retriever = Retriever(
        store=Passages(passages),  # type: ignore[arg-type]
        encoder=encoder,
        vector_index=VectorIndex.build(vectors),
        lexical_index=lexical_index,
        means=means,
        moments=ScoreMoments.of(vectors),
        catalogue=Catalogue.of(
            {passage.article_id: None for passage in passages},
            [(passage.article_id, passage.language) for passage in passages],
        ),
        sketches=np.stack([sketch(body_of(passage)) for passage in passages]),
    )
    hits = retriever.retrieve(question, 10, language=asked_in)
    measured = Reader(encoder, lexical_index).measure(question, asked_in, hits)
    return [(int(hit.passage.passage_id), start, end, measures) for hit, start, end, measures in measured]


def cases_of(
    asked: Sequence[Paragraph], asked_in: str, held: Sequence[Paragraph], language: str, encoder: RememberingEncoder
) -> list[Case]:
    """Three small corpora for each of a sample of questions; ``held`` is the set in the language of the corpus."""
    chooser = random.Random(0)  # noqa: S311
    numbered = [(row, number) for row, paragraph in enumerate(asked) for number in range(len(paragraph.questions))]
    cases: list[Case] = []
    for row, number in chooser.sample(numbered, min(QUESTIONS_PER_PAIR, len(numbered))):
        neighbours = [other for other, item in enumerate(held) if item.article == held[row].article]
        others = [other for other, item in enumerate(held) if item.article != held[row].article]
        for kind in ("held", "neighbours", "elsewhere"):
            chosen = chooser.sample(others, min(chooser.choice(CORPUS_SIZES), len(others)))
            if kind != "elsewhere":
                chosen += [other for other in neighbours if kind == "held" or other != row]
            chosen.sort()
            found = search([held[other] for other in chosen], language, asked[row].questions[number], asked_in, encoder)
            cases.append(
                Case(
                    measures=tuple(measures for _, _, _, measures in found),
                    answers=tuple(
                        chosen[place] == row and any(start <= at < end for at in held[row].starts[number])
                        for place, start, end, _ in found
                    ),
                    kind=kind,
                    same_language=asked_in == language,
                )
            )
    return cases


def news_cases(data_dir: Path, question_set: Path, encoder: RememberingEncoder) -> list[Case]:
    """One case for each question of a set over a folder of articles, searched as the product would."""
    with tempfile.TemporaryDirectory() as index_dir:
        settings = Settings(data_dir=data_dir, index_dir=Path(index_dir))
        bring_in_step(settings, encoder)
        store = Store.open(settings.index_dir)
        retriever = Retriever.open(store, encoder)
        reader = Reader(encoder, retriever.lexical_index)
        cases: list[Case] = []
        for question in read_questions(question_set):
            history = [(turn, "") for turn in question.turns[:-1]]
            resolved = resolve(question.turns[-1], history)
            cited = cited_articles(history, resolved, store, retriever.lexical_index, retriever.retrieve)
            searched = search_in_conversation(
                resolved, cited, retriever.retrieve, settings.top_k, language=question.language
            )
            found = reader.measure(searched.query, question.language, searched.hits)
            cases.append(
                Case(
                    measures=tuple(measures for _, _, _, measures in found),
                    answers=tuple(
                        hit.passage.article_id in question.articles
                        and any(contains(hit.passage.text[start:end], fact) for fact in question.answers)
                        for hit, start, end, _ in found
                    ),
                    kind="news" if question.is_answerable else "news, unanswerable",
                    same_language=False,
                )
            )
        store.close()
    return cases


def calibrate(cases: Sequence[Case], weights: dict[str, dict[str, float]]) -> None:
    """Rescale both judgements in place so that they are probabilities on the news questions (Platt 1999)."""
    for group in JUDGED_BY:
        logits: list[float] = []
        right: list[bool] = []
        for case in cases:
            if not case.measures:
                continue
            first = best_of(case, weights["rank"])
            measures = {**case.measures[first], "intercept": 1.0}
            if bool(measures["same_language"]) == (group == "same_language"):
                logits.append(sum(weight * measures[name] for name, weight in weights[group].items()))
                right.append(case.answers[first])
        model = LogisticRegression(C=1e3).fit(np.array(logits)[:, None], right)
        scale, shift = float(model.coef_[0][0]), float(model.intercept_[0])
        print(f"{group}: {len(right)} news questions, AUROC {roc_auc_score(right, logits):.3f}, scale {scale:.3f}")
        weights[group] = {name: round(scale * weight, 4) for name, weight in weights[group].items()}
        weights[group]["intercept"] = round(weights[group]["intercept"] + shift, 4)


def fit_ranking(cases: Sequence[Case]) -> dict[str, float]:
    """Weights that make the sentences that answer likeliest among all those read (listwise softmax, L2 1e-3)."""
    data = [
        (np.array([[item[name] for name in RANKED_BY] for item in case.measures]), np.array(case.answers))
        for case in cases
        if any(case.answers)
    ]

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, gradient = 0.0, np.zeros_like(weights)
        for measures, answers in data:
            scores = measures @ weights
            odds = np.exp(scores - scores.max())
            expected, right = odds / odds.sum(), odds[answers] / odds[answers].sum()
            total -= float(np.log(odds[answers].sum() / odds.sum()))
            gradient += expected @ measures - right @ measures[answers]
        return total / len(data) + 1e-3 * float(weights @ weights), gradient / len(data) + 2e-3 * weights

    found = minimize(loss, np.zeros(len(RANKED_BY)), jac=True, method="L-BFGS-B")
    return {name: round(float(weight), 4) for name, weight in zip(RANKED_BY, found.x, strict=True)}


def best_of(case: Case, ranking: dict[str, float]) -> int:
    """Which sentence the ranking puts first."""
    return int(np.argmax([sum(weight * item[name] for name, weight in ranking.items()) for item in case.measures]))


def fit_judgement(cases: Sequence[Case], ranking: dict[str, float], group: str) -> dict[str, float]:
    """Weights and intercept for whether the best sentence answers; right and wrong cases count alike."""
    chosen = [case for case in cases if case.same_language == (group == "same_language") and case.measures]
    firsts = [best_of(case, ranking) for case in chosen]
    right = np.array([case.answers[first] for case, first in zip(chosen, firsts, strict=True)])
    # A sentence that does not answer, beside one that does, is a fault of ranking and says nothing of silence.
    used = right | np.array([case.kind != "held" for case in chosen])
    names = JUDGED_BY[group]
    measures = np.array(
        [[case.measures[first][name] for name in names] for case, first in zip(chosen, firsts, strict=True)]
    )
    model = LogisticRegression(max_iter=5000, class_weight="balanced").fit(measures[used], right[used])
    likely = model.decision_function(measures)
    for kind in ("neighbours", "elsewhere"):
        apart = right | np.array([case.kind == kind for case in chosen])
        print(f"{group}: AUROC {roc_auc_score(right[apart], likely[apart]):.3f} against {kind}, {apart.sum()} cases")
    weights = {name: round(float(weight), 4) for name, weight in zip(names, model.coef_[0], strict=True)}
    return {**weights, "intercept": round(float(model.intercept_[0]), 4)}


def main() -> None:
    """Fit and write both models."""
    encoder = RememberingEncoder(open_encoder(Settings()))
    sets = {language: read_set(SHARED_EVAL / "xquad" / f"dev.{language}.json") for language in ("ar", "en", "ru")}
    cases: list[Case] = []
    for asked_in, asked in sets.items():
        for language, held in sets.items():
            cases += cases_of(asked, asked_in, held, language, encoder)
            print(f"{asked_in} over {language}: {len(cases)} cases so far", flush=True)
    arcd = read_set(SHARED_EVAL / "arcd-train.json")
    cases += cases_of(arcd, "ar", arcd, "ar", encoder)
    questions = ROOT / "benchmarks" / "questions"
    news = news_cases(ROOT / "data", questions / "shipped_corpus.jsonl", encoder)
    articles = ROOT.parent / "shared" / "articles"
    for question_set in (questions / "five_articles.jsonl", SHARED_EVAL / "seed_questions_dev.jsonl"):
        news += news_cases(articles, question_set, encoder)
    ranking = fit_ranking([*cases, *news])
    answerable = [case for case in cases if case.kind == "held"]
    for name, group in (("same", True), ("other", False)):
        chosen = [case for case in answerable if case.same_language is group]
        right = np.mean([bool(case.measures) and case.answers[best_of(case, ranking)] for case in chosen])
        print(f"{name} language: first sentence right {right:.3f}, {len(chosen)} questions")
    weights = {"rank": ranking, **{group: fit_judgement(cases, ranking, group) for group in JUDGED_BY}}
    calibrate(news, weights)
    (ROOT / "rag" / WEIGHTS).write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
