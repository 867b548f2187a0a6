"""Functions of matrices that are applied to eigenvalues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wengert import _core
from wengert._core import ShapeError, Tensor
from wengert._custom import custom_jvp
from wengert._forward import jvp
from wengert.numpy._arguments import ALL_AXES, tensor_of
from wengert.numpy.creation.likeness import ones_like
from wengert.numpy.elementwise.complex_parts import absolute
from wengert.numpy.linear_algebra._matrices import LinAlgError, adjoint, identity, solution
from wengert.scipy.linalg._operands import squares, transposed

if TYPE_CHECKING:
    from collections.abc import Callable

    from wengert._typing import Operand

__all__ = ["funm"]


def funm(A: Operand, func: Callable[[Any], Any]) -> Tensor:
    r"""Return a function of matrices that is given for numbers.

    Parameters
    ----------
    A : array_like
        Square matrices, of shape (..., N, N), with N independent eigenvectors.
    func : callable
        Takes eigenvalues in an array of any shape, and returns a value for each, in that shape; made of NumPy or wengert
        operations, and analytic where the eigenvalues lie. Of a Hermitian matrix they are real, otherwise complex.

    Returns
    -------
    Tensor
        Of the shape of `A`; real where `A` is and no imaginary part but rounding is left.

    Raises
    ------
    ValueError
        If `A` is not square, or `func` returns another shape.
    numpy.linalg.LinAlgError
        If the eigenvectors are so nearly dependent that half of the digits would be lost: `expm`, `logm`, `sqrtm` and their
        kin need no eigenvectors.
    DerivativeError
        If `func` closes over what is being differentiated; if a second derivative is asked for where eigenvalues are equal.

    Notes
    -----
    The derivative is that of Daleckii and Krein [1]_, made of differences of `func` over those of eigenvalues, and of the
    derivative of `func` where these are equal: so it exists where that of eigenvectors does not. Eigenvalues that differ by
    less than 1e-5 of the largest count as equal in it (of single precision, 1e-2).

    References
    ----------
    .. [1] N. J. Higham, *Functions of Matrices*, SIAM, 2008, theorem 3.11.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert as wg
    >>> wg.scipy.linalg.funm(np.diag([1.0, 1.0, 4.0]), np.sqrt).diagonal()
    Tensor([1., 1., 2.])
    >>> wg.grad(lambda a: np.sum(wg.scipy.linalg.funm(a, np.sqrt)))(np.eye(2))
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    matrix = squares("funm", "A", A)
    applied = custom_jvp(lambda a: _value(func, a))
    applied.defjvp(lambda primals, tangents: _moved(func, *primals, *tangents))
    result: Tensor = tensor_of(applied(matrix))
    return result


class _Spectrum:
    """Eigenvalues and vectors of matrices: of Hermitian ones orthonormal, unless they are differentiated.

    What reads one triangle alone knows the derivatives in Hermitian directions.
    """

    def __init__(self, a: Tensor) -> None:
        every = ALL_AXES[a.ndim]
        self._is_unitary = not _core.is_tracked(a) and bool(
            _core.all(_core.equal(a, adjoint(a)), every, False)
        )
        self.values, self.vectors = _core.eigh(a, True, False) if self._is_unitary else _core.eig(a)
        if self._is_unitary or a.size == 0:
            return
        singular = _core.svdvals(_core.stop_gradient(self.vectors))[0]
        bound = float(np.sqrt(np.finfo(a.dtype).eps))
        is_poor = _core.less(singular[..., -1], bound * singular[..., 0])
        if bool(_core.any(is_poor, ALL_AXES[is_poor.ndim], False)):
            message = "funm: the eigenvectors of A are dependent, or nearly so; independent ones are needed"
            raise LinAlgError(message)

    def inward(self, x: Tensor) -> Tensor:
        """Return ``v^-1 x v``."""
        moved = _core.matmul(x, self.vectors)
        if self._is_unitary:
            return _core.matmul(adjoint(self.vectors), moved)
        return solution(self.vectors, moved)

    def outward(self, x: Tensor) -> Tensor:
        """Return ``v x v^-1``."""
        moved = _core.matmul(self.vectors, x)
        if self._is_unitary:
            return _core.matmul(moved, adjoint(self.vectors))
        return transposed(solution(transposed(self.vectors), transposed(moved)))


def _applied(func: Callable[[Any], Any], w: Tensor) -> Tensor:
    y = tensor_of(func(w))
    if y.shape != w.shape:
        message = f"funm: func was given {w.shape} and returned {y.shape}; one shape is needed"
        raise ShapeError(message)
    return y


def _value(func: Callable[[Any], Any], a: Tensor) -> Tensor:
    spectrum = _Spectrum(a)
    y = _applied(func, spectrum.values)
    diagonal = _core.multiply(_core.reshape(y, (*y.shape, 1)), identity(a.shape[-1], a.dtype))
    found = spectrum.outward(diagonal)
    if a.dtype.kind == "c" or found.dtype.kind != "c":
        return found
    every = ALL_AXES[found.ndim]
    rounding = 1e3 * a.shape[-1] * float(np.finfo(a.dtype).eps)
    sizes = [absolute(_core.stop_gradient(part(found))) for part in (_core.imag, _core.real)]
    if a.size and bool(
        _core.max(sizes[0], every, False) > rounding * _core.max(sizes[1], every, False)
    ):
        return found
    return _core.real(found)


def _moved(func: Callable[[Any], Any], a: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
    """Return the function of a matrix, and its derivative in a direction."""
    value = _value(func, a)
    spectrum = _Spectrum(a)
    w = spectrum.values
    y, n = _applied(func, w), a.shape[-1]
    rows, columns = (_core.reshape(w, (*w.shape[:-1], *by)) for by in ((n, 1), (1, n)))
    y_rows, y_columns = (_core.reshape(y, (*y.shape[:-1], *by)) for by in ((n, 1), (1, n)))
    apart = _core.subtract(rows, columns)
    near = 1e-2 if a.dtype.itemsize // (2 if a.dtype.kind == "c" else 1) == 4 else 1e-5
    largest = _core.max(absolute(_core.stop_gradient(w)), (-1,), True)
    bound = _core.multiply(near, _core.reshape(largest, (*largest.shape, 1)))
    is_near = _core.less_equal(absolute(_core.stop_gradient(apart)), bound)
    middle = _core.multiply(0.5, _core.add(rows, columns))
    slope = jvp(lambda x: _applied(func, x), (middle,), (ones_like(middle),))[1]
    quotient = _core.divide(_core.subtract(y_rows, y_columns), _core.where(is_near, 1.0, apart))
    moved = spectrum.outward(
        _core.multiply(_core.where(is_near, slope, quotient), spectrum.inward(t))
    )
    return value, _core.real(
        moved
    ) if value.dtype.kind != "c" and moved.dtype.kind == "c" else moved
