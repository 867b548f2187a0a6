"""Distances in units of a spread: variances, or a quadratic form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert.numpy._arguments import converted, tensor_of
from wengert.scipy.spatial.distance import _formulas

if TYPE_CHECKING:
    from wengert._typing import Operand
from wengert.scipy.spatial.distance._pairs import pair

__all__ = [
    "mahalanobis",
    "seuclidean",
]


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
    one, other = pair("seuclidean", u, v)
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
    one, other = pair("mahalanobis", u, v)
    form = _formulas.floating(VI)
    if form.ndim < 2:
        form = _core.reshape(form, (1, form.size))
    if form.shape != one.shape * 2:
        message = f"mahalanobis: VI is {form.shape} and u is {one.shape}; {one.shape * 2} is needed"
        raise ShapeError(message)
    return _formulas.mahalanobis(one, other, form)
