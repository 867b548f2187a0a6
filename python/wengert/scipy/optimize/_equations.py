"""What is common to functions that find where other functions are zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert import numpy as wnp
from wengert._core import DTypeError, ShapeError, Tensor
from wengert._forward import jvp
from wengert._jacobian import jacobian
from wengert.scipy._readings import read
from wengert.scipy._solutions import solution

if TYPE_CHECKING:
    from collections.abc import Callable


def require_real(name: str, x: Any) -> None:
    """Fail if the unknown is complex."""
    if np.asarray(x).dtype.kind == "c":
        message = f"{name}: x0 is complex; real unknowns are needed, real and imaginary parts apart"
        raise DTypeError(message)


def of_shape(name: str, value: Any, x: Tensor) -> Tensor:
    """Return what a function of x returned as a Tensor of x's shape."""
    given = wnp.asarray(value)
    if given.size != x.size:
        message = (
            f"{name}: fun returned {given.size} numbers for {x.size} unknowns; as many are needed"
        )
        raise ShapeError(message)
    return _core.reshape(given, x.shape)


def zero_of(name: str, fun: Callable[..., Any], args: tuple[Any, ...], value: Any) -> Tensor:
    """Return the zero of a function of one number, or of many such functions, that was found."""
    return solution(name, lambda x: of_shape(name, fun(x, *args), x), value, is_elementwise=True)


def zeros_of(name: str, fun: Callable[..., Any], args: tuple[Any, ...], value: Any) -> Tensor:
    """Return the zero of a function of a whole array that was found."""
    shape = np.shape(value)

    def residual(x: Tensor) -> Tensor:
        return of_shape(name, fun(_core.reshape(x, shape), *args), x)

    return _core.reshape(solution(name, residual, np.ravel(value)), shape)


def slope_of(fun: Callable[..., Any], args: tuple[Any, ...], order: int = 1) -> Callable[..., Any]:
    """Return the derivative of a function of each element, of numbers for a solver."""

    def derived(x: Any, order: int) -> Any:
        if order == 0:
            return wnp.asarray(fun(x, *args))
        return jvp(lambda y: derived(y, order - 1), (x,), (np.ones(np.shape(x)),))[1]

    return lambda x: read(derived(np.asarray(x, dtype=np.float64), order))


def matrix_of(
    fun: Callable[..., Any], args: tuple[Any, ...], is_transposed: bool = False
) -> Callable[..., Any]:
    """Return the Jacobian of a function of a vector, of numbers for a solver."""
    derived = jacobian(lambda x: wnp.ravel(wnp.asarray(fun(x, *args))))

    def called(x: Any, *_: Any) -> Any:
        matrix = read(derived(np.asarray(x, dtype=np.float64)))
        return matrix.T if is_transposed else matrix

    return called
