"""Functions that continue into the complex plane where real numbers have no result, as `numpy.emath`.

>>> import wengert.numpy as wnp
>>> wnp.emath.sqrt(-4.0)
Tensor(0.+2.j)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wengert import _core
from wengert.numpy._arguments import ALL_AXES, converted, tensor_of, tensor_or_number

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import Operand

__all__ = ["arccos", "arcsin", "arctanh", "log", "log2", "log10", "logn", "power", "sqrt"]


def _is_any(condition: Tensor) -> bool:
    return bool(_core.any(condition, ALL_AXES[condition.ndim], False))


def _as_complex(x: Tensor) -> Tensor:
    wanted = np.complex64 if x.dtype == np.float32 else np.complex128
    return x if x.dtype.kind == "c" else converted(x, wanted)


def _from_zero(x: Operand) -> Tensor:
    """`x`, complex if an element is negative."""
    read = tensor_of(x)
    if read.dtype.kind in "if" and _is_any(_core.less(read, 0)):
        return _as_complex(read)
    return read


def _to_one(x: Operand) -> Tensor:
    """`x`, complex if an element is above 1 or below -1."""
    read = tensor_of(x)
    if read.dtype.kind in "if" and _is_any(_core.greater(_core.absolute(read), 1)):
        return _as_complex(read)
    return read


def sqrt(x: Operand) -> Tensor:
    """Return the square root, imaginary of negative numbers.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of the shape of `x`; complex if an element is negative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.emath.sqrt([4.0, -1.0])
    Tensor([2.+0.j, 0.+1.j])
    """
    return _core.sqrt(_from_zero(x))


def log(x: Operand) -> Tensor:
    """Return the natural logarithm, complex of negative numbers.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of the shape of `x`; complex if an element is negative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.emath.log(-1.0).round(3)
    Tensor(0.+3.142j)
    """
    return _core.log(_from_zero(x))


def log2(x: Operand) -> Tensor:
    """Return the logarithm to base 2, complex of negative numbers.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of the shape of `x`; complex if an element is negative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.emath.log2(8.0)
    Tensor(3.)
    """
    return _core.log2(_from_zero(x))


def log10(x: Operand) -> Tensor:
    """Return the logarithm to base 10, complex of negative numbers.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of the shape of `x`; complex if an element is negative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.emath.log10(100.0)
    Tensor(2.)
    """
    return _core.log10(_from_zero(x))


def logn(n: Operand, x: Operand) -> Tensor:
    """Return the logarithm to base n, complex where one of both is negative.

    Parameters
    ----------
    n, x : array_like
        The bases and the numbers, which broadcast.

    Returns
    -------
    Tensor
        Of the shape that both broadcast to; complex if an element of either is negative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.emath.logn(2.0, [4.0, 8.0])
    Tensor([2., 3.])
    """
    return _core.divide(log(x), log(n))


def power(x: Operand, p: Operand) -> Tensor:
    """Return powers, complex of negative numbers; integers have negative powers.

    Parameters
    ----------
    x, p : array_like
        The bases and the exponents, which broadcast.

    Returns
    -------
    Tensor
        Of the shape that both broadcast to; complex if a base is negative.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.emath.power([2, 4], -2)
    Tensor([0.25  , 0.0625])
    """
    base, exponent = _from_zero(x), tensor_of(p)
    if exponent.dtype.kind == "i" and _is_any(_core.less(exponent, 0)):
        return _core.power(base, converted(exponent, np.float64))
    return _core.power(base, tensor_or_number(p))


def arccos(x: Operand) -> Tensor:
    """Return the angle whose cosine is x, complex beyond 1 and -1.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of the shape of `x`, in radians; complex if an element is above 1 or below -1.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.emath.arccos(1.0)
    Tensor(0.)
    """
    return _core.arccos(_to_one(x))


def arcsin(x: Operand) -> Tensor:
    """Return the angle whose sine is x, complex beyond 1 and -1.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of the shape of `x`, in radians; complex if an element is above 1 or below -1.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.emath.arcsin(0.0)
    Tensor(0.)
    """
    return _core.arcsin(_to_one(x))


def arctanh(x: Operand) -> Tensor:
    """Return the number whose hyperbolic tangent is x, complex beyond 1 and -1.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of the shape of `x`; complex if an element is above 1 or below -1.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.emath.arctanh(0.0)
    Tensor(0.)
    """
    return _core.arctanh(_to_one(x))
