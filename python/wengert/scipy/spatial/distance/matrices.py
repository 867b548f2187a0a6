"""Distances of all rows of arrays from one another."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._batch import vmap
from wengert._core import DTypeError, ShapeError, Tensor
from wengert.numpy._arguments import converted, diagonal_of, tensor_of
from wengert.numpy.linear_algebra.equations import inv
from wengert.numpy.reductions.moments import var
from wengert.numpy.reductions.statistics import cov
from wengert.scipy.spatial.distance import _formulas

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand, Out

__all__ = ["cdist", "distance_matrix", "pdist", "squareform"]

# Of each formula, SciPy's names.
_NAMES = {
    "braycurtis": ("braycurtis",),
    "canberra": ("canberra",),
    "chebyshev": ("chebyshev", "chebychev", "cheby", "cheb", "ch"),
    "cityblock": ("cityblock", "cblock", "cb", "c"),
    "correlation": ("correlation", "co"),
    "cosine": ("cosine", "cos"),
    "euclidean": ("euclidean", "euclid", "eu", "e"),
    "jensenshannon": ("jensenshannon", "js"),
    "mahalanobis": ("mahalanobis", "mahal", "mah"),
    "minkowski": ("minkowski", "mi", "m", "pnorm"),
    "seuclidean": ("seuclidean", "se", "s"),
    "sqeuclidean": ("sqeuclidean", "sqe", "sqeuclid"),
}
_FORMULAS = {alias: name for name, aliases in _NAMES.items() for alias in aliases}


def _rows(name: str, argument: str, x: Operand) -> Tensor:
    rows = tensor_of(x)
    if rows.ndim != 2:
        message = f"{name}: {argument} is {rows.shape}; two axes are needed"
        raise ShapeError(message)
    if rows.dtype.kind == "c":
        message = f"{name}: {argument} is {rows.dtype}; a real dtype is needed"
        raise DTypeError(message)
    return converted(rows, np.float64)


def _formula(name: str, metric: str, rows: tuple[Tensor, ...], given: dict[str, Any]) -> Any:
    """Return a function of vectors, with what else it needs read or found from the rows."""
    known = _FORMULAS.get(metric.lower())
    if known is None:
        message = f"{name}: metric is {metric!r}; a function or one of {', '.join(_NAMES)} is needed, which have derivatives"
        raise ShapeError(message)
    length = rows[0].shape[-1]
    arguments = {"seuclidean": {"V"}, "mahalanobis": {"VI"}, "jensenshannon": {"base"}}.get(
        known, {"w", "p"} if known == "minkowski" else {"w"}
    )
    unknown = given.keys() - arguments
    if unknown:
        message = f"{name}: {', '.join(sorted(unknown))} was given for {known}; only {', '.join(sorted(arguments))} is known"
        raise DTypeError(message)
    if known == "seuclidean":
        return _standardized(name, rows, given.get("V"))
    if known == "mahalanobis":
        form = _form(name, rows, given.get("VI"))
        return lambda u, v: _formulas.mahalanobis(u, v, form)
    if known == "jensenshannon":
        return lambda u, v: _formulas.jensenshannon(u, v, base=given.get("base"))
    w = _formulas.weights_of(name, given.get("w"), length)
    if known == "minkowski":
        p = given.get("p", 2.0)
        _formulas.check_order(name, p)
        return lambda u, v: _formulas.minkowski(u, v, w, p)
    formula = getattr(_formulas, known)
    return lambda u, v: formula(u, v, w)


def _standardized(name: str, rows: tuple[Tensor, ...], V: Any) -> Any:
    length = rows[0].shape[-1]
    if V is None:
        variances = var(_core.concatenate(list(rows), -2), -2, ddof=1)
    else:
        variances = converted(tensor_of(V), np.float64)
    if variances.shape != (length,):
        message = f"{name}: V is {variances.shape} and the vectors have {length} elements; ({length},) is needed"
        raise ShapeError(message)
    return lambda u, v: _formulas.root(_formulas.weighted_sum(_core.square(u - v) / variances))


def _form(name: str, rows: tuple[Tensor, ...], VI: Any) -> Tensor:
    """Read the matrix of a quadratic form, by default the inverse of the covariances."""
    if VI is not None:
        return converted(tensor_of(VI), np.float64)
    count, length = sum(x.shape[0] for x in rows), rows[0].shape[-1]
    if count <= length:
        message = f"{name}: {count} rows of {length} elements have no VI; {length + 1} are needed"
        raise ShapeError(message)
    every = _core.concatenate(list(rows), -2)
    covariances = _core.reshape(cov(every, rowvar=False), (length, length))
    return inv(covariances)


def _refuse(name: str, metric: Any) -> DTypeError:
    return DTypeError(f"{name}: metric is {metric!r}; a name or a function is needed")


def cdist(
    XA: Operand,
    XB: Operand,
    metric: str | Callable[..., Any] = "euclidean",
    *,
    out: Out = None,
    **kwargs: Any,
) -> Tensor:
    """Return the distances of all rows of one array from all of another.

    Parameters
    ----------
    XA, XB : array_like
        Of shapes (M, N) and (K, N).
    metric : str or callable
        SciPy's name of a distance that has derivatives, or a function of two vectors, which `vmap` evaluates.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **kwargs
        `w`, the weights of the elements; `p` of "minkowski", `V` of "seuclidean" and `VI` of "mahalanobis", by
        default found from all rows; `base` of "jensenshannon"; those of the function. They have derivatives, too.

    Returns
    -------
    Tensor
        Of shape (M, K) and dtype float64. The derivative of a distance of equal rows is 0.

    Raises
    ------
    ValueError
        If shapes do not fit, or the distance is not known.
    TypeError
        If `metric` is something else, or an argument is not known.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.cdist([[0.0, 1.0]], [[1.0, 1.0], [0.0, 4.0]], "cityblock")
    Tensor([[1., 3.]])
    """
    one, other = _rows("cdist", "XA", XA), _rows("cdist", "XB", XB)
    if one.shape[1] != other.shape[1]:
        message = (
            f"cdist: XA is {one.shape} and XB is {other.shape}; equally many columns are needed"
        )
        raise ShapeError(message)
    if callable(metric):
        called = lambda u, v: metric(u, v, **kwargs)
        distances = tensor_of(vmap(vmap(called, (None, 0)), (0, None))(one, other))
    elif isinstance(metric, str):
        distances = _formula("cdist", metric, (one, other), kwargs)(one[:, None], other[None])
    else:
        raise _refuse("cdist", metric)
    return distances if out is None else _core.store("cdist", out, distances)


def pdist(
    X: Operand, metric: str | Callable[..., Any] = "euclidean", *, out: Out = None, **kwargs: Any
) -> Tensor:
    """Return the distances of all pairs of rows of an array.

    Parameters
    ----------
    X : array_like
        Of shape (M, N).
    metric : str or callable
        SciPy's name of a distance that has derivatives, or a function of two vectors, which `vmap` evaluates.
    out : Tensor or array, optional
        What the result is stored in; it is returned.
    **kwargs
        As of `cdist`.

    Returns
    -------
    Tensor
        Of shape (M (M - 1) / 2,) and dtype float64: of the first row from the second, the third and so on, of the
        second from the third; see `squareform`.

    Raises
    ------
    ValueError
        If `X` has not two axes, or the distance is not known.
    TypeError
        If `metric` is something else, or an argument is not known.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.pdist([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]).round(3)
    Tensor([5.   , 1.   , 4.243])
    """
    rows = _rows("pdist", "X", X)
    pairs = [_core.gather([rows, places], (-2,), 1) for places in np.triu_indices(rows.shape[0], 1)]
    if callable(metric):
        distances = tensor_of(vmap(lambda u, v: metric(u, v, **kwargs))(*pairs))
    elif isinstance(metric, str):
        distances = _formula("pdist", metric, (rows,), kwargs)(*pairs)
    else:
        raise _refuse("pdist", metric)
    return distances if out is None else _core.store("pdist", out, distances)


def squareform(X: Operand, force: str = "no", checks: bool = True) -> Tensor:
    """Turn the distances of pairs into a symmetric matrix, or such a matrix into those.

    Parameters
    ----------
    X : array_like
        Of shape (M (M - 1) / 2,), as `pdist` returns it, or (M, M), of which the upper triangle is read, and alone
        receives a derivative.
    force : {"no", "tomatrix", "tovector"}
        Whether an operand of the other form is an error.
    checks : bool
        Whether a matrix must be symmetric, with zeros on its diagonal.

    Returns
    -------
    Tensor
        Of the other form.

    Raises
    ------
    ValueError
        If `X` is of neither form, or not of that asked for, or not symmetric.

    Examples
    --------
    >>> from wengert.scipy.spatial import distance
    >>> distance.squareform([1.0, 2.0, 3.0])
    Tensor([[0., 1., 2.],
            [1., 0., 3.],
            [2., 3., 0.]])
    """
    x = tensor_of(X)
    wanted = {"tomatrix": 1, "tovector": 2}.get(force.lower(), x.ndim)
    if x.ndim not in (1, 2) or x.ndim != wanted:
        message = f"squareform: X is {x.shape} and force is {force!r}; {'one axis or two are' if wanted == x.ndim else ('one axis is', 'two axes are')[wanted - 1]} needed"
        raise ShapeError(message)
    if x.ndim == 1:
        return _matrix(x)
    n = x.shape[0]
    if n != x.shape[1]:
        message = f"squareform: X is {x.shape}; a square matrix is needed"
        raise ShapeError(message)
    if checks and not bool(
        _core.all(_core.equal(x, _core.transpose(x, (-1, -2))), (-2, -1), False)
    ):
        message = "squareform: X is not symmetric; checks=False takes its upper triangle"
        raise ShapeError(message)
    if checks and bool(_core.any(_core.not_equal(diagonal_of(x, 0, 1), 0), (-1,), False)):
        message = "squareform: the diagonal of X is not zero; checks=False takes its upper triangle"
        raise ShapeError(message)
    return _core.gather([x, *np.triu_indices(n, 1)], (-2, -1), 0)


def _matrix(distances: Tensor) -> Tensor:
    count = distances.shape[0]
    n = math.isqrt(2 * count) + 1
    if n * (n - 1) != 2 * count:
        message = f"squareform: X has {count} elements; M (M - 1) / 2 are needed, for some M"
        raise ShapeError(message)
    # Where each element stands in the vector; those of the diagonal are a zero behind its end.
    places = np.full((n, n), count)
    upper = np.triu_indices(n, 1)
    places[upper] = places[upper[::-1]] = np.arange(count)
    zero = _core.tensor(np.zeros(1, distances.dtype), None, False)
    return _core.gather([_core.concatenate([distances, zero], -1), places], (-1,), 0)


def distance_matrix(x: Operand, y: Operand, p: Any = 2, threshold: int = 1000000) -> Tensor:
    """Return the distances, of an order p, of all rows of one array from all of another.

    Parameters
    ----------
    x, y : array_like
        Of shapes (M, N) and (K, N).
    p : number
        The order, not below 1.
    threshold : int
        Of no effect.

    Returns
    -------
    Tensor
        Of shape (M, K). The derivative of a distance of equal rows is 0.

    Raises
    ------
    ValueError
        If shapes do not fit.

    Examples
    --------
    >>> from wengert.scipy import spatial
    >>> spatial.distance_matrix([[0.0, 0.0]], [[3.0, 4.0]], p=1)
    Tensor([[7.]])
    """
    return cdist(x, y, "minkowski", p=p)
