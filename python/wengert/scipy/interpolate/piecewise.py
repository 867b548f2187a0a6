"""Polynomials in pieces."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import constant
from wengert.numpy.layout.axes import moveaxis
from wengert.numpy.samples.calculus import diff
from wengert.scipy.interpolate._arguments import (
    arranged,
    beside,
    double,
    holds,
    real_places,
    taken,
)

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["PPoly"]


def pieces_at(x: Tensor, at: Tensor) -> Tensor:
    """Return the number of the piece at each place; on a break, that to its right, and the last one at the end."""
    number = _core.searchsorted(x, at, True) - 1
    return _core.minimum(_core.maximum(number, 0), x.shape[0] - 2)


class PPoly:
    """A polynomial in pieces: in piece i, the sum of ``c[j, i] (x - x[i])^(k - j)`` over j from 0 to k.

    Parameters
    ----------
    c : array_like
        Coefficients, of shape (k + 1, M, ...), those of the highest power first.
    x : array_like
        Breaks, ascending, of shape (M + 1,).
    extrapolate : bool or "periodic", optional
        Whether the outer pieces go on outside, or what lies there repeats; otherwise it is NaN. By default they do.
    axis : int
        At which axis of `c` the first of these two axes is, and of a result those of the places.

    Raises
    ------
    ValueError
        If shapes do not fit, or breaks do not ascend.

    Examples
    --------
    >>> import wengert as wg
    >>> from wengert.scipy.interpolate import PPoly
    >>> p = PPoly([[1.0, 0.0], [0.0, 1.0]], [0.0, 1.0, 2.0])
    >>> p([0.5, 1.5])
    Tensor([0.5, 1. ])
    >>> wg.grad(p)(1.0)  # on a break, that to its right
    0.0
    """

    def __init__(self, c: Operand, x: Operand, extrapolate: Any = None, axis: int = 0) -> None:
        self.c, self.x, self.axis = double(c), real_places("PPoly", "x", x), axis
        shape = self.c.shape
        if self.c.ndim < 2 or not 0 <= axis <= self.c.ndim - 2:
            message = f"PPoly: axis is {axis} and c is {shape}; two axes from there on are needed"
            raise ShapeError(message)
        if axis:
            self.c = moveaxis(self.c, (axis, axis + 1), (0, 1))
        pieces = self.x.shape[0] - 1 if self.x.ndim == 1 else 0
        if pieces < 1 or self.c.shape[1] != pieces:
            message = f"PPoly: c is {shape} and x is {self.x.shape}; (k + 1, M, ...) and (M + 1,) are needed"
            raise ShapeError(message)
        if holds(_core.less(diff(self.x), 0.0)):
            message = "PPoly: x does not ascend; no break may be less than the one before"
            raise ShapeError(message)
        self.extrapolate = True if extrapolate is None else extrapolate

    @classmethod
    def construct_fast(cls, c: Tensor, x: Tensor, extrapolate: Any = None, axis: int = 0) -> PPoly:
        """Make one of parts that fit, the axis of pieces second."""
        made = PPoly.__new__(PPoly)
        made.c, made.x, made.axis = c, x, axis
        made.extrapolate = True if extrapolate is None else extrapolate
        return made

    def __call__(self, x: Operand, nu: int = 0, extrapolate: Any = None) -> Tensor:
        """Return the value, or a derivative, at places.

        Parameters
        ----------
        x : array_like
            Of any shape.
        nu : int
            Which derivative.
        extrapolate : bool or "periodic", optional
            As of the class; by default what it was made with.

        Returns
        -------
        Tensor
            Of the shape of `x` and of the further axes of `c`. On a break, derivatives are those to its right.
        """
        at = real_places("PPoly", "x", x)
        y = self._values(at, nu, self.extrapolate if extrapolate is None else extrapolate)
        return arranged(y, at.ndim, self.axis)

    def _values(self, at: Tensor, nu: int, extrapolate: Any) -> Tensor:
        first, last = self.x[0], self.x[-1]
        if extrapolate == "periodic":
            at = first + _core.remainder(at - first, last - first)
        piece = pieces_at(self.x, at)
        rows = taken(self.c, piece, 1)
        s = _core.reshape(at - taken(self.x, piece), (*at.shape, *[1] * (self.c.ndim - 2)))
        y = horner(rows, s, nu)
        if extrapolate:
            return y
        is_outside = _core.logical_or(_core.less(at, first), _core.greater(at, last))
        return _core.where(_core.reshape(is_outside, s.shape), np.nan, y)

    def derivative(self, nu: int = 1) -> PPoly:
        """Return the derivative, of order `nu`; of a negative one, the antiderivative."""
        if nu < 0:
            return self.antiderivative(-nu)
        powers = np.arange(self.c.shape[0] - 1.0, -1, -1)[: self.c.shape[0] - nu]
        factors = np.array([prod(p - i for i in range(nu)) for p in powers])
        if factors.size:
            c = self.c[: factors.size] * factors.reshape(-1, *[1] * (self.c.ndim - 1))
        else:
            c = constant(np.zeros((1, *self.c.shape[1:]), self.c.dtype))
        return self.construct_fast(c, self.x, self.extrapolate, self.axis)

    def antiderivative(self, nu: int = 1) -> PPoly:
        """Return the antiderivative, of order `nu`, which is continuous and 0 at the first break."""
        if nu <= 0:
            return self.derivative(-nu)
        c = self.c
        for _ in range(nu):
            powers = np.arange(c.shape[0], 0, -1.0).reshape(-1, *[1] * (c.ndim - 1))
            raised = c / powers
            width = beside(diff(self.x), c[0])
            # What each piece adds, and what those in front of it have.
            added = horner(raised, width, 0) * width
            before = _core.concatenate(
                [added[:1] * 0.0, _core.cumsum(added, -added.ndim, False)[:-1]], -added.ndim
            )
            c = _core.concatenate([raised, before[None]], -c.ndim)
        extrapolate = False if self.extrapolate == "periodic" else self.extrapolate
        return self.construct_fast(c, self.x, extrapolate, self.axis)

    def integrate(self, a: Any, b: Any, extrapolate: Any = None) -> Tensor:
        """Integrate from one number to another.

        Parameters
        ----------
        a, b : number
            The ends, which have derivatives, too.
        extrapolate : bool or "periodic", optional
            As of the class; by default what it was made with.

        Returns
        -------
        Tensor
            Of the shape of the further axes of `c`.
        """
        beyond = self.extrapolate if extrapolate is None else extrapolate
        ends = [real_places("integrate", argument, e) for argument, e in (("a", a), ("b", b))]
        whole = self.antiderivative()
        if beyond != "periodic":
            upper, lower = (whole._values(e, 0, beyond) for e in (ends[1], ends[0]))
            return upper - lower
        first, last = self.x[0], self.x[-1]
        total = whole._values(last, 0, True)
        parts = []
        for end in ends:
            periods = _core.floor((end - first) / (last - first))
            parts.append(whole._values(end - periods * (last - first), 0, True) + periods * total)
        return parts[1] - parts[0]


def horner(rows: Tensor, s: Tensor, nu: int) -> Tensor:
    """Return the value of polynomials, or of a derivative, with their coefficients along the first axis."""
    degree = rows.shape[0] - 1
    if nu > degree:
        return rows[0] * 0.0 + s * 0.0
    y: Tensor = s * 0.0
    for j in range(degree + 1 - nu):
        factor = prod(range(degree - j - nu + 1, degree - j + 1))
        row = rows[j] * float(factor) if factor != 1 else rows[j]
        y = y + row if j == 0 else y * s + row
    return y
