"""Distribution functions and their inverses, by incomplete gamma and beta functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert.scipy.special.ufunc_arguments import stored

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import Operand, Out

__all__ = [
    "bdtr",
    "bdtrc",
    "bdtri",
    "btdtr",
    "btdtri",
    "chdtr",
    "chdtrc",
    "chdtri",
    "fdtr",
    "fdtrc",
    "fdtri",
    "gdtr",
    "gdtrc",
    "gdtrix",
    "nbdtr",
    "nbdtrc",
    "nbdtri",
    "pdtr",
    "pdtrc",
    "pdtri",
]


def chdtr(v: Operand, x: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the chi-square distribution function, of v degrees of freedom.

    Parameters
    ----------
    v, x : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(chdtr, (v, x), out, **keywords)
    return _core.gammainc(_core.multiply(v, 0.5), _core.multiply(x, 0.5))


def chdtrc(v: Operand, x: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return 1 - chdtr(v, x).

    Parameters
    ----------
    v, x : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(chdtrc, (v, x), out, **keywords)
    return _core.gammaincc(_core.multiply(v, 0.5), _core.multiply(x, 0.5))


def chdtri(v: Operand, p: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the inverse of chdtrc(v, x) in x.

    Parameters
    ----------
    v, p : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(chdtri, (v, p), out, **keywords)
    return _core.multiply(_core.gammainccinv(_core.multiply(v, 0.5), p), 2.0)


def gdtr(a: Operand, b: Operand, x: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the gamma distribution function, of rate a and shape b.

    Parameters
    ----------
    a, b, x : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(gdtr, (a, b, x), out, **keywords)
    return _core.gammainc(b, _core.multiply(a, x))


def gdtrc(a: Operand, b: Operand, x: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return 1 - gdtr(a, b, x).

    Parameters
    ----------
    a, b, x : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(gdtrc, (a, b, x), out, **keywords)
    return _core.gammaincc(b, _core.multiply(a, x))


def gdtrix(a: Operand, b: Operand, p: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the inverse of gdtr(a, b, x) in x.

    Parameters
    ----------
    a, b, p : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(gdtrix, (a, b, p), out, **keywords)
    return _core.divide(_core.gammaincinv(b, p), a)


def pdtr(k: Operand, m: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return Poisson's distribution function, of mean m, at the integer below k.

    Parameters
    ----------
    k, m : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(pdtr, (k, m), out, **keywords)
    return _core.gammaincc(_core.add(_core.floor(k), 1.0), m)


def pdtrc(k: Operand, m: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return 1 - pdtr(k, m).

    Parameters
    ----------
    k, m : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(pdtrc, (k, m), out, **keywords)
    return _core.gammainc(_core.add(_core.floor(k), 1.0), m)


def pdtri(k: Operand, p: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the inverse of pdtr(k, m) in m.

    Parameters
    ----------
    k, p : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(pdtri, (k, p), out, **keywords)
    return _core.gammainccinv(_core.add(_core.floor(k), 1.0), p)


def bdtr(k: Operand, n: Operand, p: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the binomial distribution function, of n trials, at the integer below k.

    Parameters
    ----------
    k, n, p : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(bdtr, (k, n, p), out, **keywords)
    return _core.betaincc(_core.add(_core.floor(k), 1.0), _core.subtract(n, _core.floor(k)), p)


def bdtrc(k: Operand, n: Operand, p: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return 1 - bdtr(k, n, p).

    Parameters
    ----------
    k, n, p : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(bdtrc, (k, n, p), out, **keywords)
    return _core.betainc(_core.add(_core.floor(k), 1.0), _core.subtract(n, _core.floor(k)), p)


def bdtri(k: Operand, n: Operand, y: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the inverse of bdtr(k, n, p) in p.

    Parameters
    ----------
    k, n, y : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(bdtri, (k, n, y), out, **keywords)
    return _core.betainccinv(_core.add(_core.floor(k), 1.0), _core.subtract(n, _core.floor(k)), y)


def nbdtr(k: Operand, n: Operand, p: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the negative binomial distribution function, of n successes.

    Parameters
    ----------
    k, n, p : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(nbdtr, (k, n, p), out, **keywords)
    return _core.betainc(n, _core.add(_core.floor(k), 1.0), p)


def nbdtrc(k: Operand, n: Operand, p: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return 1 - nbdtr(k, n, p).

    Parameters
    ----------
    k, n, p : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(nbdtrc, (k, n, p), out, **keywords)
    return _core.betaincc(n, _core.add(_core.floor(k), 1.0), p)


def nbdtri(k: Operand, n: Operand, y: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the inverse of nbdtr(k, n, p) in p.

    Parameters
    ----------
    k, n, y : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(nbdtri, (k, n, y), out, **keywords)
    return _core.betaincinv(n, _core.add(_core.floor(k), 1.0), y)


def fdtr(dfn: Operand, dfd: Operand, x: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the distribution function of Fisher's F.

    Parameters
    ----------
    dfn, dfd, x : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(fdtr, (dfn, dfd, x), out, **keywords)
    scaled = _core.multiply(dfn, x)
    share = _core.divide(scaled, _core.add(dfd, scaled))
    return _core.betainc(_core.multiply(dfn, 0.5), _core.multiply(dfd, 0.5), share)


def fdtrc(dfn: Operand, dfd: Operand, x: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return 1 - fdtr(dfn, dfd, x).

    Parameters
    ----------
    dfn, dfd, x : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(fdtrc, (dfn, dfd, x), out, **keywords)
    ratio = _core.divide(
        _core.multiply(dfn, x), dfd
    )  # of dfd once, since at 0 its slope is infinite
    share = _core.reciprocal(_core.add(ratio, 1.0))
    return _core.betainc(_core.multiply(dfd, 0.5), _core.multiply(dfn, 0.5), share)


def fdtri(dfn: Operand, dfd: Operand, p: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the inverse of fdtr(dfn, dfd, x) in x.

    Parameters
    ----------
    dfn, dfd, p : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(fdtri, (dfn, dfd, p), out, **keywords)
    share = _core.betaincinv(_core.multiply(dfn, 0.5), _core.multiply(dfd, 0.5), p)
    return _core.divide(_core.multiply(dfd, share), _core.multiply(dfn, _core.subtract(1.0, share)))


def btdtr(a: Operand, b: Operand, x: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the distribution function of the beta distribution.

    Parameters
    ----------
    a, b, x : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(btdtr, (a, b, x), out, **keywords)
    return _core.betainc(a, b, x)


def btdtri(a: Operand, b: Operand, p: Operand, /, out: Out = None, **keywords: Any) -> Tensor:
    """Return the inverse of btdtr(a, b, x) in x.

    Parameters
    ----------
    a, b, p : array_like
        Real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **keywords
        ``where``, ``casting`` and ``dtype``, as NumPy's ufuncs have them.

    Returns
    -------
    Tensor
        Of the broadcast shape of the operands.
    """
    if out is not None or keywords:
        return stored(btdtri, (a, b, p), out, **keywords)
    return _core.betaincinv(a, b, p)
