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
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.altered_quotations import ALTERATIONS
from benchmarks.lookup_cases import ROOT, SHARED, Case, Corpus, negative_cases, positive_cases, write_mixed
from rag import Settings, lookup, open_assistant
from rag.alignment import similarity
from rag.analysis import words
from rag.records import Citation
from rag.skeleton import skeleton_text

_MAX_LISTED = 20
SWEPT_KINDS = (
    "word replaced", "word deleted", "word inserted", "words swapped", "5 % of characters", "10 % of characters",
    "three of these and 5 %",
)  # fmt: skip
SWEPT = (0.65, 0.7, 0.75, 0.78, 0.8, 0.82, 0.84, 0.86, 0.88, 0.9)


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
