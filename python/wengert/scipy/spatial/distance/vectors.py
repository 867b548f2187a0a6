"""Distances of one vector from another."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import as_array, converted, negative_axis, tensor_of
from wengert.numpy.reductions.extrema import max as greatest
from wengert.scipy.spatial.distance import _formulas

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand

__all__ = [
    "braycurtis",
    "canberra",
    "chebyshev",
    "cityblock",
    "correlation",
    "cosine",
    "euclidean",
    "jensenshannon",
    "mahalanobis",
    "minkowski",
    "minkowski_distance",
    "minkowski_distance_p",
    "seuclidean",
    "sqeuclidean",
]


def _pair(
    name: str, u: Operand, v: Operand, read: Callable[[Operand], Tensor] = _formulas.floating
) -> tuple[Tensor, Tensor]:
    """Read two vectors of one length."""
    one, other = read(u), read(v)
    if one.ndim != 1 or one.shape != other.shape:
        message = f"{name}: u is {one.shape} and v is {other.shape}; one axis of one length each is needed"
        raise ShapeError(message)
    if one.dtype.kind == "c" or other.dtype.kind == "c":
        message = f"{name}: u is {one.dtype} and v is {other.dtype}; real dtypes are needed"
        raise DTypeError(message)
    return one, other


def _weighted(
    name: str,
    formula: Any,
    u: Operand,
    v: Operand,
    w: Operand | None,
    read: Callable[[Operand], Tensor] = _formulas.floating,
) -> Tensor:
    one, other = _pair(name, u, v, read)
    distance: Tensor = formula(one, other, _formulas.weights_of(name, w, one.shape[0]))
    return distance


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
    return _weighted("euclidean", _formulas.euclidean, u, v, w)


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
    return _weighted("sqeuclidean", _formulas.sqeuclidean, u, v, w)


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
    return _weighted("cityblock", _formulas.cityblock, u, v, w, as_array)


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
    return _weighted("chebyshev", _formulas.chebyshev, u, v, w, as_array)


def canberra(u: Operand, v: Operand, w: Operand | None = None) -> Tensor:
    """Return the sum of differences, each divided by the magnitudes of its two elements.

    Parameters
    ----------
    u, v : array_like
        Vectors, of shape (N,).
    w : array_like, optional
        Weights of the elements, of shape (N,), none negative. By default 1.

    Returns
    -------
    Tensor
        A number, float64 in any case.

    Raises
    ------
    ValueError
        If a shape does not fit, or a weight is negative.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.canberra([1.0, 2.0], [3.0, 2.0])
    Tensor(0.5)
    """
    return _weighted("canberra", _formulas.canberra, u, converted(tensor_of(v), np.float64), w)


def braycurtis(u: Operand, v: Operand, w: Operand | None = None) -> Tensor:
    """Return the sum of the magnitudes of differences divided by that of sums.

    Parameters
    ----------
    u, v : array_like
        Vectors, of shape (N,).
    w : array_like, optional
        Weights of the elements, of shape (N,), none negative. By default 1.

    Returns
    -------
    Tensor
        A number, float64 in any case.

    Raises
    ------
    ValueError
        If a shape does not fit, or a weight is negative.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.braycurtis([1.0, 2.0], [3.0, 2.0])
    Tensor(0.25)
    """
    return _weighted("braycurtis", _formulas.braycurtis, u, converted(tensor_of(v), np.float64), w)


def cosine(u: Operand, v: Operand, w: Operand | None = None) -> Tensor:
    """Return one minus the cosine of the angle between vectors.

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
    >>> distance.cosine([1.0, 0.0], [0.0, 2.0])
    Tensor(1.)
    """
    return _weighted("cosine", _formulas.cosine, u, v, w)


def correlation(u: Operand, v: Operand, w: Operand | None = None, centered: bool = True) -> Tensor:
    """Return one minus the correlation of the elements of vectors.

    Parameters
    ----------
    u, v : array_like
        Vectors, of shape (N,).
    w : array_like, optional
        Weights of the elements, of shape (N,), none negative. By default 1.
    centered : bool
        Whether means are subtracted; if not, this is `cosine`.

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
    >>> distance.correlation([1.0, 2.0, 3.0], [3.0, 2.0, 1.0])
    Tensor(2.)
    """
    formula = _formulas.correlation if centered else _formulas.cosine
    return _weighted("correlation", formula, u, v, w)


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
    one, other = _pair("minkowski", u, v)
    return _formulas.minkowski(one, other, _formulas.weights_of("minkowski", w, one.shape[0]), p)


def seuclidean(u: Operand, v: Operand, V: Operand) -> Tensor:
    """Return the root of the sum of squared differences, each divided by a variance.

    Parameters
    ----------
    u, v : array_like
        Vectors, of shape (N,).
    V : array_like
        The variances, of shape (N,).

    Returns
    -------
    Tensor
        A number, in units of a standard deviation; its derivative is 0 between equal vectors.

    Raises
    ------
    ValueError
        If a shape does not fit.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.seuclidean([0.0, 0.0], [3.0, 8.0], [1.0, 4.0])
    Tensor(5.)
    """
    one, other = _pair("seuclidean", u, v)
    variances = converted(tensor_of(V), np.float64)
    if variances.shape != one.shape:
        message = f"seuclidean: V is {variances.shape} and u is {one.shape}; one shape is needed"
        raise ShapeError(message)
    return _formulas.euclidean(one, other, 1.0 / variances)


def mahalanobis(u: Operand, v: Operand, VI: Operand) -> Tensor:
    """Return the root of a quadratic form of differences.

    Parameters
    ----------
    u, v : array_like
        Vectors, of shape (N,).
    VI : array_like
        The matrix of the form, of shape (N, N): the inverse of covariances.

    Returns
    -------
    Tensor
        A number; its derivative is 0 between equal vectors.

    Raises
    ------
    ValueError
        If a shape does not fit.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.mahalanobis([0.0, 0.0], [3.0, 2.0], [[1.0, 0.0], [0.0, 4.0]])
    Tensor(5.)
    """
    one, other = _pair("mahalanobis", u, v)
    form = _formulas.floating(VI)
    if form.ndim < 2:
        form = _core.reshape(form, (1, form.size))
    if form.shape != one.shape * 2:
        message = f"mahalanobis: VI is {form.shape} and u is {one.shape}; {one.shape * 2} is needed"
        raise ShapeError(message)
    return _formulas.mahalanobis(one, other, form)


def jensenshannon(
    p: Operand, q: Operand, base: Any = None, *, axis: int = 0, keepdims: bool = False
) -> Tensor:
    """Return the root of the mean divergence of two distributions from their mean.

    Parameters
    ----------
    p, q : array_like
        Probabilities, or numbers in their proportion, of shapes that broadcast.
    base : number, optional
        Of the logarithm; by default e.
    axis : int
        Along which axis a distribution stands.
    keepdims : bool
        Whether the axis stays, with length one.

    Returns
    -------
    Tensor
        Of the shape of the other axes; the derivative is 0 between equal distributions.

    Raises
    ------
    AxisError
        If there is no such axis.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.jensenshannon([1.0, 0.0], [0.0, 1.0], 2.0)
    Tensor(1.)
    """
    one, other = _formulas.floating(p), _formulas.floating(q)
    return _formulas.jensenshannon(one, other, negative_axis(axis, one.ndim), keepdims, base)


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
