"""Linear programs, and assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import numpy as wnp
from wengert.scipy._readings import pinned, read
from wengert.scipy._refusals import refused

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import Operand

# What is left of a constraint that holds with equality, and a price that is not 0.
_CLOSE = 1e-8


def linear_sum_assignment(cost_matrix: Operand, maximize: bool = False) -> tuple[Any, Any]:
    """Assign rows to columns so that the sum of costs is least.

    Parameters
    ----------
    cost_matrix : array_like
        Of shape (M, N).
    maximize : bool
        Whether the sum is to be largest.

    Returns
    -------
    row_ind, col_ind : ndarray of int
        SciPy's. They stay as they are in a neighbourhood; the sum of ``cost_matrix[row_ind, col_ind]`` has a derivative in the
        costs.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import linear_sum_assignment
    >>> least = lambda cost: np.sum(cost[linear_sum_assignment(cost)])
    >>> wg.grad(least)(np.array([[4.0, 1.0], [2.0, 5.0]]))
    array([[0., 1.],
           [1., 0.]])
    """
    from scipy import optimize as scipys  # noqa: PLC0415 -- an extra

    rows, columns = scipys.linear_sum_assignment(read(wnp.asarray(cost_matrix)), maximize)
    return rows, columns


def _pairs(bounds: Any, size: int) -> list[tuple[Any, Any]]:
    """Return a pair of bounds for each element."""
    pairs = list(bounds)
    is_one = len(pairs) == 2 and all(x is None or np.ndim(x) == 0 for x in pairs)
    pairs = [pairs] if is_one else pairs
    return [tuple(pair) for pair in (pairs * size if len(pairs) == 1 else pairs)]


def _numbers(x: Any) -> Any:
    return None if x is None else read(wnp.asarray(x))


def linprog(
    c: Operand,
    A_ub: Any = None,
    b_ub: Any = None,
    A_eq: Any = None,
    b_eq: Any = None,
    bounds: Any = (0, None),
    method: str = "highs",
    callback: Any = None,
    options: dict[str, Any] | None = None,
    x0: Any = None,
    integrality: Any = None,
) -> Any:
    """Find the minimum of a linear function where linear equations and inequalities hold.

    Parameters
    ----------
    c : array_like
        The function's coefficients, of shape (N,).
    A_ub, b_ub : array_like, optional
        ``A_ub @ x <= b_ub``, dense.
    A_eq, b_eq : array_like, optional
        ``A_eq @ x == b_eq``, dense.
    bounds : pair, or sequence of pairs
        Lower and upper bounds, None for none.
    method, callback, options, x0, integrality
        As of SciPy's function.

    Returns
    -------
    OptimizeResult
        SciPy's. `x` is a Tensor with SciPy's value, and moves as the corner does in which the constraints that hold with
        equality meet; it does not depend on `c`. `fun` is a Tensor as well.

    Raises
    ------
    DerivativeError
        If a derivative of `x` is asked for where it is not one corner alone, or more constraints than variables meet there; or where
        variables are integers. A term such as ``eps * x @ x``, by `minimize`, makes a smooth problem of it.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import linprog
    >>> def cost(b):
    ...     return linprog([-1.0, -2.0], A_ub=[[1.0, 1.0], [0.0, 1.0]], b_ub=b).fun
    >>> wg.grad(cost)(np.array([4.0, 3.0]))
    array([-1., -1.])
    """
    from scipy import optimize as scipys  # noqa: PLC0415 -- an extra

    weights = wnp.asarray(c)
    pairs = _pairs(bounds, weights.size)
    result = scipys.linprog(
        _numbers(c),
        A_ub=_numbers(A_ub),
        b_ub=_numbers(b_ub),
        A_eq=_numbers(A_eq),
        b_eq=_numbers(b_eq),
        bounds=[tuple(_numbers(end) for end in pair) for pair in pairs],
        method=method,
        callback=callback,
        options=options,
        x0=x0,
        integrality=integrality,
    )
    if result.x is None:
        return result
    result.x = _corner(result, (A_ub, b_ub), (A_eq, b_eq), pairs, integrality)
    result.fun = pinned(result.fun, wnp.sum(weights * result.x))
    if A_ub is not None:
        result.slack = pinned(result.slack, wnp.asarray(b_ub) - wnp.asarray(A_ub) @ result.x)
    return result


def _corner(result: Any, upper: Any, equal: Any, pairs: Any, integrality: Any) -> Tensor:
    """Return the point where what holds with equality meets."""
    value = np.asarray(result.x, np.float64)
    rows, sides = [], []
    prices = [np.ones(0)]
    like: list[Tensor] = [wnp.zeros(1)]
    for given, report in ((upper, result.ineqlin), (equal, result.eqlin)):
        if given[0] is None:
            continue
        matrix, side = wnp.asarray(given[0]), wnp.ravel(wnp.asarray(given[1]))
        like += [wnp.ravel(matrix), side]
        places = np.flatnonzero(np.abs(report.residual) < _CLOSE * (1 + np.abs(read(side))))
        rows.append(matrix[places])
        sides.append(side[places])
        if report is result.ineqlin:
            prices.append(report.marginals[places])
    for i, pair in enumerate(pairs):
        for end, report in zip(pair, (result.lower, result.upper), strict=True):
            if end is None:
                continue
            like.append(wnp.ravel(wnp.asarray(end)))
            if np.abs(report.residual[i]) < _CLOSE * (1 + np.abs(read(end))):
                rows.append(wnp.eye(len(value))[i : i + 1])
                sides.append(wnp.reshape(wnp.asarray(end), (1,)))
                prices.append(report.marginals[i : i + 1])
    count = sum(len(row) for row in rows)
    is_clear = bool(np.all(np.abs(np.concatenate(prices)) > _CLOSE))
    if count == len(value) and is_clear and not np.any(integrality):
        matrix = wnp.concatenate(rows)
        if np.linalg.matrix_rank(read(matrix)) == count:
            return pinned(value, wnp.linalg.solve(matrix, wnp.concatenate(sides)))
    message = (
        f"linprog: {count} constraints hold with equality at a minimum in {len(value)} variables, or one has no price, or variables "
        "are integers; as many as there are variables, all with a price, are needed for a derivative of x: minimize with a "
        "term such as eps * x @ x has one"
    )
    return refused(value, wnp.sum(wnp.concatenate(like)), message)
