"""Tables and JSON of what was measured."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.cases.problem import Case
from benchmarks.clock import Result
from benchmarks.run import Absence, Outcome

BASE = "wengert"


def quantity(value: float, unit: str) -> str:
    """Return `value` to three digits, in the prefix that suits it."""
    if unit == "x":
        return f"{value:.2f}"
    for factor, prefix in ((1e-9, "n"), (1e-6, "µ"), (1e-3, "m")) if unit == "s" else ():
        if abs(value) < 999.5 * factor:
            return f"{value / factor:.3g} {prefix}s"
    for factor, prefix in ((1e6, "M"), (1e3, "k")) if unit == "B" else ():
        if value >= factor:
            return f"{value / factor:.3g} {prefix}B"
    return f"{value:.3g} {unit}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[int] = ()) -> str:
    """Return a Markdown table whose columns `right` are figures."""
    body = [list(row) for row in rows]
    widths = [max(len(row[i]) for row in [head, *body]) for i in range(len(head))]
    rule = ["-" * (w - 1) + ":" if i in right else "-" * w for i, w in enumerate(widths)]

    def line(row: Sequence[str]) -> str:
        cells = (
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return f"| {' | '.join(cells)} |"

    return "\n".join(line(row) for row in [head, rule, *body])


def base_of(results: Sequence[Result]) -> Result:
    """Return what the others are compared with: wengert, or whoever is first."""
    return next((r for r in results if r.label == BASE), results[0])


def tables(outcome: Outcome) -> str:
    """Return one table for each task of each case, then what was not timed."""
    parts: list[str] = []
    for (case, task), group in groupby(outcome.results, key=lambda r: (r.case, r.task)):
        rows: list[list[str]] = []
        for size, same in groupby(group, key=lambda r: r.size):
            results = list(same)
            base = base_of(results)
            rows += ([str(size), *_row(result, base)] for result in results)
        head = ("n", "library", "minimum", "median", "ratio", "of medians", "prepared in")
        columns = len(head) if any(row[-1] for row in rows) else len(head) - 1
        parts.append(
            f"### {case}: {task}\n\n{table(head[:columns], (r[:columns] for r in rows), range(2, columns))}"
        )
    if outcome.absences:
        columns_absent = ("case", "task", "n", "library", "why")
        sizes: dict[tuple[str, str, str, str], list[str]] = {}
        for a in outcome.absences:
            sizes.setdefault((a.case, a.task, a.label, a.reason), []).append(str(a.size))
        absences = [
            (case, task, ", ".join(n), label, reason.replace("|", "\\|"))
            for (case, task, label, reason), n in sizes.items()
        ]
        parts.append(f"### Not timed\n\n{table(columns_absent, absences)}")
    return "\n\n".join(parts)


def _row(result: Result, base: Result) -> list[str]:
    return [
        result.label,
        quantity(result.minimum, result.unit),
        quantity(result.median, result.unit),
        f"{result.minimum / base.minimum:.3g}",
        f"{result.median / base.median:.3g}",
        quantity(result.preparation, "s") if result.preparation else "",
    ]


def targets(cases: Sequence[Case], outcome: Outcome) -> str:
    """Return each figure demanded beside the figure measured, and the peers' in the same run."""
    head = ("case", "figure", "at most", "measured", "holds", "beside it")
    rows = []
    for case in cases:
        results = [result for result in outcome.results if result.case == case.name]
        figures = {(r.task, r.size, r.label): r.minimum for r in results}
        for target in case.targets:
            measured = all(need in figures for need in target.needs)
            figure = target.figure(figures) if measured else float("nan")
            task, size, _ = target.needs[-1]
            beside = (
                f"{r.label} {quantity(r.minimum, r.unit)}"
                for r in results
                if (r.task, r.size) == (task, size)
            )
            rows.append(
                (
                    case.name,
                    str(target),
                    quantity(target.limit, target.unit),
                    quantity(figure, target.unit) if measured else "",
                    ("yes" if figure <= target.limit else "NO") if measured else "not measured",
                    ", ".join(beside),
                )
            )
    return table(head, rows, right=(2, 3))


def machine_table(machine: Mapping[str, Any], versions: Mapping[str, str]) -> str:
    """Return what the figures hold for."""
    rows = [
        ("processor", machine["processor"]),
        ("ISA", " ".join(machine["isa"])),
        ("system", machine["system"]),
        ("Python", machine["python"]),
        ("commit", machine["commit"]),
        ("load", " ".join(f"{load:.1f}" for load in machine["load"])),
        *((f"library {name}", version) for name, version in versions.items()),
        *((f"BLAS {file}", config) for file, config in machine["blas"].items()),
        *machine["environment"].items(),
    ]
    return table(("", ""), rows)


def write_json(
    file: Path, machine: Mapping[str, Any], versions: Mapping[str, str], outcome: Outcome
) -> None:
    """Write everything, each sample's minimum and median included, for later comparison."""
    document = {
        "machine": dict(machine),
        "libraries": dict(versions),
        "results": [result.json() for result in outcome.results],
        "absences": [absence.json() for absence in outcome.absences],
    }
    file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def read_json(file: Path) -> tuple[dict[str, Any], dict[str, str], Outcome]:
    """Read what `write_json` wrote."""
    document = json.loads(file.read_text(encoding="utf-8"))
    outcome = Outcome(
        [Result(**result) for result in document["results"]],
        [Absence(**absence) for absence in document["absences"]],
    )
    return document["machine"], document["libraries"], outcome
