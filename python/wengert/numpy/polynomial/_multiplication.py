"""Products and powers of sums of a basis."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import constant, tensor_of
from wengert.numpy.layout.reshaping import atleast_1d
from wengert.numpy.polynomial._basis import Basis, series_of, trimmed

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand

    Function = Callable[..., Any]


def products(basis: Basis) -> tuple[Function, ...]:
    """Return what multiplies sums: with one another, with themselves, and from zeros."""
    mulx = getattr(basis.theirs, basis.prefix + "mulx")

    def by_variable(length: int) -> Tensor:
        """Return the matrix that multiplies sums by their variable, whose result has this length."""
        matrix = np.zeros((length, length))
        for k in range(length - 1):
            column = mulx([0] * k + [1])
            matrix[: len(column), k] = column
        return constant(matrix)

    def mul(c1: Operand, c2: Operand) -> Tensor:
        first, second = (trimmed(series_of(c)) for c in (c1, c2))
        length = first.size + second.size - 1
        whole = _core.concatenate([second, np.zeros(first.size - 1, second.dtype)], -1)
        # Clenshaw's algorithm at the matrix that stands for the variable
        matrix = by_variable(length)
        later, value = None, _core.multiply(first[first.size - 1], whole)
        for k in range(first.size - 2, -1, -1):
            a, b, _ = basis.step(k)
            moved = _core.multiply(_core.matmul(matrix, value), a)
            next_value = _core.add(_core.multiply(first[k], whole), moved)
            if b:
                next_value = _core.add(next_value, _core.multiply(value, b))
            weight = basis.step(k + 1)[2]
            if later is not None and weight:
                next_value = _core.subtract(next_value, _core.multiply(later, weight))
            later, value = value, next_value
        return trimmed(value)

    def power(c: Operand, pow: Any, maxpower: int | None = 16) -> Tensor:
        times = index(pow)
        if times < 0 or (maxpower is not None and times > maxpower):
            message = f"{basis.prefix}pow: pow is {pow}; a number from 0 to {maxpower} is needed"
            raise ValueError(message)
        factor = trimmed(series_of(c))
        result = constant(np.ones(1, factor.dtype))
        for _ in range(times):
            result = mul(result, factor)
        return result

    def fromroots(roots: Operand) -> Tensor:
        zeros = _core.add(atleast_1d(tensor_of(roots)), 0.0)
        a, b, _ = basis.step(0)
        result = constant(np.ones(1))
        for zero in zeros:
            # x - zero, where P[1] = a x + b
            line = _core.stack([_core.subtract(-b / a, zero), 1 / a], -1)
            result = mul(result, line)
        return result

    return (
        basis.named("mul", mul, _MULTIPLICATION),
        basis.named("pow", power, _POWER),
        basis.named("fromroots", fromroots, _ROOTS),
    )


_POWER = """Raise a sum to a power.

    Parameters
    ----------
    c : array_like
        The coefficients, of one axis.
    pow : int
        The power, not negative.
    maxpower : int, optional
        The greatest that is allowed.

    Returns
    -------
    Tensor
        The coefficients of the power.

    Raises
    ------
    ValueError
        If `pow` is negative, or greater than `maxpower`.
    """

_ROOTS = """Return the sum with these zeros, in which the highest power of the variable has factor 1.

    Parameters
    ----------
    roots : array_like
        Of one axis.

    Returns
    -------
    Tensor
        Of shape (number of roots + 1,).
    """

_MULTIPLICATION = """Multiply sums.

    Parameters
    ----------
    c1, c2 : array_like
        The coefficients, of one axis.

    Returns
    -------
    Tensor
        Without zeros at its end.
    """
