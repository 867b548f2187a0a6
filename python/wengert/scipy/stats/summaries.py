"""Statistics of samples: moments, means and a correlation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import converted, length_of, negative_axes, tensor_of

if TYPE_CHECKING:
    from wengert._typing import Axes, Dims, Operand

__all__ = [
    "entropy",
    "gmean",
    "hmean",
    "kurtosis",
    "moment",
    "pearsonr",
    "sem",
    "skew",
    "zscore",
]


def _read(a: Operand, axis: Axes) -> tuple[Tensor, Dims]:
    """Read a sample in a floating dtype, and the axes that its elements lie along."""
    x = tensor_of(a)
    if x.dtype.kind in "bi":
        x = converted(x, np.float64)
    return x, negative_axes(axis, x.ndim)


def _mean(x: Tensor, axes: Dims, keepdims: bool = False) -> Tensor:
    count = length_of(x, axes)
    return _core.divide(_core.sum(x, axes, keepdims), count if count else math.nan)


def _central(x: Tensor, axes: Dims, order: int) -> Tensor:
    """Return a moment about the mean."""
    return _mean(_core.power(x - _mean(x, axes, True), order), axes)


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
    x, axes = _read(a, axis)
    deviation = x - _mean(x, axes, True)
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
    x, axes = _read(a, axis)
    if center is None:
        return _mean(x * 0.0, axes) if order == 1 else _central(x, axes, order)
    return _mean(_core.power(_core.subtract(x, center), order), axes)


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
    x, axes = _read(a, axis)
    n = length_of(x, axes)
    variance = _spread(x, axes)
    found = _central(x, axes, 3) / _core.power(variance, 1.5)
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
    x, axes = _read(a, axis)
    n = length_of(x, axes)
    found = _central(x, axes, 4) / _core.square(_spread(x, axes))
    if not bias and n > 3:
        found = ((n * n - 1.0) * found - 3.0 * (n - 1.0) ** 2) / ((n - 2.0) * (n - 3.0)) + 3.0
    return found - 3.0 if fisher else found


def _spread(x: Tensor, axes: Dims) -> Tensor:
    """Return the variance, NaN where elements are equal but for rounding."""
    variance = _central(x, axes, 2)
    resolution = float(np.finfo(x.dtype).eps)
    is_flat = _core.less_equal(variance, _core.square(resolution * _mean(x, axes)))
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
    x, axes = _read(a, axis)
    n = length_of(x, axes)
    return _core.sqrt(_central(x, axes, 2) * (1.0 / (n - ddof) if n != ddof else math.nan))


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
    x, axes = _read(a, axis)
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
    x, axes = _read(a, axis)
    positive = _core.where(_core.less(x, 0.0), math.nan, x)
    return 1.0 / _weighted(1.0 / positive, axes, weights)


def _weighted(x: Tensor, axes: Dims, weights: Operand | None) -> Tensor:
    if weights is None:
        return _mean(x, axes)
    share = _core.broadcast_to(weights, x.shape)
    return _core.sum(share * x, axes, False) / _core.sum(share, axes, False)


def entropy(
    pk: Operand, qk: Operand | None = None, base: float | None = None, axis: int = 0
) -> Tensor:
    """Return the entropy of shares, or their divergence from others.

    Parameters
    ----------
    pk : array_like
        Shares; they are divided by their sum.
    qk : array_like, optional
        Those that `pk` is compared to, after Kullback and Leibler.
    base : float, optional
        Of the logarithm; e by default.
    axis : int
        The axis that shares lie along.

    Returns
    -------
    Tensor
        Of the shape of the other axes.

    Raises
    ------
    ValueError
        If `base` is not positive.

    Examples
    --------
    >>> from wengert.scipy.stats import entropy
    >>> entropy([1.0, 1.0], base=2)
    Tensor(1.)
    >>> entropy([0.5, 0.5], [0.9, 0.1])
    Tensor(0.51082562)
    """
    if base is not None and base <= 0:
        message = f"entropy: base is {base}; a positive number is needed"
        raise ValueError(message)
    p, axes = _read(pk, axis)
    p = p / _core.sum(p, axes, True)
    if qk is None:
        terms = _core.entr(p)
    else:
        q = _read(qk, axis)[0]
        terms = _core.rel_entr(p, q / _core.sum(q, axes, True))
    total = _core.sum(terms, axes, False)
    return total if base is None else total / math.log(base)


class Correlation(NamedTuple):
    """A correlation, and how often one as large is seen where there is none."""

    statistic: Tensor
    pvalue: Tensor


def pearsonr(x: Operand, y: Operand, *, axis: Any = 0) -> Correlation:
    """Return Pearson's correlation of two samples, and its two-sided p-value.

    Parameters
    ----------
    x, y : array_like
        Samples, real, of equal lengths along the axis.
    axis : int or None
        The axis that elements lie along; None for all.

    Returns
    -------
    Correlation
        A named tuple of `statistic` and `pvalue`, which have derivatives both. NaN where all elements of a sample are
        equal.

    Raises
    ------
    ValueError
        If lengths differ, or are below two.

    Examples
    --------
    >>> from wengert.scipy.stats import pearsonr
    >>> pearsonr([1.0, 2.0, 4.0, 4.0], [0.0, 1.0, 1.0, 3.0]).statistic
    Tensor(0.75056834)
    """
    one, axes = _read(x, axis)
    other, axes_of_other = _read(y, axis)
    n = length_of(one, axes)
    if n != length_of(other, axes_of_other) or n < 2:
        message = f"pearsonr: x is {one.shape} and y {other.shape}; at least two elements are needed, of both equally many"
        raise ShapeError(message)
    u, v = zscore(one, axis), zscore(other, axis)
    product = u * v
    found = _mean(product, negative_axes(axis, product.ndim))
    r = _core.minimum(_core.maximum(found, -1.0), 1.0)
    if n == 2:
        return Correlation(r, r * 0.0 + 1.0)
    # (1 + r) / 2 is a beta of n / 2 - 1, twice, where there is no correlation.
    half = n / 2 - 1
    tail = _core.betaincc(half, half, 0.5 * (1.0 + _core.absolute(r)))
    return Correlation(r, 2.0 * tail)
