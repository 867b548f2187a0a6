"""Riccati's equations, of controllers and observers that are optimal in the long run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert._foreign import primitive
from wengert._forward import jvp
from wengert.numpy._arguments import tensor_of
from wengert.numpy.linear_algebra._matrices import adjoint, solution
from wengert.scipy.linalg._foreign_factors import Kept, over_examples
from wengert.scipy.linalg._operands import matrices, of_one_dtype, squares
from wengert.scipy.linalg.sylvester import discrete_lyapunov, sylvester

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand

__all__ = ["solve_continuous_are", "solve_discrete_are"]


def _operands(
    name: str, a: Operand, b: Operand, q: Operand, r: Operand, e: Any, s: Any
) -> tuple[Tensor, ...]:
    if e is not None or s is not None:
        message = f"{name}: e and s were given; equations without them are here"
        raise ShapeError(message)
    state, cost = squares(name, "a", a), squares(name, "q", q)
    entry, price = matrices(name, "b", b), squares(name, "r", r)
    n, m = entry.shape[-2:]
    if (state.shape[-1], cost.shape[-1], price.shape[-1]) != (n, n, m):
        message = f"{name}: a is {state.shape}, b is {entry.shape}, q is {cost.shape} and r is {price.shape}; (M, M), (M, N), (M, M) and (N, N) are needed"
        raise ShapeError(message)
    return of_one_dtype(state, entry, cost, price)


def _solved(
    scipys: Callable[..., Any],
    residual: Callable[..., Tensor],
    closing: Callable[..., Tensor],
    operands: tuple[Tensor, ...],
) -> Tensor:
    """Solve by SciPy. What operands move in the equation at its solution, the derivative of that takes back.

    Terms in which the gain moves cancel: the gain is optimal. What is left is linear, with the closed loop.
    """

    def pushed(place: int) -> Callable[..., Tensor]:
        def rule(t: Any, x: Any, *given: Any) -> Tensor:
            own = tensor_of(x)

            def at(moving: Any) -> Tensor:
                return residual(own, *given[:place], moving, *given[place + 1 :])

            moved = jvp(at, (tensor_of(given[place]),), (t,))[1]
            return closing(own, moved, *given)

        return rule

    rule = primitive(Kept(lambda *arrays: over_examples(scipys, *arrays)))
    rule.defjvp(*(pushed(place) for place in range(4)))
    return tensor_of(rule(*operands))


def _products(*factors: Any) -> Tensor:
    product = tensor_of(factors[0])
    for factor in factors[1:]:
        product = _core.matmul(product, factor)
    return product


def _continuous(x: Tensor, a: Any, b: Any, q: Any, r: Any) -> Tensor:
    """Return a^H x + x a - x b r^-1 b^H x + q."""
    drift, entry = _products(x, a), _products(x, b)
    return _core.subtract(
        _core.add(_core.add(drift, _products(adjoint(a), x)), q),
        _products(entry, solution(tensor_of(r), _products(adjoint(b), x))),
    )


def _closing_continuous(x: Tensor, moved: Tensor, a: Any, b: Any, q: Any, r: Any) -> Tensor:
    gain = solution(tensor_of(r), _products(adjoint(b), x))
    loop = _core.subtract(a, _products(b, gain))
    return sylvester(adjoint(loop), loop, _core.negative(moved))


def solve_continuous_are(
    a: Operand,
    b: Operand,
    q: Operand,
    r: Operand,
    e: Any = None,
    s: Any = None,
    balanced: bool = True,
) -> Tensor:
    """Solve ``a^H x + x a - x b r^-1 b^H x + q = 0`` for the x that stabilizes.

    Parameters
    ----------
    a : array_like
        Of shape (..., M, M).
    b : array_like
        Of shape (..., M, N).
    q, r : array_like
        Hermitian, of shapes (..., M, M) and (..., N, N).
    e, s
        Must be None.
    balanced : bool
        As of `scipy.linalg.solve_continuous_are`.

    Returns
    -------
    Tensor
        Of shape (..., M, M).

    Raises
    ------
    ValueError
        If the shapes do not fit, or `e` or `s` is given.
    numpy.linalg.LinAlgError
        If there is no such solution, or `r` is singular.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Notes
    -----
    The derivative solves Lyapunov's equation of the closed loop.

    References
    ----------
    .. [1] T.-C. Kao and G. Hennequin, *Automatic differentiation of Sylvester, Lyapunov, and algebraic Riccati equations*,
           arXiv:2011.11430, 2020.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.solve_continuous_are([[0.0]], [[1.0]], [[4.0]], [[1.0]])
    Tensor([[2.]])
    """
    from scipy.linalg import solve_continuous_are as scipys  # noqa: PLC0415 -- an extra

    operands = _operands("solve_continuous_are", a, b, q, r, e, s)
    return _solved(
        lambda *arrays: scipys(*arrays, balanced=balanced),
        _continuous,
        _closing_continuous,
        operands,
    )


def _discrete_gain(x: Tensor, a: Any, b: Any, r: Any) -> Tensor:
    reached = _products(adjoint(b), x)
    return solution(_core.add(r, _products(reached, b)), _products(reached, a))


def _discrete(x: Tensor, a: Any, b: Any, q: Any, r: Any) -> Tensor:
    """Return a^H x a - a^H x b (r + b^H x b)^-1 b^H x a + q - x."""
    before = _products(adjoint(a), x)
    kept = _core.subtract(_products(before, a), _products(before, b, _discrete_gain(x, a, b, r)))
    return _core.subtract(_core.add(kept, q), x)


def _closing_discrete(x: Tensor, moved: Tensor, a: Any, b: Any, q: Any, r: Any) -> Tensor:
    loop = _core.subtract(a, _products(b, _discrete_gain(x, a, b, r)))
    return discrete_lyapunov(adjoint(loop), moved)


def solve_discrete_are(
    a: Operand,
    b: Operand,
    q: Operand,
    r: Operand,
    e: Any = None,
    s: Any = None,
    balanced: bool = True,
) -> Tensor:
    """Solve ``a^H x a - x - a^H x b (r + b^H x b)^-1 b^H x a + q = 0`` for the x that stabilizes.

    Parameters
    ----------
    a, b, q, r, e, s, balanced
        As for `solve_continuous_are`.

    Returns
    -------
    Tensor
        Of shape (..., M, M).

    Raises
    ------
    ValueError
        If the shapes do not fit, or `e` or `s` is given.
    numpy.linalg.LinAlgError
        If there is no such solution.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Notes
    -----
    The derivative solves Lyapunov's equation of the closed loop.

    References
    ----------
    .. [1] T.-C. Kao and G. Hennequin, *Automatic differentiation of Sylvester, Lyapunov, and algebraic Riccati equations*,
           arXiv:2011.11430, 2020.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.solve_discrete_are([[0.0]], [[1.0]], [[4.0]], [[1.0]])
    Tensor([[4.]])
    """
    from scipy.linalg import solve_discrete_are as scipys  # noqa: PLC0415 -- an extra

    operands = _operands("solve_discrete_are", a, b, q, r, e, s)
    return _solved(
        lambda *arrays: scipys(*arrays, balanced=balanced), _discrete, _closing_discrete, operands
    )
