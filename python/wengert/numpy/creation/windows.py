"""Windows that samples are weighted with before a Fourier transform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert.numpy._arguments import constant

if TYPE_CHECKING:
    from wengert._core import Tensor

__all__ = ["bartlett", "blackman", "hamming", "hanning"]


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
