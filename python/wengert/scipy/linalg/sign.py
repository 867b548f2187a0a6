"""The sign of matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wengert import _core
from wengert._foreign import primitive
from wengert.numpy._arguments import tensor_of
from wengert.scipy.linalg._foreign_factors import Kept, over_examples
from wengert.scipy.linalg._operands import squares, transposed
from wengert.scipy.linalg.sylvester import sylvester

if TYPE_CHECKING:
    from wengert._core import Tensor
    from wengert._typing import Operand

__all__ = ["signm"]


def signm(A: Operand) -> Tensor:
    """Return the sign of matrices: the matrix of the same eigenvectors whose eigenvalues are 1 and -1.

    Parameters
    ----------
    A : array_like
        Square matrices, of shape (..., N, N), without an eigenvalue whose real part is zero.

    Returns
    -------
    Tensor
        Of the shape of `A`: 1 for eigenvalues in the right half of the plane, -1 for those in the left one.

    Raises
    ------
    ValueError
        If `A` is not square.
    numpy.linalg.LinAlgError
        If a derivative is asked for where the sign jumps.
    ModuleNotFoundError
        If SciPy, which computes this, is not installed.

    Notes
    -----
    With the sign ``s`` and ``p = A s``, the derivative solves ``p ds + ds p = dA - s dA s`` [1]_.

    References
    ----------
    .. [1] N. J. Higham, *Functions of Matrices*, SIAM, 2008, theorem 5.3.

    Examples
    --------
    >>> import wengert as wg
    >>> wg.scipy.linalg.signm([[2.0, 1.0], [0.0, -2.0]])
    Tensor([[ 1. ,  0.5],
            [ 0. , -1. ]])
    """
    from scipy.linalg import signm as scipys  # noqa: PLC0415 -- an extra

    rule = primitive(Kept(lambda a: over_examples(scipys, a)))

    def moved(sign: Any, a: Any, direction: Any) -> Tensor:
        root = _core.matmul(a, sign)
        turned = _core.matmul(_core.matmul(sign, direction), sign)
        return sylvester(root, root, _core.subtract(direction, turned))

    rule.defvjp(lambda ct, s, a: moved(transposed(tensor_of(s)), transposed(a), ct))
    rule.defjvp(lambda t, s, a: moved(tensor_of(s), a, t))
    matrix = squares("signm", "A", A)
    return tensor_of(rule(matrix)) if matrix.size else matrix
