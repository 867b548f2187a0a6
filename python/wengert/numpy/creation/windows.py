"""Windows that samples are weighted with before a Fourier transform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert.numpy._arguments import constant, holds_tensor, tensor_of

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import Operand

__all__ = ["bartlett", "blackman", "hamming", "hanning", "kaiser"]


def bartlett(M: Any) -> Tensor:
    """Return a triangle that is 0 at both ends.

    Parameters
    ----------
    M : int
        How many points.

    Returns
    -------
    Tensor
        Of shape (M,), 1 in the middle.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.bartlett(5)
    Tensor([0. , 0.5, 1. , 0.5, 0. ])
    """
    return constant(np.bartlett(M))


def blackman(M: Any) -> Tensor:
    """Return a sum of the first three cosines that nearly has the least leakage.

    Parameters
    ----------
    M : int
        How many points.

    Returns
    -------
    Tensor
        Of shape (M,), 1 in the middle.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.blackman(5).round(2)
    Tensor([-0.  ,  0.34,  1.  ,  0.34, -0.  ])
    """
    return constant(np.blackman(M))


def hamming(M: Any) -> Tensor:
    """Return a raised cosine that does not come down to 0.

    Parameters
    ----------
    M : int
        How many points.

    Returns
    -------
    Tensor
        Of shape (M,), 1 in the middle.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.hamming(5)
    Tensor([0.08, 0.54, 1.  , 0.54, 0.08])
    """
    return constant(np.hamming(M))


def hanning(M: Any) -> Tensor:
    """Return a raised cosine.

    Parameters
    ----------
    M : int
        How many points.

    Returns
    -------
    Tensor
        Of shape (M,), 1 in the middle.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.hanning(5)
    Tensor([0. , 0.5, 1. , 0.5, 0. ])
    """
    return constant(np.hanning(M))


def kaiser(M: Any, beta: Operand) -> Tensor:
    """Return the window of the modified Bessel function of order 0.

    Parameters
    ----------
    M : int
        How many points.
    beta : number
        How steep it is, which has a derivative; 0 is a rectangle.

    Returns
    -------
    Tensor
        Of shape (M,), 1 in the middle.

    Examples
    --------
    >>> import wengert as wg
    >>> import wengert.numpy as wnp
    >>> wnp.kaiser(5, 2.0).round(4)
    Tensor([0.4387, 0.8348, 1.    , 0.8348, 0.4387])
    >>> wg.jacfwd(lambda beta: wnp.kaiser(3, beta))(2.0).round(4)
    array([-0.3061,  0.    , -0.3061])
    """
    if not holds_tensor(beta):
        return constant(np.kaiser(M, beta))  # type: ignore[arg-type]
    half = (M - 1) / 2
    places = (np.arange(M) - half) / (half or 1.0)
    scaled = _core.multiply(np.sqrt(1 - places**2), tensor_of(beta))
    return _core.divide(_core.i0(scaled), _core.i0(beta))
