"""What the modules of polynomials have in common: sums of a basis that a recurrence makes.

P[n + 1] = (a x + b) P[n] - c P[n - 1], from P[0] = 1 and P[-1] = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import constant, converted, negative_axis, part_along, tensor_of
from wengert.numpy.layout.axes import moveaxis
from wengert.numpy.layout.enlarging import broadcast_arrays
from wengert.numpy.layout.reshaping import atleast_1d
from wengert.numpy.linear_algebra.contraction import tensordot
from wengert.numpy.predicates.kinds import ndim

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from wengert._typing import Operand

    Function = Callable[..., Any]


@dataclass(frozen=True)
class Basis:
    """Polynomials of one kind: NumPy's module and prefix of names, and the recurrence's (a, b, c) for n."""

    prefix: str
    theirs: ModuleType
    step: Callable[[int], tuple[float, float, float]]

    def factor(self, n: int, x: Tensor) -> tuple[Tensor, float]:
        """Return (a x + b) and c."""
        a, b, c = self.step(n)
        scaled = x if a == 1 else _core.multiply(x, a)
        return (_core.add(scaled, b) if b else scaled), c

    def named(self, name: str, function: Function, doc: str) -> Function:
        """Give a function its name and documentation."""
        function.__name__ = function.__qualname__ = self.prefix + name
        function.__module__ = f"wengert.numpy.polynomial.{self.theirs.__name__.rpartition('.')[2]}"
        function.__doc__ = doc
        return function


def _series(c: Operand) -> Tensor:
    read = atleast_1d(tensor_of(c))
    return converted(read, np.float64) if read.dtype.kind in "bi" else read


def trimmed(c: Tensor) -> Tensor:
    """Leave zeros at the end out, but for one."""
    n = c.size
    while n > 1 and _core.equal(c[n - 1], 0):
        n -= 1
    return part_along(c, -1, 0, n)


def _sum(basis: Basis, x: Tensor, c: Tensor) -> Tensor:
    """Clenshaw's algorithm along the first axis of c, whose other axes broadcast with x."""
    n = c.shape[0]
    later: Any = None
    value = c[n - 1]
    for k in range(n - 2, -1, -1):
        factor, _ = basis.factor(k, x)
        next_value = _core.add(c[k], _core.multiply(factor, value))
        if later is not None:
            weight = basis.step(k + 1)[2]
            if weight:
                next_value = _core.subtract(next_value, _core.multiply(later, weight))
        later, value = value, next_value
    return value if n > 1 else _core.add(value, _core.multiply(x, 0))


def evaluations(basis: Basis) -> tuple[Function, ...]:
    """Return what evaluates sums: at points, at points of a plane and of space, on grids."""

    def value(x: Operand, c: Operand, tensor: bool = True) -> Tensor:
        at, series = tensor_of(x), _series(c)
        if tensor:
            series = _core.reshape(series, series.shape + (1,) * at.ndim)
        return _sum(basis, at, series)

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
        at = _series(x)
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


def combinations(basis: Basis) -> tuple[Function, ...]:
    """Return what is linear in the coefficients: sums, the product with x, derivatives, integrals."""
    theirs = {name: getattr(basis.theirs, basis.prefix + name) for name in ("mulx", "der", "int")}

    def aligned(c1: Operand, c2: Operand) -> list[Tensor]:
        pair = [_series(c) for c in (c1, c2)]
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
        series = trimmed(_series(c))
        n = series.size
        if n == 1 and _core.equal(series[0], 0):
            return series
        rows = np.zeros((n + 1, n))
        for i, unit in enumerate(np.eye(n)):
            row = theirs["mulx"](unit[: i + 1])
            rows[: row.size, i] = row
        return applied(rows, series, 0)

    def der(c: Operand, m: int = 1, scl: Any = 1, axis: int = 0) -> Tensor:
        series, times = _series(c), index(m)
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
        series, times = _series(c), index(m)
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
            at_bound = _sum(basis, tensor_of(lbnd), ends)
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
        first, second = (trimmed(_series(c)) for c in (c1, c2))
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
        factor = trimmed(_series(c))
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
        basis.named("mul", mul, _SUM.format("Multiply")),
        basis.named("pow", power, _POWER),
        basis.named("fromroots", fromroots, _ROOTS),
    )


def conversions(basis: Basis) -> tuple[Function, ...]:
    """Return what brings sums to powers and back, by the matrices of NumPy's functions."""

    def converter(name: str, doc: str) -> Function:
        theirs = getattr(basis.theirs, name)

        def convert(c: Operand) -> Tensor:
            series = trimmed(_series(c))
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
