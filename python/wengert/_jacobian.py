"""Jacobians, Hessians and products with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from wengert import _core
from wengert._forward import jvp
from wengert._functions import Argnums, require_callable
from wengert._pairs import on_pairs
from wengert._sparse import sparse_jacobian
from wengert._transformed import Parts, spread, transformed
from wengert._transforms import grad, vjp

Mode = Literal["auto", "forward", "reverse"]


def _is_positive_integer(number: Any) -> bool:
    return isinstance(number, int | np.integer) and int(number) >= 1


def _require_chunk(name: str, chunk_size: Any) -> None:
    if chunk_size is not None and not _is_positive_integer(chunk_size):
        message = f"{name}: chunk_size is {chunk_size!r}; a positive integer or None is needed"
        raise _core.ShapeError(message)


def _require_no_chunk(name: str, chunk_size: Any) -> None:
    if chunk_size is not None:
        message = (
            f"{name}: chunk_size is {chunk_size!r} and sparse is True; None is needed, as a sparse "
            "matrix takes no more seeds than it has colours"
        )
        raise _core.ShapeError(message)


def _dense(
    name: str,
    fun: Callable[..., Any],
    argnums: Argnums,
    mode: str,
    has_aux: bool,
    holomorphic: bool,
    chunk_size: int | None,
) -> Parts:
    require_callable(name, fun)
    _require_chunk(name, chunk_size)
    before = (name, fun, argnums, mode, bool(has_aux), bool(holomorphic), chunk_size)
    return _core.jacobian, before, (_core.plans(),)


def jacfwd(
    fun: Callable[..., Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
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
    parts = _dense("jacfwd", fun, argnums, "forward", has_aux, holomorphic, chunk_size)
    options = {
        "argnums": argnums,
        "has_aux": has_aux,
        "holomorphic": holomorphic,
        "chunk_size": chunk_size,
    }
    return transformed(jacfwd, fun, options, *parts)


def jacrev(
    fun: Callable[..., Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
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
    parts = _dense("jacrev", fun, argnums, "reverse", has_aux, holomorphic, chunk_size)
    options = {
        "argnums": argnums,
        "has_aux": has_aux,
        "holomorphic": holomorphic,
        "chunk_size": chunk_size,
    }
    return transformed(jacrev, fun, options, *parts)


def jacobian(
    fun: Callable[..., Any],
    argnums: Argnums = 0,
    *,
    mode: Mode = "auto",
    sparse: bool = False,
    has_aux: bool = False,
    holomorphic: bool = False,
    real_pairs: bool = False,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
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
        _require_no_chunk("jacobian", chunk_size)

    require_callable("jacobian", fun)

    def parts_of(fun: Callable[..., Any]) -> Parts:
        if sparse:
            return sparse_jacobian("jacobian", fun, argnums, mode, has_aux, holomorphic)
        return _dense("jacobian", fun, argnums, mode, has_aux, holomorphic, chunk_size)

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


def hessian(
    fun: Callable[..., Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    *,
    sparse: bool = False,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
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
        _require_no_chunk("hessian", chunk_size)
        gradient = grad(fun, argnums, has_aux, holomorphic)
        parts = sparse_jacobian("hessian", gradient, argnums, "forward", has_aux, holomorphic, True)
    else:
        first = _core.Closure(
            *_dense("hessian", fun, argnums, "reverse", has_aux, holomorphic, chunk_size)
        )
        parts = _dense("hessian", first, argnums, "forward", has_aux, holomorphic, chunk_size)
    options = {
        "argnums": argnums,
        "has_aux": has_aux,
        "holomorphic": holomorphic,
        "sparse": sparse,
        "chunk_size": chunk_size,
    }
    return transformed(hessian, fun, options, *parts)


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


def derivative(fun: Callable[..., Any], order: int = 1) -> Callable[..., Any]:
    """Return the function that evaluates a derivative of `fun`, element by element.

    Parameters
    ----------
    fun : callable
        Function whose result's elements each depend on the element of the first argument at the same
        place: ``np.sin``, say, or anything composed of such functions.
    order : int
        How often it is differentiated.

    Returns
    -------
    callable
        Takes the arguments of `fun`; returns an array of the first one's shape.

    Raises
    ------
    ShapeError
        If `order` is not a positive integer, or `fun` changes the shape.

    Examples
    --------
    >>> import numpy as np
    >>> derivative(np.sin, 2)(np.array([0.0, np.pi / 2]))
    array([ 0., -1.])
    """
    require_callable("derivative", fun)
    if not _is_positive_integer(order):
        message = f"derivative: order is {order!r}; a positive integer is needed"
        raise _core.ShapeError(message)
    inner = fun if order == 1 else derivative(fun, order - 1)

    def elementwise(x: Any, *args: Any, **kwargs: Any) -> Any:
        out, pullback = vjp(lambda x: inner(x, *args, **kwargs), x)
        if np.shape(out) != np.shape(x):
            message = (
                f"derivative: x is of shape {np.shape(x)} and fun returned {np.shape(out)}; "
                "equal shapes are needed, see jacobian"
            )
            raise _core.ShapeError(message)
        return pullback(np.ones_like(out))[0]

    return transformed(derivative, fun, {"order": order}, spread, (elementwise,))


def elementwise_grad(fun: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function that evaluates the derivative of `fun`, element by element.

    Parameters
    ----------
    fun : callable
        As for `derivative`.

    Returns
    -------
    callable
        ``derivative(fun, 1)``.

    Examples
    --------
    >>> import numpy as np
    >>> elementwise_grad(np.square)(np.array([1.0, 3.0]))
    array([2., 6.])
    """
    return derivative(fun)


def wirtinger(fun: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, Any]]:
    r"""Return the function that evaluates both Wirtinger derivatives of `fun`.

    Parameters
    ----------
    fun : callable
        Function of one complex array; it need not be holomorphic.

    Returns
    -------
    callable
        Maps `z` of shape ``S`` to :math:`(\partial f/\partial z,\ \partial f/\partial\bar z)`, each
        of shape ``fun(z).shape + S``.

    Raises
    ------
    DTypeError
        If the argument is neither floating nor complex.

    References
    ----------
    .. [1] W. Wirtinger, "Zur formalen Theorie der Funktionen von mehr komplexen Veränderlichen",
       Mathematische Annalen 97 (1927).

    Examples
    --------
    >>> import numpy as np
    >>> wirtinger(lambda z: z * np.conj(z))(1.0 + 2.0j)
    ((1-2j), (1+2j))
    """
    require_callable("wirtinger", fun)
    parts = jacfwd(lambda x, y: fun(x + 1j * y), (0, 1))

    def derivatives(z: Any) -> tuple[Any, Any]:
        by_x, by_y = parts(np.real(z), np.imag(z))
        return (by_x - 1j * by_y) / 2, (by_x + 1j * by_y) / 2

    return transformed(wirtinger, fun, {}, spread, (derivatives,))
