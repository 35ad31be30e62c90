"""The questions the reader learns from: each with the passage that answers it and passages that only look as if.

Contexts of the training sets are split as the product splits articles, and the passages that look as if are those that
the product's own retriever finds. Nothing here is stored: it is made anew from the sets in ``../shared`` and from the
invented news in ``training/news``.
"""

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.analysis import words
from rag.encoder import Encoder
from rag.passages import split_article
from rag.records import Article, Passage
from training.news_examples import NEWS_SOURCE, read_news
from training.passage_pool import pool_of

TYDI_LANGUAGES = {
    "arabic": "ar", "bengali": "bn", "english": "en", "finnish": "fi", "indonesian": "id", "korean": "ko",
    "russian": "ru", "swahili": "sw", "telugu": "te",
}  # fmt: skip
XQUAD_LANGUAGES = ("ar", "en", "ru")
MAX_PASSAGE_TOKENS = 224
RETRIEVED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, where its answer stands, and what the retriever finds for it.

    ``answers`` are (row, start, end), half-open offsets into the text of passage ``row``; none for a question that no
    passage answers. ``found`` are (row, score), best first. ``group`` names the article of the set it is from: what is
    held out is held out by article.
    """

    question: str
    language: str
    source: str
    group: str
    answers: tuple[tuple[int, int, int], ...]
    found: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """All passages, by row, and all questions about them."""

    passages: tuple[Passage, ...]
    asked: tuple[Asked, ...]

    def looks_as_if(self, asked: Asked) -> list[int]:
        """Rows of found passages that do not answer: neither those that are known to, nor any that hold the answer."""
        right = {row for row, _, _ in asked.answers}
        answers = [_joined(self.passages[row].text[start:end]) for row, start, end in asked.answers]
        return [
            row
            for row, _ in asked.found
            if row not in right and not any(answer in _joined(self.passages[row].text) for answer in answers if answer)
        ]


@dataclass(slots=True)
class _Question:
    text: str
    language: str
    source: str
    group: str
    passage_language: str
    answers: list[tuple[int, int, int]]


def make_examples(shared: Path, encoder: Encoder) -> Examples:
    """Everything in ``shared/train`` and ``shared/eval`` that has passages and answers."""
    passages: list[Passage] = []
    questions: list[_Question] = []
    for name, language in TYDI_LANGUAGES.items():
        for path in sorted((shared / "train" / "tydi").glob(f"{name}_*.json")):
            _read(path, language, [("tydi", language, _items(path))], encoder, passages, questions)
    arcd = shared / "eval" / "arcd-train.json"
    _read(arcd, "ar", [("arcd", "ar", _items(arcd))], encoder, passages, questions)
    xquad = {language: shared / "eval" / "xquad" / f"dev.{language}.json" for language in XQUAD_LANGUAGES}
    for language, path in xquad.items():
        # Every question is asked of the passages of each language: its answer stands where the parallel one does.
        asked = [("xquad", other, _items(xquad[other])) for other in XQUAD_LANGUAGES]
        _read(path, language, asked, encoder, passages, questions)
    first = len(passages)
    of_news, asked_of_news = read_news(encoder, MAX_PASSAGE_TOKENS)
    passages += of_news
    questions += [
        _Question(item.text, item.language, NEWS_SOURCE, item.group, NEWS_SOURCE, _shifted(item.answers, first))
        for item in asked_of_news
    ]
    return Examples(passages=tuple(passages), asked=tuple(_search(passages, questions, encoder)))


def _items(path: Path) -> list[tuple[str, dict[str, Any]]]:
    data = json.loads(path.read_text(encoding="utf-8"))["data"]
    return [(article.get("title") or str(number), paragraph) for number, article in enumerate(data)
            for paragraph in article["paragraphs"]]  # fmt: skip


def _read(
    path: Path,
    language: str,
    asked_in: Sequence[tuple[str, str, list[tuple[str, dict[str, Any]]]]],
    encoder: Encoder,
    passages: list[Passage],
    questions: list[_Question],
) -> None:
    known: dict[str, list[int]] = {}
    for number, (title, paragraph) in enumerate(_items(path)):
        text = paragraph["context"]
        if text not in known:
            article = Article(
                article_id=f"{path.stem}/{number}", title=title.replace("_", " "), language=language, text=text,
                sha256="", published=None,
            )  # fmt: skip
            split = split_article(article, count_tokens=encoder.count_tokens, max_tokens=MAX_PASSAGE_TOKENS)
            known[text] = list(range(len(passages), len(passages) + len(split)))
            passages.extend(split)
        for place, item in enumerate(paragraph["qas"]):
            answers = [
                (row, start - passages[row].start, start + len(answer["text"]) - passages[row].start)
                for answer in item["answers"]
                for start in [answer["answer_start"]]
                for row in known[text]
                if passages[row].start <= start and start + len(answer["text"]) <= passages[row].end
            ]
            if not answers:  # the answer was cut in two by the splitting
                continue
            for source, other, items in asked_in:
                asked = items[number][1]["qas"][place]["question"].strip()
                questions.append(
                    _Question(asked, other, source, f"{source}/{title}", language, sorted(set(answers)))
                )  # fmt: skip


def _shifted(answers: Sequence[tuple[int, int, int]], rows: int) -> list[tuple[int, int, int]]:
    return [(row + rows, start, end) for row, start, end in answers]


def _search(passages: Sequence[Passage], questions: Sequence[_Question], encoder: Encoder) -> Iterator[Asked]:
    rows_by_language: dict[str, list[int]] = defaultdict(list)
    languages = {question.passage_language for question in questions}
    for row, passage in enumerate(passages):
        # Of the set's language, whatever the language of the odd sentence: the pools must hold every passage.
        # News are searched all together, as the product searches a folder of articles in several languages.
        of_set = TYDI_LANGUAGES.get(passage.article_id.split("_")[0])
        language = of_set or passage.article_id.split("/")[0].removeprefix("dev.").replace("arcd-train", "ar")
        rows_by_language[language].append(row)
    for language in sorted(languages):
        of_all = None if language == NEWS_SOURCE else language
        pool = pool_of([passages[row] for row in rows_by_language[language]], of_all, encoder)
        for question in questions:
            if question.passage_language == language:
                hits = pool.retrieve(question.text, RETRIEVED, language=question.language)
                yield Asked(
                    question=question.text, language=question.language, source=question.source, group=question.group,
                    answers=tuple(question.answers),
                    found=tuple((rows_by_language[language][int(hit.passage.passage_id)], hit.score) for hit in hits),
                )  # fmt: skip


def _joined(text: str) -> str:
    return " ".join(words(text))


def held_out(asked: Asked) -> bool:
    """Whether a question is kept from training, to measure on."""
    return is_held_out(asked.source, asked.group.removeprefix(f"{asked.source}/"))


def is_held_out(source: str, title: str) -> bool:
    """Whether an article's questions are: of half of XQuAD's, a third of ARCD's, a few of TyDi's, an eighth of news."""
    drawn = random.Random(f"{source}/{title}").random()  # noqa: S311
    return drawn < {"xquad": 0.5, "arcd": 0.35, "tydi": 0.07, NEWS_SOURCE: 0.12}[source]
