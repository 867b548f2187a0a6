"""Integrals by a rule of given points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import numpy as wnp
from wengert._core import ShapeError, Tensor
from wengert.scipy._readings import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand


def fixed_quad(
    func: Callable[..., Any], a: Operand, b: Operand, args: Any = (), n: int = 5
) -> tuple[Tensor, None]:
    """Integrate a function by the rule of Gauss and Legendre.

    Parameters
    ----------
    func : callable
        Function of a vector of places and `args`, returning an array with a last axis for these. What it closes over and what is
        in `args` may be differentiated.
    a, b : float
        The limits, finite, which may be differentiated.
    args : tuple
        Further arguments of `func`.
    n : int
        How many places.

    Returns
    -------
    val : Tensor
        The sum, whose derivatives are those of the rule.
    none : None
        As in SciPy.

    Raises
    ------
    ValueError
        If a limit is infinite.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.integrate import fixed_quad
    >>> round(wg.grad(lambda p: fixed_quad(lambda x: np.sin(p * x), 0.0, 1.0)[0])(2.0), 6)
    0.100612
    """
    from scipy import special  # noqa: PLC0415 -- an extra

    u, w = special.roots_legendre(n)
    if not (np.isfinite(read(a)) and np.isfinite(read(b))):
        message = f"fixed_quad: the limits are {read(a)} and {read(b)}; finite ones are needed"
        raise ShapeError(message)
    low, high = wnp.asarray(a), wnp.asarray(b)
    args = args if isinstance(args, tuple) else (args,)
    values = wnp.asarray(func((high - low) * (u.real + 1) / 2.0 + low, *args))
    return (high - low) / 2.0 * wnp.sum(w * values, axis=-1), None
