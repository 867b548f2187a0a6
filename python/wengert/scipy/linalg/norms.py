"""Norms of vectors and matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy.elementwise.complex_parts import absolute
from wengert.numpy.linear_algebra.norms import norm as norm_of
from wengert.scipy.linalg._operands import operand

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand

__all__ = ["norm"]


def norm(
    a: Operand,
    ord: Any = None,
    axis: Axes = None,
    keepdims: bool = False,
    check_finite: bool = True,
) -> Tensor:
    """Return a norm of vectors or matrices; its derivative is 0 at 0, and shared among ties.

    Parameters
    ----------
    a : array_like
        Of any shape.
    ord : {None, "fro", "nuc", 1, -1, 2, -2, 0, inf, -inf} or number
        Which, as of `wengert.numpy.linalg.norm`.
    axis : int, pair of int or None
        The axis of vectors, or those of matrices; None for all.
    keepdims : bool
        Whether the axes stay, with length one.
    check_finite : bool
        Whether operands that are infinite or NaN are an error.

    Returns
    -------
    Tensor
        Real, of the shape of the other axes, in the units of `a`.

    Raises
    ------
    AxisError
        If `a` has no such axis.
    ValueError
        If there is no such norm.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.norm([3.0, 4.0])
    Tensor(5.)
    """
    x = operand("norm", "a", a, check_finite)
    if x.ndim != 1 or x.size == 0 or axis is not None or keepdims or not _is_euclidean(ord):
        return norm_of(x, ord, axis, keepdims)
    # As BLAS, whose squares neither overflow nor vanish: scaled by a constant power of two.
    size = _core.max(absolute(_core.stop_gradient(x)), (-1,), False)
    is_scaled = _core.logical_and(_core.isfinite(size), _core.greater(size, 0))
    least = float(np.finfo(size.dtype).tiny) * 2.0**20  # whose reciprocal is finite
    scale = _core.exp2(
        _core.floor(_core.log2(_core.maximum(_core.where(is_scaled, size, 1.0), least)))
    )
    return _core.multiply(norm_of(_core.divide(x, scale), ord), scale)


def _is_euclidean(ord: Any) -> bool:
    return ord is None or (not isinstance(ord, Tensor) and ord == 2)
