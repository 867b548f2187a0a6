"""What is linear in the coefficients of sums: sums, derivatives, integrals, conversions."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import negative_axis, part_along, tensor_of
from wengert.numpy.layout.axes import moveaxis
from wengert.numpy.linear_algebra.contraction import tensordot
from wengert.numpy.polynomial._basis import Basis, series_of, summed, trimmed
from wengert.numpy.predicates.kinds import ndim

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand

    Function = Callable[..., Any]


def combinations(basis: Basis) -> tuple[Function, ...]:
    """Return what is linear in the coefficients: sums, the product with x, derivatives, integrals."""
    theirs = {name: getattr(basis.theirs, basis.prefix + name) for name in ("mulx", "der", "int")}

    def aligned(c1: Operand, c2: Operand) -> list[Tensor]:
        pair = [series_of(c) for c in (c1, c2)]
        n = max(c.shape[0] for c in pair)
        return [_core.concatenate([c, np.zeros(n - c.shape[0], c.dtype)], -1) for c in pair]

    def add(c1: Operand, c2: Operand) -> Tensor:
        return trimmed(_core.add(*aligned(c1, c2)))

    def sub(c1: Operand, c2: Operand) -> Tensor:
        return trimmed(_core.subtract(*aligned(c1, c2)))

    def applied(matrix: Any, c: Tensor, axis: int) -> Tensor:
        """Apply a matrix along an axis."""
        along = negative_axis(axis, c.ndim)
        weights = tensor_of(matrix.astype(c.dtype))
        return moveaxis(tensordot(weights, c, (-1, along)), 0, along)

    def mulx(c: Operand) -> Tensor:
        series = trimmed(series_of(c))
        n = series.size
        if n == 1 and _core.equal(series[0], 0):
            return series
        rows = np.zeros((n + 1, n))
        for i, unit in enumerate(np.eye(n)):
            row = theirs["mulx"](unit[: i + 1])
            rows[: row.size, i] = row
        return applied(rows, series, 0)

    def der(c: Operand, m: int = 1, scl: Any = 1, axis: int = 0) -> Tensor:
        series, times = series_of(c), index(m)
        negative_axis(axis, series.ndim)
        matrix = theirs["der"](np.eye(series.shape[axis]), times)
        result = applied(np.atleast_2d(matrix), series, axis) if times else series
        return result if times == 0 else _core.multiply(result, _core.power(scl, times))

    def integral(
        c: Operand,
        m: int = 1,
        k: Any = (),
        lbnd: Any = 0,
        scl: Any = 1,
        axis: int = 0,
    ) -> Tensor:
        series, times = series_of(c), index(m)
        along = negative_axis(axis, series.ndim)
        constants = list(k) if hasattr(k, "__len__") and ndim(k) else [k]
        if times < 0 or len(constants) > times:
            message = f"{basis.prefix}int: m is {m} and {len(constants)} constants were given; at most m of them are needed"
            raise ValueError(message)
        if ndim(scl):
            message = f"{basis.prefix}int: scl is {np.shape(scl)}; a number is needed"
            raise ShapeError(message)
        for i in range(times):
            n = series.shape[along]
            matrix = theirs["int"](np.eye(n))
            raised = _core.multiply(applied(matrix, series, along), scl)
            ends = moveaxis(raised, along, 0)
            at_bound = summed(basis, tensor_of(lbnd), ends)
            offset = _core.subtract(constants[i] if i < len(constants) else 0, at_bound)
            first = _core.add(ends[0], offset)
            series = moveaxis(
                _core.concatenate(
                    [_core.reshape(first, (1, *first.shape)), part_along(ends, -ends.ndim, 1, n)],
                    -ends.ndim,
                ),
                0,
                along,
            )
        return series

    return (
        basis.named("add", add, _SUM.format("Add")),
        basis.named("sub", sub, _SUM.format("Subtract")),
        basis.named("mulx", mulx, _PRODUCT),
        basis.named("der", der, _DERIVATIVE),
        basis.named("int", integral, _INTEGRAL),
    )


def conversions(basis: Basis) -> tuple[Function, ...]:
    """Return what brings sums to powers and back, by the matrices of NumPy's functions."""

    def converter(name: str, doc: str) -> Function:
        theirs = getattr(basis.theirs, name)

        def convert(c: Operand) -> Tensor:
            series = trimmed(series_of(c))
            n = series.size
            matrix = np.zeros((n, n))
            for k in range(n):
                column = theirs([0] * k + [1])
                matrix[: len(column), k] = column
            return _core.matmul(matrix, series)

        named = basis.named("", convert, doc)
        named.__name__ = named.__qualname__ = name
        return named

    return (
        converter(f"{basis.prefix}2poly", _CONVERSION.format("to powers")),
        converter(f"poly2{basis.prefix}", _CONVERSION.format("from powers")),
    )


_SUM = """{0} sums.

    Parameters
    ----------
    c1, c2 : array_like
        The coefficients, of one axis.

    Returns
    -------
    Tensor
        Without zeros at its end.
    """

_PRODUCT = """Multiply a sum by its variable.

    Parameters
    ----------
    c : array_like
        The coefficients, of one axis.

    Returns
    -------
    Tensor
        Longer by one.
    """

_DERIVATIVE = """Differentiate a sum in its variable.

    Parameters
    ----------
    c : array_like
        The coefficients along an axis.
    m : int
        How often.
    scl : number
        What each derivative is multiplied by.
    axis : int
        Along which axis.

    Returns
    -------
    Tensor
        Shorter by `m` along the axis.
    """

_INTEGRAL = """Integrate a sum in its variable.

    Parameters
    ----------
    c : array_like
        The coefficients along an axis.
    m : int
        How often.
    k : number or sequence of number
        The values at `lbnd`, that of the first integral first; by default 0.
    lbnd : number
        From where.
    scl : number
        What each integral is multiplied by, before its constant is added.
    axis : int
        Along which axis.

    Returns
    -------
    Tensor
        Longer by `m` along the axis.

    Raises
    ------
    ValueError
        If `m` is negative, or there are more constants.
    """

_CONVERSION = """Bring a sum {0}.

    Parameters
    ----------
    c : array_like
        The coefficients, of one axis.

    Returns
    -------
    Tensor
        As many coefficients.
    """
