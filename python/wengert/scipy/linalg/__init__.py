"""``scipy.linalg`` on Tensors: equations, factorizations, functions of matrices.

>>> import wengert as wg
>>> wg.scipy.linalg.solve_triangular([[2.0, 1.0], [0.0, 4.0]], [4.0, 8.0])
Tensor([1., 2.])
"""

from wengert.numpy.linear_algebra._matrices import LinAlgError
from wengert.scipy.linalg.banded import (
    cho_solve_banded,
    cholesky_banded,
    solve_banded,
    solveh_banded,
)
from wengert.scipy.linalg.blocks import block_diag, khatri_rao, kron
from wengert.scipy.linalg.cholesky_factors import cho_factor, cho_solve, cholesky
from wengert.scipy.linalg.equations import det, inv, solve, solve_triangular
from wengert.scipy.linalg.exponentials import expm, expm_frechet
from wengert.scipy.linalg.functions_of_eigenvalues import funm
from wengert.scipy.linalg.lu_factors import lu, lu_factor, lu_solve
from wengert.scipy.linalg.matrix_functions import fractional_matrix_power, logm, sqrtm
from wengert.scipy.linalg.norms import norm
from wengert.scipy.linalg.orthogonal import null_space, orth, qr
from wengert.scipy.linalg.polar_form import polar, schur
from wengert.scipy.linalg.riccati import solve_continuous_are, solve_discrete_are
from wengert.scipy.linalg.sign import signm
from wengert.scipy.linalg.singular_values import lstsq, pinv, pinvh, svd, svdvals
from wengert.scipy.linalg.special_matrices import (
    circulant,
    companion,
    convolution_matrix,
    hankel,
    leslie,
    toeplitz,
)
from wengert.scipy.linalg.spectra import eig, eigh, eigvals, eigvalsh
from wengert.scipy.linalg.sylvester import (
    solve_continuous_lyapunov,
    solve_discrete_lyapunov,
    solve_lyapunov,
    solve_sylvester,
)
from wengert.scipy.linalg.toeplitz_equations import matmul_toeplitz, solve_toeplitz
from wengert.scipy.linalg.tridiagonal import eigh_tridiagonal, eigvalsh_tridiagonal
from wengert.scipy.linalg.trigonometric import coshm, cosm, sinhm, sinm, tanhm, tanm

__all__ = [
    "LinAlgError",
    "block_diag",
    "cho_factor",
    "cho_solve",
    "cho_solve_banded",
    "cholesky",
    "cholesky_banded",
    "circulant",
    "companion",
    "convolution_matrix",
    "coshm",
    "cosm",
    "det",
    "eig",
    "eigh",
    "eigh_tridiagonal",
    "eigvals",
    "eigvalsh",
    "eigvalsh_tridiagonal",
    "expm",
    "expm_frechet",
    "fractional_matrix_power",
    "funm",
    "hankel",
    "inv",
    "khatri_rao",
    "kron",
    "leslie",
    "logm",
    "lstsq",
    "lu",
    "lu_factor",
    "lu_solve",
    "matmul_toeplitz",
    "norm",
    "null_space",
    "orth",
    "pinv",
    "pinvh",
    "polar",
    "qr",
    "schur",
    "signm",
    "sinhm",
    "sinm",
    "solve",
    "solve_banded",
    "solve_continuous_are",
    "solve_continuous_lyapunov",
    "solve_discrete_are",
    "solve_discrete_lyapunov",
    "solve_lyapunov",
    "solve_sylvester",
    "solve_toeplitz",
    "solve_triangular",
    "solveh_banded",
    "sqrtm",
    "svd",
    "svdvals",
    "tanhm",
    "tanm",
    "toeplitz",
]
