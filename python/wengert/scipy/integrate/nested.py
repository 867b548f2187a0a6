"""Integrals of functions of several numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import numpy as wnp
from wengert._core import RuleError, Tensor
from wengert.numpy._arguments import constant
from wengert.scipy._readings import Reading, pinned, read
from wengert.scipy.integrate.quadrature import integral, is_tracked

if TYPE_CHECKING:
    from collections.abc import Callable


class _Levels:
    """A function of several numbers, integrated in one after the other, the first innermost."""

    def __init__(
        self, fun: Callable[..., Any], ranges: list[Any], args: tuple[Any, ...], options: list[Any]
    ) -> None:
        self._fun, self._ranges, self._args, self._options = fun, ranges, args, options

    def limits(self, level: int, outer: tuple[Any, ...]) -> tuple[Any, Any]:
        given = self._ranges[level]
        low, high = given(*outer, *self._args) if callable(given) else given
        return low, high

    def _numbers(self, level: int, outer: tuple[Any, ...]) -> Any:
        """Integrate numbers, as SciPy does, and report on it."""
        from scipy import integrate as scipys  # noqa: PLC0415 -- an extra

        if level < 0:
            return (read(self._fun(*outer, *self._args)),)
        options = self._options[level]
        options = options(*outer, *self._args) if callable(options) else options
        low, high = (float(read(limit)) for limit in self.limits(level, outer))
        return scipys.quad(
            lambda x: self._numbers(level - 1, (x, *outer))[0],
            low,
            high,
            **options,
            full_output=1,
        )

    def tensor(self, level: int, outer: tuple[Any, ...]) -> Any:
        """Return the integral in this number and those inside of it."""
        if level < 0:
            return self._fun(*outer, *self._args)
        inner = lambda x: self.tensor(level - 1, (x, *outer))
        limits = self.limits(level, outer)
        return integral("nquad", inner, limits, self._numbers(level, outer), ())


def nquad(
    func: Callable[..., Any],
    ranges: Any,
    args: Any = None,
    opts: Any = None,
    full_output: bool = False,
) -> Any:
    """Integrate a function of several numbers.

    Parameters
    ----------
    func : callable
        Function of numbers ``x0, ..., xn`` and `args`, returning one number. What it closes over and what is in `args` may be
        differentiated.
    ranges : sequence of pairs, or of callables that return pairs
        The limits of ``x0``, which is innermost, and so on; a callable is given the numbers further out, and `args`. They may be
        differentiated.
    args : tuple, optional
        Further arguments of the functions.
    opts : dict, or sequence of dicts or callables, optional
        Options of `quad`, ``epsabs``, ``epsrel`` and ``limit``, for all numbers or for each; points and weights of functions that are not
        being differentiated.
    full_output : bool
        Whether SciPy's report is returned as well.

    Returns
    -------
    result : Tensor
        The integral, of shape (), with SciPy's value.
    abserr : float
        SciPy's estimate of its error.
    out_dict : dict
        Only with `full_output`: SciPy's.

    Raises
    ------
    NotImplementedError
        If an option has points or a weight and something is being differentiated.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.integrate import nquad
    >>> area = lambda r: nquad(lambda x, y: 1.0, [lambda y: (0.0, r * np.sqrt(1 - y**2)), (0.0, 1.0)])[0]
    >>> round(wg.grad(area)(2.0), 6)
    0.785398
    """
    from scipy import integrate as scipys  # noqa: PLC0415 -- an extra

    args = () if args is None else args if isinstance(args, tuple) else (args,)
    given = list(ranges)
    readings = [Reading(_pair(r), args) if callable(r) else None for r in given]
    numbers = Reading(func, args)
    plain = [
        reading if reading is not None else tuple(float(read(limit)) for limit in r)
        for reading, r in zip(readings, given, strict=True)
    ]
    result = scipys.nquad(numbers, plain, opts=opts, full_output=full_output)
    seen = [numbers.saw_derivatives, *(r.saw_derivatives for r in readings if r is not None)]
    ends = [limit for r in given if not callable(r) for limit in r]
    if not (any(seen) or is_tracked(*ends)):
        return constant(result[0]), *result[1:]
    options = list(opts) if isinstance(opts, (list, tuple)) else [opts or {}] * len(given)
    for option in options:
        if isinstance(option, dict) and {"points", "weight"} & set(option):
            message = "nquad: opts has points or a weight and the integral is being differentiated; an integrand without is needed"
            raise RuleError(message)
    levels = _Levels(func, given, args, options)
    return pinned(result[0], levels.tensor(len(given) - 1, ())), *result[1:]


def _pair(limits: Callable[..., Any]) -> Callable[..., Any]:
    """Return the limits that a function gives as one array."""

    def called(*outer: Any) -> Any:
        low, high = limits(*outer)
        return wnp.stack([wnp.asarray(low), wnp.asarray(high)]).astype(np.float64)

    return called


def _limit(given: Any) -> Callable[..., Any]:
    return given if callable(given) else lambda *_: given


def dblquad(
    func: Callable[..., Any],
    a: Any,
    b: Any,
    gfun: Any,
    hfun: Any,
    args: Any = (),
    epsabs: float = 1.49e-08,
    epsrel: float = 1.49e-08,
) -> tuple[Tensor, float]:
    """Integrate a function of two numbers.

    Parameters
    ----------
    func : callable
        Function of `y`, `x` and `args`, returning one number. What it closes over and what is in `args` may be differentiated.
    a, b : float
        The limits of `x`; may be differentiated.
    gfun, hfun : float or callable
        The limits of `y`, or functions of `x` that return them; may be differentiated.
    args : tuple
        Further arguments of `func`.
    epsabs, epsrel : float
        As for `quad`.

    Returns
    -------
    y : Tensor
        The integral, of shape (), with SciPy's value.
    abserr : float
        SciPy's estimate of its error.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.integrate import dblquad
    >>> moment = lambda p: dblquad(lambda y, x: x * y**p, 0.0, 1.0, 0.0, lambda x: x)[0]
    >>> round(wg.grad(moment)(1.0), 6)
    -0.09375
    """
    args = args if isinstance(args, tuple) else (args,)
    low, high = _limit(gfun), _limit(hfun)
    ranges = [lambda x, *_: (low(x), high(x)), (a, b)]
    options = {"epsabs": epsabs, "epsrel": epsrel}
    result: tuple[Tensor, float] = nquad(func, ranges, args, options)
    return result


def tplquad(
    func: Callable[..., Any],
    a: Any,
    b: Any,
    gfun: Any,
    hfun: Any,
    qfun: Any,
    rfun: Any,
    args: Any = (),
    epsabs: float = 1.49e-08,
    epsrel: float = 1.49e-08,
) -> tuple[Tensor, float]:
    """Integrate a function of three numbers.

    Parameters
    ----------
    func : callable
        Function of `z`, `y`, `x` and `args`, returning one number, as for `dblquad`.
    a, b : float
        The limits of `x`.
    gfun, hfun : float or callable
        The limits of `y`, or functions of `x` that return them.
    qfun, rfun : float or callable
        The limits of `z`, or functions of `x` and `y` that return them.
    args, epsabs, epsrel
        As for `dblquad`.

    Returns
    -------
    y : Tensor
        The integral, of shape (), with SciPy's value.
    abserr : float
        SciPy's estimate of its error.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.integrate import tplquad
    >>> volume = lambda h: tplquad(lambda z, y, x: 1.0, 0, 1, 0, 1, 0, lambda x, y: h * x * y)[0]
    >>> round(wg.grad(volume)(2.0), 6)
    0.25
    """
    args = args if isinstance(args, tuple) else (args,)
    low, high, below, above = (_limit(f) for f in (gfun, hfun, qfun, rfun))
    ranges = [
        lambda y, x, *_: (below(x, y), above(x, y)),
        lambda x, *_: (low(x), high(x)),
        (a, b),
    ]
    options = {"epsabs": epsabs, "epsrel": epsrel}
    result: tuple[Tensor, float] = nquad(func, ranges, args, options)
    return result
