"""What stands on Tensor for ndarray's attributes and methods until one of them is asked for.

They are functions of `wengert.numpy`, whose import takes longer than that of all the rest of wengert.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from wengert._core import Tensor

NAMES = (
    "T",
    "__round__",
    "all",
    "any",
    "argmax",
    "argmin",
    "argpartition",
    "argsort",
    "astype",
    "byteswap",
    "clip",
    "compress",
    "conj",
    "conjugate",
    "copy",
    "cumprod",
    "cumsum",
    "diagonal",
    "dot",
    "dump",
    "fill",
    "flatten",
    "imag",
    "mT",
    "max",
    "mean",
    "min",
    "nonzero",
    "partition",
    "prod",
    "ptp",
    "put",
    "ravel",
    "real",
    "repeat",
    "reshape",
    "resize",
    "round",
    "searchsorted",
    "setflags",
    "sort",
    "squeeze",
    "std",
    "sum",
    "swapaxes",
    "take",
    "tobytes",
    "tofile",
    "tolist",
    "trace",
    "transpose",
    "var",
    "view",
)


class Deferred:
    """An attribute that has `wengert._methods` put all of them on the type, and is then what that put there."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: Tensor | None, owner: type[Tensor]) -> Any:
        import_module("wengert._methods")  # waits for a thread that is at it
        return getattr(owner if instance is None else instance, self._name)


for _name in NAMES:
    setattr(Tensor, _name, Deferred(_name))
