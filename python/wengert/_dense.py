"""Jacobians as arrays, by many seeds in one sweep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wengert import _core
from wengert._functions import Argnums, is_positive_integer, require_callable
from wengert._transformed import Parts


def _require_chunk(name: str, chunk_size: Any) -> None:
    if chunk_size is not None and not is_positive_integer(chunk_size):
        message = f"{name}: chunk_size is {chunk_size!r}; a positive integer or None is needed"
        raise _core.ShapeError(message)


def dense_jacobian(
    name: str,
    fun: Callable[..., Any],
    argnums: Argnums,
    mode: str,
    has_aux: bool,
    holomorphic: bool,
    chunk_size: int | None,
) -> Parts:
    """Return what evaluates the Jacobian of `fun` as arrays; see `jacobian`."""
    require_callable(name, fun)
    _require_chunk(name, chunk_size)
    before = (name, fun, argnums, mode, bool(has_aux), bool(holomorphic), chunk_size)
    return _core.jacobian, before, (_core.plans(),)
