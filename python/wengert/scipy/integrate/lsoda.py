"""Ordinary differential equations at given times: SciPy's odeint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import numpy as wnp
from wengert._core import DTypeError, Tensor
from wengert._jacobian import jacobian
from wengert.numpy._arguments import constant
from wengert.scipy._readings import Reading, pinned, read
from wengert.scipy.integrate._paths import CollocationPath
from wengert.scipy.integrate.quadrature import is_tracked

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand

# SciPy's tolerance where none is given.
_TOLERANCE = 1.49012e-8


def odeint(
    func: Callable[..., Any],
    y0: Operand,
    t: Operand,
    args: Any = (),
    Dfun: Callable[..., Any] | None = None,
    col_deriv: bool | int = 0,
    full_output: bool | int = 0,
    ml: int | None = None,
    mu: int | None = None,
    rtol: Any = None,
    atol: Any = None,
    tcrit: Any = None,
    h0: float = 0.0,
    hmax: float = 0.0,
    hmin: float = 0.0,
    ixpr: bool | int = 0,
    mxstep: int = 0,
    mxhnil: int = 0,
    mxordn: int = 12,
    mxords: int = 5,
    printmessg: bool | int = 0,
    tfirst: bool = False,
) -> Any:
    """Solve ordinary differential equations at given times.

    Parameters
    ----------
    func : callable
        The right-hand side, of a state of shape (N,), a time and `args`, or of time and state if `tfirst` says so, returning N numbers. What it closes
        over and what is in `args` may be differentiated.
    y0 : array_like
        The state at the first time; may be differentiated.
    t : array_like
        The times, in order; may be differentiated.
    args : tuple
        Further arguments of the functions.
    Dfun : callable, optional
        The Jacobian; the exact one where there is none, unless `ml` or `mu` say that it is banded.
    col_deriv, full_output, ml, mu, rtol, atol, tcrit, h0, hmax, hmin, ixpr, mxstep, mxhnil, mxordn, mxords, printmessg, tfirst
        As of SciPy's function.

    Returns
    -------
    y : Tensor
        The states at these times, of shape (len(t), N), with SciPy's values. Their derivatives solve the variational equation to
        the tolerances, and are exact in times.
    infodict : dict
        Only with `full_output`: SciPy's.

    Raises
    ------
    TypeError
        If the state is complex.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.integrate import odeint
    >>> end = lambda k: odeint(lambda y, t, k: -k * y, 1.0, [0.0, 0.5, 1.0], args=(k,))[-1, 0]
    >>> round(wg.grad(end)(2.0), 6)
    -0.135335
    """
    from scipy import integrate as scipys  # noqa: PLC0415 -- an extra

    args = args if isinstance(args, tuple) else (args,)
    if np.asarray(read(y0)).dtype.kind == "c":
        message = "odeint: y0 is complex; a real state is needed, real and imaginary parts apart"
        raise DTypeError(message)
    state, times = wnp.ravel(wnp.asarray(y0)), wnp.asarray(t)

    def field(time: Any, y: Any) -> Tensor:
        value = func(time, y, *args) if tfirst else func(y, time, *args)
        return wnp.ravel(wnp.asarray(value))

    numbers = Reading(lambda time, y: func(time, y, *args) if tfirst else func(y, time, *args))
    exact = jacobian(field, 1)
    slope: Callable[..., Any] | None = None
    if Dfun is not None:
        stated = Dfun
        slope = lambda time, y: read(stated(time, y, *args) if tfirst else stated(y, time, *args))
    elif ml is None and mu is None:
        slope = lambda time, y: _oriented(read(exact(time, np.asarray(y, np.float64))), col_deriv)
    start, places = np.asarray(read(state), np.float64), np.asarray(read(times), np.float64)
    result = scipys.odeint(
        numbers,
        start,
        places,
        Dfun=slope,
        col_deriv=col_deriv,
        full_output=full_output,
        ml=ml,
        mu=mu,
        rtol=rtol,
        atol=atol,
        tcrit=tcrit,
        h0=h0,
        hmax=hmax,
        hmin=hmin,
        ixpr=ixpr,
        mxstep=mxstep,
        mxhnil=mxhnil,
        mxordn=mxordn,
        mxords=mxords,
        printmessg=printmessg,
        tfirst=True,
    )
    value = result[0] if full_output else result
    if not (numbers.saw_derivatives or is_tracked(state, times)) or len(places) < 2:
        states = constant(value)
    else:
        relative, absolute = (_TOLERANCE if tol is None else read(tol) for tol in (rtol, atol))
        steps = scipys.solve_ivp(
            numbers,
            (places[0], places[-1]),
            start,
            method="LSODA",
            dense_output=True,
            rtol=relative,
            atol=absolute,
            jac=lambda time, y: read(exact(time, np.asarray(y, np.float64))),
        )
        single = lambda time, y: read(field(time, y))
        path = CollocationPath(
            "odeint", field, steps.sol, (times[0], state), single, (relative, absolute)
        )
        path.through(np.concatenate([steps.sol.ts, places]))
        rows = [state, *(path.at(times[k]) for k in range(1, len(places)))]
        states = pinned(value, wnp.stack(rows))
    return (states, result[1]) if full_output else states


def _oriented(matrix: Any, is_transposed: Any) -> Any:
    return matrix.T if is_transposed else matrix
