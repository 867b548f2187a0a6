"""Functions of NumPy that are called as they are, on the values of Tensors: what prints, and what writes to files."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert._core import Tensor
from wengert.numpy._arguments import value_of

if TYPE_CHECKING:
    from collections.abc import Callable

    Function = Callable[..., Any]


def _on_values(function: Function, read: Callable[[Any], Any]) -> Function:
    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        return function(*map(read, args), **{name: read(x) for name, x in kwargs.items()})

    return called


def _saved(x: Any) -> Any:
    """Read what goes to a file, which is an error while it is being differentiated."""
    return np.asarray(x) if isinstance(x, Tensor) else x


# What is called for a function of NumPy that `wengert.numpy` does not have.
ROUTES: dict[Function, Function] = {
    **{f: _on_values(f, value_of) for f in (np.array2string, np.array_repr, np.array_str)},
    **{f: _on_values(f, _saved) for f in (np.save, np.savez, np.savez_compressed, np.savetxt)},
}
