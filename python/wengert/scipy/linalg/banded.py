"""Equations with matrices that are zero off a band around the diagonal, in time proportional to the band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert._foreign import primitive
from wengert._forward import jvp
from wengert._transforms import vjp
from wengert.numpy._arguments import part_along, tensor_of
from wengert.numpy.linear_algebra._matrices import adjoint
from wengert.scipy.linalg._foreign_factors import Kept, over_examples
from wengert.scipy.linalg._operands import by_columns, conjugated, matrices, right_sides, transposed
from wengert.scipy.linalg._strides import strided, zeros

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["cho_solve_banded", "cholesky_banded", "solve_banded", "solveh_banded"]


def solve_banded(
    l_and_u: tuple[int, int],
    ab: Operand,
    b: Operand,
    overwrite_ab: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Tensor:
    """Solve equations with a banded matrix, in O(N) for a band of fixed width; and so is the derivative.

    Parameters
    ----------
    l_and_u : tuple of int
        How many diagonals there are below the main one, and above.
    ab : array_like
        The diagonals, of shape (..., l + u + 1, N): ``ab[u + i - j, j] == a[i, j]``. What lies outside of the matrix is not
        read, and receives no part of the gradient.
    b : array_like
        Right-hand sides: a vector of shape (N,), or matrices of shape (..., N, K), whose leading axes broadcast with those of
        `ab`.
    overwrite_ab, overwrite_b
        Of no effect.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    Tensor
        Of shape (..., N) or (..., N, K).

    Raises
    ------
    ValueError
        If the shapes do not fit.
    numpy.linalg.LinAlgError
        If the matrix is singular.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.solve_banded((0, 1), [[0.0, 1.0, 1.0], [2.0, 2.0, 2.0]], [3.0, 3.0, 2.0])
    Tensor([1., 1., 1.])
    """
    diagonals = matrices("solve_banded", "ab", ab, check_finite)
    lower, upper = (int(n) for n in l_and_u)
    if lower < 0 or upper < 0 or lower + upper + 1 != diagonals.shape[-2]:
        message = f"solve_banded: l_and_u is {(lower, upper)} and ab is {diagonals.shape}; l + u + 1 rows are needed"
        raise ShapeError(message)
    right = right_sides("solve_banded", diagonals.shape[-1], b, check_finite)
    return by_columns(
        right, lambda columns: _core.banded_solve(diagonals, columns, lower, upper, False, False)
    )


def _upper_form(lower: Tensor) -> Tensor:
    """Return the diagonals above the main one, of a Hermitian matrix that is given by those below and that."""
    *leading, rows, n = lower.shape
    u = rows - 1
    if u == 0 or n == 0:
        return zeros((*leading, u, n), lower.dtype)
    # Diagonal d begins d columns later above than below: element j of it is j - d of the other.
    padded = _core.concatenate([zeros((*leading, rows, u), lower.dtype), lower], -1)
    return conjugated(strided(padded, 2, u, n, 1 - n - u, u * (n + u)))


def _lower_form(upper: Tensor) -> Tensor:
    """Return the diagonals below the main one, of a Hermitian matrix that is given by those above and that."""
    *leading, rows, n = upper.shape
    u = rows - 1
    if u == 0 or n == 0:
        return zeros((*leading, u, n), upper.dtype)
    padded = _core.concatenate([upper, zeros((*leading, rows, u), upper.dtype)], -1)
    return conjugated(strided(padded, 2, u, n, 1 - n - u, (u - 1) * (n + u) + 1))


def _main(x: Tensor, row: int) -> Tensor:
    """Return the main diagonal, of a Hermitian matrix: its real part."""
    main = part_along(x, -2, row, 1)
    return _core.convert(_core.real(main), x.dtype) if x.dtype.kind == "c" else main


def solveh_banded(
    ab: Operand,
    b: Operand,
    overwrite_ab: bool = False,
    overwrite_b: bool = False,
    lower: bool = False,
    check_finite: bool = True,
) -> Tensor:
    """Solve equations with a positive definite banded matrix, in O(N) for a band of fixed width; and so is the derivative.

    Parameters
    ----------
    ab : array_like
        The main diagonal and those above, of shape (..., u + 1, N): ``ab[u + i - j, j] == a[i, j]``; or those below,
        ``ab[i - j, j] == a[i, j]``. What lies outside of the matrix is not read, and receives no part of the gradient.
    b : array_like
        Right-hand sides: a vector of shape (N,), or matrices of shape (..., N, K), whose leading axes broadcast with those of
        `ab`.
    overwrite_ab, overwrite_b
        Of no effect.
    lower : bool
        Whether the diagonals are those below.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    Tensor
        Of shape (..., N) or (..., N, K).

    Raises
    ------
    ValueError
        If the shapes do not fit.
    numpy.linalg.LinAlgError
        If the matrix is not positive definite.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.solveh_banded([[0.0, 1.0, 1.0], [4.0, 4.0, 4.0]], [5.0, 6.0, 5.0])
    Tensor([1., 1., 1.])
    """
    diagonals = matrices("solveh_banded", "ab", ab, check_finite)
    right = right_sides("solveh_banded", diagonals.shape[-1], b, check_finite)
    u = diagonals.shape[-2] - 1
    if lower:
        parts = [_upper_form(diagonals), _main(diagonals, 0), part_along(diagonals, -2, 1, u)]
    else:
        parts = [part_along(diagonals, -2, 0, u), _main(diagonals, u), _lower_form(diagonals)]
    whole = _core.concatenate(parts, -2)
    return by_columns(right, lambda columns: _core.banded_solve(whole, columns, u, u, False, True))


# Blocks of at least so many rows: an operation on smaller ones takes no less time.
_ROWS = 32


def _blocks(lower: Tensor, size: int, count: int) -> Tensor:
    """Return the columns of each block, (..., count, size, 2 size), with the rows of its own block and the next."""
    *leading, rows, n = lower.shape
    beyond = count * size - n
    if beyond:  # an identity matrix behind
        ones = np.zeros((rows, beyond), lower.dtype)
        ones[0] = 1
        lower = _core.concatenate([lower, _core.broadcast_to(ones, (*leading, rows, beyond))], -1)
    of_columns = _core.reshape(transposed(lower), (*leading, count, size, rows))
    room = zeros((*leading, count, size, 2 * size + 1 - rows), lower.dtype)
    # Each column begins one row later than the one before.
    return strided(_core.concatenate([of_columns, room], -1), 2, size, 2 * size, 2 * size, 0)


def _factored(lower: Tensor) -> Tensor:
    """Return the diagonals of the lower Cholesky factor, computed block by block."""
    *leading, rows, n = lower.shape
    inside = np.arange(n) < n - np.arange(rows)[:, None]
    lower = _core.where(inside, lower, 0.0)
    size = min(max(rows - 1, _ROWS), n)
    count = -(-n // size)
    strips = _blocks(lower, size, count)
    factors = []
    taken: Tensor | None = None
    for number in range(count):
        strip = strips[..., number, :, :]
        own = transposed(part_along(strip, -1, 0, size))
        factor = _core.cholesky(own if taken is None else _core.subtract(own, taken))
        # The next block's rows F with F L^H = E, and what they take of its matrix, F F^H.
        turned = _core.triangular_solve(
            factor, conjugated(part_along(strip, -1, size, size)), True, False, False
        )
        taken = _core.matmul(adjoint(turned), turned)
        factors.append(_core.concatenate([transposed(factor), conjugated(turned)], -1))
    whole = _core.stack(factors, -3)
    band = strided(whole, 2, size, rows, 2 * size + 1, 0)
    columns = _core.reshape(band, (*leading, count * size, rows))
    return part_along(transposed(columns), -1, 0, n)


def cholesky_banded(
    ab: Operand, overwrite_ab: bool = False, lower: bool = False, check_finite: bool = True
) -> Tensor:
    """Factor a positive definite banded matrix, in time proportional to N; and so is the derivative.

    Parameters
    ----------
    ab : array_like
        The main diagonal and those above, or below, of shape (..., u + 1, N), as for `solveh_banded`.
    overwrite_ab
        Of no effect.
    lower : bool
        Whether the diagonals are those below.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    Tensor
        The diagonals of the upper factor, or of the lower one, of the shape of `ab`; zeros outside of the matrix, where SciPy's
        holds anything.

    Raises
    ------
    ValueError
        If there are fewer than two axes.
    numpy.linalg.LinAlgError
        If the matrix is not positive definite.
    ModuleNotFoundError
        If SciPy, which computes the value, is not installed.

    Notes
    -----
    What is differentiated is the factorization by blocks of 32 rows, or of as many as there are diagonals. Where the factor is
    only solved with, `solveh_banded` has derivatives for less.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.cholesky_banded([[0.0, 2.0], [4.0, 5.0]])
    Tensor([[0., 1.],
            [2., 2.]])
    """
    from scipy.linalg import cholesky_banded as scipys  # noqa: PLC0415 -- an extra

    diagonals = matrices("cholesky_banded", "ab", ab, check_finite)
    if diagonals.size == 0:
        return diagonals
    rows, n = diagonals.shape[-2:]
    inside = np.arange(n) < n - np.arange(rows)[:, None]
    if not lower:
        diagonals = _core.concatenate(
            [part_along(diagonals, -2, rows - 1, 1), _lower_form(diagonals)], -2
        )

    def value(x: Any) -> Any:
        return np.where(inside, scipys(np.where(inside, x, 0), lower=True, check_finite=False), 0)

    rule = primitive(Kept(lambda x: over_examples(value, x)))
    rule.defvjp(lambda ct, y, x: vjp(_factored, tensor_of(x))[1](ct)[0])
    rule.defjvp(lambda t, y, x: jvp(_factored, (tensor_of(x),), (t,))[1])
    factor = tensor_of(rule(diagonals))
    if lower:
        return factor
    return _core.concatenate([_upper_form(factor), part_along(factor, -2, 0, 1)], -2)


def cho_solve_banded(
    cb_and_lower: tuple[Operand, bool],
    b: Operand,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Tensor:
    """Solve equations with a positive definite banded matrix that `cholesky_banded` has factored.

    Parameters
    ----------
    cb_and_lower : tuple
        The diagonals of the factor, of shape (..., u + 1, N), and whether they are those below.
    b : array_like
        Right-hand sides: a vector of shape (N,), or matrices of shape (..., N, K).
    overwrite_b
        Of no effect.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    Tensor
        Of shape (..., N) or (..., N, K).

    Raises
    ------
    ValueError
        If the shapes do not fit.
    numpy.linalg.LinAlgError
        If the factor has a zero on its diagonal.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.cho_solve_banded(([[0.0, 1.0], [2.0, 2.0]], False), [6.0, 7.0])
    Tensor([1., 1.])
    """
    factor, lower = cb_and_lower
    c = matrices("cho_solve_banded", "cb", factor, check_finite)
    right = right_sides("cho_solve_banded", c.shape[-1], b, check_finite)
    u, turned = c.shape[-2] - 1, conjugated(c)

    def solved(columns: Tensor) -> Tensor:
        if lower:
            half = _core.banded_solve(c, columns, u, 0, False, False)
            return _core.banded_solve(turned, half, u, 0, True, False)
        half = _core.banded_solve(turned, columns, 0, u, True, False)
        return _core.banded_solve(c, half, 0, u, False, False)

    return by_columns(right, solved)
