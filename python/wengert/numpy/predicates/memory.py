"""Questions about memory: whether what is written to one array is seen in another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from wengert import _core
from wengert._core import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

__all__ = ["may_share_memory", "shares_memory"]


def shares_memory(a: Any, b: Any, /, max_work: int = -1) -> bool:
    """Whether two arrays have an element in common, so that what is written to one is seen in the other.

    Parameters
    ----------
    a, b : Tensor or array
        A Tensor shares memory with its views and theirs, and with no array.
    max_work : int
        How much is spent on finding that out, as in NumPy; by default what it takes.

    Returns
    -------
    bool
        Of a number: whether both are the same object.

    Raises
    ------
    numpy.exceptions.TooHardError
        If `max_work` does not suffice.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x = wnp.zeros(4)
    >>> wnp.shares_memory(x, x[1:]), wnp.shares_memory(x[::2], x[1::2])
    (True, False)
    """
    return _share(np.shares_memory, a, b, max_work)


def may_share_memory(a: Any, b: Any, /, max_work: int = 0) -> bool:
    """Whether the ranges of memory overlap in which the elements of two arrays lie.

    Parameters
    ----------
    a, b : Tensor or array
        A Tensor shares memory with its views and theirs, and with no array.
    max_work : int
        How much is spent on finding out more, as in NumPy; by default nothing.

    Returns
    -------
    bool
        False only if the arrays share nothing.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x = wnp.zeros(4)
    >>> wnp.may_share_memory(x[::2], x[1::2]), wnp.may_share_memory(x[:2], x[2:])
    (True, False)
    """
    return _share(np.may_share_memory, a, b, max_work)


def _share(function: Callable[..., bool], a: Any, b: Any, max_work: int) -> bool:
    if not isinstance(a, Tensor) and not isinstance(b, Tensor):
        return function(a, b, max_work)
    if a is b:
        return bool(a.size > 0)
    if not (isinstance(a, Tensor) and isinstance(b, Tensor) and _core.share_memory(a, b)):
        return False
    size, *_ = _core.window(a)
    whole = np.empty(size, np.complex128)  # whose memory nobody touches
    return function(_part(whole, a), _part(whole, b), max_work)


def _part(whole: npt.NDArray[Any], x: Tensor) -> npt.NDArray[Any]:
    """Return the elements of `whole` that a Tensor sees."""
    _, shape, strides, offset, component = _core.window(x)
    start = whole[offset:]
    part = as_strided(start, shape, [n * whole.itemsize for n in strides])
    return {"all": part, "real": part.real, "imag": part.imag}[component]
