"""Distances of one vector from another: norms of their difference."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import as_array, converted, tensor_of
from wengert.numpy.reductions.extrema import max as greatest
from wengert.scipy.spatial.distance import _formulas

if TYPE_CHECKING:
    from wengert._typing import Operand
from wengert.scipy.spatial.distance._pairs import pair, weighted

__all__ = [
    "chebyshev",
    "cityblock",
    "euclidean",
    "minkowski",
    "minkowski_distance",
    "minkowski_distance_p",
    "sqeuclidean",
]


def euclidean(u: Operand, v: Operand, w: Operand | None = None) -> Tensor:
    """Return the root of the sum of squared differences; its derivative is 0 between equal vectors.

    Parameters
    ----------
    u, v : array_like
        Vectors, of shape (N,).
    w : array_like, optional
        Weights of the elements, of shape (N,), none negative. By default 1.

    Returns
    -------
    Tensor
        A number.

    Raises
    ------
    ValueError
        If a shape does not fit, or a weight is negative.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.euclidean([1.0, 2.0], [4.0, 6.0])
    Tensor(5.)
    """
    return weighted("euclidean", _formulas.euclidean, u, v, w)


def sqeuclidean(u: Operand, v: Operand, w: Operand | None = None) -> Tensor:
    """Return the sum of squared differences.

    Parameters
    ----------
    u, v : array_like
        Vectors, of shape (N,).
    w : array_like, optional
        Weights of the elements, of shape (N,), none negative. By default 1.

    Returns
    -------
    Tensor
        A number.

    Raises
    ------
    ValueError
        If a shape does not fit, or a weight is negative.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.sqeuclidean([1.0, 2.0], [4.0, 6.0])
    Tensor(25.)
    """
    return weighted("sqeuclidean", _formulas.sqeuclidean, u, v, w)


def cityblock(u: Operand, v: Operand, w: Operand | None = None) -> Tensor:
    """Return the sum of the magnitudes of differences.

    Parameters
    ----------
    u, v : array_like
        Vectors, of shape (N,).
    w : array_like, optional
        Weights of the elements, of shape (N,), none negative. By default 1.

    Returns
    -------
    Tensor
        A number.

    Raises
    ------
    ValueError
        If a shape does not fit, or a weight is negative.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.cityblock([1.0, 2.0], [4.0, 6.0])
    Tensor(7.)
    """
    return weighted("cityblock", _formulas.cityblock, u, v, w, as_array)


def chebyshev(u: Operand, v: Operand, w: Operand | None = None) -> Tensor:
    """Return the largest difference; equal ones share the derivative.

    Parameters
    ----------
    u, v : array_like
        Vectors, of shape (N,).
    w : array_like, optional
        Weights of the elements, of shape (N,), none negative. With 0 an element is left out.

    Returns
    -------
    Tensor
        A number.

    Raises
    ------
    ValueError
        If a shape does not fit, or a weight is negative.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.chebyshev([1.0, 2.0], [4.0, 6.0])
    Tensor(4.)
    """
    return weighted("chebyshev", _formulas.chebyshev, u, v, w, as_array)


def minkowski(u: Operand, v: Operand, p: Any = 2, w: Operand | None = None) -> Tensor:
    """Return the root of the sum of powers of differences; its derivative is 0 between equal vectors.

    Parameters
    ----------
    u, v : array_like
        Vectors, of shape (N,).
    p : number
        The order, above 0. A Tensor has a derivative, too.
    w : array_like, optional
        Weights of the powers, of shape (N,), none negative. By default 1.

    Returns
    -------
    Tensor
        A number.

    Raises
    ------
    ValueError
        If a shape does not fit, a weight is negative, or `p` is not positive.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.minkowski([0.0, 0.0], [3.0, 4.0], 3).round(6)
    Tensor(4.497941)
    """
    _formulas.check_order("minkowski", p)
    one, other = pair("minkowski", u, v)
    return _formulas.minkowski(one, other, _formulas.weights_of("minkowski", w, one.shape[0]), p)


def minkowski_distance_p(x: Operand, y: Operand, p: Any = 2.0) -> Tensor:
    """Return the sum of powers of differences along the last axis: `minkowski_distance` without the root.

    Parameters
    ----------
    x, y : array_like
        Vectors along the last axis; the others broadcast.
    p : number
        The order, not below 1. Of infinity, the largest difference is returned.

    Returns
    -------
    Tensor
        Of the shape of the other axes.

    Examples
    --------
    >>> from wengert.scipy import spatial
    >>> spatial.minkowski_distance_p([[0.0, 0.0]], [[3.0, 4.0], [1.0, 1.0]])
    Tensor([25.,  2.])
    """
    apart = _core.absolute(converted(tensor_of(x), np.float64) - tensor_of(y))
    if not isinstance(p, Tensor) and p == math.inf:
        return greatest(apart, -1)
    return _core.sum(_core.power(apart, p), (-1,), False)


def minkowski_distance(x: Operand, y: Operand, p: Any = 2.0) -> Tensor:
    """Return the root of the sum of powers of differences along the last axis.

    Parameters
    ----------
    x, y : array_like
        Vectors along the last axis; the others broadcast.
    p : number
        The order, not below 1.

    Returns
    -------
    Tensor
        Of the shape of the other axes; the derivative is 0 between equal vectors.

    Examples
    --------
    >>> from wengert.scipy import spatial
    >>> spatial.minkowski_distance([[0.0, 0.0]], [[3.0, 4.0], [0.0, 1.0]])
    Tensor([5., 1.])
    """
    one, other = converted(tensor_of(x), np.float64), converted(tensor_of(y), np.float64)
    return _formulas.minkowski(one, other, None, p)
