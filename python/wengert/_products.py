"""Products of matrices of second derivatives with vectors, without the matrices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wengert import _core
from wengert._forward import jvp
from wengert._functions import require_callable
from wengert._transforms import grad, vjp


def _sequence(name: str, what: str, values: Any) -> tuple[Any, ...]:
    if not isinstance(values, (tuple, list)):
        message = f"{name}: {what} is {type(values).__name__}; a tuple or list is needed"
        raise _core.DTypeError(message)
    return tuple(values)


def hvp(
    fun: Callable[..., Any],
    primals: Sequence[Any],
    tangents: Sequence[Any],
    has_aux: bool = False,
) -> Any:
    """Return the product of the Hessian of `fun` with a vector, without the Hessian.

    Parameters
    ----------
    fun : callable
        Function of `primals` returning a scalar.
    primals : sequence
        Its arguments: arrays, numbers, or nested containers of those.
    tangents : sequence
        The vector, in the form and shapes of `primals`.
    has_aux : bool
        Whether `fun` returns ``(value, aux)``.

    Returns
    -------
    product
        In the form of the one argument, or a tuple for several; with `has_aux`, ``(product, aux)``.
        It is the gradient of the directional derivative, which takes two to three gradients.

    Raises
    ------
    DTypeError, ShapeError
        As for `grad` and `jvp`.

    References
    ----------
    .. [1] B. A. Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6 (1994).

    Examples
    --------
    >>> import numpy as np
    >>> hvp(lambda x: np.sum(x**3), [np.array([1.0, 2.0])], [np.array([1.0, 0.5])])
    array([6., 6.])
    """
    primals, tangents = _sequence("hvp", "primals", primals), _sequence("hvp", "tangents", tangents)
    require_callable("hvp", fun)
    argnums = 0 if len(primals) == 1 else tuple(range(len(primals)))
    has_aux = bool(has_aux)

    def along(*args: Any) -> Any:
        out = _core.jvp(fun, args, tangents, has_aux)
        return out[1:] if has_aux else out[1]

    return _core.gradient("hvp", along, argnums, has_aux, False, False, False, primals, {})


def ggnvp(
    fun: Callable[..., Any],
    loss: Callable[[Any], Any],
    primals: Sequence[Any],
    tangents: Sequence[Any],
) -> Any:
    r"""Return the product of a generalised Gauss-Newton matrix with a vector.

    Parameters
    ----------
    fun : callable
        Function of `primals`: a model's outputs.
    loss : callable
        Function of those outputs returning a scalar.
    primals, tangents : sequence
        As for `hvp`.

    Returns
    -------
    product
        :math:`J^T H J v` with the Jacobian :math:`J` of `fun` and the Hessian :math:`H` of `loss`,
        in the form of the one argument, or a tuple for several.

    Raises
    ------
    DTypeError, ShapeError
        As for `grad` and `jvp`.

    References
    ----------
    .. [1] N. N. Schraudolph, "Fast curvature matrix-vector products for second-order gradient
       descent", Neural Computation 14 (2002).

    Examples
    --------
    >>> import numpy as np
    >>> ggnvp(lambda x: x**2, np.sum, [np.array([1.0, 2.0])], [np.array([1.0, 1.0])])
    array([0., 0.])
    """
    primals = _sequence("ggnvp", "primals", primals)
    tangents = _sequence("ggnvp", "tangents", tangents)
    out, pullback = vjp(fun, *primals)
    moved = jvp(fun, primals, tangents)[1]
    curved = jvp(grad(loss), (out,), (moved,))[1]
    products = pullback(curved)
    return products[0] if len(products) == 1 else products
