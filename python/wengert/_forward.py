"""Forward mode: tangents pushed through a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wengert import _core
from wengert._functions import require_callable


def jvp(
    fun: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False
) -> Any:
    r"""Evaluate `fun`, and push tangents through it: a directional derivative in one run.

    Parameters
    ----------
    fun : callable
        Function of `primals` returning an array or a nested container of arrays, made of NumPy's or
        wengert's operations.
    primals : tuple or list
        Where to evaluate: one entry for each argument of `fun`, a number, an array, a `Tensor`, or a
        nested container of those.
    tangents : tuple or list
        The direction :math:`\dot x`, of the primals' containers and shapes. None stands for what does
        not move, and what does not move is passed to `fun` untouched; so labels and indices need None.
    has_aux : bool
        Whether `fun` returns ``(out, aux)``; `aux` is handed through.

    Returns
    -------
    out : array or container of arrays
        The value.
    tangent_out : array or container of arrays
        Its derivative :math:`\dot y = \partial y/\partial x\,\dot x`, of the containers, shapes and
        dtypes of `out`; zero where `out` does not depend on what moves. NumPy arrays give NumPy
        arrays, numbers give numbers, Tensors give Tensors.
    aux : object
        Only with `has_aux`.

    Raises
    ------
    DTypeError
        If `tangents` is of another form than `primals`, complex where a primal is real, or not None
        where a primal is neither floating nor complex.
    ShapeError
        If a tangent is not of its primal's shape.

    References
    ----------
    .. [1] A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM, 2008, sec. 3.1.

    Examples
    --------
    >>> jvp(lambda x: x**3, (2.0,), (1.0,))
    (8.0, 12.0)
    >>> import numpy as np
    >>> jvp(lambda x, y: x * y, (np.array([1.0, 2.0]), 3.0), (np.array([0.0, 1.0]), 10.0))
    (array([3., 6.]), array([10., 23.]))
    """
    require_callable("jvp", fun)
    return _core.jvp(fun, primals, tangents, bool(has_aux))


def linearize(fun: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    r"""Evaluate `fun`, and return with it the function that pushes tangents forward.

    Parameters
    ----------
    fun : callable
        Function of `primals` returning an array or a nested container of arrays. It is run once.
    *primals : Tensor, array, number, or a nested container of those
        Where to evaluate. What the caller does to an array afterwards does not matter.
    has_aux : bool
        Whether `fun` returns ``(out, aux)``; `aux` is handed through.

    Returns
    -------
    out : array or container of arrays
        The value.
    pushforward : callable
        Maps one tangent for each primal, of its containers and shapes, to the tangent of `out`,
        :math:`\dot y = \partial y/\partial x\,\dot x`; None stands for what does not move. It goes
        over what `fun` recorded again and may be called any number of times: for many directions at
        one point, cheaper than `jvp`, but it keeps the recording.
    aux : object
        Only with `has_aux`.

    Raises
    ------
    DTypeError
        If a primal is neither floating nor complex, or a tangent is of another form.
    ShapeError
        If a tangent is not of its primal's shape.

    References
    ----------
    .. [1] A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM, 2008, sec. 3.1.

    Examples
    --------
    >>> import numpy as np
    >>> out, pushforward = linearize(lambda x: x * x, np.array([1.0, 3.0]))
    >>> out
    array([1., 9.])
    >>> pushforward(np.array([1.0, 0.0])), pushforward(np.array([0.0, 1.0]))
    (array([2., 0.]), array([0., 6.]))
    """
    require_callable("linearize", fun)
    return _core.linearize(fun, primals, bool(has_aux))


def linear_transpose(fun: Callable[..., Any], *primals: Any) -> Callable[..., Any]:
    r"""Return the transpose of a linear function.

    Parameters
    ----------
    fun : callable
        Linear function of `primals`, which is zero where these are.
    *primals : Tensor, array, number, or a nested container of those
        Arguments of the shapes and dtypes in question; their values do not matter.

    Returns
    -------
    callable
        Maps a cotangent of the form and shapes of ``fun(*primals)`` to a tuple of cotangents of the
        primals: :math:`A^T \bar y` for :math:`y = A x`, without conjugation where it is complex.

    Raises
    ------
    DerivativeError
        If `fun` uses an operation that is not linear in what depends on `primals` or has no
        derivative, which is named, if it reads such a value (in a branch, say), or if it adds a
        constant.

    Examples
    --------
    >>> import numpy as np
    >>> transposed = linear_transpose(lambda x: np.cumsum(x)[1:], np.zeros(3))
    >>> transposed(np.array([1.0, 10.0]))
    (array([11., 11., 10.]),)
    """
    require_callable("linear_transpose", fun)
    transposed: Callable[..., Any] = _core.linear_transpose(fun, primals)
    return transposed
