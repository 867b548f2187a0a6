"""Tensors in the object style: made, tracked or not, by the user."""

from __future__ import annotations

from typing import Any

from wengert import _core
from wengert._core import Tensor


def tensor(data: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Make a Tensor of a copy of `data`.

    Parameters
    ----------
    data : array_like
        A number, an array, a Tensor or nested sequences of numbers.
    dtype : dtype, optional
        bool, int32, int64, float32, float64, complex64 or complex128; by default that of `data`.
    requires_grad : bool
        Whether operations on it are recorded, so that ``.backward()`` of what is computed from it
        adds to its ``.grad``.

    Returns
    -------
    Tensor
        Of the shape of `data`.

    Raises
    ------
    DTypeError
        If the dtype of `data` is not supported, or `requires_grad` is asked of integers.

    Examples
    --------
    >>> t = tensor([1.0, 2.0], requires_grad=True)
    >>> (t * t).sum().backward()
    >>> t.grad
    Tensor([2., 4.])
    """
    return _core.tensor(data, dtype, bool(requires_grad))
