"""What every transform does with the function that it is given."""

from __future__ import annotations

import os
from collections.abc import Sequence

from wengert import _core

Argnums = int | Sequence[int]


def require_callable(name: str, fun: object) -> None:
    if not callable(fun):
        message = f"{name}: fun is {type(fun).__name__}; a function is needed"
        raise _core.DTypeError(message)


# As the frames of the package spell it.
_core.set_library_root(os.path.dirname(require_callable.__code__.co_filename) + os.sep)
