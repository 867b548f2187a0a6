"""Cubic polynomials in pieces, through samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import converted
from wengert.numpy.layout.axes import moveaxis
from wengert.numpy.samples.calculus import diff
from wengert.scipy.interpolate import _slopes
from wengert.scipy.interpolate._arguments import beside, check_finite, double, samples
from wengert.scipy.interpolate.piecewise import PPoly

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["Akima1DInterpolator", "CubicHermiteSpline", "CubicSpline", "PchipInterpolator"]


def _coefficients(x: Tensor, y: Tensor, slopes: Tensor) -> Tensor:
    """Return the cubic in each piece that has values and slopes at its ends."""
    width = beside(diff(x), y)
    secant = diff(y, axis=0) / width
    left, right = slopes[:-1], slopes[1:]
    bend = (left + right - 2.0 * secant) / width
    rows = [bend / width, (secant - left) / width - bend, left, y[:-1]]
    dtype = np.result_type(*[row.dtype for row in rows])
    return _core.stack([converted(row, dtype) for row in rows], -1 - y.ndim)


class CubicHermiteSpline(PPoly):
    """A cubic in each piece, with values and derivatives at its ends.

    Parameters
    ----------
    x : array_like
        Ascending, of shape (N,), N > 1.
    y, dydx : array_like
        Values and derivatives, N along `axis`.
    axis : int
        Along which axis the samples are.
    extrapolate : bool or "periodic", optional
        Whether the outer pieces go on outside, by default so, or what lies there repeats; otherwise it is NaN.

    Raises
    ------
    ValueError
        If shapes do not fit, `x` does not ascend, or a number is not finite.

    Examples
    --------
    >>> from wengert.scipy.interpolate import CubicHermiteSpline
    >>> CubicHermiteSpline([0.0, 1.0], [0.0, 1.0], [0.0, 0.0])(0.25)
    Tensor(0.15625)
    """

    def __init__(
        self, x: Operand, y: Operand, dydx: Operand, axis: int = 0, extrapolate: Any = None
    ) -> None:
        self.x, values, self.axis = samples("CubicHermiteSpline", x, y, axis)
        slopes = double(dydx)
        shape = moveaxis(values, 0, self.axis).shape
        if slopes.shape != shape:
            message = (
                f"CubicHermiteSpline: y is {shape} and dydx is {slopes.shape}; one shape is needed"
            )
            raise ShapeError(message)
        check_finite("CubicHermiteSpline", "dydx", slopes)
        self.c = _coefficients(self.x, values, moveaxis(slopes, self.axis, 0))
        self.extrapolate = True if extrapolate is None else extrapolate


class CubicSpline(PPoly):
    """The cubic spline through samples, with two continuous derivatives.

    Parameters
    ----------
    x : array_like
        Ascending, of shape (N,), N > 1. It has derivatives, as `y` has.
    y : array_like
        Values, N along `axis`.
    axis : int
        Along which axis the samples are.
    bc_type : str or pair
        What holds at the ends: "not-a-knot", the first and the last two pieces are one; "periodic", derivatives of both
        ends agree, as the values must; "clamped" or "natural", the first or second derivative is 0; or a pair of these,
        or of such as ``(1, value)`` and ``(2, value)``, which say what it is.
    extrapolate : bool or "periodic", optional
        Whether the outer pieces go on outside, or what lies there repeats; otherwise it is NaN. By default they do, or
        it repeats if `bc_type` is "periodic".

    Raises
    ------
    ValueError
        If shapes do not fit, `x` does not ascend, a number is not finite, or `bc_type` is something else.

    Notes
    -----
    The slopes on the samples solve a system of three diagonals, in a time proportional to their number.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.interpolate import CubicSpline
    >>> x = np.linspace(0.0, np.pi, 9)
    >>> CubicSpline(x, np.sin(x))(1.0).round(4)
    Tensor(0.8414)
    >>> wg.grad(lambda y: CubicSpline(x[:4], y, bc_type="natural")(0.5))(np.sin(x[:4])).round(3)
    array([-0.075,  0.831,  0.288, -0.045])
    """

    def __init__(
        self,
        x: Operand,
        y: Operand,
        axis: int = 0,
        bc_type: Any = "not-a-knot",
        extrapolate: Any = None,
    ) -> None:
        self.x, values, self.axis = samples("CubicSpline", x, y, axis)
        ends = _slopes.ends_of(bc_type, values)
        if extrapolate is None:
            extrapolate = "periodic" if ends[0] == "periodic" else True
        self.extrapolate = extrapolate
        self.c = _coefficients(self.x, values, _slopes.of_spline(self.x, values, ends))


class PchipInterpolator(PPoly):
    """A cubic in each piece, monotonic where the samples are, with one continuous derivative.

    Parameters
    ----------
    x : array_like
        Ascending, of shape (N,), N > 1. It has derivatives, as `y` has.
    y : array_like
        Real values, N along `axis`.
    axis : int
        Along which axis the samples are.
    extrapolate : bool or "periodic", optional
        Whether the outer pieces go on outside, by default so, or what lies there repeats; otherwise it is NaN.

    Raises
    ------
    TypeError
        If `y` is complex.
    ValueError
        If shapes do not fit, `x` does not ascend, or a number is not finite.

    References
    ----------
    .. [1] F. N. Fritsch and J. Butland, A method for constructing local monotone piecewise cubic interpolants, SIAM J.
       Sci. Stat. Comput. 5, 1984.

    Examples
    --------
    >>> from wengert.scipy.interpolate import PchipInterpolator
    >>> PchipInterpolator([0.0, 1.0, 2.0], [0.0, 0.0, 1.0])([0.5, 1.5])
    Tensor([0.    , 0.3125])
    """

    def __init__(self, x: Operand, y: Operand, axis: int = 0, extrapolate: Any = None) -> None:
        self.x, values, self.axis = samples("PchipInterpolator", x, y, axis)
        if values.dtype.kind == "c":
            message = f"PchipInterpolator: y is {values.dtype}; a real dtype is needed"
            raise DTypeError(message)
        self.c = _coefficients(self.x, values, _slopes.monotonic(self.x, values))
        self.extrapolate = True if extrapolate is None else extrapolate


class Akima1DInterpolator(PPoly):
    """A cubic in each piece, whose slopes on samples are means of those of the neighbouring secants.

    Parameters
    ----------
    x : array_like
        Ascending, of shape (N,), N > 1. It has derivatives, as `y` has.
    y : array_like
        Real values, N along `axis`.
    axis : int
        Along which axis the samples are.
    method : {"akima", "makima"}
        How the means are weighted; the latter leaves flat samples flat.
    extrapolate : bool or "periodic", optional
        Whether the outer pieces go on outside, or what lies there repeats; otherwise, and by default, it is NaN.

    Raises
    ------
    TypeError
        If `y` is complex.
    ValueError
        If shapes do not fit, `x` does not ascend, a number is not finite, or `method` is something else.

    References
    ----------
    .. [1] H. Akima, A new method of interpolation and smooth curve fitting based on local procedures, J. ACM 17, 1970.

    Examples
    --------
    >>> from wengert.scipy.interpolate import Akima1DInterpolator
    >>> Akima1DInterpolator([0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 1.0, 1.0])(1.5)
    Tensor(1.)
    """

    def __init__(
        self,
        x: Operand,
        y: Operand,
        axis: int = 0,
        *,
        method: str = "akima",
        extrapolate: Any = None,
    ) -> None:
        if method not in ("akima", "makima"):
            message = f"Akima1DInterpolator: method is {method!r}; 'akima' or 'makima' is needed"
            raise ShapeError(message)
        self.x, values, self.axis = samples("Akima1DInterpolator", x, y, axis)
        if values.dtype.kind == "c":
            message = f"Akima1DInterpolator: y is {values.dtype}; a real dtype is needed"
            raise DTypeError(message)
        slopes = _slopes.by_akima(self.x, values, method == "makima")
        self.c = _coefficients(self.x, values, slopes)
        self.extrapolate = False if extrapolate is None else extrapolate
