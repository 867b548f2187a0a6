"""Matrices and right-hand sides, as SciPy reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import converted
from wengert.numpy.linear_algebra._matrices import adjoint, inexact_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand


def operand(name: str, argument: str, x: Operand, check_finite: bool = True) -> Tensor:
    """Read an operand; what is infinite or NaN is an error where it is asked for."""
    value = inexact_of(x)
    if check_finite and not bool(
        _core.all(_core.isfinite(value), tuple(range(-value.ndim, 0)), False)
    ):
        message = f"{name}: {argument} has elements that are infinite or NaN; check_finite=False lets them pass"
        raise ShapeError(message)
    return value


def matrices(name: str, argument: str, x: Operand, check_finite: bool = True) -> Tensor:
    """Read an operand of two axes or more."""
    value = operand(name, argument, x, check_finite)
    if value.ndim < 2:
        message = f"{name}: {argument} is {value.shape}; at least two axes are needed"
        raise ShapeError(message)
    return value


def squares(name: str, argument: str, x: Operand, check_finite: bool = True) -> Tensor:
    """Read an operand of square matrices."""
    value = operand(name, argument, x, check_finite)
    shape = value.shape
    if len(shape) < 2 or shape[-1] != shape[-2]:
        message = f"{name}: {argument} is {shape}; two axes or more are needed, the last two of one length"
        raise ShapeError(message)
    return value


def right_sides(name: str, rows: int, b: Operand, check_finite: bool = True) -> Tensor:
    """Read right-hand sides: a vector, or matrices, of so many rows."""
    value = operand(name, "b", b, check_finite)
    if value.ndim == 0 or value.shape[-1 if value.ndim == 1 else -2] != rows:
        message = f"{name}: b is {value.shape}; ({rows},) or (..., {rows}, K) is needed"
        raise ShapeError(message)
    return value


def by_columns(b: Tensor, solve: Callable[[Tensor], Tensor]) -> Tensor:
    """Solve for a vector as for a matrix of one column."""
    if b.ndim > 1:
        return solve(b)
    x = solve(_core.reshape(b, (*b.shape, 1)))
    return _core.reshape(x, x.shape[:-1])


def conjugated(x: Tensor) -> Tensor:
    """Conjugate complex numbers; real ones stay as they are."""
    return _core.conjugate(x) if x.dtype.kind == "c" else x


def transposed(x: Tensor) -> Tensor:
    """Exchange the last two axes."""
    return _core.transpose(x, (-1, -2))


def of_one_dtype(*operands: Tensor) -> tuple[Tensor, ...]:
    """Bring operands to the dtype that holds all of them."""
    dtype = np.result_type(*(x.dtype for x in operands))
    return tuple([converted(x, dtype) for x in operands])


def symmetrized(a: Tensor, lower: bool, is_hermitian: bool = True) -> Tensor:
    """Make whole matrices of the triangle that is read; the diagonal of Hermitian ones is real."""
    inside = _core.triangle(a, -1 if lower else 1, bool(lower))
    mirrored = adjoint(inside) if is_hermitian else transposed(inside)
    diagonal = _core.triangle(_core.triangle(a, 0, True), 0, False)
    if is_hermitian and a.dtype.kind == "c":
        diagonal = _core.convert(_core.real(diagonal), a.dtype)
    return _core.add(_core.add(inside, mirrored), diagonal)
