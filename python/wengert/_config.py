"""What this installation is made of, and how many threads it uses."""

from __future__ import annotations

import importlib.util
import operator
import os
import sys

import numpy as np

from wengert import _core

_MOST_THREADS = 1024


def find_blas() -> str:
    """Return the path of scipy-openblas32's library, or nothing if it is not installed.

    The package is found, never imported: that would load the library for everybody, and SciPy would
    bind to it.
    """
    spec = importlib.util.find_spec("scipy_openblas32")
    if spec is None or not spec.submodule_search_locations:
        return ""
    folder = os.path.join(spec.submodule_search_locations[0], "lib")
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return next((os.path.join(folder, n) for n in names if n.startswith("libscipy_openblas")), "")


def set_num_threads(count: int) -> None:
    """Set how many threads one call may use; results do not depend on it.

    Parameters
    ----------
    count : int
        From 1 to 1024. The default is ``WENGERT_NUM_THREADS``, or the processors that the process
        may run on.

    Raises
    ------
    ShapeError
        If `count` is out of range.

    Examples
    --------
    >>> set_num_threads(2)
    """
    number = operator.index(count)
    if not 1 <= number <= _MOST_THREADS:
        message = (
            f"set_num_threads: {number} was given; a number from 1 to {_MOST_THREADS} is needed"
        )
        raise _core.ShapeError(message)
    _core.set_num_threads(number)


def release_memory() -> None:
    """Give the memory back to the system that is kept for arrays and recordings to come.

    Large blocks that were freed are kept, up to ``WENGERT_CACHE_MB`` (256 unless the environment says
    otherwise when the library is imported), as far as repeated work needs them. What was not needed
    for ten seconds goes when another is freed; a program that computes nothing for long and wants its
    memory elsewhere calls this function. Results do not depend on it.

    Examples
    --------
    >>> release_memory()
    """
    _core.release_memory()


def configuration() -> dict[str, str]:
    """Return what `show_config` prints, by name."""
    import importlib.metadata  # noqa: PLC0415 -- imports for 20 ms what is needed here alone
    import platform  # noqa: PLC0415

    try:
        blas = f"scipy-openblas32 {importlib.metadata.version('scipy-openblas32')}"
    except importlib.metadata.PackageNotFoundError:
        blas = "own loops (scipy-openblas32 is not installed)"
    return {
        "wengert": _core.__version__,
        "ISA level": _core.isa,
        "threads": str(_core.num_threads()),
        "memory kept": f"{_core.cached_bytes() >> 20} of at most {_core.cache_limit() >> 20} MB",
        "BLAS": blas,
        "NumPy": np.__version__,
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": f"{sys.platform} {platform.machine()}",
    }


def show_config() -> None:
    """Print version, ISA level, threads, memory and BLAS, as a bug report should say them.

    Examples
    --------
    >>> show_config()  # doctest: +ELLIPSIS
    wengert ...
    """
    rows = configuration()
    width = max(len(name) for name in rows)
    for name, value in rows.items():
        sys.stdout.write(f"{name:<{width}}  {value}\n")


_core.set_blas_library(find_blas())
