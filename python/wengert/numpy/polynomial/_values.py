"""Sums of a basis evaluated, and matrices of its values."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import constant, tensor_of
from wengert.numpy.layout.enlarging import broadcast_arrays
from wengert.numpy.polynomial._basis import Basis, series_of, summed

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand

    Function = Callable[..., Any]


def evaluations(basis: Basis) -> tuple[Function, ...]:
    """Return what evaluates sums: at points, at points of a plane and of space, on grids."""

    def value(x: Operand, c: Operand, tensor: bool = True) -> Tensor:
        at, series = tensor_of(x), series_of(c)
        if tensor:
            series = _core.reshape(series, series.shape + (1,) * at.ndim)
        return summed(basis, at, series)

    def at_points(c: Operand, *points: Operand) -> Tensor:
        places = [tensor_of(x) for x in points]
        if any(x.shape != places[0].shape for x in places):
            message = f"{basis.prefix}val: the coordinates are {', '.join(str(x.shape) for x in places)}; one shape is needed"
            raise ShapeError(message)
        first, *others = places
        series = value(first, c)
        for x in others:
            series = value(x, series, tensor=False)
        return series

    def on_grid(c: Operand, *axes: Operand) -> Tensor:
        series = tensor_of(c)
        for x in axes:
            series = value(x, series)
        return series

    def value2d(x: Operand, y: Operand, c: Operand) -> Tensor:
        return at_points(c, x, y)

    def value3d(x: Operand, y: Operand, z: Operand, c: Operand) -> Tensor:
        return at_points(c, x, y, z)

    def grid2d(x: Operand, y: Operand, c: Operand) -> Tensor:
        return on_grid(c, x, y)

    def grid3d(x: Operand, y: Operand, z: Operand, c: Operand) -> Tensor:
        return on_grid(c, x, y, z)

    return (
        basis.named("val", value, _VALUE),
        basis.named("val2d", value2d, _VALUES.format("x, y", 2)),
        basis.named("val3d", value3d, _VALUES.format("x, y, z", 3)),
        basis.named("grid2d", grid2d, _GRID.format("x, y", 2)),
        basis.named("grid3d", grid3d, _GRID.format("x, y, z", 3)),
    )


def matrices(basis: Basis) -> tuple[Function, ...]:
    """Return what makes matrices of the basis' values: of points, of points of a plane and of space."""

    def vander(x: Operand, deg: Any) -> Tensor:
        degree = index(deg)
        if degree < 0:
            message = f"{basis.prefix}vander: deg is {degree}; no negative number is needed"
            raise ValueError(message)
        at = series_of(x)
        last, value = None, constant(np.ones(at.shape, at.dtype))
        columns = [value]
        for n in range(degree):
            factor, weight = basis.factor(n, at)
            next_value = _core.multiply(factor, value)
            if last is not None and weight:
                next_value = _core.subtract(next_value, _core.multiply(last, weight))
            last, value = value, next_value
            columns.append(value)
        return _core.stack(columns, -1)

    def products(degrees: Any, *points: Operand) -> Tensor:
        parts = [vander(x, n) for x, n in zip(broadcast_arrays(*points), degrees, strict=True)]
        result = parts[0]
        for part in parts[1:]:
            left = _core.reshape(result, (*result.shape, 1))
            right = _core.reshape(part, (*part.shape[:-1], 1, part.shape[-1]))
            both = _core.multiply(left, right)
            result = _core.reshape(both, (*both.shape[:-2], both.shape[-2] * both.shape[-1]))
        return result

    def vander2d(x: Operand, y: Operand, deg: Any) -> Tensor:
        return products(deg, x, y)

    def vander3d(x: Operand, y: Operand, z: Operand, deg: Any) -> Tensor:
        return products(deg, x, y, z)

    return (
        basis.named("vander", vander, _MATRIX),
        basis.named("vander2d", vander2d, _MATRICES.format("x, y")),
        basis.named("vander3d", vander3d, _MATRICES.format("x, y, z")),
    )


_VALUE = """Evaluate a sum, by Clenshaw's algorithm.

    Parameters
    ----------
    x : array_like
        Where.
    c : array_like
        The coefficients along the first axis, that of degree 0 first; further axes are further sums.
    tensor : bool
        Whether every sum is evaluated at every point; otherwise further axes broadcast with `x`.

    Returns
    -------
    Tensor
        Of the shape of the further axes, then that of `x`.
    """

_VALUES = """Evaluate a sum of products at points.

    Parameters
    ----------
    {0} : array_like
        The coordinates of the points, of one shape.
    c : array_like
        The coefficients along the first {1} axes.

    Returns
    -------
    Tensor
        Of the shape of the further axes of `c`, then that of the coordinates.

    Raises
    ------
    ShapeError
        If the coordinates differ in shape.
    """

_GRID = """Evaluate a sum of products at all combinations of coordinates.

    Parameters
    ----------
    {0} : array_like
        The coordinates along each axis.
    c : array_like
        The coefficients along the first {1} axes.

    Returns
    -------
    Tensor
        Of the shape of the further axes of `c`, then those of the coordinates.
    """

_MATRIX = """Return the values of the basis at points, one row for each point.

    Parameters
    ----------
    x : array_like
        The points.
    deg : int
        The highest degree.

    Returns
    -------
    Tensor
        Of the shape of `x`, then (deg + 1,).

    Raises
    ------
    ValueError
        If `deg` is negative.
    """

_MATRICES = """Return the products of the bases' values at points, one row for each point.

    Parameters
    ----------
    {0} : array_like
        The coordinates of the points, which broadcast.
    deg : sequence of int
        The highest degree in each.

    Returns
    -------
    Tensor
        Of the shape of the coordinates, then (number of products,), the last coordinate's degree the fastest.
    """
