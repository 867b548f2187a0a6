"""Eigenvalues and eigenvectors, of one matrix or of one beside another."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import converted, part_along
from wengert.numpy.elementwise.complex_parts import absolute
from wengert.numpy.linear_algebra._matrices import adjoint, identity, solution
from wengert.scipy.linalg._operands import conjugated, of_one_dtype, squares

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["eig", "eigh", "eigvals", "eigvalsh"]


def _pair(name: str, a: Operand, b: Operand | None, check_finite: bool) -> tuple[Tensor, Any]:
    matrix = squares(name, "a", a, check_finite)
    if b is None:
        return matrix, None
    other = squares(name, "b", b, check_finite)
    if other.shape[-1] != matrix.shape[-1]:
        message = f"{name}: a is {matrix.shape} and b is {other.shape}; one size is needed"
        raise ShapeError(message)
    one, two = of_one_dtype(matrix, other)
    return one, two


def _reduced(a: Tensor, b: Tensor, lower: bool, kind: int) -> tuple[Tensor, Tensor]:
    """Return the Hermitian matrix with the eigenvalues of the pair, whole, and the factor of b that leads back."""
    factor = _core.cholesky(b if lower else adjoint(b))
    below = _core.triangle(a if lower else adjoint(a), -1, True)
    middle = _core.triangle(_core.triangle(a, 0, True), 0, False)
    if a.dtype.kind == "c":
        middle = _core.convert(_core.real(middle), a.dtype)
    whole = _core.add(_core.add(below, adjoint(below)), middle)
    if kind == 1:
        half = _core.triangular_solve(factor, whole, True, False, False)
        return _core.triangular_solve(factor, adjoint(half), True, False, False), factor
    return _core.matmul(_core.matmul(adjoint(factor), whole), factor), factor


def _subset(name: str, w: Tensor, by_index: Any, by_value: Any) -> tuple[int, int]:
    """Return where the eigenvalues that are asked for begin, and how many they are."""
    n = w.shape[-1]
    if by_index and by_value:
        message = (
            f"{name}: subset_by_index and subset_by_value were both given; one of them is needed"
        )
        raise ShapeError(message)
    if by_index:
        first, last = (int(x) for x in by_index)
        if not 0 <= first <= last < n:
            message = (
                f"{name}: subset_by_index is {tuple(by_index)}; 0 <= first <= last < {n} is needed"
            )
            raise ShapeError(message)
        return first, last - first + 1
    if by_value:
        above, upto = by_value
        if not -math.inf <= above < upto <= math.inf:
            message = (
                f"{name}: subset_by_value is {tuple(by_value)}; two numbers that ascend are needed"
            )
            raise ShapeError(message)
        if w.ndim > 1:
            message = f"{name}: subset_by_value was given for {w.shape[:-1]} matrices; one is needed (see vmap)"
            raise ShapeError(message)
        below = int(_core.sum(_core.less_equal(w, above), (-1,), False))
        return below, int(_core.sum(_core.less_equal(w, upto), (-1,), False)) - below
    return 0, n


def eigh(
    a: Operand,
    b: Operand | None = None,
    *,
    lower: bool = True,
    eigvals_only: bool = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: int = 1,
    check_finite: bool = True,
    subset_by_index: Any = None,
    subset_by_value: Any = None,
    driver: Any = None,
) -> Any:
    """Return eigenvalues and eigenvectors of Hermitian matrices, or of such beside positive definite ones.

    Parameters
    ----------
    a : array_like
        Hermitian matrices, of shape (..., M, M). One triangle is read, and of the diagonal the real part; what is not
        read receives no part of the gradient.
    b : array_like, optional
        Positive definite matrices, of the same shape, read in the same way.
    lower : bool
        Which triangle.
    eigvals_only : bool
        Whether there are no vectors.
    overwrite_a, overwrite_b, driver
        Of no effect.
    type : {1, 2, 3}
        With `b`, whether ``a v = w b v``, ``a b v = w v`` or ``b a v = w v``.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.
    subset_by_index : pair of int, optional
        The first and the last eigenvalue that are returned.
    subset_by_value : pair of float, optional
        Between which numbers the eigenvalues are that are returned, the second one included; of one matrix alone.

    Returns
    -------
    w : Tensor
        Real, of shape (..., K), in ascending order.
    v : Tensor
        Of shape (..., M, K), by columns: with ``v^H v``, ``v^H b v``, or of type 3 ``v^H b^-1 v``, the identity.

    Raises
    ------
    ValueError
        If the shapes do not fit, or there is no such type or subset.
    numpy.linalg.LinAlgError
        If `b` is not positive definite, or the eigenvalues do not converge.
    DerivativeError
        If a derivative is asked for that depends on what nothing determines: the phases of vectors, and which vectors
        of equal eigenvalues were chosen.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.eigh([[2.0, 0.0], [0.0, 1.0]], [[4.0, 0.0], [0.0, 1.0]], eigvals_only=True)
    Tensor([0.5, 1. ])
    """
    matrix, other = _pair("eigh", a, b, check_finite)
    if type not in (1, 2, 3):
        message = f"eigh: type is {type!r}; 1, 2 or 3 is needed"
        raise ShapeError(message)
    lower = bool(lower)
    factor = None
    if other is not None:
        matrix, factor = _reduced(matrix, other, lower, type)
        lower = True
    if eigvals_only:
        w = _core.eigvalsh(matrix, lower)[0]
        return part_along(w, -1, *_subset("eigh", w, subset_by_index, subset_by_value))
    w, v = _core.eigh(matrix, lower, False)
    part = _subset("eigh", w, subset_by_index, subset_by_value)
    w, v = part_along(w, -1, *part), part_along(v, -1, *part)
    if factor is None:
        return w, v
    if type == 3:
        return w, _core.matmul(factor, v)
    return w, _core.triangular_solve(conjugated(factor), v, True, True, False)


def eigvalsh(
    a: Operand,
    b: Operand | None = None,
    *,
    lower: bool = True,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: int = 1,
    check_finite: bool = True,
    subset_by_index: Any = None,
    subset_by_value: Any = None,
    driver: Any = None,
) -> Tensor:
    """Return eigenvalues of Hermitian matrices, or of such beside positive definite ones.

    Parameters
    ----------
    a, b, lower, overwrite_a, overwrite_b, type, check_finite, subset_by_index, subset_by_value, driver
        As for `eigh`.

    Returns
    -------
    Tensor
        Real, of shape (..., K), in ascending order. Those that are equal are differentiated as if their vectors, as they
        were found, stayed what they are.

    Raises
    ------
    ValueError
        If the shapes do not fit, or there is no such type or subset.
    numpy.linalg.LinAlgError
        If `b` is not positive definite, or the eigenvalues do not converge.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.eigvalsh([[2.0, 0.0], [0.0, 1.0]])
    Tensor([1., 2.])
    """
    w: Tensor = eigh(
        a,
        b,
        lower=lower,
        eigvals_only=True,
        type=type,
        check_finite=check_finite,
        subset_by_index=subset_by_index,
        subset_by_value=subset_by_value,
    )
    return w


def _refuse(name: str, **given: bool) -> None:
    for argument, is_given in given.items():
        if is_given:
            message = f"{name}: {argument}=True was given; eigenvalues as quotients alone are here"
            raise ShapeError(message)


def _quotient(name: str, a: Operand, b: Operand | None, check_finite: bool) -> Tensor:
    matrix, other = _pair(name, a, b, check_finite)
    return matrix if other is None else solution(other, matrix)


def eig(
    a: Operand,
    b: Operand | None = None,
    left: bool = False,
    right: bool = True,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    homogeneous_eigvals: bool = False,
) -> Any:
    """Return eigenvalues and eigenvectors of square matrices, or of such beside regular ones.

    Parameters
    ----------
    a : array_like
        Of shape (..., M, M).
    b : array_like, optional
        Regular matrices of the same shape, with ``a v = w b v``. A singular one, whose pencil has infinite eigenvalues,
        is an error.
    left, right : bool
        Whether there are vectors ``vl^H a = w vl^H b``, and vectors ``a vr = w b vr``.
    homogeneous_eigvals : bool
        True is an error.
    overwrite_a, overwrite_b
        Of no effect.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    w : Tensor
        Complex, of shape (..., M).
    vl : Tensor
        Columns of norm one, of the shape of `a`: real where `a` is and all eigenvalues are. Of the phases of each, which
        nothing determines, that is chosen for which ``vl^H b vr`` is positive. Not if `left` is false.
    vr : Tensor
        Likewise. Not if `right` is false.

    Raises
    ------
    ValueError
        If the shapes do not fit, or what is not here is asked for.
    numpy.linalg.LinAlgError
        If `b` is singular, or the eigenvalues do not converge; if left vectors are asked for and the right ones are
        dependent.
    DerivativeError
        If a derivative is asked for that depends on what nothing determines: the phases of vectors, and which vectors
        of equal eigenvalues were chosen.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.eig([[0.0, -1.0], [1.0, 0.0]])[0]
    Tensor([0.+1.j, 0.-1.j])
    """
    _refuse("eig", homogeneous_eigvals=homogeneous_eigvals)
    matrix, other = _pair("eig", a, b, check_finite)
    if other is not None:
        matrix = solution(other, matrix)
    if not (left or right):
        return _core.eigvals(matrix)
    w, v = _core.eig(matrix)
    is_real = matrix.dtype.kind != "c" and not bool(
        _core.any(_core.imag(w), tuple(range(-w.ndim, 0)), False)
    )
    if is_real:
        v = _core.real(v)
    vectors = [v] if right else []
    if left:
        vectors.insert(0, _left_vectors(v, other))
    return w, *vectors


def _left_vectors(v: Tensor, b: Tensor | None) -> Tensor:
    """Return what the rows of (b v)^-1 are the adjoints of, as columns of norm one."""
    beside = v if b is None else _core.matmul(converted(b, v.dtype), v)
    vl = adjoint(solution(beside, identity(v.shape[-1], v.dtype)))
    vl = _core.divide(vl, _core.max(absolute(_core.stop_gradient(vl)), (-2,), True))
    return _core.divide(vl, _core.sqrt(_core.sum(_core.square(absolute(vl)), (-2,), True)))


def eigvals(
    a: Operand,
    b: Operand | None = None,
    overwrite_a: bool = False,
    check_finite: bool = True,
    homogeneous_eigvals: bool = False,
) -> Tensor:
    """Return eigenvalues of square matrices, or of such beside regular ones.

    Parameters
    ----------
    a, b, overwrite_a, check_finite, homogeneous_eigvals
        As for `eig`.

    Returns
    -------
    Tensor
        Complex, of shape (..., M).

    Raises
    ------
    ValueError
        If the shapes do not fit, or `homogeneous_eigvals` is true.
    numpy.linalg.LinAlgError
        If `b` is singular, or the eigenvalues do not converge.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.eigvals([[0.0, -1.0], [1.0, 0.0]])
    Tensor([0.+1.j, 0.-1.j])
    """
    _refuse("eigvals", homogeneous_eigvals=homogeneous_eigvals)
    return _core.eigvals(_quotient("eigvals", a, b, check_finite))
