"""The formulas of the core that NumPy has names for."""

import numpy as np

from wengert import _core

# Of complex numbers, these are other primitives: see `wengert.numpy.elementwise`.
_REAL = ("absolute", "sign", "sinc")

__all__ = [
    p.name
    for p in _core.primitives
    if p.is_elementwise and hasattr(np, p.name) and p.name not in _REAL
]

globals().update({name: getattr(_core, name) for name in __all__})
