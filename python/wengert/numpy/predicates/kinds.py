"""Questions about kinds of numbers, shapes and dtypes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, Tensor, store
from wengert.numpy._arguments import negative_axes, tensor_of

if TYPE_CHECKING:
    from wengert._typing import Axes, Operand, Out

__all__ = [
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


def _ordered(name: str, x: Operand) -> Tensor:
    value = tensor_of(x)
    if value.dtype.kind == "c":
        message = f"{name}: x is {value.dtype}; a real dtype is needed"
        raise DTypeError(message)
    return value


def isposinf(x: Operand, out: Out = None) -> Tensor:
    """Whether elements are positive infinity.

    Parameters
    ----------
    x : array_like
        Of any shape, real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.

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
    if out is not None:
        return store("isposinf", out, isposinf(x), broadcasts=True)
    return _core.equal(_ordered("isposinf", x), math.inf)


def isneginf(x: Operand, out: Out = None) -> Tensor:
    """Whether elements are negative infinity.

    Parameters
    ----------
    x : array_like
        Of any shape, real.
    out : Tensor or array, optional
        What the result is stored in; it is returned.

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
    if out is not None:
        return store("isneginf", out, isneginf(x), broadcasts=True)
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
