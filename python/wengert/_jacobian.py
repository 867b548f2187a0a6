"""Jacobians: all first derivatives, by either mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from wengert import _core
from wengert._dense import dense_jacobian
from wengert._functions import Argnums, P, require_callable
from wengert._pairs import on_pairs
from wengert._sparse import require_no_chunk, sparse_jacobian
from wengert._transformed import Parts, transformed

Mode = Literal["auto", "forward", "reverse"]


def jacfwd(
    fun: Callable[P, Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    *,
    chunk_size: int | None = None,
) -> Callable[P, Any]:
    """Return the function that evaluates the Jacobian of `fun` by forward mode.

    Parameters
    ----------
    fun : callable
        Function returning an array or a nested container of arrays.
    argnums, has_aux
        As for `grad`.
    holomorphic : bool
        Whether `fun` is holomorphic; without it the arguments must be real.
    chunk_size : int, optional
        How many tangents are pushed at once; by default as many as fit in 32 MB of seeds.

    Returns
    -------
    callable
        Maps `x` of shape ``S`` to the derivatives of `fun`, of shape ``fun(x).shape + S``, in the
        units of ``fun(x)`` per unit of `x`. Containers of outputs hold containers of arguments.

    Raises
    ------
    DTypeError, ShapeError
        As for `grad`.

    See Also
    --------
    jacobian : takes the cheaper mode.

    Examples
    --------
    >>> import numpy as np
    >>> jacfwd(lambda x: x * x)(np.array([1.0, 3.0]))
    array([[2., 0.],
           [0., 6.]])
    """
    parts = dense_jacobian("jacfwd", fun, argnums, "forward", has_aux, holomorphic, chunk_size)
    options = {
        "argnums": argnums,
        "has_aux": has_aux,
        "holomorphic": holomorphic,
        "chunk_size": chunk_size,
    }
    return transformed(jacfwd, fun, options, *parts)


def jacrev(
    fun: Callable[P, Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    *,
    chunk_size: int | None = None,
) -> Callable[P, Any]:
    """Return the function that evaluates the Jacobian of `fun` by reverse mode.

    Parameters
    ----------
    fun : callable
        Function returning an array or a nested container of arrays.
    argnums, has_aux
        As for `grad`.
    holomorphic : bool
        Whether `fun` is holomorphic; without it the outputs must be real.
    chunk_size : int, optional
        How many cotangents are pulled back at once; by default as many as fit in 32 MB of seeds.

    Returns
    -------
    callable
        As for `jacfwd`.

    Raises
    ------
    DTypeError, ShapeError
        As for `grad`.

    See Also
    --------
    jacobian : takes the cheaper mode.

    Examples
    --------
    >>> import numpy as np
    >>> jacrev(lambda x: np.sum(x * x, axis=0))(np.ones((2, 2)))
    array([[[2., 0.],
            [2., 0.]],
    <BLANKLINE>
           [[0., 2.],
            [0., 2.]]])
    """
    parts = dense_jacobian("jacrev", fun, argnums, "reverse", has_aux, holomorphic, chunk_size)
    options = {
        "argnums": argnums,
        "has_aux": has_aux,
        "holomorphic": holomorphic,
        "chunk_size": chunk_size,
    }
    return transformed(jacrev, fun, options, *parts)


def jacobian(
    fun: Callable[P, Any],
    argnums: Argnums = 0,
    *,
    mode: Mode = "auto",
    sparse: bool = False,
    has_aux: bool = False,
    holomorphic: bool = False,
    real_pairs: bool = False,
    chunk_size: int | None = None,
) -> Callable[P, Any]:
    r"""Return the function that evaluates the Jacobian of `fun`.

    Parameters
    ----------
    fun : callable
        Function returning an array or a nested container of arrays, made of NumPy's or wengert's
        operations.
    argnums, has_aux
        As for `grad`.
    mode : {"auto", "forward", "reverse"}
        ``"forward"`` pushes one tangent per input element through `fun`, ``"reverse"`` pulls one
        cotangent per output element back; ``"auto"`` takes the mode that needs fewer. Large
        Jacobians with few structural non-zeros it evaluates as with `sparse`.
    sparse : bool
        Whether the result is a ``scipy.sparse.csr_array`` of its structural non-zeros. Elements
        that can be told apart then share a seed, so that the number of sweeps does not grow with
        that of variables. The pattern and the choice of seeds are kept for further calls, as long as
        `fun` runs through the same operations with the same shapes and indices.
    holomorphic : bool
        Whether `fun` is holomorphic; the result is then complex.
    real_pairs : bool
        Whether complex numbers count as pairs of real ones, for functions that are not holomorphic:
        a complex `x` of shape ``S`` is then of shape ``S + (2,)``, real and imaginary part, and so is
        a complex result. The derivatives are real.
    chunk_size : int, optional
        How many seeds go through one sweep of a dense Jacobian; by default as many as fit in 32 MB.

    Returns
    -------
    callable
        Maps `x` of shape ``S`` to :math:`\partial f_i / \partial x_j`, of shape
        ``fun(x).shape + S``, or with `sparse` of shape ``(fun(x).size, x.size)``, in the units of
        ``fun(x)`` per unit of `x`.

    Raises
    ------
    DTypeError
        If an argument is neither floating nor complex, or complex where the mode needs real ones.
    ShapeError
        If `mode` or `chunk_size` is none of those named, or `argnums` is out of range.
    DerivativeError
        If a sparse Jacobian is asked for inside of another transform: it holds no Tensors.
    ImportError
        If a sparse Jacobian is asked for and SciPy is not installed.

    See Also
    --------
    sparsity : the pattern alone.

    References
    ----------
    .. [1] A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM, 2008, sec. 3.2-3.3.
    .. [2] A. H. Gebremedhin, F. Manne and A. Pothen, "What color is your Jacobian? Graph coloring
       for computing derivatives", SIAM Review 47 (2005).

    Examples
    --------
    >>> import numpy as np
    >>> jacobian(lambda x: x[:2] * x[2])(np.array([1.0, 2.0, 3.0]))
    array([[3., 0., 1.],
           [0., 3., 2.]])
    >>> jacobian(lambda x: x**2, sparse=True)(np.array([1.0, 2.0, 3.0])).data
    array([2., 4., 6.])
    >>> jacobian(lambda z: z * (2 + 1j), real_pairs=True)(1.0 + 2.0j)
    array([[ 2., -1.],
           [ 1.,  2.]])
    """
    if mode not in ("auto", "forward", "reverse"):
        message = f'jacobian: mode is {mode!r}; "auto", "forward" or "reverse" is needed'
        raise _core.ShapeError(message)
    if real_pairs and holomorphic:
        message = "jacobian: real_pairs and holomorphic are both True; at most one is possible"
        raise _core.ShapeError(message)
    if sparse:
        require_no_chunk("jacobian", chunk_size)

    require_callable("jacobian", fun)

    def parts_of(fun: Callable[..., Any]) -> Parts:
        if sparse:
            return sparse_jacobian("jacobian", fun, argnums, mode, has_aux, holomorphic)
        return dense_jacobian("jacobian", fun, argnums, mode, has_aux, holomorphic, chunk_size)

    def of_pairs(fun: Callable[..., Any]) -> Callable[..., Any]:
        return _core.Closure(*parts_of(fun))

    parts = on_pairs(fun, argnums, has_aux, of_pairs) if real_pairs else parts_of(fun)
    options = {
        "argnums": argnums,
        "mode": mode,
        "sparse": sparse,
        "has_aux": has_aux,
        "holomorphic": holomorphic,
        "real_pairs": real_pairs,
        "chunk_size": chunk_size,
    }
    return transformed(jacobian, fun, options, *parts)
