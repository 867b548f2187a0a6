"""Places in arrays as single numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, Tensor
from wengert.numpy._arguments import ALL_AXES, converted, dims_of, product, tensor_of

if TYPE_CHECKING:
    from wengert._typing import Operand, Shape

__all__ = ["ravel_multi_index", "unravel_index"]


def _strides(shape: tuple[int, ...], order: str, name: str) -> list[int]:
    """How many elements lie between neighbours along each axis."""
    if order not in ("C", "F"):
        message = f"{name}: order is {order!r}; 'C' or 'F' is needed"
        raise ValueError(message)
    axes = range(len(shape))
    return [product(shape[i + 1 :] if order == "C" else shape[:i]) for i in axes]


def unravel_index(indices: Operand, shape: Shape, order: str = "C") -> Any:
    """Return the places along each axis of elements whose numbers are known.

    Parameters
    ----------
    indices : array_like of int
        The numbers, of any shape.
    shape : int or tuple of int
        The lengths of the axes.
    order : {"C", "F"}
        Whether elements are counted along the last axis first, or along the first.

    Returns
    -------
    tuple of Tensor
        One of the shape of `indices` for each axis.

    Raises
    ------
    DTypeError
        If the numbers are no integers.
    ValueError
        If one lies outside.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.unravel_index([5, 2], (2, 3))
    (Tensor([1, 0]), Tensor([2, 2]))
    """
    dims = dims_of(shape)
    numbers = tensor_of(indices)
    if numbers.dtype.kind != "i":
        message = f"unravel_index: indices are {numbers.dtype}; integers are needed"
        raise DTypeError(message)
    numbers = converted(numbers, np.int64)
    count = product(dims)
    is_inside = _core.logical_and(_core.greater_equal(numbers, 0), _core.less(numbers, count))
    if not _core.all(is_inside, ALL_AXES[numbers.ndim], False):
        message = f"unravel_index: a number is outside of shape {dims}; numbers from 0 to {count - 1} are needed"
        raise ValueError(message)
    return tuple(
        [
            _core.remainder(_core.floor_divide(numbers, step), n)
            for step, n in zip(_strides(dims, order, "unravel_index"), dims, strict=True)
        ]
    )


def ravel_multi_index(
    multi_index: Any, dims: Shape, mode: Any = "raise", order: str = "C"
) -> Tensor:
    """Return the numbers of elements whose places along each axis are known.

    Parameters
    ----------
    multi_index : sequence of array_like of int, or array_like of int
        One for each axis; all broadcast.
    dims : int or tuple of int
        The lengths of the axes.
    mode : {"raise", "wrap", "clip"}, or a tuple of them
        What a place outside means, everywhere or along each axis.
    order : {"C", "F"}
        Whether elements are counted along the last axis first, or along the first.

    Returns
    -------
    Tensor
        Of int64, of the shape that the places broadcast to.

    Raises
    ------
    DTypeError
        If the places are no integers.
    ValueError
        If one lies outside, or there are not as many as axes.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.ravel_multi_index(([1, 0], [2, 2]), (2, 3))
    Tensor([5, 2])
    """
    shape = dims_of(dims)
    places = [tensor_of(x) for x in multi_index]
    modes = [mode] * len(shape) if isinstance(mode, str) else list(mode)
    if len(places) != len(shape) or len(modes) != len(shape):
        message = (
            f"ravel_multi_index: {len(places)} places and {len(modes)} modes were given for "
            f"{len(shape)} axes; one for each is needed"
        )
        raise ValueError(message)
    total: Any = None
    steps = _strides(shape, order, "ravel_multi_index")
    for x, n, how, step in zip(places, shape, modes, steps, strict=True):
        if x.dtype.kind != "i":
            message = f"ravel_multi_index: a place is {x.dtype}; integers are needed"
            raise DTypeError(message)
        term = _core.multiply(_within(converted(x, np.int64), n, how), step)
        total = term if total is None else _core.add(total, term)
    return total  # type: ignore[no-any-return]


def _within(x: Tensor, n: int, mode: str) -> Tensor:
    """Bring places along an axis into it."""
    if mode == "wrap":
        return _core.remainder(x, n)
    if mode == "clip":
        return _core.minimum(_core.maximum(x, 0), n - 1)
    if mode != "raise":
        message = f"ravel_multi_index: mode is {mode!r}; 'raise', 'wrap' or 'clip' is needed"
        raise ValueError(message)
    is_inside = _core.logical_and(_core.greater_equal(x, 0), _core.less(x, n))
    if not _core.all(is_inside, ALL_AXES[x.ndim], False):
        message = f"ravel_multi_index: a place is outside of an axis of length {n}"
        raise ValueError(message)
    return x
