"""Which part of a full convolution a mode stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import as_array

if TYPE_CHECKING:
    from wengert._typing import Dims, Operand

MODES = ("full", "same", "valid")


def check_mode(name: str, mode: str) -> None:
    """Fail if there is no such mode."""
    if mode not in MODES:
        message = f"{name}: mode is {mode!r}; 'full', 'same' or 'valid' is needed"
        raise ShapeError(message)


def check_containment(name: str, one: Dims, other: Dims) -> None:
    """Fail if neither of two shapes holds the other."""
    pairs = [*zip(one, other, strict=True)]
    if not (all(n >= m for n, m in pairs) or all(n <= m for n, m in pairs)):
        message = f"{name}: mode is 'valid' and the operands are {one} and {other}; one must be as long as the other along every axis"
        raise ShapeError(message)


def window(one: Dims, other: Dims, mode: str) -> tuple[Dims, Dims]:
    """Where the part begins, and its lengths; "same" is in the middle and as long as the first."""
    pairs = [*zip(one, other, strict=True)]
    if mode == "full":
        return (0,) * len(one), tuple([n + m - 1 for n, m in pairs])
    if mode == "same":
        return tuple([(m - 1) // 2 for m in other]), one
    return tuple([min(pair) - 1 for pair in pairs]), tuple([abs(n - m) + 1 for n, m in pairs])


def operands(name: str, in1: Operand, in2: Operand) -> tuple[Tensor, Tensor]:
    """Read two operands of equally many axes."""
    x, k = as_array(in1), as_array(in2)
    if x.ndim != k.ndim:
        message = f"{name}: in1 is {x.shape} and in2 is {k.shape}; as many axes are needed"
        raise ShapeError(message)
    return x, k


def reversed_conjugate(x: Tensor) -> Tensor:
    """Return what a correlation convolves with."""
    return _core.flip(_core.conjugate(x), tuple(range(-x.ndim, 0)))
