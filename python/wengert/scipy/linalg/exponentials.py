"""Exponentials of matrices, and their derivatives in a direction."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert._forward import jvp
from wengert.numpy.elementwise.complex_parts import absolute
from wengert.numpy.linear_algebra._matrices import identity, solution
from wengert.scipy.linalg._operands import of_one_dtype, squares

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["expm", "expm_frechet"]

# Up to which norm the diagonal Pade approximant of each degree, and its derivative, is exact to the last digit: table 6.1
# of Al-Mohy and Higham (2009a), but for degree 13 the smaller bound of (2009b), which is for norms of powers.
_DEGREES = (3, 5, 7, 9)
_BOUNDS = np.array([1.08e-2, 2.00e-1, 7.83e-1, 1.78e0])
_BOUND_13 = 4.25

# The numerators' coefficients, of the lowest power first.
_COEFFICIENTS = {
    m: [
        float(
            math.factorial(2 * m - k)
            * math.factorial(m)
            // (math.factorial(k) * math.factorial(m - k))
            // math.factorial(m)
        )
        for k in range(m + 1)
    ]
    for m in (3, 5, 7, 9, 13)
}

# |c_27| of the backward error's series, over the unit roundoff.
_REMAINDER_13 = 1 / (math.comb(26, 13) * math.factorial(27)) / 2.0**-53


def _norm(a: Tensor) -> Tensor:
    """Return the greatest sum of moduli of a column."""
    return _core.max(_core.sum(absolute(a), (-2,), False), (-1,), False)


def _sum(matrices: list[Tensor], coefficients: list[float], n: int) -> Tensor:
    """Return the sum of powers; the first coefficient is of the identity."""
    terms = [_core.multiply(x, c) for x, c in zip(matrices, coefficients[1:], strict=True)]
    total = terms[0]
    for term in terms[1:]:
        total = _core.add(total, term)
    return _core.add(total, coefficients[0] * np.eye(n, dtype=total.dtype))


def _quotient(a: Tensor, odd: Tensor, even: Tensor) -> Tensor:
    """Return (even - odd)^-1 (even + odd), where `odd` is still to be multiplied by `a`."""
    u = _core.matmul(a, odd)
    return solution(_core.subtract(even, u), _core.add(even, u))


def _by_degree(a: Tensor, square: Tensor, degree: int) -> Tensor:
    n = a.shape[-1]
    powers = [square]
    while len(powers) < degree // 2:
        powers.append(_core.matmul(powers[-1], square))
    b = _COEFFICIENTS[degree]
    return _quotient(a, _sum(powers, b[1::2], n), _sum(powers, b[0::2], n))


def _by_degree_13(a: Tensor, a2: Tensor, a4: Tensor, a6: Tensor) -> Tensor:
    n, b = a.shape[-1], _COEFFICIENTS[13]
    powers = [a2, a4, a6]
    odd = _core.matmul(a6, _sum(powers, [0.0, b[9], b[11], b[13]], n))
    even = _core.matmul(a6, _sum(powers, [0.0, b[8], b[10], b[12]], n))
    return _quotient(
        a, _core.add(odd, _sum(powers, b[1:9:2], n)), _core.add(even, _sum(powers, b[0:8:2], n))
    )


def _halvings(norm: Tensor) -> Tensor:
    """Return how often numbers are halved until they are in the bound; those that are not finite are left."""
    is_finite = _core.isfinite(norm)
    ratio = _core.divide(_core.where(is_finite, norm, 0.0), _BOUND_13)
    return _core.ceil(_core.log2(_core.maximum(ratio, 1.0)))


def _more_halvings(a: Tensor, halvings: Tensor) -> Tensor:
    """Return the halvings that matrices need which are far from normal: ell of (2009b), with the modulus' 27th power."""
    modulus = _core.multiply(absolute(a), _core.exp2(_core.negative(_column(halvings))))
    sums = _core.broadcast_to(
        np.ones((1, a.shape[-1]), modulus.dtype), (*a.shape[:-2], 1, a.shape[-1])
    )
    for _ in range(27):
        sums = _core.matmul(sums, modulus)
    power = _core.max(sums, (-1, -2), False)
    alpha = _core.divide(_core.multiply(power, _REMAINDER_13), _norm(modulus))
    is_counted = _core.logical_and(_core.isfinite(alpha), _core.greater(alpha, 1.0))
    digits = _core.log2(_core.where(is_counted, alpha, 1.0))
    return _core.ceil(_core.divide(digits, 26.0))


def _column(x: Tensor) -> Tensor:
    """Numbers, one for each matrix."""
    return _core.reshape(x, (*x.shape, 1, 1))


def _greatest(x: Tensor) -> int:
    return int(_core.convert(_core.max(x, tuple(range(-x.ndim, 0)), False), np.int64))


def _scaled(a: Tensor, a2: Tensor, norm: Tensor) -> Tensor:
    """Halve until the approximant of degree 13 is exact, and square as often."""
    a4 = _core.matmul(a2, a2)
    a6 = _core.matmul(a4, a2)
    fixed = [_core.stop_gradient(x) for x in (a, a4, a6)]
    # The norms of powers may be far below the powers of the norm.
    reach = _core.maximum(_core.power(_norm(fixed[1]), 0.25), _core.power(_norm(fixed[2]), 1 / 6))
    halvings = _halvings(_core.minimum(reach, norm))
    if bool(
        _core.any(_core.not_equal(halvings, _halvings(norm)), tuple(range(-norm.ndim, 0)), False)
    ):
        halvings = _core.add(halvings, _more_halvings(fixed[0], halvings))
    count = _greatest(halvings)
    if count == 0:
        return _by_degree_13(a, a2, a4, a6)
    scale = _core.convert(
        _column(_core.exp2(_core.negative(halvings))), np.empty(0, a.dtype).real.dtype
    )
    square = _core.multiply(scale, scale)
    fourth = _core.multiply(square, square)
    result = _by_degree_13(
        _core.multiply(a, scale),
        _core.multiply(a2, square),
        _core.multiply(a4, fourth),
        _core.multiply(a6, _core.multiply(fourth, square)),
    )
    least = count if norm.ndim == 0 else -_greatest(_core.negative(halvings))
    for step in range(count):
        squared = _core.matmul(result, result)
        is_due = True if step < least else _column(_core.greater(halvings, step))
        result = squared if is_due is True else _core.where(is_due, squared, result)
    return result


def exponential(a: Tensor) -> Tensor:
    """Return exponentials of matrices that have been read."""
    if a.size == 0:
        return a
    if a.shape[-1] == 1:
        return _core.exp(a)
    norm = _norm(_core.stop_gradient(a))
    largest = _core.max(norm, tuple(range(-norm.ndim, 0)), False)
    place = int(_core.sum(_core.greater(largest, _BOUNDS), (-1,), False))
    square = _core.matmul(a, a)
    if place < len(_DEGREES):
        return _by_degree(a, square, _DEGREES[place])
    return _scaled(a, square, norm)


def expm(A: Operand) -> Tensor:
    """Return exponentials of matrices.

    Parameters
    ----------
    A : array_like
        Square matrices, of shape (..., N, N).

    Returns
    -------
    Tensor
        Of the shape of `A`.

    Raises
    ------
    ValueError
        If `A` is not square.

    Notes
    -----
    The matrix is halved until a Pade approximant is exact, and its exponential squared as often [2]_. Derivatives are those of
    the approximant, which are as exact [1]_; a gradient takes two to three times as long as the value.

    References
    ----------
    .. [1] A. H. Al-Mohy and N. J. Higham, *Computing the Frechet derivative of the matrix exponential, with an application to
           condition number estimation*, SIAM J. Matrix Anal. Appl. 30, 2009.
    .. [2] A. H. Al-Mohy and N. J. Higham, *A new scaling and squaring algorithm for the matrix exponential*, SIAM J. Matrix
           Anal. Appl. 31, 2009.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.expm([[0.0, 1.0], [0.0, 0.0]])
    Tensor([[1., 1.],
            [0., 1.]])
    """
    return exponential(squares("expm", "A", A, check_finite=False))


def expm_frechet(
    A: Operand,
    E: Operand,
    method: Any = None,
    compute_expm: bool = True,
    check_finite: bool = True,
) -> Any:
    """Return the exponential of a matrix, and its derivative in a direction.

    Parameters
    ----------
    A : array_like
        Square matrices, of shape (..., N, N).
    E : array_like
        Directions, of the shape of `A`.
    method : {None, "SPS", "blockEnlarge"}
        Of no effect.
    compute_expm : bool
        Whether the exponential is returned as well.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    expm_A : Tensor
        Only if `compute_expm`.
    expm_frechet_AE : Tensor
        Of the shape of `A`, linear in `E`, in double precision.

    Raises
    ------
    ValueError
        If the shapes do not fit, or there is no such method.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.expm_frechet([[1.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]], compute_expm=False)
    Tensor([[0., 0.],
            [0., 0.]])
    """
    matrix = squares("expm_frechet", "A", A, check_finite)
    direction = squares("expm_frechet", "E", E, check_finite)
    if matrix.shape != direction.shape:
        message = (
            f"expm_frechet: A is {matrix.shape} and E is {direction.shape}; one shape is needed"
        )
        raise ShapeError(message)
    if method not in (None, "SPS", "blockEnlarge"):
        message = f"expm_frechet: method is {method!r}; 'SPS' or 'blockEnlarge' is needed"
        raise ShapeError(message)
    # in double precision, as SciPy's
    matrix, direction = of_one_dtype(matrix, direction, identity(0, np.float64))[:2]
    value, moved = jvp(exponential, (matrix,), (direction,))
    return (value, moved) if compute_expm else moved
