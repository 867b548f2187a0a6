"""Equations and products with matrices that are constant along diagonals, without these matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert._foreign import primitive
from wengert.numpy._arguments import converted, part_along, tensor_of
from wengert.scipy.linalg._foreign_factors import Kept
from wengert.scipy.linalg._operands import by_columns, of_one_dtype, operand
from wengert.scipy.signal.spectral import fftconvolve

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["matmul_toeplitz", "solve_toeplitz"]


def _column_and_row(name: str, c_or_cr: Any, check_finite: bool) -> tuple[Tensor, Tensor]:
    if isinstance(c_or_cr, tuple):
        c, r = (operand(name, "c_or_cr", x, check_finite) for x in c_or_cr)
    else:
        c = operand(name, "c_or_cr", c_or_cr, check_finite)
        r = _core.conjugate(c)
    if c.ndim != 1 or r.ndim != 1 or c.size == 0 or r.size == 0:
        message = f"{name}: the first column is {c.shape} and the first row {r.shape}; vectors of one element or more are needed (see vmap)"
        raise ShapeError(message)
    return c, r


def _columns(name: str, rows: int, x: Operand, check_finite: bool) -> Tensor:
    value = operand(name, "b" if name == "solve_toeplitz" else "x", x, check_finite)
    if value.ndim not in (1, 2) or value.shape[0] != rows:
        message = f"{name}: the operand is {value.shape}; ({rows},) or ({rows}, K) is needed"
        raise ShapeError(message)
    return value


def _product(c: Tensor, r: Tensor, x: Tensor) -> Tensor:
    """Multiply columns: each product is a part of a convolution with all diagonals, from the corner above on."""
    line = _core.concatenate([_core.flip(part_along(r, -1, 1, r.size - 1), (-1,)), c], -1)
    return fftconvolve(_core.reshape(line, (line.size, 1)), x, "valid", 0)


def matmul_toeplitz(
    c_or_cr: Any, x: Operand, check_finite: bool = False, workers: int | None = None
) -> Tensor:
    """Multiply a matrix that is constant along diagonals, by Fourier transforms.

    Parameters
    ----------
    c_or_cr : array_like or tuple of array_like
        The first column, of shape (M,), and the first row, of shape (N,), whose first element is not read; by default the
        conjugate of the column.
    x : array_like
        Of shape (N,) or (N, K).
    check_finite : bool
        Whether operands that are infinite or NaN are an error.
    workers
        Of no effect.

    Returns
    -------
    Tensor
        Of shape (M,) or (M, K).

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.matmul_toeplitz(([1.0, 2.0], [1.0, 3.0]), [1.0, 1.0]).round(9)
    Tensor([4., 3.])
    """
    c, r = _column_and_row("matmul_toeplitz", c_or_cr, check_finite)
    right = _columns("matmul_toeplitz", r.size, x, check_finite)
    return by_columns(right, lambda columns: _product(c, r, columns))


def _solve(solutions: Kept, is_transposed: bool, c: Any, r: Any, b: Any) -> Any:
    """Solve as an operation with derivatives: each is a solution with the same matrix, or its transpose."""

    def back(c: Any, r: Any, ct: Any) -> Any:
        return _solve(solutions, not is_transposed, c, r, ct)

    def diagonals(ct: Any, x: Any, c: Any, r: Any) -> Tensor:
        """Return the sums of what comes to the matrix along its diagonals, from the corner above on."""
        down, across = tensor_of(back(c, r, ct)), tensor_of(x)
        if is_transposed:
            down, across = across, down
        sums = fftconvolve(down, _core.flip(across, (-2,)), "full", 0)
        return _core.negative(_core.sum(sums, (-1,), False))

    def to_column(ct: Any, x: Any, c: Any, r: Any, b: Any) -> Tensor:
        n = c.shape[0]
        return part_along(diagonals(ct, x, c, r), -1, n - 1, n)

    def to_row(ct: Any, x: Any, c: Any, r: Any, b: Any) -> Tensor:
        n = c.shape[0]
        sums = _core.flip(part_along(diagonals(ct, x, c, r), -1, 0, n - 1), (-1,))
        return _core.concatenate([_core.convert([0], sums.dtype), sums], -1)

    def moved(tc: Any, tr: Any, x: Any, c: Any, r: Any) -> Any:
        one, other = (
            (tensor_of(tr), tensor_of(tc)) if is_transposed else (tensor_of(tc), tensor_of(tr))
        )
        if is_transposed:  # the corner is the column's
            one = _core.concatenate(
                [part_along(other, -1, 0, 1), part_along(one, -1, 1, one.size - 1)], -1
            )
        return _solve(
            solutions, is_transposed, c, r, _core.negative(_product(one, other, tensor_of(x)))
        )

    rule = primitive(lambda c, r, b: solutions(c, r, b, np.array(is_transposed)))
    rule.defvjp(to_column, to_row, lambda ct, x, c, r, b: back(c, r, ct))
    rule.defjvp(
        lambda t, x, c, r, b: moved(t, np.zeros(r.shape, r.dtype), x, c, r),
        lambda t, x, c, r, b: moved(np.zeros(c.shape, c.dtype), t, x, c, r),
        lambda t, x, c, r, b: _solve(solutions, is_transposed, c, r, t),
    )
    return rule(c, r, b)


def solve_toeplitz(c_or_cr: Any, b: Operand, check_finite: bool = True) -> Tensor:
    """Solve equations with a matrix that is constant along diagonals, by Levinson's recursion: in O(N^2), and so is the derivative.

    Parameters
    ----------
    c_or_cr : array_like or tuple of array_like
        The first column and the first row, of shape (N,), whose first element is not read; by default the conjugate of the
        column.
    b : array_like
        Of shape (N,) or (N, K).
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    Tensor
        Of shape (N,) or (N, K), in double precision, as SciPy's.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    numpy.linalg.LinAlgError
        If a leading part of the matrix is singular, which the recursion goes through.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.solve_toeplitz([2.0, 1.0], [3.0, 3.0])
    Tensor([1., 1.])
    """
    from scipy.linalg import solve_toeplitz as scipys  # noqa: PLC0415 -- an extra

    c, r = _column_and_row("solve_toeplitz", c_or_cr, check_finite)
    if c.size != r.size:
        message = f"solve_toeplitz: the first column is {c.shape} and the first row {r.shape}; one length is needed"
        raise ShapeError(message)
    right = _columns("solve_toeplitz", c.size, b, check_finite)
    c, r, right = of_one_dtype(c, r, right)
    dtype = np.complex128 if c.dtype.kind == "c" else np.float64
    c, r, right = (converted(x, dtype) for x in (c, r, right))

    def solution(c: Any, r: Any, b: Any, is_transposed: Any) -> Any:
        pair = (np.append(c[:1], r[1:]), c) if is_transposed else (c, r)
        return scipys(pair, b, check_finite=False)

    solutions = Kept(solution)
    return by_columns(right, lambda columns: tensor_of(_solve(solutions, False, c, r, columns)))
