"""The correlation of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import length_of, negative_axes

if TYPE_CHECKING:
    from wengert._typing import Operand
from wengert.scipy.stats._samples import mean_along, read
from wengert.scipy.stats.sample_moments import zscore

__all__ = [
    "pearsonr",
]


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
    one, axes = read(x, axis)
    other, axes_of_other = read(y, axis)
    n = length_of(one, axes)
    if n != length_of(other, axes_of_other) or n < 2:
        message = f"pearsonr: x is {one.shape} and y {other.shape}; at least two elements are needed, of both equally many"
        raise ShapeError(message)
    u, v = zscore(one, axis), zscore(other, axis)
    product = u * v
    found = mean_along(product, negative_axes(axis, product.ndim))
    r = _core.minimum(_core.maximum(found, -1.0), 1.0)
    if n == 2:
        return Correlation(r, r * 0.0 + 1.0)
    # (1 + r) / 2 is a beta of n / 2 - 1, twice, where there is no correlation.
    half = n / 2 - 1
    tail = _core.betaincc(half, half, 0.5 * (1.0 + _core.absolute(r)))
    return Correlation(r, 2.0 * tail)
