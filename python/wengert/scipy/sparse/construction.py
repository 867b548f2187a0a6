"""Sparse matrices by their diagonals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError
from wengert.numpy._arguments import as_array, constant, converted
from wengert.scipy.sparse.arrays import SparseArray, coo_array, csc_array, csr_array

if TYPE_CHECKING:
    from wengert._typing import DTypeLike

__all__ = ["diags_array", "eye_array"]

_FORMATS = {None: coo_array, "coo": coo_array, "csr": csr_array, "csc": csc_array}


def _in_format(name: str, matrix: SparseArray, format: Any) -> SparseArray:
    if format not in _FORMATS:
        message = f"{name}: format is {format!r}; 'coo', 'csr' or 'csc' is needed"
        raise ShapeError(message)
    return matrix if format in (None, "coo") else _FORMATS[format](matrix)


def diags_array(
    diagonals: Any,
    /,
    *,
    offsets: Any = 0,
    shape: Any = None,
    format: Any = None,
    dtype: DTypeLike = None,
) -> SparseArray:
    """Put vectors on the diagonals of a sparse matrix.

    Parameters
    ----------
    diagonals : sequence of array_like
        The diagonals, which may be differentiated; one of one element fills its diagonal.
    offsets : int or sequence of int
        Which: above the main one if positive, below if negative.
    shape : tuple of int, optional
        Of the matrix; by default square, and as large as the first diagonal needs.
    format : {None, "coo", "csr", "csc"}
        In which form.
    dtype : dtype, optional
        Of the elements.

    Returns
    -------
    sparse array
        With these elements.

    Raises
    ------
    ValueError
        If lengths do not fit.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.sparse.diags_array([[1.0, 2.0], [3.0]], offsets=[0, 1]).toarray()
    Tensor([[1., 3.],
            [0., 2.]])
    """
    places = np.atleast_1d(np.asarray(offsets, np.int64))
    if np.ndim(offsets) == 0:
        whole = as_array(diagonals)
        given = [whole] if whole.ndim == 1 else [as_array(x) for x in diagonals]
    else:
        given = [as_array(x) for x in diagonals]
    given = [_core.reshape(x, (1,)) if x.ndim == 0 else x for x in given]
    if len(given) != len(places) or not given:
        message = f"diags_array: there are {len(given)} diagonals and {len(places)} offsets; one for each is needed"
        raise ShapeError(message)
    if shape is None:
        n = given[0].shape[-1] + abs(int(places[0]))
        shape = (n, n)
    m, n = shape
    wanted = np.result_type(*(x.dtype for x in given)) if dtype is None else dtype
    data, rows, columns = [], [], []
    for x, offset in zip(given, places.tolist(), strict=True):
        down, right = max(-offset, 0), max(offset, 0)
        count = min(m - down, n - right)
        if count < 0 or x.ndim != 1 or x.shape[0] not in (1, count):
            message = f"diags_array: diagonal {offset} of {(m, n)} was given with shape {x.shape}; ({max(count, 0)},) is needed"
            raise ShapeError(message)
        data.append(converted(_core.broadcast_to(x, (count,)), wanted))
        rows.append(np.arange(count) + down)
        columns.append(np.arange(count) + right)
    elements = _core.concatenate(data, -1)
    matrix = coo_array((elements, (np.concatenate(rows), np.concatenate(columns))), shape)
    return _in_format("diags_array", matrix, format)


def eye_array(
    m: int, n: int | None = None, *, k: int = 0, dtype: DTypeLike = float, format: Any = None
) -> SparseArray:
    """Return a sparse matrix with ones on a diagonal.

    Parameters
    ----------
    m, n : int
        Rows and columns; by default as many of the latter.
    k : int
        Which diagonal.
    dtype : dtype
        Of the elements.
    format : {None, "coo", "csr", "csc"}
        In which form.

    Returns
    -------
    sparse array
        A constant.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.sparse.eye_array(2).toarray()
    Tensor([[1., 0.],
            [0., 1.]])
    """
    columns = m if n is None else n
    down, right = max(-k, 0), max(k, 0)
    count = max(0, min(m - down, columns - right))
    places = (np.arange(count) + down, np.arange(count) + right)
    matrix = coo_array((constant(np.ones(count, dtype)), places), (m, columns))
    return _in_format("eye_array", matrix, format)
