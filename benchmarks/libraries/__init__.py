"""The libraries, one adapter each; one that is not installed is left out and named."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from benchmarks.libraries.library import Library

ADAPTERS = {
    "wengert": ("wengert", "Wengert"),
    "wengert replayed": ("wengert", "WengertReplayed"),
    "torch": ("torch", "Torch"),
    "torch writing": ("torch", "TorchWriting"),
    "autograd": ("autograd", "Autograd"),
    "jax": ("jax", "Jax"),
    "jax scan": ("jax", "JaxScan"),
    "casadi": ("casadi", "Casadi"),
    "numpy": ("numpy", "NumPy"),
    "python": ("python", "Python"),
}


def load(name: str) -> Library:
    """Import one library and its adapter."""
    module, adapter = ADAPTERS[name]
    library: Library = getattr(importlib.import_module(f"benchmarks.libraries.{module}"), adapter)()
    return library


def load_all(names: Sequence[str]) -> tuple[list[Library], dict[str, str]]:
    """Return the libraries that load, and why the others did not."""
    found: list[Library] = []
    missing: dict[str, str] = {}
    for name in names:
        library = _loaded(name)
        if isinstance(library, Library):
            found.append(library)
        else:
            missing[name] = f"{type(library).__name__}: {library}"
    return found, missing


def _loaded(name: str) -> Library | Exception:
    try:
        return load(name)
    except Exception as fault:  # noqa: BLE001  an import may fail in any way
        return fault
