"""Interpolation of samples by the names of its kinds, and by one polynomial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor, stop_gradient
from wengert.numpy._arguments import constant, converted, negative_axis, tensor_of
from wengert.numpy.layout.axes import moveaxis
from wengert.scipy.interpolate._arguments import (
    arranged,
    double,
    holds,
    real_places,
    taken,
)
from wengert.scipy.interpolate.bsplines import make_interp_spline
from wengert.scipy.interpolate.piecewise import pieces_at

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["BarycentricInterpolator", "barycentric_interpolate", "interp1d"]

_DEGREES = {"zero": 0, "slinear": 1, "quadratic": 2, "cubic": 3}
_STEPS = ("nearest", "nearest-up", "previous", "next")


class interp1d:
    """Interpolate samples along an axis.

    Parameters
    ----------
    x : array_like
        Of shape (N,), in any order unless `assume_sorted`.
    y : array_like
        Values, N along `axis`.
    kind : str or int
        "linear"; "nearest" or "nearest-up", of which the latter rounds up in the middle; "previous" or "next"; "zero",
        "slinear", "quadratic", "cubic" or the degree of a spline.
    axis : int
        Along which axis of `y` the samples are.
    copy : bool
        Of no effect.
    bounds_error : bool, optional
        Whether a place outside of the samples is an error; by default unless `fill_value` is "extrapolate".
    fill_value : number, array_like, pair or "extrapolate"
        The value outside, or the two below and above. Tensors have derivatives, too.
    assume_sorted : bool
        Whether `x` ascends.

    Raises
    ------
    ValueError
        If shapes do not fit, there are too few samples, or an argument is something else.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.interpolate import interp1d
    >>> f = interp1d([0.0, 1.0, 2.0], [0.0, 1.0, 4.0])
    >>> f([0.5, 1.5])
    Tensor([0.5, 2.5])
    >>> wg.grad(f)(1.0)  # on a sample, the slope to its right
    3.0
    """

    def __init__(
        self,
        x: Operand,
        y: Operand,
        kind: str | int = "linear",
        axis: int = -1,
        copy: bool = True,
        bounds_error: bool | None = None,
        fill_value: Any = np.nan,
        assume_sorted: bool = False,
    ) -> None:
        degree = _DEGREES.get(kind) if isinstance(kind, str) else int(kind)
        if degree is None and kind not in ("linear", *_STEPS):
            message = f"interp1d: kind is {kind!r}; 'linear', {', '.join(map(repr, (*_STEPS, *_DEGREES)))} or a degree is needed"
            raise ShapeError(message)
        places, values = real_places("interp1d", "x", x), tensor_of(y)
        if values.dtype.kind not in "fc":
            values = converted(values, np.float64)
        along = negative_axis(axis, values.ndim) if values.ndim else -1
        least = 1 if degree is None else degree + 1
        count = places.shape[0] if places.ndim == 1 else 0
        if values.ndim == 0 or count < least or values.shape[along] != count:
            message = f"interp1d: x is {places.shape} and y is {values.shape}; (N,) and N along axis {axis} are needed, N >= {least}"
            raise ShapeError(message)
        self._axis = along + values.ndim
        values = moveaxis(values, along, 0)
        if not assume_sorted:
            order = _core.argsort(places, -1)
            places, values = taken(places, order), taken(values, order)
        self.x, self._values = places, values
        is_beyond = isinstance(fill_value, str)
        if is_beyond and (fill_value != "extrapolate" or bounds_error):
            message = f"interp1d: fill_value is {fill_value!r} and bounds_error is {bounds_error}; numbers, or 'extrapolate' without an error, are needed"
            raise ShapeError(message)
        self._fails = not is_beyond if bounds_error is None else bounds_error
        self._outside = self._beyond(kind) if is_beyond else self._filled(fill_value)
        self._kind = kind
        self._spline = None
        if degree is not None:
            self._spline = make_interp_spline(places, values, degree, check_finite=False)

    def _beyond(self, kind: str | int) -> Any:
        """Return what extrapolation gives for kinds that have none of their own on either side."""
        nothing = constant(np.full(self._values.shape[1:], np.nan))
        if kind == "previous":
            return nothing, self._values[-1]
        if kind == "next":
            return self._values[0], nothing
        return None

    def _filled(self, fill_value: Any) -> tuple[Tensor, Tensor]:
        pair = (
            fill_value
            if isinstance(fill_value, tuple) and len(fill_value) == 2
            else (fill_value,) * 2
        )
        shape = self._values.shape[1:]
        below, above = (_core.broadcast_to(tensor_of(value), shape) for value in pair)
        return below, above

    def __call__(self, x: Operand) -> Tensor:
        """Return the values at places.

        Parameters
        ----------
        x : array_like
            Of any shape.

        Returns
        -------
        Tensor
            Of the shape of `y`, with the axis of samples replaced by those of `x`.

        Raises
        ------
        ValueError
            If a place lies outside of the samples where that is an error.
        """
        at = real_places("interp1d", "x", x)
        is_below, is_above = _core.less(at, self.x[0]), _core.greater(at, self.x[-1])
        if self._fails and (holds(is_below) or holds(is_above)):
            message = f"interp1d: a place lies outside of [{self.x[0].item()}, {self.x[-1].item()}]; bounds_error=False fills in there"
            raise ShapeError(message)
        y = self._inside(at)
        if self._outside is not None:
            shape = (*at.shape, *[1] * (self._values.ndim - 1))
            for truths, value in zip((is_below, is_above), self._outside, strict=True):
                y = _core.where(_core.reshape(truths, shape), value, y)
        return arranged(y, at.ndim, self._axis)

    def _inside(self, at: Tensor) -> Tensor:
        if self._spline is not None:
            return self._spline._values(at, 0, True)
        n, kind = self.x.shape[0], self._kind
        if kind == "linear":
            return self._linear(at)
        if kind == "next":
            number = _core.minimum(_core.searchsorted(self.x, at, False), n - 1)
        elif kind == "previous":
            number = _core.maximum(_core.searchsorted(self.x, at, True) - 1, 0)
        else:
            middles = (self.x[1:] + self.x[:-1]) / 2.0
            number = _core.searchsorted(middles, at, kind == "nearest-up")
        return taken(self._values, number)

    def _linear(self, at: Tensor) -> Tensor:
        if self.x.shape[0] == 1:
            return taken(self._values, _core.searchsorted(self.x, at, True) * 0)
        piece = pieces_at(self.x, at)
        (x0, x1), (y0, y1) = [[taken(v, piece + i) for i in (0, 1)] for v in (self.x, self._values)]
        # Of several samples at one place the last one counts.
        width = x1 - x0
        is_piece = _core.greater(width, 0.0)
        share = _core.where(is_piece, (at - x0) / _core.where(is_piece, width, 1.0), 1.0)
        share = _core.reshape(share, (*at.shape, *[1] * (self._values.ndim - 1)))
        return y0 + (y1 - y0) * share


class BarycentricInterpolator:
    """The polynomial through samples.

    Parameters
    ----------
    xi : array_like
        Places, all different, of shape (N,).
    yi : array_like
        Values, N along `axis`.
    axis : int
        Along which axis the samples are.

    Raises
    ------
    ValueError
        If shapes do not fit, or two places are equal.

    Notes
    -----
    It is evaluated in Lagrange's form, in a time proportional to N for each place, which has no quotient that would be
    0 / 0 on a sample.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.interpolate import BarycentricInterpolator
    >>> p = BarycentricInterpolator([0.0, 1.0, 3.0], [0.0, 1.0, 9.0])
    >>> p(2.0), wg.grad(p)(1.0), wg.grad(wg.grad(p))(1.0)
    (Tensor(4.), 2.0, 2.0)
    """

    def __init__(self, xi: Operand, yi: Operand, axis: int = 0) -> None:
        self.xi, values = real_places("BarycentricInterpolator", "xi", xi), double(yi)
        along = negative_axis(axis, values.ndim)
        self._axis = along + values.ndim
        self.yi = moveaxis(values, along, 0)
        if self.xi.ndim != 1 or self.xi.shape[0] != self.yi.shape[0] or self.xi.shape[0] == 0:
            message = f"BarycentricInterpolator: xi is {self.xi.shape} and yi is {values.shape}; (N,) and N along axis {axis} are needed"
            raise ShapeError(message)
        apart = self.xi[:, None] - self.xi + np.eye(self.xi.shape[0])
        if holds(_core.equal(apart, 0.0)):
            message = "BarycentricInterpolator: two of xi are equal; different ones are needed"
            raise ShapeError(message)
        # Distances in units of a quarter of the whole, so that products neither vanish nor grow.
        extent = stop_gradient(_core.max(self.xi, (-1,), False) - _core.min(self.xi, (-1,), False))
        self._unit = _core.where(_core.greater(extent, 0.0), extent / 4.0, 1.0)
        units = _core.where(np.eye(self.xi.shape[0], dtype=bool), 1.0, apart / self._unit)
        self.wi = 1.0 / _core.prod(units, (-1,), False)

    def __call__(self, x: Operand) -> Tensor:
        """Return the values at places, of any shape."""
        at = real_places("BarycentricInterpolator", "x", x)
        apart = (at[..., None] - self.xi) / self._unit
        ones = apart[..., :1] * 0.0 + 1.0
        before = _core.cumprod(_core.concatenate([ones, apart[..., :-1]], -1), -1, False)
        behind = _core.cumprod(_core.concatenate([apart[..., 1:], ones], -1), -1, True)
        bases = before * behind * self.wi
        columns = _core.reshape(self.yi, (self.yi.shape[0], self.yi.size // self.yi.shape[0]))
        flat = _core.matmul(_core.reshape(bases, (at.size, self.xi.shape[0])), columns)
        return arranged(_core.reshape(flat, (*at.shape, *self.yi.shape[1:])), at.ndim, self._axis)


def barycentric_interpolate(xi: Operand, yi: Operand, x: Operand, axis: int = 0) -> Tensor:
    """Return the values of the polynomial through samples.

    Parameters
    ----------
    xi, yi, axis
        As of `BarycentricInterpolator`.
    x : array_like
        Where to evaluate, of any shape.

    Returns
    -------
    Tensor
        Of the shape of `yi`, with the axis of samples replaced by those of `x`.

    Raises
    ------
    ValueError
        If shapes do not fit, or two places are equal.

    Examples
    --------
    >>> from wengert.scipy.interpolate import barycentric_interpolate
    >>> barycentric_interpolate([0.0, 1.0, 3.0], [0.0, 1.0, 9.0], 2.0)
    Tensor(4.)
    """
    return BarycentricInterpolator(xi, yi, axis)(x)
