"""The logarithm of a sum of exponentials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import AtMost, Target


@dataclass(frozen=True)
class LogSumExp(Problem):
    """log sum exp(x) of n numbers, made safe by their maximum, through which is differentiated."""

    name: ClassVar = "standard lse"
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("gradient", 640_000, 4.6e-3),
        AtMost("gradient", 640_000, 2e-3, label="wengert replayed"),
    )
    small: ClassVar = 50

    sizes: tuple[int, ...] = (640_000,)

    def inputs(self, n: int) -> tuple[Any, ...]:
        return (np.random.default_rng(31).normal(0.0, 10.0, n),)

    def objective(self, np: Any, x: Any) -> Any:
        largest = np.max(x)
        return largest + np.log(np.sum(np.exp(x - largest)))

    def gradient(self, x: Any) -> Any:
        shares = np.exp(x - np.max(x))
        return shares / np.sum(shares)
