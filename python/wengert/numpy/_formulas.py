"""The formulas of the core that NumPy has names for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core

# Of complex numbers, these are other primitives: see `wengert.numpy.elementwise`.
_REAL = ("absolute", "sign", "sinc")

__all__ = [
    p.name
    for p in _core.primitives
    if p.is_elementwise and hasattr(np, p.name) and p.name not in _REAL
]

if TYPE_CHECKING:
    import inspect


def _signature(formula: _core.Primitive) -> inspect.Signature:
    """Return what `inspect` and editors that run the code show of a formula."""
    from inspect import Parameter, Signature  # noqa: PLC0415 -- large, and seldom asked for

    if not formula.is_elementwise:
        message = f"{formula.name}: a structural primitive, without a signature"
        raise AttributeError(message)
    operands = [Parameter(x, Parameter.POSITIONAL_ONLY) for x in "xy"[: formula.arity]]
    out = Parameter("out", Parameter.POSITIONAL_OR_KEYWORD, default=None)
    defaults: dict[str, Any] = {"where": True, "casting": "same_kind", "dtype": None}
    keywords = [Parameter(name, Parameter.KEYWORD_ONLY, default=x) for name, x in defaults.items()]
    return Signature([*operands, out, *keywords])


_core.Primitive.__signature__ = property(_signature)  # type: ignore[attr-defined]
globals().update({name: getattr(_core, name) for name in __all__})
