"""Quotations to look up, drawn from articles and altered, and texts that stand nowhere; each knows where it stands."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.altered_quotations import ALTERATIONS, INVENTIONS
from rag.analysis import words
from rag.assistant import Assistant
from rag.records import Article

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
# Paragraphs of each language in the large folder; what is left over is what does not occur in it.
MIXED = (
    ("ar", "eval/arcd-train.json", 231),
    ("ar", "train/tydi/arabic_tydiqa_dev.json", 560),
    ("en", "train/tydi/english_tydiqa_dev.json", 280),
    ("ru", "train/tydi/russian_tydiqa_dev.json", 280),
    ("fi", "train/tydi/finnish_tydiqa_dev.json", 200),
    ("ko", "train/tydi/korean_tydiqa_dev.json", 180),
    ("bn", "train/tydi/bengali_tydiqa_dev.json", 80),
    ("te", "train/tydi/telugu_tydiqa_dev.json", 180),
    ("id", "train/tydi/indonesian_tydiqa_dev.json", 120),
    ("sw", "train/tydi/swahili_tydiqa_dev.json", 100),
)
SHORT = "as it is, 3 to 5 words"
_WORD = re.compile(r"\S+")
# Drawn anew after the last change to lookup: none of the quotations was looked at before it was measured.
SEED = "second draw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A text to look up, and where it stands: ``places`` is empty for what does not occur."""

    kind: str
    language: str
    text: str
    article_id: str
    start: int
    end: int
    crosses_passages: bool


class Corpus:
    """The articles of an open assistant, and where given words stand in them, found without its index."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.articles = {
            source.article_id: assistant.article(source.article_id)
            for source in assistant.sources()
            if source.characters
        }
        self._words = {name: f" {' '.join(words(article.text))} " for name, article in self.articles.items()}
        self.passage_ends = {name: [passage.end for passage in assistant.passages(name)[:-1]] for name in self.articles}

    def same_words(self, text: str) -> int:
        """How often the words of ``text`` stand in the articles, side by side."""
        wanted = re.escape(" ".join(words(text)))
        return sum(len(re.findall(rf"(?<= ){wanted}(?= )", held)) for held in self._words.values())


def paragraphs(path: Path) -> list[str]:
    """The distinct paragraphs of a set in SQuAD's form, in its order."""
    data = json.loads(path.read_text(encoding="utf-8"))["data"]
    return list(dict.fromkeys(paragraph["context"] for article in data for paragraph in article["paragraphs"]))


def write_mixed(folder: Path) -> dict[str, list[str]]:
    """Write the large folder; returns by language the paragraphs that were left out of it."""
    rng = random.Random(0)  # noqa: S311
    left_out: dict[str, list[str]] = {}
    for language, name, count in MIXED:
        found = paragraphs(SHARED / name)
        rng.shuffle(found)
        used, rest = found[:count], found[count:]
        if language != "te":  # one text about many villages, each with its own numbers: altered quotations, all of them
            left_out.setdefault(language, []).extend(rest)
        number = 0
        while used:
            size = rng.choice((1, 2, 3, 6))
            text = rng.choice(("\n", "\n\n", " ")).join(used[:size])
            del used[:size]
            path = folder / f"{Path(name).stem}-{number}.txt"
            path.write_text(f"---\ntitle: {path.stem}\nlanguage: {language}\n---\n{text}\n", encoding="utf-8")
            number += 1
    return left_out


def drawn(rng: random.Random, article: Article, passage_ends: Sequence[int], size: int) -> tuple[int, int] | None:
    """The span of ``size`` words of the article, every third time across the end of a passage."""
    found = list(_WORD.finditer(article.text))
    if len(found) < size:
        return None
    first = rng.randrange(len(found) - size + 1)
    if passage_ends and rng.random() < 1 / 3:
        end = rng.choice(passage_ends)
        at = next((index for index, word in enumerate(found) if word.start() >= end), len(found))
        first = max(0, min(at - rng.randrange(1, size), len(found) - size))
    return found[first].start(), found[first + size - 1].end()


def positive_cases(corpus: Corpus, per_kind: int) -> Iterator[Case]:
    """Quotations of every article in turn, each kind ``per_kind`` times."""
    for kind in (*ALTERATIONS, SHORT):
        rng = random.Random(f"{SEED} {kind}")  # noqa: S311
        names = sorted(corpus.articles)
        rng.shuffle(names)
        made = 0
        for turn in range(per_kind * 3):
            article = corpus.articles[names[turn % len(names)]]
            size = rng.randint(3, 5) if kind == SHORT else rng.randint(6, 40)
            span = drawn(rng, article, corpus.passage_ends[article.article_id], size)
            if span is None or made == per_kind:
                continue
            quotation = article.text[slice(*span)]
            if sum(map(str.isalpha, quotation)) < 2 * size:
                continue  # a row of numbers or signs is no quotation
            text = quotation if kind == SHORT else ALTERATIONS[kind](rng, quotation)
            made += 1
            yield Case(
                kind=kind,
                language=article.language,
                text=text,
                article_id=article.article_id,
                start=span[0],
                end=span[1],
                crosses_passages=any(span[0] < end < span[1] for end in corpus.passage_ends[article.article_id]),
            )


def negative_cases(corpus: Corpus, left_out: dict[str, list[str]], per_kind: int) -> Iterator[Case]:
    """Texts that do not occur."""
    rng = random.Random(f"{SEED}, what does not occur")  # noqa: S311
    articles = list(corpus.articles.values())
    vocabulary: dict[str, list[str]] = {}
    for article in articles:
        vocabulary.setdefault(article.language, []).extend(_WORD.findall(article.text))

    def nowhere(kind: str, language: str, text: str) -> Case:
        return Case(kind=kind, language=language, text=text, article_id="", start=0, end=0, crosses_passages=False)

    pool = [(language, text) for language, texts in left_out.items() for text in texts]
    made = 0
    while made < per_kind:
        language, text = rng.choice(pool)
        found = _WORD.findall(text)
        size = rng.randint(6, 40)
        if len(found) < size:
            continue
        first = rng.randrange(len(found) - size + 1)
        sentence = " ".join(found[first : first + size])
        if not corpus.same_words(sentence):
            made += 1
            yield nowhere("sentence of another text", language, sentence)
    for kind, invent in INVENTIONS.items():
        made = 0
        while made < per_kind:
            article = rng.choice(articles)
            span = drawn(rng, article, (), rng.randint(6, 40))
            if span is None:
                continue
            text = invent(rng, article.text[slice(*span)], vocabulary[article.language])
            if not corpus.same_words(text):
                made += 1
                yield nowhere(kind, article.language, text)
