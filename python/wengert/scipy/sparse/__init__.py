"""Sparse matrices with elements that are differentiated, and equations with them.

Their places are constants. The names and arguments are those of ``scipy.sparse``; constant matrices of SciPy itself are
multiplied and solved with as they are.

>>> import wengert as wg
>>> a = wg.scipy.sparse.csr_array(([2.0, 4.0], [0, 1], [0, 1, 2]))
>>> wg.scipy.sparse.linalg.spsolve(a, [1.0, 1.0])
Tensor([0.5 , 0.25])
"""

from typing import Any as _Any

from wengert._deferred import load as _load
from wengert.scipy.sparse.arrays import coo_array, csc_array, csr_array, issparse
from wengert.scipy.sparse.construction import diags_array, eye_array

__all__ = [
    "coo_array",
    "csc_array",
    "csr_array",
    "diags_array",
    "eye_array",
    "issparse",
]


def __getattr__(name: str) -> _Any:
    if name != "linalg":
        message = f"module 'wengert.scipy.sparse' has no attribute {name!r}"
        raise AttributeError(message)
    return _load("wengert.scipy.sparse.linalg")


def __dir__() -> list[str]:
    return sorted({*globals(), "linalg"})
