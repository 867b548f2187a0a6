"""What stands on Tensor for ndarray's attributes and methods until one of them is asked for.

They are functions of `wengert.numpy`, whose import takes longer than that of all the rest of wengert.
"""

from __future__ import annotations

import os
from _thread import RLock
from importlib import import_module
from typing import Any

from wengert._core import Tensor

NAMES = (
    "T",
    "__array_namespace__",
    "__ceil__",
    "__dir__",
    "__floor__",
    "__round__",
    "__trunc__",
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
    "device",
    "diagonal",
    "dot",
    "dump",
    "fill",
    "flat",
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
    "to_device",
    "tobytes",
    "tofile",
    "tolist",
    "trace",
    "transpose",
    "var",
    "view",
)


# A child that is forked in the middle of an import by another thread would wait for that for good.
_importing = RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_importing.acquire,
        after_in_parent=_importing.release,
        after_in_child=_importing.release,
    )


def load(name: str) -> Any:
    """Import a module of wengert at its first use; other threads that need it wait."""
    with _importing:
        return import_module(name)


class Deferred:
    """An attribute that has `wengert._methods` put all of them on the type, and is then what that put there."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: Tensor | None, owner: type[Tensor]) -> Any:
        load("wengert._methods")
        return getattr(owner if instance is None else instance, self._name)

    def __set__(self, instance: Tensor, value: Any) -> None:
        import_module("wengert._methods")
        setattr(instance, self._name, value)


for _name in NAMES:
    setattr(Tensor, _name, Deferred(_name))
