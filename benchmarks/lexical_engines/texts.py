"""Development sets → questions with the passage that answers each, and as many made passages as are asked for.

A made passage is a few sentences of the development text of one language in a new order. One word in fifty is misspelt
at random, so that new words keep turning up, as they do in real text: by then there are about two in every passage.
"""

import functools
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.retrieval.sets import SquadSet, read_squad
from rag.sentences import sentence_spans

SHARED = Path(__file__).parents[2].parent / "shared"
_EVAL, _TYDI = SHARED / "eval", SHARED / "train" / "tydi"
SOURCES = {
    "ar": (_EVAL / "arcd-train.json", _EVAL / "xquad" / "dev.ar.json", _TYDI / "arabic_tydiqa_dev.json"),
    "en": (_EVAL / "xquad" / "dev.en.json", _TYDI / "english_tydiqa_dev.json", _TYDI / "english_tydiqa_train.json"),
    "ru": (_EVAL / "xquad" / "dev.ru.json", _TYDI / "russian_tydiqa_dev.json"),
}
# Each set is asked in its own language, over its own paragraphs and those of the other sets beside it.
POOLS = {"ar": SOURCES["ar"][:2], "en": SOURCES["en"][:1], "ru": SOURCES["ru"][:1]}
SET_NAMES = ("ARCD ar", "XQuAD ar", "XQuAD en", "XQuAD ru")
_SHARES = {"ar": 0.6, "en": 0.2, "ru": 0.2}
_CHARACTERS = 560  # a passage ends with the sentence that reaches them: 670 on average, as in the news articles
_WORDS_TO_A_MISSPELLING = 50

Text = tuple[str, str]


def pools() -> Iterator[tuple[str, list[Text], list[tuple[str, str, int]]]]:
    """For each language its texts, and (set, question, row of the text that answers it)."""
    names = iter(SET_NAMES)
    for language, paths in POOLS.items():
        texts: list[Text] = []
        questions: list[tuple[str, str, int]] = []
        for path in paths:
            name, found = next(names), _read(path, language)
            row_of = {paragraph.article_id: len(texts) + row for row, paragraph in enumerate(found.paragraphs)}
            texts += [(paragraph.text, language) for paragraph in found.paragraphs]
            questions += [(name, question.text, row_of[question.article_id]) for question in found.questions]
        yield language, texts, questions


def questions(count: int) -> list[Text]:
    """A sample of the questions of all sets, six of ten in Arabic."""
    draw = random.Random(0)  # noqa: S311
    found: list[Text] = []
    for language, _, asked in pools():
        chosen = draw.sample(asked, round(count * _SHARES[language]))
        found += [(question, language) for _, question, _ in chosen]
    draw.shuffle(found)
    return found


def passage(row: int, version: int = 0) -> Text:
    """The made passage of ``row``, and its language; another ``version`` is another text in the same language."""
    (language,) = random.Random(row).choices(list(_SHARES), list(_SHARES.values()))  # noqa: S311
    draw = random.Random(2 * row + 1_000_000_007 * version + 1)  # noqa: S311
    sentences = _sentences(language)
    chosen: list[str] = []
    while sum(map(len, chosen)) < _CHARACTERS:
        chosen.append(draw.choice(sentences))
    words = " ".join(chosen).split(" ")
    for place in range(draw.randrange(_WORDS_TO_A_MISSPELLING), len(words), _WORDS_TO_A_MISSPELLING):
        words[place] = "".join(draw.sample(words[place], len(words[place])))
    return " ".join(words), language


@functools.cache
def _sentences(language: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for path in SOURCES[language]:
        for paragraph in _read(path, language).paragraphs:
            for start, end in sentence_spans(paragraph.text, language):
                found[paragraph.text[start:end].strip()] = None
    return tuple(found)


def _read(path: Path, language: str) -> SquadSet:
    return read_squad(path, name=path.stem, language=language)
