"""The pools of the development sets: one language each, the mixed pool, and pools with few passages of a language.

The pool of a language is XQuAD (development part) and TyDi QA, in Arabic ARCD (training split) as well; training
contexts of TyDi QA fill it up where there are any. In a mixed pool each XQuAD paragraph stands in one language only, a
different one in each draw, among TyDi QA paragraphs of all of them.
"""

import functools
import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.retrieval.sets import (
    Paragraph,
    Query,
    SquadSet,
    Task,
    pool_of,
    queries_of,
    read_squad,
    without_repeats,
)

_XQUAD_LANGUAGES = ("ar", "en", "ru")
_TYDI = {
    "ar": "arabic", "bn": "bengali", "en": "english", "fi": "finnish", "id": "indonesian",
    "ko": "korean", "ru": "russian", "sw": "swahili", "te": "telugu",
}  # fmt: skip
_TYDI_WITH_TRAINING_PART = ("en", "ko", "sw")
_POOL_PARAGRAPHS = 1200
_MIXED_PARAGRAPHS = 240
FEW_POOLS = "few-"
_FEW = (2, 5, 10)
_FEW_ASKED_PARAGRAPHS = 40
_FEW_LANGUAGES = (("ar", "en"), ("en", "ar"), ("ru", "ar"))


class DevelopmentSets:
    """The files below a folder: ``eval/arcd-train.json``, ``eval/xquad/dev.*.json`` and ``train/tydi/*.json``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def arcd(self) -> SquadSet:
        """ARCD, training split."""
        return read_squad(self._folder / "eval" / "arcd-train.json", name="arcd", language="ar")

    def xquad(self, language: str) -> SquadSet:
        """XQuAD, its first 16 articles."""
        return read_squad(self._folder / "eval" / "xquad" / f"dev.{language}.json", name="xquad", language=language)

    def tydi(self, language: str, part: str = "dev") -> SquadSet:
        """TyDi QA, gold passages."""
        path = self._folder / "train" / "tydi" / f"{_TYDI[language]}_tydiqa_{part}.json"
        return read_squad(path, name=f"tydi-{part}", language=language)


def language_pool(sets: DevelopmentSets, language: str) -> Task:
    """Every question whose answer stands in ``language``, over one pool of that language."""
    tydi = sets.tydi(language)
    queries: list[Query] = []
    paragraphs: list[Paragraph] = []
    if language == "ar":
        arcd = sets.arcd()
        paragraphs += arcd.paragraphs
        queries += queries_of(arcd, arcd, pair="ARCD ar→ar")
    if language in _XQUAD_LANGUAGES:
        held = sets.xquad(language)
        paragraphs += held.paragraphs
        for asked in (language, *(other for other in _XQUAD_LANGUAGES if other != language)):
            queries += queries_of(sets.xquad(asked), held, pair=f"XQuAD {asked}→{language}")
    paragraphs += without_repeats(tydi.paragraphs, paragraphs)
    places = {paragraph.text: paragraph.article_id for paragraph in paragraphs}
    moved = {paragraph.article_id: places[paragraph.text] for paragraph in tydi.paragraphs}
    queries += [
        Query(
            pair=query.pair,
            number=query.number,
            language=query.language,
            text=query.text,
            relevant=tuple(moved[article_id] for article_id in query.relevant),
        )
        for query in queries_of(tydi, tydi, pair=f"TyDi {language}→{language}")
    ]
    if language in _TYDI_WITH_TRAINING_PART:
        paragraphs += without_repeats(sets.tydi(language, "train").paragraphs, paragraphs)
    size = max(_POOL_PARAGRAPHS, len(tydi.paragraphs))
    return Task(name=f"pool-{language}", paragraphs=pool_of(paragraphs, at_most=size), queries=tuple(queries))


def mixed_pool(sets: DevelopmentSets, draw: int) -> Task:
    """Each XQuAD paragraph in one of three languages, which ``draw`` (0, 1 or 2) turns on; asked in all three."""
    xquad = {language: sets.xquad(language) for language in _XQUAD_LANGUAGES}
    count = len(xquad["ar"].paragraphs)
    order = random.Random(0).sample(range(count), count)  # noqa: S311
    language_at = {row: _XQUAD_LANGUAGES[(place + draw) % 3] for place, row in enumerate(order)}
    paragraphs = [xquad[language_at[row]].paragraphs[row] for row in range(count)]
    others = (_MIXED_PARAGRAPHS - count) // 3
    fillers = [paragraph for language in _XQUAD_LANGUAGES for paragraph in sets.tydi(language).paragraphs[:others]]
    queries = [
        query for asked in _XQUAD_LANGUAGES for query in _asked_of(xquad, asked, paragraphs, label=f"mixed {asked}")
    ]
    return Task(name=f"mixed-{draw + 1}", paragraphs=pool_of(paragraphs, fillers), queries=tuple(queries))


def few_pools(sets: DevelopmentSets) -> Iterator[Task]:
    """Two, five and ten XQuAD paragraphs in the language of the question, every other paragraph in another."""
    xquad = {language: sets.xquad(language) for language in _XQUAD_LANGUAGES}
    count = len(xquad["ar"].paragraphs)
    order = random.Random(1).sample(range(count), count)[:_FEW_ASKED_PARAGRAPHS]  # noqa: S311
    for (own, other), few in itertools.product(_FEW_LANGUAGES, _FEW):
        fillers = sets.tydi(other).paragraphs[: _MIXED_PARAGRAPHS - count]
        for draw, start in enumerate(range(0, len(order), few), start=1):
            rows = set(order[start : start + few])
            paragraphs = [xquad[own if row in rows else other].paragraphs[row] for row in range(count)]
            queries = _asked_of(xquad, own, paragraphs, label=f"{few} {own} among {other}")
            same = [query for query in queries if query.pair.endswith("same")]
            elsewhere = [query for query in queries if not query.pair.endswith("same")]
            chosen = random.Random(draw).sample(elsewhere, min(len(elsewhere), len(same)))  # noqa: S311
            yield Task(
                name=f"{FEW_POOLS}{own}-{other}-{few}-{draw}",
                paragraphs=pool_of(paragraphs, fillers),
                queries=(*same, *chosen),
            )


def _asked_of(xquad: Mapping[str, SquadSet], asked: str, paragraphs: Sequence[Paragraph], *, label: str) -> list[Query]:
    """The questions in the language ``asked`` over ``paragraphs``, one for each row of the parallel sets.

    Their pair is ``label`` and "same" or "other": whether the answer stands in the language of the question.
    """
    rows = {paragraph.article_id: row for row, paragraph in enumerate(xquad[asked].paragraphs)}
    found = []
    for number, question in enumerate(xquad[asked].questions, start=1):
        paragraph = paragraphs[rows[question.article_id]]
        found.append(
            Query(
                pair=f"{label}, {'same' if paragraph.language == asked else 'other'}",
                number=number,
                language=asked,
                text=question.text,
                relevant=(paragraph.article_id,),
            )
        )
    return found


def development_tasks(sets: DevelopmentSets) -> dict[str, Callable[[], tuple[Task, ...]]]:
    """Each group of tasks by its name; read from disk when called."""
    return {
        **{language: functools.partial(_alone, sets, language) for language in _TYDI},
        "mixed": lambda: tuple(mixed_pool(sets, draw) for draw in range(3)),
        "few": lambda: tuple(few_pools(sets)),
    }


def _alone(sets: DevelopmentSets, language: str) -> tuple[Task, ...]:
    return (language_pool(sets, language),)
