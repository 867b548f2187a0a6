"""Programs that change matrices and grids in place."""

import numpy as np


def thomas(x, zeros):
    n = x.size // 2
    d = x[:n]
    b = 4 + x[n:] ** 2
    c = zeros(n)
    y = zeros(n)
    s = zeros(n)
    c[0] = 1 / b[0]
    y[0] = d[0] / b[0]
    for i in range(1, n):
        m = b[i] - c[i - 1]
        c[i] = 1 / m
        y[i] = (d[i] - y[i - 1]) / m
    s[-1] = y[-1]
    for i in range(n - 2, -1, -1):
        s[i] = y[i] - c[i] * s[i + 1]
    return np.sum(s**2)


def thomas_in_place(x, zeros):
    n = 5
    b = 4 + x[n:] ** 2
    d = x[:n].copy()
    for i in range(1, n):
        w = 1 / b[i - 1]
        b[i] -= w
        d[i] -= w * d[i - 1]
    d[-1] /= b[-1]
    for i in range(n - 2, -1, -1):
        d[i] = (d[i] - d[i + 1]) / b[i]
    return np.sum(d**3)


def gauss_seidel(x, zeros):
    A = np.eye(4) * 5 + 0.1 * x.reshape(4, 4)
    u = zeros(4)
    for _ in range(5):
        for i in range(4):
            u[i] = (1.0 + i - A[i, :i] @ u[:i] - A[i, i + 1 :] @ u[i + 1 :]) / A[i, i]
    return np.sum(u * u)


def sor(x, zeros):
    u = zeros((4, 4))
    u[0] = x
    for _ in range(6):
        for i in range(1, 3):
            for j in range(1, 3):
                u[i, j] += 1.2 * (
                    (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1]) / 4 - u[i, j]
                )
    return np.sum(u**2)


def red_black(x, zeros):
    u = zeros((6, 6))
    u[0] = x
    for _ in range(4):
        for c in (0, 1):
            for i in range(1, 5):
                s = slice(1 + (i + c) % 2, 5, 2)
                u[i, s] = 0.25 * (
                    u[i - 1, s]
                    + u[i + 1, s]
                    + u[i, s.start - 1 : 4 : 2]
                    + u[i, s.start + 1 : 6 : 2]
                )
    return np.sum(u**3)


def lu_in_place(x, zeros):
    A = x.reshape(4, 4) + 4 * np.eye(4)
    for k in range(4):
        A[k + 1 :, k] /= A[k, k]
        A[k + 1 :, k + 1 :] -= np.outer(A[k + 1 :, k], A[k, k + 1 :])
    return np.sum(np.log(np.diagonal(A) ** 2))


def lu_with_pivots(x, zeros):
    A = x.reshape(3, 3).copy()
    for k in range(3):
        p = k + int(np.argmax(np.abs(A[k:, k])))
        A[[k, p]] = A[[p, k]]
        for i in range(k + 1, 3):
            A[i, k] /= A[k, k]
            A[i, k + 1 :] -= A[i, k] * A[k, k + 1 :]
    return np.sum(np.log(np.abs(A.diagonal())))


def cholesky(x, zeros):
    B = x.reshape(3, 3)
    A = B @ B.T + 3 * np.eye(3)
    L = zeros((3, 3))
    for i in range(3):
        for j in range(i + 1):
            s = A[i, j] - np.sum(L[i, :j] * L[j, :j])
            L[i, j] = np.sqrt(s) if i == j else s / L[j, j]
    return np.sum(np.sin(L))


def gram_schmidt(x, zeros):
    A = x.reshape(4, 3).copy()
    Rm = zeros((3, 3))
    for j in range(3):
        Rm[j, j] = np.sqrt(np.sum(A[:, j] ** 2))
        A[:, j] /= Rm[j, j]
        for k in range(j + 1, 3):
            Rm[j, k] = A[:, j] @ A[:, k]
            A[:, k] -= Rm[j, k] * A[:, j]
    return np.sum(np.sin(A)) + np.sum(Rm**2)


def householder(x, zeros):
    A = x.reshape(4, 3).copy()
    for k in range(3):
        v = A[k:, k].copy()
        v[0] += np.sign(v[0]) * np.sqrt(np.sum(v * v))
        v /= np.sqrt(np.sum(v * v))
        A[k:, k:] -= 2 * np.outer(v, v @ A[k:, k:])
    return np.sum(np.sin(A))


def givens_rotations(x, zeros):
    A = x.reshape(3, 3).copy()
    for j in range(2):
        for i in range(2, j, -1):
            a, b = A[i - 1, j] * 1, A[i, j] * 1
            r = np.sqrt(a * a + b * b)
            c, s = a / r, b / r
            A[[i - 1, i]] = np.stack([np.stack([c, s]), np.stack([-s, c])]) @ A[[i - 1, i]]
    return np.sum(A**3)


def assembly(x, zeros):
    y = zeros(4)
    for i, k in enumerate([0, 1, 1, 3, 0]):
        y[k] += x[i]
    return np.sum(y**3)


def finite_elements(x, zeros):
    K = zeros((5, 5))
    for e in range(4):
        ke = x[e] ** 2 * np.array([[1, -1], [-1, 1]])
        K[e : e + 2, e : e + 2] += ke
    K[0] = 0
    K[0, 0] = 1
    K[-1, :] = 0
    K[-1, -1] = 1
    return np.sum(np.sin(K))


def finite_elements_by_grids(x, zeros):
    K = zeros((5, 5))
    for e in range(4):
        d = [e, (e + 2) % 5]
        K[np.ix_(d, d)] += x[e] ** 2 * np.array([[1, -1], [-1, 2]])
    return np.sum(np.sin(K))


def skew_matrix(x, zeros):
    K = zeros((3, 3))
    K[0, 1], K[0, 2], K[1, 2] = -x[2], x[1], -x[0]
    K -= K.T
    return np.sum(np.sin(np.eye(3) + K + K @ K / 2))


def diagonal_writes(x, zeros):
    A = x.reshape(3, 3).copy()
    i = np.arange(3)
    A[i, i] += 2
    A[i, i] **= 2
    A[np.triu_indices(3, 1)] = 0
    A.T[0] *= 3
    return np.sum(A**2)


def flat_writes(x, zeros):
    A = zeros((3, 3))
    A.flat[::4] = x[:3]
    A.ravel()[1] = x[0] * x[1]
    A.reshape(-1)[2:4] += x[1:3]
    return np.sum(np.exp(A))


def rows_in_loops(x, zeros):
    A = x.reshape(3, 4).copy()
    for row in A:
        row -= row.mean()  # noqa: PLW2901
        row /= np.sqrt(np.sum(row**2))  # noqa: PLW2901
    for col in A.T:
        col *= 2  # noqa: PLW2901
    return np.sum(A**3)


def fft_in_place(x, zeros):
    z = zeros(8, complex)
    z.real = x[:8]
    z.imag = x[8:]
    z[[1, 4]] = z[[4, 1]]
    z[[3, 6]] = z[[6, 3]]
    m = 2
    while m <= 8:
        w = np.exp(-2j * np.pi * np.arange(m // 2) / m)
        for k in range(0, 8, m):
            t = w * z[k + m // 2 : k + m]
            u = z[k : k + m // 2].copy()
            z[k : k + m // 2] += t
            z[k + m // 2 : k + m] = u - t
        m *= 2
    return np.sum(np.abs(z) ** 4 * np.arange(8))


def polynomial_from_roots(x, zeros):
    p = zeros(5)
    p[0] = 1
    for r in x:
        p[1:] -= r * p[:-1]
    return np.sum(p**2)


def legendre(x, zeros):
    P = zeros((5, x.size))
    P[0] = 1
    P[1] = x
    for n in range(1, 4):
        P[n + 1] = ((2 * n + 1) * x * P[n] - n * P[n - 1]) / (n + 1)
    return np.sum(P**2)


def overlapping_parts(x, zeros):
    a = x.copy()
    a[1:] -= a[:-1]
    a[:-1] += a[1:]
    a[::-1] *= a
    a[1:] = a[:-1]
    return np.sum(a**2 * np.arange(a.size))


# With the number of their arguments.
MATRIX_PROGRAMS = {
    thomas: 10,
    thomas_in_place: 10,
    gauss_seidel: 16,
    sor: 4,
    red_black: 6,
    lu_in_place: 16,
    lu_with_pivots: 9,
    cholesky: 9,
    gram_schmidt: 12,
    householder: 12,
    givens_rotations: 9,
    assembly: 5,
    finite_elements: 4,
    finite_elements_by_grids: 4,
    skew_matrix: 3,
    diagonal_writes: 9,
    flat_writes: 3,
    rows_in_loops: 12,
    fft_in_place: 16,
    polynomial_from_roots: 4,
    legendre: 4,
    overlapping_parts: 6,
}
