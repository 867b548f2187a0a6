"""Matrices as products of simpler ones: Cholesky, QR, singular values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from wengert import _core
from wengert._core import Tensor
from wengert.numpy.layout.reshaping import expand_dims
from wengert.numpy.linear_algebra._matrices import adjoint, matrices_of, square_of
from wengert.numpy.linear_algebra.spectra import eigh, eigvalsh
from wengert.numpy.selection.taking import take_along_axis

if TYPE_CHECKING:
    from wengert._typing import Operand

__all__ = ["cholesky", "qr", "svd", "svdvals"]


class QRResult(NamedTuple):
    """Orthonormal columns and an upper triangular matrix."""

    Q: Tensor
    R: Tensor


class SVDResult(NamedTuple):
    """Singular vectors by columns, values, and vectors by rows."""

    U: Tensor
    S: Tensor
    Vh: Tensor


def cholesky(a: Operand, /, *, upper: bool = False) -> Tensor:
    r"""Factor positive definite matrices.

    Parameters
    ----------
    a : array_like
        Hermitian matrices, of shape (..., M, M). The lower triangle is read, or the upper one, and
        of the diagonal the real part; what is not read receives no part of the gradient.
    upper : bool
        Which factor is returned, and which triangle is read.

    Returns
    -------
    Tensor
        Of the shape of `a`: the lower triangular :math:`L` with :math:`a = L L^H`, or the upper
        :math:`U` with :math:`a = U^H U`.

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is no square matrix, or not positive definite; the error names the example of the
        batch and the pivot.

    References
    ----------
    .. [1] I. Murray, *Differentiation of the Cholesky decomposition*, arXiv:1602.07527, 2016.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.cholesky([[4.0, 2.0], [2.0, 2.0]])
    Tensor([[2., 0.],
            [1., 1.]])
    """
    matrix = square_of("cholesky", a)
    return adjoint(_core.cholesky(adjoint(matrix))) if upper else _core.cholesky(matrix)


def qr(a: Operand, mode: str = "reduced") -> Any:
    """Factor matrices into orthonormal columns and an upper triangular matrix.

    Parameters
    ----------
    a : array_like
        Of shape (..., M, N).
    mode : {"reduced", "complete", "r", "raw"}
        How many columns `Q` has, K = min(M, N) or M; whether there is `R` alone. "raw" is what
        LAPACK keeps instead of `Q`, and has no derivative here: it raises an error.

    Returns
    -------
    Q : Tensor
        Of shape (..., M, K).
    R : Tensor
        Of shape (..., K, N), with a real diagonal.

    Raises
    ------
    numpy.linalg.LinAlgError
        If there are fewer than two axes; if a derivative is asked for where the first K columns
        are not independent.
    ValueError
        If there is no such mode.

    References
    ----------
    .. [1] S. F. Walter and L. Lehmann, *Algorithmic differentiation of linear algebra functions
           with application in optimum experimental design*, arXiv:1001.1654, 2010.

    Examples
    --------
    >>> import numpy as np
    >>> import wengert.numpy as wnp
    >>> np.abs(wnp.linalg.qr([[3.0], [4.0]]).R)
    Tensor([[5.]])
    """
    if mode not in ("reduced", "complete", "r"):
        message = f"qr: mode={mode!r} was given; 'reduced', 'complete' or 'r' is needed"
        raise ValueError(message)
    matrix = matrices_of("qr", a)
    q, r = _core.qr(matrix, mode == "complete")
    return r if mode == "r" else QRResult(q, r)


def svd(
    a: Operand, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> Any:
    r"""Factor matrices into singular vectors and values.

    Parameters
    ----------
    a : array_like
        Of shape (..., M, N).
    full_matrices : bool
        Whether `U` and `Vh` are square, or have K = min(M, N) vectors.
    compute_uv : bool
        Whether there are vectors; otherwise the values alone are returned.
    hermitian : bool
        Whether the matrices are Hermitian, which is faster; then their lower triangle is read.

    Returns
    -------
    U : Tensor
        Of shape (..., M, M) or (..., M, K).
    S : Tensor
        Real, of shape (..., K), in descending order.
    Vh : Tensor
        Of shape (..., N, N) or (..., K, N): :math:`a = U \operatorname{diag}(S) V^H`.

    Raises
    ------
    numpy.linalg.LinAlgError
        If there are fewer than two axes, or the values do not converge.
    DerivativeError
        If a derivative is asked for that depends on what nothing determines: the phases of
        vectors, and which vectors of equal values, or of no value, were chosen.

    References
    ----------
    .. [1] Z.-Q. Wan and S.-X. Zhang, *Automatic differentiation for complex valued SVD*,
           arXiv:1909.02659, 2019.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.svd([[3.0, 0.0], [0.0, 4.0]]).S
    Tensor([4., 3.])
    """
    if hermitian:
        return _hermitian_svd(square_of("svd", a), compute_uv)
    matrix = matrices_of("svd", a)
    if not compute_uv:
        return _core.svdvals(matrix)[0]
    return SVDResult(*_core.svd(matrix, bool(full_matrices), False))


def _hermitian_svd(a: Tensor, compute_uv: bool) -> Any:
    """Take the values from eigenvalues: their moduli, in descending order."""
    if not compute_uv:
        return _core.flip(_core.sort(_core.absolute(eigvalsh(a)), -1), (-1,))
    w, v = eigh(a)
    size = _core.absolute(w)
    order = _core.flip(_core.argsort(_core.stop_gradient(size), -1), (-1,))
    values = _along(size, order)
    signs = _along(_core.sign(w), order)
    u = _along(v, expand_dims(order, -2))
    return SVDResult(u, values, adjoint(_core.multiply(u, expand_dims(signs, -2))))


def _along(x: Tensor, order: Tensor) -> Tensor:
    return take_along_axis(x, _core.broadcast_to(order, x.shape), -1)


def svdvals(x: Operand, /) -> Tensor:
    """Return singular values.

    Parameters
    ----------
    x : array_like
        Matrices, of shape (..., M, N).

    Returns
    -------
    Tensor
        Real, of shape (..., min(M, N)), in descending order. Values that are equal are
        differentiated as if their vectors, as they were found, stayed what they are, and those
        that are zero have the derivative 0.

    Raises
    ------
    numpy.linalg.LinAlgError
        If there are fewer than two axes, or the values do not converge.

    Examples
    --------
    >>> import wengert.numpy as wnp
    >>> wnp.linalg.svdvals([[3.0, 0.0], [0.0, 4.0]])
    Tensor([4., 3.])
    """
    return _core.svdvals(matrices_of("svdvals", x))[0]
