"""Windows that slide over an array."""

from __future__ import annotations

from typing import TYPE_CHECKING

from numpy.lib.array_utils import normalize_axis_tuple

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import dims_of, product, tensor_of

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand, Shape

__all__ = ["sliding_window_view"]


def sliding_window_view(
    x: Operand,
    window_shape: Shape,
    axis: Axes = None,
    *,
    subok: bool = False,
    writeable: bool = False,
) -> Tensor:
    """Return every part of a shape that an array has: a view, which nothing can be written through.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.
    window_shape : int or tuple of int
        The lengths of a part.
    axis : int, tuple of int or None
        Along which axis each runs; None for all in order. An axis may be named twice.
    subok, writeable
        Of no effect.

    Returns
    -------
    Tensor
        The places of the parts, one axis for each of `x`, then the parts' own axes.

    Raises
    ------
    AxisError
        If `x` has no such axis.
    ValueError
        If a part is longer than the array, or there are not as many lengths as axes.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.lib.stride_tricks.sliding_window_view([1.0, 2.0, 3.0, 4.0], 3)
    Tensor([[1., 2., 3.],
            [2., 3., 4.]])
    """
    whole = tensor_of(x)
    window = dims_of(window_shape)
    if any(n < 0 for n in window):
        message = f"sliding_window_view: window_shape is {window}; no length may be negative"
        raise ShapeError(message)
    axes = (
        tuple(range(whole.ndim))
        if axis is None
        else normalize_axis_tuple(dims_of(axis), whole.ndim, allow_duplicate=True)
    )
    if len(window) != len(axes):
        message = f"sliding_window_view: window_shape is {window} and there are {len(axes)} axes; a length for each is needed"
        raise ShapeError(message)
    shape = list(whole.shape)
    for at, n in zip(axes, window, strict=True):
        if shape[at] < n:
            message = f"sliding_window_view: x is {whole.shape} and window_shape {window}; a part must not be longer"
            raise ShapeError(message)
        shape[at] -= n - 1
    steps = [product(whole.shape[i + 1 :]) for i in range(whole.ndim)]
    strides = (*steps, *[steps[at] for at in axes])
    return _core.forbid_writing(_core.as_strided(whole, (*shape, *window), strides, 0))
