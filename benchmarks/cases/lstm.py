"""A long short-term memory cell, unrolled in a Python loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import AtMost, Target

WIDTH = 16


def _sigmoid(z: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-z))


@dataclass(frozen=True)
class LSTM(Problem):
    """Squared error of the last state of a cell 16 wide; the size is the number of steps.

    Hochreiter and Schmidhuber (1997), with the forget gate of Gers et al. (2000).
    """

    name: ClassVar = "lstm"
    argnums: ClassVar = (0, 1, 2)
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("gradient", 100, 2e-3),
        AtMost("gradient", 100, 0.25e-3, label="wengert replayed"),
    )

    sizes: tuple[int, ...] = (10, 100)

    def inputs(self, n: int) -> tuple[Any, ...]:
        random = np.random.default_rng(6)
        weights = random.normal(size=(2, 4 * WIDTH, WIDTH)) / WIDTH**0.5
        data = random.normal(size=(n, WIDTH)), random.normal(size=WIDTH), np.zeros(WIDTH)
        return weights[0], weights[1], random.normal(size=4 * WIDTH) / 4, *data

    def step(self, np: Any, wx: Any, wh: Any, b: Any) -> Callable[..., Any]:
        """Return the cell: from the state and an input to the next state."""
        sigmoid = getattr(np, "sigmoid", None) or (lambda z: 1.0 / (1.0 + np.exp(-z)))
        tanh = np.tanh

        def cell(state: Any, x: Any) -> Any:
            h, c = state
            z = wx @ x + wh @ h + b
            gates = sigmoid(z[: 3 * WIDTH])
            c = gates[WIDTH : 2 * WIDTH] * c + gates[:WIDTH] * tanh(z[3 * WIDTH :])
            return gates[2 * WIDTH :] * tanh(c), c

        return cell

    def objective(self, np: Any, wx: Any, wh: Any, b: Any, xs: Any, y: Any, zero: Any) -> Any:
        cell, state = self.step(np, wx, wh, b), (zero, zero)
        for i in range(self.size):
            state = cell(state, xs[i])
        return np.sum((state[0] - y) ** 2)

    def rolled(self, np: Any, wx: Any, wh: Any, b: Any, xs: Any, y: Any, zero: Any) -> Any:
        h, _ = np.loop(self.step(np, wx, wh, b), (zero, zero), xs)
        return np.sum((h - y) ** 2)

    def gradient(
        self, wx: Any, wh: Any, b: Any, xs: Any, y: Any, zero: Any
    ) -> tuple[Any, Any, Any]:
        h, c, kept = zero, zero, []
        for x in xs:
            z = wx @ x + wh @ h + b
            i, f, o = np.split(_sigmoid(z[: 3 * WIDTH]), 3)
            g = np.tanh(z[3 * WIDTH :])
            kept.append((x, h, c, i, f, o, g))
            c = f * c + i * g
            h = o * np.tanh(c)
        dwx, dwh, db = np.zeros_like(wx), np.zeros_like(wh), np.zeros_like(b)
        dh, dc, after = 2.0 * (h - y), zero, c
        for x, before, c, i, f, o, g in reversed(kept):
            t = np.tanh(after)
            dc = dc + dh * o * (1 - t * t)
            dz = np.concatenate(
                [
                    dc * g * i * (1 - i),
                    dc * c * f * (1 - f),
                    dh * t * o * (1 - o),
                    dc * i * (1 - g * g),
                ]
            )
            dwx += np.outer(dz, x)
            dwh += np.outer(dz, before)
            db += dz
            dh, dc, after = wh.T @ dz, dc * f, c
        return dwx, dwh, db
