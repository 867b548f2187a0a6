"""Means of other kinds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from wengert import _core
from wengert._core import Tensor

if TYPE_CHECKING:
    from wengert._typing import Axes, Dims, Operand
from wengert.scipy.stats._samples import mean_along, read

__all__ = [
    "gmean",
    "hmean",
]


def gmean(a: Operand, axis: Axes = 0, *, weights: Operand | None = None) -> Tensor:
    """Return the geometric mean.

    Parameters
    ----------
    a : array_like
        A sample, not negative.
    axis : int or None
        The axis that elements lie along; None for all.
    weights : array_like, optional
        Of a shape that broadcasts with that of `a`.

    Returns
    -------
    Tensor
        Of the shape of the other axes.

    Examples
    --------
    >>> from wengert.scipy.stats import gmean
    >>> gmean([1.0, 2.0, 4.0])
    Tensor(2.)
    """
    x, axes = read(a, axis)
    return _core.exp(_weighted(_core.log(x), axes, weights))


def hmean(a: Operand, axis: Axes = 0, *, weights: Operand | None = None) -> Tensor:
    """Return the harmonic mean.

    Parameters
    ----------
    a : array_like
        A sample, not negative.
    axis : int or None
        The axis that elements lie along; None for all.
    weights : array_like, optional
        Of a shape that broadcasts with that of `a`.

    Returns
    -------
    Tensor
        Of the shape of the other axes; NaN where an element is negative.

    Examples
    --------
    >>> from wengert.scipy.stats import hmean
    >>> hmean([1.0, 2.0, 4.0])
    Tensor(1.71428571)
    """
    x, axes = read(a, axis)
    positive = _core.where(_core.less(x, 0.0), math.nan, x)
    return 1.0 / _weighted(1.0 / positive, axes, weights)


def _weighted(x: Tensor, axes: Dims, weights: Operand | None) -> Tensor:
    if weights is None:
        return mean_along(x, axes)
    share = _core.broadcast_to(weights, x.shape)
    return _core.sum(share * x, axes, False) / _core.sum(share, axes, False)
