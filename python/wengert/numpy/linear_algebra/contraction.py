"""Sums of products over axes that are named."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from wengert import _core
from wengert._core import ShapeError, Tensor, store
from wengert.numpy._arguments import as_array, converted, dims_of, product, tensor_of
from wengert.numpy.linear_algebra.contraction_plans import named, permuted, plan_of

if TYPE_CHECKING:
    from wengert._typing import Dims, DTypeLike, Operand, Out

__all__ = ["einsum", "tensordot"]


def tensordot(a: Operand, b: Operand, axes: Any = 2) -> Tensor:
    """Sum products over axes of both operands.

    Parameters
    ----------
    a, b : array_like
        Of any shapes.
    axes : int or pair of sequences of int
        How many of the last axes of `a` and the first of `b` to sum over, or which of each.

    Returns
    -------
    Tensor
        Of the other axes of `a`, then those of `b`.

    Raises
    ------
    AxisError
        If an operand has no such axis.
    ShapeError
        If the lengths differ.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.tensordot([[1.0, 2.0], [3.0, 4.0]], [[1.0, 0.0], [0.0, 1.0]])
    Tensor(5.)
    """
    x, y = tensor_of(a), tensor_of(b)
    try:
        of_x, of_y = axes
    except TypeError:
        count = index(axes)
        of_x, of_y = range(x.ndim - count, x.ndim), range(count)
        if count > min(x.ndim, y.ndim):
            message = (
                f"tensordot: axes is {count}, a is {x.shape} and b is {y.shape}; "
                "both need as many axes"
            )
            raise ShapeError(message) from None
    of_x = normalize_axis_tuple(dims_of(of_x), x.ndim)
    of_y = normalize_axis_tuple(dims_of(of_y), y.ndim)
    summed = [x.shape[axis] for axis in of_x]
    if summed != [y.shape[axis] for axis in of_y]:
        message = (
            f"tensordot: a is {x.shape} along {of_x} and b is {y.shape} along {of_y}; "
            "the lengths must be equal"
        )
        raise ShapeError(message)
    kept_x = [axis for axis in range(x.ndim) if axis not in of_x]
    kept_y = [axis for axis in range(y.ndim) if axis not in of_y]
    shape_x = tuple([x.shape[axis] for axis in kept_x])
    shape_y = tuple([y.shape[axis] for axis in kept_y])
    length = product(summed)
    x = _reshaped(permuted(x, (*kept_x, *of_x)), (product(shape_x), length))
    y = _reshaped(permuted(y, (*of_y, *kept_y)), (length, product(shape_y)))
    return _reshaped(_core.matmul(x, y), shape_x + shape_y)


def _reshaped(x: Tensor, shape: Dims) -> Tensor:
    return x if x.shape == shape else _core.reshape(x, shape)


def einsum(
    subscripts: Any,
    /,
    *operands: Any,
    out: Out = None,
    dtype: DTypeLike = None,
    order: str = "K",
    casting: str = "safe",
    optimize: Any = True,
) -> Tensor:
    """Sum products over axes that are named by letters.

    Parameters
    ----------
    subscripts : str
        A letter for each axis of each operand, as ``"ij,jk->ik"``. Letters that the result does not
        have are summed over; an ellipsis stands for axes that broadcast. NumPy's form with operands
        and lists of integers in turn is understood too.
    *operands : array_like
        As many as there are terms.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    dtype : dtype, optional
        What the operands are converted to before.
    order
        Of no effect.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        Which dtypes of `out` the result is cast to.
    optimize : bool, str or list
        The order of contraction, as for ``numpy.einsum_path``.

    Returns
    -------
    Tensor
        With the axes of the result.

    Raises
    ------
    ValueError
        If letters and axes do not fit.

    References
    ----------
    .. [1] D. G. A. Smith and J. Gray, opt_einsum, J. Open Source Softw. 3(26), 753 (2018).

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.einsum("ij,j->i", [[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0])
    Tensor([3., 7.])
    """
    if not isinstance(subscripts, str):
        subscripts, operands = named((subscripts, *operands))
    tensors = [x if type(x) is Tensor and not x.is_weak else as_array(x) for x in operands]
    if out is not None:
        wide = dtype or np.result_type(*(x.dtype for x in tensors), getattr(out, "dtype", bool))
        result = einsum(subscripts, *tensors, dtype=wide, optimize=optimize)
        return store("einsum", out, result, casting)
    if dtype is not None:
        tensors = [converted(x, dtype) for x in tensors]
    if not isinstance(optimize, (bool, str)):
        optimize = tuple(optimize or ())  # a path, as a key of the plans
    for step in plan_of(subscripts, tuple([x.shape for x in tensors]), optimize):
        step(tensors)
    return tensors[0]
