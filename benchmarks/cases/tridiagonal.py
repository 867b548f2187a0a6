"""A tridiagonal system, solved by the algorithm of Thomas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import Linear, Target


@dataclass(frozen=True)
class Tridiagonal(Problem):
    """Sum of the squares of the solution, in the three diagonals and the right side.

    Row i is a[i] x[i-1] + b[i] x[i] + c[i] x[i+1] = d[i]; a[0] and c[-1] are not there, and 0.
    """

    name: ClassVar = "tridiagonal solve"
    unrolled: ClassVar = 10
    argnums: ClassVar = (0, 1, 2, 3)
    targets: ClassVar[tuple[Target, ...]] = (Linear("gradient", 1_000, 100_000),)

    sizes: tuple[int, ...] = (1_000, 100_000)

    def inputs(self, n: int) -> tuple[Any, ...]:
        random = np.random.default_rng(12)
        a, c, d = random.uniform(-1.0, 1.0, (3, n))
        a[0] = c[-1] = 0.0
        return a, random.uniform(3.0, 4.0, n), c, d

    def written(self, np: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
        x = _solution(np, a, b, c, d, self.size)
        return np.sum(x * x)

    def objective(self, np: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
        rows = zip(a, b, c, d, strict=True)
        _, b0, c0, d0 = next(rows)
        upper, right = [c0 / b0], [d0 / b0]
        for ai, bi, ci, di in rows:
            pivot = bi - ai * upper[-1]
            upper.append(ci / pivot)
            right.append((di - ai * right[-1]) / pivot)
        parts = [right[-1]]
        for u, r in zip(upper[-2::-1], right[-2::-1], strict=True):
            parts.append(r - u * parts[-1])
        x = np.stack(parts)
        return np.sum(x * x)

    def rolled(self, np: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
        def eliminate(before: Any, row: Any) -> Any:
            (upper, right), (ai, bi, ci, di) = before, row
            pivot = bi - ai * upper
            now = ci / pivot, (di - ai * right) / pivot
            return now, now

        def substitute(after: Any, row: Any) -> Any:
            upper, right = row
            x = right - upper * after
            return x, x

        _, rows = np.scan(eliminate, (0.0, 0.0), (a, b, c, d))
        _, x = np.scan(substitute, 0.0, rows, reverse=True)
        return np.sum(x * x)

    def gradient(self, a: Any, b: Any, c: Any, d: Any) -> tuple[Any, ...]:
        n = len(d)
        x = _solution(np, a, b, c, d, n)
        below, above = np.append(0.0, c[:-1]), np.append(a[1:], 0.0)
        ct = _solution(np, below, b, above, 2.0 * x, n)  # of the transposed system
        return -ct * np.append(0.0, x[:-1]), -ct * x, -ct * np.append(x[1:], 0.0), ct


def _solution(np: Any, a: Any, b: Any, c: Any, d: Any, n: int) -> Any:
    upper, x = np.zeros(n), np.zeros(n)
    upper[0], x[0] = c[0] / b[0], d[0] / b[0]
    for i in range(1, n):
        pivot = b[i] - a[i] * upper[i - 1]
        upper[i] = c[i] / pivot
        x[i] = (d[i] - a[i] * x[i - 1]) / pivot
    for i in range(n - 2, -1, -1):
        x[i] -= upper[i] * x[i + 1]
    return x
