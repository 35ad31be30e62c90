"""Measures retrieval on the development sets, or on a set of your own.

    python -m benchmarks.retrieval                                    # every pool, Masdar against its baselines
    python -m benchmarks.retrieval --pools ar mixed --ablation --peers
    python -m benchmarks.retrieval --squad ar my-set.json             # a set in SQuAD form, over its own contexts
    python -m benchmarks.retrieval --own questions.jsonl articles/    # the form of docs/evaluation.md

Every text is encoded once and remembered in ``--work``, where the indexes stay too, so that a second run is quick.
``--runs DIR`` writes a TREC run file for each system and the qrels of each pool. ``--write``, which takes no choice of
pools, is ``make bench-retrieval``: it keeps the rows in ``benchmarks/results/retrieval.tsv``, every measure in
``benchmarks/results/retrieval.md``, and puts its tables into ``docs/retrieval.md``. A run may be made in parts, by pool
or by system, each with ``--rows``; ``--join`` puts them together, with ``--write`` as well:

    python -m benchmarks.retrieval --ablation --rows own.tsv
    python -m benchmarks.retrieval --peers --systems "txtai hybrid" "Haystack RRF" --rows two.tsv
    python -m benchmarks.retrieval --peers --join own.tsv two.tsv --write
"""

import argparse
import dataclasses
import itertools
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.peers import load_peers
from benchmarks.retrieval.measures import Row, ranks_of
from benchmarks.retrieval.pools import FEW_POOLS, DevelopmentSets, development_tasks
from benchmarks.retrieval.report import read_rows, splice, tables, write_rows
from benchmarks.retrieval.sets import Query, Task, queries_of, read_own_set, read_squad
from benchmarks.retrieval.systems import ABLATION, OWN_SYSTEMS, Bench, Build

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results"
PAGE = ROOT / "docs" / "retrieval.md"


def main() -> None:
    """Run what the command line asks for, print the tables, and keep them where it says so."""
    parser = _parser()
    options = parser.parse_args()
    if options.write and (options.pools or options.squad or options.own or options.systems):
        parser.error("--write is for a whole run: leave out --pools, --systems, --squad and --own")
    peers, versions = load_peers() if options.peers else ({}, ())
    rows = joined(map(read_rows, options.join)) if options.join else measure(options, peers)
    found = tables(rows)
    for name, table in found.items():
        if table.count("\n") > 1 and (name != "measures" or options.all_measures):
            print(f"\n{name}\n\n{table}")
    print("\n" + "\n".join(versions))
    if options.write:
        keep(rows, found, versions)


def measure(options: argparse.Namespace, peers: Mapping[str, Build]) -> list[Row]:
    """Ask every chosen system every question of every chosen pool."""
    bench = Bench(options.work)
    rows: list[Row] = []
    for task in _tasks(options):
        systems = dict(OWN_SYSTEMS)
        # So many small pools are for one question only: is Masdar behind the encoder alone in any of them?
        if not task.name.startswith(FEW_POOLS):
            systems |= {**(ABLATION if options.ablation else {}), **peers}
        chosen = {name: build for name, build in systems.items() if not options.systems or name in options.systems}
        rows += run_task(task, chosen, bench, options.runs)
        bench.encoder.save()
        if options.rows:
            write_rows(options.rows, rows)
    return rows


def joined(parts: Iterable[Iterable[Row]]) -> list[Row]:
    """The rows of several runs as those of one: the ranks of a question that stands in many are put together."""
    found: dict[tuple[str, str, int], Row] = {}
    for row in itertools.chain.from_iterable(parts):
        place = (row.pair, row.task, row.question_number)
        known = found.get(place)
        found[place] = dataclasses.replace(row, ranks={**known.ranks, **row.ranks}) if known else row
    return list(found.values())


def keep(rows: Sequence[Row], found: Mapping[str, str], versions: Sequence[str]) -> None:
    """Write the rows, the table of every measure, and the tables that the page has a place for."""
    write_rows(RESULTS / "retrieval.tsv", rows)
    (RESULTS / "retrieval.md").write_text(f"# Every measure\n\n{found['measures']}\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    shown = {name: table for name, table in found.items() if name != "measures"}
    for name, text in {**shown, "versions": "\n".join(f"- {line}" for line in versions)}.items():
        page = splice(page, name, text)
    PAGE.write_text(page, encoding="utf-8")


def run_task(task: Task, systems: Mapping[str, Build], bench: Bench, runs: Path | None) -> list[Row]:
    """Ask every query of every system; the rows, in the order of the queries."""
    ranks: list[dict[str, tuple[int, ...]]] = [{} for _ in task.queries]
    for name, build in systems.items():
        started = time.perf_counter()
        search = build(task, bench)
        built = time.perf_counter()
        found = [search(query) for query in task.queries]
        for query, articles, of in zip(task.queries, found, ranks, strict=True):
            of[name] = ranks_of(articles, query.relevant)
        print(
            f"{task.name}: {name}: {len(task.queries)} queries, made in {built - started:.1f} s, "
            f"asked in {time.perf_counter() - built:.1f} s",
            flush=True,
        )
        if runs:
            write_trec(runs, task, name, found)
    return [
        Row(
            pair=query.pair,
            task=task.name,
            question_number=query.number,
            relevant=len(query.relevant),
            ranks=of,
        )
        for query, of in zip(task.queries, ranks, strict=True)
    ]


def write_trec(folder: Path, task: Task, system: str, found: Sequence[Sequence[str]]) -> None:
    """Write the qrels of ``task`` and the run of ``system`` as trec_eval reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    tag = system.replace(" ", "_")
    qrels = [f"{_query_id(query)} 0 {article} 1" for query in task.queries for article in query.relevant]
    run = [
        f"{_query_id(query)} Q0 {article} {rank} {-rank} {tag}"
        for query, articles in zip(task.queries, found, strict=True)
        for rank, article in enumerate(articles, start=1)
    ]
    (folder / f"{task.name}.qrels").write_text("\n".join(qrels) + "\n", encoding="utf-8")
    (folder / f"{task.name}.{tag}.run").write_text("\n".join(run) + "\n", encoding="utf-8")


def _query_id(query: Query) -> str:
    return f"{query.pair}/{query.number}".replace(" ", "_")


def _tasks(options: argparse.Namespace) -> list[Task]:
    if options.squad:
        language, path = options.squad
        read = read_squad(Path(path), name="set", language=language)
        return [
            Task(name="squad", paragraphs=read.paragraphs, queries=queries_of(read, read, pair=Path(path).stem)),
        ]
    if options.own:
        path, data_dir = map(Path, options.own)
        return [read_own_set(path, data_dir, name=path.stem)]
    groups = development_tasks(DevelopmentSets(options.shared))
    return [task for name in options.pools or groups for task in groups[name]()]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [*development_tasks(DevelopmentSets(Path()))]
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="folder of the development sets")
    parser.add_argument("--work", type=Path, default=ROOT / ".bench", help="folder for vectors and indexes")
    parser.add_argument("--pools", nargs="+", choices=names, metavar="POOL", help=", ".join(names))
    parser.add_argument("--systems", nargs="+", metavar="SYSTEM", help="only these columns of the tables")
    parser.add_argument("--join", nargs="+", type=Path, metavar="FILE", help="measure nothing, but join these rows")
    parser.add_argument("--squad", nargs=2, metavar=("LANGUAGE", "FILE"), help="a set in SQuAD form")
    parser.add_argument("--own", nargs=2, metavar=("FILE", "ARTICLES"), help="a set in the project's own form")
    parser.add_argument("--ablation", action="store_true", help="Masdar in steps, too")
    parser.add_argument("--peers", action="store_true", help="other people's retrieval, too: make bench-retrieval")
    parser.add_argument("--write", action="store_true", help="keep the results of a whole run in the project")
    parser.add_argument("--all-measures", action="store_true", help="print every measure, with intervals")
    parser.add_argument("--rows", type=Path, help="write the row of every question there")
    parser.add_argument("--runs", type=Path, help="write TREC run files there")
    return parser


if __name__ == "__main__":
    main()
