"""What is asked of dtypes, and of this module as an array namespace of the array API standard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import constant

if TYPE_CHECKING:
    from wengert._typing import DTypeLike

__all__ = [
    "__array_api_version__",
    "__array_namespace_info__",
    "broadcast_shapes",
    "can_cast",
    "finfo",
    "from_dlpack",
    "iinfo",
    "isdtype",
    "promote_types",
]

__array_api_version__ = "2024.12"

_SEVEN = ("bool", "int32", "int64", "float32", "float64", "complex64", "complex128")


def _dtype_of(x: Any) -> Any:
    return x.dtype if isinstance(x, Tensor) else x


def isdtype(dtype: DTypeLike, kind: Any) -> bool:
    """Test whether a dtype is one, or of a kind.

    Parameters
    ----------
    dtype : dtype
        What to test.
    kind : dtype, str or tuple of them
        "bool", "signed integer", "unsigned integer", "integral", "real floating", "complex floating" or
        "numeric".

    Returns
    -------
    bool
        Whether it is one of them.

    Raises
    ------
    TypeError
        If `kind` is none.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert.numpy as wnp
    >>> wnp.isdtype(np.dtype(np.float32), "real floating")
    True
    """
    return bool(np.isdtype(dtype, kind))  # type: ignore[arg-type]


def can_cast(from_: Any, to: DTypeLike, casting: str = "safe") -> bool:
    """Test whether one dtype is cast to another by a rule.

    Parameters
    ----------
    from_ : dtype, Tensor or array
        From which dtype.
    to : dtype
        To which.
    casting : {"no", "equiv", "safe", "same_kind", "unsafe"}
        The rule.

    Returns
    -------
    bool
        Whether it is.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert.numpy as wnp
    >>> wnp.can_cast(wnp.ones(2), np.float32)
    False
    """
    return bool(np.can_cast(_dtype_of(from_), to, casting))  # type: ignore[arg-type]


def promote_types(type1: DTypeLike, type2: DTypeLike) -> np.dtype[Any]:
    """Return the dtype that two dtypes are both cast to safely.

    Parameters
    ----------
    type1, type2 : dtype
        Both of them.

    Returns
    -------
    dtype
        The smallest one.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert.numpy as wnp
    >>> wnp.promote_types(np.float32, np.int64)
    dtype('float64')
    """
    return np.promote_types(np.dtype(type1), np.dtype(type2))


def finfo(dtype: Any) -> Any:
    """Return the limits of a floating dtype.

    Parameters
    ----------
    dtype : dtype, Tensor or array
        Real or complex.

    Returns
    -------
    numpy.finfo
        ``bits``, ``eps``, ``max``, ``min``, ``smallest_normal``, ``dtype``.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.finfo(wnp.ones(2)).bits
    64
    """
    return np.finfo(_dtype_of(dtype))


def iinfo(type: Any) -> Any:
    """Return the limits of an integer dtype.

    Parameters
    ----------
    type : dtype, Tensor or array
        Of integers.

    Returns
    -------
    numpy.iinfo
        ``bits``, ``max``, ``min``, ``dtype``.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.iinfo(wnp.int32).max
    2147483647
    """
    return np.iinfo(_dtype_of(type))


def broadcast_shapes(*args: Any) -> tuple[int, ...]:
    """Return the shape that arrays of several shapes broadcast to.

    Parameters
    ----------
    *args : int or tuple of int
        The shapes.

    Returns
    -------
    tuple of int
        The common one.

    Raises
    ------
    ValueError
        If there is none.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.broadcast_shapes((3, 1), (4,))
    (3, 4)
    """
    return np.broadcast_shapes(*args)


def from_dlpack(x: Any, /, *, device: str | None = None, copy: bool | None = None) -> Tensor:
    """Make a Tensor of another library's array.

    Parameters
    ----------
    x : object
        It has ``__dlpack__``, and lies in the processor's memory.
    device : {"cpu", None}
        Where to.
    copy : bool, optional
        Of no effect: what will be read again is copied.

    Returns
    -------
    Tensor
        Of its values.

    Raises
    ------
    DTypeError
        If the dtype is not supported.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert.numpy as wnp
    >>> wnp.from_dlpack(np.array([1.0, 2.0]))
    Tensor([1., 2.])
    """
    require_cpu(device)
    return _core.identity(x) if isinstance(x, Tensor) else constant(np.from_dlpack(x))


def require_cpu(device: str | None) -> None:
    """Fail if there is no such device."""
    if device not in (None, "cpu"):
        message = f"device is {device!r}; 'cpu' is the only one"
        raise ValueError(message)


class _Info:
    """What the array API standard lets one ask of a namespace."""

    def capabilities(self) -> dict[str, Any]:
        """Return what depends on the library."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self) -> str:
        """Return where arrays are made."""
        return "cpu"

    def devices(self) -> list[str]:
        """Return where arrays can be."""
        return ["cpu"]

    def default_dtypes(self, *, device: str | None = None) -> dict[str, Any]:
        """Return the dtypes of what is made without one."""
        require_cpu(device)
        kinds = ("real floating", "complex floating", "integral", "indexing")
        names = ("float64", "complex128", "int64", "int64")
        return {kind: np.dtype(name) for kind, name in zip(kinds, names, strict=True)}

    def dtypes(self, *, device: str | None = None, kind: Any = None) -> dict[str, Any]:
        """Return the dtypes that there are, of a kind or all."""
        require_cpu(device)
        every = {name: np.dtype(name) for name in _SEVEN}
        return {n: d for n, d in every.items() if kind is None or np.isdtype(d, kind)}


def __array_namespace_info__() -> _Info:
    """Return what can be asked of this namespace: devices, dtypes, capabilities."""
    return _Info()
