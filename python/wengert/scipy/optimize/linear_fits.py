"""Linear least squares between bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import numpy as wnp
from wengert.scipy._readings import pinned, read
from wengert.scipy.optimize._bounds import both_of, pair_of
from wengert.scipy.optimize._stationary import minimum

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import Operand


def nnls(A: Operand, b: Operand, maxiter: int | None = None) -> tuple[Tensor, Tensor]:
    """Find the least squares solution without negative elements.

    Parameters
    ----------
    A : array_like
        Of shape (M, N), of independent columns; may be differentiated.
    b : array_like
        Of shape (M,); may be differentiated.
    maxiter : int, optional
        As of SciPy's function.

    Returns
    -------
    x : Tensor
        Of shape (N,), with SciPy's value. Elements that are held at 0 stay there.
    rnorm : Tensor
        The norm of ``A @ x - b``.

    Raises
    ------
    RuntimeError
        If it does not converge.
    DerivativeError
        If a derivative is asked for where an element is 0 and would be so without the bound.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import nnls
    >>> wg.jacobian(lambda b: nnls(np.eye(2), b)[0])(np.array([2.0, -1.0]))
    array([[1., 0.],
           [0., 0.]])
    """
    from scipy import optimize as scipys  # noqa: PLC0415 -- an extra

    matrix, side = wnp.asarray(A), wnp.asarray(b)
    value, norm = scipys.nnls(read(matrix), read(side), maxiter=maxiter)

    def residual(x: Any) -> Tensor:
        return wnp.subtract(matrix @ x, side)

    bounds = both_of((0.0, np.inf), value.size)
    x = minimum("nnls", lambda x: 0.5 * wnp.sum(residual(x) ** 2), value, bounds)
    return x, pinned(norm, wnp.linalg.norm(residual(x)))


def lsq_linear(
    A: Operand, b: Operand, bounds: Any = (-np.inf, np.inf), method: str = "trf", **options: Any
) -> Any:
    """Find the least squares solution between bounds.

    Parameters
    ----------
    A : array_like
        Of shape (M, N), dense, of independent columns; may be differentiated.
    b : array_like
        Of shape (M,); may be differentiated.
    bounds : pair of array_like or Bounds
        Lower and upper bounds; in a pair, they may be differentiated.
    method : {"trf", "bvls"}
        As of SciPy's function.
    **options
        What else SciPy's function takes, by name.

    Returns
    -------
    OptimizeResult
        SciPy's. `x` is a Tensor with SciPy's value, and so are `fun`, which is ``A @ x - b``, and `cost`.

    Raises
    ------
    DerivativeError
        If a derivative is asked for where an element is at a bound and would be so without it.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> from wengert.scipy.optimize import lsq_linear
    >>> best = lambda p: lsq_linear(np.eye(2), [2.0, 0.25], bounds=(0.0, p), method="bvls").x
    >>> wg.jacobian(best)(1.0)
    array([1., 0.])
    """
    from scipy import optimize as scipys  # noqa: PLC0415 -- an extra

    matrix, side = wnp.asarray(A), wnp.asarray(b)
    limits = both_of(pair_of(bounds), matrix.shape[1])
    result = scipys.lsq_linear(
        read(matrix), read(side), tuple(read(limit) for limit in limits), method, **options
    )

    def residual(x: Any) -> Tensor:
        return wnp.subtract(matrix @ x, side)

    def cost(x: Any) -> Tensor:
        return wnp.multiply(0.5, wnp.sum(residual(x) ** 2))

    result.x = minimum("lsq_linear", cost, np.asarray(result.x), limits)
    result.fun, result.cost = (
        pinned(result.fun, residual(result.x)),
        pinned(result.cost, cost(result.x)),
    )
    return result
