"""Integrals of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert import numpy as wnp
from wengert._core import ShapeError, Tensor
from wengert.numpy import trapezoid
from wengert.numpy._arguments import refuse, tensor_of

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["cumulative_simpson", "cumulative_trapezoid", "romb", "simpson", "trapezoid"]


def _rows(name: str, y: Any, x: Any, dx: Any, axis: int) -> tuple[Tensor, Any]:
    """Return samples along the last axis, and the steps between them."""
    samples = wnp.moveaxis(tensor_of(y), axis, -1)
    if x is None:
        return samples, wnp.asarray(dx) * np.ones(max(samples.shape[-1] - 1, 0))
    places = tensor_of(x)
    if places.ndim > 1:
        places = wnp.moveaxis(places, axis, -1)
    if places.shape[-1] != samples.shape[-1]:
        message = f"{name}: x has {places.shape[-1]} elements along the axis and y {samples.shape[-1]}; as many are needed"
        raise ShapeError(message)
    return samples, wnp.diff(places, axis=-1)


def _bends(y: Tensor, h: Any) -> Tensor:
    """Return the second divided differences."""
    slopes = wnp.diff(y, axis=-1) / h
    bends: Tensor = wnp.diff(slopes, axis=-1) / (h[..., :-1] + h[..., 1:])
    return bends


def simpson(y: Operand, x: Operand | None = None, *, dx: Any = 1.0, axis: int = -1) -> Tensor:
    """Integrate samples along an axis by parabolas.

    Parameters
    ----------
    y : array_like
        Samples, of one axis or more; may be differentiated.
    x : array_like, optional
        Where they are, of shape (length of the axis,) or that of `y`; may be differentiated.
    dx : float
        The step between samples, without `x`.
    axis : int
        Along which axis.

    Returns
    -------
    Tensor
        The integrals, of `y`'s shape without the axis. Of an even number of samples the last interval is that of the parabola
        through the last three.

    Raises
    ------
    ValueError
        If there are not as many places as samples, or none.

    References
    ----------
    .. [1] K. V. Cartwright, "Simpson's rule cumulative integration with MS Excel and irregularly-spaced data", J. Math. Sci.
       Math. Educ. 12 (2017).

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.integrate import simpson
    >>> wg.grad(lambda y: simpson(y, dx=3.0))(np.ones(5))
    array([1., 4., 2., 4., 1.])
    """
    samples, h = _rows("simpson", y, x, dx, axis)
    n = samples.shape[-1]
    if n == 0:
        message = "simpson: y has no samples along the axis; one at least is needed"
        raise ShapeError(message)
    if n < 3:
        return wnp.sum(h * (samples[..., 1:] + samples[..., :-1]) / 2, axis=-1)
    areas = _areas(samples, h)
    return wnp.sum(areas, axis=-1)


def _areas(y: Tensor, h: Any) -> Tensor:
    """Return the integral over each interval: of pairs that of one parabola, of one that is left that of the last."""
    first, second = h[..., :-1], h[..., 1:]
    bends = _bends(y, h)
    straight = h * (y[..., 1:] + y[..., :-1]) / 2
    before = straight[..., :-1] - first**3 * bends / 6
    behind = straight[..., 1:] - second**3 * bends / 6
    pairs = wnp.stack([before[..., ::2], behind[..., ::2]], axis=-1)
    areas = _core.reshape(pairs, (*pairs.shape[:-2], 2 * pairs.shape[-2]))
    return areas if y.shape[-1] % 2 else wnp.concatenate([areas, behind[..., -1:]], axis=-1)


def _begun(total: Tensor, initial: Any) -> Tensor:
    """Put what is there at the first sample in front."""
    if initial is None:
        return total
    start = wnp.broadcast_to(wnp.asarray(initial), (*total.shape[:-1], 1))
    return wnp.concatenate([start, total], axis=-1)


def cumulative_simpson(
    y: Operand, *, x: Operand | None = None, dx: Any = 1.0, axis: int = -1, initial: Any = None
) -> Tensor:
    """Integrate samples along an axis up to each of them, by parabolas.

    Parameters
    ----------
    y : array_like
        Samples, of one axis or more; may be differentiated.
    x, dx, axis
        As for `simpson`.
    initial : array_like, optional
        What is put in front and added to all; without it the first sample has no result.

    Returns
    -------
    Tensor
        Of `y`'s shape, the axis shorter by one without `initial`.

    Raises
    ------
    ValueError
        If there are not as many places as samples.

    Examples
    --------
    >>> from wengert.scipy.integrate import cumulative_simpson
    >>> cumulative_simpson([0.0, 1.0, 4.0], initial=0.0).round(6)
    Tensor([0.      , 0.333333, 2.666667])
    """
    samples, h = _rows("cumulative_simpson", y, x, dx, axis)
    if samples.shape[-1] < 3:
        areas = h * (samples[..., 1:] + samples[..., :-1]) / 2
    else:
        areas = _areas(samples, h)
    total = wnp.cumsum(areas, axis=-1)
    if initial is not None:
        start = wnp.asarray(initial)
        start = wnp.moveaxis(start, axis, -1) if start.ndim else start
        total = _begun(total + start, start)
    return wnp.moveaxis(total, -1, axis)


def cumulative_trapezoid(
    y: Operand, x: Operand | None = None, dx: Any = 1.0, axis: int = -1, initial: Any = None
) -> Tensor:
    """Integrate samples along an axis up to each of them, by the trapezoidal rule.

    Parameters
    ----------
    y : array_like
        Samples, of one axis or more; may be differentiated.
    x, dx, axis
        As for `simpson`.
    initial : float, optional
        What is put in front; without it the first sample has no result.

    Returns
    -------
    Tensor
        Of `y`'s shape, the axis shorter by one without `initial`.

    Raises
    ------
    ValueError
        If there are not as many places as samples.

    Examples
    --------
    >>> from wengert.scipy.integrate import cumulative_trapezoid
    >>> cumulative_trapezoid([0.0, 1.0, 4.0], initial=0.0)
    Tensor([0. , 0.5, 3. ])
    """
    samples, h = _rows("cumulative_trapezoid", y, x, dx, axis)
    total = wnp.cumsum(h * (samples[..., 1:] + samples[..., :-1]) / 2, axis=-1)
    return wnp.moveaxis(_begun(total, initial), -1, axis)


def romb(y: Operand, dx: Any = 1.0, axis: int = -1, show: bool = False) -> Tensor:
    """Integrate 2^k + 1 samples along an axis by Romberg's rule.

    Parameters
    ----------
    y : array_like
        Samples, of one axis or more; may be differentiated.
    dx : float
        The step between samples; may be differentiated.
    axis : int
        Along which axis.
    show : bool
        Only False: no table is printed.

    Returns
    -------
    Tensor
        The integrals, of `y`'s shape without the axis.

    Raises
    ------
    TypeError
        If a table is asked for.
    ValueError
        If the number of samples is not one more than a power of two.

    Examples
    --------
    >>> from wengert.scipy.integrate import romb
    >>> romb([0.0, 1.0, 4.0])
    Tensor(2.66666667)
    """
    refuse("romb", "show", show, False)
    samples, _ = _rows("romb", y, None, 1.0, axis)
    intervals = samples.shape[-1] - 1
    levels = intervals.bit_length() - 1
    if intervals < 1 or intervals != 2**levels:
        message = f"romb: y has {intervals + 1} samples along the axis; one more than a power of two is needed"
        raise ShapeError(message)
    row: list[Tensor] = []
    for level in range(levels + 1):
        step = intervals >> level
        chosen = samples[..., ::step]
        sums = wnp.sum(chosen, axis=-1) - (chosen[..., 0] + chosen[..., -1]) / 2
        column = [sums * (step * wnp.asarray(dx))]
        for k, coarse in enumerate(row, start=1):
            column.append(column[-1] + (column[-1] - coarse) / (4**k - 1))
        row = column
    return row[-1]
