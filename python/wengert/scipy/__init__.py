"""SciPy's functions on Tensors, by SciPy's names.

The functions take Tensors, arrays, numbers and nested sequences, and return Tensors. SciPy itself is
asked for by none of them but those that say so. A module is imported when it is used:

>>> import wengert as wg
>>> wg.scipy.__name__
'wengert.scipy'
"""

from typing import Any as _Any

from wengert._deferred import load as _load

_MODULES: tuple[str, ...] = (
    "fft",
    "integrate",
    "interpolate",
    "linalg",
    "ndimage",
    "optimize",
    "signal",
    "sparse",
    "spatial",
    "special",
    "stats",
)


def __getattr__(name: str) -> _Any:
    if name not in _MODULES:
        message = f"module 'wengert.scipy' has no attribute {name!r}"
        raise AttributeError(message)
    return _load(f"wengert.scipy.{name}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
