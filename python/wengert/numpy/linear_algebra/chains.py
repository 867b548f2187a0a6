"""Products of several matrices, in the cheapest order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert import _core
from wengert._core import Tensor, store
from wengert.numpy._arguments import tensor_of
from wengert.numpy.linear_algebra._matrices import LinAlgError
from wengert.numpy.linear_algebra.products import dot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wengert._typing import Operand, Out

__all__ = ["multi_dot"]


def multi_dot(arrays: Sequence[Operand], *, out: Out = None) -> Tensor:
    """Multiply matrices, in the order that needs the fewest multiplications.

    Parameters
    ----------
    arrays : sequence of array_like
        Two or more matrices, whose shapes fit. The first may be a vector, which is a row, and the
        last, which is a column; such an axis is not in the result.
    out : Tensor or array, optional
        What the result is stored in; it is returned.

    Returns
    -------
    Tensor
        A matrix, a vector or a number.

    Raises
    ------
    ValueError
        If there are fewer than two.
    numpy.linalg.LinAlgError
        If one of them is no matrix.
    ShapeError
        If the shapes do not fit.

    References
    ----------
    .. [1] T. H. Cormen, C. E. Leiserson, R. L. Rivest and C. Stein, *Introduction to Algorithms*,
           3rd ed., MIT Press, 2009, sec. 15.2.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.multi_dot([np.ones((10, 100)), np.ones((100, 5)), np.ones(5)]).shape
    (10,)
    """
    count = len(arrays)
    if count < 2:
        message = f"multi_dot: {count} arrays were given; two or more are needed"
        raise ValueError(message)
    if count == 2:
        return dot(arrays[0], arrays[1], out=out)
    factors = [tensor_of(x) for x in arrays]
    is_row, is_column = factors[0].ndim == 1, factors[-1].ndim == 1
    if is_row:
        factors[0] = _core.reshape(factors[0], (1, factors[0].size))
    if is_column:
        factors[-1] = _core.reshape(factors[-1], (factors[-1].size, 1))
    for x in factors:
        if x.ndim != 2:
            message = f"multi_dot: an array is {x.shape}; two axes are needed"
            raise LinAlgError(message)
    result = _multiplied(factors, _splits([x.shape[0] for x in factors] + [factors[-1].shape[1]]))
    shape = result.shape[1 if is_row else 0 : 1 if is_column else 2]
    result = _core.reshape(result, shape)
    return result if out is None else store("multi_dot", out, result)


def _splits(lengths: list[int]) -> dict[tuple[int, int], int]:
    """Where to cut each run of factors, for matrices of these lengths one after the other."""
    count = len(lengths) - 1
    cost = {(i, i): 0 for i in range(count)}
    splits = {}
    for run in range(1, count):
        for i in range(count - run):
            j = i + run
            outer = lengths[i] * lengths[j + 1]
            costs = [cost[i, k] + cost[k + 1, j] + outer * lengths[k + 1] for k in range(i, j)]
            cost[i, j] = min(costs)
            splits[i, j] = i + costs.index(cost[i, j])
    return splits


def _multiplied(factors: list[Tensor], splits: dict[tuple[int, int], int]) -> Tensor:
    def product(i: int, j: int) -> Tensor:
        if i == j:
            return factors[i]
        k = splits[i, j]
        return _core.matmul(product(i, k), product(k + 1, j))

    return product(0, len(factors) - 1)
