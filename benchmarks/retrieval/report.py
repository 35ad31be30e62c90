"""Rows → the tables that the documents show, and the rows' file."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.retrieval.measures import MEASURES, Difference, Row, Values, difference, measured

_BASELINE = "encoder alone"
_PRODUCT = "Masdar"


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write a line of JSON for each question: its place, the ranks, and nothing of any text."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            values = {
                "pair": row.pair,
                "task": row.task,
                "question_number": row.question_number,
                "relevant": row.relevant,
                "ranks": {system: list(ranks) for system, ranks in row.ranks.items()},
            }
            file.write(json.dumps(values, ensure_ascii=False) + "\n")


def read_rows(path: Path) -> list[Row]:
    """The rows that ``write_rows`` wrote."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        values = json.loads(line)
        ranks = {system: tuple(of) for system, of in values.pop("ranks").items()}
        found.append(Row(ranks=ranks, **values))
    return found


def by_pair(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows grouped by pair, in the order in which pairs come up."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.pair, []).append(row)
    return groups


def systems_of(rows: Sequence[Row]) -> list[str]:
    """The systems that answered every one of ``rows``, in order."""
    return [system for system in rows[0].ranks if all(system in row.ranks for row in rows)]


def pair_table(rows: Sequence[Row]) -> str:
    """Every measure of every system for each pair, with the interval of Masdar's lead in RR@10 over each system."""
    lines = [
        f"| pair | questions | system | {' | '.join(MEASURES)} | Masdar's lead in RR@10 [95 %] |",
        "|---|---|---|" + "---|" * (len(MEASURES) + 1),
    ]
    for pair, group in by_pair(rows).items():
        values = {system: measured(group, system) for system in systems_of(group)}
        for system, of in values.items():
            means = " | ".join(f"{of[measure].mean():.3f}" for measure in MEASURES)
            lines.append(f"| {pair} | {len(group)} | {system} | {means} | {_lead(values, system, 'RR@10')} |")
    return "\n".join(lines)


def system_table(rows: Sequence[Row], measure: str = "RR@10") -> str:
    """One measure, a row for each pair and a column for each system."""
    groups = by_pair(rows)
    systems = list(dict.fromkeys(system for group in groups.values() for system in systems_of(group)))
    lines = [f"| {measure} | questions | {' | '.join(systems)} |", "|---|---|" + "---|" * len(systems)]
    for pair, group in groups.items():
        values = {system: float(measured(group, system)[measure].mean()) for system in systems_of(group)}
        best = max(values.values())
        cells = [_cell(values.get(system), best) for system in systems]
        lines.append(f"| {pair} | {len(group)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def law_nine(rows: Sequence[Row]) -> str:
    """For each pair whether Masdar is behind the encoder alone beyond noise, in RR@10 and Success@1."""
    lines = [
        "| pair | questions | RR@10, gain on the encoder [95 %] | Success@1, gain [95 %] | worse beyond noise |",
        "|---|---|---|---|---|",
    ]
    for pair, group in by_pair(rows).items():
        if not {_PRODUCT, _BASELINE} <= set(systems_of(group)):
            continue
        ours, theirs = measured(group, _PRODUCT), measured(group, _BASELINE)
        gaps = [difference(ours[measure], theirs[measure]) for measure in ("RR@10", "Success@1")]
        worse = "**yes**" if any(gap.high < 0 for gap in gaps) else "no"
        lines.append(f"| {pair} | {len(group)} | {_interval(gaps[0])} | {_interval(gaps[1])} | {worse} |")
    return "\n".join(lines)


def splice(page: str, name: str, table: str) -> str:
    """``page`` with the table called ``name`` replaced: what stands between its two comment lines.

    Raises:
        ValueError: the page has no such place, or several.
    """
    begin, end = f"<!-- {name}: written by make bench-retrieval -->", f"<!-- end of {name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    spliced, count = pattern.subn(lambda _: f"{begin}\n\n{table}\n\n{end}", page)
    if count != 1:
        raise ValueError(f"the page has {count} places for the table {name!r}")
    return spliced


def _lead(values: Mapping[str, Mapping[str, Values]], system: str, measure: str) -> str:
    if system == _PRODUCT or _PRODUCT not in values:
        return "–"
    return _interval(difference(values[_PRODUCT][measure], values[system][measure]))


def _interval(gap: Difference) -> str:
    return f"{gap.mean:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}]"


def _cell(value: float | None, best: float) -> str:
    if value is None:
        return "–"
    return f"**{value:.3f}**" if round(value, 3) == round(best, 3) else f"{value:.3f}"
