"""Places in arrays: of triangles, diagonals and grids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import constant, converted, dims_of, tensor_of
from wengert.numpy.selection.choosing import flatnonzero

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import DTypeLike, Operand, Shape

__all__ = [
    "diag_indices",
    "diag_indices_from",
    "indices",
    "ix_",
    "mask_indices",
    "tri",
    "tril_indices",
    "tril_indices_from",
    "triu_indices",
    "triu_indices_from",
]


def _each(arrays: Any) -> tuple[Tensor, ...]:
    return tuple(map(constant, arrays))


def indices(dimensions: Shape, dtype: DTypeLike = int, sparse: bool = False) -> Any:
    """Return the places of a grid.

    Parameters
    ----------
    dimensions : sequence of int
        The lengths of its axes.
    dtype : dtype
        By default int64.
    sparse : bool
        Whether to return an array for each axis, of length one along the others.

    Returns
    -------
    Tensor or tuple of Tensor
        Of shape (number of axes, ...): along which place each element stands, axis by axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.indices((2, 2))[1]
    Tensor([[0, 1],
            [0, 1]])
    """
    found: Any = np.indices(dims_of(dimensions), dtype, sparse)  # type: ignore[call-overload]
    return _each(found) if sparse else constant(found)


def ix_(*args: Operand) -> tuple[Tensor, ...]:
    """Return sequences as an index of every combination of theirs.

    Parameters
    ----------
    *args : array_like
        Of one axis each; booleans stand for the places where they are true.

    Returns
    -------
    tuple of Tensor
        One for each, which broadcast against each other.

    Raises
    ------
    ShapeError
        If one has not one axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> x = wnp.reshape(wnp.arange(6), (2, 3))
    >>> x[wnp.ix_([0, 1], [2, 0])]
    Tensor([[2, 0],
            [5, 3]])
    """
    results = []
    for i, given in enumerate(args):
        x = tensor_of(given)
        if x.ndim != 1:
            message = f"ix_: argument {i} is {x.shape}; one axis is needed"
            raise ShapeError(message)
        if x.size == 0:
            x = converted(x, np.int64)
        if x.dtype.kind == "b":
            x = flatnonzero(x)
        results.append(_core.reshape(x, (1,) * i + (x.size,) + (1,) * (len(args) - i - 1)))
    return tuple(results)


def tri(N: int, M: int | None = None, k: int = 0, dtype: DTypeLike = float) -> Tensor:
    """Return a matrix with ones up to a diagonal.

    Parameters
    ----------
    N, M : int
        Rows and columns; by default as many columns as rows.
    k : int
        Which diagonal is the last with ones.
    dtype : dtype
        By default float64.

    Returns
    -------
    Tensor
        Of shape (N, M).

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.tri(2)
    Tensor([[1., 0.],
            [1., 1.]])
    """
    return constant(np.tri(N, M, k, dtype))


def tril_indices(n: int, k: int = 0, m: int | None = None) -> tuple[Tensor, ...]:
    """Return the places of the lower triangle of a matrix.

    Parameters
    ----------
    n, m : int
        Rows and columns; by default as many columns as rows.
    k : int
        Which diagonal is the last of them.

    Returns
    -------
    tuple of Tensor
        Rows and columns.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.tril_indices(2)
    (Tensor([0, 1, 1]), Tensor([0, 0, 1]))
    """
    return _each(np.tril_indices(n, k, m))


def triu_indices(n: int, k: int = 0, m: int | None = None) -> tuple[Tensor, ...]:
    """Return the places of the upper triangle of a matrix.

    Parameters
    ----------
    n, m : int
        Rows and columns; by default as many columns as rows.
    k : int
        Which diagonal is the first of them.

    Returns
    -------
    tuple of Tensor
        Rows and columns.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.triu_indices(2)
    (Tensor([0, 0, 1]), Tensor([0, 1, 1]))
    """
    return _each(np.triu_indices(n, k, m))


def _matrix_shape(name: str, arr: Operand) -> tuple[int, ...]:
    shape = tensor_of(arr).shape
    if len(shape) != 2:
        message = f"{name}: arr is {shape}; two axes are needed"
        raise ShapeError(message)
    return shape


def tril_indices_from(arr: Operand, k: int = 0) -> tuple[Tensor, ...]:
    """Return the places of the lower triangle of a given matrix.

    Parameters
    ----------
    arr : array_like
        Of two axes.
    k : int
        Which diagonal is the last of them.

    Returns
    -------
    tuple of Tensor
        Rows and columns.

    Raises
    ------
    ShapeError
        If `arr` has not two axes.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.tril_indices_from([[1.0, 2.0], [3.0, 4.0]])
    (Tensor([0, 1, 1]), Tensor([0, 0, 1]))
    """
    n, m = _matrix_shape("tril_indices_from", arr)
    return tril_indices(n, k, m)


def triu_indices_from(arr: Operand, k: int = 0) -> tuple[Tensor, ...]:
    """Return the places of the upper triangle of a given matrix.

    Parameters
    ----------
    arr : array_like
        Of two axes.
    k : int
        Which diagonal is the first of them.

    Returns
    -------
    tuple of Tensor
        Rows and columns.

    Raises
    ------
    ShapeError
        If `arr` has not two axes.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.triu_indices_from([[1.0, 2.0], [3.0, 4.0]])
    (Tensor([0, 0, 1]), Tensor([0, 1, 1]))
    """
    n, m = _matrix_shape("triu_indices_from", arr)
    return triu_indices(n, k, m)


def diag_indices(n: int, ndim: int = 2) -> tuple[Tensor, ...]:
    """Return the places of the main diagonal of an array whose axes are equally long.

    Parameters
    ----------
    n : int
        Their length.
    ndim : int
        How many there are.

    Returns
    -------
    tuple of Tensor
        One for each axis.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.diag_indices(2)
    (Tensor([0, 1]), Tensor([0, 1]))
    """
    return (constant(np.arange(n)),) * ndim


def diag_indices_from(arr: Operand) -> tuple[Tensor, ...]:
    """Return the places of the main diagonal of a given array.

    Parameters
    ----------
    arr : array_like
        Of two axes or more, all equally long.

    Returns
    -------
    tuple of Tensor
        One for each axis.

    Raises
    ------
    ShapeError
        If there are fewer axes, or lengths differ.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.diag_indices_from([[1.0, 2.0], [3.0, 4.0]])
    (Tensor([0, 1]), Tensor([0, 1]))
    """
    shape = tensor_of(arr).shape
    if len(shape) < 2 or len(set(shape)) > 1:
        message = f"diag_indices_from: arr is {shape}; two equal axes or more are needed"
        raise ShapeError(message)
    return diag_indices(shape[0], len(shape))


def mask_indices(n: int, mask_func: Callable[..., Any], k: Any = 0) -> tuple[Tensor, ...]:
    """Return the places of a square matrix that a function such as `triu` keeps.

    Parameters
    ----------
    n : int
        Rows and columns.
    mask_func : callable
        Of a matrix and `k`; zeros are left out.
    k : object
        What it is given.

    Returns
    -------
    tuple of Tensor
        Rows and columns.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.mask_indices(2, wnp.triu)
    (Tensor([0, 0, 1]), Tensor([0, 1, 1]))
    """
    kept = mask_func(np.ones((n, n), np.int64), k)
    return _each(np.nonzero(np.asarray(_core.not_equal(kept, 0))))
