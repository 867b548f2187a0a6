"""Derivatives of complex functions that are not holomorphic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from wengert._functions import require_callable
from wengert._jacobian import jacfwd
from wengert._transformed import spread, transformed


def wirtinger(fun: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, Any]]:
    r"""Return the function that evaluates both Wirtinger derivatives of `fun`.

    Parameters
    ----------
    fun : callable
        Function of one complex array; it need not be holomorphic.

    Returns
    -------
    callable
        Maps `z` of shape ``S`` to :math:`(\partial f/\partial z,\ \partial f/\partial\bar z)`, each
        of shape ``fun(z).shape + S``.

    Raises
    ------
    DTypeError
        If the argument is neither floating nor complex.

    References
    ----------
    .. [1] W. Wirtinger, "Zur formalen Theorie der Funktionen von mehr komplexen Veränderlichen",
       Mathematische Annalen 97 (1927).

    Examples
    --------
    >>> import numpy as np
    >>> wirtinger(lambda z: z * np.conj(z))(1.0 + 2.0j)
    ((1-2j), (1+2j))
    """
    require_callable("wirtinger", fun)
    parts = jacfwd(lambda x, y: fun(x + 1j * y), (0, 1))

    def derivatives(z: Any) -> tuple[Any, Any]:
        by_x, by_y = parts(np.real(z), np.imag(z))
        return (by_x - 1j * by_y) / 2, (by_x + 1j * by_y) / 2

    return transformed(wirtinger, fun, {}, spread, (derivatives,))
