"""Questions about values, dtypes and shapes: nothing here has a derivative."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, Tensor
from wengert.numpy._arguments import ALL_AXES, negative_axes, refuse, tensor_of
from wengert.numpy.elementwise import absolute

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand

__all__ = [
    "all",
    "allclose",
    "any",
    "array_equal",
    "array_equiv",
    "count_nonzero",
    "isclose",
    "iscomplex",
    "iscomplexobj",
    "isneginf",
    "isposinf",
    "isreal",
    "isrealobj",
    "isscalar",
    "ndim",
    "result_type",
    "shape",
    "size",
]


def _reduced(primitive: Any, a: Operand, axis: Axes, keepdims: bool) -> Tensor:
    x = a if isinstance(a, Tensor) else tensor_of(a)
    axes = ALL_AXES[x.ndim] if axis is None else negative_axes(axis, x.ndim)
    return primitive(x, axes, keepdims)  # type: ignore[no-any-return]


def all(
    a: Operand, axis: Axes = None, out: None = None, keepdims: bool = False, *, where: Any = True
) -> Tensor:
    """Whether all elements along axes are true.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype; what is not zero is true.
    axis : int, tuple of int or None
        The axes to test along; None for all.
    out : None
        Tensors are not written to.
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
    refuse("all", "out", out)
    if where is not True:
        a = _core.logical_or(tensor_of(a), _core.logical_not(where))
    return _reduced(_core.all, a, axis, keepdims)


def any(
    a: Operand, axis: Axes = None, out: None = None, keepdims: bool = False, *, where: Any = True
) -> Tensor:
    """Whether any element along axes is true.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype; what is not zero is true.
    axis : int, tuple of int or None
        The axes to test along; None for all.
    out : None
        Tensors are not written to.
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
    refuse("any", "out", out)
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


def _ordered(name: str, x: Operand) -> Tensor:
    value = tensor_of(x)
    if value.dtype.kind == "c":
        message = f"{name}: x is {value.dtype}; a real dtype is needed"
        raise DTypeError(message)
    return value


def isposinf(x: Operand, out: None = None) -> Tensor:
    """Whether elements are positive infinity.

    Parameters
    ----------
    x : array_like
        Of any shape, real.
    out : None
        Tensors are not written to.

    Returns
    -------
    Tensor
        Of bool, of the same shape.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.isposinf([1.0, float("inf")])
    Tensor([False,  True])
    """
    refuse("isposinf", "out", out)
    return _core.equal(_ordered("isposinf", x), math.inf)


def isneginf(x: Operand, out: None = None) -> Tensor:
    """Whether elements are negative infinity.

    Parameters
    ----------
    x : array_like
        Of any shape, real.
    out : None
        Tensors are not written to.

    Returns
    -------
    Tensor
        Of bool, of the same shape.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.isneginf([1.0, -float("inf")])
    Tensor([False,  True])
    """
    refuse("isneginf", "out", out)
    return _core.equal(_ordered("isneginf", x), -math.inf)


def iscomplex(x: Operand) -> Tensor:
    """Whether elements have an imaginary part other than zero.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of bool, of the same shape.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.iscomplex([1 + 1j, 2])
    Tensor([ True, False])
    """
    z = tensor_of(x)
    if z.dtype.kind == "c":
        return _core.not_equal(_core.imag(z), 0)
    return _core.tensor(np.zeros(z.shape, bool), None, False)


def isreal(x: Operand) -> Tensor:
    """Whether elements have no imaginary part.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of bool, of the same shape.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.isreal([1 + 1j, 2])
    Tensor([False,  True])
    """
    return _core.logical_not(iscomplex(x))


def iscomplexobj(x: Any) -> bool:
    """Whether the dtype is complex.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.

    Returns
    -------
    bool
        Whether it is.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.iscomplexobj(wnp.zeros(2))
    False
    """
    return bool(tensor_of(x).dtype.kind == "c")


def isrealobj(x: Any) -> bool:
    """Whether the dtype is not complex.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.

    Returns
    -------
    bool
        Whether it is not.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.isrealobj(wnp.zeros(2))
    True
    """
    return not iscomplexobj(x)


def isscalar(element: object) -> bool:
    """Whether an object is a number that is no array; a Tensor never is.

    Parameters
    ----------
    element : object
        Anything.

    Returns
    -------
    bool
        Whether it is.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.isscalar(3.0), wnp.isscalar(wnp.array(3.0))
    (True, False)
    """
    return not isinstance(element, Tensor) and np.isscalar(element)


def shape(a: Operand) -> tuple[int, ...]:
    """Return the lengths of the axes.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.

    Returns
    -------
    tuple of int
        One for each axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.shape([[1.0, 2.0]])
    (1, 2)
    """
    return tensor_of(a).shape


def ndim(a: Operand) -> int:
    """Return the number of axes.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.

    Returns
    -------
    int
        The number.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.ndim([[1.0, 2.0]])
    2
    """
    return tensor_of(a).ndim


def size(a: Operand, axis: Axes = None) -> int:
    """Return the number of elements, of all or along axes.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    axis : int, tuple of int or None
        The axes to count along; None for all.

    Returns
    -------
    int
        The number.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.size([[1.0, 2.0]]), wnp.size([[1.0, 2.0]], 0)
    (2, 1)
    """
    lengths = tensor_of(a).shape
    axes = range(len(lengths)) if axis is None else negative_axes(axis, len(lengths))
    return math.prod([lengths[i] for i in axes])


def _type_of(x: Any) -> Any:
    """Return what stands for an operand in promotion: a dtype, or a Python number."""
    if not isinstance(x, Tensor):
        return x
    return x.dtype.type(0).item() if x.is_weak else x.dtype


def result_type(*arrays_and_dtypes: Any) -> np.dtype[Any]:
    """Return the dtype that NumPy's promotion gives.

    Parameters
    ----------
    *arrays_and_dtypes : array_like or dtype
        The operands of an operation.

    Returns
    -------
    dtype
        The dtype of its result.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert.numpy as wnp
    >>> wnp.result_type(wnp.zeros(2, np.float32), 3.0)
    dtype('float32')
    """
    return np.result_type(*[_type_of(x) for x in arrays_and_dtypes])
