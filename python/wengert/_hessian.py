"""Matrices of second derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wengert import _core
from wengert._dense import dense_jacobian
from wengert._functions import Argnums, P, require_callable
from wengert._sparse import require_no_chunk, sparse_jacobian
from wengert._transformed import transformed
from wengert._transforms import grad


def hessian(
    fun: Callable[P, Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    *,
    sparse: bool = False,
    chunk_size: int | None = None,
) -> Callable[P, Any]:
    r"""Return the function that evaluates the matrix of second derivatives of `fun`.

    Parameters
    ----------
    fun : callable
        Function returning a scalar, an array or a nested container of arrays.
    argnums, has_aux, holomorphic, chunk_size
        As for `jacobian`.
    sparse : bool
        Whether the result is a ``scipy.sparse.csr_array`` of its structural non-zeros, for which
        `fun` must return a scalar. Its symmetry is made use of: a seed serves all columns of which
        each entry can be told, there or in the transpose.

    Returns
    -------
    callable
        Maps `x` of shape ``S`` to :math:`\partial^2 f / \partial x_i \partial x_j`, of shape
        ``fun(x).shape + S + S``, or with `sparse` of shape ``(x.size, x.size)``, by forward mode
        over reverse mode.

    Raises
    ------
    DTypeError, ShapeError, DerivativeError, ImportError
        As for `jacobian`.

    References
    ----------
    .. [1] A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM, 2008, sec. 5.1.
    .. [2] A. H. Gebremedhin, A. Tarafdar, A. Pothen and A. Walther, "Efficient computation of sparse
       Hessians using coloring and automatic differentiation", INFORMS J. Computing 21 (2009).

    Examples
    --------
    >>> import numpy as np
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 3.0]))
    array([[6., 2.],
           [2., 0.]])
    >>> hessian(lambda x: np.sum(x[1:] * x[:-1]), sparse=True)(np.zeros(3)).toarray()
    array([[0., 1., 0.],
           [1., 0., 1.],
           [0., 1., 0.]])
    """
    require_callable("hessian", fun)
    if sparse:
        require_no_chunk("hessian", chunk_size)
        gradient = grad(fun, argnums, has_aux, holomorphic)
        parts = sparse_jacobian("hessian", gradient, argnums, "forward", has_aux, holomorphic, True)
    else:
        first = _core.Closure(
            *dense_jacobian("hessian", fun, argnums, "reverse", has_aux, holomorphic, chunk_size)
        )
        parts = dense_jacobian(
            "hessian", first, argnums, "forward", has_aux, holomorphic, chunk_size
        )
    options = {
        "argnums": argnums,
        "has_aux": has_aux,
        "holomorphic": holomorphic,
        "sparse": sparse,
        "chunk_size": chunk_size,
    }
    return transformed(hessian, fun, options, *parts)
