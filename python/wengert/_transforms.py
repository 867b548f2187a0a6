"""The transforms: functions of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wengert import _core
from wengert._functions import Argnums, P, require_callable
from wengert._transformed import transformed


def grad(
    fun: Callable[P, Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    *,
    conjugate: bool = False,
) -> Callable[P, Any]:
    r"""Return the function that evaluates the gradient of `fun`.

    Parameters
    ----------
    fun : callable
        Function returning a scalar (an array of one element), made of NumPy's or wengert's
        operations. It is run anew at every call, so it may branch and loop as it likes.
    argnums : int or sequence of int
        The positional arguments to differentiate. Each may be a number, an array, a `Tensor`, or a
        nested container of those; the others are passed untouched.
    has_aux : bool
        Whether `fun` returns ``(value, aux)``; `aux` is handed through, its arrays as copies.
    holomorphic : bool
        Whether `fun` is holomorphic; the result is then :math:`f'(z)`, and a complex value is
        needed.
    conjugate : bool
        Whether the gradient in complex arguments is conjugated. Without it, the gradient of a real
        :math:`u` is :math:`\partial u/\partial x - i\,\partial u/\partial y`; with it, the direction
        of steepest ascent.

    Returns
    -------
    callable
        Takes the arguments of `fun`. Returns the gradient in the form of the argument (a tuple of
        them if `argnums` is a sequence), in the units of ``fun(x)`` per unit of `x`; with `has_aux`,
        ``(gradient, aux)``. NumPy arrays give NumPy arrays, numbers give numbers, Tensors give
        Tensors.

    Raises
    ------
    DTypeError
        If an argument is neither floating nor complex, or the value is not real.
    ShapeError
        If the value has more than one element, or `argnums` is out of range.

    References
    ----------
    .. [1] A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM, 2008, sec. 3.2-3.4.

    Examples
    --------
    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> import numpy as np
    >>> grad(lambda w, x: np.sum(w * x))(np.ones(3), np.arange(3.0))
    array([0., 1., 2.])
    """
    return _gradient(grad, fun, argnums, has_aux, holomorphic, conjugate, False)


def value_and_grad(
    fun: Callable[P, Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    *,
    conjugate: bool = False,
) -> Callable[P, tuple[Any, Any]]:
    """Return the function that evaluates `fun` and its gradient in one run.

    Parameters
    ----------
    fun, argnums, has_aux, holomorphic, conjugate
        As for `grad`.

    Returns
    -------
    callable
        Takes the arguments of `fun`. Returns ``(value, gradient)``; with `has_aux`,
        ``((value, aux), gradient)``.

    Raises
    ------
    DTypeError, ShapeError
        As for `grad`.

    Examples
    --------
    >>> value_and_grad(lambda x: x**3)(2.0)
    (8.0, 12.0)
    """
    return _gradient(value_and_grad, fun, argnums, has_aux, holomorphic, conjugate, True)


def _gradient(
    transform: Callable[..., Any],
    fun: Callable[..., Any],
    argnums: Argnums,
    has_aux: bool,
    holomorphic: bool,
    conjugate: bool,
    with_value: bool,
) -> Callable[..., Any]:
    name = transform.__name__
    require_callable(name, fun)
    has_aux, holomorphic, conjugate = bool(has_aux), bool(holomorphic), bool(conjugate)
    options = {
        "argnums": argnums,
        "has_aux": has_aux,
        "holomorphic": holomorphic,
        "conjugate": conjugate,
    }
    before = (name, fun, argnums, has_aux, holomorphic, conjugate, with_value)
    return transformed(transform, fun, options, _core.gradient, before)


def vjp(fun: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    r"""Evaluate `fun`, and return with it the function that pulls cotangents back.

    Parameters
    ----------
    fun : callable
        Function of `primals` returning an array or a nested container of arrays.
    *primals : Tensor, array, number, or a nested container of those
        Where to evaluate. What the caller does to an array afterwards does not matter.
    has_aux : bool
        Whether `fun` returns ``(out, aux)``.

    Returns
    -------
    out : array or container of arrays
        The value.
    pullback : callable
        Maps a cotangent of `out`'s form and shapes to a tuple of cotangents of the primals,
        :math:`\bar x = \bar y\,\partial y/\partial x`. It may be called any number of times.
    aux : object
        Only with `has_aux`.

    Raises
    ------
    DTypeError
        If a primal is neither floating nor complex.

    References
    ----------
    .. [1] A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM, 2008, sec. 3.2-3.4.

    Examples
    --------
    >>> import numpy as np
    >>> out, pullback = vjp(lambda x: x * x, np.array([1.0, 3.0]))
    >>> pullback(np.array([1.0, 10.0]))
    (array([ 2., 60.]),)
    """
    require_callable("vjp", fun)
    return _core.vjp(fun, primals, bool(has_aux))
