"""Norms of vectors and matrices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import converted, length_of, negative_axes, real_dtype, tensor_of
from wengert.numpy.elementwise.complex_parts import absolute, squared_modulus
from wengert.numpy.layout.axes import moveaxis
from wengert.numpy.layout.reshaping import expand_dims
from wengert.numpy.reductions.extrema import max as greatest
from wengert.numpy.reductions.extrema import min as least
from wengert.numpy.reductions.totals import sum as total

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand

__all__ = ["norm"]  # of the others, linalg alone has the names


def norm(x: Operand, ord: Any = None, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """Return a norm of vectors or matrices; its derivative is 0 at 0, and shared among ties.

    Parameters
    ----------
    x : array_like
        Of any shape; integers are converted to float64.
    ord : {None, "fro", "nuc", 1, -1, 2, -2, 0, inf, -inf} or number
        Which: None is the root of the sum of squares; of matrices, 2 and -2 are the largest and
        the smallest singular value, and "nuc" is their sum. Other numbers, and 0, are of vectors
        alone; a Tensor has a derivative too.
    axis : int, pair of int or None
        The axis of vectors, or those of matrices; None for all.
    keepdims : bool
        Whether the axes stay, with length one.

    Returns
    -------
    Tensor
        Real, of the shape of the other axes, in the units of `x`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If there is no such norm.
    numpy.linalg.LinAlgError
        If singular values do not converge.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.norm([3.0, 4.0])
    Tensor(5.)
    """
    value = tensor_of(x)
    if value.dtype.kind not in "fc":
        value = converted(value, np.float64)
    rank = value.ndim
    if axis is None:
        if ord is None:
            return _core.sqrt(total(squared_modulus(value), None, keepdims=keepdims))
        axes = tuple(range(-rank, 0))
    else:
        axes = negative_axes(axis, rank)
    if len(axes) == 1:
        return _vector_norm(value, ord, axes, keepdims)
    if len(axes) == 2:
        return _matrix_norm(value, ord, axes, keepdims)
    message = f"norm: {len(axes)} axes were given; one or two are needed"
    raise ValueError(message)


def _vector_norm(x: Tensor, order: Any, axes: Any, keepdims: bool) -> Tensor:
    is_variable = isinstance(order, Tensor)  # and has a derivative at 1 and 2 too
    if order is None or (order == 2 and not is_variable):
        return _core.sqrt(total(squared_modulus(x), axes, keepdims=keepdims))
    if order == math.inf:
        return _greatest_or_zero(absolute(x), axes, keepdims)
    if order == -math.inf:
        return least(absolute(x), axes, keepdims=keepdims)
    if order == 0:
        count = total(_core.not_equal(x, 0), axes, keepdims=keepdims)
        return converted(count, real_dtype(x))
    if order == 1 and not is_variable:
        return total(absolute(x), axes, keepdims=keepdims)
    if isinstance(order, str):
        message = f"norm: ord={order!r} was given for vectors; a number is needed"
        raise ValueError(message)  # noqa: TRY004 -- as NumPy
    powers = _core.power(absolute(x), order)
    root = _core.power(total(powers, axes, keepdims=keepdims), 1 / order)
    return converted(root, real_dtype(x))


def _greatest_or_zero(x: Tensor, axes: Any, keepdims: bool) -> Tensor:
    """Return the greatest element along axes, zero of none."""
    is_empty = length_of(x, axes) == 0
    return greatest(x, axes, keepdims=keepdims, initial=0 if is_empty else None)


def _matrix_norm(x: Tensor, order: Any, axes: tuple[int, ...], keepdims: bool) -> Tensor:
    rows, columns = axes
    if rows == columns:
        message = f"norm: axis names {rows} twice; two different axes are needed"
        raise ValueError(message)
    if order in (None, "fro", "f"):
        return _core.sqrt(total(squared_modulus(x), axes, keepdims=keepdims))
    if order in (1, -1, math.inf, -math.inf):
        inside, outside = (rows, columns) if abs(order) == 1 else (columns, rows)
        sums = total(absolute(x), inside, keepdims=True)
        if order > 0:
            extremum = _greatest_or_zero(sums, (outside,), True)
        else:
            extremum = least(sums, outside, keepdims=True)
        return extremum if keepdims else total(extremum, axes)  # of one element: drops the axes
    if order in (2, -2, "nuc"):
        values = _core.svdvals(moveaxis(x, axes, (-2, -1)))[0]
        if order == "nuc":
            result = total(values, -1)
        else:
            result = _greatest_or_zero(values, (-1,), False) if order == 2 else least(values, -1)
        return expand_dims(result, axes) if keepdims else result
    message = f"norm: ord={order!r} was given for matrices; 'fro', 'nuc', 1, -1, 2, -2, inf or -inf is needed"
    raise ValueError(message)


def vector_norm(
    x: Operand, /, *, axis: Axes = None, keepdims: bool = False, ord: Any = 2
) -> Tensor:
    """Return a norm of vectors, of any number of axes.

    Parameters
    ----------
    x : array_like
        Of any shape; integers are converted to float64.
    axis : int, tuple of int or None
        The axes whose elements make a vector; None for all.
    keepdims : bool
        Whether the axes stay, with length one.
    ord : {1, 2, 0, inf, -inf} or number
        Which; a Tensor has a derivative too.

    Returns
    -------
    Tensor
        Real, of the shape of the other axes, in the units of `x`.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If there is no such norm.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.vector_norm([[3.0, 0.0], [0.0, 4.0]])
    Tensor(5.)
    """
    value = tensor_of(x)
    if value.dtype.kind not in "fc":
        value = converted(value, np.float64)
    axes = negative_axes(axis, value.ndim)
    if value.ndim == 0:
        axes = (-1,)
        value = _core.reshape(value, (1,))
        return _core.reshape(_vector_norm(value, ord, axes, False), ())
    return _vector_norm(value, ord, axes, keepdims)


def matrix_norm(x: Operand, /, *, keepdims: bool = False, ord: Any = "fro") -> Tensor:
    """Return a norm of matrices.

    Parameters
    ----------
    x : array_like
        Of shape (..., M, N); integers are converted to float64.
    keepdims : bool
        Whether the last two axes stay, with length one.
    ord : {"fro", "nuc", 1, -1, 2, -2, inf, -inf}
        Which, as of `norm`.

    Returns
    -------
    Tensor
        Real, of shape (...), in the units of `x`.

    Raises
    ------
    AxisError
        If there are fewer than two axes.
    ValueError
        If there is no such norm.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.matrix_norm([[3.0, 0.0], [0.0, 4.0]], ord=2)
    Tensor(4.)
    """
    return norm(x, ord, axis=(-2, -1), keepdims=keepdims)
