"""Questions about all elements, and whether arrays are equal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor, store
from wengert.numpy._arguments import ALL_AXES, negative_axes, tensor_of
from wengert.numpy.elementwise.complex_parts import absolute

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand, Out

__all__ = ["all", "allclose", "any", "array_equal", "array_equiv", "count_nonzero", "isclose"]


def _reduced(primitive: Any, a: Operand, axis: Axes, keepdims: bool) -> Tensor:
    x = a if isinstance(a, Tensor) else tensor_of(a)
    axes = ALL_AXES[x.ndim] if axis is None else negative_axes(axis, x.ndim)
    return primitive(x, axes, keepdims)  # type: ignore[no-any-return]


def all(
    a: Operand, axis: Axes = None, out: Out = None, keepdims: bool = False, *, where: Any = True
) -> Tensor:
    """Whether all elements along axes are true.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype; what is not zero is true.
    axis : int, tuple of int or None
        The axes to test along; None for all.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    keepdims : bool
        Whether the axes stay, with length one.
    where : array_like of bool
        The elements to look at.

    Returns
    -------
    Tensor
        Of bool, of the shape of the other axes.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.all([[True, False], [True, True]], axis=1)
    Tensor([False,  True])
    """
    if out is not None:
        return store("all", out, all(a, axis, None, keepdims, where=where), "unsafe")
    if where is not True:
        a = _core.logical_or(tensor_of(a), _core.logical_not(where))
    return _reduced(_core.all, a, axis, keepdims)


def any(
    a: Operand, axis: Axes = None, out: Out = None, keepdims: bool = False, *, where: Any = True
) -> Tensor:
    """Whether any element along axes is true.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype; what is not zero is true.
    axis : int, tuple of int or None
        The axes to test along; None for all.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    keepdims : bool
        Whether the axes stay, with length one.
    where : array_like of bool
        The elements to look at.

    Returns
    -------
    Tensor
        Of bool, of the shape of the other axes.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.any([[True, False], [False, False]], axis=1)
    Tensor([ True, False])
    """
    if out is not None:
        return store("any", out, any(a, axis, None, keepdims, where=where), "unsafe")
    if where is not True:
        a = _core.logical_and(tensor_of(a), where)
    return _reduced(_core.any, a, axis, keepdims)


def count_nonzero(a: Operand, axis: Axes = None, *, keepdims: bool = False) -> Tensor:
    """Count the elements that are not zero.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    axis : int, tuple of int or None
        The axes to count along; None for all.
    keepdims : bool
        Whether the axes stay, with length one.

    Returns
    -------
    Tensor
        Of int64, of the shape of the other axes.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.count_nonzero([[1.0, 0.0], [2.0, 3.0]], axis=0)
    Tensor([2, 1])
    """
    x = tensor_of(a)
    truth = x if x.dtype.kind == "b" else _core.not_equal(x, 0)
    return _reduced(_core.sum, truth, axis, keepdims)


def isclose(
    a: Operand, b: Operand, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False
) -> Tensor:
    """Whether elements are equal to tolerances: ``|a - b| <= atol + rtol |b|``.

    Parameters
    ----------
    a, b : array_like
        What to compare; they broadcast.
    rtol, atol : array_like
        The tolerances, relative to `b` and absolute.
    equal_nan : bool
        Whether nan is equal to nan.

    Returns
    -------
    Tensor
        Of bool, of the shape that `a` and `b` broadcast to.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.isclose([1.0, 2.0], [1.0 + 1e-9, 2.1])
    Tensor([ True, False])
    """
    x, y = _core.stop_gradient(tensor_of(a)), _core.stop_gradient(tensor_of(b))
    if y.dtype.kind not in "fc":
        y = _core.convert(y, np.float64)
    bound = _core.add(_core.multiply(absolute(y), rtol), atol)
    is_near = _core.less_equal(absolute(_core.subtract(x, y)), bound)
    result = _core.logical_or(_core.logical_and(is_near, _core.isfinite(y)), _core.equal(x, y))
    if equal_nan:
        result = _core.logical_or(result, _core.logical_and(_core.isnan(x), _core.isnan(y)))
    return result


def allclose(
    a: Operand, b: Operand, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False
) -> bool:
    """Whether all elements are equal to tolerances.

    Parameters
    ----------
    a, b, rtol, atol, equal_nan
        As for `isclose`.

    Returns
    -------
    bool
        Whether `isclose` is true everywhere.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.allclose([1.0, 2.0], [1.0, 2.0 + 1e-9])
    True
    """
    return bool(all(isclose(a, b, rtol, atol, equal_nan)))


def array_equal(a1: Operand, a2: Operand, equal_nan: bool = False) -> bool:
    """Whether two arrays have the same shape and elements.

    Parameters
    ----------
    a1, a2 : array_like
        What to compare.
    equal_nan : bool
        Whether nan is equal to nan.

    Returns
    -------
    bool
        Whether they are equal.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.array_equal([1.0, 2.0], [1.0, 2.0])
    True
    """
    x, y = tensor_of(a1), tensor_of(a2)
    if x.shape != y.shape:
        return False
    is_same = _core.equal(x, y)
    if equal_nan:
        is_same = _core.logical_or(
            is_same, _core.logical_and(_core.not_equal(x, x), _core.not_equal(y, y))
        )
    return bool(all(is_same))


def array_equiv(a1: Operand, a2: Operand) -> bool:
    """Whether two arrays are equal after broadcasting.

    Parameters
    ----------
    a1, a2 : array_like
        What to compare.

    Returns
    -------
    bool
        Whether their shapes broadcast and all elements are equal.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.array_equiv([1.0, 2.0], [[1.0, 2.0], [1.0, 2.0]])
    True
    """
    x, y = tensor_of(a1), tensor_of(a2)
    try:
        np.broadcast_shapes(x.shape, y.shape)
    except ValueError:
        return False
    return bool(all(_core.equal(x, y)))
