"""A regression network so small that overhead is all there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.clock import Contender
from benchmarks.targets import AtMost, Target, Within

if TYPE_CHECKING:
    from benchmarks.libraries.library import Library

BATCHES = (1, 16)


@dataclass(frozen=True)
class NetworkSmall(Problem):
    """Mean squared error of a 5-16-1 network with tanh; the size is the batch.

    Each library enters twice: with four arrays, and with a dict of them where it takes one.
    """

    name: ClassVar = "network 5-16-1"
    argnums: ClassVar = (0, 1, 2, 3)
    targets: ClassVar[tuple[Target, ...]] = (
        *(AtMost("gradient", n, 10e-6) for n in BATCHES),
        *(AtMost("gradient", n, 3e-6, label="wengert replayed") for n in BATCHES),
        *(Within("gradient", n, "wengert dict", "wengert", 0.5e-6) for n in BATCHES),
    )

    sizes: tuple[int, ...] = (*BATCHES, 256)

    def inputs(self, n: int) -> tuple[Any, ...]:
        random = np.random.default_rng(3)
        weights = random.normal(size=(5, 16)) / 2, random.normal(size=(16, 1)) / 4
        biases = random.normal(size=16) / 8, random.normal(size=1) / 8
        data = random.normal(size=(n, 5)), random.normal(size=(n, 1))
        return weights[0], biases[0], weights[1], biases[1], *data

    def objective(self, np: Any, w1: Any, b1: Any, w2: Any, b2: Any, x: Any, y: Any) -> Any:
        h = np.tanh(x @ w1 + b1)
        r = h @ w2 + b2 - y
        return np.mean(r * r)

    def gradient(self, w1: Any, b1: Any, w2: Any, b2: Any, x: Any, y: Any) -> tuple[Any, ...]:
        h = np.tanh(x @ w1 + b1)
        dz = (h @ w2 + b2 - y) * (2.0 / len(x))
        da = (dz @ w2.T) * (1.0 - h * h)
        return x.T @ da, da.sum(axis=0), h.T @ dz, dz.sum(axis=0)

    def contenders(self, library: Library, task: str, size: int) -> Iterator[Contender]:
        yield self.contender(library, library.name, task, size)
        if task == "gradient" and library.name != "numpy":
            yield NetworkOfDict().contender(library, f"{library.name} dict", task, size)


@dataclass(frozen=True)
class NetworkOfDict(Problem):
    """The same, with the parameters in one dict."""

    name: ClassVar = "network 5-16-1 of a dict"

    arrays: NetworkSmall = NetworkSmall()

    def inputs(self, n: int) -> tuple[Any, ...]:
        w1, b1, w2, b2, x, y = self.arrays.inputs(n)
        return {"w1": w1, "b1": b1, "w2": w2, "b2": b2}, x, y

    def objective(self, np: Any, p: Any, x: Any, y: Any) -> Any:
        h = np.tanh(x @ p["w1"] + p["b1"])
        r = h @ p["w2"] + p["b2"] - y
        return np.mean(r * r)

    def gradient(self, p: Any, x: Any, y: Any) -> dict[str, Any]:
        parts = self.arrays.gradient(p["w1"], p["b1"], p["w2"], p["b2"], x, y)
        return dict(zip(("w1", "b1", "w2", "b2"), parts, strict=True))
