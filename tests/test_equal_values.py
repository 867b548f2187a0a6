"""Second derivatives of functions of eigenvalues and singular values, where some of these are equal."""

import itertools

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


MODES = (along, pulled, pulled_through_pushed)


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
        for mode in MODES:
            want = mode(by_matrix, a, t)
            scale = 1e-13 * (1 + np.max(np.abs(want)))
            np.testing.assert_allclose(mode(by_values, a, t), want, rtol=1e-11, atol=scale)


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
        for mode in MODES:
            want = mode(by_matrix, a, t)
            np.testing.assert_allclose(mode(by_values, a, t), want, rtol=1e-9, atol=1e-11)


def test_hessians_batches_and_single_precision():
    log = lambda a: np.sum(np.log(np.linalg.eigvalsh(hermitian(a))))
    exact = lambda a: np.linalg.slogdet(hermitian(a))[1]
    a = with_eigenvalues([2.0, 2.0, 2.0, 1.0], True, False)
    want = wg.hessian(exact)(a)
    for mode in (wg.hessian(log), wg.jacrev(wg.grad(log))):
        np.testing.assert_allclose(mode(a), want, rtol=1e-10, atol=1e-12)
    many = np.stack([a, np.eye(4), a @ a])
    t = random(3, 4, 4)
    want = np.stack([wg.hvp(exact, (a,), (t,)) for a, t in zip(many, t, strict=True)])
    for mode in MODES:
        each = lambda a, t, mode=mode: mode(log, a, t)
        replayed = wg.jit(each)
        replayed(a + np.diag(np.arange(4.0)), t[0])  # of values that do not coincide
        for vectorized in (wg.vmap(each), wg.vmap(replayed), each):
            np.testing.assert_allclose(vectorized(many, t), want, rtol=1e-9, atol=1e-11)
        small = each(np.eye(4, dtype=np.float32), t[0].astype(np.float32))
        assert small.dtype == np.float32
        np.testing.assert_allclose(small, along(exact, np.eye(4), t[0]), rtol=1e-5, atol=1e-5)
    nuclear = lambda a: np.linalg.norm(a, "nuc")
    u, t, h = np.linalg.qr(random(3, 3))[0], t[0, :3, :3], 1e-5
    near, far = (np.array(wg.grad(nuclear)(u + x * t)) for x in (h, -h))
    for mode in MODES:
        np.testing.assert_allclose(mode(nuclear, u, t), (near - far) / (2 * h), rtol=0, atol=1e-8)


def test_what_is_beside_the_gradient_does_not_disturb_it():
    """The value, the gradient and the values themselves, of one node, in one sweep."""

    def of(value_and_grad, values_or_matrix):
        def f(a):
            y, g = value_and_grad(a)
            return y**2 * np.sum(g * t) + np.sum(np.sin(g)) + np.sum(values_or_matrix(a) ** 2)

        return f

    t = hermitian(random(4, 4))
    by_values, by_matrix = OF_EIGENVALUES["exponential"]
    for w in EIGENVALUES:
        a = with_eigenvalues(w, True, False)
        got = wg.grad(of(wg.value_and_grad(of_values(by_values)), of_values(np.abs)))(a)
        want = wg.grad(of(wg.value_and_grad(of_matrix(by_matrix)), hermitian))(a)
        np.testing.assert_allclose(got, want, rtol=1e-10, atol=1e-10)


def test_gradients_that_vanish_up_to_rounding():
    """Where values are equal but for rounding, what is asked of them is nothing but rounding."""
    of_spread = {
        "variance": (lambda w: 4 * np.var(w), lambda a: trace(a @ a) - trace(a) ** 2 / 4),
        "divergence": (
            lambda w: np.sum(w - 1 - np.log(w)),
            lambda a: trace(a) - 4 - np.linalg.slogdet(a)[1],
        ),
    }
    for is_complex in (False, True):
        a, t = with_eigenvalues([1.0] * 4, True, is_complex), random(4, 4, is_complex=is_complex)
        for by_values, by_matrix in of_spread.values():
            got, want = along(of_values(by_values), a, t), along(of_matrix(by_matrix), a, t)
            np.testing.assert_allclose(got, want, rtol=1e-11, atol=1e-12)
        for scale in (1.0, 1e-14):  # which is no rounding, however small
            with pytest.raises(wg.DerivativeError, match=COINCIDE):
                along(of_values(lambda w, scale=scale: scale * w[-1] ** 2), a, t)


def test_several_directions_are_one_that_is_right_or_an_error():
    """Cotangents of several gradients made of the same values single out vectors of their own."""
    s, t = hermitian(random(3, 3)), hermitian(random(3, 3))

    def two(a):
        w, pull = wg.vjp(lambda a: np.linalg.eigvalsh(hermitian(a)), a)
        return np.sum(pull(np.exp(w))[0] * s) + np.sum(pull(w**2)[0] * t)

    def exact(a):
        return np.sum(linalg.expm(hermitian(a)) * s) + np.sum(hermitian(a) @ hermitian(a) * t)

    apart = np.diag([1.0, 2.0, 4.0])
    np.testing.assert_allclose(wg.grad(two)(apart), wg.grad(exact)(apart), rtol=1e-12)
    for a in (np.eye(3), np.diag([1.0, 1.0, 2.0])):
        with pytest.raises(wg.DerivativeError, match=f"wg.hessian.*{COINCIDE}.*several directions"):
            wg.grad(two)(a)
    # A multiple of the identity singles out none, whatever else there is.
    s = np.eye(3)
    np.testing.assert_allclose(wg.grad(two)(np.eye(3)), wg.grad(exact)(np.eye(3)), rtol=1e-12)


def test_third_derivatives_are_right_or_errors():
    """Along directions that leave the vectors of equal values where they are, there is one."""
    by_values, by_matrix = map(
        lambda f, to: to(f), OF_EIGENVALUES["exponential"], (of_values, of_matrix)
    )

    def push(f, t):
        return lambda a: wg.jvp(f, (a,), (t,))[1]

    def pull(f, t):
        return lambda a: np.sum(wg.grad(f)(a) * t)

    def gradient(f, t):
        return wg.grad(f)

    either = (push, pull)
    orders = [
        (gradient, push, push),
        *((first, gradient, push) for first in either),
        *((*firsts, gradient) for firsts in itertools.product(either, either)),
    ]
    a = np.diag([1.0, 1.0, 2.0, 2.0])
    tangents = {"diagonal": [np.diag(random(4)) for _ in range(2)]}
    # Diagonal within the blocks, as it was found; it turns as the blocks mix.
    mixing = [t * (1 - np.kron(np.eye(2), 1 - np.eye(2))) for t in map(hermitian, random(2, 4, 4))]
    tangents |= {"mixing": mixing, "any": [hermitian(t) for t in random(2, 4, 4)]}
    seen = set()
    for kind, (s, t) in tangents.items():
        for order in orders:
            along_each = iter((s, t))
            got, want = by_values, by_matrix
            for transform in order:
                v = s if transform is gradient else next(along_each)
                got, want = transform(got, v), transform(want, v)
            try:
                np.testing.assert_allclose(got(a), want(a), rtol=1e-10, atol=1e-10)
            except wg.DerivativeError:
                seen.add((kind, "error"))
            else:
                seen.add((kind, "right"))
    assert seen >= {("diagonal", "right"), ("mixing", "error"), ("any", "error")}


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
    for mode in (pulled, pulled_through_pushed):
        with pytest.raises(wg.DerivativeError, match=COINCIDE):
            mode(largest, np.eye(3), t)
    with pytest.raises(wg.DerivativeError, match=COINCIDE):
        wg.jvp(lambda a: along(squares, a, t), (np.eye(3),), (hermitian(random(3, 3)),))
    with pytest.raises(wg.DerivativeError, match=COINCIDE):
        wg.jvp(lambda a: wg.jvp(squares, (a,), (t,))[1], (np.eye(3),), (hermitian(random(3, 3)),))
