"""Gradients here and in pure Python, and the value alone in NumPy, by one clock."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import wengert as wg
from wengert.demo import network, pure_python

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wengert.demo.pure_python import Scalar


@dataclass(frozen=True)
class Problem:
    """A function written twice: with arrays, and number by number for the pure-Python tape.

    Attributes
    ----------
    title : str
        What the table calls it.
    arrays : callable
        The function of arrays, in NumPy.
    scalars : callable
        The same function of one list of numbers, the elements of the arguments in order.
    arguments : tuple of array_like
        Where it is differentiated, with respect to all of them.
    """

    title: str
    arrays: Callable[..., Any]
    scalars: Callable[[list[Scalar]], Scalar]
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Row:
    """One line of the table; times in seconds.

    Attributes
    ----------
    title : str
        The problem.
    partials : int
        How many partial derivatives the gradient has.
    wengert, pure_python : float
        Time of one value and gradient.
    numpy_value : float
        Time of one value, without derivatives.
    """

    title: str
    partials: int
    wengert: float
    pure_python: float
    numpy_value: float


def rosenbrock(size: int) -> Problem:
    """Sum of 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2.

    Parameters
    ----------
    size : int
        Number of elements of x.

    Returns
    -------
    Problem
        The function at a random point.
    """

    def arrays(x: Any) -> Any:
        return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)

    def scalars(x: list[Scalar]) -> Any:
        total: Any = 0.0
        for left, right in itertools.pairwise(x):
            valley, slope = right - left * left, 1.0 - left
            total += 100.0 * (valley * valley) + slope * slope
        return total

    x = np.random.default_rng(2).uniform(-1.0, 1.0, size)
    return Problem(f"Rosenbrock's function, n = {size}", arrays, scalars, (x,))


def pendulum(steps: int) -> Problem:
    """Angle of a pendulum after a loop of Euler steps, as a function of angle and speed before.

    Parameters
    ----------
    steps : int
        Number of steps of 0.01 s.

    Returns
    -------
    Problem
        The function at an angle of 1 and a speed of 0.5 per second.
    """

    def swing(angle: Any, speed: Any, sin: Callable[[Any], Any]) -> Any:
        for _ in range(steps):
            speed = speed - 0.0981 * sin(angle)
            angle = angle + 0.01 * speed
        return angle

    def arrays(angle: Any, speed: Any) -> Any:
        return swing(angle, speed, np.sin)

    def scalars(x: list[Scalar]) -> Any:
        return swing(x[0], x[1], pure_python.sin)

    return Problem(f"pendulum, loop of {steps} steps", arrays, scalars, (1.0, 0.5))


def trained_network(count: int) -> Problem:
    """Loss of the network of `wengert.demo.network`.

    Parameters
    ----------
    count : int
        Number of examples.

    Returns
    -------
    Problem
        The loss at random parameters.
    """
    x, y = network.examples(count)
    inputs, outputs = x.tolist(), y.tolist()
    width, units = network.INPUTS, network.HIDDEN

    def arrays(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
        return network.loss(W1, b1, W2, b2, x, y)

    def scalars(p: list[Scalar]) -> Any:
        weights = [p[unit * width : (unit + 1) * width] for unit in range(units)]
        biases, last = p[units * width : units * (width + 1)], p[units * (width + 1) : -1]
        total: Any = 0.0
        for given, wanted in zip(inputs, outputs, strict=True):
            error = p[-1] - wanted
            for row, bias, weight in zip(weights, biases, last, strict=True):
                activation = bias
                for w, value in zip(row, given, strict=True):
                    activation = activation + w * value
                error = error + weight * pure_python.tanh(activation)
            total = total + error * error
        return total / len(outputs)

    noun = "example" if count == 1 else "examples"
    return Problem(f"network 5-16-1, {count} {noun}", arrays, scalars, network.initial())


def problems() -> tuple[Problem, ...]:
    """Return the lines of the table.

    Returns
    -------
    tuple of Problem
        From many operations on single numbers to few on arrays.
    """
    return (
        pendulum(100),
        rosenbrock(10),
        rosenbrock(1000),
        trained_network(1),
        trained_network(64),
    )


def flat(arrays: Sequence[Any]) -> list[float]:
    """Return the elements of all arrays in one list.

    Parameters
    ----------
    arrays : sequence of array_like
        Arrays or numbers.

    Returns
    -------
    list of float
        The elements, in order.

    Examples
    --------
    >>> flat([np.array([[1.0, 2.0]]), 3.0])
    [1.0, 2.0, 3.0]
    """
    return [float(element) for array in arrays for element in np.ravel(array)]


def shortest(call: Callable[[], object], seconds: float) -> float:
    """Measure the shortest time of a call among repeats.

    Parameters
    ----------
    call : callable
        What is measured.
    seconds : float
        How long to go on.

    Returns
    -------
    float
        Seconds per call; the shortest is the one that other programs disturbed least.
    """
    repeats = 1
    best = float("inf")
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(repeats):
            call()
        elapsed = time.perf_counter() - start
        best = min(best, elapsed / repeats)
        if elapsed < seconds / 50:  # too short for the clock to tell
            repeats *= 2
    return best


def compare(problem: Problem, seconds: float = 0.5) -> Row:
    """Check both gradients of a problem against each other, then time them.

    Parameters
    ----------
    problem : Problem
        What to differentiate.
    seconds : float
        How long to measure each of the three.

    Returns
    -------
    Row
        The times.

    Raises
    ------
    ArithmeticError
        If the gradients differ by more than rounding.
    """
    x = flat(problem.arguments)
    ours = wg.value_and_grad(problem.arrays, argnums=tuple(range(len(problem.arguments))))
    theirs = pure_python.value_and_grad(problem.scalars)
    gradient, expected = flat(ours(*problem.arguments)[1]), theirs(x)[1]
    if not np.allclose(gradient, expected, rtol=1e-9, atol=1e-12):
        raise ArithmeticError(f"{problem.title}: the two gradients differ")
    return Row(
        problem.title,
        len(x),
        wengert=shortest(lambda: ours(*problem.arguments), seconds),
        pure_python=shortest(lambda: theirs(x), seconds),
        numpy_value=shortest(lambda: problem.arrays(*problem.arguments), seconds),
    )


def table(rows: Sequence[Row]) -> str:
    """Lay rows out as text.

    Parameters
    ----------
    rows : sequence of Row
        The times.

    Returns
    -------
    str
        The table, times in microseconds.
    """
    lines = [
        f"  {'':30}{'partial':>9}{'wengert':>12}{'pure Python':>14}{'NumPy':>12}{'pure Python':>14}",
        f"  {'':30}{'deriv.':>9}{'val.+grad.':>12}{'val.+grad.':>14}{'value alone':>12}{'/ wengert':>14}",
    ]
    for row in rows:
        times = (
            f"{row.wengert * 1e6:12.1f}{row.pure_python * 1e6:14.1f}{row.numpy_value * 1e6:12.1f}"
        )
        ratio = f"{row.pure_python / row.wengert:.1f}x"
        lines.append(f"  {row.title:30}{row.partials:9d}{times}{ratio:>14}")
    return "\n".join(lines)
