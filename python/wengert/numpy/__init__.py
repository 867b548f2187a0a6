"""NumPy's functions on Tensors, by NumPy's names.

The functions take Tensors, arrays, numbers and nested sequences, and return Tensors. ``np.f`` called
on a Tensor is ``wengert.numpy.f``; calling the latter saves the detour.

>>> import wengert as wg
>>> import wengert.numpy as wnp
>>> wg.grad(lambda x: wnp.sum(wnp.sin(x) ** 2))(0.0)
0.0
"""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

import numpy as _np
from numpy._core import umath as _umath

from wengert import _core
from wengert.numpy import _by_value, _ufunc_methods, emath, fft, linalg
from wengert.numpy._formulas import *
from wengert.numpy.constants import *
from wengert.numpy.convolution import *
from wengert.numpy.creation.conversion import *
from wengert.numpy.creation.filling import *
from wengert.numpy.creation.indices import *
from wengert.numpy.creation.likeness import *
from wengert.numpy.creation.logarithmic import *
from wengert.numpy.creation.numbering import *
from wengert.numpy.creation.spacing import *
from wengert.numpy.creation.windows import *
from wengert.numpy.descending_powers import *
from wengert.numpy.dtypes import *
from wengert.numpy.dtypes import __array_api_version__ as __array_api_version__
from wengert.numpy.dtypes import __array_namespace_info__ as __array_namespace_info__
from wengert.numpy.elementwise.arithmetic import *
from wengert.numpy.elementwise.complex_parts import *
from wengert.numpy.elementwise.floating_point import *
from wengert.numpy.elementwise.limits import *
from wengert.numpy.functional import *
from wengert.numpy.layout.axes import *
from wengert.numpy.layout.blocks import *
from wengert.numpy.layout.enlarging import *
from wengert.numpy.layout.joining import *
from wengert.numpy.layout.reshaping import *
from wengert.numpy.layout.sliding import sliding_window_view as _sliding_window_view
from wengert.numpy.layout.splitting import *
from wengert.numpy.layout.turning import *
from wengert.numpy.linear_algebra.contraction import *
from wengert.numpy.linear_algebra.norms import *
from wengert.numpy.linear_algebra.outer_products import *
from wengert.numpy.linear_algebra.products import *
from wengert.numpy.polynomial_fits import *
from wengert.numpy.predicates.comparison import *
from wengert.numpy.predicates.kinds import *
from wengert.numpy.predicates.memory import *
from wengert.numpy.reductions.extrema import *
from wengert.numpy.reductions.missing import *
from wengert.numpy.reductions.missing_moments import *
from wengert.numpy.reductions.missing_quantiles import *
from wengert.numpy.reductions.missing_totals import *
from wengert.numpy.reductions.moments import *
from wengert.numpy.reductions.quantiles import *
from wengert.numpy.reductions.running import *
from wengert.numpy.reductions.statistics import *
from wengert.numpy.reductions.totals import *
from wengert.numpy.samples.calculus import *
from wengert.numpy.samples.counting import *
from wengert.numpy.samples.differences import *
from wengert.numpy.samples.grids import *
from wengert.numpy.samples.ranking import *
from wengert.numpy.selection.branching import *
from wengert.numpy.selection.choosing import *
from wengert.numpy.selection.diagonals import *
from wengert.numpy.selection.editing import *
from wengert.numpy.selection.partitioning import *
from wengert.numpy.selection.sets import *
from wengert.numpy.selection.sorting import *
from wengert.numpy.selection.taking import *
from wengert.numpy.selection.uniqueness import *
from wengert.numpy.writing.masking import *
from wengert.numpy.writing.placing import *

if _TYPE_CHECKING:
    from wengert.numpy import lib as lib
    from wengert.numpy import polynomial as polynomial

# What few programs need: imported when it is asked for.
_MODULES = ("lib", "polynomial")


def __getattr__(name: str) -> _Any:
    if name in _MODULES:
        return _import_module(f"wengert.numpy.{name}")
    message = f"module 'wengert.numpy' has no attribute {name!r}"
    raise AttributeError(message)


# Functions, constants, dtypes and NumPy's modules of these names; not the modules that they stand in.
__all__ = sorted(  # noqa: PLE0605
    name
    for name, value in globals().items()
    if not name.startswith("_")
    and (name in ("emath", "fft", "linalg") or not isinstance(value, type(_np)))
)


def __dir__() -> list[str]:
    special = [name for name in globals() if name.startswith("__")]
    return sorted({*special, *__all__, *_MODULES})


def _route() -> None:
    """Have NumPy call our functions on Tensors."""
    for name, ours in list(globals().items()):
        theirs = getattr(_np, name, None)
        if not name.startswith("_") and callable(theirs) and not isinstance(theirs, type):
            _core.route(theirs, ours)
    for space in (emath, fft, linalg):
        theirs = getattr(_np, space.__name__.rpartition(".")[2])
        for name in space.__all__:
            if hasattr(theirs, name):
                _core.route(getattr(theirs, name), getattr(space, name))
    _core.route(_np.lib.stride_tricks.sliding_window_view, _sliding_window_view)
    for function, called in _by_value.ROUTES.items():
        _core.route(function, called)
    for method, ours in _ufunc_methods.ROUTES.items():
        _core.route(method, ours)
    # What an array's method calls where np.clip is a function around it.
    _core.route(_umath.clip, clip)  # type: ignore[attr-defined]


_route()
