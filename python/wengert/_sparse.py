"""Jacobians as sparse matrices, and their patterns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wengert import _core
from wengert._functions import Argnums, require_callable
from wengert._transformed import Parts


def _builder(name: str) -> Callable[..., Any]:
    """Return what makes a matrix of (data, columns, starts of rows, shape)."""
    try:
        from scipy.sparse import csr_array  # noqa: PLC0415  (an extra, and slow to import)
    except ImportError as error:
        message = f"{name}: sparse matrices need SciPy; install wengert[scipy]"
        raise ImportError(message) from error

    def build(data: Any, columns: Any, starts: Any, shape: tuple[int, int]) -> Any:
        matrix = csr_array((data, columns, starts), shape=shape)
        matrix.has_canonical_format = True  # rows ascend, nothing is there twice
        return matrix

    return build


def require_no_chunk(name: str, chunk_size: Any) -> None:
    if chunk_size is not None:
        message = (
            f"{name}: chunk_size is {chunk_size!r} and sparse is True; None is needed, as a sparse "
            "matrix takes no more seeds than it has colours"
        )
        raise _core.ShapeError(message)


def sparse_jacobian(
    name: str,
    fun: Callable[..., Any],
    argnums: Argnums,
    mode: str,
    has_aux: bool,
    holomorphic: bool,
    is_symmetric: bool = False,
) -> Parts:
    """Return what evaluates the Jacobian of `fun` as CSR; see `jacobian`."""
    require_callable(name, fun)
    plans, build = _core.plans(), _builder(name)
    has_aux, holomorphic = bool(has_aux), bool(holomorphic)
    before = (name, fun, argnums, mode, has_aux, holomorphic, is_symmetric, plans, build)
    return _core.sparse_jacobian, before, ()


def sparsity(
    fun: Callable[..., Any], *args: Any, argnums: Argnums = 0, has_aux: bool = False
) -> Any:
    """Return which elements of the result of `fun` depend on which elements of an argument.

    Parameters
    ----------
    fun : callable
        Function returning an array or a nested container of arrays.
    *args
        Its arguments. Their values decide branches and indices, nothing else.
    argnums, has_aux
        As for `grad`; what came with the result as `aux` is dropped.

    Returns
    -------
    scipy.sparse.csr_array of bool
        Of shape ``(fun(*args).size, x.size)`` for an argument `x`: true where the derivative may be
        other than zero, for all values for which `fun` runs through the same operations. Elements
        count in C order. Containers of outputs hold containers of arguments; a tuple of `argnums`
        gives a tuple.

    Raises
    ------
    DTypeError, ShapeError
        As for `jacobian`.
    DerivativeError
        Inside of `vmap`, where the pattern would be one example's.
    ImportError
        If SciPy is not installed.

    Notes
    -----
    The pattern is that of the operations, not of the values: ``0 * x`` depends on `x`. What is
    indexed by values that were computed from `x` depends on all elements, and so does the result of
    a custom rule. Memory grows with the number of non-zeros.

    References
    ----------
    .. [1] A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM, 2008, sec. 7.1.

    Examples
    --------
    >>> import numpy as np
    >>> sparsity(np.diff, np.zeros(4)).toarray().astype(int)
    array([[1, 1, 0, 0],
           [0, 1, 1, 0],
           [0, 0, 1, 1]])
    """
    require_callable("sparsity", fun)
    return _core.sparsity("sparsity", fun, argnums, bool(has_aux), _builder("sparsity"), args, {})
