"""Measures how reliably a quotation, altered in many ways, is found where it stands, and how fast.

    python -m benchmarks.lookup [--per-kind 300] [--index DIR]

Quotations of 6 to 40 words (and exact ones of 3 to 5) are drawn from every article of three folders: the five articles
beside the project, ``data/``, and one of about two thousand passages in ten languages, made of ARCD's training part and
TyDi QA. A third of them cross the end of a passage, and they cross sentences and lines as they come. Each is altered in
one way (``benchmarks/altered_quotations.py``). It counts as right when the first place overlaps the true one and both
borders are within a word of it; where the same words stand in several places, any of them is true, and all must be
listed. Texts that do not occur are sentences of paragraphs left out of that folder, and sentences of it with half of
their words changed or all of them shuffled; one that is found is a false find.

Times are of the processor, not of the wall: a lookup is one thread, and the machine may be shared. Prints the tables
and writes ``benchmarks/results/lookup.jsonl``: a row for each folder, kind and language. With ``--sweep`` it looks up
in the large folder only, and prints for every least similarity how much is found and how much is found falsely.
"""

import argparse
import json
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.altered_quotations import ALTERATIONS, INVENTIONS
from rag import Settings, lookup, open_assistant
from rag.alignment import similarity
from rag.analysis import words
from rag.assistant import Assistant
from rag.records import Article, Citation
from rag.skeleton import skeleton_text

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
_MAX_LISTED = 20
# Drawn anew after the last change to lookup: none of the quotations was looked at before it was measured.
SEED = "second draw"
SWEPT_KINDS = (
    "word replaced", "word deleted", "word inserted", "words swapped", "5 % of characters", "10 % of characters",
    "three of these and 5 %",
)  # fmt: skip
SWEPT = (0.65, 0.7, 0.75, 0.78, 0.8, 0.82, 0.84, 0.86, 0.88, 0.9)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one case. ``right`` of a text that does not occur: nothing was found."""

    kind: str
    language: str
    crosses_passages: bool
    right: bool
    all_listed: bool
    cpu_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The results of one kind in one language."""

    folder: str
    kind: str
    language: str
    cases: int
    right: int
    all_listed: int
    median_cpu_ms: float
    p95_cpu_ms: float


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


def is_right(case: Case, citations: Sequence[Citation], corpus: Corpus) -> bool:
    """Whether the first place is the true one, to within a word at each end."""
    if not case.article_id:
        return not citations
    if not citations:
        return False
    first = citations[0]
    text = corpus.articles[case.article_id].text
    if words(first.quote) == words(text[case.start : case.end]):
        return True
    if first.article_id != case.article_id or first.end <= case.start or first.start >= case.end:
        return False
    borders = ((first.start, case.start), (first.end, case.end))
    return all(len(words(text[min(pair) : max(pair)])) <= 1 for pair in borders)


def measured(case: Case, corpus: Corpus) -> tuple[Result, tuple[Citation, ...]]:
    """Look one case up."""
    started = time.thread_time()
    citations = corpus.assistant.lookup(case.text)
    cpu_ms = 1000 * (time.thread_time() - started)
    listed = True
    if case.kind.startswith("as it is"):
        quoted = corpus.articles[case.article_id].text[case.start : case.end]
        listed = len(citations) >= min(corpus.same_words(quoted), _MAX_LISTED)
    result = Result(
        kind=case.kind,
        language=case.language,
        crosses_passages=case.crosses_passages,
        right=is_right(case, citations, corpus),
        all_listed=listed,
        cpu_ms=cpu_ms,
    )
    return result, citations


def rows_of(folder: str, results: Iterable[Result]) -> list[Row]:
    """One row for each kind and language."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        groups.setdefault((result.kind, result.language), []).append(result)
    return [row(folder, kind, language, found) for (kind, language), found in groups.items()]


def row(folder: str, kind: str, language: str, results: Sequence[Result]) -> Row:
    """The row of some results."""
    times = sorted(result.cpu_ms for result in results)
    return Row(
        folder=folder,
        kind=kind,
        language=language,
        cases=len(results),
        right=sum(result.right for result in results),
        all_listed=sum(result.all_listed for result in results),
        median_cpu_ms=round(statistics.median(times), 1),
        p95_cpu_ms=round(times[int(0.95 * (len(times) - 1))], 1),
    )


def print_table(folder: str, results: Sequence[Result], key: Callable[[Result], str], head: str) -> None:
    """A line for each value of ``key``."""
    print(
        f"| {head} | quotations | right | all places listed | median CPU ms | p95 CPU ms |\n|---|---|---|---|---|---|"
    )
    for name in dict.fromkeys(map(key, results)):
        line = row(folder, name, "", [result for result in results if key(result) == name])
        print(
            f"| {name} | {line.cases} | {line.right / line.cases:.1%} | {line.all_listed / line.cases:.1%}"
            f" | {line.median_cpu_ms:.1f} | {line.p95_cpu_ms:.1f} |"
        )
    print(flush=True)


def measure(folder: str, corpus: Corpus, left_out: dict[str, list[str]], per_kind: int) -> list[Result]:
    """Look every case of one folder up and print its tables."""
    passages = sum(source.passages for source in corpus.assistant.sources())
    print(f"{folder}: {len(corpus.articles)} articles, {passages} passages\n")
    cases = [*positive_cases(corpus, per_kind), *negative_cases(corpus, left_out, per_kind)]
    results = [measured(case, corpus)[0] for case in cases]
    print_table(folder, results, lambda result: result.kind, "kind")
    positive = [result for result in results if result.kind in ALTERATIONS]
    print_table(folder, positive, lambda result: result.language, "language")
    print_table(
        folder, positive, lambda result: "across passages" if result.crosses_passages else "within one", "where"
    )
    print_table(folder, positive, lambda _: "all", "altered quotations of 6 to 40 words")
    return results


def sweep(corpus: Corpus, left_out: dict[str, list[str]], per_kind: int) -> None:
    """Print what each least similarity would find, of what is altered in its words or letters, and falsely."""
    lookup.MIN_SIMILARITY = SWEPT[0]
    cases = [*positive_cases(corpus, per_kind), *negative_cases(corpus, left_out, per_kind * 3)]
    found: list[tuple[Case, float]] = []
    for case in cases:
        if case.kind not in SWEPT_KINDS and case.article_id:
            continue
        citations = corpus.assistant.lookup(case.text)
        right = bool(citations) and (not case.article_id or is_right(case, citations, corpus))
        quote = citations[0].quote if right else ""
        found.append((case, similarity(skeleton_text(case.text), skeleton_text(quote))))
    print("| least similarity | right | found falsely |\n|---|---|---|")
    for least in SWEPT:
        altered = [shared >= least for case, shared in found if case.article_id]
        nowhere = [shared >= least for case, shared in found if not case.article_id]
        print(f"| {least:.2f} | {sum(altered)} of {len(altered)} | {sum(nowhere)} of {len(nowhere)} |")


def main() -> None:
    """Measure every folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--per-kind", type=int, default=300, help="quotations of each kind from each folder")
    parser.add_argument("--index", type=Path, help="keep the indexes here for another run")
    parser.add_argument("--sweep", action="store_true", help="choose the least similarity")
    options = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as temporary:
        index = options.index or Path(temporary) / "index"
        mixed = Path(temporary) / "mixed"
        mixed.mkdir()
        left_out = write_mixed(mixed)
        folders = (("five articles", SHARED / "articles"), ("shipped corpus", ROOT / "data"), ("ten languages", mixed))
        for name, data_dir in folders:
            settings = Settings(data_dir=data_dir, index_dir=index / name.replace(" ", "-"))
            if options.sweep and data_dir is not mixed:
                continue
            corpus = Corpus(open_assistant(settings, refresh=True))
            if options.sweep:
                sweep(corpus, left_out, options.per_kind)
                return
            rows += rows_of(name, measure(name, corpus, left_out, options.per_kind))
    with (ROOT / "benchmarks" / "results" / "lookup.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(line), ensure_ascii=False) + "\n" for line in rows)


if __name__ == "__main__":
    main()
