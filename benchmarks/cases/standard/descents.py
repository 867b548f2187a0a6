"""Optima of optima: a descent whose objective runs a descent, or follows a gradient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from benchmarks.cases.problem import Problem
from benchmarks.clock import Timed
from benchmarks.libraries.library import Library

Scalar = Vector = Callable[[Any], Any]
STOP = 1e-5
"""The length of a gradient or of a step that is the last."""
MODES = ("forward", "reverse")


def descent(np: Any, f: Scalar, gradient: Vector, x: Any, size: float) -> Any:
    """Return where `f` is least, by steps against its gradient whose size adapts itself."""
    successes = 0
    value, slope = f(x), gradient(x)
    while np.sqrt(np.sum(slope**2)) >= STOP:
        step = size * slope
        if np.sqrt(np.sum(step**2)) < STOP:
            break
        there = f(x - step)
        if there < value:
            x, value = x - step, there
            slope = gradient(x)
            successes += 1
            if successes == 10:
                size, successes = 2.0 * size, 0
        else:
            size, successes = 0.5 * size, 0
    return x


@dataclass(frozen=True)
class Descent(Problem):
    """An optimum whose objective differentiates within, by the mode outside and that inside.

    ``program(np, outer, inner, *inputs)`` is all of it, over two transforms that turn a function of a
    vector into its gradient; ``optimum(*inputs)`` is the same with derivatives by hand. The first step
    is 10^-n gradients, and grows from there; the paper's n is 5.
    """

    tasks: ClassVar = tuple(f"{outer} over {inner}" for outer in MODES for inner in MODES)
    small: ClassVar = 2

    sizes: tuple[int, ...] = (3, 5)

    program: ClassVar[Callable[..., Any]]
    optimum: ClassVar[Callable[..., Any]]

    def contender(self, library: Library, label: str, task: str, size: int) -> Timed:
        inputs = self.inputs(size)
        problem = replace(self, size=size)
        run = library.nested(problem.program, *task.split(" over "), inputs)
        return Timed(label, run, problem.optimum(*inputs), self.tolerance, library.numpy)


@dataclass(frozen=True)
class Saddle(Descent):
    """min over x of max over y of |x|^2 - |y|^2 in the plane, from (1, 1).

    Both programs are those of Siskind and Pearlmutter (2008).
    """

    name: ClassVar = "standard saddle"
    small: ClassVar = 1

    def inputs(self, n: int) -> tuple[Any, ...]:
        return (np.ones(2),)

    def program(self, np: Any, outer: Any, inner: Any, start: Any) -> Any:
        def strongest(x: Any) -> Any:
            def against(y: Any) -> Any:
                return np.sum(y**2) - np.sum(x**2)

            return descent(np, against, inner(against), start, 10.0**-self.size)

        def worst(x: Any) -> Any:
            return np.sum(x**2) - np.sum(strongest(x) ** 2)

        x = descent(np, worst, outer(worst), start, 10.0**-self.size)
        return x, strongest(x)

    def optimum(self, start: Any) -> Any:
        """Follow the gradients 2 x and 2 y, neither of which depends on the other point."""

        def twice(_: Any) -> Any:
            return lambda x: 2.0 * x

        return self.program(np, twice, twice, start)


@dataclass(frozen=True)
class Particle(Descent):
    """The place of a charge from which a particle falls through the origin, nearly."""

    name: ClassVar = "standard particle"

    def inputs(self, n: int) -> tuple[Any, ...]:
        """Return the start of the descent, and place and velocity of the particle."""
        return np.zeros(1), np.array([0.0, 8.0]), np.array([0.75, 0.0])

    def program(self, np: Any, outer: Any, inner: Any, start: Any, x: Any, v: Any) -> Any:
        def miss(w: Any) -> Any:
            def potential(x: Any) -> Any:
                first = np.sqrt((x[0] - 10.0) ** 2 + (x[1] - (10.0 - w[0])) ** 2)
                second = np.sqrt((x[0] - 10.0) ** 2 + x[1] ** 2)
                return 1.0 / first + 1.0 / second

            slope = inner(potential)
            now, moving = x, v
            while (after := now + 0.1 * moving)[1] > 0.0:
                now, moving = after, moving - 0.1 * slope(now)
            return (now[0] - now[1] / moving[1] * moving[0]) ** 2

        return descent(np, miss, outer(miss), start, 10.0**-self.size)

    def optimum(self, start: Any, x: Any, v: Any) -> Any:
        """Carry the derivatives in w along with place and velocity."""

        def miss(w: Any) -> tuple[Any, Any]:
            charges = np.array([[10.0, 10.0 - w[0]], [10.0, 0.0]])
            by_w = np.array([[0.0, -1.0], [0.0, 0.0]])
            now, moving, of_now, of_moving = x, v, np.zeros(2), np.zeros(2)
            while (after := now + 0.1 * moving)[1] > 0.0:
                r, of_r = now - charges, of_now - by_w
                cube = np.sum(r**2, 1, keepdims=True) ** 1.5
                along = np.sum(r * of_r, 1, keepdims=True) / np.sum(r**2, 1, keepdims=True)
                moving = moving + 0.1 * np.sum(r / cube, 0)
                of_now = of_now + 0.1 * of_moving
                of_moving = of_moving + 0.1 * np.sum((of_r - 3.0 * along * r) / cube, 0)
                now = after
            time = -now[1] / moving[1]
            of_time = -(of_now[1] + time * of_moving[1]) / moving[1]
            place = now[0] + time * moving[0]
            of_place = of_now[0] + of_time * moving[0] + time * of_moving[0]
            return place**2, np.array([2.0 * place * of_place])

        return descent(np, lambda w: miss(w)[0], lambda w: miss(w)[1], start, 10.0**-self.size)
