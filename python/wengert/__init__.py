"""Exact derivatives of NumPy code.

>>> import numpy as np
>>> import wengert as wg
>>> wg.grad(lambda x: np.sum(x * np.sin(x)))(np.array([0.0, np.pi]))
array([ 0.        , -3.14159265])
"""

from typing import Any as _Any

from wengert import _methods as _methods  # Tensor's methods, and NumPy's functions on Tensors
from wengert._batch import vmap
from wengert._checkpoint import checkpoint, checkpoint_chain
from wengert._config import release_memory, set_num_threads, show_config
from wengert._core import (
    DerivativeError,
    DTypeError,
    IndexRangeError,
    NonFiniteError,
    RuleError,
    ShapeError,
    Tensor,
    TraceError,
    ZeroDerivativeWarning,
    __version__,
    stop_gradient,
)
from wengert._custom import custom_jvp, custom_vjp
from wengert._debug import debug_nans
from wengert._explain import explain
from wengert._foreign import primitive
from wengert._forward import jvp, linear_transpose, linearize
from wengert._jacobian import (
    derivative,
    elementwise_grad,
    ggnvp,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    wirtinger,
)
from wengert._no_grad import no_grad
from wengert._sparse import sparsity
from wengert._tensor import tensor
from wengert._transforms import grad, value_and_grad, vjp

__all__ = [
    "DTypeError",
    "DerivativeError",
    "IndexRangeError",
    "NonFiniteError",
    "RuleError",
    "ShapeError",
    "Tensor",
    "TraceError",
    "ZeroDerivativeWarning",
    "__version__",
    "checkpoint",
    "checkpoint_chain",
    "custom_jvp",
    "custom_vjp",
    "debug_nans",
    "derivative",
    "elementwise_grad",
    "explain",
    "ggnvp",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "linear_transpose",
    "linearize",
    "no_grad",
    "primitive",
    "release_memory",
    "set_num_threads",
    "show_config",
    "sparsity",
    "stop_gradient",
    "tensor",
    "value_and_grad",
    "vjp",
    "vmap",
    "wirtinger",
]


def __getattr__(name: str) -> _Any:
    """Import `testing` when it is asked for: it costs as much as all the rest."""
    if name == "testing":
        import importlib  # noqa: PLC0415

        return importlib.import_module("wengert.testing")
    message = f"module 'wengert' has no attribute {name!r}"
    raise AttributeError(message)
