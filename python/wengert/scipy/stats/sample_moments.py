"""Moments of samples, and what is made of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import length_of

if TYPE_CHECKING:
    from wengert._typing import Axes, Dims, Operand
from wengert.scipy.stats._samples import central, mean_along, read

__all__ = [
    "kurtosis",
    "moment",
    "sem",
    "skew",
    "zscore",
]


def zscore(a: Operand, axis: Axes = 0, ddof: int = 0) -> Tensor:
    """Return deviations from the mean over the standard deviation.

    Parameters
    ----------
    a : array_like
        A sample, real.
    axis : int or None
        The axis that elements lie along; None for all.
    ddof : int
        What the number of elements is less by in the variance.

    Returns
    -------
    Tensor
        Of the shape of `a`; NaN where all elements are equal.

    Examples
    --------
    >>> from wengert.scipy.stats import zscore
    >>> zscore([1.0, 2.0, 3.0])
    Tensor([-1.22474487,  0.        ,  1.22474487])
    """
    x, axes = read(a, axis)
    deviation = x - mean_along(x, axes, True)
    total = _core.sum(_core.square(deviation), axes, True)
    variance = _core.divide(total, length_of(x, axes) - ddof)
    # Where elements are equal there is nothing to divide by, and no derivative.
    is_flat = _core.equal(_core.max(x, axes, True), _core.min(x, axes, True)) if x.size else False
    return deviation / _core.sqrt(_core.where(is_flat, math.nan, variance))


def moment(a: Operand, order: int = 1, axis: Axes = 0, *, center: Operand | None = None) -> Tensor:
    """Return the mean of powers of deviations.

    Parameters
    ----------
    a : array_like
        A sample, real.
    order : int
        The power.
    axis : int or None
        The axis that elements lie along; None for all.
    center : array_like, optional
        What deviations are from; by default the mean.

    Returns
    -------
    Tensor
        Of the shape of the other axes.

    Examples
    --------
    >>> from wengert.scipy.stats import moment
    >>> moment([1.0, 2.0, 6.0], order=2)
    Tensor(4.66666667)
    """
    x, axes = read(a, axis)
    if center is None:
        return mean_along(x * 0.0, axes) if order == 1 else central(x, axes, order)
    return mean_along(_core.power(_core.subtract(x, center), order), axes)


def skew(a: Operand, axis: Axes = 0, bias: bool = True) -> Tensor:
    """Return the third moment over the standard deviation cubed.

    Parameters
    ----------
    a : array_like
        A sample, real.
    axis : int or None
        The axis that elements lie along; None for all.
    bias : bool
        Whether moments of the sample stand for those of where it comes from, or are corrected.

    Returns
    -------
    Tensor
        Of the shape of the other axes; NaN where all elements are equal.

    Examples
    --------
    >>> from wengert.scipy.stats import skew
    >>> skew([1.0, 2.0, 6.0])
    Tensor(0.59517006)
    """
    x, axes = read(a, axis)
    n = length_of(x, axes)
    variance = _spread(x, axes)
    found = central(x, axes, 3) / _core.power(variance, 1.5)
    return found if bias or n <= 2 else found * (math.sqrt(n * (n - 1.0)) / (n - 2.0))


def kurtosis(a: Operand, axis: Axes = 0, fisher: bool = True, bias: bool = True) -> Tensor:
    """Return the fourth moment over the squared variance.

    Parameters
    ----------
    a : array_like
        A sample, real.
    axis : int or None
        The axis that elements lie along; None for all.
    fisher : bool
        Whether 3 is subtracted, which it is of a normal distribution.
    bias : bool
        Whether moments of the sample stand for those of where it comes from, or are corrected.

    Returns
    -------
    Tensor
        Of the shape of the other axes; NaN where all elements are equal.

    Examples
    --------
    >>> from wengert.scipy.stats import kurtosis
    >>> kurtosis([1.0, 2.0, 6.0, 7.0])
    Tensor(-1.85207101)
    """
    x, axes = read(a, axis)
    n = length_of(x, axes)
    found = central(x, axes, 4) / _core.square(_spread(x, axes))
    if not bias and n > 3:
        found = ((n * n - 1.0) * found - 3.0 * (n - 1.0) ** 2) / ((n - 2.0) * (n - 3.0)) + 3.0
    return found - 3.0 if fisher else found


def _spread(x: Tensor, axes: Dims) -> Tensor:
    """Return the variance, NaN where elements are equal but for rounding."""
    variance = central(x, axes, 2)
    resolution = float(np.finfo(x.dtype).eps)
    is_flat = _core.less_equal(variance, _core.square(resolution * mean_along(x, axes)))
    return _core.where(is_flat, math.nan, variance)


def sem(a: Operand, axis: Axes = 0, ddof: int = 1) -> Tensor:
    """Return the standard error of the mean.

    Parameters
    ----------
    a : array_like
        A sample, real.
    axis : int or None
        The axis that elements lie along; None for all.
    ddof : int
        What the number of elements is less by in the variance.

    Returns
    -------
    Tensor
        Of the shape of the other axes.

    Examples
    --------
    >>> from wengert.scipy.stats import sem
    >>> sem([1.0, 2.0, 6.0])
    Tensor(1.52752523)
    """
    x, axes = read(a, axis)
    n = length_of(x, axes)
    return _core.sqrt(central(x, axes, 2) * (1.0 / (n - ddof) if n != ddof else math.nan))
