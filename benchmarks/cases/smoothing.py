"""A signal smoothed by a kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import NotSlower, Target

TAPS = 31


@dataclass(frozen=True)
class Smoothing(Problem):
    """The sum of squares of the convolution of a signal of n numbers with 31 taps, in both."""

    name: ClassVar = "smoothing"
    argnums: ClassVar = (0, 1)
    targets: ClassVar[tuple[Target, ...]] = (NotSlower("gradient", 100_000, "numpy"),)

    sizes: tuple[int, ...] = (100, 10_000, 100_000)

    def inputs(self, n: int) -> tuple[Any, ...]:
        rng = np.random.default_rng(19)
        return rng.normal(size=n), rng.uniform(0.0, 0.1, TAPS)

    def objective(self, np: Any, x: Any, k: Any) -> Any:
        y = np.convolve(x, k, "same")
        return np.sum(y * y)

    def gradient(self, x: Any, k: Any) -> tuple[Any, ...]:
        ct = 2.0 * np.convolve(x, k, "same")
        wide = np.pad(x, TAPS // 2)
        return np.convolve(ct, k[::-1], "same"), np.correlate(wide, ct, "valid")[::-1]
