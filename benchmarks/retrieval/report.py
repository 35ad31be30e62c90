"""Rows → the tables that the documents show, and the rows' own file."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.retrieval.measures import MEASURES, Difference, Row, Values, difference, measured
from benchmarks.retrieval.systems import ABLATION, ENCODER_ALONE, MASDAR

_ROW_COLUMNS = ("pair", "task", "question", "relevant")
_NOT_ASKED = "?"
_LAW_NINE_MEASURES = ("RR@10", "Success@1")


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write a line for each question, tab-separated: its place, and each system's ranks; nothing of any text."""
    systems = list(dict.fromkeys(system for row in rows for system in row.ranks))
    lines = ["\t".join([*_ROW_COLUMNS, *systems])]
    for row in rows:
        place = [row.pair, row.task, str(row.question_number), str(row.relevant)]
        ranks = [",".join(map(str, row.ranks[system])) if system in row.ranks else _NOT_ASKED for system in systems]
        lines.append("\t".join([*place, *ranks]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_rows(path: Path) -> list[Row]:
    """The rows that ``write_rows`` wrote."""
    header, *lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    systems = header.split("\t")[len(_ROW_COLUMNS) :]
    found = []
    for line in lines:
        pair, task, number, relevant, *cells = line.split("\t")
        ranks = {
            system: tuple(int(rank) for rank in cell.split(",") if rank)
            for system, cell in zip(systems, cells, strict=True)
            if cell != _NOT_ASKED
        }
        found.append(Row(pair=pair, task=task, question_number=int(number), relevant=int(relevant), ranks=ranks))
    return found


class Measured:
    """Every measure of every question, grouped by pair in the order in which pairs come up."""

    def __init__(self, rows: Iterable[Row]) -> None:
        groups: dict[str, list[Row]] = {}
        for row in rows:
            groups.setdefault(row.pair, []).append(row)
        self.questions = {pair: len(group) for pair, group in groups.items()}
        self._values = {
            pair: {
                system: measured(group, system)
                for system in group[0].ranks
                if all(system in row.ranks for row in group)
            }
            for pair, group in groups.items()
        }

    def systems(self, pairs: Iterable[str]) -> list[str]:
        """The systems that answered every question of one of ``pairs``, in order."""
        return list(dict.fromkeys(system for pair in pairs for system in self._values[pair]))

    def values(self, pair: str, system: str, measure: str) -> Values | None:
        """One value for each question of ``pair``; None where the system was not asked them all."""
        found = self._values[pair].get(system)
        return found[measure] if found else None

    def mean(self, pairs: Sequence[str], system: str, measure: str) -> float | None:
        """The mean over ``pairs``, each counting once, of the mean over its questions."""
        values = [self.values(pair, system, measure) for pair in pairs]
        means = [float(of.mean()) for of in values if of is not None]
        return sum(means) / len(means) if len(means) == len(pairs) else None

    def gain(self, pair: str, system: str, measure: str) -> Difference | None:
        """Masdar's lead over ``system``."""
        ours, theirs = self.values(pair, MASDAR, measure), self.values(pair, system, measure)
        return None if ours is None or theirs is None or system == MASDAR else difference(ours, theirs)


def system_table(found: Measured, measure: str, groups: Mapping[str, Sequence[str]], systems: Sequence[str]) -> str:
    """One measure: a row for each label of ``groups``, with the mean over its pairs, and a column for each system."""
    lines = [f"| {measure} | questions | {' | '.join(systems)} |", "|---|---|" + "---|" * len(systems)]
    for label, pairs in groups.items():
        values = [found.mean(pairs, system, measure) for system in systems]
        best = max((value for value in values if value is not None), default=0.0)
        cells = " | ".join(_cell(value, best) for value in values)
        lines.append(f"| {label} | {sum(found.questions[pair] for pair in pairs)} | {cells} |")
    return "\n".join(lines)


def measure_table(found: Measured, pairs: Sequence[str]) -> str:
    """Every measure of every system for each of ``pairs``, with Masdar's lead in RR@10 and its interval."""
    lines = [
        f"| pair | questions | system | {' | '.join(MEASURES)} | Masdar's lead in RR@10 [95 %] |",
        "|---|---|---|" + "---|" * (len(MEASURES) + 1),
    ]
    for pair in pairs:
        for system in found.systems([pair]):
            means = " | ".join(f"{found.mean([pair], system, measure):.3f}" for measure in MEASURES)
            lead = _interval(found.gain(pair, system, "RR@10"))
            lines.append(f"| {pair} | {found.questions[pair]} | {system} | {means} | {lead} |")
    return "\n".join(lines)


def law_nine_table(found: Measured) -> str:
    """For each pair Masdar's gain on the encoder alone, and whether it is behind beyond noise."""
    headings = " | ".join(f"gain in {measure} [95 %]" for measure in _LAW_NINE_MEASURES)
    lines = [f"| pair | questions | {headings} | worse beyond noise |", "|---|---|---|---|---|"]
    for pair, count in found.questions.items():
        gains = [found.gain(pair, ENCODER_ALONE, measure) for measure in _LAW_NINE_MEASURES]
        if None in gains:
            continue
        worse = "**yes**" if any(gain is not None and gain.high < 0 for gain in gains) else "no"
        lines.append(f"| {pair} | {count} | {' | '.join(map(_interval, gains))} | {worse} |")
    return "\n".join(lines)


def tables(rows: Iterable[Row]) -> dict[str, str]:
    """Every table of the documents, by name."""
    found = Measured(rows)
    whole = [pair for pair in found.questions if not pair.startswith("mixed ") and " among " not in pair]
    mixed = [pair for pair in found.questions if pair.startswith("mixed ")]
    few = [pair for pair in found.questions if " among " in pair]
    steps = [*ABLATION, MASDAR]
    compared = [system for system in found.systems(found.questions) if system not in ABLATION]
    by_itself = {pair: [pair] for pair in whole}
    of_mixed = _mixed_groups(mixed)
    return {
        "pairs": system_table(found, "RR@10", by_itself, compared),
        "first": system_table(found, "Success@1", by_itself, compared),
        "mixed": system_table(found, "Success@1", of_mixed, compared),
        "few": system_table(found, "RR@10", {pair: [pair] for pair in few}, found.systems(few)),
        "ablation": system_table(found, "RR@10", by_itself, steps),
        "mixed ablation": system_table(found, "Success@1", of_mixed, steps),
        "law 9": law_nine_table(found),
        "measures": measure_table(found, [*whole, *mixed, *few]),
    }


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


def _mixed_groups(pairs: Sequence[str]) -> dict[str, Sequence[str]]:
    groups: dict[str, Sequence[str]] = {pair: [pair] for pair in pairs}
    for kind in ("same", "other"):
        of_kind = [pair for pair in pairs if pair.endswith(f", {kind}")]
        if of_kind:
            groups[f"mixed, {kind}: mean"] = of_kind
    return groups


def _interval(gain: Difference | None) -> str:
    return "–" if gain is None else f"{gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]"


def _cell(value: float | None, best: float) -> str:
    if value is None:
        return "–"
    return f"**{value:.3f}**" if round(value, 3) == round(best, 3) else f"{value:.3f}"
