"""Writing where a mask is true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError
from wengert.numpy._arguments import tensor_of, truth_of
from wengert.numpy.writing._values import cycled, plain, require_safe, writable

if TYPE_CHECKING:
    import numpy.typing as npt

    from wengert._core import Tensor
    from wengert._typing import Operand

__all__ = ["copyto", "place", "putmask"]


def copyto(
    dst: Tensor | npt.NDArray[Any], src: Operand, casting: str = "same_kind", where: Operand = True
) -> None:
    """Store values in an array, which they broadcast to.

    Parameters
    ----------
    dst : Tensor or array
        What is written to.
    src : array_like
        The values.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        From which dtypes to that of `dst` values are cast.
    where : array_like of bool
        The elements that are written; it broadcasts to `dst`.

    Returns
    -------
    None

    Raises
    ------
    DTypeError
        If the values are not cast so, or are being differentiated and `dst` is an ndarray.
    ShapeError
        If they do not broadcast to the shape of `dst`.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x = wnp.zeros(3)
    >>> wnp.copyto(x, [1.0, 2.0, 3.0], where=[True, False, True])
    >>> x
    Tensor([1., 0., 3.])
    """
    writable("copyto", dst)
    if not isinstance(src, (int, float, complex)):
        x = tensor_of(src)
        ones = x.ndim - dst.ndim  # axes of length one in front are no axes
        src = _core.reshape(x, x.shape[ones:]) if ones > 0 and set(x.shape[:ones]) == {1} else x
    _core.store("copyto", dst, src, casting, where, True)


def putmask(a: Tensor | npt.NDArray[Any], mask: Operand, values: Operand) -> None:
    """Store, where a mask is true, the value that stands at the same place.

    Parameters
    ----------
    a : Tensor or array
        What is written to.
    mask : array_like of bool
        Of the size of `a`.
    values : array_like
        Flattened, and repeated to the size of `a`; its dtype must be one that NumPy casts safely.

    Returns
    -------
    None

    Raises
    ------
    DTypeError
        If the values are not cast, or are being differentiated and `a` is an ndarray.
    ShapeError
        If the mask is of another size.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x = wnp.zeros(4)
    >>> wnp.putmask(x, [True, True, False, True], [1.0, 2.0])
    >>> x
    Tensor([1., 2., 0., 2.])
    """
    target = writable("putmask", a)
    if target is None:
        return np.putmask(a, truth_of(mask), plain("putmask", values, a))  # type: ignore[arg-type]
    chosen = _mask_of("putmask", mask, target)
    require_safe("putmask", target, values)
    if tensor_of(values).size:
        given = _core.reshape(cycled(values, target.size), target.shape)
        _core.store("putmask", target, given, "unsafe", _core.reshape(chosen, target.shape))
    return None


def place(arr: Tensor | npt.NDArray[Any], mask: Operand, vals: Operand) -> None:
    """Store values in order where a mask is true.

    Parameters
    ----------
    arr : Tensor or array
        What is written to.
    mask : array_like of bool
        Of the size of `arr`.
    vals : array_like
        The first goes where the mask is true first, and so on; they are repeated as often as is
        needed. Their dtype must be one that NumPy casts safely.

    Returns
    -------
    None

    Raises
    ------
    DTypeError
        If the values are not cast, or are being differentiated and `arr` is an ndarray.
    ShapeError
        If the mask is of another size, or there are no values for it.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x = wnp.zeros(4)
    >>> wnp.place(x, [True, False, True, True], [1.0, 2.0])
    >>> x
    Tensor([1., 0., 2., 1.])
    """
    target = writable("place", arr)
    if target is None:
        return np.place(arr, truth_of(mask), plain("place", vals, arr))  # type: ignore[arg-type]
    chosen = _mask_of("place", mask, target)
    require_safe("place", target, vals)
    places = np.nonzero(truth_of(_core.reshape(chosen, target.shape)))
    count = len(places[0]) if target.ndim else 0
    if count and not tensor_of(vals).size:
        message = "place: vals is empty and the mask is true somewhere; a value is needed"
        raise ShapeError(message)
    if count:
        target[places] = cycled(vals, count)
    return None


def _mask_of(name: str, mask: Operand, a: Tensor) -> Tensor:
    """Read a mask as booleans."""
    x = tensor_of(mask)
    if x.size != a.size:
        message = f"{name}: mask is {x.shape} and the Tensor {a.shape}; equal sizes are needed"
        raise ShapeError(message)
    return x if x.dtype == np.bool_ else _core.not_equal(x, 0)
