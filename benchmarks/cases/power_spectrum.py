"""The weighted power spectrum of an image."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.clock import Contender, Timed
from benchmarks.targets import NotSlower, Target

if TYPE_CHECKING:
    from benchmarks.libraries.library import Library

TRANSFORM = "numpy fft2"


@dataclass(frozen=True)
class PowerSpectrum(Problem):
    """sum(|fft2(x)|^2 w) of an image of n x n real numbers; "numpy fft2" is one transform of it."""

    name: ClassVar = "power spectrum"
    # Value and gradient are two transforms: in less than three and a half.
    targets: ClassVar[tuple[Target, ...]] = (NotSlower("gradient", 512, TRANSFORM, limit=3 * 1.2),)

    sizes: tuple[int, ...] = (64, 512)
    tolerance: float = 1e-9

    def inputs(self, n: int) -> tuple[Any, ...]:
        rng = np.random.default_rng(17)
        return rng.normal(size=(n, n)), rng.uniform(0.5, 1.5, (n, n))

    def objective(self, np: Any, x: Any, w: Any) -> Any:
        return np.sum(np.abs(np.fft.fft2(x)) ** 2 * w)

    def gradient(self, x: Any, w: Any) -> Any:
        return 2.0 * np.fft.fft2(np.conj(np.fft.fft2(x)) * w).real

    def contenders(self, library: Library, task: str, size: int) -> Iterator[Contender]:
        yield self.contender(library, library.name, task, size)
        if library.name == "numpy" and task == "gradient":
            x, _ = self.inputs(size)
            yield Timed(
                TRANSFORM, partial(np.fft.fft2, x), np.fft.fft2(x), self.tolerance, np.asarray
            )
