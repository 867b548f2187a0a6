"""Second derivatives of functions of eigenvalues and singular values, where some of these are equal."""

import numpy as np
import pytest

import wengert as wg
from wengert.scipy import linalg

RANDOM = np.random.default_rng(11)
EIGENVALUES = [
    [1.0, 1.0, 2.0, 2.0],
    [1.0] * 4,
    [0.0] * 4,
    [2.0, -1.0, 2.0, 0.5],
    [3.0, 1.0, 2.0, 4.0],
]
SINGULAR = [[1.0, 1.0, 2.0], [1.0, 1.0, 1.0], [3.0, 1.0, 2.0]]
COINCIDE = r"values \d and \d of .* coincide"


def random(*shape, is_complex=False):
    x = RANDOM.standard_normal(shape)
    return x + 1j * RANDOM.standard_normal(shape) if is_complex else x


def adjoint(a):
    return np.conj(np.swapaxes(a, -1, -2))


def hermitian(a):
    return 0.5 * (a + adjoint(a))


def trace(a):
    return np.real(np.trace(a))


def of_values(f):
    return lambda a: f(np.linalg.eigvalsh(hermitian(a)))


def of_matrix(f):
    return lambda a: f(hermitian(a))


def gram(a):
    return adjoint(a) @ a


# The same function, by the values of a matrix and without them.
OF_EIGENVALUES = {
    "sum": (np.sum, trace),
    "squares": (lambda w: np.sum(w**2), lambda a: trace(a @ a)),
    "cubes": (lambda w: np.sum(w**3), lambda a: trace(a @ a @ a)),
    "exponential": (lambda w: np.sum(np.exp(w)), lambda a: trace(linalg.expm(a))),
    "log determinant": (
        lambda w: np.sum(np.log(w + 9)),
        lambda a: np.linalg.slogdet(a + 9 * np.eye(4))[1],
    ),
    "product": (np.prod, lambda a: np.real(np.linalg.det(a))),
    "mixed": (
        lambda w: np.sum(np.exp(w)) * np.sum(w**2),
        lambda a: trace(linalg.expm(a)) * trace(a @ a),
    ),
}
OF_SINGULAR = {
    "squares": (lambda s: np.sum(s**2), lambda a: trace(gram(a))),
    "fourth powers": (lambda s: np.sum(s**4), lambda a: trace(gram(a) @ gram(a))),
    "log determinant": (
        lambda s: np.sum(np.log(1 + s**2)),
        lambda a: np.linalg.slogdet(np.eye(3) + gram(a))[1],
    ),
    "nuclear": (np.sum, lambda a: trace(linalg.sqrtm(gram(a)))),
    "nuclear, squared": (lambda s: np.sum(s) ** 2, lambda a: trace(linalg.sqrtm(gram(a))) ** 2),
}


def along(f, a, t):
    """Push a direction through the gradient."""
    return wg.jvp(wg.grad(f), (a,), (t,))[1]


def pulled(f, a, t):
    return wg.grad(lambda a: np.sum(np.real(wg.grad(f)(a) * t)))(a)


def pulled_through_pushed(f, a, t):
    return wg.grad(lambda a: wg.jvp(f, (a,), (t,))[1])(a)


def with_eigenvalues(w, is_turned, is_complex):
    v = np.linalg.qr(random(4, 4, is_complex=is_complex))[0] if is_turned else np.eye(4)
    a = hermitian((v * np.array(w)) @ adjoint(v))
    return a.astype(complex) if is_complex else a


@pytest.mark.parametrize("name", OF_EIGENVALUES)
@pytest.mark.parametrize("is_complex", [False, True])
@pytest.mark.parametrize("is_turned", [False, True])
def test_functions_of_equal_eigenvalues(name, is_turned, is_complex):
    by_values, by_matrix = map(lambda f, to: to(f), OF_EIGENVALUES[name], (of_values, of_matrix))
    for w in EIGENVALUES:
        a = with_eigenvalues(w, is_turned, is_complex)
        t = random(4, 4, is_complex=is_complex)
        want = along(by_matrix, a, t)
        scale = 1e-13 * (1 + np.max(np.abs(want)))
        np.testing.assert_allclose(along(by_values, a, t), want, rtol=1e-11, atol=scale)
        for mode in (pulled, pulled_through_pushed):
            if len(set(w)) == 4:
                got = mode(by_values, a, t)
                np.testing.assert_allclose(got, mode(by_matrix, a, t), rtol=1e-10, atol=scale)
            elif mode is pulled and name == "sum":  # whose gradient does not depend on the values
                np.testing.assert_allclose(mode(by_values, a, t), want, rtol=1e-10, atol=scale)
            else:
                with pytest.raises(wg.DerivativeError, match=COINCIDE):
                    mode(by_values, a, t)


@pytest.mark.parametrize("name", OF_SINGULAR)
@pytest.mark.parametrize("is_complex", [False, True])
@pytest.mark.parametrize("shape", [(3, 3), (5, 3), (3, 5)])
def test_functions_of_equal_singular_values(name, shape, is_complex):
    of_s, by_matrix = OF_SINGULAR[name]
    by_values = lambda a: of_s(np.linalg.svdvals(a))
    is_wide = shape[0] < shape[1]
    if is_wide:
        by_matrix = lambda a, f=by_matrix: f(adjoint(a))
    for s in SINGULAR:
        u = np.linalg.qr(random(max(shape), 3, is_complex=is_complex))[0]
        v = np.linalg.qr(random(3, 3, is_complex=is_complex))[0]
        a = (u * np.array(s)) @ adjoint(v)
        a = adjoint(a) if is_wide else a
        t = random(*shape, is_complex=is_complex)
        want = along(by_matrix, a, t)
        np.testing.assert_allclose(along(by_values, a, t), want, rtol=1e-9, atol=1e-11)
        if name == "nuclear":  # whose gradient does not depend on the values: by every sweep
            np.testing.assert_allclose(pulled(by_values, a, t), want, rtol=1e-9, atol=1e-11)


def test_hessians_batches_and_single_precision():
    log = lambda a: np.sum(np.log(np.linalg.eigvalsh(hermitian(a))))
    exact = lambda a: np.linalg.slogdet(hermitian(a))[1]
    a = with_eigenvalues([2.0, 2.0, 2.0, 1.0], True, False)
    np.testing.assert_allclose(wg.hessian(log)(a), wg.hessian(exact)(a), rtol=1e-10, atol=1e-12)
    many = np.stack([a, np.eye(4), a @ a])
    t = random(3, 4, 4)
    got = wg.vmap(lambda a, t: along(log, a, t))(many, t)
    np.testing.assert_allclose(
        got, [along(exact, *x) for x in zip(many, t, strict=True)], 1e-9, 1e-11
    )
    whole = along(lambda a: np.sum(np.log(np.linalg.eigvalsh(hermitian(a)))), many, t)
    np.testing.assert_allclose(whole, got, rtol=1e-12, atol=1e-14)
    small = along(log, np.eye(4, dtype=np.float32), t[0].astype(np.float32))
    assert small.dtype == np.float32
    np.testing.assert_allclose(small, along(exact, np.eye(4), t[0]), rtol=1e-5, atol=1e-5)
    nuclear = lambda a: np.linalg.norm(a, "nuc")
    u = np.linalg.qr(random(3, 3))[0]
    differences = [
        (np.array(wg.grad(nuclear)(u + h * t[0, :3, :3])) - wg.grad(nuclear)(u - h * t[0, :3, :3]))
        / (2 * h)
        for h in (1e-5,)
    ]
    np.testing.assert_allclose(
        along(nuclear, u, t[0, :3, :3]), differences[0], rtol=1e-8, atol=1e-8
    )


def test_equal_values_move_as_they_do_along_a_direction():
    t = hermitian(random(4, 4, is_complex=True))
    moved = wg.jvp(np.linalg.eigvalsh, (np.eye(4) + 0j,), (t,))[1]
    np.testing.assert_allclose(moved, np.linalg.eigvalsh(t), rtol=1e-13)
    a = np.diag([2.0, 1.0, 1.0, 5.0])
    moved = wg.jvp(np.linalg.eigvalsh, (a,), (t.real,))[1]
    block = np.linalg.eigvalsh(t.real[1:3, 1:3])
    np.testing.assert_allclose(moved, [*block, t[0, 0].real, t[3, 3].real], rtol=1e-13)
    moved = wg.jvp(np.linalg.svdvals, (np.eye(4),), (t.real,))[1]
    np.testing.assert_allclose(moved, np.linalg.eigvalsh(t.real)[::-1], rtol=1e-13)


def test_what_has_no_second_derivative_is_an_error():
    t = hermitian(random(3, 3))
    largest = lambda a: np.linalg.eigvalsh(a)[-1] ** 2
    squares = lambda a: np.sum(np.linalg.eigvalsh(a) ** 2)
    with pytest.raises(wg.DerivativeError, match=COINCIDE):
        along(largest, np.eye(3), t)
    # What sweeps in reverse alone do not know, and what nothing here knows.
    singular = lambda a: np.sum(np.linalg.svdvals(a) ** 2)
    for f in (squares, singular):
        for mode in (pulled, pulled_through_pushed):
            with pytest.raises(wg.DerivativeError, match=f"wg.hessian.*{COINCIDE}"):
                mode(f, np.eye(3), t)
    with pytest.raises(wg.DerivativeError, match=COINCIDE):
        wg.jvp(lambda a: along(squares, a, t), (np.eye(3),), (hermitian(random(3, 3)),))
    with pytest.raises(wg.DerivativeError, match=COINCIDE):
        wg.jvp(lambda a: wg.jvp(squares, (a,), (t,))[1], (np.eye(3),), (hermitian(random(3, 3)),))
