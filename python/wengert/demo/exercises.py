"""The classic exercises: gradients by reverse mode beside finite differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import wengert as wg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Exercise:
    """A function, the point at which its gradient is asked for, and the gradient derived by hand.

    Attributes
    ----------
    title : str
        The function as one writes it on paper.
    fun : callable
        The function; returns a scalar.
    arguments : mapping of str to array_like
        Where it is evaluated, by the names of its arguments.
    gradient : tuple of array_like
        The derivative with respect to each argument, in that argument's shape.
    """

    title: str
    fun: Callable[..., Any]
    arguments: Mapping[str, Any]
    gradient: tuple[Any, ...]


EXERCISES = (
    Exercise(
        title="f = (x + y) z",
        fun=lambda x, y, z: (x + y) * z,
        arguments={"x": 5.0, "y": -2.0, "z": 4.0},
        gradient=(4.0, 4.0, 3.0),
    ),
    Exercise(
        title="f = ||W x||^2",
        fun=lambda W, x: np.sum((W @ x) ** 2),
        arguments={"W": np.array([[0.1, 0.5], [-0.3, 0.8]]), "x": np.array([0.2, 0.4])},
        gradient=(np.array([[0.088, 0.176], [0.104, 0.208]]), np.array([-0.112, 0.636])),
    ),
)


def central_differences(
    fun: Callable[..., Any], arguments: tuple[Any, ...]
) -> tuple[tuple[NDArray[np.float64], ...], int]:
    """Approximate the gradient of `fun`, moving one element at a time to either side.

    The step is the cube root of the rounding unit, relative to elements above 1: it balances the error
    of the formula, of second order in the step, against rounding.

    Parameters
    ----------
    fun : callable
        Function of arrays returning a scalar.
    arguments : tuple of array_like
        Where the gradient is asked for.

    Returns
    -------
    gradient : tuple of ndarray
        One array in the shape of each argument.
    evaluations : int
        How often `fun` was called: twice per element.

    Examples
    --------
    >>> gradient, evaluations = central_differences(lambda x: x[0] * x[1], (np.array([2.0, 3.0]),))
    >>> np.round(gradient[0], 6), evaluations
    (array([3., 2.]), 4)
    """
    points = [np.array(x, dtype=np.float64) for x in arguments]
    gradient = tuple(np.empty_like(x) for x in points)
    evaluations = 0
    for point, slope in zip(points, gradient, strict=True):
        for index in np.ndindex(point.shape):
            centre = point[index].copy()
            step = np.cbrt(np.finfo(np.float64).eps) * max(1.0, abs(centre))
            ends = []
            for end in (centre - step, centre + step):
                point[index] = end
                ends.append(fun(*points))
                evaluations += 1
            point[index] = centre
            slope[index] = (ends[1] - ends[0]) / (2 * step)
    return gradient, evaluations


def report(exercise: Exercise) -> str:
    """Differentiate an exercise in both ways and lay the results side by side.

    Parameters
    ----------
    exercise : Exercise
        What to differentiate.

    Returns
    -------
    str
        A paragraph: the function, then one line per partial derivative.
    """
    names = tuple(exercise.arguments)
    arguments = tuple(exercise.arguments.values())
    value, gradient = wg.value_and_grad(exercise.fun, argnums=tuple(range(len(names))))(*arguments)
    differences, evaluations = central_differences(exercise.fun, arguments)
    where = ", ".join(
        f"{name} = {np.asarray(x).tolist()}" for name, x in zip(names, arguments, strict=True)
    )
    lines = [
        f"{exercise.title} at {where}",
        f"  f = {value:.12g}",
        f"  {'':10}{'reverse mode':>16}{'differences':>18}",
    ]
    for name, exact, approximate in zip(names, gradient, differences, strict=True):
        for index, slope in np.ndenumerate(approximate):
            label = f"df/d{name}" + (str(list(index)) if index else "")
            lines.append(f"  {label:10}{np.asarray(exact)[index]:16.12f}{slope:18.12f}")
    lines.append(f"  {'':10}{'1 call':>16}{f'{evaluations} calls':>18}")
    return "\n".join(lines)
