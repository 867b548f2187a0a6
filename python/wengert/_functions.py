"""What transforms ask of the functions and numbers that they are given."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import ParamSpec, TypeVar

import numpy as np

from wengert import _core

Argnums = int | Sequence[int]

# Of the function that is transformed: its arguments, which the result has as well, and what it returns.
P = ParamSpec("P")
R = TypeVar("R")


def require_callable(name: str, fun: object) -> None:
    if not callable(fun):
        message = f"{name}: fun is {type(fun).__name__}; a function is needed"
        raise _core.DTypeError(message)


def is_positive_integer(number: object) -> bool:
    return isinstance(number, int | np.integer) and int(number) >= 1


# As the frames of the package spell it.
_core.set_library_root(os.path.dirname(require_callable.__code__.co_filename) + os.sep)
