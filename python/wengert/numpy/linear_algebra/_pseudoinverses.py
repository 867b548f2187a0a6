"""Pseudoinverses with and without singular values that are left out though they are not zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert import _core
from wengert._core import Tensor
from wengert.numpy._arguments import tensor_of
from wengert.numpy.linear_algebra.factorizations import svd


def rounding_of(x: Tensor) -> float:
    """Return the part of the largest singular value up to which others count as zero."""
    return float(max(x.shape[-2:]) * np.finfo(x.dtype).eps)


def pseudoinverse(matrix: Tensor, bound: Any) -> Tensor:
    """Invert what of the matrices has singular values above `bound` times the largest.

    Parameters
    ----------
    matrix : Tensor
        Of shape (..., M, N), floating or complex.
    bound : float or Tensor
        A number, or of a shape that broadcasts to (...).

    Returns
    -------
    Tensor
        Of shape (..., N, M).
    """
    is_rounding = isinstance(bound, float) and bound <= rounding_of(matrix)
    bound = _core.stop_gradient(tensor_of(bound))
    if bound.ndim > 0:
        bound = _core.broadcast_to(bound, matrix.shape[:-2])
    if is_rounding or matrix.size == 0:
        return _core.pseudoinverse(matrix, bound)
    # The primitive's rule takes values that are left out for zero, as they are at constant rank.
    # Where they are not, what is left out turns with the matrix.
    u, s, vh = svd(matrix, full_matrices=False)
    is_kept = s > (bound[..., None] if bound.ndim > 0 else bound) * s[..., :1]
    inverse = _core.where(is_kept, 1 / _core.where(is_kept, s, 1), 0)
    columns = _core.conjugate(_core.transpose(vh, (-1, -2))) * inverse[..., None, :]
    return _core.matmul(columns, _core.conjugate(_core.transpose(u, (-1, -2))))
