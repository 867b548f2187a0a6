"""Functions of real and of complex numbers, by one name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert.numpy._arguments import tensor_of
from wengert.scipy.special.ufunc_arguments import stored

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import Operand, Out

__all__ = [
    "dawsn",
    "erf",
    "erfc",
    "erfcx",
    "gamma",
    "lambertw",
    "log_ndtr",
    "loggamma",
    "ndtr",
    "psi",
    "rgamma",
    "spence",
    "voigt_profile",
    "wofz",
    "xlog1py",
    "xlogy",
]


def is_complex(z: Any) -> bool:
    """Whether an operand holds complex numbers."""
    dtype = getattr(z, "dtype", None)
    return (tensor_of(z).dtype if dtype is None else dtype).kind == "c"


def erf(z: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the error function.

    Parameters
    ----------
    z : array_like
        Of any shape; complex numbers need SciPy.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the shape of `z`.
    """
    if type(z) is float:
        return _core.erf(z, out, **keywords)
    return (_core.complex_erf if is_complex(z) else _core.erf)(z, out, **keywords)


def erfc(z: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return 1 - erf(z), with its digits where that is near 0.

    Parameters
    ----------
    z : array_like
        Of any shape; complex numbers need SciPy.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the shape of `z`.
    """
    if type(z) is float:
        return _core.erfc(z, out, **keywords)
    return (_core.complex_erfc if is_complex(z) else _core.erfc)(z, out, **keywords)


def erfcx(z: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return e^(z^2) erfc(z).

    Parameters
    ----------
    z : array_like
        Of any shape; complex numbers need SciPy.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the shape of `z`.
    """
    if type(z) is float:
        return _core.erfcx(z, out, **keywords)
    return (_core.complex_erfcx if is_complex(z) else _core.erfcx)(z, out, **keywords)


def ndtr(z: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the standard normal distribution function.

    Parameters
    ----------
    z : array_like
        Of any shape; complex numbers need SciPy.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the shape of `z`.
    """
    if type(z) is float:
        return _core.ndtr(z, out, **keywords)
    return (_core.complex_ndtr if is_complex(z) else _core.ndtr)(z, out, **keywords)


def log_ndtr(x: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the logarithm of the standard normal distribution function.

    Parameters
    ----------
    x : array_like
        Of any shape; complex numbers need SciPy.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the shape of `x`.
    """
    if type(x) is float:
        return _core.log_ndtr(x, out, **keywords)
    return (_core.complex_log_ndtr if is_complex(x) else _core.log_ndtr)(x, out, **keywords)


def spence(z: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return Spence's function, the dilogarithm of 1 - z.

    Parameters
    ----------
    z : array_like
        Of any shape.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the shape of `z`.
    """
    return (_core.complex_spence if is_complex(z) else _core.spence)(z, out, **keywords)


def dawsn(z: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return Dawson's integral.

    Parameters
    ----------
    z : array_like
        Of any shape.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the shape of `z`.
    """
    return (_core.complex_dawsn if is_complex(z) else _core.dawsn)(z, out, **keywords)


def rgamma(z: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return 1 / gamma, which is 0 at the poles of that.

    Parameters
    ----------
    z : array_like
        Of any shape.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the shape of `z`.
    """
    return (_core.complex_rgamma if is_complex(z) else _core.rgamma)(z, out, **keywords)


def gamma(z: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the gamma function.

    Parameters
    ----------
    z : array_like
        Of any shape; complex numbers need SciPy.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the shape of `z`.
    """
    if type(z) is float:
        return _core.gamma(z, out, **keywords)
    return (_core.complex_gamma if is_complex(z) else _core.gamma)(z, out, **keywords)


def psi(z: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the derivative of the logarithm of the gamma function.

    Parameters
    ----------
    z : array_like
        Of any shape; complex numbers need SciPy.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the shape of `z`.
    """
    if type(z) is float:
        return _core.psi(z, out, **keywords)
    return (_core.complex_psi if is_complex(z) else _core.psi)(z, out, **keywords)


def complex_of(z: Any) -> Tensor:
    """Read an operand as complex numbers."""
    x = tensor_of(z)
    return x if x.dtype.kind == "c" else _core.complex(x, 0.0)


def loggamma(z: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the logarithm of the gamma function, analytic but for the negative real axis.

    Parameters
    ----------
    z : array_like
        Of any shape. Complex numbers need SciPy; of negative real ones the result is NaN.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the shape of `z`.

    Examples
    --------
    >>> from wengert.scipy.special import loggamma
    >>> loggamma(5.0)
    Tensor(3.17805383)
    """
    if out is not None or keywords:
        return stored(loggamma, (z,), out, **keywords)
    if is_complex(z):
        return _core.complex_loggamma(z)
    return _core.where(_core.less(z, 0), math.nan, _core.gammaln(z))


def wofz(z: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the Faddeeva function e^(-z^2) erfc(-i z).

    Parameters
    ----------
    z : array_like
        Of any shape.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Complex, of the shape of `z`.

    Examples
    --------
    >>> from wengert.scipy.special import wofz
    >>> wofz(0.0)
    Tensor(1.+0.j)
    """
    if out is not None or keywords:
        return stored(wofz, (z,), out, **keywords)
    return _core.complex_erfcx(_core.multiply(z, -1j))


def voigt_profile(
    x: Operand, sigma: Operand, gamma: Operand, /, out: Out = None, **keywords: Any
) -> Tensor:
    """Return the convolution of a normal and a Cauchy density.

    Parameters
    ----------
    x : array_like
        Real.
    sigma : array_like
        Standard deviation of the normal part, positive.
    gamma : array_like
        Half width at half height of the other, not negative.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.

    Examples
    --------
    >>> from wengert.scipy.special import voigt_profile
    >>> voigt_profile(0.0, 1.0, 0.0)
    Tensor(0.39894228)
    """
    if out is not None or keywords:
        return stored(voigt_profile, (x, sigma, gamma), out, **keywords)
    z = _core.divide(_core.complex(x, gamma), _core.multiply(sigma, math.sqrt(2.0)))
    return _core.divide(_core.real(wofz(z)), _core.multiply(sigma, math.sqrt(2 * math.pi)))


def lambertw(z: Operand, k: int = 0) -> Tensor:
    """Return a branch of the inverse of w e^w.

    Parameters
    ----------
    z : array_like
        Of any shape. At 0 the branch 0 is 0, the others are infinite.
    k : int
        The branch.

    Returns
    -------
    Tensor
        Complex, of the shape of `z`.

    Examples
    --------
    >>> from wengert.scipy.special import lambertw
    >>> lambertw(1.0).real
    Tensor(0.56714329)
    """
    return _core.lambertw_branch(k, complex_of(z))


def xlogy(x: Operand, y: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return ``x log(y)``, but 0 where `x` is 0, unless `y` is NaN.

    Parameters
    ----------
    x, y : array_like
        Of shapes that broadcast; either may be complex.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> from wengert.scipy.special import xlogy
    >>> xlogy(0.0, 0.0), xlogy(2.0, 1.0)
    (Tensor(0.), Tensor(0.))
    """
    if not (is_complex(x) or is_complex(y)):
        return _core.xlogy(x, y, out, **keywords)
    if out is not None or keywords:
        return stored(xlogy, (x, y), out, **keywords)
    return _times_log(x, y, _core.log)


def xlog1py(x: Operand, y: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return ``x log(1 + y)``, with its digits where `y` is small, but 0 where `x` is 0, unless `y` is NaN.

    Parameters
    ----------
    x, y : array_like
        Of shapes that broadcast; either may be complex.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> from wengert.scipy.special import xlog1py
    >>> xlog1py(0.0, -1.0), xlog1py(2.0, 0.0)
    (Tensor(0.), Tensor(0.))
    """
    if not (is_complex(x) or is_complex(y)):
        return _core.xlog1py(x, y, out, **keywords)
    if out is not None or keywords:
        return stored(xlog1py, (x, y), out, **keywords)
    return _times_log(x, y, _core.log1p)


def _times_log(x: Operand, y: Operand, log: Any) -> Tensor:
    """Join both as factors of derivatives are: 0 where one is, whatever the other."""
    factor, operand = tensor_of(x), tensor_of(y)
    missing = _core.where(_core.isnan(operand), operand, 0.0)
    return _core.chain(factor, log(operand)) + missing
