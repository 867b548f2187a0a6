"""Arrays that are written to later, and those in which that would be seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import _core
from wengert._core import Tensor

ARRAYS = (Tensor, np.ndarray)


def copied(leaf: Any) -> Any:
    """Return an array in memory of its own; what nothing can be written to as it is."""
    is_tensor_of_axes = isinstance(leaf, Tensor) and leaf.ndim > 0  # others yield, and are replaced
    return leaf.copy() if is_tensor_of_axes or isinstance(leaf, np.ndarray) else leaf


def is_shared(leaf: Any, arrays: Sequence[Any]) -> bool:
    """Whether what is written to one of the arrays would be seen in the leaf."""
    if isinstance(leaf, Tensor):
        for x in arrays:
            if isinstance(x, Tensor) and _core.share_memory(leaf, x):
                return True
    elif isinstance(leaf, np.ndarray):
        for x in arrays:
            if leaf is x:
                return True
            has_view = isinstance(x, np.ndarray) and (leaf.base is not None or x.base is not None)
            if has_view and np.may_share_memory(leaf, x):
                return True
    return False


def apart(leaf: Any, arrays: Sequence[Any]) -> Any:
    """Return a copy where what is written to one of the arrays would be seen in the leaf."""
    return copied(leaf) if is_shared(leaf, arrays) else leaf


def read_only(array: Any) -> Any:
    """Return the Tensor, or a view of the array, through which nothing is written."""
    if isinstance(array, Tensor):
        return _core.forbid_writing(array)
    view = array.view()
    view.flags.writeable = False
    return view
