"""Sparse equations by LU factors: SciPy's SuperLU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy.linear_algebra._matrices import LinAlgError, inexact_of
from wengert.scipy.linalg._foreign_factors import Kept
from wengert.scipy.linalg._operands import conjugated, of_one_dtype
from wengert.scipy.linalg.equations import transposition
from wengert.scipy.sparse.arrays import issparse
from wengert.scipy.sparse.linalg._implicit import solution
from wengert.scipy.sparse.linalg._systems import SparseSystem

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand

__all__ = ["factorized", "splu", "spsolve"]


class _Factors:
    """The factors of matrices of one pattern: made once for their elements, and used for the transpose as well."""

    takes_columns = True

    def __init__(self, system: SparseSystem, options: dict[str, Any]) -> None:
        self._system, self._options = system, options
        self._kept = Kept(self._factored)

    def _factored(self, values: Any) -> Any:
        from scipy.sparse.linalg import splu as scipys  # noqa: PLC0415 -- an extra

        try:
            return scipys(self._system.matrix(values), **self._options)
        except RuntimeError as error:  # "Factor is exactly singular"
            message = "spsolve: the sparse matrix is singular"
            raise LinAlgError(message) from error

    def solve(self, values: Any, b: Any, is_transposed: bool) -> Any:
        return self._kept(values).solve(np.ascontiguousarray(b), "T" if is_transposed else "N")


def _right(name: str, rows: int, b: Any) -> Tensor:
    if issparse(b):
        message = f"{name}: b is sparse; b.toarray() is needed"
        raise DTypeError(message)
    right = inexact_of(b)
    if right.ndim not in (1, 2) or right.shape[0] != rows:
        message = f"{name}: b is {right.shape}; ({rows},) or ({rows}, K) is needed"
        raise ShapeError(message)
    return right


class Factorization:
    """A factored sparse matrix, which equations are solved with.

    Attributes
    ----------
    shape : tuple of int
        Of the matrix.
    """

    def __init__(self, name: str, A: Any, **options: Any) -> None:
        if not issparse(A):
            message = f"{name}: A is {type(A).__name__}; a sparse array is needed"
            raise DTypeError(message)
        self._name, self._system = name, SparseSystem(name, A)
        self._factors = _Factors(self._system, options)
        self.shape = (self._system.rows, self._system.rows)

    def solve(self, rhs: Operand, trans: Any = "N") -> Tensor:
        """Solve with the matrix, its transpose ("T") or the conjugate of that ("H").

        Parameters
        ----------
        rhs : array_like
            Of shape (N,) or (N, K).
        trans : {"N", "T", "H"}
            Which matrix is meant.

        Returns
        -------
        Tensor
            Of the shape of `rhs`.

        Raises
        ------
        ValueError
            If the shapes do not fit, or there is no such `trans`.
        """
        way = transposition(self._name, "C" if trans == "H" else trans)
        data, right = of_one_dtype(self._system.data, _right(self._name, self._system.rows, rhs))
        if way < 2:
            return solution(self._system, self._factors, data, right, way == 1)
        # a^H x = b is the conjugate of a^T x* = b*
        return conjugated(solution(self._system, self._factors, data, conjugated(right), True))


def splu(
    A: Any,
    permc_spec: Any = None,
    diag_pivot_thresh: Any = None,
    relax: Any = None,
    panel_size: Any = None,
    options: Any = None,
) -> Factorization:
    """Factor a sparse matrix, to solve with it several times.

    Parameters
    ----------
    A : sparse array
        Of shape (N, N): one of `wengert.scipy.sparse`, whose data may be differentiated, or a constant one of SciPy.
    permc_spec, diag_pivot_thresh, relax, panel_size, options
        As of `scipy.sparse.linalg.splu`.

    Returns
    -------
    Factorization
        With a method ``solve(rhs, trans="N")``.

    Raises
    ------
    ValueError
        If `A` is not square.
    TypeError
        If `A` is not sparse.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Notes
    -----
    The matrix is factored once, when it is first solved with. That serves all solutions, transposed or not, and the derivatives
    of all of them.

    Examples
    --------
    >>> import wengert as wg
    >>> a = wg.scipy.sparse.csc_array(([2.0, 1.0, 4.0], [0, 0, 1], [0, 1, 3]))
    >>> wg.scipy.sparse.linalg.splu(a).solve([4.0, 8.0])
    Tensor([1., 2.])
    """
    given = {
        "permc_spec": permc_spec,
        "diag_pivot_thresh": diag_pivot_thresh,
        "relax": relax,
        "panel_size": panel_size,
        "options": options,
    }
    return Factorization("splu", A, **given)


def factorized(A: Any) -> Callable[[Operand], Tensor]:
    """Return the function that solves equations with a sparse matrix.

    Parameters
    ----------
    A : sparse array
        Of shape (N, N), as for `splu`.

    Returns
    -------
    callable
        Takes right-hand sides, of shape (N,) or (N, K); returns solutions.

    Raises
    ------
    ValueError
        If `A` is not square.
    TypeError
        If `A` is not sparse.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Examples
    --------
    >>> import wengert as wg
    >>> a = wg.scipy.sparse.csc_array(([2.0, 1.0, 4.0], [0, 0, 1], [0, 1, 3]))
    >>> wg.scipy.sparse.linalg.factorized(a)([4.0, 8.0])
    Tensor([1., 2.])
    """
    return Factorization("factorized", A).solve


def spsolve(A: Any, b: Operand, permc_spec: Any = None, use_umfpack: bool = True) -> Tensor:
    """Solve equations with a sparse matrix.

    Parameters
    ----------
    A : sparse array
        Of shape (N, N): one of `wengert.scipy.sparse`, whose data may be differentiated, or a constant one of SciPy.
    b : array_like
        Right-hand sides, of shape (N,) or (N, K).
    permc_spec : str, optional
        How SuperLU orders columns.
    use_umfpack
        Of no effect.

    Returns
    -------
    Tensor
        Of shape (N,) or (N, K); of one column too, the former.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    TypeError
        If `A` is not sparse, or `b` is.
    numpy.linalg.LinAlgError
        If the matrix is singular, where SciPy's warns and returns NaN.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Notes
    -----
    The factors of the value are kept, and its derivatives of every order solved with them. What comes to the data is in the places
    of the pattern alone.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> def first(k):  # of the solution of a chain of springs
    ...     a = wg.scipy.sparse.diags_array([k[:-1] + k[1:], -k[1:-1], -k[1:-1]], offsets=[0, 1, -1])
    ...     return wg.scipy.sparse.linalg.spsolve(a, np.ones(2))[0]
    >>> wg.grad(first)(np.ones(3)).round(6) + 0.0
    array([-0.666667,  0.      , -0.333333])
    """
    options = {"permc_spec": permc_spec}
    x = Factorization("spsolve", A, **options).solve(b)
    return _core.reshape(x, (x.size,)) if x.ndim == 2 and x.shape[1] == 1 else x
