"""Write docs/numpy.md: every function of NumPy, what is there of it on Tensors, and how.

    python tools/generate_numpy_table.py [--check]

What it says of derivatives and batches is what the tables of the tests hold the library to, run here once more.
It is about the NumPy that the page names; with another one, --check has nothing to compare.
"""

from __future__ import annotations

import argparse
import sys
import types
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import wengert as wg
import wengert.numpy as wnp
from wengert import _core
from wengert.numpy import _by_value, _ufunc_methods

BASIC, MORE = (import_module(name) for name in ("derivative_cases", "derivative_sample_cases"))
WRITES = import_module("writing_cases").WRITES
PAGE = ROOT / "docs" / "numpy.md"
SPACES = (
    "",
    "linalg",
    "fft",
    "emath",
    "lib.stride_tricks",
    *(
        f"polynomial.{kind}"
        for kind in ("polynomial", "chebyshev", "legendre", "hermite", "hermite_e", "laguerre")
    ),
)

# What has no meaning on Tensors, or goes another way, and which.
INSTEAD = {
    "dates and calendars: Tensors hold none": """
        busday_count busday_offset datetime_as_string datetime_data is_busday isnat
    """,
    "bytes and bits of other dtypes: `.numpy()` of a constant": "packbits unpackbits",
    "files and text: read by NumPy, then `wengert.numpy.array`": """
        fromfile frombuffer fromregex fromstring genfromtxt load loadtxt
    """,
    "objects: `wengert.numpy.vectorize`, `wengert.vmap`, or `wengert.primitive` with a derivative that you state": """
        frompyfunc
    """,
    "matrices that are not arrays: two axes": "asmatrix bmat",
    "memory: a Tensor has no order in it, and shows no iterators": """
        asfortranarray isfortran nested_iters require
    """,
    "of types, numbers and text, which need no Tensor": """
        base_repr binary_repr common_type format_float_positional format_float_scientific issubdtype iterable
        min_scalar_type mintypecode typename einsum_path
    """,
    "NumPy's own settings and help": """
        get_include get_printoptions getbufsize geterr geterrcall info printoptions set_printoptions setbufsize
        seterr seterrcall show_config show_runtime test
    """,
    "of constants: NumPy's": """
        polycompanion chebcompanion legcompanion hermcompanion hermecompanion lagcompanion
        chebgauss leggauss hermgauss hermegauss laggauss chebpts1 chebpts2 chebinterpolate
        chebweight legweight hermweight hermeweight lagweight
        polyline chebline legline hermline hermeline lagline
        polytrim chebtrim legtrim hermtrim hermetrim lagtrim
    """,
}
REASONS = {name: reason for reason, names in INSTEAD.items() for name in names.split()}


UNKNOWN = "?"


def functions_of(space: str) -> list[str]:
    """Return the names of NumPy's functions in a module."""
    module: Any = np
    for part in filter(None, space.split(".")):
        module = getattr(module, part)
    names = getattr(module, "__all__", None) or dir(module)
    kinds = (type, types.ModuleType)
    return sorted(
        name
        for name in names
        if not name.startswith("_")
        and callable(getattr(module, name))
        and not isinstance(getattr(module, name), kinds)
    )


def found(space: str, name: str) -> Any:
    """Return ours, or nothing."""
    module: Any = wnp
    for part in filter(None, space.split(".")):
        module = getattr(module, part, None)
    return getattr(module, name, None)


class Told:
    """What the tests' tables say of functions."""

    def __init__(self) -> None:
        self.cases: dict[str, list[Any]] = {}
        for case in (*BASIC.CASES, *MORE.CASES):
            self.cases.setdefault(case.name, []).append(case)
        self.constant = {case.name: case for case in (*BASIC.CONSTANT, *MORE.CONSTANT)}

    def derivative(self, label: str, ours: Any) -> str:
        """Tell of forward and reverse mode, which every case is tested in."""
        names = [label, *(n for n in self.cases if function_named(n) is ours)]
        if (
            label.startswith("polynomial.")
            or label in WRITES
            or any(n in self.cases for n in names)
        ):
            return "yes"
        constants = [label, *(n for n in self.constant if function_named(n) is ours)]
        return "0" if any(n in self.constant for n in constants) else ""

    def batch(self, label: str, ours: Any) -> str:
        """Run a case for two examples at once, and count how often its function was called."""
        if label.startswith("polynomial.") or label in WRITES:
            return "yes"
        names = [label, *(n for n in self.cases if function_named(n) is ours)]
        for name in names:
            for case in self.cases.get(name, [])[:1]:
                return _batched(case)
        for name in (label, *(n for n in self.constant if function_named(n) is ours)):
            if name in self.constant:
                return _batched_constant(self.constant[name])
        return ""


def function_named(name: str) -> Any:
    """Return a function of ours by its name in the tables."""
    space, _, last = name.rpartition(".")
    return found(space, last)


def _counted(function: Any, operands: list[Any]) -> str:
    calls = 0

    def called(*x: Any) -> Any:
        nonlocal calls
        calls += 1
        result = function(*x)
        if isinstance(result, (tuple, list)):
            result = result[0]
        if not isinstance(result, wg.Tensor):
            return 0.0
        return wnp.sum(wnp.real(wnp.asarray(result)))

    try:
        wg.vmap(called)(*operands)
    except (TypeError, ValueError, RuntimeError):
        return "no"
    return "yes" if calls == 1 else "by paths"


def _batched(case: Any) -> str:
    operands = [operand.array(i) for i, operand in enumerate(case.operands)]
    return _counted(case, [np.stack([x, x[::-1] if x.ndim else x * 0.9]) for x in operands])


def _batched_constant(case: Any) -> str:
    x = np.array([0.4, 1.3, 2.2])
    return _counted(case, [np.stack([x, x[::-1]])])


def manner(label: str, ours: Any) -> str:
    """Tell how it is made."""
    if ours in _core.primitives:
        return "formula" if ours.is_elementwise else "primitive"
    if label in WRITES:
        return "writes a new version of the array"
    return "composition"


def routed(space: str, name: str) -> bool:
    """Tell whether NumPy's own function asks Tensors."""
    module: Any = np
    for part in filter(None, space.split(".")):
        module = getattr(module, part)
    theirs = getattr(module, name)
    return isinstance(theirs, np.ufunc) or hasattr(theirs, "_implementation")


def row(told: Told, space: str, name: str) -> str:
    """Make the row of one function."""
    label = f"{space}.{name}" if space else name
    ours = found(space, name)
    if ours is None:
        if getattr(np, name, None) in _by_value.ROUTES:
            return (
                f"| {label} | yes | · | · | · | of the value, which is not being differentiated |"
            )
        if name not in REASONS:
            return UNKNOWN + label
        return f"| {label} | | | | | {REASONS[name]} |"
    derivative = told.derivative(label, ours)
    batch = told.batch(label, ours) or "·"
    value = "yes" if routed(space, name) else "as `wengert.numpy`"
    return f"| {label} | {value} | {derivative or '·'} | {derivative or '·'} | {batch} | {manner(label, ours)} |"


def methods() -> list[str]:
    """Make the rows of ufuncs' methods."""
    by_method: dict[str, list[str]] = {}
    for ufunc, method in _ufunc_methods.ROUTES:
        by_method.setdefault(method, []).append(ufunc.__name__)
    return [
        f"| {method} | {' '.join(sorted(names))} |" for method, names in sorted(by_method.items())
    ]


HEAD = """# What of NumPy is differentiated

<!-- Generated by tools/generate_numpy_table.py; do not edit. -->

Every function of NumPy {version}, with what becomes of it on Tensors.

- *value*: `np.f` called on a Tensor works; or `wengert.numpy.f` does where NumPy's own function does not ask.
- *forward*, *reverse*: whether derivatives pass, at every order. 0: the result is constant between jumps, and so
  has the derivative 0. A dot: there is nothing to differentiate.
- *batch*: under `vmap`, all examples at once; or by paths, since the result's shape or a choice depends on values:
  examples that agree are evaluated together.
- *how*: a formula of [primitives.md](primitives.md), another primitive, or a composition of them. Where a function
  is not there, what to use: its error names `wengert.primitive`, which makes a function of any code whose
  derivative you state.

| function | value | forward | reverse | batch | how |
| --- | --- | --- | --- | --- | --- |
"""

METHODS = """
## Methods of ufuncs

Reductions and scans without a name of their own go by the formula, one element after the other, in the core.

| method | of |
| --- | --- |
"""


SCIPY = """
## SciPy by the array API

`wengert.numpy` is an array namespace as the array API standard {version} describes it, and Tensors name it. SciPy 1.15
or newer, with `SCIPY_ARRAY_API=1` in the environment, computes by it: `scipy.special.logsumexp`, `softmax` and
`log_softmax`; `scipy.stats.zscore`, `skew`, `kurtosis`, `gmean`, `hmean`, `pmean`, `moment`, `sem`, `tmean`, `variation`
and others; `scipy.integrate.trapezoid` and `cumulative_trapezoid`; `scipy.optimize.rosen`; `scipy.fft.fft` and its kin;
`scipy.signal.hilbert` and `fftconvolve` are then differentiated as they are. Functions of SciPy that go to compiled
code, `scipy.ndimage` say, raise an error on what is being differentiated.
"""


def page() -> str:
    """Return the whole page."""
    told = Told()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = [row(told, space, name) for space in SPACES for name in functions_of(space)]
    unknown = [line.removeprefix(UNKNOWN) for line in rows if line.startswith(UNKNOWN)]
    if unknown:
        message = f"neither served nor listed with what to use instead: {' '.join(unknown)}"
        raise SystemExit(message)
    version = ".".join(np.__version__.split(".")[:2])
    head = HEAD.format(version=version) + "\n".join(rows) + "\n"
    scipy = SCIPY.format(version=wnp.__array_api_version__)
    return head + METHODS + "\n".join(methods()) + "\n" + scipy


def main() -> None:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    check = parser.parse_args().check
    version = ".".join(np.__version__.split(".")[:2])
    if check and f"NumPy {version}," not in PAGE.read_text(encoding="utf-8"):
        sys.stdout.write(f"{PAGE.name} is about another NumPy than {version}\n")
        return
    text = page()
    if not check:
        PAGE.write_text(text, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != text:
        message = f"{PAGE.name} is out of date; run tools/generate_numpy_table.py"
        raise SystemExit(message)


if __name__ == "__main__":
    main()
