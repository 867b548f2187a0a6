"""Equations in which the unknown matrix is multiplied from both sides: Sylvester's, and Lyapunov's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert._foreign import primitive
from wengert.numpy._arguments import tensor_of
from wengert.numpy.linear_algebra import outer_products
from wengert.numpy.linear_algebra._matrices import LinAlgError, adjoint, identity, solution
from wengert.scipy.linalg._foreign_factors import Kept, over_examples
from wengert.scipy.linalg._operands import conjugated, matrices, of_one_dtype, squares, transposed

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = [
    "solve_continuous_lyapunov",
    "solve_discrete_lyapunov",
    "solve_lyapunov",
    "solve_sylvester",
]


class _SchurPair:
    """Two matrices as what Bartels and Stewart solve with: their Schur forms."""

    def __init__(self, a: Any, b: Any) -> None:
        from scipy.linalg import get_lapack_funcs, schur  # noqa: PLC0415 -- an extra

        self._r, self._u = schur(a, output="real", check_finite=False)
        is_one = np.array_equal(a, b)  # as of a square root
        self._s, self._v = (
            (self._r, self._u) if is_one else schur(b, output="real", check_finite=False)
        )
        (self._trsyl,) = get_lapack_funcs(("trsyl",), (self._r, self._s))

    def solve(self, q: Any, is_transposed: bool) -> Any:
        """Solve a x + x b = q, or the same with the transposes of a and b."""
        if not is_transposed:
            return self._solved(q, "N")
        if self._trsyl.dtype.kind == "c":  # LAPACK has adjoints alone
            return np.conj(self._solved(np.conj(q), "C"))
        return self._solved(q, "T")

    def _solved(self, q: Any, which: str) -> Any:
        right = np.conj(self._u.T) @ q @ self._v
        y, scale, info = self._trsyl(self._r, self._s, right, trana=which, tranb=which)
        if info:
            message = "solve_sylvester: a and -b have an eigenvalue in common; there is no unique solution"
            raise LinAlgError(message)
        return self._u @ (y * scale) @ np.conj(self._v.T)


def _solve(pairs: Kept, is_transposed: bool, a: Any, b: Any, q: Any) -> Any:
    """Solve as an operation with derivatives: each is a solution with the same Schur forms."""

    def solved(a: Any, b: Any, q: Any) -> Any:
        return pairs(a, b).solve(q, is_transposed).astype(q.dtype, copy=False)

    def turned(x: Any) -> Tensor:
        return transposed(x) if is_transposed else x

    def back(a: Any, b: Any, ct: Any) -> Any:
        return _solve(pairs, not is_transposed, a, b, ct)

    def forth(a: Any, b: Any, t: Any) -> Any:
        return _solve(pairs, is_transposed, a, b, t)

    # a x + x b = q: of a, minus the product of what comes to q and the transpose of x; of b, from the other side.
    def to_a(ct: Any, x: Any, a: Any, b: Any, q: Any) -> Any:
        return turned(-(back(a, b, ct) @ transposed(x)))

    def to_b(ct: Any, x: Any, a: Any, b: Any, q: Any) -> Any:
        return turned(-(transposed(x) @ back(a, b, ct)))

    rule = primitive(Kept(lambda *arrays: over_examples(solved, *arrays)))
    rule.defvjp(to_a, to_b, lambda ct, x, a, b, q: back(a, b, ct))
    rule.defjvp(
        lambda t, x, a, b, q: forth(a, b, -(turned(t) @ x)),
        lambda t, x, a, b, q: forth(a, b, -(x @ turned(t))),
        lambda t, x, a, b, q: forth(a, b, t),
    )
    return rule(a, b, q)


def sylvester(a: Tensor, b: Tensor, q: Tensor) -> Tensor:
    """Solve a x + x b = q, for operands that have been read."""
    a, b, q = of_one_dtype(a, b, q)
    if q.size == 0:
        return q
    return tensor_of(_solve(Kept(_SchurPair), False, a, b, q))


def solve_sylvester(a: Operand, b: Operand, q: Operand) -> Tensor:
    """Solve ``a x + x b = q``.

    Parameters
    ----------
    a, b : array_like
        Square matrices, of shapes (..., M, M) and (..., N, N).
    q : array_like
        Of shape (..., M, N).

    Returns
    -------
    Tensor
        Of shape (..., M, N).

    Raises
    ------
    ValueError
        If the shapes do not fit.
    numpy.linalg.LinAlgError
        If `a` and ``-b`` have an eigenvalue in common.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Notes
    -----
    Derivatives of every order are solved with the Schur forms of `a` and `b` that the value was solved with [1]_.

    References
    ----------
    .. [1] R. H. Bartels and G. W. Stewart, *Solution of the matrix equation AX + XB = C*, Comm. ACM 15, 1972.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.solve_sylvester([[1.0]], [[3.0]], [[8.0]])
    Tensor([[2.]])
    """
    one, two = squares("solve_sylvester", "a", a), squares("solve_sylvester", "b", b)
    right = matrices("solve_sylvester", "q", q)
    if right.shape[-2:] != (one.shape[-1], two.shape[-1]):
        message = f"solve_sylvester: a is {one.shape}, b is {two.shape} and q is {right.shape}; (..., {one.shape[-1]}, {two.shape[-1]}) is needed"
        raise ShapeError(message)
    return sylvester(one, two, right)


def _equation(name: str, a: Operand, q: Operand) -> tuple[Tensor, Tensor]:
    matrix, right = squares(name, "a", a), squares(name, "q", q)
    if matrix.shape[-1] != right.shape[-1]:
        message = f"{name}: a is {matrix.shape} and q is {right.shape}; one size is needed"
        raise ShapeError(message)
    one, two = of_one_dtype(matrix, right)
    return one, two


def solve_continuous_lyapunov(a: Operand, q: Operand) -> Tensor:
    """Solve ``a x + x a^H = q``.

    Parameters
    ----------
    a, q : array_like
        Square matrices, of shape (..., M, M).

    Returns
    -------
    Tensor
        Of shape (..., M, M).

    Raises
    ------
    ValueError
        If the shapes do not fit.
    numpy.linalg.LinAlgError
        If an eigenvalue of `a` is minus the conjugate of one.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.solve_continuous_lyapunov([[-1.0]], [[-4.0]])
    Tensor([[2.]])
    """
    matrix, right = _equation("solve_continuous_lyapunov", a, q)
    return sylvester(matrix, adjoint(matrix), right)


solve_lyapunov = solve_continuous_lyapunov


def solve_discrete_lyapunov(a: Operand, q: Operand, method: str | None = None) -> Tensor:
    """Solve ``a x a^H - x + q = 0``.

    Parameters
    ----------
    a, q : array_like
        Square matrices, of shape (..., M, M).
    method : {None, "direct", "bilinear"}
        Whether the M^2 equations are solved as they stand, or a continuous equation that is equivalent. By default the
        former for M below 10.

    Returns
    -------
    Tensor
        Of shape (..., M, M), in double precision.

    Raises
    ------
    ValueError
        If the shapes do not fit, or there is no such method.
    numpy.linalg.LinAlgError
        If the product of an eigenvalue of `a` and the conjugate of one is 1.
    ModuleNotFoundError
        If SciPy, which computes the bilinear method, is not installed.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.solve_discrete_lyapunov([[0.5]], [[3.0]])
    Tensor([[4.]])
    """
    matrix, right = _equation("solve_discrete_lyapunov", a, q)
    if method not in (None, "direct", "bilinear"):
        message = f"solve_discrete_lyapunov: method is {method!r}; 'direct' or 'bilinear' is needed"
        raise ShapeError(message)
    return discrete_lyapunov(matrix, right, method)


def discrete_lyapunov(a: Tensor, q: Tensor, method: str | None = None) -> Tensor:
    """Solve a x a^H - x + q = 0, for operands that have been read."""
    n = a.shape[-1]
    ones = identity(n, np.float64)  # in double precision, as SciPy's
    a, q, _ = of_one_dtype(a, q, ones)
    if method == "direct" or (method is None and n < 10):
        leading = np.broadcast_shapes(a.shape[:-2], q.shape[:-2])
        rows = _core.broadcast_to(q, (*leading, n, n))
        equations = _core.subtract(identity(n * n, a.dtype), _kron(a, conjugated(a)))
        x = solution(equations, _core.reshape(rows, (*leading, n * n, 1)))
        return _core.reshape(x, (*leading, n, n))
    inverse = solution(_core.add(adjoint(a), ones), ones)
    b = _core.subtract(ones, _core.multiply(inverse, 2.0))
    moved = _core.matmul(_core.matmul(adjoint(inverse), q), inverse)
    return sylvester(adjoint(b), b, _core.multiply(moved, -2.0))


def _kron(x: Tensor, y: Tensor) -> Tensor:
    """Multiply every element of matrices by every other's, of one size, in leading axes of their own."""
    if x.ndim == 2:
        return outer_products.kron(x, y)
    *leading, n, _ = x.shape
    product = _core.multiply(
        _core.reshape(x, (*leading, n, 1, n, 1)), _core.reshape(y, (*leading, 1, n, 1, n))
    )
    return _core.reshape(product, (*leading, n * n, n * n))
