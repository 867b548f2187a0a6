"""Jacobians, Hessians and products with them: both modes, against each other and against differences."""

import numpy as np
import pytest

import wengert as wg

x = np.array([0.7, -1.3, 2.1])
A = np.array([[1.0, 2.0, 0.5], [-1.0, 0.3, 2.0]])


def model(v):
    return np.tanh(A @ v) * v[0] + np.sum(v[1:] ** 2)


def rosenbrock(v):
    return np.sum(100 * (v[1:] - v[:-1] ** 2) ** 2 + (1 - v[:-1]) ** 2)


def difference(fun, at, step=1e-6):
    at = np.asarray(at, float)
    columns = []
    for i in np.ndindex(at.shape):
        e = np.zeros_like(at)
        e[i] = step
        columns.append((np.asarray(fun(at + e)) - np.asarray(fun(at - e))) / (2 * step))
    stacked = np.stack(columns, -1)
    return stacked.reshape(stacked.shape[:-1] + at.shape)


EVERY_WAY = [
    wg.jacfwd,
    wg.jacrev,
    wg.jacobian,
    lambda f: wg.jacobian(f, mode="forward"),
    lambda f: wg.jacobian(f, mode="reverse"),
    lambda f: wg.jacfwd(f, chunk_size=1),
    lambda f: wg.jacrev(f, chunk_size=np.int64(2)),
]


@pytest.mark.parametrize("jacobian", EVERY_WAY)
def test_every_way_gives_the_same(jacobian):
    found = jacobian(model)(x)
    assert type(found) is np.ndarray
    assert found.shape == (2, 3)
    np.testing.assert_allclose(found, difference(model, x), rtol=1e-8, atol=1e-8)


def test_elementwise_work_is_exact():
    def f(v):
        return np.sin(v) * np.exp(v[::-1])

    forward, reverse = wg.jacfwd(f)(x), wg.jacrev(f)(x)
    np.testing.assert_array_equal(forward, reverse)
    np.testing.assert_array_equal(wg.jacrev(f, chunk_size=1)(x), reverse)
    _, pullback = wg.vjp(f, x)
    np.testing.assert_array_equal(np.stack([pullback(row)[0] for row in np.eye(3)]), reverse)


@pytest.mark.parametrize("jacobian", [wg.jacfwd, wg.jacrev, wg.jacobian])
def test_shapes(jacobian):
    assert jacobian(lambda v: v.sum())(np.ones((2, 3))).shape == (2, 3)
    assert jacobian(lambda v: v[None] * v)(np.ones((2, 3))).shape == (1, 2, 3, 2, 3)
    assert jacobian(lambda v: v * np.ones((2, 2)))(3.0).shape == (2, 2)
    assert jacobian(lambda v: v * v)(3.0) == 6.0
    assert jacobian(lambda v: v * v)(3) == 6.0
    assert jacobian(lambda v: v * 2)(np.zeros((0, 2))).shape == (0, 2, 0, 2)
    assert jacobian(lambda v: np.ones(2))(x).tolist() == np.zeros((2, 3)).tolist()
    assert jacobian(np.sin)(x.astype(np.float32)).dtype == np.float32
    assert type(jacobian(np.sin)(wg.tensor(x))) is wg.Tensor


@pytest.mark.parametrize("jacobian", [wg.jacfwd, wg.jacrev, wg.jacobian])
def test_arguments_and_containers(jacobian):
    def f(v, w, scale=1.0):
        return {"a": (v * w[0]).sum() * scale, "b": [v * 2, w[1]]}

    w = (2.0, np.ones(2))
    by_w, by_v = jacobian(f, (1, 0))(x, w, scale=3.0)["a"]
    assert by_v.tolist() == [6.0] * 3
    assert by_w[0] == pytest.approx(3 * x.sum())
    assert by_w[1].tolist() == [0.0, 0.0]
    blocks = jacobian(f, -1)(x, w)["b"]
    assert blocks[0][0].tolist() == [0.0] * 3
    assert blocks[1][1].tolist() == np.eye(2).tolist()
    found, aux = jacobian(lambda v: (v * v, {"sum": v.sum()}), has_aux=True)(x)
    np.testing.assert_array_equal(found, np.diag(2 * x))
    assert aux["sum"] == x.sum()


def test_what_a_jacobian_closes_over_stays_connected():
    slope = wg.grad(lambda w: np.sum(wg.jacobian(lambda v: w * v**2)(x)))(1.5)
    assert slope == pytest.approx(np.sum(2 * x))
    for inner in (wg.jacfwd, wg.jacrev):
        for outer in (wg.jacfwd, wg.jacrev):
            np.testing.assert_allclose(outer(inner(rosenbrock))(x), wg.hessian(rosenbrock)(x))


def test_hessian():
    found = wg.hessian(rosenbrock)(x)
    np.testing.assert_allclose(found, difference(wg.grad(rosenbrock), x), rtol=1e-6)
    np.testing.assert_array_equal(found, found.T)
    (aa, ab), (ba, bb) = wg.hessian(lambda a, b: a**2 * b**3, (0, 1))(2.0, 3.0)
    assert (aa, ab, ba, bb) == (54.0, 108.0, 108.0, 72.0)
    assert wg.hessian(lambda v: v**3)(np.array([1.0, 2.0])).shape == (2, 2, 2)
    assert wg.hessian(np.sin)(0.5) == pytest.approx(-np.sin(0.5))


def test_products():
    v = np.array([0.3, 1.0, -2.0])
    np.testing.assert_allclose(wg.hvp(rosenbrock, [x], [v]), wg.hessian(rosenbrock)(x) @ v)
    a, b = wg.hvp(lambda a, b: a**2 * b, (2.0, 3.0), (1.0, 0.5))
    assert (a, b) == (6 + 2, 4.0)
    assert wg.hvp(lambda v: (np.sum(v**2), 7), (x,), (v,), has_aux=True)[1] == 7
    J, H = wg.jacobian(model)(x), np.diag(12 * model(x) ** 2)
    found = wg.ggnvp(model, lambda y: np.sum(y**4), (x,), (v,))
    np.testing.assert_allclose(found, J.T @ H @ J @ v)


@pytest.mark.parametrize(
    ("order", "wanted"),
    [(1, np.cos), (2, lambda v: -np.sin(v)), (3, lambda v: -np.cos(v)), (4, np.sin)],
)
def test_derivatives_element_by_element(order, wanted):
    np.testing.assert_allclose(wg.derivative(np.sin, order)(x), wanted(x), rtol=1e-14)
    assert wg.derivative(np.sin, order)(0.5) == pytest.approx(wanted(0.5), rel=1e-14)


def test_elementwise_grad_passes_other_arguments():
    assert wg.elementwise_grad(lambda v, n, *, c: c * v**n)(x, 3, c=2.0) == pytest.approx(6 * x**2)


def test_complex():
    z = np.array([1 + 2j, -0.5j])
    np.testing.assert_allclose(wg.jacrev(np.exp, holomorphic=True)(z), np.diag(np.exp(z)))
    np.testing.assert_allclose(wg.jacfwd(np.exp, holomorphic=True)(z), np.diag(np.exp(z)))
    np.testing.assert_allclose(wg.jacfwd(lambda t: np.exp(1j * t))(0.5), 1j * np.exp(0.5j))
    np.testing.assert_allclose(wg.jacrev(lambda z: np.abs(z) ** 2)(z), np.diag(2 * np.conj(z)))


@pytest.mark.parametrize(
    ("f", "dz", "dc"),
    [
        (lambda z: z**2, lambda z: 2 * z, lambda z: 0),
        (np.conj, lambda z: 0, lambda z: 1),
        (lambda z: z * np.conj(z), np.conj, lambda z: z),
        (np.real, lambda z: 0.5, lambda z: 0.5),
        (np.imag, lambda z: -0.5j, lambda z: 0.5j),
        (np.abs, lambda z: np.conj(z) / (2 * abs(z)), lambda z: z / (2 * abs(z))),
    ],
)
def test_wirtinger(f, dz, dc):
    z = 1.5 - 0.5j
    by_z, by_conjugate = wg.wirtinger(f)(z)
    assert by_z == pytest.approx(dz(z))
    assert by_conjugate == pytest.approx(dc(z))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: wg.jacobian(model, mode="both"),
            ValueError,
            'jacobian: mode is \'both\'; "auto", "forward" or "reverse" is needed',
        ),
        (
            lambda: wg.jacfwd(model, chunk_size=0),
            ValueError,
            "jacfwd: chunk_size is 0; a positive integer or None is needed",
        ),
        (lambda: wg.hessian(2.0), TypeError, "hessian: fun is float; a function is needed"),
        (
            lambda: wg.jacrev(np.exp)(1j),
            TypeError,
            (
                "jacrev: fun returned complex128 and holomorphic is False; a real result is needed (take "
                "its real and imaginary parts, or set holomorphic=True)"
            ),
        ),
        (
            lambda: wg.jacfwd(np.abs)(1j),
            TypeError,
            (
                "jacfwd: an argument is complex128 and holomorphic is False; a real argument is needed "
                "(see wirtinger)"
            ),
        ),
        (
            lambda: wg.jacrev(np.conj, holomorphic=True)(1j),
            ValueError,
            (
                "jacrev: holomorphic is True and fun uses conjugate, which is not; without it a real value "
                "is needed"
            ),
        ),
        (
            lambda: wg.hvp(rosenbrock, x, x),
            TypeError,
            "hvp: primals is ndarray; a tuple or list is needed",
        ),
        (
            lambda: wg.derivative(np.sum)(x),
            ValueError,
            "derivative: x is of shape (3,) and fun returned (); equal shapes are needed, see jacobian",
        ),
        (
            lambda: wg.derivative(np.sin, 0),
            ValueError,
            "derivative: order is 0; a positive integer is needed",
        ),
        (
            lambda: wg.derivative(np.sin, 1.5),
            ValueError,
            "derivative: order is 1.5; a positive integer is needed",
        ),
        (
            lambda: wg.derivative(lambda a: np.stack([a]))(0.5),
            ValueError,
            "derivative: x is of shape () and fun returned (1,); equal shapes are needed, see jacobian",
        ),
        (
            lambda: wg.jacrev(lambda v: "text")(x),
            TypeError,
            "jacrev: str was given; a Tensor, an array or a number is needed",
        ),
    ],
)
def test_misuse(call, error, message):
    with pytest.raises(error) as raised:
        call()
    assert str(raised.value) == message


def test_check_grads_passes_what_is_right():
    wg.testing.check_grads(model, [x])
    wg.testing.check_grads(lambda z: np.exp(z) * z, [np.array([1 + 1j, 0.5])])
    wg.testing.check_grads(lambda p: {"a": p["u"] * p["v"]}, [{"u": 2.0, "v": x}], order=3)


def test_check_grads_names_what_is_wrong():
    def wrong(a, b):
        return a * np.concatenate([b[:1], wg.stop_gradient(b[1:])])

    with pytest.raises(AssertionError, match=r"check_grads: fwd: .*of argument 1: 0.0 and"):
        wg.testing.check_grads(wrong, [2.0, x], modes=["fwd"])
    with pytest.raises(AssertionError, match=r"check_grads: rev: element \(1,\) of argument 1"):
        wg.testing.check_grads(wrong, [2.0, x], modes=["rev"])
    with pytest.raises(ValueError, match="modes holds 'both'"):
        wg.testing.check_grads(wrong, [2.0, x], modes=["both"])
