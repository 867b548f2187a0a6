"""Predicting the next character by long short-term memory whose weights are diagonal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.targets import AtMost, Target

BITS = 14
TEXT = (
    "A function is a recipe, and its derivative is a second recipe that follows from the first. "
    "Whoever walks downhill in a fog feels with one foot which way the ground falls, and takes a step; "
    "a machine that learns does nothing else, but it has many thousands of feet. For a long time the "
    "slopes were worked out with pencil and paper, line by line, and every mistake cost an evening. "
    "Then someone noticed that a program, while it runs, already tells all that is needed: each sum "
    "and each product has a slope that a child could learn, and the rule that joins them is older than "
    "any machine. Going forwards, one asks what a small change of the cause does to all effects. Going "
    "backwards, one asks of a single effect what every cause had to do with it. Backwards is the better "
    "bargain where there are many causes, yet it must remember what happened on the way, as a hiker "
    "remembers the turns who wants to be home before dark. So memory is spent to save time, and time "
    "is spent to save memory, and between the two lies most of the art of this small and useful trade."
)


@dataclass(frozen=True)
class DiagonalLSTM(Problem):
    """Mean negative score of the next characters of an English text of n, under two layers.

    A character is 14 bits. Weights are diagonal, so that a step is elementwise.
    """

    name: ClassVar = "standard lstm"
    argnums: ClassVar = (0, 1)
    targets: ClassVar[tuple[Target, ...]] = (
        AtMost("gradient", 1_024, 54e-3),
        AtMost("gradient", 1_024, 4e-3, label="wengert replayed"),
    )
    small: ClassVar = 6

    sizes: tuple[int, ...] = (1_024,)
    layers: int = 2

    def inputs(self, n: int) -> tuple[Any, ...]:
        """Return weights and bias of each layer, those around all layers, the state, and bits."""
        random = np.random.default_rng(36)
        codes = np.array([ord(c) for c in TEXT[:n]])
        return (
            random.normal(size=(self.layers, 2, 4 * BITS)),
            random.normal(size=(3, BITS)),
            random.normal(size=(self.layers, 2, BITS)),
            (codes[:, None] >> np.arange(BITS) & 1).astype(float),
        )

    def step(self, np: Any, layers: Any, around: Any) -> Callable[..., Any]:
        """Return the network: from states and a character to states and a prediction."""

        def sigmoid(z: Any) -> Any:
            return 1.0 / (1.0 + np.exp(-z))

        def step(states: Any, x: Any) -> tuple[Any, Any]:
            x, after = x * around[0], []
            for i, (h, c) in enumerate(states):
                g = np.concatenate([x, h, x, h]) * layers[i, 0] + layers[i, 1]
                forget, new = sigmoid(g[:BITS]), sigmoid(g[BITS : 2 * BITS])
                out, change = sigmoid(g[2 * BITS : 3 * BITS]), np.tanh(g[3 * BITS :])
                cell = c * forget + new * change
                x = out * np.tanh(cell)
                after.append((x, cell))
            return after, x * around[1] + around[2]

        return step

    def objective(self, np: Any, layers: Any, around: Any, start: Any, text: Any) -> Any:
        step, states, total = self.step(np, layers, around), _pairs(start), 0.0
        for i in range(len(text) - 1):
            states, y = step(states, text[i])
            total = total + np.sum(text[i + 1] * (y - np.log(2.0 + np.sum(np.exp(y)))))
        return -total / (BITS * (len(text) - 1))

    def rolled(self, np: Any, layers: Any, around: Any, start: Any, text: Any) -> Any:
        _, ys = np.scan(self.step(np, layers, around), _pairs(start), text[:-1])
        scores = text[1:] * (ys - np.log(2.0 + np.sum(np.exp(ys), 1))[:, None])
        return -np.sum(scores) / (BITS * (len(text) - 1))

    def gradient(self, layers: Any, around: Any, start: Any, text: Any) -> tuple[Any, Any]:
        """Return it by going back through time."""
        count, states, kept = BITS * (len(text) - 1), _pairs(start), []
        for bits in text[:-1]:
            x, after, cells = bits * around[0], [], []
            for (h, c), (w, b) in zip(states, layers, strict=True):
                inputs = np.concatenate([x, h, x, h])
                gates = inputs * w + b
                gates[: 3 * BITS] = 1.0 / (1.0 + np.exp(-gates[: 3 * BITS]))
                gates[3 * BITS :] = np.tanh(gates[3 * BITS :])
                forget, new, out, change = gates.reshape(4, BITS)
                cell = c * forget + new * change
                x = out * np.tanh(cell)
                cells.append((inputs, gates, c, np.tanh(cell)))
                after.append((x, cell))
            states = after
            kept.append((cells, x))
        by_layers, by_around = np.zeros_like(layers), np.zeros_like(around)
        by_states = np.zeros((len(layers), 2, BITS))
        for bits, following, (cells, x) in zip(text[-2::-1], text[:0:-1], kept[::-1], strict=True):
            shares = np.exp(x * around[1] + around[2])
            by_y = (np.sum(following) * shares / (2.0 + np.sum(shares)) - following) / count
            by_around[1] += by_y * x
            by_around[2] += by_y
            by_x = by_y * around[1]
            for i, (inputs, gates, c, tanh) in reversed(list(enumerate(cells))):
                forget, new, out, change = gates.reshape(4, BITS)
                by_h = by_x + by_states[i, 0]
                by_c = by_states[i, 1] + by_h * out * (1.0 - tanh**2)
                by_g = np.concatenate(
                    [
                        by_c * c * forget * (1.0 - forget),
                        by_c * change * new * (1.0 - new),
                        by_h * tanh * out * (1.0 - out),
                        by_c * new * (1.0 - change**2),
                    ]
                )
                by_layers[i] += by_g * inputs, by_g
                by_inputs = (by_g * layers[i, 0]).reshape(4, BITS)
                by_x = by_inputs[0] + by_inputs[2]
                by_states[i] = by_inputs[1] + by_inputs[3], by_c * forget
            by_around[0] += by_x * bits
        return by_layers, by_around


def _pairs(start: Any) -> list[tuple[Any, Any]]:
    """Return hidden state and cell of each layer."""
    return [(state[0], state[1]) for state in start]
