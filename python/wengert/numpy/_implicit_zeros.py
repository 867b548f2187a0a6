"""Zeros of sums of a basis, and their derivatives by the theorem of implicit functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._foreign import primitive
from wengert.numpy._arguments import ALL_AXES, constant, tensor_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._core import Tensor

    Function = Callable[..., Any]


def implicit_zeros(find: Function, value: Function, slope: Function) -> Function:
    """Return what finds zeros in coefficients, by NumPy's function, with their derivative.

    `value(x, c)` evaluates the sum at points, `slope(x, c)` its derivative. A zero x moves by
    -value(x, dc) / slope(x, c), which is infinite where it is a multiple one.
    """

    def complex_zeros(c: Any) -> Any:
        return np.asarray(find(c)) + 0j

    found = primitive(complex_zeros)
    found.defjvp(
        lambda t, x, c: _core.negative(
            _core.divide(value(x, t), slope(x, _core.convert(c, x.dtype)))
        )
    )

    def zeros(c: Tensor) -> Tensor:
        x = tensor_of(found(c))
        if c.dtype.kind == "c" or x.size == 0:
            return x if c.dtype.kind == "c" else constant(np.empty(0, c.dtype))
        imaginary = _core.imag(x)
        is_real = _core.all(_core.equal(imaginary, 0), ALL_AXES[x.ndim], False)
        return _core.real(x) if is_real else x

    return zeros
