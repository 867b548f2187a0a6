"""Matrices that are made of few numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import as_array, converted, part_along
from wengert.scipy.linalg._strides import strided, zeros

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = [
    "circulant",
    "companion",
    "convolution_matrix",
    "hankel",
    "leslie",
    "toeplitz",
]


def _vectors(name: str, argument: str, x: Operand) -> Tensor:
    """Read vectors in the last axis; a number is a vector of one element."""
    value = as_array(x)
    return _core.reshape(value, (1,)) if value.ndim == 0 else value


def _beside(c: Tensor, r: Tensor) -> tuple[Tensor, Tensor]:
    """Broadcast the leading axes of two vectors, and bring them to one dtype."""
    leading = np.broadcast_shapes(c.shape[:-1], r.shape[:-1])
    dtype = np.result_type(c.dtype, r.dtype)
    one, two = (_core.broadcast_to(converted(x, dtype), (*leading, x.shape[-1])) for x in (c, r))
    return one, two


def toeplitz(c: Operand, r: Operand | None = None) -> Tensor:
    """Return matrices with constant diagonals.

    Parameters
    ----------
    c : array_like
        First columns, of shape (..., M).
    r : array_like, optional
        First rows, of shape (..., N), whose first element is not read; by default the conjugate of `c`.

    Returns
    -------
    Tensor
        Of shape (..., M, N). What depends on it receives, as the sum along each diagonal, its gradient.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.toeplitz([1.0, 2.0], [1.0, 5.0, 6.0])
    Tensor([[1., 5., 6.],
            [2., 1., 5.]])
    """
    column = _vectors("toeplitz", "c", c)
    row = _core.conjugate(column) if r is None else _vectors("toeplitz", "r", r)
    column, row = _beside(column, row)
    m, n = column.shape[-1], row.shape[-1]
    if m == 0 or n == 0:
        return zeros((*column.shape[:-1], m, n), column.dtype)
    line = _core.concatenate([_core.flip(column, (-1,)), part_along(row, -1, 1, n - 1)], -1)
    return strided(line, 1, m, n, -1, m - 1)


def hankel(c: Operand, r: Operand | None = None) -> Tensor:
    """Return matrices with constant antidiagonals.

    Parameters
    ----------
    c : array_like
        First columns, of shape (..., M).
    r : array_like, optional
        Last rows, of shape (..., N), whose first element is not read; by default zeros.

    Returns
    -------
    Tensor
        Of shape (..., M, N).

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.hankel([1.0, 2.0], [0.0, 5.0, 6.0])
    Tensor([[1., 2., 5.],
            [2., 5., 6.]])
    """
    column = _vectors("hankel", "c", c)
    row = zeros(column.shape, column.dtype) if r is None else _vectors("hankel", "r", r)
    column, row = _beside(column, row)
    m, n = column.shape[-1], row.shape[-1]
    if m == 0 or n == 0:
        return zeros((*column.shape[:-1], m, n), column.dtype)
    line = _core.concatenate([column, part_along(row, -1, 1, n - 1)], -1)
    return strided(line, 1, m, n, 1, 0)


def circulant(c: Operand) -> Tensor:
    """Return matrices whose columns are one, turned by one place after the other.

    Parameters
    ----------
    c : array_like
        First columns, of shape (..., N).

    Returns
    -------
    Tensor
        Of shape (..., N, N).

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.circulant([1.0, 2.0, 3.0])
    Tensor([[1., 3., 2.],
            [2., 1., 3.],
            [3., 2., 1.]])
    """
    column = _vectors("circulant", "c", c)
    n = column.shape[-1]
    if n == 0:
        return zeros((*column.shape, n), column.dtype)
    backwards = _core.flip(column, (-1,))
    line = _core.concatenate([backwards, part_along(backwards, -1, 0, n - 1)], -1)
    return strided(line, 1, n, n, -1, n - 1)


def companion(a: Operand) -> Tensor:
    """Return the matrices whose eigenvalues are the roots of polynomials.

    Parameters
    ----------
    a : array_like
        Coefficients, of shape (..., N), of the highest power first, which must not be zero; N is two or more.

    Returns
    -------
    Tensor
        Of shape (..., N - 1, N - 1).

    Raises
    ------
    ValueError
        If there are too few coefficients, or the first is zero.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.companion([1.0, -10.0, 31.0, -30.0])
    Tensor([[ 10., -31.,  30.],
            [  1.,   0.,   0.],
            [  0.,   1.,   0.]])
    """
    given = as_array(a)
    if given.ndim == 0 or given.shape[-1] < 2:
        message = f"companion: a is {given.shape}; two coefficients or more are needed"
        raise ShapeError(message)
    first = part_along(given, -1, 0, 1)
    if bool(_core.any(_core.equal(first, 0), tuple(range(-first.ndim, 0)), False)):
        message = "companion: the first coefficient of a is 0; that of the highest power is needed"
        raise ShapeError(message)
    n = given.shape[-1] - 1
    row = _core.negative(_core.divide(part_along(given, -1, 1, n), first))
    below = np.eye(n - 1, n, dtype=row.dtype)
    leading = row.shape[:-1]
    top = _core.reshape(row, (*leading, 1, n))
    return _core.concatenate([top, _core.broadcast_to(below, (*leading, n - 1, n))], -2)


def leslie(f: Operand, s: Operand) -> Tensor:
    """Return the matrices that take a population by ages to that of the next time.

    Parameters
    ----------
    f : array_like
        Fecundities, of shape (..., N).
    s : array_like
        Survivals, of shape (..., N - 1).

    Returns
    -------
    Tensor
        Of shape (..., N, N).

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.leslie([0.1, 2.0], [0.5])
    Tensor([[0.1, 2. ],
            [0.5, 0. ]])
    """
    births, survivals = _vectors("leslie", "f", f), _vectors("leslie", "s", s)
    n = births.shape[-1]
    if survivals.shape[-1] != n - 1 or n < 2:
        message = f"leslie: f is {births.shape} and s is {survivals.shape}; one survival less than fecundities, and one at least, is needed"
        raise ShapeError(message)
    births, survivals = _beside(births, survivals)
    leading = births.shape[:-1]
    top = _core.reshape(births, (*leading, 1, n))
    each = _core.multiply(
        _core.reshape(survivals, (*leading, n - 1, 1)), np.eye(n - 1, n, dtype=survivals.dtype)
    )
    return _core.concatenate([top, each], -2)


def convolution_matrix(a: Operand, n: int, mode: str = "full") -> Tensor:
    """Return the matrices that convolve with vectors.

    Parameters
    ----------
    a : array_like
        Of shape (..., M), M positive.
    n : int
        The length of what is convolved; positive.
    mode : {"full", "same", "valid"}
        Which part of the convolution, as of `numpy.convolve`.

    Returns
    -------
    Tensor
        Of shape (..., K, n), with as many rows as the part has elements.

    Raises
    ------
    ValueError
        If `n` is not positive, `a` is empty, or there is no such mode.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.convolution_matrix([1.0, 2.0], 2)
    Tensor([[1., 0.],
            [2., 1.],
            [0., 2.]])
    """
    given = _vectors("convolution_matrix", "a", a)
    m = given.shape[-1]
    if n <= 0 or m == 0:
        message = (
            f"convolution_matrix: a is {given.shape} and n is {n}; both lengths must be positive"
        )
        raise ShapeError(message)
    if mode not in ("full", "same", "valid"):
        message = f"convolution_matrix: mode is {mode!r}; 'full', 'same' or 'valid' is needed"
        raise ShapeError(message)
    nothing = zeros((*given.shape[:-1], n - 1), given.dtype)
    line = _core.concatenate([nothing, _core.flip(given, (-1,)), nothing], -1)
    rows = {"full": n + m - 1, "same": max(n, m), "valid": abs(n - m) + 1}[mode]
    first = {"full": 0, "same": (min(n, m) - 1) // 2, "valid": min(n, m) - 1}[mode]
    return strided(line, 1, rows, n, -1, n + m - 2 - first)
