"""Small corpora searched and read as the product does it: what the reader measures where an answer is, and where not.

Each question of XQuAD's development part (Arabic, English, Russian, in nine pairs of languages) and of ARCD's training
split is asked of three corpora drawn at random: with the paragraph that answers, without it but with its neighbours
from the same article, and without that article. The questions over news articles (``benchmarks/questions``, the seed
questions, and the dossiers of ``training/news`` that the reader did not learn from) are asked of those.
"""

import json
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.conversation import resolve
from rag.cross_encoder import Judgement, ReadsPairs
from rag.encoder import Encoder
from rag.evaluation import contains, read_questions
from rag.follow_up_search import cited_articles, search_in_conversation
from rag.indexer import bring_in_step
from rag.reader import PASSAGES_READ, Measured, Reader
from rag.records import Hit, Passage
from rag.retriever import Retriever
from rag.settings import Settings
from rag.store import Store
from training.news_examples import NEWS_SOURCE, NewsAsked, read_news
from training.passage_pool import pool_of
from training.reader_examples import MAX_PASSAGE_TOKENS, is_held_out

ROOT = Path(__file__).parents[1]
SHARED_EVAL = ROOT.parent / "shared" / "eval"
QUESTIONS_PER_PAIR = 6
DOSSIER_EVERY = 6
CORPUS_SIZES = (8, 20, 40, 70)


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
        return self.kind in ("held", "news", "dossier")


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


def dossier_cases(models: Models) -> list[Case]:
    """One case for every sixth question of the dossiers that were held out, over the passages of all that were."""
    return _over_dossiers(models, lambda asked: asked[::DOSSIER_EVERY])


def follow_up_cases(models: Models) -> list[Case]:
    """Like ``dossier_cases``, for all follow-ups, completed."""
    return _over_dossiers(models, lambda asked: [item for item in asked if item.follows_up])


def _over_dossiers(models: Models, chosen: Callable[[list[NewsAsked]], list[NewsAsked]]) -> list[Case]:
    passages, asked = read_news(models.encoder, MAX_PASSAGE_TOKENS)
    rows = [row for row, passage in enumerate(passages) if _is_held_out_dossier(passage.article_id.rpartition("/")[0])]
    pool = pool_of([passages[row] for row in rows], None, models.encoder)
    reader = Reader(models.encoder, pool.lexical_index, models.pairs)
    cases: list[Case] = []
    for question in chosen([item for item in asked if _is_held_out_dossier(item.group)]):
        hits = pool.retrieve(question.text, PASSAGES_READ, language=question.language)
        found = Found.by(reader, question.text, question.language, hits)
        right = {rows.index(row): (start, end) for row, start, end in question.answers}
        cases.append(
            Case(
                passages=found.passages(lambda passage, right=right: int(passage.passage_id) in right),  # type: ignore[misc]
                measures=tuple(item.measures for item in found.measured),
                answers=tuple(
                    int(item.hit.passage.passage_id) in right
                    and item.start <= right[int(item.hit.passage.passage_id)][0] < item.end
                    for item in found.measured
                ),
                kind="dossier" if question.answers else "dossier, unanswerable",
                same_language=False,
            )
        )
    return cases


def _is_held_out_dossier(group: str) -> bool:
    return is_held_out(NEWS_SOURCE, group.removeprefix(f"{NEWS_SOURCE}/"))


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
    """Cases of the questions over news articles, but for the set that is kept to measure on."""
    questions = ROOT / "benchmarks" / "questions"
    articles = ROOT.parent / "shared" / "articles"
    return [
        *news_cases(ROOT / "data", questions / "shipped_corpus.jsonl", models),
        *news_cases(articles, questions / "five_articles.jsonl", models),
        *news_cases(articles, questions / "five_articles_second.jsonl", models),
        *news_cases(articles, SHARED_EVAL / "seed_questions_dev.jsonl", models),
    ]
