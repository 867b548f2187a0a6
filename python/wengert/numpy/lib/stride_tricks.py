"""Views that stride over the elements of an array, as `numpy.lib.stride_tricks`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import dims_of, product, tensor_of
from wengert.numpy.layout.enlarging import broadcast_arrays, broadcast_to
from wengert.numpy.layout.sliding import sliding_window_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wengert._typing import Operand, Shape

__all__ = ["as_strided", "broadcast_arrays", "broadcast_to", "sliding_window_view"]


def as_strided(
    x: Operand,
    shape: Shape | None = None,
    strides: Sequence[int] | None = None,
    subok: bool = False,
    writeable: bool = True,
) -> Tensor:
    """Return a view by the lengths of its axes and how far apart their elements are.

    Parameters
    ----------
    x : array_like
        Its elements count as if they lay in C order, wherever they are.
    shape : int or tuple of int, optional
        The lengths; by default those of `x`.
    strides : sequence of int, optional
        The distances in bytes, whole elements; by default those of `x` in C order.
    subok, writeable
        Of no effect: what names an element twice is not written to.

    Returns
    -------
    Tensor
        A view; the derivative comes back to each element as often as it was named.

    Raises
    ------
    ShapeError
        If an element would lie outside of `x`, where NumPy reads what is not its own.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.lib.stride_tricks.as_strided([1.0, 2.0, 3.0, 4.0], (2, 3), (8, 8))
    Tensor([[1., 2., 3.],
            [2., 3., 4.]])
    """
    whole = tensor_of(x)
    lengths = whole.shape if shape is None else dims_of(shape)
    if strides is None:
        steps = [product(whole.shape[i + 1 :]) for i in range(whole.ndim)]
    else:
        steps = [int(step) // whole.itemsize for step in strides]
        if [step * whole.itemsize for step in steps] != [int(step) for step in strides]:
            message = f"as_strided: strides are {tuple(strides)}; multiples of {whole.itemsize} bytes are needed"
            raise ShapeError(message)
    if len(steps) != len(lengths):
        message = f"as_strided: shape is {lengths} and there are {len(steps)} strides; one for each axis is needed"
        raise ShapeError(message)
    ends = [(n - 1) * step for n, step in zip(lengths, steps, strict=True)]
    least, most = sum(e for e in ends if e < 0), sum(e for e in ends if e > 0)
    if 0 not in lengths and (least < 0 or most >= whole.size):
        message = f"as_strided: elements from {least} to {most} of {whole.size} are named; all must be of x"
        raise ShapeError(message)
    view = _core.as_strided(whole, tuple(lengths), tuple(steps), 0)
    return view if _is_distinct(lengths, steps) else _core.forbid_writing(view)


def _is_distinct(lengths: Sequence[int], steps: Sequence[int]) -> bool:
    """Whether each axis steps over what the axes of smaller strides reach."""
    reach = 0
    for step, n in sorted((abs(step), n) for step, n in zip(steps, lengths, strict=True)):
        if n > 1 and step <= reach:
            return False
        reach += step * max(n - 1, 0)
    return True
