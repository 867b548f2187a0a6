"""Covariances and correlations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import ALL_AXES, constant, converted, part_along, tensor_of
from wengert.numpy.elementwise.complex_parts import imag, real
from wengert.numpy.layout.reshaping import squeeze
from wengert.numpy.reductions.moments import average

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand

__all__ = ["corrcoef", "cov"]


def cov(
    m: Operand,
    y: Operand | None = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Operand | None = None,
    aweights: Operand | None = None,
    *,
    dtype: DTypeLike = None,
) -> Tensor:
    """Return the covariances of variables, of which there are several observations.

    Parameters
    ----------
    m : array_like
        Of shape (variables, observations), or (observations,) for one variable.
    y : array_like, optional
        More variables, of the same form.
    rowvar : bool
        Whether a variable is a row; otherwise it is a column.
    bias : bool
        Whether to divide by the number N of observations rather than by N - 1.
    ddof : int, optional
        To divide by N - ddof.
    fweights : array_like of int, optional
        How often each observation was made, of shape (observations,).
    aweights : array_like, optional
        How much each observation counts, of shape (observations,).
    dtype : dtype, optional
        What is computed with; by default that of the operands, at least float64.

    Returns
    -------
    Tensor
        Of shape (variables, variables), or a number for one of them; in the units of their products.

    Raises
    ------
    DTypeError
        If `fweights` are no integers.
    ValueError
        If `ddof` is no integer, or a weight is negative.
    ShapeError
        If an operand has more than two axes, or lengths do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.cov([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]])
    Tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    if ddof is not None and ddof != int(ddof):
        message = f"cov: ddof is {ddof}; an integer is needed"
        raise ValueError(message)
    x = _variables("m", m, rowvar)
    others = None if y is None else _variables("y", y, rowvar)
    if dtype is None:
        given = [x.dtype] if others is None else [x.dtype, others.dtype]
        dtype = np.result_type(*given, np.float64)
    x = converted(x, dtype)
    if x.shape[0] == 0:
        return constant(np.zeros((0, 0)))
    if others is not None:
        x = _core.concatenate([x, converted(others, dtype)], -2)
    if ddof is None:
        ddof = 0 if bias else 1
    weights = _joint_weights(x.shape[1], fweights, aweights)
    means, sums = average(x, 1, weights, returned=True)
    if weights is None:
        count: Any = x.shape[1] - ddof
    else:
        count = real(_core.reshape(part_along(sums, -1, 0, 1), ()))
        if ddof and aweights is not None:
            both = _core.sum(_core.multiply(weights, tensor_of(aweights)), (-1,), False)
            count = _core.subtract(count, _core.divide(_core.multiply(both, ddof), count))
        elif ddof:
            count = _core.subtract(count, ddof)
    distance = _core.subtract(x, _core.reshape(means, (x.shape[0], 1)))
    weighted = distance if weights is None else _core.multiply(distance, weights)
    products = _core.matmul(distance, _core.conjugate(_core.transpose(weighted, (-1, -2))))
    factor = _core.divide(1.0, _core.maximum(count, 0))
    return squeeze(_core.multiply(products, converted(factor, real(products).dtype)))


def _variables(name: str, operand: Operand, rowvar: bool) -> Tensor:
    """Read variables, one to a row."""
    x = tensor_of(operand)
    if x.ndim > 2:
        message = f"cov: {name} is {x.shape}; two axes at most are needed"
        raise ShapeError(message)
    if x.ndim == 2 and not rowvar and not (name == "y" and x.shape[0] == 1):
        return _core.transpose(x, (-1, -2))
    return _core.reshape(x, (1, x.size)) if x.ndim < 2 else x


def _joint_weights(count: int, fweights: Operand | None, aweights: Operand | None) -> Tensor | None:
    """Check weights of observations, and multiply them."""
    joint = None
    for name, given in (("fweights", fweights), ("aweights", aweights)):
        if given is None:
            continue
        w = tensor_of(given)
        if name == "fweights" and w.dtype.kind not in "bi":
            is_whole = _core.equal(w, _core.rint(w))
            if not _core.all(is_whole, ALL_AXES[w.ndim], False):
                message = f"cov: fweights are {given}; integers are needed"
                raise DTypeError(message)
        if w.ndim != 1 or w.shape[0] != count:
            message = f"cov: {name} are {w.shape} and there are {count} observations; shape ({count},) is needed"
            raise ShapeError(message)
        if _core.any(_core.less(w, 0), (-1,), False):
            message = f"cov: one of the {name} is negative; none may be"
            raise ValueError(message)
        w = converted(w, np.float64)
        joint = w if joint is None else _core.multiply(joint, w)
    return joint


def corrcoef(
    x: Operand,
    y: Operand | None = None,
    rowvar: bool = True,
    *,
    dtype: DTypeLike = None,
) -> Tensor:
    """Return the correlations of variables, of which there are several observations.

    Parameters
    ----------
    x, y, rowvar, dtype
        As `m`, `y`, `rowvar`, `dtype` of `cov`.

    Returns
    -------
    Tensor
        Of shape (variables, variables), or a number for one of them; without a unit.

    Raises
    ------
    ShapeError
        If an operand has more than two axes, or lengths do not fit.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.corrcoef([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]])
    Tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    c = cov(x, y, rowvar, dtype=dtype)
    if c.ndim == 0:
        return _core.divide(c, c)
    n = c.shape[0]
    deviation = _core.sqrt(_core.as_strided(real(c), (n,), (n + 1,), 0))
    c = _core.divide(_core.divide(c, _core.reshape(deviation, (n, 1))), deviation)
    if c.dtype.kind != "c":
        return _limited(c)
    return _core.complex(_limited(real(c)), _limited(imag(c)))


def _limited(x: Tensor) -> Tensor:
    """Bring back what rounding took out of [-1, 1]; what lies at the ends keeps its derivative."""
    return _core.where(_core.greater(_core.absolute(x), 1.0), _core.sign(x), x)
