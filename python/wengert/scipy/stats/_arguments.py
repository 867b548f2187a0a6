"""Parameters of distributions as SciPy takes them: positional or by name, in double precision."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, Tensor
from wengert.numpy._arguments import tensor_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def double(what: str, x: Any) -> Tensor:
    """Read a real operand in the precision that SciPy's distributions compute in."""
    t = tensor_of(x)
    if t.dtype == np.float64 and not t.is_weak:
        return t
    if t.dtype.kind == "c":
        message = f"{what}: an operand is {t.dtype}; real ones are needed"
        raise DTypeError(message)
    return _core.convert(t, np.float64)


def bound(
    what: str, names: Sequence[str], required: int, args: Sequence[Any], keywords: Mapping[str, Any]
) -> list[Any]:
    """Give each parameter its argument; None for one that was left out, of which `required` may not be."""
    if not keywords and len(args) == len(names):
        return list(args)
    if len(args) > len(names):
        message = f"{what}: {len(args)} parameters were given; at most {len(names)} are taken, {', '.join(names)}"
        raise TypeError(message)
    values = [*args, *[None] * (len(names) - len(args))]
    for name, value in keywords.items():
        if name not in names:
            message = f"{what}: a parameter {name!r} was given; {', '.join(names)} are taken"
            raise TypeError(message)
        place = names.index(name)
        if place < len(args):
            message = f"{what}: {name} was given twice, by place and by name; once is needed"
            raise TypeError(message)
        values[place] = value
    for name, value in zip(names[:required], values, strict=False):
        if value is None:
            message = f"{what}: {name} was not given; it has no default"
            raise TypeError(message)
    return values


def is_default(x: Any, default: float) -> bool:
    """Whether a location or scale was left out, or is the number that changes nothing."""
    return x is None or (type(x) in (int, float) and x == default)


def where_valid(x: Tensor, valid: Tensor) -> Tensor:
    """`x`, or NaN where parameters are not valid; its derivative is NaN there, too, rather than zero."""
    return _core.multiply(x, _core.where(valid, 1.0, math.nan))


def either(one: Tensor | None, other: Tensor | None) -> Tensor | None:
    """Join conditions, of which each may be none."""
    if one is None or other is None:
        return other if one is None else one
    return _core.logical_or(one, other)


def both(one: Tensor | None, other: Tensor | None) -> Tensor | None:
    """Join conditions, of which each may be none."""
    if one is None or other is None:
        return other if one is None else one
    return _core.logical_and(one, other)
