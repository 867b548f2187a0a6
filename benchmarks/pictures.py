"""Pictures of ratios over sizes."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.report import base_of
from benchmarks.run import Outcome

COLOURS = {
    "wengert": "#000000",
    "torch": "#d95f02",
    "autograd": "#1b9e77",
    "jax": "#7570b3",
    "casadi": "#e7298a",
    "numpy": "#66a61e",
    "python": "#a6761d",
}
STYLE = {"svg.hashsalt": "benchmarks", "svg.fonttype": "none"}


def draw(folder: Path, outcome: Outcome) -> list[Path]:
    """Draw, for each task measured at several sizes, the ratio to the base over the size."""
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for (case, task), group in groupby(outcome.results, key=lambda r: (r.case, r.task)):
        results = list(group)
        bases = {
            size: base_of([r for r in results if r.size == size])
            for size in {r.size for r in results}
        }
        if len(bases) < 2:
            continue
        figure = Figure(figsize=(6, 3.6), layout="constrained")
        axes = figure.add_subplot()
        for label in dict.fromkeys(r.label for r in results):
            line = [r for r in results if r.label == label]
            name, _, variant = label.partition(" ")
            axes.plot(
                [max(r.size, 0.5) for r in line],
                [r.minimum / bases[r.size].minimum for r in line],
                marker="o",
                markersize=3,
                color=COLOURS.get(name),
                linestyle="--" if variant else "-",
                label=label,
            )
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("n")
        axes.set_ylabel(f"time over {' or '.join({b.label for b in bases.values()})}'s")
        axes.set_title(f"{case}: {task}")
        axes.grid(visible=True, which="major", color="#dddddd", linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
        figure.legend(loc="outside right upper", frameon=False)
        slug = re.sub(r"\W+", "-", f"{case} {task}").strip("-")
        files.append(folder / f"{slug}.svg")
        with mpl.rc_context(STYLE):
            figure.savefig(files[-1], metadata={"Date": None})
    return files
