"""A classifier wide enough that the matrix product is all there is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import NotSlower, Target

WIDTHS = (784, 512, 512, 10)


@dataclass(frozen=True)
class NetworkWide(Problem):
    """Cross entropy of a 784-512-512-10 network with relu; the size is the batch."""

    name: ClassVar = "network 784-512-512-10"
    argnums: ClassVar = (0, 1, 2, 3, 4, 5)
    targets: ClassVar[tuple[Target, ...]] = (NotSlower("gradient", 128, "torch"),)

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
