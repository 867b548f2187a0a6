"""Minima as solutions of equations: of the gradient in what is free, and of what holds with equality.

With f least at x, where bounds and constraints c_i(x) = b_i are active, x and multipliers solve grad f = sum of m_i grad c_i in
the free elements of x, and c = b; elements at a bound are that bound. What is active stays so in a neighbourhood, unless its
multiplier is 0: there is no derivative there, and asking for one is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from wengert import _core
from wengert import numpy as wnp
from wengert._core import Tensor
from wengert._hessian import hessian
from wengert._jacobian import jacobian
from wengert._transforms import grad
from wengert.scipy._readings import pinned, read
from wengert.scipy._refusals import refused
from wengert.scipy._solutions import solution

if TYPE_CHECKING:
    from collections.abc import Callable

# What lies so close to a bound, in units of it or of 1, lies on it.
_CLOSE = 1e-5
# A multiplier so small, beside the largest part of the gradient or 1, may be 0.
_SMALL = 1e-7


class Constraint(NamedTuple):
    """That a function of x, a vector, lies between two vectors of numbers."""

    fun: Callable[[Any], Tensor]
    lower: Any
    upper: Any


class _Held(NamedTuple):
    """Elements of x at a bound, and what is known of others."""

    places: Any  # of the elements, by bool
    bound: Any  # for every element, a Tensor or numbers
    is_clear: bool


def _held(
    name: str, slope: Any, curvature: Any, value: Any, bounds: tuple[Any, Any] | None
) -> _Held:
    """Find the elements that a bound keeps from going on."""
    places = np.zeros(value.shape, bool)
    if bounds is None:
        return _Held(places, value, True)
    lower, upper = (np.broadcast_to(read(bound), value.shape) for bound in bounds)
    scale = np.maximum(1.0, np.abs(value))
    is_clear = True
    at_upper = np.zeros(value.shape, bool)
    for bound, push in ((lower, slope), (upper, -slope)):
        gap = np.abs(value - bound)
        # A step of Newton's method in this element alone would cross the bound.
        crosses = (push > 0) & np.where(curvature > 0, gap * curvature < push, gap < _CLOSE * scale)
        is_small = np.abs(slope) <= _SMALL * max(1.0, float(np.max(np.abs(slope))))
        is_clear = is_clear and not np.any((gap < _CLOSE * scale) & is_small)
        places |= crosses
        if bound is upper:
            at_upper = crosses
    return _Held(places, wnp.where(at_upper, bounds[1], bounds[0]), is_clear)


def _excess(constraint: Constraint, is_high: Any) -> Callable[[Any], Tensor]:
    """Return how far a constraint is from where it holds with equality."""

    def excess(x: Any) -> Tensor:
        return wnp.subtract(
            constraint.fun(x), wnp.where(is_high, constraint.upper, constraint.lower)
        )

    return excess


def _active(
    constraints: list[Constraint], value: Any, slope: Any, free: Any
) -> tuple[list[tuple[Callable[[Any], Tensor], Any]], Any, bool]:
    """Return what holds with equality, the functions with their places, the multipliers, and whether these are clear."""
    parts, rows, are_equal = [], [], []
    for constraint in constraints:
        at = read(constraint.fun(value))
        lower, upper = (
            np.broadcast_to(np.asarray(read(bound), np.float64), at.shape)
            for bound in (constraint.lower, constraint.upper)
        )
        is_equal = lower == upper
        scale = np.maximum(1.0, np.abs(at))
        is_low, is_high = (np.abs(at - bound) < _CLOSE * scale for bound in (lower, upper))
        places = np.flatnonzero(is_equal | is_low | is_high)
        derivative = read(jacobian(constraint.fun)(value)).reshape(at.size, -1)
        parts.append((constraint, places, is_high & ~is_equal))
        rows.append(derivative[places][:, free])
        are_equal.append(is_equal[places])
    if not parts:
        return [], np.zeros(0), True
    matrix, is_equal = np.concatenate(rows), np.concatenate(are_equal)
    multipliers = np.linalg.lstsq(matrix.T, slope[free], rcond=None)[0]
    signs = np.where(np.concatenate([high[places] for _, places, high in parts]), -1.0, 1.0)
    small = _SMALL * max(1.0, float(np.max(np.abs(multipliers), initial=0.0)))
    keeps = is_equal | (signs * multipliers > small)
    is_clear = not np.any(~is_equal & (np.abs(multipliers) <= small))
    found, kept, start = [], [], 0
    for constraint, places, is_high in parts:
        own = slice(start, start + len(places))
        start += len(places)
        chosen = places[keeps[own]]
        kept.append(multipliers[own][keeps[own]])

        if len(chosen):
            found.append((_excess(constraint, is_high), chosen))
    return found, np.concatenate(kept), is_clear


def minimum(
    name: str,
    objective: Callable[[Any], Tensor],
    value: Any,
    bounds: tuple[Any, Any] | None = None,
    constraints: list[Constraint] | None = None,
) -> Tensor:
    """Return the minimum of a function of a vector that was found, with its derivatives.

    Parameters
    ----------
    name : str
        Of whoever found it.
    objective : callable
        Returns a Tensor of shape ().
    value : ndarray
        The minimum, of shape (N,).
    bounds : tuple of two arrays or Tensors, optional
        Lower and upper ones.
    constraints : list of Constraint, optional
        What else has to hold.

    Returns
    -------
    Tensor
        The value, to the bit.
    """
    constraints = constraints or []
    outer = [objective(value), *(wnp.asarray(part) for part in bounds or ())]
    outer += [wnp.asarray(c.fun(value)) for c in constraints]
    outer += [wnp.asarray(bound) for c in constraints for bound in (c.lower, c.upper)]
    if not any(_core.is_tracked(x) for x in outer):
        return pinned(value, None)  # and the function need not have derivatives
    gradient = grad(objective)
    slope = read(wnp.asarray(gradient(value)))
    curvature = np.diagonal(read(hessian(objective)(value))) if bounds else None
    held = _held(name, slope - _pull_of(constraints, value, slope), curvature, value, bounds)
    free = np.flatnonzero(~held.places)
    active, multipliers, is_clear = _active(constraints, value, slope, free)
    if not (held.is_clear and is_clear):
        message = (
            f"{name}: a bound or constraint holds with equality and a multiplier of 0, where the minimum has a kink; a problem "
            "with clear multipliers is needed for a derivative"
        )
        return refused(value, _sum_of(outer), message)
    fixed = pinned(value, wnp.broadcast_to(wnp.asarray(held.bound), value.shape))

    def whole(part: Tensor) -> Tensor:
        if len(free) == len(value):
            return part
        return _core.add_at([wnp.where(held.places, fixed, 0.0), part, free], (-1,), 0)

    def residual(z: Tensor) -> Tensor:
        x, weights = whole(z[: len(free)]), z[len(free) :]
        if not active:
            return wnp.asarray(gradient(x))[free]

        def lagrangian(x: Any) -> Any:
            excess = wnp.concatenate([fun(x)[places] for fun, places in active])
            return objective(x) - wnp.sum(weights * excess)

        excess = wnp.concatenate([fun(x)[places] for fun, places in active])
        return wnp.concatenate([grad(lagrangian)(x)[free], excess])

    if not len(free):
        return fixed
    z = solution(name, residual, np.concatenate([value[free], multipliers]))
    return whole(z[: len(free)])


def _pull_of(constraints: list[Constraint], value: Any, slope: Any) -> Any:
    """Return the part of the gradient that constraints hold against."""
    active, multipliers, _ = _active(constraints, value, slope, np.arange(len(value)))
    if not active:
        return np.zeros(len(value))
    rows = [read(jacobian(fun)(value))[places] for fun, places in active]
    pull: Any = multipliers @ np.concatenate(rows)
    return pull


def _sum_of(tensors: list[Tensor]) -> Tensor:
    total = wnp.sum(tensors[0])
    for x in tensors[1:]:
        total = total + wnp.sum(x)
    return total
