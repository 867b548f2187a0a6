"""Reverse mode with nothing but Python: a tape of scalar objects.

What a careful programmer writes without a library, and the peer that the demonstration and the
benchmarks call "pure Python". Every operation appends a `Scalar` to a list (a Wengert list), with the
partial derivatives that were at hand when it was evaluated; one loop over the list, backwards, gives
the gradient.

References
----------
.. [1] R. E. Wengert, "A simple automatic derivative evaluation program", *Communications of the ACM*
   7 (8), 1964, pp. 463-464.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Tape = list["Scalar"]


class Scalar:
    """A number on a tape, and how it depends on the numbers that it was computed from.

    Parameters
    ----------
    value : float
        The number.
    tape : list of Scalar
        The tape; the new scalar is appended to it.
    x, y : Scalar, optional
        The operands.
    dx, dy : float
        The partial derivatives of `value` with respect to them.

    Attributes
    ----------
    adjoint : float
        After the reverse sweep, the derivative of the result with respect to this number.
    """

    __slots__ = ("adjoint", "dx", "dy", "tape", "value", "x", "y")
    __hash__ = None  # type: ignore[assignment]  # == compares values

    def __init__(
        self,
        value: float,
        tape: Tape,
        x: Scalar | None = None,
        dx: float = 0.0,
        y: Scalar | None = None,
        dy: float = 0.0,
    ) -> None:
        self.value = value
        self.tape = tape
        self.x = x
        self.dx = dx
        self.y = y
        self.dy = dy
        self.adjoint = 0.0
        tape.append(self)

    def __repr__(self) -> str:
        return f"Scalar({self.value!r})"

    def __neg__(self) -> Scalar:
        return Scalar(-self.value, self.tape, self, -1.0)

    def __pos__(self) -> Scalar:
        return self

    def __abs__(self) -> Scalar:
        value = self.value
        return Scalar(abs(value), self.tape, self, math.copysign(1.0, value) if value else 0.0)

    def __add__(self, other: Scalar | float) -> Scalar:
        if isinstance(other, Scalar):
            return Scalar(self.value + other.value, self.tape, self, 1.0, other, 1.0)
        return Scalar(self.value + other, self.tape, self, 1.0)

    __radd__ = __add__

    def __sub__(self, other: Scalar | float) -> Scalar:
        if isinstance(other, Scalar):
            return Scalar(self.value - other.value, self.tape, self, 1.0, other, -1.0)
        return Scalar(self.value - other, self.tape, self, 1.0)

    def __rsub__(self, other: float) -> Scalar:
        return Scalar(other - self.value, self.tape, self, -1.0)

    def __mul__(self, other: Scalar | float) -> Scalar:
        if isinstance(other, Scalar):
            x, y = self.value, other.value
            return Scalar(x * y, self.tape, self, y, other, x)
        return Scalar(self.value * other, self.tape, self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Scalar | float) -> Scalar:
        if isinstance(other, Scalar):
            y = other.value
            value = self.value / y
            return Scalar(value, self.tape, self, 1.0 / y, other, -value / y)
        return Scalar(self.value / other, self.tape, self, 1.0 / other)

    def __rtruediv__(self, other: float) -> Scalar:
        value = other / self.value
        return Scalar(value, self.tape, self, -value / self.value)

    def __pow__(self, other: Scalar | float) -> Scalar:
        x = self.value
        if isinstance(other, Scalar):
            y = other.value
            value = math.pow(x, y)
            log = math.log(x) if x > 0.0 else 0.0
            return Scalar(value, self.tape, self, _slope_of_power(x, y), other, value * log)
        return Scalar(math.pow(x, other), self.tape, self, _slope_of_power(x, other))

    def __rpow__(self, other: float) -> Scalar:
        value = math.pow(other, self.value)
        log = math.log(other) if other > 0.0 else 0.0
        return Scalar(value, self.tape, self, value * log)

    def __eq__(self, other: object) -> bool:
        return self.value == value_of(other)

    def __lt__(self, other: Scalar | float) -> bool:
        return self.value < value_of(other)

    def __le__(self, other: Scalar | float) -> bool:
        return self.value <= value_of(other)

    def __gt__(self, other: Scalar | float) -> bool:
        return self.value > value_of(other)

    def __ge__(self, other: Scalar | float) -> bool:
        return self.value >= value_of(other)


Number = TypeVar("Number", Scalar, float)
T = TypeVar("T")


def _slope_of_power(x: float, y: float) -> float:
    """Return y x^(y-1), which is 0 for y = 0 whatever x is."""
    return y * math.pow(x, y - 1.0) if y else 0.0


def value_of(x: Scalar | T) -> float | T:
    """Return the value of a `Scalar`, and anything else as it is.

    Parameters
    ----------
    x : Scalar or object
        What may be a number on a tape.

    Returns
    -------
    float or object
        The number without its derivatives.

    Examples
    --------
    >>> value_of(Scalar(2.0, [])), value_of(3.0)
    (2.0, 3.0)
    """
    return x.value if isinstance(x, Scalar) else x


def exp(x: Number) -> Number:
    """Return e to the power `x`."""
    if isinstance(x, Scalar):
        value = math.exp(x.value)
        return Scalar(value, x.tape, x, value)
    return math.exp(x)


def expm1(x: Number) -> Number:
    """Return e to the power `x`, minus 1."""
    if isinstance(x, Scalar):
        value = math.expm1(x.value)
        return Scalar(value, x.tape, x, value + 1.0)
    return math.expm1(x)


def log(x: Number) -> Number:
    """Return the natural logarithm of `x`."""
    if isinstance(x, Scalar):
        return Scalar(math.log(x.value), x.tape, x, 1.0 / x.value)
    return math.log(x)


def log1p(x: Number) -> Number:
    """Return the natural logarithm of 1 + `x`."""
    if isinstance(x, Scalar):
        return Scalar(math.log1p(x.value), x.tape, x, 1.0 / (1.0 + x.value))
    return math.log1p(x)


def sqrt(x: Number) -> Number:
    """Return the square root of `x`."""
    if isinstance(x, Scalar):
        value = math.sqrt(x.value)
        return Scalar(value, x.tape, x, 0.5 / value if value else math.inf)
    return math.sqrt(x)


def sin(x: Number) -> Number:
    """Return the sine of `x`, in radians."""
    if isinstance(x, Scalar):
        return Scalar(math.sin(x.value), x.tape, x, math.cos(x.value))
    return math.sin(x)


def cos(x: Number) -> Number:
    """Return the cosine of `x`, in radians."""
    if isinstance(x, Scalar):
        return Scalar(math.cos(x.value), x.tape, x, -math.sin(x.value))
    return math.cos(x)


def tan(x: Number) -> Number:
    """Return the tangent of `x`, in radians."""
    if isinstance(x, Scalar):
        value = math.tan(x.value)
        return Scalar(value, x.tape, x, 1.0 + value * value)
    return math.tan(x)


def arctan(x: Number) -> Number:
    """Return the inverse tangent of `x`, in radians."""
    if isinstance(x, Scalar):
        return Scalar(math.atan(x.value), x.tape, x, 1.0 / (1.0 + x.value * x.value))
    return math.atan(x)


def sinh(x: Number) -> Number:
    """Return the hyperbolic sine of `x`."""
    if isinstance(x, Scalar):
        return Scalar(math.sinh(x.value), x.tape, x, math.cosh(x.value))
    return math.sinh(x)


def cosh(x: Number) -> Number:
    """Return the hyperbolic cosine of `x`."""
    if isinstance(x, Scalar):
        return Scalar(math.cosh(x.value), x.tape, x, math.sinh(x.value))
    return math.cosh(x)


def tanh(x: Number) -> Number:
    """Return the hyperbolic tangent of `x`."""
    if isinstance(x, Scalar):
        value = math.tanh(x.value)
        return Scalar(value, x.tape, x, 1.0 - value * value)
    return math.tanh(x)


def value_and_grad(
    fun: Callable[[list[Scalar]], Scalar | float],
) -> Callable[[Sequence[float]], tuple[float, list[float]]]:
    """Return the function that evaluates `fun` and its gradient.

    Parameters
    ----------
    fun : callable
        Function of a list of numbers returning a number, made of Python's operators and the functions
        of this module.

    Returns
    -------
    callable
        Maps a sequence of n floats to the value of `fun` and the list of its n partial derivatives.

    Examples
    --------
    >>> value_and_grad(lambda x: (x[0] + x[1]) * x[2])([5.0, -2.0, 4.0])
    (12.0, [4.0, 4.0, 3.0])
    """

    def evaluated(x: Sequence[float]) -> tuple[float, list[float]]:
        tape: Tape = []
        leaves = [Scalar(value, tape) for value in x]
        result = fun(leaves)
        if not isinstance(result, Scalar):
            return result, [0.0] * len(leaves)
        sweep(result)
        tape.clear()  # the tape and its scalars refer to each other: free them without the collector
        return result.value, [leaf.adjoint for leaf in leaves]

    return evaluated


def sweep(result: Scalar) -> None:
    """Set the adjoints of all scalars on the tape of `result`.

    Parameters
    ----------
    result : Scalar
        The number whose derivatives are asked for.

    Examples
    --------
    >>> x = Scalar(3.0, [])
    >>> sweep(x * x)
    >>> x.adjoint
    6.0
    """
    result.adjoint = 1.0
    for node in reversed(result.tape):
        adjoint = node.adjoint
        if adjoint:
            x = node.x
            if x is not None:
                x.adjoint += adjoint * node.dx
                y = node.y
                if y is not None:
                    y.adjoint += adjoint * node.dy
