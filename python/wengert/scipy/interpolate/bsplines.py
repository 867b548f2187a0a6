"""Sums of B-splines."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import constant, negative_axis
from wengert.numpy.elementwise.complex_parts import absolute
from wengert.numpy.layout.axes import moveaxis
from wengert.numpy.samples.calculus import diff
from wengert.scipy.interpolate import _bases, _periodic
from wengert.scipy.interpolate._arguments import (
    arranged,
    beside,
    check_finite,
    double,
    holds,
    real_places,
    taken,
)

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["BSpline", "make_interp_spline"]


class BSpline:
    """A sum of B-splines of a degree, times coefficients.

    Parameters
    ----------
    t : array_like
        Knots, in order, of shape (n + k + 1,). They have derivatives, as the coefficients have.
    c : array_like
        Coefficients, at least n along `axis`.
    k : int
        The degree.
    extrapolate : bool or "periodic"
        Whether the outer pieces go on outside of ``t[k]`` to ``t[n]``, or what lies there repeats; otherwise it is NaN.
    axis : int
        Along which axis of `c` the coefficients are.

    Raises
    ------
    ValueError
        If shapes do not fit, knots are not in order, or a number is not finite.

    References
    ----------
    .. [1] C. de Boor, *A Practical Guide to Splines*, Springer, 1978.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.interpolate import BSpline
    >>> line = BSpline([0.0, 0.0, 1.0, 3.0, 3.0], [0.0, 1.0, 2.0], 1)
    >>> line([0.5, 2.0])
    Tensor([0.5, 1.5])
    >>> wg.grad(line)(2.0)
    0.5
    """

    def __init__(
        self, t: Operand, c: Operand, k: int, extrapolate: Any = True, axis: int = 0
    ) -> None:
        self.k, self.extrapolate = index(k), extrapolate
        self.t, values = real_places("BSpline", "t", t), double(c)
        along = negative_axis(axis, values.ndim)
        self.axis = along + values.ndim
        self.c = moveaxis(values, along, 0)
        n = self.t.shape[0] - self.k - 1 if self.t.ndim == 1 else -1
        if self.k < 0 or n < self.k + 1 or self.c.shape[0] < n:
            message = f"BSpline: t is {self.t.shape}, c is {values.shape} and k is {self.k}; (n + k + 1,) and n coefficients are needed, n > k"
            raise ShapeError(message)
        if holds(_core.less(diff(self.t), 0.0)):
            message = "BSpline: t is not in order; no knot may be less than the one before"
            raise ShapeError(message)
        check_finite("BSpline", "t", self.t)

    @classmethod
    def construct_fast(
        cls, t: Tensor, c: Tensor, k: int, extrapolate: Any = True, axis: int = 0
    ) -> BSpline:
        """Make one of parts that fit, the axis of coefficients first."""
        made = cls.__new__(cls)
        made.t, made.c, made.k, made.extrapolate, made.axis = t, c, k, extrapolate, axis
        return made

    @classmethod
    def basis_element(cls, t: Operand, extrapolate: Any = True) -> BSpline:
        """Return the B-spline that has these knots, of shape (k + 2,)."""
        knots = real_places("basis_element", "t", t)
        k = knots.shape[0] - 2
        ends = [
            _core.concatenate([part] * k, -1) if k else part[:0]
            for part in (knots[:1] - 1.0, knots[-1:] + 1.0)
        ]
        coefficients = np.zeros(2 * k + 1)
        coefficients[k] = 1.0
        return cls(_core.concatenate([ends[0], knots, ends[1]], -1), coefficients, k, extrapolate)

    @property
    def tck(self) -> tuple[Tensor, Tensor, int]:
        """Knots, coefficients and degree."""
        return self.t, self.c, self.k

    def __call__(self, x: Operand, nu: int = 0, extrapolate: Any = None) -> Tensor:
        """Return the value, or a derivative, at places.

        Parameters
        ----------
        x : array_like
            Of any shape.
        nu : int
            Which derivative.
        extrapolate : bool or "periodic", optional
            As of the class; by default what it was made with.

        Returns
        -------
        Tensor
            Of the shape of `x` and of the further axes of `c`. On a knot, derivatives are those to its right.
        """
        at = real_places("BSpline", "x", x)
        y = self._values(at, nu, self.extrapolate if extrapolate is None else extrapolate)
        return arranged(y, at.ndim, self.axis)

    def _ends(self) -> tuple[Tensor, Tensor]:
        return self.t[self.k], self.t[self.t.shape[0] - self.k - 1]

    def _values(self, at: Tensor, nu: int, extrapolate: Any) -> Tensor:
        first, last = self._ends()
        if extrapolate == "periodic":
            at = first + _core.remainder(at - first, last - first)
        piece = _bases.pieces_at(self.t, self.k, at)
        bases = _bases.values(self.t, self.k, at, piece, nu)
        numbers = piece + np.arange(-self.k, 1).reshape(-1, *[1] * at.ndim)
        rows = taken(self.c, numbers)
        weights = _core.reshape(bases, (*bases.shape, *[1] * (self.c.ndim - 1)))
        y = _core.sum(rows * weights, (-rows.ndim,), False)
        if extrapolate:
            return y
        is_outside = _core.logical_or(_core.less(at, first), _core.greater(at, last))
        shape = (*at.shape, *[1] * (self.c.ndim - 1))
        return _core.where(_core.reshape(is_outside, shape), np.nan, y)

    def derivative(self, nu: int = 1) -> BSpline:
        """Return the derivative, of order `nu`; of a negative one, the antiderivative."""
        if nu < 0:
            return self.antiderivative(-nu)
        if nu > self.k:
            message = f"BSpline: a derivative of order {nu} of degree {self.k} was asked for; {self.k} at most is needed"
            raise ShapeError(message)
        t, c, k = self.t, self.c, self.k
        c = c[: t.shape[0] - k - 1]
        for _ in range(nu):
            width = beside(t[k + 1 : -1] - t[1 : -k - 1], c)
            is_piece = _core.greater(width, 0.0)
            c = _core.where(
                is_piece, diff(c, axis=0) * float(k) / _core.where(is_piece, width, 1.0), 0.0
            )
            t, k = t[1:-1], k - 1
        return self.construct_fast(t, c, k, self.extrapolate, self.axis)

    def antiderivative(self, nu: int = 1) -> BSpline:
        """Return the antiderivative, of order `nu`, which is 0 at the first knot of the base."""
        if nu <= 0:
            return self.derivative(-nu)
        t, c, k = self.t, self.c, self.k
        c = c[: t.shape[0] - k - 1]
        for _ in range(nu):
            width = beside(t[k + 1 :] - t[: -k - 1], c)
            sums = _core.cumsum(c * width / (k + 1.0), -c.ndim, False)
            c = _core.concatenate([sums[:1] * 0.0, sums], -c.ndim)
            t = _core.concatenate([t[:1], t, t[-1:]], -1)
            k += 1
        extrapolate = False if self.extrapolate == "periodic" else self.extrapolate
        return self.construct_fast(t, c, k, extrapolate, self.axis)

    def integrate(self, a: Any, b: Any, extrapolate: Any = None) -> Tensor:
        """Integrate from one number to another.

        Parameters
        ----------
        a, b : number
            The ends, which have derivatives, too.
        extrapolate : bool or "periodic", optional
            As of the class; by default what it was made with. Without it, nothing outside is added.

        Returns
        -------
        Tensor
            Of the shape of the further axes of `c`.
        """
        beyond = self.extrapolate if extrapolate is None else extrapolate
        ends = [real_places("integrate", argument, e) for argument, e in (("a", a), ("b", b))]
        first, last = self._ends()
        whole = self.antiderivative()
        if beyond == "periodic":
            total = whole._values(last, 0, True) - whole._values(first, 0, True)
            parts = []
            for end in ends:
                periods = _core.floor((end - first) / (last - first))
                parts.append(
                    whole._values(end - periods * (last - first), 0, True) + periods * total
                )
            return parts[1] - parts[0]
        if not beyond:
            ends = [_core.minimum(_core.maximum(end, first), last) for end in ends]
        return whole._values(ends[1], 0, True) - whole._values(ends[0], 0, True)


def _at_end(name: str, end: Any, shape: tuple[int, ...], k: int) -> list[tuple[int, Tensor]]:
    """Read which derivatives an end has."""
    if end is None:
        return []
    if isinstance(end, str):
        if end not in ("natural", "clamped"):
            message = f"{name}: bc_type holds {end!r}; 'natural', 'clamped' or pairs of an order and a value are needed"
            raise ShapeError(message)
        return [(2 if end == "natural" else 1, constant(np.zeros(shape)))]
    pairs = [(index(order), double(value)) for order, value in end]
    for order, value in pairs:
        if not 0 <= order <= k or value.shape != shape:
            message = f"{name}: bc_type holds the derivative of order {order}, {value.shape}; an order to {k} and {shape} are needed"
            raise ShapeError(message)
    return pairs


def make_interp_spline(
    x: Operand,
    y: Operand,
    k: int = 3,
    t: Operand | None = None,
    bc_type: Any = None,
    axis: int = 0,
    check_finite: bool = True,
) -> BSpline:
    """Return the spline of a degree through samples.

    Parameters
    ----------
    x : array_like
        Ascending, of shape (N,). It has derivatives, as `y` has.
    y : array_like
        Values, N along `axis`.
    k : int
        The degree.
    t : array_like, optional
        Knots; by default the samples, or the middles between them for an even degree, without as many at the ends as there
        are too many ("not-a-knot"), or all of them if `bc_type` says what else holds.
    bc_type : str or pair, optional
        "not-a-knot"; "clamped" or "natural", the first or second derivative is 0 at both ends; "periodic", the spline is its
        own continuation, and the last value must be the first; or a pair, of these but the last or of lists of pairs of an
        order and a derivative.
    axis : int
        Along which axis the samples are.
    check_finite : bool
        Whether a number that is not finite is an error.

    Returns
    -------
    BSpline
        Its coefficients solve a banded system, in a time proportional to their number.

    Raises
    ------
    ValueError
        If shapes do not fit, `x` does not ascend, knots do not fit the samples, or more or fewer derivatives are given than
        are needed.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.interpolate import make_interp_spline
    >>> x = np.linspace(0.0, 1.0, 6)
    >>> make_interp_spline(x, x**5, k=5)(0.5).round(6)
    Tensor(0.03125)
    """
    name = "make_interp_spline"
    at, values, degree = real_places(name, "x", x), double(y), index(k)
    along = negative_axis(axis, values.ndim)
    number = along + values.ndim
    values = moveaxis(values, along, 0)
    if at.ndim != 1 or at.shape[0] != values.shape[0] or at.shape[0] == 0 or degree < 0:
        message = f"{name}: x is {at.shape}, y has {values.shape[0]} along axis {axis} and k is {k}; (N,), N and no negative degree are needed"
        raise ShapeError(message)
    if check_finite:
        _check(name, at, values)
    if holds(_core.less_equal(diff(at), 0.0)):
        message = f"{name}: x does not ascend; each place must be greater than the one before"
        raise ShapeError(message)
    is_periodic = isinstance(bc_type, str) and bc_type == "periodic"
    if is_periodic:
        _check_period(name, at, values, t)
        if degree >= 2:
            knots = _periodic.knots(at, degree)
            c = _periodic.coefficients(knots, degree, at, values)
            return BSpline.construct_fast(knots, c, degree, "periodic", number)
    is_free = (
        is_periodic or bc_type is None or (isinstance(bc_type, str) and bc_type == "not-a-knot")
    )
    pair = [None, None] if is_free else [bc_type] * 2 if isinstance(bc_type, str) else [*bc_type]
    if degree < 2 and (pair != [None, None] or (degree == 0 and t is not None)):
        message = f"{name}: bc_type is {bc_type!r} and k is {k}; nothing can be asked of the ends of such a spline"
        raise ShapeError(message)
    if t is None and degree == 0:
        return BSpline.construct_fast(_core.concatenate([at, at[-1:]], -1), values, 0, True, number)
    if t is None and degree == 1:
        knots = _core.concatenate([at[:1], at, at[-1:]], -1)
        return BSpline.construct_fast(knots, values, 1, True, number)
    ends = [_at_end(name, end, values.shape[1:], degree) for end in pair]
    knots = _knots(at, degree, pair == [None, None]) if t is None else real_places(name, "t", t)
    _check_knots(name, knots, at, degree, sum(map(len, ends)))
    c = _bases.interpolating(knots, degree, at, values, ends)
    return BSpline.construct_fast(knots, c, degree, True, number)


def _check_period(name: str, x: Tensor, y: Tensor, t: Operand | None) -> None:
    if t is not None or x.shape[0] < 2:
        message = f"{name}: bc_type is 'periodic', x is {x.shape} and t is {'' if t is None else 'not '}None; two samples or more are needed, and None"
        raise ShapeError(message)
    if holds(_core.greater(absolute(y[0] - y[-1]), 1e-15 + 1e-5 * absolute(y[-1]))):
        message = f"{name}: bc_type is 'periodic'; the last value must be the first"
        raise ShapeError(message)


def _check(name: str, x: Tensor, y: Tensor) -> None:
    check_finite(name, "x", x)
    check_finite(name, "y", y)


def _knots(x: Tensor, k: int, is_free: bool) -> Tensor:
    """Return the knots of a spline through samples."""
    first, last = [x[:1]], [x[-1:]]
    if not is_free:
        return _core.concatenate([*first * k, x, *last * k], -1)
    inner = x if k % 2 else (x[1:] + x[:-1]) / 2.0
    cut = (k + 1) // 2 if k % 2 else k // 2
    return _core.concatenate(
        [*first * (k + 1), inner[cut : max(inner.shape[0] - cut, cut)], *last * (k + 1)], -1
    )


def _check_knots(name: str, t: Tensor, x: Tensor, k: int, given: int) -> None:
    count = t.shape[0] - k - 1 if t.ndim == 1 else -1
    if count < x.shape[0] or count < k + 1 or holds(_core.less(diff(t), 0.0)):
        message = f"{name}: there are {x.shape[0]} samples, t is {t.shape} and k is {k}; {max(x.shape[0], k + 1) + k + 1} knots or more in order are needed"
        raise ShapeError(message)
    if bool(_core.logical_or(_core.less(x[0], t[k]), _core.greater(x[-1], t[count]))):
        message = f"{name}: x lies outside of the knots' base; t[{k}] to t[{count}] must hold it"
        raise ShapeError(message)
    if count - x.shape[0] != given:
        message = f"{name}: bc_type has {given} derivatives; {count - x.shape[0]} are needed for {x.shape[0]} samples and {t.shape[0]} knots"
        raise ShapeError(message)
