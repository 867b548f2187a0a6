"""Results written to arrays that a caller has."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from wengert import _core
from wengert._containers import Form

T = TypeVar("T")


def call_into(jitted: _core.Jitted, out: T, args: Any, keywords: Any) -> T:
    """Call a jitted function and write its results to arrays: at once, if a replay can, else by copying."""
    made = jitted._into(out, *args, **keywords)
    if made is not None:
        write_results(out, made[0])
    return out


def write_results(out: Any, returned: Any) -> None:
    """Copy what a function returned to arrays, once all of them can take it.

    Parameters
    ----------
    out : ndarray or nested container of ndarrays
        Where to.
    returned : array, number or nested container
        What a function returned, in the same containers.
    """
    form = Form(returned)
    names = form.names("into: out")
    pairs = list(
        zip(names, form.flatten(out, "into: out"), form.flatten(returned, ""), strict=True)
    )
    values = []
    for name, array, value in pairs:
        if not isinstance(array, np.ndarray) or not array.flags.writeable:
            given = "read-only" if isinstance(array, np.ndarray) else type(array).__name__
            message = f"{name} is {given}; an array that can be written to is needed"
            raise _core.DTypeError(message)
        own = np.asarray(value)
        if own.shape != array.shape:
            message = (
                f"{name} is {array.shape}; the shape of what is returned, {own.shape}, is needed"
            )
            raise _core.ShapeError(message)
        if not np.can_cast(own.dtype, array.dtype, "same_kind"):
            message = (
                f"{name} is {array.dtype}; {own.dtype}, of what is returned, is not cast to that"
            )
            raise _core.DTypeError(message)
        values.append(own)
    if any(np.may_share_memory(own, array) for own in values for _, array, _ in pairs):
        values = [own.copy() for own in values]
    for (_, array, _), own in zip(pairs, values, strict=True):
        array[...] = own
