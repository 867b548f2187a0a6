"""What the library does, in one command: ``python -m wengert``."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

import wengert as wg
from wengert.demo import comparison, exercises, network

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> None:
    """Show gradients, train a small network, compare speeds, and print the configuration.

    Parameters
    ----------
    argv : sequence of str, optional
        Command line without the program's name; that of the process by default.
    """
    summary = "Show gradients, train a small network, compare speeds, print the configuration."
    argparse.ArgumentParser(prog="python -m wengert", description=summary).parse_args(argv)

    say("Gradients by reverse mode, beside central differences\n")
    for exercise in exercises.EXERCISES:
        say(exercises.report(exercise) + "\n")

    say(
        f"A network of {network.INPUTS} inputs, {network.HIDDEN} tanh units and 1 output, trained\n"
    )
    x, y = network.examples(128)
    start = time.perf_counter()
    _, losses = network.train(network.initial(), x, y)
    seconds = time.perf_counter() - start
    say(f"  {len(y)} examples, {len(losses) - 1} steps of Adam in {seconds:.2f} s")
    say(f"  mean squared error {losses[0]:.3g} -> {losses[-1]:.3g}\n")

    say("Time in microseconds, the shortest of many repeats\n")
    say(comparison.table([comparison.compare(problem) for problem in comparison.problems()]))

    say("\nConfiguration, for bug reports\n")
    wg.show_config()


def say(text: str) -> None:
    """Write a paragraph to standard output now.

    Parameters
    ----------
    text : str
        The paragraph, without its last line end.
    """
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
