"""Splines through samples by the names of FITPACK's classes, without what smooths."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import RuleError, ShapeError, Tensor
from wengert.numpy.layout.axes import moveaxis
from wengert.scipy.interpolate import _bases
from wengert.scipy.interpolate._arguments import double, holds, real_places
from wengert.scipy.interpolate.bsplines import BSpline, make_interp_spline
from wengert.scipy.interpolate.grids import summed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wengert._typing import Operand

__all__ = ["InterpolatedUnivariateSpline", "RectBivariateSpline", "UnivariateSpline"]

_OUTSIDE = {
    0: 0,
    "extrapolate": 0,
    1: 1,
    "zeros": 1,
    2: 2,
    "raise": 2,
    3: 3,
    "const": 3,
}


def _refuse_bounds(name: str, bbox: Sequence[Any]) -> None:
    if any(bound is not None for bound in bbox):
        message = f"{name}: bbox is {bbox!r}; only None is supported: the samples' first and last"
        raise ShapeError(message)


def _kept(x: Tensor, first: Tensor, last: Tensor) -> Tensor:
    """Bring places outside to the ends, where what comes has no derivative in them."""
    x = _core.where(_core.less(x, first), first, x)
    kept: Tensor = _core.where(_core.greater(x, last), last, x)
    return kept


def outside_of(name: str, ext: Any) -> int:
    """Read what lies outside of the samples."""
    if ext not in _OUTSIDE:
        message = f"{name}: ext is {ext!r}; one of {', '.join(map(repr, _OUTSIDE))} is needed"
        raise ShapeError(message)
    return _OUTSIDE[ext]


def valued(
    name: str, spline: BSpline, ends: tuple[Tensor, Tensor], at: Tensor, nu: int, outside: int
) -> Tensor:
    """Return the value, or a derivative, of a spline at places, with what is asked for outside."""
    if outside == 0 or (outside == 3 and nu > 0):  # FITPACK has no constants among its derivatives
        return spline._values(at, nu, True)
    first, last = ends
    is_outside = _core.logical_or(_core.less(at, first), _core.greater(at, last))
    if outside == 2 and holds(is_outside):
        message = (
            f"{name}: a place lies outside of [{first.item()}, {last.item()}]; ext=0 extrapolates"
        )
        raise ShapeError(message)
    y = spline._values(_kept(at, first, last), nu, True)
    return _core.where(is_outside, 0.0, y) if outside == 1 else y


class InterpolatedUnivariateSpline:
    """The spline of a degree through samples.

    Parameters
    ----------
    x : array_like
        Ascending, of shape (N,), N > `k`. It has derivatives, as `y` has.
    y : array_like
        Values, of shape (N,).
    w : array_like, optional
        Of no effect.
    bbox : pair of None
        The base is from the first sample to the last.
    k : int
        The degree, 1 to 5.
    ext : {0, 1, 2, 3} or {"extrapolate", "zeros", "raise", "const"}
        What lies outside: the outer pieces, 0, an error, or the value at the end.
    check_finite : bool
        Whether a number that is not finite is an error.

    Raises
    ------
    ValueError
        If shapes do not fit, `x` does not ascend, or an argument is something else.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.interpolate import InterpolatedUnivariateSpline
    >>> x = np.linspace(0.0, 3.0, 7)
    >>> spline = InterpolatedUnivariateSpline(x, x**3)
    >>> spline(1.2).round(6), spline.integral(0.0, 2.0).round(6)
    (Tensor(1.728), Tensor(4.))
    """

    def __init__(
        self,
        x: Operand,
        y: Operand,
        w: Any = None,
        bbox: Sequence[Any] = (None, None),
        k: int = 3,
        ext: Any = 0,
        check_finite: bool = False,
    ) -> None:
        _refuse_bounds("InterpolatedUnivariateSpline", bbox)
        degree = index(k)
        if not 1 <= degree <= 5:
            message = f"InterpolatedUnivariateSpline: k is {k}; 1 to 5 is needed"
            raise ShapeError(message)
        self.ext = outside_of("InterpolatedUnivariateSpline", ext)
        self._spline = make_interp_spline(x, y, degree, check_finite=check_finite)
        self._ends = self._spline.t[0], self._spline.t[-1]

    def _of(self, spline: BSpline) -> InterpolatedUnivariateSpline:
        made = type(self).__new__(type(self))
        made.ext, made._spline, made._ends = self.ext, spline, self._ends
        return made

    def __call__(self, x: Operand, nu: int = 0, ext: Any = None) -> Tensor:
        """Return the value, or a derivative, at places of any shape; `ext` is that of the class if it is None."""
        at = real_places("InterpolatedUnivariateSpline", "x", x)
        outside = self.ext if ext is None else outside_of("InterpolatedUnivariateSpline", ext)
        return valued("InterpolatedUnivariateSpline", self._spline, self._ends, at, nu, outside)

    def derivative(self, n: int = 1) -> InterpolatedUnivariateSpline:
        """Return the derivative of order `n`."""
        return self._of(self._spline.derivative(n))

    def antiderivative(self, n: int = 1) -> InterpolatedUnivariateSpline:
        """Return the antiderivative of order `n`, which is 0 at the first sample."""
        return self._of(self._spline.antiderivative(n))

    def integral(self, a: Any, b: Any) -> Tensor:
        """Integrate from one number to another; nothing outside of the samples is added."""
        return self._spline.integrate(a, b, False)

    def get_knots(self) -> Tensor:
        """Return the knots within the base, the ends once."""
        t, k = self._spline.t, self._spline.k
        return t[k : t.shape[0] - k]

    def get_coeffs(self) -> Tensor:
        """Return the coefficients of the B-splines."""
        return self._spline.c


class UnivariateSpline(InterpolatedUnivariateSpline):
    """The spline of a degree through samples, as `InterpolatedUnivariateSpline`, by the name of SciPy's that may smooth.

    Parameters
    ----------
    x, y, w, bbox, k, ext, check_finite
        Those of `InterpolatedUnivariateSpline`.
    s : number
        Only 0, which does not smooth, and must be given: how FITPACK places knots to smooth has no derivative.
        `make_smoothing_spline` smooths.

    Raises
    ------
    NotImplementedError
        If `s` is not 0.

    Examples
    --------
    >>> from wengert.scipy.interpolate import UnivariateSpline
    >>> x = np.linspace(0.0, 3.0, 7)
    >>> UnivariateSpline(x, x**3, s=0)(1.2).round(6)
    Tensor(1.728)
    """

    def __init__(
        self,
        x: Operand,
        y: Operand,
        w: Any = None,
        bbox: Sequence[Any] = (None, None),
        k: int = 3,
        s: float | None = None,
        ext: Any = 0,
        check_finite: bool = False,
    ) -> None:
        if s != 0:
            message = f"UnivariateSpline: s is {s}; only 0, which does not smooth, is supported, see make_smoothing_spline"
            raise RuleError(message)
        super().__init__(x, y, w, bbox, k, ext, check_finite)


class RectBivariateSpline:
    """The product of splines along two axes, through values on a rectangular grid.

    Parameters
    ----------
    x, y : array_like
        Ascending, of shapes (N,) and (M,). They have derivatives, as `z` has.
    z : array_like
        Values, of shape (N, M).
    bbox : sequence of None
        The base is from the first to the last of `x` and `y`.
    kx, ky : int
        The degrees, 1 to 5.
    s : number
        Only 0, which does not smooth.
    maxit : int
        Of no effect.

    Raises
    ------
    ValueError
        If shapes do not fit, or an argument is something else.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.interpolate import RectBivariateSpline
    >>> x, y = np.arange(5.0), np.arange(6.0)
    >>> f = RectBivariateSpline(x, y, np.outer(x**2, y))
    >>> f.ev(1.5, 2.0).round(6), f(1.5, 2.0, dx=1).round(6)
    (Tensor(4.5), Tensor([[6.]]))
    """

    def __init__(
        self,
        x: Operand,
        y: Operand,
        z: Operand,
        bbox: Sequence[Any] = (None, None, None, None),
        kx: int = 3,
        ky: int = 3,
        s: float = 0,
        maxit: int = 20,
    ) -> None:
        _refuse_bounds("RectBivariateSpline", bbox)
        if s != 0:
            message = f"RectBivariateSpline: s is {s}; only 0, which does not smooth, is supported"
            raise ShapeError(message)
        values, self.degrees = double(z), (index(kx), index(ky))
        if values.ndim != 2 or not all(1 <= k <= 5 for k in self.degrees):
            message = f"RectBivariateSpline: z is {values.shape}, kx is {kx} and ky is {ky}; two axes and degrees of 1 to 5 are needed"
            raise ShapeError(message)
        along_x = make_interp_spline(x, values, self.degrees[0], axis=0)
        along_y = make_interp_spline(y, along_x.c, self.degrees[1], axis=1)
        self.knots = along_x.t, along_y.t
        self.c = moveaxis(along_y.c, 0, 1)

    def _places(self, x: Operand, y: Operand) -> list[Tensor]:
        """Read places, and bring those outside to the edges of the base."""
        given = [real_places("RectBivariateSpline", a, v) for a, v in (("x", x), ("y", y))]
        return [_kept(v, t[0], t[-1]) for v, t in zip(given, self.knots, strict=True)]

    def __call__(
        self, x: Operand, y: Operand, dx: int = 0, dy: int = 0, grid: bool = True
    ) -> Tensor:
        """Return values or derivatives on the grid of two lines of places, or at pairs of places.

        Parameters
        ----------
        x, y : array_like
            Of shapes (n,) and (m,), in order, or that broadcast if `grid` is false. What lies outside has the value at the
            edge.
        dx, dy : int
            Which derivatives.
        grid : bool
            Whether every place of `x` meets every one of `y`.

        Returns
        -------
        Tensor
            Of shape (n, m), or that of the places.
        """
        at = self._places(x, y)
        if not grid:
            shape = np.broadcast_shapes(*[v.shape for v in at])
            return self._at([_core.broadcast_to(v, shape) for v in at], (dx, dy))
        lines = [_core.reshape(v, (v.size,)) if v.ndim == 0 else v for v in at]
        if any(v.ndim != 1 or holds(_core.less(v[1:], v[:-1])) for v in lines):
            message = f"RectBivariateSpline: x is {at[0].shape} and y is {at[1].shape}; lines in order are needed, or grid=False"
            raise ShapeError(message)
        rows = BSpline.construct_fast(self.knots[0], self.c, self.degrees[0])(lines[0], dx)
        columns = BSpline.construct_fast(
            self.knots[1], moveaxis(rows, 1, 0), self.degrees[1], axis=1
        )
        return columns(lines[1], dy)

    def ev(self, xi: Operand, yi: Operand, dx: int = 0, dy: int = 0) -> Tensor:
        """Return values or derivatives at pairs of places."""
        return self(xi, yi, dx, dy, grid=False)

    def _at(self, places: list[Tensor], orders: tuple[int, int]) -> Tensor:
        numbers, weights = [], []
        for t, k, x, order in zip(self.knots, self.degrees, places, orders, strict=True):
            piece = _bases.pieces_at(t, k, x)
            numbers.append(piece + np.arange(-k, 1).reshape(-1, *[1] * x.ndim))
            weights.append(_bases.values(t, k, x, piece, order))
        return summed(self.c, numbers, weights)
