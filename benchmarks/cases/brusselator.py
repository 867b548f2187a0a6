"""The Brusselator on a line: two species that react and diffuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import AtMost, Target


@dataclass(frozen=True)
class Brusselator(Problem):
    """The right-hand side in n variables, n / 2 of each species: a Jacobian of few non-zeros."""

    name: ClassVar = "brusselator"
    tasks: ClassVar = ("jacobian", "sparse_jacobian")
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("jacobian", 100, 0.3e-3),
        AtMost("sparse_jacobian", 1_000, 1e-3),
        AtMost("sparse_jacobian", 100_000, 50e-3),
    )
    largest: ClassVar = {"jacobian": 1_000}

    sizes: tuple[int, ...] = (100, 1_000, 100_000)

    def inputs(self, n: int) -> tuple[Any]:
        return (np.random.default_rng(6).uniform(0.5, 3.0, n),)

    def objective(self, np: Any, y: Any) -> Any:
        m = self.size // 2
        u, v = y[:m], y[m:]
        reaction = u * u * v
        return np.concatenate(
            [
                1.0 + reaction - 4.0 * u + self._spread(np, u),
                3.0 * u - reaction + self._spread(np, v),
            ]
        )

    def _spread(self, np: Any, w: Any) -> Any:
        """Diffuse; nothing flows through the ends."""
        flow = 0.02 * (self.size // 2 + 1) ** 2 * (w[1:] - w[:-1])
        return np.concatenate([flow[:1], flow[1:] - flow[:-1], -flow[-1:]])

    def jacobian(self, y: Any) -> Any:
        m = len(y) // 2
        u, v = y[:m], y[m:]
        neighbours = np.diag(np.ones(m - 1), 1) + np.diag(np.ones(m - 1), -1)
        spread = 0.02 * (m + 1) ** 2 * (neighbours - np.diag(neighbours.sum(0)))
        return np.block(
            [
                [spread + np.diag(2 * u * v - 4.0), np.diag(u * u)],
                [np.diag(3.0 - 2 * u * v), spread - np.diag(u * u)],
            ]
        )

    def matrix_times(self, y: Any, w: Any) -> Any:
        m = len(y) // 2
        u, v, of_u, of_v = y[:m], y[m:], w[:m], w[m:]
        reaction = 2 * u * v * of_u + u * u * of_v
        return np.concatenate(
            [
                reaction - 4.0 * of_u + self._spread(np, of_u),
                3.0 * of_u - reaction + self._spread(np, of_v),
            ]
        )
