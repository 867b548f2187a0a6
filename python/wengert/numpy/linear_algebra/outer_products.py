"""Products of every element with every other, and cross products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert import _core
from wengert._core import ShapeError, Tensor, store
from wengert.numpy._arguments import tensor_of
from wengert.numpy.layout.axes import moveaxis

if TYPE_CHECKING:
    from wengert._typing import Operand, Out

__all__ = ["cross", "kron", "outer"]


def outer(a: Operand, b: Operand, out: Out = None) -> Tensor:
    """Multiply every element by every other.

    Parameters
    ----------
    a, b : array_like
        Of M and N elements; they are flattened.
    out : Tensor or array, optional
        What the result is stored in; it is returned.

    Returns
    -------
    Tensor
        Of shape (M, N).

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.outer([1.0, 2.0], [3.0, 4.0])
    Tensor([[3., 4.],
            [6., 8.]])
    """
    if out is not None:
        return store("outer", out, outer(a, b), broadcasts=True)
    x, y = tensor_of(a), tensor_of(b)
    return _core.multiply(_core.reshape(x, (x.size, 1)), _core.reshape(y, (1, y.size)))


def kron(a: Operand, b: Operand) -> Tensor:
    """Put a multiple of `b` in place of every element of `a`.

    Parameters
    ----------
    a, b : array_like
        Of any shapes; axes of length one are put in front of the one that has fewer.

    Returns
    -------
    Tensor
        With the lengths of both multiplied.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.kron([1.0, 10.0], [1.0, 2.0])
    Tensor([ 1.,  2., 10., 20.])
    """
    x, y = tensor_of(a), tensor_of(b)
    rank = max(x.ndim, y.ndim)
    left = (1,) * (rank - x.ndim) + x.shape
    right = (1,) * (rank - y.ndim) + y.shape
    x = _core.reshape(x, tuple([n for length in left for n in (length, 1)]))
    y = _core.reshape(y, tuple([n for length in right for n in (1, length)]))
    shape = tuple([m * n for m, n in zip(left, right, strict=True)])
    return _core.reshape(_core.multiply(x, y), shape)


def cross(
    a: Operand,
    b: Operand,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Tensor:
    """Return the cross product of vectors of three elements.

    Parameters
    ----------
    a, b : array_like
        With an axis of length three; the other axes broadcast.
    axisa, axisb, axisc : int
        Where that axis is in `a`, in `b` and in the result.
    axis : int, optional
        The same for all three.

    Returns
    -------
    Tensor
        Of the shape that the arguments broadcast to.

    Raises
    ------
    AxisError
        If an argument has no such axis.
    ShapeError
        If its length is not three.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    Tensor([0., 0., 1.])
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    x, y = moveaxis(tensor_of(a), axisa, -1), moveaxis(tensor_of(b), axisb, -1)
    if x.shape[-1] != 3 or y.shape[-1] != 3:
        message = f"cross: a is {x.shape} and b is {y.shape}; the last length of both must be 3"
        raise ShapeError(message)
    (x1, x2, x3), (y1, y2, y3) = (
        [_core.slice(v, (2,) * (v.ndim - 1) + (0, i)) for i in range(3)] for v in (x, y)
    )
    parts = [
        _core.subtract(_core.multiply(p, q), _core.multiply(r, s))
        for p, q, r, s in ((x2, y3, x3, y2), (x3, y1, x1, y3), (x1, y2, x2, y1))
    ]
    return moveaxis(_core.stack(parts, -1), -1, axisc)
