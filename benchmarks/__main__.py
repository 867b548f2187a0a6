"""Run the benchmarks: ``python -m benchmarks --help``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import machine, report
from benchmarks.cases import CASES
from benchmarks.clock import QUICK, Pace
from benchmarks.libraries import ADAPTERS, load_all
from benchmarks.run import run


def main() -> int:
    """Run what the command line asks for; return 1 if a result was wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--case", action="append", help="run only cases whose name contains this")
    parser.add_argument("--library", action="append", help="run only this library")
    parser.add_argument("--quick", action="store_true", help="fewer, shorter samples")
    parser.add_argument(
        "--targets",
        action="store_true",
        help="run and print only what is demanded; of the libraries given by name, all that they do of it",
    )
    parser.add_argument("--core", type=int, help="the core to run on; by default the last")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was measured")
    parser.add_argument("--svg", type=Path, metavar="DIR", help="draw ratios over sizes")
    parser.add_argument("--read", type=Path, metavar="FILE", help="report FILE instead of running")
    options = parser.parse_args()

    machine.pin(options.core)
    cases = [c for c in CASES if not options.case or any(part in c.name for part in options.case)]
    if not cases:
        parser.error(f"--case: choose from {', '.join(case.name for case in CASES)}")
    if options.read:
        host, versions, outcome = report.read_json(options.read)
    else:
        names = options.library or list(ADAPTERS)
        if not set(names) <= set(ADAPTERS):
            parser.error(f"--library: choose from {', '.join(ADAPTERS)}")
        libraries, missing = load_all(names)
        for name, reason in missing.items():
            print(f"without {name}: {reason}", file=sys.stderr)
        demanded = {
            (case.name, task, size, None if options.library else label)
            for case in cases
            for target in case.targets
            for task, size, label in target.needs
        }
        pace = QUICK if options.quick else Pace()
        outcome = run(cases, libraries, pace, demanded if options.targets else None)
        host = machine.describe()
        versions = {library.name: library.version() for library in libraries}

    print(report.machine_table(host, versions), end="\n\n")
    if not options.targets:
        print(report.tables(outcome), end="\n\n")
    print(report.targets(cases, outcome))
    if options.json:
        report.write_json(options.json, host, versions, outcome)
    if options.svg:
        from benchmarks.pictures import draw  # noqa: PLC0415  matplotlib is optional

        draw(options.svg, outcome)
    return int(any(absence.wrong for absence in outcome.absences))


if __name__ == "__main__":
    sys.exit(main())
