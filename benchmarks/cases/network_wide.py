"""A classifier wide enough that the matrix product is all there is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import NotSlower, Target, Times

WIDTHS = (784, 512, 512, 10)


@dataclass(frozen=True)
class NetworkWide(Problem):
    """Cross entropy of a 784-512-512-10 network with relu; the size is the batch."""

    name: ClassVar = "network 784-512-512-10"
    argnums: ClassVar = (0, 1, 2, 3, 4, 5)
    tasks: ClassVar = ("value", "gradient", "product")
    targets: ClassVar[tuple[Target, ...]] = (
        NotSlower("gradient", 128, "torch"),
        Times("product", "gradient", 128, 3.0),
    )

    sizes: tuple[int, ...] = (128,)

    def inputs(self, n: int) -> tuple[Any, ...]:
        random = np.random.default_rng(4)
        layers: list[Any] = []
        for rows, columns in pairwise(WIDTHS):
            layers += random.normal(size=(rows, columns)) / rows**0.5, np.zeros(columns)
        labels = np.eye(WIDTHS[-1])[random.integers(0, WIDTHS[-1], n)]
        return *layers, random.normal(size=(n, WIDTHS[0])), labels

    def objective(
        self, np: Any, w1: Any, b1: Any, w2: Any, b2: Any, w3: Any, b3: Any, x: Any, labels: Any
    ) -> Any:
        relu = getattr(np, "relu", None) or (lambda z: np.maximum(z, 0.0))
        h = relu(x @ w1 + b1)
        h = relu(h @ w2 + b2)
        z = h @ w3 + b3
        return np.mean(np.log(np.sum(np.exp(z), axis=1)) - np.sum(z * labels, axis=1))

    def gradient(
        self, w1: Any, b1: Any, w2: Any, b2: Any, w3: Any, b3: Any, x: Any, labels: Any
    ) -> tuple[Any, ...]:
        h1 = np.maximum(x @ w1 + b1, 0.0)
        h2 = np.maximum(h1 @ w2 + b2, 0.0)
        p = np.exp(h2 @ w3 + b3)
        d3 = (p / p.sum(axis=1, keepdims=True) - labels) / len(x)
        d2 = (d3 @ w3.T) * (h2 > 0)
        d1 = (d2 @ w2.T) * (h1 > 0)
        layers = (x, d1), (h1, d2), (h2, d3)
        return tuple(part for h, d in layers for part in (h.T @ d, d.sum(axis=0)))

    def curvature(
        self, w1: Any, b1: Any, w2: Any, b2: Any, w3: Any, b3: Any, x: Any, labels: Any
    ) -> tuple[Any, ...]:
        """Return the tangent of `gradient` where all parameters move by one."""
        a1 = x @ w1 + b1
        h1, s1 = np.maximum(a1, 0.0), a1 > 0
        a2 = h1 @ w2 + b2
        h2, s2 = np.maximum(a2, 0.0), a2 > 0
        p = np.exp(h2 @ w3 + b3)
        p /= p.sum(axis=1, keepdims=True)
        t1 = (x @ np.ones_like(w1) + 1.0) * s1
        t2 = (t1 @ w2 + h1 @ np.ones_like(w2) + 1.0) * s2
        t3 = t2 @ w3 + h2 @ np.ones_like(w3) + 1.0
        d3 = (p - labels) / len(x)
        m3 = p * (t3 - np.sum(p * t3, axis=1, keepdims=True)) / len(x)
        d2 = (d3 @ w3.T) * s2
        m2 = (m3 @ w3.T + d3 @ np.ones_like(w3).T) * s2
        m1 = (m2 @ w2.T + d2 @ np.ones_like(w2).T) * s1
        return (
            x.T @ m1,
            m1.sum(axis=0),
            t1.T @ d2 + h1.T @ m2,
            m2.sum(axis=0),
            t2.T @ d3 + h2.T @ m3,
            m3.sum(axis=0),
        )
