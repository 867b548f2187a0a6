"""Interpolation on rectangular grids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import converted, tensor_of
from wengert.numpy.layout.axes import moveaxis
from wengert.numpy.layout.joining import stack
from wengert.numpy.samples.calculus import diff
from wengert.scipy.interpolate import _bases
from wengert.scipy.interpolate._arguments import check_finite, holds, real_places, taken
from wengert.scipy.interpolate.bsplines import make_interp_spline
from wengert.scipy.interpolate.piecewise import pieces_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wengert._typing import Operand

__all__ = ["RegularGridInterpolator", "interpn"]

_DEGREES = {"slinear": 1, "cubic": 3, "quintic": 5}
_METHODS = ("linear", "nearest", *_DEGREES)


class RegularGridInterpolator:
    """Interpolate values on a rectangular grid, whose distances need not be equal.

    Parameters
    ----------
    points : sequence of array_like
        The places along each axis, ascending or descending. They have derivatives, as the values have.
    values : array_like
        Of as many axes and lengths, and further ones.
    method : {"linear", "nearest", "slinear", "cubic", "quintic"}
        By lines along each axis, by the nearest value, or by splines of degree 1, 3 or 5 along each axis.
    bounds_error : bool
        Whether a place outside of the grid is an error.
    fill_value : number or None
        The value there otherwise; None extrapolates.

    Raises
    ------
    ValueError
        If shapes do not fit, there are too few places for a degree, or an argument is something else.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.interpolate import RegularGridInterpolator
    >>> f = RegularGridInterpolator(([0.0, 1.0], [0.0, 1.0, 3.0]), [[0.0, 1.0, 3.0], [2.0, 3.0, 5.0]])
    >>> f([[0.5, 2.0]])
    Tensor([3.])
    >>> wg.grad(lambda x: f(x)[0])(np.array([0.5, 2.0]))
    array([2., 1.])
    """

    def __init__(
        self,
        points: Sequence[Operand],
        values: Operand,
        method: str = "linear",
        bounds_error: bool = True,
        fill_value: Any = np.nan,
    ) -> None:
        _check_method("RegularGridInterpolator", method)
        grid = [real_places("RegularGridInterpolator", "points", p) for p in points]
        data = tensor_of(values)
        if data.dtype.kind not in "fc":
            data = converted(data, np.float64)
        lengths = tuple([p.shape[0] if p.ndim == 1 else -1 for p in grid])
        if data.ndim < len(grid) or data.shape[: len(grid)] != lengths:
            message = f"RegularGridInterpolator: points have lengths {lengths} and values is {data.shape}; one for each of its first axes is needed"
            raise ShapeError(message)
        for axis, p in enumerate(grid):
            check_finite("RegularGridInterpolator", "points", p)
            steps = diff(p)
            if holds(_core.less(steps, 0.0)) and not holds(_core.greater_equal(steps, 0.0)):
                grid[axis], data = _core.flip(p, (-1,)), _core.flip(data, (axis - data.ndim,))
            elif holds(_core.less_equal(steps, 0.0)):
                message = f"RegularGridInterpolator: points[{axis}] neither ascends nor descends; one of them is needed"
                raise ShapeError(message)
        self.grid, self.values = tuple(grid), data
        self.method, self.bounds_error, self.fill_value = method, bounds_error, fill_value

    def __call__(self, xi: Operand, method: str | None = None, *, nu: Any = None) -> Tensor:
        """Return the values at places.

        Parameters
        ----------
        xi : array_like
            Of shape (..., axes of the grid), or a tuple of arrays that broadcast, one for each axis.
        method : str, optional
            As of the class; by default what it was made with.
        nu : sequence of int, optional
            Which derivative along each axis, of splines.

        Returns
        -------
        Tensor
            Of the shape of `xi` without its last axis, and of the further axes of the values. On a place of the grid,
            derivatives of lines are those to its right.

        Raises
        ------
        ValueError
            If there is another number of coordinates, or a place outside of the grid where that is an error.
        """
        kind = self.method if method is None else method
        _check_method("RegularGridInterpolator", kind)
        rank = len(self.grid)
        if isinstance(xi, tuple):
            parts = [real_places("RegularGridInterpolator", "xi", x) for x in xi]
            shape = np.broadcast_shapes(*[x.shape for x in parts])
            places = [_core.broadcast_to(x, shape) for x in parts]
        else:
            at = real_places("RegularGridInterpolator", "xi", xi)
            at = at[None] if at.ndim == 0 else at
            at = at[:, None] if at.ndim == 1 and rank == 1 else at
            at = at[None] if at.ndim == 1 else at
            places = [at[..., i] for i in range(at.shape[-1])]
        if len(places) != rank:
            message = (
                f"RegularGridInterpolator: xi has {len(places)} coordinates; {rank} are needed"
            )
            raise ShapeError(message)
        orders = [0] * rank if nu is None else [int(order) for order in nu]
        if len(orders) != rank or (any(orders) and kind not in _DEGREES):
            message = f"RegularGridInterpolator: nu is {nu} and method is {kind!r}; {rank} orders of derivatives of splines are needed"
            raise ShapeError(message)
        y = self._inside(places, kind, orders)
        outside: Any = None
        for x, p in zip(places, self.grid, strict=True):
            away = _core.logical_or(_core.less(x, p[0]), _core.greater(x, p[-1]))
            outside = away if outside is None else _core.logical_or(outside, away)
        if self.bounds_error and holds(outside):
            message = "RegularGridInterpolator: a place of xi lies outside of the grid; bounds_error=False fills in there"
            raise ShapeError(message)
        lost = _core.isnan(sum(places[1:], places[0]))
        shape = (*lost.shape, *[1] * (self.values.ndim - rank))
        if self.fill_value is not None:
            y = _core.where(_core.reshape(outside, shape), self.fill_value, y)
        return _core.where(_core.reshape(lost, shape), np.nan, y)

    def _inside(self, places: list[Tensor], method: str, orders: list[int]) -> Tensor:
        if method == "nearest":
            corners = [self._nearest(p, x) for p, x in zip(self.grid, places, strict=True)]
            axes = tuple(range(-self.values.ndim, len(corners) - self.values.ndim))
            return _core.gather([self.values, *corners], axes, self.values.ndim - len(corners))
        if method == "linear":
            numbers, weights = [], []
            for p, x in zip(self.grid, places, strict=True):
                piece = pieces_at(p, x) if p.shape[0] > 1 else _core.searchsorted(p, x, True) * 0
                behind = _core.minimum(piece + 1, p.shape[0] - 1)
                width = taken(p, behind) - taken(p, piece) if p.shape[0] > 1 else 1.0
                share = (x - taken(p, piece)) / width
                numbers.append(stack([piece, behind], -1 - x.ndim))
                weights.append(stack([1.0 - share, share], -1 - x.ndim))
            return summed(self.values, numbers, weights)
        return self._spline(places, _DEGREES[method], orders)

    def _nearest(self, p: Tensor, x: Tensor) -> Tensor:
        if p.shape[0] == 1:
            return _core.searchsorted(p, x, True) * 0
        piece = pieces_at(p, x)
        share = (x - taken(p, piece)) / (taken(p, piece + 1) - taken(p, piece))
        return _core.where(_core.less_equal(share, 0.5), piece, piece + 1)

    def _spline(self, places: list[Tensor], k: int, orders: list[int]) -> Tensor:
        """Evaluate the product of splines along each axis."""
        c, numbers, weights = self.values, [], []
        for axis, (p, x) in enumerate(zip(self.grid, places, strict=True)):
            if p.shape[0] <= k:
                message = f"RegularGridInterpolator: there are {p.shape[0]} places along axis {axis}; {k + 1} are needed for degree {k}"
                raise ShapeError(message)
            spline = make_interp_spline(p, c, k, axis=axis)
            c = moveaxis(spline.c, 0, axis)
            piece = _bases.pieces_at(spline.t, k, x)
            numbers.append(piece + np.arange(-k, 1).reshape(-1, *[1] * x.ndim))
            weights.append(_bases.values(spline.t, k, x, piece, orders[axis]))
        return summed(c, numbers, weights)


def summed(c: Tensor, numbers: list[Tensor], weights: list[Tensor]) -> Tensor:
    """Sum what stands around each place in the first axes of an array, times the products of weights.

    For each axis there are numbers of elements, and weights for them, along a new first axis.
    """
    rank = len(numbers)
    further = c.ndim - rank
    spread, factors = [], []
    for axis, (number, weight) in enumerate(zip(numbers, weights, strict=True)):
        ones = [1] * rank
        ones[axis] = number.shape[0]
        spread.append(_core.reshape(number, (*ones, *number.shape[1:])))
        shape = (weight.shape[0], *[1] * (rank - 1 - axis), *weight.shape[1:], *[1] * further)
        factors.append(_core.reshape(weight, shape))
    axes = tuple(range(-c.ndim, rank - c.ndim))
    y = _core.gather([c, *spread], axes, further)
    for factor in factors:
        y = _core.sum(y * factor, (-y.ndim,), False)
    return y


def _check_method(name: str, method: str) -> None:
    if method not in _METHODS:
        message = f"{name}: method is {method!r}; one of {', '.join(_METHODS)} is needed"
        raise ShapeError(message)


def interpn(
    points: Sequence[Operand],
    values: Operand,
    xi: Operand,
    method: str = "linear",
    bounds_error: bool = True,
    fill_value: Any = np.nan,
) -> Tensor:
    """Interpolate values on a rectangular grid.

    Parameters
    ----------
    points, values, method, bounds_error, fill_value
        As of `RegularGridInterpolator`.
    xi : array_like
        Where to evaluate, of shape (..., axes of the grid).

    Returns
    -------
    Tensor
        Of the shape of `xi` without its last axis, and of the further axes of the values.

    Raises
    ------
    ValueError
        If shapes do not fit, or a place lies outside of the grid where that is an error.

    Examples
    --------
    >>> from wengert.scipy.interpolate import interpn
    >>> interpn(([0.0, 1.0], [0.0, 2.0]), [[0.0, 2.0], [1.0, 3.0]], [0.5, 1.0])
    Tensor([1.5])
    """
    return RegularGridInterpolator(points, values, method, bounds_error, fill_value)(xi)
