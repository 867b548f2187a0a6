"""The machine: held to one core, and described beside every figure."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import platform
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

RECORDED = ("OPENBLAS_", "MKL_", "OMP_", "WENGERT_", "XLA_", "JAX_", "NPY_")
ISA = (
    "sse4_2",
    "avx",
    "fma",
    "avx2",
    "avx512f",
    "avx512dq",
    "avx512vl",
    "amx_tile",
    "asimd",
    "sve",
)


def pin(core: int | None = None) -> None:
    """Hold this process, and the threads and processes that it will start, to one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0)) if core is None else core})


@functools.cache
def _bytecode() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="benchmarks-bytecode-")


def in_fresh_process(code: str) -> float:
    """Run `code` in a new interpreter and return the number that it prints.

    Bytecode is kept between calls, as an installation keeps it, wherever the code lies.
    """
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": _bytecode().name}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        raise RuntimeError(process.stderr.strip().splitlines()[-1])
    return float(process.stdout)


def resident_bytes() -> int:
    """Memory of this process that is in RAM now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def most_resident_bytes() -> int:
    """Most memory of this process that has been in RAM at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def describe() -> dict[str, Any]:
    """Return what a reader must know to compare a figure with their own."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "core": sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "isa": [flag for flag in ISA if flag in _cpuinfo("flags").split()],
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": os.getloadavg(),
        "commit": _commit(),
        "environment": {k: v for k, v in sorted(os.environ.items()) if k.startswith(RECORDED)},
        "blas": _blas(),
    }


def _cpuinfo(field: str) -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == field:
                return value.strip()
    return ""


def _processor() -> str:
    family = ", ".join(f"{f} {_cpuinfo(f)}" for f in ("cpu family", "model", "stepping"))
    return f"{_cpuinfo('model name')} ({family})" if _cpuinfo("model name") else platform.machine()


def _commit() -> str:
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12"]
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        return subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    return "unknown"


def _blas() -> dict[str, str]:
    """Name each OpenBLAS that this process has loaded, with the kernels that it chose."""
    with contextlib.suppress(OSError):
        maps = Path("/proc/self/maps").read_text(encoding="utf-8")
        files = {line.split()[-1] for line in maps.splitlines() if "openblas" in line}
        return {Path(file).name: _openblas(file) for file in sorted(files)}
    return {}


def _openblas(file: str) -> str:
    library = ctypes.CDLL(file)
    for prefix in ("scipy_", ""):
        for suffix in ("64_", ""):
            with contextlib.suppress(AttributeError):
                config = getattr(library, f"{prefix}openblas_get_config{suffix}")
                kernels = getattr(library, f"{prefix}openblas_get_corename{suffix}")
                config.restype = kernels.restype = ctypes.c_char_p
                return f"{config().decode().strip()}, kernels {kernels().decode()}"
    return "unknown"
