"""Functions of ``wengert.scipy.linalg`` with operands to differentiate."""

import numpy as np

from wengert.scipy import linalg

rng = np.random.default_rng(12)


def begin_anew():
    """Draw the same numbers from here on, whatever was drawn before."""
    rng.bit_generator.state = np.random.default_rng(13).bit_generator.state


def draw(*shape, dtype=np.float64, kind=None):
    x = rng.normal(size=shape)
    if np.dtype(dtype).kind == "c":
        x = x + 1j * rng.normal(size=shape)
    if np.dtype(dtype).kind == "i":
        x = np.rint(3 * x)
    if kind == "regular":
        x = x + (30 if np.dtype(dtype).kind == "i" else 4) * np.eye(shape[-1])
    if kind == "definite":
        x = x @ np.conj(np.swapaxes(x, -1, -2)) + np.eye(shape[-1])
    return x.astype(dtype)


A, B, V, K = draw(3, 3, kind="regular"), draw(3, 3), draw(3), draw(3, 2)
H = draw(3, 3, kind="definite")
C = draw(3, 3, dtype=complex, kind="regular")
G = draw(3, 3, dtype=complex, kind="definite")
W = draw(3, dtype=complex)
TALL, WIDE = draw(4, 3), draw(2, 4)
DIAGONALS = np.stack([draw(5), draw(5), 12 + draw(5)])
NINE = np.array([9, 0, 0])


def joined(results):
    return np.concatenate([np.ravel(x) for x in results])


def projector(q):
    return q @ q.T


# Functions of the operands to differentiate.
FUNCTIONS = {
    "solve": (linalg.solve, (A, V)),
    "solve, symmetric": (lambda a, b: linalg.solve(a, b, assume_a="sym", lower=True), (A, K)),
    "solve, definite": (lambda a, b: linalg.solve(a, b, assume_a="pos"), (H, K)),
    "solve, Hermitian": (lambda a, b: linalg.solve(a, b, assume_a="her"), (C, W)),
    "solve, complex definite": (
        lambda a, b: linalg.solve(a, b, assume_a="pos", lower=True),
        (G, W),
    ),
    "solve, diagonal": (lambda a, b: linalg.solve(a, b, assume_a="diagonal"), (A, K)),
    "solve, tridiagonal": (lambda a, b: linalg.solve(a, b, assume_a="tridiagonal"), (A, V)),
    "solve, transposed": (lambda a, b: linalg.solve(a, b, transposed=True), (A, V)),
    "solve_triangular": (lambda a, b: linalg.solve_triangular(a, b, "T", lower=True), (A, V)),
    "solve_triangular, complex": (lambda a, b: linalg.solve_triangular(a, b, 2), (C, W)),
    "solve_triangular, unit": (lambda a, b: linalg.solve_triangular(a, b, 1, False, True), (A, K)),
    "inv": (lambda a: linalg.inv(a, assume_a="pos"), (H,)),
    "det": (linalg.det, (A,)),
    "cholesky": (linalg.cholesky, (H,)),
    "cholesky, lower": (lambda a: linalg.cholesky(a, lower=True), (G,)),
    "cho_solve": (lambda a, b: linalg.cho_solve(linalg.cho_factor(a), b), (H, V)),
    "cho_solve, complex": (lambda a, b: linalg.cho_solve((a, True), b), (C, W)),
    "lu": (lambda a: joined(linalg.lu(a)[1:]), (TALL,)),
    "lu, permuted": (lambda a: joined(linalg.lu(a, permute_l=True)), (WIDE,)),
    "lu_solve": (lambda a, b: linalg.lu_solve(linalg.lu_factor(a), b), (A[::-1], V)),
    "lu_solve, adjoint": (lambda a, b: linalg.lu_solve(linalg.lu_factor(a), b, 2), (C, W)),
    "qr": (lambda a: joined(linalg.qr(a, mode="economic")), (TALL,)),
    "qr, r": (lambda a: linalg.qr(a, mode="r")[0], (TALL,)),
    "qr, pivoted": (lambda a: joined(linalg.qr(a, pivoting=True)[:2]), (A,)),
    "svdvals": (linalg.svdvals, (TALL,)),
    "pinv": (linalg.pinv, (WIDE,)),
    "pinvh": (linalg.pinvh, (A,)),
    "lstsq": (lambda a, b: joined(linalg.lstsq(a, b)[:2]), (TALL, draw(4))),
    "norm": (lambda a: linalg.norm(a, "nuc"), (TALL,)),
    "eigh": (lambda a: linalg.eigh(a)[1] ** 2, (A,)),
    "eigh, generalized": (lambda a, b: joined(x**2 for x in linalg.eigh(a, b)), (B, H)),
    "eigvalsh, second kind": (lambda a, b: linalg.eigvalsh(a, b, type=2, lower=False), (B, H)),
    "eigh, third kind": (lambda a, b: np.abs(linalg.eigh(a, b, type=3)[1]), (C, G)),
    "eigvals": (lambda a, b: np.abs(linalg.eigvals(a, b)), (B, H)),
    "eig, left": (lambda a: np.abs(linalg.eig(a, left=True, right=False)[1]) ** 3, (A,)),
    "eig, left, generalized": (
        lambda a, b: np.abs(linalg.eig(a, b, left=True, right=False)[1]) ** 3,
        (C, G),
    ),
    "eigh_tridiagonal": (
        lambda d, e: joined(x**2 for x in linalg.eigh_tridiagonal(d, e)),
        (V, K[:2, 0]),
    ),
    "projector, orth": (lambda a: projector(linalg.orth(a)), (TALL,)),
    "projector, null_space": (lambda a: projector(linalg.null_space(a)), (WIDE,)),
    "expm": (linalg.expm, (B,)),
    "expm, halved": (linalg.expm, (6 * B,)),
    "expm, small": (linalg.expm, (0.1 * B,)),
    "expm, complex": (linalg.expm, (C,)),
    "expm_frechet": (lambda a, e: joined(linalg.expm_frechet(a, e)), (A, B)),
    "cosm": (linalg.cosm, (B,)),
    "sinm, complex": (linalg.sinm, (C,)),
    "tanhm": (linalg.tanhm, (B,)),
    "sqrtm": (linalg.sqrtm, (H,)),
    "sqrtm, complex": (linalg.sqrtm, (C,)),
    "signm": (linalg.signm, (B,)),
    "signm, complex": (linalg.signm, (C - 4 * np.eye(3),)),
    "funm": (lambda a: linalg.funm(a, np.exp), (B,)),
    "funm, complex": (lambda a: linalg.funm(a, np.sqrt), (C,)),
    "funm, symmetric": (lambda a: linalg.funm(a, np.sqrt), (H,)),
    "solve_sylvester": (linalg.solve_sylvester, (A, draw(2, 2, kind="regular"), K)),
    "solve_sylvester, complex": (linalg.solve_sylvester, (C, A, C)),
    "solve_continuous_lyapunov": (linalg.solve_continuous_lyapunov, (C, B)),
    "solve_discrete_lyapunov": (linalg.solve_discrete_lyapunov, (C / 9, B)),
    "solve_discrete_lyapunov, bilinear": (
        lambda a, q: linalg.solve_discrete_lyapunov(a, q, "bilinear"),
        (A / 9, B),
    ),
    "solve_continuous_are": (
        lambda a, b, q, r: linalg.solve_continuous_are(a, b, q + q.T, r + r.T),
        (A[:2, :2], K[:2], H[:2, :2], H[1:, 1:]),
    ),
    "solve_discrete_are": (
        lambda a, b, q, r: linalg.solve_discrete_are(a, b, q + q.T, r + r.T),
        (A[:2, :2], K[:2], H[:2, :2], H[1:, 1:]),
    ),
    "polar": (lambda a: joined(linalg.polar(a)), (A,)),
    "polar, tall": (lambda a: joined(linalg.polar(a, "left")), (TALL,)),
    "polar, wide": (lambda a: joined(linalg.polar(a)), (WIDE,)),
    "polar, complex": (lambda a: joined(linalg.polar(a)), (C,)),
    "solve_banded": (
        lambda ab, b: linalg.solve_banded((1, 1), ab, b),
        (DIAGONALS[[0, 2, 1]], draw(5, 2)),
    ),
    "solve_banded, complex": (
        lambda ab, b: linalg.solve_banded((1, 2), ab, b),
        (draw(4, 5, dtype=complex) + np.array([[0], [0], [9], [0]]), draw(5)),
    ),
    "solveh_banded": (linalg.solveh_banded, (DIAGONALS, draw(5))),
    "solveh_banded, lower": (
        lambda ab, b: linalg.solveh_banded(ab, b, lower=True),
        (DIAGONALS[::-1] * (1 + 0.1j), draw(5, 2)),
    ),
    "cholesky_banded": (linalg.cholesky_banded, (DIAGONALS,)),
    "cholesky_banded, lower": (
        lambda ab: linalg.cholesky_banded(ab, lower=True),
        (DIAGONALS[::-1] * (1 + 0.1j),),
    ),
    "cho_solve_banded": (lambda c, b: linalg.cho_solve_banded((c, False), b), (DIAGONALS, draw(5))),
    "cho_solve_banded, lower": (
        lambda c, b: linalg.cho_solve_banded((c, True), b),
        (DIAGONALS[::-1] * (1 + 0.1j), draw(5)),
    ),
    "solve_toeplitz": (
        lambda c, r, b: linalg.solve_toeplitz((c, r), b),
        (V + NINE, V[::-1], K),
    ),
    "solve_toeplitz of one": (linalg.solve_toeplitz, (W + NINE, V)),
    "matmul_toeplitz": (lambda c, r, x: linalg.matmul_toeplitz((c, r), x), (V[:2], V, K)),
    "toeplitz": (lambda c, r: linalg.toeplitz(c, r) ** 2, (V, K[:, 0])),
    "toeplitz of one": (linalg.toeplitz, (W,)),
    "hankel": (lambda c, r: linalg.hankel(c, r) ** 2, (V, K[:, 0])),
    "circulant": (lambda c: linalg.circulant(c) ** 2, (V,)),
    "companion": (linalg.companion, (V + 3,)),
    "leslie": (lambda f, s: linalg.leslie(f, s) ** 2, (V, V[:2])),
    "convolution_matrix": (lambda a: linalg.convolution_matrix(a, 4, "same") ** 2, (V,)),
    "block_diag": (lambda a, b: linalg.block_diag(a, b) ** 2, (A, K)),
    "khatri_rao": (linalg.khatri_rao, (A, K.T @ B)),
}
