"""Measures follow-ups: is the last question of a dialogue answered, and is a change of topic left alone?

    python -m benchmarks.dialogues           # prints the tables
    python -m benchmarks.dialogues --write   # and puts them into docs/follow-ups.md, with the rows beside the results

The dialogues are ``benchmarks/questions/dialogues.jsonl``: those with odd numbers are for development, the even ones
are held out. Each system asks every turn, its own answers being the history. For changes of topic without number,
questions of the other sets are asked after one about another article, and after one about the same.

The rows name dialogues by their number: most of the articles are not ours to keep. A corpus that is not there is left
out, and said so.
"""

import argparse
import dataclasses
import json
import random
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag import Settings, open_assistant
from rag.assistant import Assistant
from rag.conversation import resolve
from rag.dependence import Dependence
from rag.metrics import contains
from rag.records import Answer, AnswerStatus

ROOT = Path(__file__).parents[1]
QUESTIONS = ROOT / "benchmarks" / "questions"
DIALOGUES = QUESTIONS / "dialogues.jsonl"
ROWS = ROOT / "benchmarks" / "results" / "dialogues.jsonl"
PAGE = ROOT / "docs" / "follow-ups.md"
CORPORA = {"five articles": ROOT.parent / "shared" / "articles", "shipped corpus": ROOT / "data"}
STANDING_SETS = {"five articles": "five_articles.jsonl", "shipped corpus": "shipped_corpus.jsonl"}
CHANGES = frozenset({"change of topic", "misleading change"})
HALVES = ("development", "held out")
MASDAR = "Masdar"

Turns = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """Turns, the last to be answered; ``articles`` are those that answer it, none where it cannot be answered."""

    number: int
    corpus: str
    kind: str
    language: str
    turns: tuple[str, ...]
    articles: tuple[str, ...]
    answers: tuple[str, ...]

    @property
    def half(self) -> str:
        """Which half it belongs to."""
        return HALVES[1 - self.number % 2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of the last turn. ``rank`` is that of the first right article among those retrieved, 0 for none.

    ``taken_right`` is whether a follow-up was completed, and a change of topic was not.
    """

    system: str
    dialogue_number: int
    half: str
    corpus: str
    kind: str
    language: str
    is_answerable: bool
    rank: int
    right_article_first: bool
    fact_in_answer: bool
    answered: bool
    taken_right: bool
    confidence: float

    @property
    def is_right(self) -> bool:
        """Answered with the fact and the right article first, or rightly not answered."""
        return self.right_article_first and self.fact_in_answer if self.is_answerable else not self.answered


class RememberingAssistant:
    """Answers what was asked before, with the same turns before it, as it did then: systems share most first turns."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._answers: dict[tuple[str, Turns], Answer] = {}

    def ask(self, question: str, history: Turns = ()) -> Answer:
        """See ``Assistant``."""
        if (question, history) not in self._answers:
            self._answers[question, history] = self._assistant.ask(question, history)
        return self._answers[question, history]


Ask = Callable[[RememberingAssistant, str, Turns], Answer]


def ask_alone(assistant: RememberingAssistant, question: str, history: Turns) -> Answer:
    """No resolution: every question is taken as it stands."""
    return assistant.ask(question)


def ask_joined(assistant: RememberingAssistant, question: str, history: Turns) -> Answer:
    """Always concatenate: every question is asked with the one before it."""
    return assistant.ask(" ".join([*(asked for asked, _ in history[-1:]), question]))


def ask_by_words(assistant: RememberingAssistant, question: str, history: Turns) -> Answer:
    """Words decide: what has a cue is asked completed, the rest alone; nothing is known of the articles cited."""
    resolved = resolve(question, history)
    return assistant.ask(resolved.completed if resolved.dependence >= Dependence.POINTS_BACK else resolved.question)


def ask_masdar(assistant: RememberingAssistant, question: str, history: Turns) -> Answer:
    """The product."""
    return assistant.ask(question, history)


SYSTEMS: Mapping[str, Ask] = {
    "no resolution": ask_alone,
    "always concatenate": ask_joined,
    "words alone": ask_by_words,
    MASDAR: ask_masdar,
}


def read_dialogues(path: Path = DIALOGUES) -> list[Dialogue]:
    """Every dialogue of the set."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_dialogue(number, json.loads(line)) for number, line in enumerate(lines, start=1)]


def _dialogue(number: int, values: Mapping[str, object], **changed: object) -> Dialogue:
    given = {**values, **changed}
    return Dialogue(
        number=number,
        corpus=str(given["corpus"]),
        kind=str(given["kind"]),
        language=str(given["lang"]),
        turns=_strings(given["turns"]),
        articles=_strings(given["articles"]),
        answers=_strings(given["answers"]),
    )


def _strings(values: object) -> tuple[str, ...]:
    return tuple(str(value) for value in values) if isinstance(values, list) else ()


def pairs_of_standing_questions(*, same_article: bool, seed: int = 7) -> list[Dialogue]:
    """Questions that stand alone, each after another one, drawn by chance, about the same articles or about others."""
    chosen = random.Random(seed)  # noqa: S311 (drawing a sample)
    pairs: list[Dialogue] = []
    for corpus, name in STANDING_SETS.items():
        lines = [json.loads(line) for line in (QUESTIONS / name).read_text(encoding="utf-8").splitlines()]
        standing = [{**line, "articles": line["articles"] or []} for line in lines if len(line["turns"]) == 1]
        for line in standing:
            before = [
                other
                for other in standing
                if other is not line
                and other["articles"]
                and (other["articles"] == line["articles"] if same_article else _apart(other, line))
                and other["lang"] == line["lang"]
            ]
            if before:
                turns = [*chosen.choice(before)["turns"], *line["turns"]]
                kind = "same article" if same_article else "another article"
                pairs.append(_dialogue(len(pairs) + 1, line, corpus=corpus, kind=kind, turns=turns))
    return pairs


def _apart(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> bool:
    return not set(one["articles"]) & set(other["articles"])


def measure(assistant: RememberingAssistant, dialogue: Dialogue, system: str) -> Row:
    """Ask every turn and judge the last answer."""
    ask = SYSTEMS[system]
    history: Turns = ()
    for turn in dialogue.turns[:-1]:
        history = (*history, (turn, ask(assistant, turn, history).text))
    answer = ask(assistant, dialogue.turns[-1], history)
    answered = answer.status is AnswerStatus.ANSWERED
    retrieved = list(dict.fromkeys(hit.passage.article_id for hit in answer.hits))
    ranks = [rank for rank, article_id in enumerate(retrieved, start=1) if article_id in dialogue.articles]
    return Row(
        system=system,
        dialogue_number=dialogue.number,
        half=dialogue.half,
        corpus=dialogue.corpus,
        kind=dialogue.kind,
        language=dialogue.language,
        is_answerable=bool(dialogue.articles),
        rank=min(ranks, default=0),
        right_article_first=answered and answer.citations[0].article_id in dialogue.articles,
        fact_in_answer=answered and any(contains(answer.text, fact) for fact in dialogue.answers),
        answered=answered,
        taken_right=bool(answer.understood_as) is not (dialogue.kind in CHANGES),
        confidence=answer.confidence,
    )


def table(heading: str, groups: Mapping[str, Sequence[Row]]) -> str:
    """The shares of each group as a Markdown table; refusals are shown where there is something to refuse."""
    lines = [
        f"| {heading} | dialogues | right article retrieved first | among the first 3 | cited first | fact in answer |"
        " unanswerable | refused | last turn right |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, rows in groups.items():
        answerable = [row for row in rows if row.is_answerable]
        unanswerable = [row for row in rows if not row.is_answerable]
        lines.append(
            f"| {name} | {len(rows)} | {_share(row.rank == 1 for row in answerable)}"
            f" | {_share(1 <= row.rank <= 3 for row in answerable)}"
            f" | {_share(row.right_article_first for row in answerable)}"
            f" | {_share(row.fact_in_answer for row in answerable)}"
            f" | {len(unanswerable)} | {_share(not row.answered for row in unanswerable)}"
            f" | {_share(row.is_right for row in rows)} |"
        )
    return "\n".join(lines)


def _share(values: Iterable[bool]) -> str:
    found = list(values)
    return f"{100 * sum(found) / len(found):.1f} %" if found else "–"


def report(rows: Sequence[Row], pairs: Mapping[str, Sequence[Row]]) -> str:
    """All tables."""
    masdar = [row for row in rows if row.system == MASDAR]
    parts = [
        table(
            f"{half} half", {name: [row for row in rows if (row.system, row.half) == (name, half)] for name in SYSTEMS}
        )
        for half in HALVES
    ]
    parts.append(table("Masdar, by kind, both halves", _grouped(masdar, lambda row: row.kind)))
    parts.append(table("Masdar, by language of the last question", _grouped(masdar, lambda row: row.language)))
    parts.append(table("Masdar, by corpus", _grouped(masdar, lambda row: row.corpus)))
    shares = "; ".join(f"{half}: {_share(row.taken_right for row in masdar if row.half == half)}" for half in HALVES)
    parts.append(f"A follow-up was completed, and a change of topic was not: {shares}.")
    parts.append(table("questions that stand alone", pairs))
    return "\n\n".join(parts)


def _grouped(rows: Sequence[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def main() -> None:
    """Measure every system, print the tables, and keep them where the command line says so."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dialogues", description="Measure follow-ups.")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/follow-ups.md and keep the rows")
    options = parser.parse_args()
    other, same = (pairs_of_standing_questions(same_article=value) for value in (False, True))
    rows: list[Row] = []
    pairs: dict[str, list[Row]] = {}
    for corpus, folder in CORPORA.items():
        if not folder.is_dir():
            print(f"{corpus}: left out, its articles are not here")
            continue
        with tempfile.TemporaryDirectory() as index_dir:
            opened = open_assistant(Settings(data_dir=folder, index_dir=Path(index_dir)))
            assistant = RememberingAssistant(opened)
            for system in SYSTEMS:
                rows += [measure(assistant, one, system) for one in read_dialogues() if one.corpus == corpus]
            for name, system, drawn in (
                ("asked first", "no resolution", other),
                ("asked after one about another article", MASDAR, other),
                ("asked first, where another is about the same article", "no resolution", same),
                ("asked after one about the same article", MASDAR, same),
            ):
                found = [measure(assistant, one, system) for one in drawn if one.corpus == corpus]
                pairs.setdefault(name, []).extend(found)
    tables = report(rows, pairs)
    print(tables)
    if options.write:
        lines = [json.dumps(dataclasses.asdict(row), ensure_ascii=False) for row in rows]
        ROWS.write_text("\n".join(lines) + "\n", encoding="utf-8")
        begin, end = "<!-- tables: written by python -m benchmarks.dialogues --write -->", "<!-- end of tables -->"
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
        PAGE.write_text(f"{before}{begin}\n\n{tables}\n\n{end}{rest.partition(end)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
