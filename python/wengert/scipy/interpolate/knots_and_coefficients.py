"""FITPACK's functions of knots, coefficients and a degree, by SciPy's names."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.scipy.interpolate._arguments import real_places
from wengert.scipy.interpolate.bsplines import BSpline, make_interp_spline
from wengert.scipy.interpolate.through_samples import outside_of, valued

if TYPE_CHECKING:
    from wengert._typing import Operand

    Spline = tuple[Operand, Operand, int] | BSpline
    Tck = tuple[Tensor, Tensor, int]

__all__ = ["splantider", "splder", "splev", "splint", "splrep"]


def _padded(spline: BSpline, last: Tensor | float = 0.0) -> Tck:
    """Return what FITPACK makes of a spline: as many coefficients as knots, the last of them of no effect."""
    missing = spline.t.shape[0] - spline.c.shape[0]
    padding = _core.broadcast_to(last, (missing,))
    return spline.t, _core.concatenate([spline.c, padding], -1), spline.k


def _read(name: str, tck: Spline) -> BSpline:
    if isinstance(tck, BSpline):
        return tck
    t, c, k = tck
    knots, coefficients = real_places(name, "t", t), real_places(name, "c", c)
    if coefficients.ndim != 1:
        message = f"{name}: c is {coefficients.shape}; coefficients of one function are needed, a BSpline holds those of several"
        raise ShapeError(message)
    return BSpline(knots, coefficients, index(k))


def splrep(
    x: Operand,
    y: Operand,
    w: Any = None,
    xb: Any = None,
    xe: Any = None,
    k: int = 3,
    task: int = 0,
    s: float | None = None,
    t: Any = None,
    full_output: int = 0,
    per: int = 0,
    quiet: int = 1,
) -> Tck:
    """Return knots, coefficients and degree of the spline through samples.

    Parameters
    ----------
    x : array_like
        Ascending, of shape (N,), N > `k`.
    y : array_like
        Values, of shape (N,).
    w : array_like, optional
        Of no effect with ``s=0``.
    xb, xe : None
        The base is from the first sample to the last.
    k : int
        The degree, 1 to 5.
    task, t, full_output, per
        Only their defaults.
    s : number, optional
        Only 0, which does not smooth; the default where `w` is not given.
    quiet : int
        Of no effect.

    Returns
    -------
    tuple
        For `splev`, `splint`, `splder` and `splantider`; with derivatives in `x` and `y`.

    Raises
    ------
    ValueError
        If shapes do not fit, `x` does not ascend, or an argument is something else.

    Examples
    --------
    >>> import numpy as np
    >>> from wengert.scipy.interpolate import splev, splrep
    >>> x = np.linspace(0.0, 3.0, 7)
    >>> splev(1.2, splrep(x, x**3)).round(6)
    Tensor(1.728)
    """
    if (s != 0 and (s is not None or w is not None)) or task or t is not None or per:
        message = f"splrep: s is {s}, w is {'' if w is None else 'not '}None, task is {task}, t is {'' if t is None else 'not '}None and per is {per}; s=0, which does not smooth, and the other defaults are needed"
        raise ShapeError(message)
    if full_output or xb is not None or xe is not None:
        message = f"splrep: full_output is {full_output}, xb is {xb} and xe is {xe}; the defaults are needed"
        raise ShapeError(message)
    degree = index(k)
    if not 1 <= degree <= 5:
        message = f"splrep: k is {k}; 1 to 5 is needed"
        raise ShapeError(message)
    return _padded(make_interp_spline(x, y, degree))


def splev(x: Operand, tck: Spline, der: int = 0, ext: Any = 0) -> Tensor:
    """Return the value, or a derivative, of a spline at places.

    Parameters
    ----------
    x : array_like
        Of any shape.
    tck : tuple or BSpline
        Knots, coefficients and degree.
    der : int
        Which derivative, `k` at most.
    ext : {0, 1, 2, 3}
        What lies outside: the outer pieces, 0, an error, or the value at the end; of derivatives, the outer pieces.

    Returns
    -------
    Tensor
        Of the shape of `x`, with derivatives in `x`, knots and coefficients.

    Raises
    ------
    ValueError
        If `der` is no derivative that the spline has, or a place lies outside with ``ext=2``.

    Examples
    --------
    >>> import numpy as np
    >>> from wengert.scipy.interpolate import splev, splrep
    >>> x = np.linspace(0.0, 3.0, 7)
    >>> splev(1.5, splrep(x, x**3), der=1).round(6)
    Tensor(6.75)
    """
    spline = _read("splev", tck)
    if not 0 <= der <= spline.k:
        message = f"splev: der is {der} and k is {spline.k}; 0 to k is needed"
        raise ShapeError(message)
    at, outside = real_places("splev", "x", x), outside_of("splev", ext)
    return valued("splev", spline, spline._ends(), at, der, outside)


def splint(a: Any, b: Any, tck: Spline) -> Tensor:
    """Integrate a spline.

    Parameters
    ----------
    a, b : number
        The ends, which have derivatives, too. Nothing outside of the base is added.
    tck : tuple or BSpline
        Knots, coefficients and degree.

    Returns
    -------
    Tensor
        A number.

    Examples
    --------
    >>> import numpy as np
    >>> from wengert.scipy.interpolate import splint, splrep
    >>> x = np.linspace(0.0, 3.0, 7)
    >>> splint(0.0, 2.0, splrep(x, x**3)).round(6)
    Tensor(4.)
    """
    return _read("splint", tck).integrate(a, b, False)


def splder(tck: Spline, n: int = 1) -> Tck:
    """Return the derivative of a spline.

    Parameters
    ----------
    tck : tuple or BSpline
        Knots, coefficients and degree.
    n : int
        Of which order, the degree at most.

    Returns
    -------
    tuple
        Knots, coefficients and degree.

    Examples
    --------
    >>> import numpy as np
    >>> from wengert.scipy.interpolate import splder, splev, splrep
    >>> x = np.linspace(0.0, 3.0, 7)
    >>> splev(1.5, splder(splrep(x, x**3))).round(6)
    Tensor(6.75)
    """
    return _padded(_read("splder", tck).derivative(n))


def splantider(tck: Spline, n: int = 1) -> Tck:
    """Return the antiderivative of a spline, which is 0 at the first knot.

    Parameters
    ----------
    tck : tuple or BSpline
        Knots, coefficients and degree.
    n : int
        Of which order.

    Returns
    -------
    tuple
        Knots, coefficients and degree.

    Examples
    --------
    >>> import numpy as np
    >>> from wengert.scipy.interpolate import splantider, splev, splrep
    >>> x = np.linspace(0.0, 3.0, 7)
    >>> splev(2.0, splantider(splrep(x, x**3))).round(6)
    Tensor(4.)
    """
    whole = _read("splantider", tck).antiderivative(n)
    return _padded(whole, whole.c[-1])
