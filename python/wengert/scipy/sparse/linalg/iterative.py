"""Equations by iteration: SciPy's, differentiated by what their solutions imply and not through the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import value_of
from wengert.numpy.linear_algebra._matrices import LinAlgError, inexact_of
from wengert.scipy.linalg._operands import of_one_dtype
from wengert.scipy.sparse.linalg._implicit import solution
from wengert.scipy.sparse.linalg._systems import System, system_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand

__all__ = ["bicgstab", "cg", "gmres"]

# Sides of a derivative have few elements, often one, where biconjugate gradients break down. They begin anew from where
# they were, so often at most.
_BREAKDOWNS = 10


def _conjugate_of(operator: Any) -> Any:
    """Return the operator that multiplies by the conjugate of a matrix."""
    from scipy.sparse.linalg import LinearOperator, aslinearoperator  # noqa: PLC0415

    own = aslinearoperator(operator)
    return LinearOperator(
        own.shape, matvec=lambda v: np.conj(own.matvec(np.conj(v))), dtype=own.dtype
    )


class _Iteration:
    """An iterative solver with its options. The value is iterated to once, and found again by a rule that needs it."""

    takes_columns = False

    def __init__(
        self,
        name: str,
        system: System,
        is_hermitian: bool,
        x0: Any,
        M: Any,
        options: dict[str, Any],
    ) -> None:
        self._name, self._system, self._is_hermitian = name, system, is_hermitian
        self._x0, self._preconditioner, self._options = x0, M, options
        self._first: tuple[Any, Any, Any] | None = None

    def iterate(self, values: Any, b: Any, x0: Any, is_transposed: bool, **more: Any) -> Any:
        """Return the solution and how it ended, as SciPy's function does."""
        from scipy.sparse import linalg as scipys  # noqa: PLC0415 -- an extra

        matrix, preconditioner = self._system.matrix(values), self._preconditioner
        if is_transposed:
            matrix, preconditioner = (self._turned(x) for x in (matrix, preconditioner))
        solve = getattr(scipys, self._name)
        return solve(matrix, b, x0, M=preconditioner, **self._options, **more)

    def _turned(self, matrix: Any) -> Any:
        if matrix is None:
            return None
        return _conjugate_of(matrix) if self._is_hermitian else matrix.T

    def begin(self, values: Any, b: Any, callback: dict[str, Any]) -> int:
        """Iterate to the value from where the user begins, and return how it ended."""
        x, info = self.iterate(values, b, self._x0, False, **callback)
        self._first = values, b, x
        return int(info)

    def solve(self, values: Any, b: Any, is_transposed: bool) -> Any:
        if self._first is not None and not is_transposed:
            of_values, of_b, x = self._first
            if np.array_equal(values, of_values) and np.array_equal(b, of_b):
                return x
        x, info = self.iterate(values, b, None, is_transposed)
        for _ in range(_BREAKDOWNS):
            if info >= 0:
                break
            x, info = self.iterate(values, b, x, is_transposed)
        if info:
            message = (
                f"{self._name}: no convergence in the equations of a derivative, or of another example (info is {info}); "
                "a larger maxiter or rtol, or a preconditioner, is needed"
            )
            raise LinAlgError(message)
        return x.astype(b.dtype, copy=False)


def _solved(
    name: str,
    A: Any,
    b: Operand,
    x0: Any,
    M: Any,
    options: dict[str, Any],
    callback: dict[str, Any],
) -> tuple[Tensor, int]:
    system = system_of(name, A, takes_operators=True)
    right = inexact_of(b)
    if right.shape not in ((system.rows,), (system.rows, 1)):
        message = f"{name}: b is {right.shape}; ({system.rows},) is needed (see vmap)"
        raise ShapeError(message)
    data, right = of_one_dtype(system.data, _core.reshape(right, (system.rows,)))
    start = None if x0 is None else np.asarray(value_of(x0))
    iteration = _Iteration(name, system, name == "cg", start, M, options)
    info = iteration.begin(_core.value_of(data), _core.value_of(right), callback)
    return solution(system, iteration, data, right), info


def cg(
    A: Any,
    b: Operand,
    x0: Any = None,
    *,
    rtol: float = 1e-05,
    atol: float = 0.0,
    maxiter: int | None = None,
    M: Any = None,
    callback: Callable[[Any], Any] | None = None,
) -> tuple[Tensor, int]:
    """Solve equations with a positive definite matrix, by conjugate gradients.

    Parameters
    ----------
    A : sparse array, array_like or LinearOperator
        Hermitian, of shape (N, N): a sparse array of `wengert.scipy.sparse` or a dense Tensor may be differentiated; a constant
        sparse one or a linear operator of SciPy may not.
    b : array_like
        The right-hand side, of shape (N,).
    x0 : array_like, optional
        Where the iteration begins; a constant.
    rtol, atol : float
        It ends where ``norm(b - A @ x) <= max(rtol * norm(b), atol)``.
    maxiter : int, optional
        After how many steps it ends in any case.
    M : sparse array, array or LinearOperator of SciPy, optional
        An approximate inverse; a constant.
    callback : callable, optional
        Called with the iterate after each step of the value.

    Returns
    -------
    x : Tensor
        Of shape (N,).
    info : int
        0 if it converged, otherwise the number of steps.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    numpy.linalg.LinAlgError
        If the equations of a derivative, or of another example of a `vmap`, do not converge.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Notes
    -----
    Derivatives are those of the exact solution: each solves equations with the same matrix by the same iteration, to the same
    tolerance. Every element of `A` is taken for a variable of its own, though the iteration supposes that they are symmetric.

    Examples
    --------
    >>> import wengert as wg
    >>> x, info = wg.scipy.sparse.linalg.cg([[4.0, 0.0], [0.0, 4.0]], [4.0, 8.0])
    >>> x
    Tensor([1., 2.])
    """
    options = {"rtol": rtol, "atol": atol, "maxiter": maxiter}
    return _solved("cg", A, b, x0, M, options, {"callback": callback})


def bicgstab(
    A: Any,
    b: Operand,
    x0: Any = None,
    *,
    rtol: float = 1e-05,
    atol: float = 0.0,
    maxiter: int | None = None,
    M: Any = None,
    callback: Callable[[Any], Any] | None = None,
) -> tuple[Tensor, int]:
    """Solve equations by stabilized biconjugate gradients.

    Parameters
    ----------
    A : sparse array, array_like or LinearOperator
        Of shape (N, N), as for `cg`, of any kind. Of a linear operator a derivative needs ``rmatvec``.
    b, x0, rtol, atol, maxiter, M, callback
        As for `cg`.

    Returns
    -------
    x : Tensor
        Of shape (N,).
    info : int
        0 if it converged, otherwise the number of steps, or a negative number.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    numpy.linalg.LinAlgError
        If the equations of a derivative, or of another example of a `vmap`, do not converge.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Examples
    --------
    >>> import wengert as wg
    >>> x, info = wg.scipy.sparse.linalg.bicgstab([[2.0, 0.0], [0.0, 2.0]], [2.0, 4.0])
    >>> x
    Tensor([1., 2.])
    """
    options = {"rtol": rtol, "atol": atol, "maxiter": maxiter}
    return _solved("bicgstab", A, b, x0, M, options, {"callback": callback})


def gmres(
    A: Any,
    b: Operand,
    x0: Any = None,
    *,
    rtol: float = 1e-05,
    atol: float = 0.0,
    restart: int | None = None,
    maxiter: int | None = None,
    M: Any = None,
    callback: Callable[[Any], Any] | None = None,
    callback_type: str | None = None,
) -> tuple[Tensor, int]:
    """Solve equations by generalized minimal residuals.

    Parameters
    ----------
    A : sparse array, array_like or LinearOperator
        Of shape (N, N), as for `cg`, of any kind. Of a linear operator a derivative needs ``rmatvec``.
    b, x0, rtol, atol, maxiter, M
        As for `cg`.
    restart : int, optional
        After how many steps the iteration begins anew.
    callback, callback_type
        As of `scipy.sparse.linalg.gmres`, in the iteration of the value.

    Returns
    -------
    x : Tensor
        Of shape (N,).
    info : int
        0 if it converged, otherwise the number of steps.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    numpy.linalg.LinAlgError
        If the equations of a derivative, or of another example of a `vmap`, do not converge.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Examples
    --------
    >>> import wengert as wg
    >>> x, info = wg.scipy.sparse.linalg.gmres([[2.0, 0.0], [0.0, 2.0]], [2.0, 4.0])
    >>> x.round(6)
    Tensor([1., 2.])
    """
    options = {"rtol": rtol, "atol": atol, "maxiter": maxiter, "restart": restart}
    calls = {} if callback is None else {"callback": callback, "callback_type": callback_type}
    return _solved("gmres", A, b, x0, M, options, calls)
