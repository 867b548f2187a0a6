"""Running sums and products by the names of the array API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert import _core
from wengert._core import ShapeError, Tensor, store
from wengert.numpy._arguments import converted, given_for, negative_axis, tensor_of
from wengert.numpy.reductions.totals import cumprod, cumsum

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Axis, DTypeLike, Operand, Out

__all__ = ["cumulative_prod", "cumulative_sum"]


def _cumulative(
    name: str,
    run: Callable[..., Tensor],
    neutral: int,
    x: Operand,
    axis: Axis,
    dtype: DTypeLike,
    out: Out,
    include_initial: bool,
) -> Tensor:
    if out is not None:
        given = given_for(out, x, dtype)
        result = _cumulative(name, run, neutral, given, axis, dtype, None, include_initial)
        return store(name, out, result, "unsafe")
    operand = tensor_of(x)
    if operand.ndim == 0:
        operand = _core.reshape(operand, (1,))
    if axis is None and operand.ndim > 1:
        message = f"{name}: x is {operand.shape} and axis is {axis}; one axis to go along is needed"
        raise ShapeError(message)
    along = negative_axis(-1 if axis is None else axis, operand.ndim)
    result = run(operand, along, dtype)
    if not include_initial:
        return result
    edge = list(operand.shape)
    edge[along] = 1
    first = _core.broadcast_to(converted(tensor_of(neutral), result.dtype), tuple(edge))
    return _core.concatenate([first, result], along)


def cumulative_sum(
    x: Operand,
    /,
    *,
    axis: Axis = None,
    dtype: DTypeLike = None,
    out: Out = None,
    include_initial: bool = False,
) -> Tensor:
    """Sum up to each element along an axis.

    Parameters
    ----------
    x : array_like
        Of any shape; a number is taken for one element.
    axis : int, optional
        The axis to go along; it may be left out if there is one.
    dtype, out
        As for `cumsum`.
    include_initial : bool
        Whether a zero stands in front.

    Returns
    -------
    Tensor
        Of the shape of `x`, or one longer along the axis.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ShapeError
        If no axis is named and `x` has not one axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.cumulative_sum([1.0, 2.0, 4.0], include_initial=True)
    Tensor([0., 1., 3., 7.])
    """
    return _cumulative("cumulative_sum", cumsum, 0, x, axis, dtype, out, include_initial)


def cumulative_prod(
    x: Operand,
    /,
    *,
    axis: Axis = None,
    dtype: DTypeLike = None,
    out: Out = None,
    include_initial: bool = False,
) -> Tensor:
    """Multiply up to each element along an axis; the derivative is right where factors are zero.

    Parameters
    ----------
    x, axis, dtype, out
        As for `cumulative_sum`.
    include_initial : bool
        Whether a one stands in front.

    Returns
    -------
    Tensor
        Of the shape of `x`, or one longer along the axis.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ShapeError
        If no axis is named and `x` has not one axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.cumulative_prod([1.0, 2.0, 4.0])
    Tensor([1., 2., 8.])
    """
    return _cumulative("cumulative_prod", cumprod, 1, x, axis, dtype, out, include_initial)
