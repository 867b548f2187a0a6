"""Quotients and remainders of sums of a basis, and their zeros."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert.numpy._arguments import constant, part_along
from wengert.numpy._implicit_zeros import implicit_zeros
from wengert.numpy.polynomial._basis import Basis, series_of, summed, trimmed
from wengert.numpy.predicates.kinds import result_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._core import Tensor
    from wengert._typing import Operand

    Function = Callable[..., Any]


def divisions(basis: Basis, mul: Function) -> Function:
    """Return what divides sums."""

    def div(c1: Operand, c2: Operand) -> tuple[Tensor, Tensor]:
        rest, divisor = (trimmed(series_of(c)) for c in (c1, c2))
        if _core.equal(divisor[divisor.size - 1], 0):
            message = f"{basis.prefix}div: c2 is 0; another divisor is needed"
            raise ZeroDivisionError(message)
        dtype = result_type(rest, divisor)
        if rest.size < divisor.size:
            return constant(np.zeros(1, dtype)), rest
        quotients = []
        for i in range(rest.size - divisor.size, -1, -1):
            product = mul([0.0] * i + [1.0], divisor)
            last = rest.size - 1
            quotient = _core.divide(rest[last], product[last])
            taken = _core.multiply(quotient, part_along(product, -1, 0, last))
            rest = _core.subtract(part_along(rest, -1, 0, last), taken)
            quotients.append(quotient)
        remainder = trimmed(rest) if rest.size else constant(np.zeros(1, dtype))
        return _core.stack(quotients[::-1], -1), remainder

    return basis.named("div", div, _DIVISION)


def zeros(basis: Basis, der: Function) -> Function:
    """Return what finds the zeros of a sum."""
    find = getattr(basis.theirs, f"{basis.prefix}roots")

    def value(x: Tensor, c: Tensor) -> Tensor:
        return summed(basis, x, c)

    found = implicit_zeros(find, value, lambda x, c: value(x, der(c)))

    def roots(c: Operand) -> Tensor:
        return found(trimmed(series_of(c)))  # type: ignore[no-any-return]

    return basis.named("roots", roots, _ZEROS)


_DIVISION = """Divide sums.

    Parameters
    ----------
    c1, c2 : array_like
        The coefficients, of one axis.

    Returns
    -------
    tuple of Tensor
        The quotient and the remainder.

    Raises
    ------
    ZeroDivisionError
        If `c2` is 0.
    """

_ZEROS = """Find the zeros of a sum.

    Parameters
    ----------
    c : array_like
        The coefficients, of one axis.

    Returns
    -------
    Tensor
        As many as the degree; complex unless all of them are real. The derivative of a multiple
        zero is infinite or NaN, as it has none.
    """
