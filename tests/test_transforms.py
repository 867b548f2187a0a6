"""grad, value_and_grad and vjp: which arguments are differentiated, and in which guise results come back."""

import numpy as np
import pytest

import wengert as wg


def product(x, y, z=1.0):
    return np.sum(x * y * y) * z


def same(got, want):
    """Compare kind of object, value, and dtype of arrays."""
    assert type(got) is type(want)
    if isinstance(want, wg.Tensor):
        assert not got.requires_grad
        got, want = got.numpy(), want.numpy()
    np.testing.assert_array_equal(got, want, strict=isinstance(want, np.ndarray))


# Which arguments


@pytest.mark.parametrize(
    ("argnums", "want"),
    [
        (0, 9.0),
        (1, 12.0),
        (-1, 12.0),
        (-2, 9.0),
        (np.int64(1), 12.0),
        ((0,), (9.0,)),
        ((0, 1), (9.0, 12.0)),
        ((1, 0), (12.0, 9.0)),
        ((-1, 0), (12.0, 9.0)),
        ([0, 1], (9.0, 12.0)),
        ((), ()),
    ],
    ids=str,
)
def test_argnums(argnums, want):
    assert wg.grad(product, argnums)(2.0, 3.0) == want
    assert wg.value_and_grad(product, argnums)(2.0, 3.0) == (18.0, want)


def test_keyword_arguments_are_passed_untouched():
    seen = {}

    def f(x, *, scale, flag):
        seen.update(scale=scale, flag=flag)
        return x * scale

    marker = object()
    assert wg.grad(f)(2.0, scale=5, flag=marker) == 5.0
    assert type(seen["scale"]) is int
    assert seen["flag"] is marker


def test_arguments_outside_argnums_are_passed_untouched():
    array, text = np.arange(3), "label"
    seen = []

    def f(x, *others):
        seen.extend(others)
        return x * x

    assert wg.grad(f)(3.0, array, text, None, 7) == 6.0
    assert seen[0] is array
    assert seen[1] is text
    assert seen[2:] == [None, 7]


def test_transforms_are_named_after_the_function():
    def loss(x):
        """Measure the misfit."""
        return x

    for transform in (wg.grad, wg.value_and_grad):
        assert transform(loss).__name__ == "loss"
        assert transform(loss).__doc__ == loss.__doc__
        assert transform(loss).__wrapped__ is loss


def test_callable_objects_and_builtins_are_functions():
    class Model:
        def __init__(self, weight):
            self.weight = weight

        def __call__(self, x):
            return self.weight * x * x

        def method(self, x):
            return self(x) * 2

    model = Model(3.0)
    assert wg.grad(model)(2.0) == 12.0
    assert wg.grad(model.method)(2.0) == 24.0
    assert wg.grad(abs)(-2.0) == -1.0
    assert wg.grad(np.square)(3.0) == 6.0


# Auxiliary results


def test_has_aux():
    def f(x):
        return x * x, {"cube": x**3, "text": "seen", "none": None, "list": [x, 7]}

    aux = {"cube": 8.0, "text": "seen", "none": None, "list": [2.0, 7]}
    assert wg.grad(f, has_aux=True)(2.0) == (4.0, aux)
    assert wg.value_and_grad(f, has_aux=True)(2.0) == ((4.0, aux), 4.0)
    out, pullback, given = wg.vjp(f, 2.0, has_aux=True)
    assert (out, pullback(1.0), given) == (4.0, (4.0,), aux)


def test_aux_is_of_the_arguments_guise():
    _, aux = wg.grad(lambda x: (np.sum(x), x * 2), has_aux=True)(np.ones(2, np.float32))
    same(aux, np.full(2, 2, np.float32))
    _, aux = wg.grad(lambda x: (np.sum(x), x * 2), has_aux=True)(wg.tensor([1.0]))
    same(aux, wg.tensor([2.0]))


# Complex


def test_gradient_of_a_real_function_of_complex_numbers():
    def f(z):  # u = |z|^2 x, of z = x + iy
        return np.real(z * np.conj(z)) * np.real(z)

    z = 1.0 + 2.0j
    du_dx, du_dy = 3 * z.real**2 + z.imag**2, 2 * z.real * z.imag
    assert wg.grad(f)(z) == pytest.approx(du_dx - 1j * du_dy)
    assert wg.grad(f, conjugate=True)(z) == pytest.approx(du_dx + 1j * du_dy)
    value, slope = wg.value_and_grad(f, conjugate=True)(z)
    assert (value, slope) == pytest.approx((5.0, du_dx + 1j * du_dy))
    assert type(value) is float


def test_holomorphic_gives_the_complex_derivative():
    z = np.array(0.3 - 0.7j)
    got = wg.grad(lambda z: np.exp(z) * z**3, holomorphic=True)(z)
    np.testing.assert_allclose(got, np.exp(z) * (z**3 + 3 * z**2), rtol=1e-14)
    second = wg.grad(wg.grad(np.sin, holomorphic=True), holomorphic=True)
    np.testing.assert_allclose(second(z), -np.sin(z), rtol=1e-14)


def test_conjugate_leaves_real_arguments_alone():
    def f(x, z):
        return x * np.imag(z)

    assert wg.grad(f, (0, 1), conjugate=True)(3.0, 1 + 2j) == (2.0, 3j)
    assert wg.grad(f, (0, 1))(3.0, 1 + 2j) == (2.0, -3j)


def test_complex_work_on_a_real_argument():
    got = wg.grad(lambda x: np.imag(np.exp(1j * x)))(0.5)
    assert got == pytest.approx(np.cos(0.5), rel=1e-15)
    assert type(got) is float


# Guises


GUISES = [
    (3.0, 6.0, 9.0),
    (3, 6.0, 9.0),
    (np.float64(3), np.float64(6), np.float64(9)),
    (np.float32(3), np.float32(6), np.float32(9)),
    (np.int32(3), np.float64(6), np.float64(9)),
    (np.array(3.0), np.array(6.0), np.float64(9)),
    (np.array([1.0, 2.0]), np.array([2.0, 4.0]), np.float64(5)),
    (np.array([1.0, 2.0], "f4"), np.array([2.0, 4.0], "f4"), np.float32(5)),
    (np.array([1, 2]), np.array([2.0, 4.0]), np.float64(5)),
    (np.array([1.0, 2.0], ">f8"), np.array([2.0, 4.0]), np.float64(5)),
    (np.array([[3.0]]), np.array([[6.0]]), np.float64(9)),
    (wg.tensor(3.0), wg.tensor(6.0), wg.tensor(9.0)),
    (wg.tensor([1, 2]), wg.tensor([2.0, 4.0]), wg.tensor(5.0)),
    (wg.tensor(np.float32(3)), wg.tensor(np.float32(6)), wg.tensor(np.float32(9))),
]


@pytest.mark.parametrize(("x", "slope", "value"), GUISES, ids=lambda v: f"{type(v).__name__}-{v}")
def test_guises(x, slope, value):
    def f(x):
        assert isinstance(x, wg.Tensor)
        return np.sum(x * x)

    same(wg.grad(f)(x), slope)
    got = wg.value_and_grad(f)(x)
    same(got[0], value)
    same(got[1], slope)
    _, pullback = wg.vjp(f, x)
    same(pullback(1)[0], slope)


@pytest.mark.parametrize(
    "x", [3.0, np.float32(3), np.ones(2), np.array(3.0), wg.tensor([1.0])], ids=repr
)
def test_the_value_of_vjp_is_of_the_arguments_guise(x):
    out, pullback = wg.vjp(lambda x: x * 2, x)
    assert type(out) is type(pullback(out)[0]) is type(x)
    np.testing.assert_array_equal(np.asarray(out), 2 * np.asarray(x))
    assert np.asarray(out).dtype == np.asarray(x).dtype


def in_rows(a):
    return np.stack([a, a])[:1]


def test_one_element_of_a_numbers_function_is_not_a_number():
    one, two, half = np.array([1.0]), np.array([2.0]), np.array([0.5])
    same(wg.vjp(in_rows, 0.5)[0], half)
    same(wg.vjp(lambda a: (a, in_rows(a)), 0.5, has_aux=True)[2], half)
    same(wg.value_and_grad(in_rows)(0.5)[0], half)
    for found in (wg.jvp(in_rows, (0.5,), (2.0,)), wg.linearize(in_rows, 0.5)):
        same(found[0], half)
    same(wg.jvp(in_rows, (0.5,), (2.0,))[1], two)
    same(wg.linearize(in_rows, 0.5)[1](2.0), two)
    for jacobian in (wg.jacobian, wg.jacfwd, wg.jacrev):
        same(jacobian(in_rows)(0.5), one)
    same(wg.hessian(lambda a: in_rows(a * a))(0.5), two)
    same(wg.checkpoint_chain(lambda a: a * 2, half, 2), two)
    same(wg.vjp(lambda a: a[None, None], np.float64(0.5))[0], half[None])


def test_a_number_stays_weak():
    def f(x, y):
        assert (x * y).dtype == np.float32
        return np.sum(x * y)

    got = wg.grad(f, (0, 1))(2.0, np.ones(3, np.float32))
    same(got[0], 3.0)
    same(got[1], np.full(3, 2, np.float32))


def test_subclasses_of_numbers_and_arrays_are_arguments():
    class Metres(float):
        pass

    class Vector(np.ndarray):
        pass

    assert wg.grad(lambda x: x * x)(Metres(3.0)) == 6.0
    x = np.array([1.0, 2.0]).view(Vector)
    np.testing.assert_array_equal(wg.grad(lambda x: np.sum(x * x))(x), [2.0, 4.0])


@pytest.mark.parametrize("yes", [True, 1, np.True_])
def test_flags_are_taken_by_their_truth(yes):
    assert wg.grad(lambda x: (x * x, "aux"), has_aux=yes)(3.0) == (6.0, "aux")
    assert wg.value_and_grad(lambda z: z * z, holomorphic=yes)(1j) == (-1.0, 2j)
    assert wg.grad(np.imag, conjugate=yes)(0j) == 1j
    assert wg.vjp(lambda x: (x, "aux"), 3.0, has_aux=yes)[2] == "aux"
    assert wg.tensor(1.0, requires_grad=yes).requires_grad
