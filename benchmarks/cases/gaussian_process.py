"""The likelihood of a Gaussian process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import NotSlower, Target


@dataclass(frozen=True)
class GaussianProcess(Problem):
    """Minus the logarithm of the likelihood of n observations, but for a constant.

    The gradient is in the logarithms of the length, the amplitude and the noise of a kernel of squares.
    """

    name: ClassVar = "Gaussian process"
    targets: ClassVar[tuple[Target, ...]] = (
        NotSlower("gradient", 500, "torch"),
        NotSlower("gradient", 500, "jax"),
    )

    sizes: tuple[int, ...] = (500,)

    def inputs(self, n: int) -> tuple[Any, ...]:
        random = np.random.default_rng(25)
        x = np.sort(random.uniform(0.0, 10.0, n))
        y = np.sin(x) + 0.1 * random.standard_normal(n)
        return np.array([0.1, 0.2, -3.0]), (x[:, None] - x) ** 2, y, np.eye(n)

    def objective(self, np: Any, logs: Any, squares: Any, y: Any, ones: Any) -> Any:
        scales = np.exp(logs)
        kernel = scales[1] * np.exp(-0.5 * squares / scales[0] ** 2) + scales[2] * ones
        factor = np.linalg.cholesky(kernel)
        weights = np.linalg.solve(kernel, y)
        return 0.5 * y @ weights + np.sum(np.log(np.diagonal(factor)))

    def gradient(self, logs: Any, squares: Any, y: Any, ones: Any) -> Any:
        length, amplitude, noise = np.exp(logs)
        smooth = amplitude * np.exp(-0.5 * squares / length**2)
        inverse = np.linalg.inv(smooth + noise * ones)
        weights = inverse @ y
        of_kernel = 0.5 * (inverse - np.outer(weights, weights))
        parts = (smooth * squares / length**2, smooth, noise * ones)
        return np.array([np.sum(of_kernel * part) for part in parts])
