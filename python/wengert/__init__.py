"""Exact derivatives of NumPy code.

>>> import numpy as np
>>> import wengert as wg
>>> wg.grad(lambda x: np.sum(x * np.sin(x)))(np.array([0.0, np.pi]))
array([ 0.        , -3.14159265])
"""

from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from wengert import _config as _config  # tells the core where BLAS is
from wengert import _functions as _functions  # tells the core which frames are the library's
from wengert._core import (
    DerivativeError,
    DTypeError,
    FormatError,
    IndexRangeError,
    NonFiniteError,
    PerformanceWarning,
    RuleError,
    ShapeError,
    Tensor,
    TraceError,
    ZeroDerivativeWarning,
    __version__,
    stop_gradient,
)
from wengert._deferred import load as _load  # Tensor's methods stand there, too

if _TYPE_CHECKING:
    from wengert import numpy as numpy
    from wengert import random as random
    from wengert import scipy as scipy
    from wengert import testing as testing
    from wengert._associative_scan import associative_scan
    from wengert._batch import vmap
    from wengert._branches import cond, switch
    from wengert._checkpoint import checkpoint, checkpoint_chain
    from wengert._config import release_memory, set_num_threads, show_config
    from wengert._custom import custom_jvp, custom_vjp
    from wengert._debug import debug_nans
    from wengert._elementwise import derivative, elementwise_grad
    from wengert._explain import explain
    from wengert._foreign import primitive
    from wengert._forward import jvp, linear_transpose, linearize
    from wengert._hessian import hessian
    from wengert._jacobian import jacfwd, jacobian, jacrev
    from wengert._jit import jit, no_jit
    from wengert._loops import fori_loop, while_loop
    from wengert._no_grad import no_grad
    from wengert._products import ggnvp, hvp
    from wengert._saved import load
    from wengert._scan import map, scan
    from wengert._sparse import sparsity
    from wengert._tensor import tensor
    from wengert._transforms import grad, value_and_grad, vjp
    from wengert._wirtinger import wirtinger

__all__ = [
    "DTypeError",
    "DerivativeError",
    "FormatError",
    "IndexRangeError",
    "NonFiniteError",
    "PerformanceWarning",
    "RuleError",
    "ShapeError",
    "Tensor",
    "TraceError",
    "ZeroDerivativeWarning",
    "__version__",
    "associative_scan",
    "checkpoint",
    "checkpoint_chain",
    "cond",
    "custom_jvp",
    "custom_vjp",
    "debug_nans",
    "derivative",
    "elementwise_grad",
    "explain",
    "fori_loop",
    "ggnvp",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jit",
    "jvp",
    "linear_transpose",
    "linearize",
    "load",
    "map",
    "no_grad",
    "no_jit",
    "primitive",
    "release_memory",
    "scan",
    "set_num_threads",
    "show_config",
    "sparsity",
    "stop_gradient",
    "switch",
    "tensor",
    "value_and_grad",
    "vjp",
    "vmap",
    "while_loop",
    "wirtinger",
]


# What is imported when it is asked for, of which no program needs all: modules, and names by the module that has them.
_MODULES = ("numpy", "random", "scipy", "testing")
_HOMES = {
    "associative_scan": "_associative_scan",
    "checkpoint": "_checkpoint",
    "checkpoint_chain": "_checkpoint",
    "cond": "_branches",
    "custom_jvp": "_custom",
    "custom_vjp": "_custom",
    "debug_nans": "_debug",
    "derivative": "_elementwise",
    "elementwise_grad": "_elementwise",
    "explain": "_explain",
    "fori_loop": "_loops",
    "ggnvp": "_products",
    "grad": "_transforms",
    "hessian": "_hessian",
    "hvp": "_products",
    "jacfwd": "_jacobian",
    "jacobian": "_jacobian",
    "jacrev": "_jacobian",
    "jit": "_jit",
    "jvp": "_forward",
    "linear_transpose": "_forward",
    "linearize": "_forward",
    "load": "_saved",
    "map": "_scan",
    "no_grad": "_no_grad",
    "no_jit": "_jit",
    "primitive": "_foreign",
    "release_memory": "_config",
    "scan": "_scan",
    "set_num_threads": "_config",
    "show_config": "_config",
    "sparsity": "_sparse",
    "switch": "_branches",
    "tensor": "_tensor",
    "value_and_grad": "_transforms",
    "vjp": "_transforms",
    "vmap": "_batch",
    "while_loop": "_loops",
    "wirtinger": "_wirtinger",
}


def __getattr__(name: str) -> _Any:
    if name in _MODULES:
        return _load(f"wengert.{name}")
    if name not in _HOMES:
        message = f"module 'wengert' has no attribute {name!r}"
        raise AttributeError(message)
    found = globals()[name] = getattr(_load(f"wengert.{_HOMES[name]}"), name)
    return found


def __dir__() -> list[str]:
    special = [name for name in globals() if name.startswith("__")]
    return sorted({*special, *__all__, *_MODULES})
