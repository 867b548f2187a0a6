"""Arrays of what is given: numbers, sequences, arrays of other dtypes."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import ALL_AXES, as_array, converted
from wengert.numpy._memory_order import constant_in_order, copied, is_in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wengert._typing import DTypeLike, Operand

__all__ = [
    "array",
    "asanyarray",
    "asarray",
    "asarray_chkfinite",
    "ascontiguousarray",
    "astype",
    "copy",
    "fromiter",
]


def array(
    object: Any,
    dtype: DTypeLike = None,
    *,
    copy: bool | None = True,
    order: str = "K",
    subok: bool = False,
    ndmin: int = 0,
) -> Tensor:
    """Make a Tensor of numbers, arrays, Tensors and nested sequences of them.

    Parameters
    ----------
    object : array_like, or nested sequences of Tensors
        Tensors stay connected to their derivatives.
    dtype : dtype, optional
        By default what NumPy's promotion gives.
    copy : bool, optional
        Whether a Tensor is copied; otherwise it is itself the result, if its dtype is the one asked
        for. Anything else is copied, unless False forbids it: what is written to the result is not
        seen in it.
    order : {"K", "A", "C", "F"}
        How the elements of a copy lie in memory: as they did, or by rows or columns.
    subok
        Of no effect.
    ndmin : int
        Axes of length one are put in front up to this number.

    Returns
    -------
    Tensor
        Of the shape of the nesting.

    Raises
    ------
    DTypeError
        If the dtype is not supported.
    ShapeError
        If the parts differ in shape, or `copy` is False and a copy is needed.

    Examples
    --------
    >>> import wengert as wg
    >>> import wengert.numpy as wnp
    >>> wg.grad(lambda x: wnp.array([x, x * x])[1])(3.0)
    6.0
    """
    if isinstance(object, Tensor):
        x = copied("array", object, order) if copy else as_array(object)
    else:
        x = constant_in_order("array", object, order)
    x = converted(x, dtype)
    if not is_in_order("array", x, order):
        x = copied("array", x, order)
    if copy is False:
        _require_itself("array", x, object)
    return _core.reshape(x, (1,) * (ndmin - x.ndim) + x.shape) if x.ndim < ndmin else x


def asarray(
    a: Any,
    dtype: DTypeLike = None,
    order: str | None = None,
    *,
    device: None = None,
    copy: bool | None = None,
) -> Tensor:
    """Make a Tensor, or return `a` itself if it is one.

    Parameters
    ----------
    a : array_like, or nested sequences of Tensors
        Tensors stay connected to their derivatives.
    dtype : dtype, optional
        By default what NumPy's promotion gives.
    order : {"K", "A", "C", "F"}, optional
        How elements lie in memory: as they do, or by rows or columns, for which what lies otherwise
        is copied.
    device
        Of no effect.
    copy : bool, optional
        Whether a Tensor is copied even where it need not be; False forbids copies.

    Returns
    -------
    Tensor
        Of the shape of `a`.

    Raises
    ------
    DTypeError
        If the dtype is not supported.
    ShapeError
        If `copy` is False and a copy is needed, as of everything that is no Tensor.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.asarray([1.0, 2.0])
    Tensor([1., 2.])
    """
    given = as_array(a) if isinstance(a, Tensor) else constant_in_order("asarray", a, order)
    x = converted(given, dtype)
    if not is_in_order("asarray", x, order):
        x = copied("asarray", x, order)
    if copy is False:
        _require_itself("asarray", x, a)
    return copied("asarray", x, order) if copy and x is a else x


def asarray_chkfinite(a: Any, dtype: DTypeLike = None, order: str | None = None) -> Tensor:
    """Make a Tensor, or return `a` itself if it is one, and see that its elements are finite.

    Parameters
    ----------
    a : array_like, or nested sequences of Tensors
        Tensors stay connected to their derivatives.
    dtype : dtype, optional
        By default what NumPy's promotion gives.
    order : {"K", "A", "C", "F"}, optional
        As for `asarray`.

    Returns
    -------
    Tensor
        Of the shape of `a`.

    Raises
    ------
    ValueError
        If an element is infinite or NaN.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.asarray_chkfinite([1.0, 2.0])
    Tensor([1., 2.])
    """
    x = asarray(a, dtype, order)
    if not _core.all(_core.isfinite(x), ALL_AXES[x.ndim], False):
        message = "asarray_chkfinite: an element is infinite or NaN; finite ones are needed"
        raise ValueError(message)
    return x


def fromiter(iter: Iterable[Any], dtype: DTypeLike, count: int = -1) -> Tensor:
    """Make a Tensor of what an iterator gives.

    Parameters
    ----------
    iter : iterable of numbers, arrays or Tensors
        Tensors stay connected to their derivatives.
    dtype : dtype
        Of the result.
    count : int
        How many to take; by default all.

    Returns
    -------
    Tensor
        With one axis before those of the elements.

    Raises
    ------
    ValueError
        If there are fewer.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.fromiter((x * x for x in range(4)), float)
    Tensor([0., 1., 4., 9.])
    """
    found = list(iter if count < 0 else islice(iter, count))
    if len(found) < count:
        message = (
            f"fromiter: the iterator gave {len(found)} and count is {count}; as many are needed"
        )
        raise ValueError(message)
    return array(found, dtype)


def asanyarray(
    a: Any,
    dtype: DTypeLike = None,
    order: str | None = None,
    *,
    device: None = None,
    copy: bool | None = None,
) -> Tensor:
    """Make a Tensor, or return `a` itself if it is one: `asarray`, since Tensors have no subclasses.

    Parameters
    ----------
    a : array_like, or nested sequences of Tensors
        Tensors stay connected to their derivatives.
    dtype : dtype, optional
        By default what NumPy's promotion gives.
    order : {"K", "A", "C", "F"}, optional
        How elements lie in memory: as they do, or by rows or columns, for which what lies otherwise
        is copied.
    device
        Of no effect.
    copy : bool, optional
        Whether a Tensor is copied even where it need not be; False forbids copies.

    Returns
    -------
    Tensor
        Of the shape of `a`.

    Raises
    ------
    DTypeError
        If the dtype is not supported.
    ShapeError
        If `copy` is False and a copy is needed, as of everything that is no Tensor.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.asanyarray([1.0, 2.0])
    Tensor([1., 2.])
    """
    return asarray(a, dtype, order, device=device, copy=copy)


def ascontiguousarray(a: Any, dtype: DTypeLike = None) -> Tensor:
    """Make a Tensor with an axis at least, whose elements lie side by side; or return `a` if it is one.

    Parameters
    ----------
    a : array_like, or nested sequences of Tensors
        Tensors stay connected to their derivatives.
    dtype : dtype, optional
        By default what NumPy's promotion gives.

    Returns
    -------
    Tensor
        Of the shape of `a`, or (1,) for a number. A view whose elements lie apart is copied: what is
        written to the result is then not seen in it.

    Raises
    ------
    DTypeError
        If the dtype is not supported.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x = wnp.zeros((2, 3))
    >>> wnp.ascontiguousarray(x) is x, wnp.shares_memory(wnp.ascontiguousarray(x.T), x)
    (True, False)
    """
    x = asarray(a, dtype)
    if x.ndim == 0:
        return _core.reshape(x, (1,))
    return x if _core.is_contiguous(x) else _core.identity(x)


def _require_itself(name: str, x: Tensor, given: Any) -> None:
    if x is not given:
        message = f"{name}: copy is False and a {type(given).__name__} was given, which is copied"
        if isinstance(given, Tensor) and x.dtype == given.dtype:
            message = f"{name}: copy is False and the elements given lie in another order"
        elif isinstance(given, Tensor):
            message = f"{name}: copy is False and a Tensor of {given.dtype} was given for {x.dtype}"
        raise ShapeError(message)


def astype(x: Operand, dtype: DTypeLike, /, *, copy: bool = True, device: None = None) -> Tensor:
    """Convert to another dtype; between floating and complex dtypes the derivative passes.

    Parameters
    ----------
    x : array_like
        Of any shape and dtype.
    dtype : dtype
        bool, int32, int64, float32, float64, complex64 or complex128.
    copy : bool
        Whether a Tensor of that dtype is copied; otherwise it is itself the result.
    device : None
        Of no effect.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    DTypeError
        If there is no such dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert.numpy as wnp
    >>> wnp.astype([1.5, 2.5], np.int64)
    Tensor([1, 2])
    """
    given = x if isinstance(x, Tensor) else constant_in_order("astype", x, "K")
    result = converted(given, np.float64 if dtype is None else dtype)
    return copied("astype", result, "K") if copy and result is x else result


def copy(a: Operand, order: str = "K", subok: bool = False) -> Tensor:
    """Return a Tensor of the same value, connected to the derivative of `a`.

    Parameters
    ----------
    a : array_like
        Of any shape and dtype.
    order : {"K", "A", "C", "F"}
        How the elements of the copy lie in memory: as they did, or by rows or columns.
    subok : bool
        Of no effect.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.copy([1.0, 2.0])
    Tensor([1., 2.])
    """
    return (
        copied("copy", a, order) if isinstance(a, Tensor) else constant_in_order("copy", a, order)
    )
