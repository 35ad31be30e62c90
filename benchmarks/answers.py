"""Measures answers on the development sets: tables into docs/results.md, and the row of every question.

    python -m benchmarks.answers [--questions 100] [--only NAME]

Each set is asked over its whole corpus, and those in SQuAD's form also with the gold passage given, as readers are
measured in the literature. Of the larger sets a sample is asked, the same every time, of questions about articles that
the reader was not trained on. Rows go to
``benchmarks/results/answers.jsonl``, each question by its place in its set: most of the texts are not ours to keep. The
reliability diagram goes to ``docs/images/reliability.svg``. Sets that are not there are named and left out; with
``--only`` the tables are printed and nothing is written.
"""

import argparse
import dataclasses
import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from rag import Settings, open_assistant
from rag.evaluation import ALL_LANGUAGES, Evaluation, evaluate
from rag.evaluation_tables import tables
from rag.metrics import calibration_bins
from rag.question_sets import Question, read_question_set
from training.reader_examples import is_held_out

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
QUESTIONS = ROOT / "benchmarks" / "questions"
ROWS = ROOT / "benchmarks" / "results" / "answers.jsonl"
PAGE = ROOT / "docs" / "results.md"
DIAGRAM = ROOT / "docs" / "images" / "reliability.svg"
BEGIN, END = "<!-- answers: written by make bench-answers -->\n", "<!-- answers end -->\n"
_NOT_KEPT = {"question", "text", "cited"}


XQUAD = SHARED / "eval" / "xquad"
ARABIC = XQUAD / "dev.ar.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Articles, and the sets that are asked over them, by name.

    ``data_dir`` is None where they come with the first set, which is in SQuAD's form; the others are parallel to it,
    and give its questions in other languages. ``source`` is what training calls such a set.
    """

    data_dir: Path | None = None
    sets: Mapping[str, Path]
    source: str = ""


CORPORA = (
    Corpus(
        data_dir=SHARED / "articles",
        sets={
            "Five articles": QUESTIONS / "five_articles.jsonl",
            "Five articles, second set": QUESTIONS / "five_articles_second.jsonl",
            "Five articles, held-out set": QUESTIONS / "five_articles_held_out.jsonl",
            "Seed questions": SHARED / "eval" / "seed_questions_dev.jsonl",
        },
    ),
    Corpus(data_dir=ROOT / "data", sets={"Shipped corpus": QUESTIONS / "shipped_corpus.jsonl"}),
    Corpus(source="arcd", sets={"ARCD, training part": SHARED / "eval" / "arcd-train.json"}),
    Corpus(source="tydi", sets={"TyDi QA, Arabic": SHARED / "train" / "tydi" / "arabic_tydiqa_dev.json"}),
    Corpus(
        source="xquad",
        sets={
            "XQuAD, Arabic": ARABIC,
            "XQuAD, English questions, Arabic articles": XQUAD / "dev.en.json",
            "XQuAD, Russian questions, Arabic articles": XQUAD / "dev.ru.json",
        },
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A set that was asked, and the places of its questions in it, from 1."""

    name: str
    evaluation: Evaluation
    numbers: tuple[int, ...]


def measure(corpus: Corpus, folder: Path, count: int) -> Iterator[Measured]:
    """Ask every set of a corpus: over all of it, and with the gold passage given where the set says which that is."""
    held = read_question_set(next(iter(corpus.sets.values())))
    if corpus.data_dir is None:
        held.write_articles(folder / "data")
    assistant = open_assistant(Settings(data_dir=corpus.data_dir or folder / "data", index_dir=folder / "index"))
    for name, path in corpus.sets.items():
        questions = read_question_set(path).questions
        numbers = list(range(1, len(questions) + 1))
        if corpus.data_dir is None:
            questions = tuple(_in_other_words(held.questions, questions))
            numbers = _not_learnt_from(next(iter(corpus.sets.values())), corpus.source)
            numbers = sorted(random.Random(0).sample(numbers, min(count, len(numbers))))  # noqa: S311
        asked = [questions[number - 1] for number in numbers]
        for given in (False, True) if corpus.data_dir is None else (False,):
            setting = ("", ", whole corpus", ", gold passage given")[0 if corpus.data_dir else 1 + given]
            evaluation = evaluate(assistant, asked, passage_given=given)
            yield Measured(name=f"{name}{setting}", evaluation=evaluation, numbers=tuple(numbers))


def _not_learnt_from(path: Path, source: str) -> list[int]:
    """The places, from 1, of the questions of a set about articles that were held out of training the reader."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    held_out = (
        is_held_out(source, article.get("title") or str(number))
        for number, article in enumerate(articles)
        for paragraph in article["paragraphs"]
        for _ in paragraph["qas"]
    )
    return [place for place, held in enumerate(held_out, start=1) if held]


def _in_other_words(held: Sequence[Question], asked: Sequence[Question]) -> Iterator[Question]:
    for question, other in zip(held, asked, strict=True):
        yield dataclasses.replace(question, turns=other.turns, language=other.language)


def rows_of(measured: Measured) -> Iterator[str]:
    """Every row as a line of JSON, without the texts."""
    for row, number in zip(measured.evaluation.rows, measured.numbers, strict=True):
        values = {
            key: round(value, 4) if isinstance(value, float) else value
            for key, value in dataclasses.asdict(row).items()
            if key not in _NOT_KEPT
        }
        yield json.dumps({"set": measured.name, **values, "number": number}, ensure_ascii=False)


def draw_reliability(found: Sequence[Measured], path: Path) -> None:
    """How often a question could be answered, by the confidence that it could; each set a line."""
    # The same figures make the same file.
    with mpl.rc_context({"svg.hashsalt": "masdar", "svg.fonttype": "none", "font.size": 10}):
        figure = Figure(figsize=(6, 5), layout="constrained")
        axes = figure.add_subplot()
        axes.plot([0, 1], [0, 1], color="0.6", linestyle=":", label="perfectly calibrated")
        for measured in found:
            rows = measured.evaluation.rows
            bins = calibration_bins([row.confidence for row in rows], [row.is_answerable for row in rows])
            error = measured.evaluation.summaries[ALL_LANGUAGES].calibration_error
            axes.plot(
                [item.confidence for item in bins],
                [item.came_true for item in bins],
                marker="o",
                label=f"{measured.name} ({len(rows)} questions, error {error:.3f})",
            )
        axes.set(xlabel="confidence", ylabel="share that the articles answer", xlim=(0, 1), ylim=(0, 1.02))
        axes.legend(loc="lower right", fontsize=9)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None})


def write_page(found: Sequence[Measured]) -> None:
    """Put the tables between their marks in docs/results.md."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    if END not in rest:
        raise SystemExit(f"{PAGE} lost the marks between which the tables go: {BEGIN.strip()} and {END.strip()}")
    body = "".join(f"\n### {measured.name}\n\n{tables(measured.evaluation)}\n" for measured in found)
    PAGE.write_text(f"{before}{BEGIN}{body}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def main() -> None:
    """Measure every set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=100, help="questions of each set that brings its articles")
    parser.add_argument("--only", default="", help="only the corpora with a set whose name begins so")
    options = parser.parse_args()
    found: list[Measured] = []
    for corpus in CORPORA:
        if not any(name.startswith(options.only) for name in corpus.sets):
            continue
        missing = [path for path in (corpus.data_dir, *corpus.sets.values()) if path is not None and not path.exists()]
        if missing:
            print(f"{', '.join(corpus.sets)}: left out, {missing[0].name} is not here\n")
            continue
        with tempfile.TemporaryDirectory() as folder:
            for measured in measure(corpus, Path(folder), options.questions):
                print(f"{measured.name}\n\n{tables(measured.evaluation)}\n", flush=True)
                found.append(measured)
    if options.only:
        return
    lines = [line for measured in found for line in rows_of(measured)]
    ROWS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draw_reliability([item for item in found if item.evaluation.summaries[ALL_LANGUAGES].unanswerable], DIAGRAM)
    write_page(found)


if __name__ == "__main__":
    main()
