"""Roots, powers and logarithms of matrices, as SciPy computes them."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DerivativeError, ShapeError, Tensor
from wengert._foreign import primitive
from wengert.numpy._arguments import tensor_of
from wengert.numpy.elementwise.complex_parts import absolute
from wengert.numpy.linear_algebra._matrices import factors_of
from wengert.numpy.linear_algebra.equations import matrix_power
from wengert.scipy.linalg._foreign_factors import Kept, over_examples
from wengert.scipy.linalg._operands import of_one_dtype, squares, transposed
from wengert.scipy.linalg.sylvester import sylvester

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand

__all__ = ["fractional_matrix_power", "logm", "sqrtm"]


def _moved(name: str, function: Callable[[Tensor], Any], a: Tensor, t: Tensor) -> Tensor:
    """Return the derivative of a function of matrices in a direction: f [[a, t], [0, a]] has it in its corner.

    The direction is brought to the size of the matrix before, since it is part of one that SciPy's algorithms scale.
    """
    n = a.shape[-1]
    sign = _core.sign_determinant(a, *factors_of(a))
    if bool(_core.any(_core.equal(sign, 0), tuple(range(-sign.ndim, 0)), False)):
        message = f"{name}: the matrix is singular, where there is no derivative"
        raise DerivativeError(message)
    a, t = of_one_dtype(a, t)
    own, other = (_core.max(absolute(_core.stop_gradient(x)), (-2, -1), True) for x in (a, t))
    is_zero = _core.logical_or(_core.equal(own, 0), _core.equal(other, 0))
    scale = _core.where(
        is_zero, 1.0, _core.divide(_core.where(is_zero, 1.0, other), _core.where(is_zero, 1.0, own))
    )
    leading = np.broadcast_shapes(a.shape[:-2], t.shape[:-2])
    a, scaled = (_core.broadcast_to(x, (*leading, n, n)) for x in (a, _core.divide(t, scale)))
    nothing = _core.broadcast_to(_core.convert(0, a.dtype), a.shape)
    rows = [_core.concatenate([a, scaled], -1), _core.concatenate([nothing, a], -1)]
    whole = tensor_of(function(_core.concatenate(rows, -2)))
    return _core.multiply(whole[..., :n, n:], scale)


def logm(A: Operand) -> Tensor:
    """Return logarithms of matrices.

    Parameters
    ----------
    A : array_like
        Square matrices, of shape (..., N, N), without an eigenvalue that is zero.

    Returns
    -------
    Tensor
        Of the shape of `A`: the principal logarithms, complex where an eigenvalue is negative.

    Raises
    ------
    ValueError
        If `A` is not square.
    DerivativeError
        If a derivative is asked for at a singular matrix.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Notes
    -----
    A derivative is the corner of the logarithm of a matrix of twice the size [1]_: exact, of every order, and at equal
    eigenvalues too.

    References
    ----------
    .. [1] R. Mathias, *A chain rule for matrix functions and applications*, SIAM J. Matrix Anal. Appl. 17, 1996.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.logm([[1.0, 1.0], [0.0, 1.0]])
    Tensor([[0., 1.],
            [0., 0.]])
    """
    from scipy.linalg import logm as scipys  # noqa: PLC0415 -- an extra

    rule = primitive(Kept(lambda a: over_examples(scipys, a)))
    rule.defvjp(lambda ct, y, a: _moved("logm", rule, transposed(a), ct))
    rule.defjvp(lambda t, y, a: _moved("logm", rule, a, t))
    return _applied(rule, squares("logm", "A", A))


def _applied(rule: Callable[..., Any], a: Tensor, *others: Any) -> Tensor:
    return tensor_of(rule(a, *others)) if a.size else a


def sqrtm(A: Operand) -> Tensor:
    """Return square roots of matrices.

    Parameters
    ----------
    A : array_like
        Square matrices, of shape (..., N, N).

    Returns
    -------
    Tensor
        Of the shape of `A`: the principal roots, complex where an eigenvalue is negative.

    Raises
    ------
    ValueError
        If `A` is not square.
    numpy.linalg.LinAlgError
        If a derivative is asked for at a matrix that has the eigenvalue zero: it does not exist there.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Notes
    -----
    The derivative solves Sylvester's equation ``x dx + dx x = da``.

    References
    ----------
    .. [1] N. J. Higham, *Functions of Matrices*, SIAM, 2008, ch. 6.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.sqrtm([[4.0, 4.0], [0.0, 4.0]])
    Tensor([[2., 1.],
            [0., 2.]])
    """
    from scipy.linalg import sqrtm as scipys  # noqa: PLC0415 -- an extra

    rule = primitive(Kept(lambda a: over_examples(scipys, a)))

    def moved(root: Any, direction: Any) -> Tensor:
        return sylvester(root, root, tensor_of(direction))

    rule.defvjp(lambda ct, x, a: moved(transposed(x), ct))
    rule.defjvp(lambda t, x, a: moved(tensor_of(x), t))
    return _applied(rule, squares("sqrtm", "A", A))


def fractional_matrix_power(A: Operand, t: Any) -> Tensor:
    """Raise matrices to a real power.

    Parameters
    ----------
    A : array_like
        Square matrices, of shape (..., N, N).
    t : float
        The power; it has a derivative too.

    Returns
    -------
    Tensor
        Of the shape of `A`, complex where an eigenvalue is negative and the power no integer.

    Raises
    ------
    ValueError
        If `A` is not square, or `t` is not one number.
    DerivativeError
        If a derivative is asked for at a singular matrix.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Notes
    -----
    The derivative in the matrix is the corner of the power of one of twice the size, as for `logm`; that in the power is
    ``logm(A) A^t``.

    References
    ----------
    .. [1] N. J. Higham and L. Lin, *An improved Schur-Pade algorithm for fractional powers of a matrix and their Frechet
           derivatives*, SIAM J. Matrix Anal. Appl. 34, 2013.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.fractional_matrix_power([[4.0, 0.0], [0.0, 9.0]], 0.5)
    Tensor([[2., 0.],
            [0., 3.]])
    """
    from scipy.linalg import fractional_matrix_power as scipys  # noqa: PLC0415 -- an extra

    matrix = squares("fractional_matrix_power", "A", A)
    if not isinstance(t, Tensor) and t == int(t):
        return matrix_power(matrix, index(int(t)))
    power = tensor_of(t)
    if power.ndim:
        message = f"fractional_matrix_power: t is {power.shape}; one number is needed"
        raise ShapeError(message)

    def to_power(ct: Any, y: Any, a: Any, power: Any) -> Any:
        return _core.sum(_core.multiply(ct, logm(a) @ y), tuple(range(-y.ndim, 0)), False)

    def at(power: Any) -> Callable[[Any], Any]:
        return lambda a: rule(a, power)

    name = "fractional_matrix_power"
    rule = primitive(Kept(lambda a, p: over_examples(lambda x: scipys(x, float(p)), a)))
    rule.defvjp(lambda ct, y, a, p: _moved(name, at(p), transposed(a), ct), to_power)
    rule.defjvp(lambda t, y, a, p: _moved(name, at(p), a, t), lambda t, y, a, p: t * (logm(a) @ y))
    return _applied(rule, matrix, power)
