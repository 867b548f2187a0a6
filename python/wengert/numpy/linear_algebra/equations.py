"""Linear equations and inverses."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import constant, product
from wengert.numpy.layout.axes import moveaxis
from wengert.numpy.linear_algebra._matrices import (
    LinAlgError,
    identity,
    inexact_of,
    solution,
    square_of,
)

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["inv", "matrix_power", "solve", "tensorinv", "tensorsolve"]


def solve(a: Operand, b: Operand) -> Tensor:
    r"""Solve linear equations.

    Each matrix is factored once: the derivatives, of every order, are solved with the same
    factors.

    Parameters
    ----------
    a : array_like
        Square matrices, of shape (..., M, M).
    b : array_like
        Right-hand sides: a vector of shape (M,), or matrices of shape (..., M, K), whose leading
        axes broadcast with those of `a`.

    Returns
    -------
    Tensor
        :math:`x` with :math:`a x = b`, of shape (..., M), or (..., M, K).

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is no square matrix, or a singular one; the error names the example of the batch.
    ShapeError
        If the shapes do not fit.

    References
    ----------
    .. [1] M. Giles, *An extended collection of matrix derivative results for forward and reverse
           mode automatic differentiation*, Oxford report NA-08/01, 2008, sec. 2.2.3.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.solve([[2.0, 0.0], [0.0, 4.0]], [1.0, 1.0])
    Tensor([0.5 , 0.25])
    """
    matrix, right = square_of("solve", a), inexact_of(b)
    if right.ndim != 1:
        if right.ndim == 0:
            message = "solve: b is (); at least one axis is needed"
            raise ValueError(message)
        return solution(matrix, right)
    x = solution(matrix, _core.reshape(right, (*right.shape, 1)))
    return _core.reshape(x, x.shape[:-1])


def inv(a: Operand) -> Tensor:
    """Invert matrices.

    Parameters
    ----------
    a : array_like
        Square matrices, of shape (..., M, M).

    Returns
    -------
    Tensor
        The inverses, of the shape of `a`.

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is no square matrix, or a singular one; the error names the example of the batch.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.inv([[2.0, 0.0], [0.0, 4.0]])
    Tensor([[0.5 , 0.  ],
            [0.  , 0.25]])
    """
    matrix = square_of("inv", a)
    return solution(matrix, identity(matrix.shape[-1], matrix.dtype))


def matrix_power(a: Operand, n: Any) -> Tensor:
    """Raise matrices to an integer power, by repeated squares.

    Parameters
    ----------
    a : array_like
        Square matrices, of shape (..., M, M). Integers stay integers where `n` is not negative.
    n : int
        The power; of a negative one, the inverse is raised.

    Returns
    -------
    Tensor
        Of the shape of `a`.

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is no square matrix, or `n` is negative and `a` singular.
    TypeError
        If `n` is no integer.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.matrix_power([[1.0, 1.0], [0.0, 1.0]], 3)
    Tensor([[1., 3.],
            [0., 1.]])
    """
    power = operator.index(n)
    base = _core.identity(a) if not isinstance(a, Tensor) else a
    if base.ndim < 2 or base.shape[-1] != base.shape[-2]:
        square_of("matrix_power", base)
    if power < 0:
        return matrix_power(inv(base), -power)
    if power == 0:
        ones = np.eye(base.shape[-1], dtype=base.dtype)
        return constant(np.array(np.broadcast_to(ones, base.shape)))
    result: Tensor | None = None
    while True:
        power, is_odd = divmod(power, 2)
        if is_odd:
            result = base if result is None else _core.matmul(result, base)
        if power == 0:
            assert result is not None
            return result
        base = _core.matmul(base, base)


def tensorsolve(a: Operand, b: Operand, axes: Any = None) -> Tensor:
    """Solve ``tensordot(a, x, x.ndim) = b`` for `x`.

    Parameters
    ----------
    a : array_like
        Of shape ``b.shape + Q``, where `Q` has as many elements as `b`.
    b : array_like
        The right-hand side, of any shape.
    axes : sequence of int, optional
        Axes of `a` that are moved behind the others before.

    Returns
    -------
    Tensor
        Of shape `Q`.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the axes of `a` do not make square matrices, or singular ones.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.tensorsolve(2 * np.eye(4).reshape(2, 2, 4), np.ones((2, 2)))
    Tensor([0.5, 0.5, 0.5, 0.5])
    """
    tensor, right = inexact_of(a), inexact_of(b)
    if axes is not None:
        for axis in axes:
            tensor = moveaxis(tensor, axis, -1)
    shape = tensor.shape[right.ndim - tensor.ndim :] if right.ndim < tensor.ndim else ()
    count = product(shape)
    if product(tensor.shape) != count * count:
        message = f"tensorsolve: a is {tensor.shape} and b is {right.shape}; prod(a.shape[b.ndim:]) must equal prod(a.shape[:b.ndim])"
        raise LinAlgError(message)
    x = solve(_core.reshape(tensor, (count, count)), _core.reshape(right, (right.size,)))
    return _core.reshape(x, shape)


def tensorinv(a: Operand, ind: int = 2) -> Tensor:
    """Invert what `tensordot` over the axes from `ind` on does.

    Parameters
    ----------
    a : array_like
        Of a shape with as many elements before axis `ind` as from there on.
    ind : int
        How many axes come first; positive.

    Returns
    -------
    Tensor
        Of shape ``a.shape[ind:] + a.shape[:ind]``.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the axes do not make a square matrix, or a singular one.
    ValueError
        If `ind` is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.tensorinv(2 * np.eye(4).reshape(4, 2, 2), 1).shape
    (2, 2, 4)
    """
    tensor = inexact_of(a)
    if ind <= 0:
        message = f"tensorinv: ind is {ind}; a positive number of axes is needed"
        raise ValueError(message)
    rows, columns = tensor.shape[:ind], tensor.shape[ind:]
    inverse = inv(_core.reshape(tensor, (product(rows), product(columns))))
    return _core.reshape(inverse, (*columns, *rows))
