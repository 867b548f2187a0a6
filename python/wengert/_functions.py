"""What every transform does with the function that it is given."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from wengert import _core

Argnums = int | Sequence[int]


def named(fun: Callable[..., Any], wrapper: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Give `wrapper` the name and the documentation of `fun`, and say what it is."""
    functools.update_wrapper(wrapper, fun, updated=())
    wrapper.__name__ = f"{name}({getattr(fun, '__name__', type(fun).__name__)})"
    return wrapper


def require_callable(name: str, fun: object) -> None:
    if not callable(fun):
        message = f"{name}: fun is {type(fun).__name__}; a function is needed"
        raise _core.DTypeError(message)
