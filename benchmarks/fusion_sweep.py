"""How much the encoder, terms and names are to count: every constant of ``rag/fusion.py`` and of BM25, swept.

    python -m benchmarks.fusion_sweep     # vectors and indexes are shared with benchmarks.retrieval

One constant is varied at a time around the chosen ones, over the pools of ``benchmarks.retrieval``; a figure is the
mean over the questions of a group, RR@10 or, in the mixed pools, Success@1. The two weights of terms are also chosen on
all groups but one, and measured on that one, to see whether the choice carries over. Rows go to
``benchmarks/results/fusion_sweep.tsv``.
"""

import argparse
import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.retrieval.__main__ import RESULTS, ROOT
from benchmarks.retrieval.pools import FEW_POOLS, DevelopmentSets, development_tasks
from benchmarks.retrieval.sets import Query, Task
from benchmarks.retrieval.systems import Bench, retriever_of
from rag.fusion import WEIGHTS, Scores, Weights, fuse
from rag.languages import identify_language
from rag.lexical_index import LexicalIndex
from rag.postings import K1, B
from rag.retriever import Retriever

DEPTH = 10
STEMS_TRIED, GRAMS_TRIED = (0.0, 1.5, 3.0, 5.0, 8.0), (2.0, 4.0, 6.0, 8.0, 10.0, 12.0)
TERM_GROUPS = ("ARCD", "XQuAD within", "TyDi ar", "TyDi others")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One choice of every constant; ``name`` says what differs from the chosen ones."""

    name: str
    weights: Weights = WEIGHTS
    k1: float = K1
    b: float = B


def settings_tried() -> list[Setting]:
    """The chosen constants first, then each neighbour."""
    chosen = Setting(name="chosen")
    found = [chosen]
    for stems, grams in itertools.product(STEMS_TRIED, GRAMS_TRIED):
        weights = dataclasses.replace(WEIGHTS, stems=stems, grams=grams)
        found.append(Setting(name=f"stems {stems:g} grams {grams:g}", weights=weights))
    for field, values in (("sounds", (0.0, 2.5, 7.5, 10.0)), ("stand_in", (0.0, 0.4, 0.5, 0.6, 0.8, 0.9, 1.1))):
        for value in values:
            weights = dataclasses.replace(WEIGHTS, **{field: value})
            found.append(Setting(name=f"{field} {value:g}", weights=weights))
    found += [Setting(name=f"k1 {value:g}", k1=value) for value in (0.3, 0.7, 0.9, 1.2, 1.5)]
    return found + [Setting(name=f"b {value:g}", b=value) for value in (0.4, 0.6, 0.75, 0.9)]


def group_of(query: Query, task: Task) -> str:
    """What a question is counted in."""
    if task.name.startswith(FEW_POOLS):
        return "few, same" if query.pair.endswith("same") else "few, other"
    if task.name.startswith("mixed"):
        return "mixed, same" if query.pair.endswith("same") else "mixed, other"
    source, languages = query.pair.split()
    asked, held = languages.split("→")
    if asked != held:
        return "XQuAD across"
    if source == "TyDi":
        return "TyDi ar" if held == "ar" else "TyDi others"
    return "ARCD" if source == "ARCD" else "XQuAD within"


def ranks(task: Task, retriever: Retriever, settings: Sequence[Setting]) -> Iterator[tuple[str, list[int]]]:
    """For each question its group and, for each of ``settings``, the rank of the first article that answers it."""
    store, rows = retriever.store, np.arange(len(retriever.vector_index))
    articles = np.array([passage.article_id for passage in store.passages(rows.tolist())])
    names, article_of_row = np.unique(articles, return_inverse=True)
    vectors = retriever.vector_index.vectors(rows)
    lexical = {
        (setting.k1, setting.b): LexicalIndex(retriever.lexical_index.postings, k1=setting.k1, b=setting.b)
        for setting in settings
    }
    for query in task.queries:
        language = identify_language(query.text)
        vector = retriever.means.centre_query(retriever.encoder.encode_queries([query.text])[0], language)
        same = retriever.catalogue.in_language(language)
        dense = (vectors @ vector).astype(np.float64)
        shares = {key: index.shares(query.text, language) for key, index in lexical.items()}
        relevant = np.isin(names, query.relevant)
        found = []
        for setting in settings:
            scores = fuse(rows, dense, shares[setting.k1, setting.b], same, setting.weights).scores
            found.append(_rank(scores, article_of_row, relevant))
        yield group_of(query, task), found


def _rank(scores: Scores, article_of_row: npt.NDArray[np.int64], relevant: npt.NDArray[np.bool_]) -> int:
    if not relevant.any():  # the file could not be read
        return len(relevant) + 1
    best = np.full(len(relevant), -np.inf)
    np.maximum.at(best, article_of_row, scores)
    mark = best[relevant].max()
    # Of articles with one score, the one that answers counts as the last.
    return int((best[~relevant] >= mark).sum()) + 1


def means(ranks_of: Mapping[str, npt.NDArray[np.int64]]) -> dict[str, Scores]:
    """For each group the mean of its measure for every setting, from ranks of shape (questions, settings)."""
    found = {}
    for group, of_group in ranks_of.items():
        mixed = group.startswith("mixed")
        values = of_group == 1 if mixed else np.where(of_group <= DEPTH, 1 / of_group, 0.0)
        found[group] = values.mean(axis=0)
    return found


def carried_over(settings: Sequence[Setting], of_groups: Mapping[str, Scores]) -> Iterator[tuple[str, str, float]]:
    """For each group of questions in one language, the weights best for the others on average, and what they give."""
    tried = [place for place, setting in enumerate(settings) if setting.name.startswith("stems")]
    for left_out in TERM_GROUPS:
        others = np.mean([of_groups[group][tried] for group in TERM_GROUPS if group != left_out], axis=0)
        best = tried[int(np.argmax(others))]
        yield left_out, settings[best].name, float(of_groups[left_out][best])


def main() -> None:
    """Sweep, print, and keep the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="folder of the development sets")
    parser.add_argument("--work", type=Path, default=ROOT / ".bench", help="folder for vectors and indexes")
    options = parser.parse_args()
    bench, settings = Bench(options.work), settings_tried()
    collected: dict[str, list[list[int]]] = defaultdict(list)
    for tasks in development_tasks(DevelopmentSets(options.shared)).values():
        for task in tasks():
            for group, found in ranks(task, retriever_of(bench.assistant(task)), settings):
                collected[group].append(found)
            bench.encoder.save()
            print(f"{task.name}: {len(task.queries)} queries", flush=True)
    of_groups = means({group: np.array(rows) for group, rows in collected.items()})
    groups = sorted(of_groups)
    counts = {group: len(collected[group]) for group in groups}
    lines = [["setting", *(f"{group} ({counts[group]})" for group in groups)]]
    lines += [
        [setting.name, *(f"{of_groups[group][place]:.4f}" for group in groups)]
        for place, setting in enumerate(settings)
    ]
    (RESULTS / "fusion_sweep.tsv").write_text(_joined(lines, "\t"), encoding="utf-8")
    print("\n" + _joined(lines, " | "))
    for left_out, name, value in carried_over(settings, of_groups):
        print(f"best without {left_out}: {name}, which gives it {value:.4f}; chosen {of_groups[left_out][0]:.4f}")


def _joined(lines: Iterable[Sequence[str]], separator: str) -> str:
    return "".join(separator.join(line) + "\n" for line in lines)


if __name__ == "__main__":
    main()
