"""Polynomials by their coefficients from the highest power down, as `numpy.polyval` has them."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import (
    constant,
    converted,
    part_along,
    tensor_of,
)
from wengert.numpy.elementwise.complex_parts import real
from wengert.numpy.layout.reshaping import atleast_1d
from wengert.numpy.linear_algebra.spectra import eigvals
from wengert.numpy.predicates.kinds import result_type
from wengert.numpy.selection.editing import trim_zeros

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = [
    "poly",
    "polyadd",
    "polyder",
    "polydiv",
    "polyint",
    "polymul",
    "polysub",
    "polyval",
    "vander",
]


def multiplied(a: Tensor, b: Tensor) -> Tensor:
    """Sum the products of coefficients whose powers add up to the same: in either order of powers."""
    n, m = a.size, b.size
    products = _core.multiply(_core.reshape(a, (n, 1)), b)
    places = np.arange(n)[:, None] + np.arange(m)
    return _core.add_at([np.zeros(n + m - 1, products.dtype), products, places], (-1,), 0)


def coefficients_of(p: Any) -> Tensor:
    """Read coefficients, those of a `numpy.poly1d` too."""
    return atleast_1d(p.coeffs if isinstance(p, np.poly1d) else tensor_of(p))  # type: ignore[no-any-return]


def without_leading_zeros(p: Any) -> Tensor:
    """Leave leading zeros out, but for one."""
    left = trim_zeros(coefficients_of(p), "f")
    return left if left.size else constant(np.zeros(1, left.dtype))


def vander(x: Operand, N: int | None = None, increasing: bool = False) -> Tensor:
    """Return the powers of numbers, one row for each number.

    Parameters
    ----------
    x : array_like
        Of shape (M,).
    N : int, optional
        How many powers; by default M.
    increasing : bool
        Whether they go up from left to right.

    Returns
    -------
    Tensor
        Of shape (M, N).

    Raises
    ------
    ShapeError
        If `x` has not one axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.vander([2.0, 3.0], 3)
    Tensor([[4., 2., 1.],
            [9., 3., 1.]])
    """
    values = tensor_of(x)
    if values.ndim != 1:
        message = f"vander: x is {values.shape}; one axis is needed"
        raise ShapeError(message)
    m = values.size
    n = m if N is None else index(N)
    values = converted(values, np.promote_types(values.dtype, np.int64))
    ones = np.ones((m, min(n, 1)), values.dtype)
    if n <= 1:
        return constant(ones)
    factors = _core.broadcast_to(_core.reshape(values, (m, 1)), (m, n - 1))
    powers = _core.cumprod(_core.concatenate([ones, factors], -1), -1, False)
    return powers if increasing else _core.flip(powers, (-1,))


def poly(seq_of_zeros: Operand) -> Tensor:
    """Return the coefficients of the polynomial with these zeros, the first of them 1.

    Parameters
    ----------
    seq_of_zeros : array_like
        Of shape (N,); or a square matrix, whose eigenvalues they are.

    Returns
    -------
    Tensor
        Of shape (N + 1,); real if complex zeros come in conjugate pairs.

    Raises
    ------
    ShapeError
        If there is not one axis, nor a square matrix.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.poly([1.0, 2.0])
    Tensor([ 1., -3.,  2.])
    """
    zeros = atleast_1d(tensor_of(seq_of_zeros))
    if zeros.ndim == 2 and zeros.shape[0] == zeros.shape[1] != 0:
        zeros = eigvals(zeros)
    if zeros.ndim != 1:
        message = f"poly: the zeros are {zeros.shape}; one axis, or a square matrix, is needed"
        raise ShapeError(message)
    if zeros.size == 0:
        return constant(1.0)
    if zeros.dtype.kind in "bi":
        zeros = converted(zeros, np.float64)
    result = constant(np.ones(1, zeros.dtype))
    edge = np.zeros(1, zeros.dtype)
    for i in range(zeros.size):
        last = _core.multiply(result, part_along(zeros, -1, i, 1))
        result = _core.subtract(
            _core.concatenate([result, edge], -1), _core.concatenate([edge, last], -1)
        )
    if zeros.dtype.kind == "c":
        pairs = (_core.sort(z, -1) for z in (zeros, _core.conjugate(zeros)))
        if _core.all(_core.equal(*pairs), (-1,), False):
            return _core.identity(real(result))
    return result


def polyval(p: Any, x: Any) -> Any:
    """Evaluate a polynomial, by Horner's rule.

    Parameters
    ----------
    p : array_like
        The coefficients, of shape (N,).
    x : array_like or numpy.poly1d
        Where; of a polynomial, the composition is returned, as NumPy does.

    Returns
    -------
    Tensor
        Of the shape of `x`.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.polyval([1.0, 0.0, 2.0], [2.0, 3.0])
    Tensor([ 6., 11.])
    """
    coefficients = coefficients_of(p)
    if isinstance(x, np.poly1d):
        return np.polyval(coefficients.numpy(), x)
    at = tensor_of(x)
    value = constant(np.zeros(at.shape, at.dtype))
    for c in coefficients:
        value = _core.add(_core.multiply(value, at), c)
    return value


def polyadd(a1: Any, a2: Any) -> Tensor:
    """Add polynomials.

    Parameters
    ----------
    a1, a2 : array_like
        The coefficients, of one axis.

    Returns
    -------
    Tensor
        As long as the longer one.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.polyadd([1.0, 2.0], [5.0])
    Tensor([1., 7.])
    """
    return _core.add(*_aligned(a1, a2))


def polysub(a1: Any, a2: Any) -> Tensor:
    """Subtract polynomials.

    Parameters
    ----------
    a1, a2 : array_like
        The coefficients, of one axis.

    Returns
    -------
    Tensor
        As long as the longer one.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.polysub([1.0, 2.0], [5.0])
    Tensor([ 1., -3.])
    """
    return _core.subtract(*_aligned(a1, a2))


def _aligned(a1: Any, a2: Any) -> list[Tensor]:
    """Put zeros in front of the shorter one."""
    pair = [coefficients_of(a) for a in (a1, a2)]
    n = max(a.shape[0] for a in pair)
    return [
        a if a.shape[0] == n else _core.concatenate([np.zeros(n - a.shape[0], a.dtype), a], -1)
        for a in pair
    ]


def polymul(a1: Any, a2: Any) -> Tensor:
    """Multiply polynomials.

    Parameters
    ----------
    a1, a2 : array_like
        The coefficients, of one axis; leading zeros are left out.

    Returns
    -------
    Tensor
        As long as both together, less one.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.polymul([1.0, 2.0], [1.0, -2.0])
    Tensor([ 1.,  0., -4.])
    """
    return multiplied(without_leading_zeros(a1), without_leading_zeros(a2))


def polydiv(u: Any, v: Any) -> tuple[Tensor, Tensor]:
    """Divide polynomials.

    Parameters
    ----------
    u, v : array_like
        The coefficients, of one axis; the first of `v` is not zero.

    Returns
    -------
    tuple of Tensor
        The quotient and the remainder, without leading zeros.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.polydiv([1.0, 3.0, 5.0], [1.0, 1.0])
    (Tensor([1., 2.]), Tensor([3.]))
    """
    rest, divisor = (_core.add(coefficients_of(a), 0.0) for a in (u, v))
    dtype = result_type(rest, divisor)
    rest, divisor = (converted(a, dtype) for a in (rest, divisor))
    m, n = rest.size, divisor.size
    scale = _core.divide(1.0, divisor[0])
    quotients = []
    for k in range(m - n + 1):
        factor = _core.multiply(scale, rest[k])
        quotients.append(factor)
        taken = _core.multiply(factor, divisor)
        rest = _core.add_at_slice(rest, _core.negative(taken), (1, k, n, 1))
    first = 0
    while first < m - 1 and _core.less_equal(
        _core.absolute(rest[first]) if rest.dtype.kind != "c" else _core.modulus(rest[first]), 1e-8
    ):
        first += 1
    quotient = _core.stack(quotients, -1) if quotients else constant(np.zeros(1, dtype))
    return quotient, part_along(rest, -1, first, m - first)


def polyder(p: Any, m: int = 1) -> Tensor:
    """Differentiate a polynomial in its variable.

    Parameters
    ----------
    p : array_like
        The coefficients, of one axis.
    m : int
        How often.

    Returns
    -------
    Tensor
        Shorter by `m`.

    Raises
    ------
    ValueError
        If `m` is negative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.polyder([1.0, 1.0, 1.0])
    Tensor([2., 1.])
    """
    times = index(m)
    if times < 0:
        message = f"polyder: m is {m}; no negative number is needed"
        raise ValueError(message)
    c = coefficients_of(p)
    for _ in range(times):
        n = max(c.size - 1, 0)
        c = _core.multiply(part_along(c, -1, 0, n), np.arange(n, 0, -1))
    return c


def polyint(p: Any, m: int = 1, k: Any = None) -> Tensor:
    """Integrate a polynomial in its variable.

    Parameters
    ----------
    p : array_like
        The coefficients, of one axis.
    m : int
        How often.
    k : number or array_like, optional
        The constants of integration, that of the first first; by default 0.

    Returns
    -------
    Tensor
        Longer by `m`.

    Raises
    ------
    ValueError
        If `m` is negative, or there are not as many constants.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.polyint([2.0, 1.0], k=3.0)
    Tensor([1., 1., 3.])
    """
    times = index(m)
    if times < 0:
        message = f"polyint: m is {m}; no negative number is needed"
        raise ValueError(message)
    constants = atleast_1d(tensor_of(0.0 if k is None else k))
    if constants.size == 1 and times > 1:
        constants = _core.broadcast_to(constants, (times,))
    if constants.size < times:
        message = f"polyint: {constants.size} constants of integration were given and m is {m}; one or as many are needed"
        raise ValueError(message)
    c = coefficients_of(p)
    for i in range(times):
        terms = _core.divide(c, np.arange(c.size, 0, -1))
        c = _core.concatenate([terms, part_along(constants, -1, i, 1)], -1)
    return c
