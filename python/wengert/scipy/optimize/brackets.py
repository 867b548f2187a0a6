"""Zeros of functions of one number between two others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert.scipy._readings import Reading, read
from wengert.scipy.optimize._equations import zero_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand

_EPS = float(np.finfo(np.float64).eps)


def _found(
    name: str,
    f: Callable[..., Any],
    a: Any,
    b: Any,
    args: Any,
    full_output: bool,
    **options: Any,
) -> Any:
    from scipy import optimize as scipys  # noqa: PLC0415 -- an extra

    args = args if isinstance(args, tuple) else (args,)
    solve = getattr(scipys, name)
    value, report = solve(Reading(f, args), read(a), read(b), full_output=True, **options)
    root = zero_of(name, f, args, value)
    if not full_output:
        return root
    report.root = root
    return root, report


def brentq(
    f: Callable[..., Any],
    a: Operand,
    b: Operand,
    args: Any = (),
    xtol: float = 2e-12,
    rtol: float = 4 * _EPS,
    maxiter: int = 100,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    """Find a zero of a function between two numbers by Brent's method.

    Parameters
    ----------
    f : callable
        Function of one number and `args`, continuous, returning one number. What it closes over and what
        is in `args` may be differentiated.
    a, b : float
        Where it has different signs. The zero does not depend on them.
    args : tuple
        Further arguments of `f`.
    xtol, rtol : float
        How close to the zero is enough.
    maxiter : int
        How many steps at most.
    full_output : bool
        Whether SciPy's report is returned as well.
    disp : bool
        Whether it is an error if the method does not converge.

    Returns
    -------
    root : Tensor
        Of shape (), in units of `a`. Its value is SciPy's; its derivatives, up to the seventh, are those of the
        zero of `f` by the theorem of implicit functions.
    r : RootResults
        Only with `full_output`; its `root` is the Tensor.

    Raises
    ------
    ValueError
        If `f` has the same sign at `a` and `b`.
    RuntimeError
        If the method does not converge.
    DerivativeError
        If the slope of `f` at the zero is 0 and a derivative is asked for.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import brentq
    >>> round(wg.grad(lambda p: brentq(lambda x: x**2 - p, 0.0, 10.0))(4.0), 6)
    0.25
    """
    return _found(
        "brentq", f, a, b, args, full_output, xtol=xtol, rtol=rtol, maxiter=maxiter, disp=disp
    )


def brenth(
    f: Callable[..., Any],
    a: Operand,
    b: Operand,
    args: Any = (),
    xtol: float = 2e-12,
    rtol: float = 4 * _EPS,
    maxiter: int = 100,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    """Find a zero of a function between two numbers by Brent's method with hyperbolic extrapolation.

    Parameters
    ----------
    f, a, b, args, xtol, rtol, maxiter, full_output, disp
        As for `brentq`.

    Returns
    -------
    root : Tensor
        As of `brentq`.
    r : RootResults
        Only with `full_output`.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import brenth
    >>> round(wg.grad(lambda p: brenth(lambda x: x**2 - p, 0.0, 10.0))(4.0), 6)
    0.25
    """
    return _found(
        "brenth", f, a, b, args, full_output, xtol=xtol, rtol=rtol, maxiter=maxiter, disp=disp
    )


def bisect(
    f: Callable[..., Any],
    a: Operand,
    b: Operand,
    args: Any = (),
    xtol: float = 2e-12,
    rtol: float = 4 * _EPS,
    maxiter: int = 100,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    """Find a zero of a function between two numbers by halving.

    Parameters
    ----------
    f, a, b, args, xtol, rtol, maxiter, full_output, disp
        As for `brentq`.

    Returns
    -------
    root : Tensor
        As of `brentq`.
    r : RootResults
        Only with `full_output`.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import bisect
    >>> round(wg.grad(lambda p: bisect(lambda x: x**2 - p, 0.0, 10.0))(4.0), 6)
    0.25
    """
    return _found(
        "bisect", f, a, b, args, full_output, xtol=xtol, rtol=rtol, maxiter=maxiter, disp=disp
    )


def ridder(
    f: Callable[..., Any],
    a: Operand,
    b: Operand,
    args: Any = (),
    xtol: float = 2e-12,
    rtol: float = 4 * _EPS,
    maxiter: int = 100,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    """Find a zero of a function between two numbers by Ridder's method.

    Parameters
    ----------
    f, a, b, args, xtol, rtol, maxiter, full_output, disp
        As for `brentq`.

    Returns
    -------
    root : Tensor
        As of `brentq`.
    r : RootResults
        Only with `full_output`.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import ridder
    >>> round(wg.grad(lambda p: ridder(lambda x: x**2 - p, 0.0, 10.0))(4.0), 6)
    0.25
    """
    return _found(
        "ridder", f, a, b, args, full_output, xtol=xtol, rtol=rtol, maxiter=maxiter, disp=disp
    )


def toms748(
    f: Callable[..., Any],
    a: Operand,
    b: Operand,
    args: Any = (),
    k: int = 1,
    xtol: float = 2e-12,
    rtol: float = 4 * _EPS,
    maxiter: int = 100,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    """Find a zero of a function between two numbers by algorithm 748.

    Parameters
    ----------
    f, a, b, args, xtol, rtol, maxiter, full_output, disp
        As for `brentq`.
    k : int
        How many steps of Newton's kind are taken in each iteration.

    Returns
    -------
    root : Tensor
        As of `brentq`.
    r : RootResults
        Only with `full_output`.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import toms748
    >>> round(wg.grad(lambda p: toms748(lambda x: x**2 - p, 0.0, 10.0))(4.0), 6)
    0.25
    """
    return _found(
        "toms748", f, a, b, args, full_output, k=k, xtol=xtol, rtol=rtol, maxiter=maxiter, disp=disp
    )
