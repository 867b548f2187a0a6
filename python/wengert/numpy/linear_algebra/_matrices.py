"""Operands that are matrices, or many of them in leading axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import converted, tensor_of

if TYPE_CHECKING:
    from wengert._typing import DTypeLike, Operand

LinAlgError = np.linalg.LinAlgError

# Up to so many rows a matrix is factored anew in the time that it takes to keep its factors.
TINY = 4


def inexact_of(x: Operand) -> Tensor:
    """Read an operand; integers and booleans become float64, as in NumPy's linear algebra."""
    value = x if type(x) is Tensor else tensor_of(x)  # what is usual first: small systems wait
    dtype = value.dtype
    if dtype.kind in "fc":
        return converted(value, dtype) if value.is_weak else value
    return converted(value, np.float64)


def matrices_of(name: str, x: Operand) -> Tensor:
    """Read an operand of two axes or more."""
    value = inexact_of(x)
    if value.ndim < 2:
        message = f"{name}: an operand is {value.shape}; at least two axes are needed"
        raise LinAlgError(message)
    return value


def square_of(name: str, x: Operand) -> Tensor:
    """Read an operand of square matrices."""
    value = inexact_of(x)
    shape = value.shape
    if len(shape) < 2 or shape[-1] != shape[-2]:
        message = f"{name}: an operand is {shape}; two axes or more are needed, the last two of one length"
        raise LinAlgError(message)
    return value


def factors_of(a: Tensor) -> tuple[Tensor, Tensor]:
    """Return the LU factors of square matrices as what is solved by them takes them: constants."""
    factors, pivots = _core.lu(_core.stop_gradient(a))
    return factors, pivots


def solution(a: Tensor, b: Tensor) -> Tensor:
    """Solve ``a x = b`` for matrices `b`."""
    if a.shape[-1] <= TINY:
        return _core.solve(a, b, False)
    return _core.lu_solve(a, *factors_of(a), b, False)


def adjoint(x: Tensor) -> Tensor:
    """Conjugate the transpose of the last two axes."""
    turned = _core.transpose(x, (-1, -2))
    return _core.conjugate(turned) if x.dtype.kind == "c" else turned


def identity(n: int, dtype: DTypeLike) -> Tensor:
    """Return an identity matrix, as a constant."""
    return tensor_of(np.eye(n, dtype=dtype))
