"""NumPy's functions on Tensors, by NumPy's names.

The functions take Tensors, arrays, numbers and nested sequences, and return Tensors. ``np.f`` called
on a Tensor is ``wengert.numpy.f``; calling the latter saves the detour.

>>> import wengert as wg
>>> import wengert.numpy as wnp
>>> wg.grad(lambda x: wnp.sum(wnp.sin(x) ** 2))(0.0)
0.0
"""

import numpy as _np
from numpy._core import umath as _umath

from wengert import _core
from wengert.numpy import linalg
from wengert.numpy.calculus import *
from wengert.numpy.constants import *
from wengert.numpy.contraction import *
from wengert.numpy.creation import *
from wengert.numpy.elementwise import *
from wengert.numpy.indexing import *
from wengert.numpy.joining import *
from wengert.numpy.linear_algebra import *
from wengert.numpy.predicates import *
from wengert.numpy.reductions import *
from wengert.numpy.shape import *
from wengert.numpy.sorting import *
from wengert.numpy.statistics import *


def _route() -> None:
    """Have NumPy call our functions on Tensors."""
    for name, ours in list(globals().items()):
        theirs = getattr(_np, name, None)
        if not name.startswith("_") and callable(theirs) and not isinstance(theirs, type):
            _core.route(theirs, ours)
    for name in linalg.__all__:
        if hasattr(_np.linalg, name):
            _core.route(getattr(_np.linalg, name), getattr(linalg, name))
    # What an array's method calls where np.clip is a function around it.
    _core.route(_umath.clip, clip)  # type: ignore[attr-defined]


_route()
