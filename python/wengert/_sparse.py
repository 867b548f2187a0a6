"""Jacobians as sparse matrices, and their patterns."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

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

    def build(
        data: Any, columns: Any, starts: Any, shape: tuple[int, int], numbers: Any = None
    ) -> Any:
        matrix = csr_array((data, columns, starts), shape=shape)
        matrix.has_canonical_format = True  # rows ascend, nothing is there twice
        return (
            matrix if numbers is None else _class_of_recorded(csr_array)._made_of(numbers, matrix)
        )

    return build


@functools.cache
def _class_of_recorded(csr_array: Any) -> Any:
    """Return the class of matrices whose numbers are recorded, as long as nobody reads them.

    A function that hands one out is recorded with the numbers among its results, of which the
    matrix is made again. What SciPy would make of them cannot be recorded.
    """
    import optree  # noqa: PLC0415  (costs more to import than all of wengert)

    class RecordedMatrix(csr_array):  # type: ignore[misc]
        @staticmethod
        def _made_of(numbers: Any, matrix: Any) -> Any:
            pattern = copy.copy(matrix)
            pattern.data = None
            matrix.__class__ = RecordedMatrix
            matrix.parts = (numbers,), pattern
            return matrix

        @property
        def data(self) -> Any:
            return self._plain().data

        @data.setter
        def data(self, value: Any) -> None:
            self._plain().data = value

        def __reduce_ex__(self, protocol: Any) -> Any:
            return self._plain().__reduce_ex__(protocol)

        def _plain(self) -> Any:
            _core.happens_once("reads the numbers of a sparse matrix")
            self.__dict__.pop("parts")
            self.__class__ = csr_array
            return self

    def made(pattern: Any, children: tuple[Any]) -> Any:
        (numbers,) = children
        if isinstance(numbers, (_core.Tensor, np.ndarray)):
            matrix = copy.copy(pattern)  # which costs a fifth of making one
            matrix.data = _untracked(numbers)
            matrix.indices, matrix.indptr = pattern.indices.copy(), pattern.indptr.copy()
            return matrix
        form = RecordedMatrix.__new__(RecordedMatrix)
        form.parts = children, pattern
        return form

    def parts(matrix: Any) -> Any:
        return matrix.parts

    register: Any = optree.register_pytree_node
    register(RecordedMatrix, parts, made, namespace=optree.registry.__GLOBAL_NAMESPACE)
    return RecordedMatrix


def _untracked(numbers: Any) -> Any:
    if isinstance(numbers, np.ndarray):
        return numbers
    if numbers.requires_grad:
        message = (
            "jacobian: a sparse matrix holds numbers, and what would be in it is differentiated by "
            "a transform around it; sparse=False is needed there"
        )
        raise _core.DerivativeError(message)
    return np.asarray(numbers)


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
