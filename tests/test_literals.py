"""Numbers that are being differentiated in array literals: NumPy holds them as objects, which are joined."""

import copy
import math
import pickle
import subprocess
import sys
import textwrap
import warnings

import numpy as np
import pytest
import scipy.special
import scipy.stats

import wengert as wg
import wengert.numpy as wnp
from wengert import _core

q = np.array([0.3, -0.7, 1.1])


def rotation(angle):
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def filled(x):
    a = np.zeros((2, 2), dtype=object)
    a[0, 0], a[1] = x[0], x[1:]
    a[0, 1] = 3
    return a


def _put(x):
    a = np.zeros((2, 2), dtype=object)
    np.put(a, [1, 2], x[:2])
    np.fill_diagonal(a, x[2])
    np.putmask(a, a == 0, x[0])
    np.add.at(a, ([0, 0], [0, 1]), x[0])
    np.copyto(a[1], x[1:])
    return a


def _updated(x):
    a = np.array([x[0], 1.0, x[1]])
    a += x
    a[1:] *= 2.0
    return a


# Each is NumPy as it is written; on numbers alone the very same code gives the value.
LITERALS = {
    "vector": lambda x: np.array([x[0], 2.0, x[1] * x[2]]),
    "matrix": lambda x: np.array([[np.cos(x[0]), -np.sin(x[0])], [np.sin(x[0]), 1]]),
    "one number": lambda x: np.array(x[1]) * 2.0,
    "asarray": lambda x: np.asarray([x[0], x[1]]) ** 2,
    "nested products": lambda x: rotation(x[0]) @ rotation(x[1]) @ np.array([x[2], 1.0]),
    "times a vector": lambda x: rotation(x[0]) @ x[1:],
    "a vector times": lambda x: x[1:] @ rotation(x[0]),
    "plus a vector": lambda x: np.array([x[2], 1.0, 0.0]) + x,
    "minus": lambda x: x - np.array([x[2], 1.0, 0.0]),
    "with arrays": lambda x: np.array([x[0], 1.0]) * np.array([2.0, 3.0]),
    "ufuncs": lambda x: np.exp(np.array([x[0], x[1]])) / np.sqrt(np.array([x[2], x[2] + 1])),
    "trigonometry": lambda x: np.arctan2(np.sin(np.array([x[0]])), np.cos(np.array([x[1]]))),
    "norm": lambda x: np.linalg.norm(np.array([x[0], x[1]])),
    "dot": lambda x: np.dot([x[0], 2.0], np.array([x[1], x[2]])),
    "sum of a list": lambda x: np.sum([x[0] ** 2, 1.0, x[1]]),
    "full": lambda x: np.full((2, 2), x[0]) * x[1],
    "full like": lambda x: np.full_like(np.zeros(2, object), x[0]) * x[1:],
    "r_": lambda x: np.r_[x[0], 1.0, x[2]],
    "c_": lambda x: np.c_[[x[0], 1.0], [x[2], x[1]]],
    "vectorize": np.vectorize(lambda v: v * v if v > 0 else -v, otypes=[object]),
    "vectorize a list": lambda x: np.vectorize(lambda v: v * v)([x[0], x[1]]),
    "fromiter": lambda x: np.fromiter((v * v for v in x), dtype=object, count=3),
    "objects": lambda x: np.array([x[0], 1.0], dtype=object) * 2,
    "an array of objects": lambda x: np.asarray(x, dtype=object) * 2,
    "trajectory of objects": lambda x: np.array([x, 2 * x], dtype=object).T,
    "filled": filled,
    "concatenate": lambda x: np.concatenate([np.array([x[0], 1.0]), x]),
    "stack": lambda x: np.stack([np.array([x[0], 1.0]), np.array([x[1], x[0]])]),
    "vstack": lambda x: np.vstack([x, np.array([x[0], 0.0, x[1]])]),
    "block": lambda x: np.block([[rotation(x[0]), np.zeros((2, 1))], [np.zeros(2), 1.0]]),
    "where": lambda x: np.where(np.array([True, False]), np.array([x[0], x[1]]), 0.0),
    "branch": lambda x: np.array([x[0] if x[0] > 0 else -x[0], max(x[1], x[2])]),
    "outer": lambda x: np.outer(np.array([x[0], 1.0]), np.array([x[1], x[2]])),
    "cross": lambda x: np.cross(np.array([x[0], 1.0, x[1]]), x),
    "einsum": lambda x: np.einsum("ij,j->i", np.array([[x[0], 0.0], [1.0, x[1]]]), x[1:]),
    "trace": lambda x: np.trace(rotation(x[0])),
    "transposed": lambda x: rotation(x[0]).T @ rotation(x[0]),
    "slices": lambda x: np.array([x[0], x[1], x[2]])[1:] * 2,
    "power": lambda x: np.array([x[0], x[2]]) ** 2 + 2.0 ** np.array([x[0], x[1]]),
    "in place": lambda x: np.add(np.array([x[0], 1.0]), x[1:], out=np.zeros(2, dtype=object)),
    "updated": _updated,
    "put and fill_diagonal": _put,
    "integers beside": lambda x: np.array([x[0], 1]) / 2,
    "an axis of length 1": lambda x: np.array([[x[0]], [x[1]]]) @ np.array([[x[2], 1.0]]),
    "containers": lambda x: {"a": np.array([x[0], 1.0]), "b": (np.array([x[1]]), x[2])},
}


def flat(tree):
    return np.concatenate([np.ravel(np.asarray(leaf, float)) for leaf in _core.flatten(tree)])


each = pytest.mark.parametrize("f", LITERALS.values(), ids=LITERALS)


@each
def test_values_and_derivatives_are_those_of_the_same_code_on_numbers(f):
    want = flat(f(q))
    out, tangent = wg.jvp(f, (q,), (np.array([1.0, 0.5, -2.0]),))
    np.testing.assert_allclose(flat(out), want, rtol=1e-14, atol=1e-16)
    t, h = np.array([1.0, 0.5, -2.0]), 1e-6
    slope = (flat(f(q + h * t)) - flat(f(q - h * t))) / (2 * h)
    np.testing.assert_allclose(flat(tangent), slope, rtol=1e-8, atol=1e-8)

    rows = wg.jacrev(lambda x: wnp.concatenate([wnp.ravel(y) for y in _core.flatten(f(x))]))(q)
    np.testing.assert_allclose(rows @ t, slope, rtol=1e-8, atol=1e-8)


@each
def test_second_derivatives_batches_and_checkpoints(f):
    def total(x):
        return sum(np.sum(leaf * leaf) for leaf in _core.flatten(f(x)))

    h, e = 1e-5, np.eye(3)
    want = np.array([(wg.grad(total)(q + h * d) - wg.grad(total)(q - h * d)) / (2 * h) for d in e])
    np.testing.assert_allclose(wg.hessian(total)(q), want, rtol=1e-6, atol=1e-6)
    batch = np.stack([q, q + 0.1, -q])
    values = wg.vmap(total)(batch[:2])
    np.testing.assert_allclose(values, [total(x) for x in batch[:2]], rtol=1e-13)
    np.testing.assert_allclose(
        wg.vmap(wg.grad(total))(batch[:2]), [wg.grad(total)(x) for x in batch[:2]], rtol=1e-12
    )
    np.testing.assert_allclose(wg.grad(wg.checkpoint(total))(q), wg.grad(total)(q), rtol=1e-13)


def test_the_transforms_take_functions_that_return_literals():
    def f(x):
        return np.array([x[0] * x[1], np.sin(x[2]), 1.0])

    want = np.array([[q[1], q[0], 0], [0, 0, np.cos(q[2])], [0, 0, 0]])
    for jacobian in (wg.jacobian, wg.jacfwd, wg.jacrev):
        np.testing.assert_allclose(jacobian(f)(q), want)
    np.testing.assert_allclose(wg.jacobian(f, sparse=True)(q).toarray(), want)
    value, pullback = wg.vjp(f, q)
    assert isinstance(value, np.ndarray)
    assert value.dtype == np.float64
    np.testing.assert_allclose(pullback(np.ones(3))[0], want.sum(0))
    out, push = wg.linearize(f, q)
    np.testing.assert_allclose(push(np.ones(3)), want.sum(1))
    assert out.dtype == np.float64
    value, gradient = wg.value_and_grad(lambda x: np.array([x[0] * 2]))(q)
    assert (value, gradient.tolist()) == (np.array([0.6]), [2, 0, 0])
    gradient, aux = wg.grad(lambda x: (x[0], f(x)), has_aux=True)(q)
    assert isinstance(aux, np.ndarray)
    assert aux.dtype == np.float64
    assert "stack" in str(wg.explain(f, q))


def test_arguments_may_be_literals():
    def outer(x):
        inner = wg.grad(lambda y: np.sum(y * y))(np.array([x[0], 2.0, x[1]]))
        return inner[0] + inner[2]

    assert wg.grad(outer)(q).tolist() == [2, 2, 0]
    assert wg.grad(lambda a: np.sum(a * a))(np.array([1.0, 2], dtype=object)).tolist() == [2, 4]


def test_rules_of_ones_own_take_and_return_literals():
    @wg.custom_vjp
    def f(v):
        return np.array([v[0] * 2, v[1]])

    f.defvjp(lambda v: (f(v), None), lambda _, ct: (np.array([ct[0] * 2, ct[1]]),))
    gradient = wg.grad(lambda x: np.sum(f(np.array([x[0], x[1] * x[2]])) * x[:2]))
    want = wg.grad(lambda x: np.sum(np.array([2 * x[0], x[1] * x[2]]) * x[:2]))
    np.testing.assert_allclose(gradient(q), want(q))


def test_a_chain_of_steps_that_return_literals():
    def step(s, i):
        return np.array([s[1], -np.sin(s[0])]) * 0.1 + s

    def by_chain(s):
        return np.sum(wg.checkpoint_chain(step, s, 7))

    def by_loop(s):
        for i in range(7):
            s = step(s, i)
        return np.sum(s)

    np.testing.assert_allclose(wg.grad(by_chain)(q[:2]), wg.grad(by_loop)(q[:2]), rtol=1e-13)


def test_written_values_and_indices():
    def f(x):
        y = np.zeros(4, like=x)
        y[:2] = np.array([x[0], 1.0])
        y[np.array([2, 3], dtype=object)] = np.array([x[1], x[2]])
        return np.sum(y * np.arange(4.0))

    assert wg.grad(f)(q).tolist() == [0, 2, 3]


def test_the_object_style():
    w = wg.tensor([1.0, 2.0], requires_grad=True)
    loss = np.sum(np.array([w[0] ** 2, 3 * w[1]]) * np.array([1.0, 2.0]))
    loss.backward()
    assert w.grad.tolist() == [2, 6]
    (w[0] * w[1]).backward(np.array(w[0]))
    assert w.grad.tolist() == [4, 7]


def test_complex_numbers_are_not_held_since_numpy_would_take_their_imaginary_parts_for_zero():
    with pytest.raises(TypeError, match=r"for arrays of complex Tensors wengert\.numpy\.array"):
        wg.grad(lambda x: np.sum(np.array([np.exp(1j * x), 1.0]).imag))(1.0)
    assert wg.grad(lambda x: np.sum(wnp.array([np.exp(1j * x), 1.0]).imag))(1.0) == np.cos(1.0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_are_those_of_numpys_own_literals(dtype):
    x = np.array([1.0, 2.0], dtype)
    for literal in (lambda x: np.array([x[0], x[1]]), lambda x: np.array([x[0], 2.0])):
        assert wg.jvp(literal, (x,), (x,))[0].dtype == literal(x).dtype
    assert wg.jvp(lambda x: np.array([x, 1]), (2.0,), (1.0,))[0].dtype == np.float64


def test_integers_and_truths_of_a_batch_are_read_by_numpy():
    picked = wg.vmap(lambda i, x: np.arange(4.0)[np.array([i, i + 1])] * x)
    assert picked(np.array([0, 2]), np.array([1.0, 10.0])).tolist() == [[0, 1], [20, 30]]
    both = wg.vmap(lambda x: x if np.array([x > 0, x < 2]).all() else -x)
    assert both(np.array([-1.0, 1.0, 3.0])).tolist() == [1, 1, -3]


def test_untracked_numbers_are_numbers():
    t = wg.tensor(1.5)
    assert np.array([t, 2.0]).dtype == np.float64
    assert np.asarray(t).dtype == np.float64
    assert wg.grad(lambda x: x * np.array([t, 2.0])[0])(1.0) == 1.5
    with wg.no_grad():
        w = wg.tensor(2.0, requires_grad=True)
        assert np.array([w * 1, 2.0]).dtype == np.float64


UFUNCS = [
    u
    for name, u in vars(np).items()
    if isinstance(u, np.ufunc)
    and name == u.__name__
    and u.signature is None
    and any(set(t.split("->")[0]) == {"O"} for t in u.types)
]
OF_TRUTHS = {"logical_and", "logical_or"}  # of objects: one of them, as Python has it
OF_INTEGERS = {"bitwise_count", "gcd", "lcm", "invert", "left_shift", "right_shift"}
OF_INTEGERS |= {"bitwise_and", "bitwise_or", "bitwise_xor"}


@pytest.mark.parametrize("u", UFUNCS, ids=lambda u: u.__name__)
def test_every_ufunc_that_numpy_applies_to_objects(u):
    if u.__name__ in OF_INTEGERS | OF_TRUTHS:
        return
    at = np.array([1.3, 1.7]) if u.__name__ == "arccosh" else np.array([0.3, 0.7])
    if u.nin == 1:
        of_objects, of_tensor = (lambda x: u(np.array([x[0], x[1]]))), u
    else:
        of_objects = lambda x: u(np.array([x[0], x[1]]), np.array([x[1], x[0] * 2]))
        of_tensor = lambda x: u(x, np.stack([x[1], x[0] * 2]))
    ct = np.array([1.0, 3.0])
    value, derivative = wg.jvp(lambda x: np.sum(ct * of_objects(x)), (at,), (ct,))
    want, slope = wg.jvp(lambda x: np.sum(ct * of_tensor(x)), (at,), (ct,))
    np.testing.assert_allclose([value, derivative], [want, slope], rtol=1e-14)


def test_the_methods_that_numpy_calls_are_of_numbers_alone_and_not_listed():
    t, v = wg.tensor(0.5), wg.tensor([0.5])
    assert t.exp().item() == np.exp(0.5)
    assert t.arctan2(1.0).item() == pytest.approx(np.arctan2(0.5, 1.0))
    for name in _core.object_methods:
        assert hasattr(t, name)
        assert not hasattr(v, name)
        assert name not in dir(t)
    with pytest.raises(AttributeError, match=r"no attribute 'exp'; use np\.exp\(x\)"):
        _ = v.exp


def test_rounding_to_python_integers():
    assert wg.grad(lambda x: x * math.floor(x) + math.ceil(x) - math.trunc(x))(2.5) == 2.0
    assert wg.grad(lambda x: np.sum(np.floor(np.array([x, x])) * x))(2.5) == 4.0


# What is refused


def _of_arrays(x):
    a = np.zeros(2, dtype=object)
    a[0] = wnp.ones(2) * x
    a[1] = x
    return a


@pytest.mark.parametrize(
    ("objects", "message"),
    [
        (lambda x: np.array([x, None]), r"an array of objects holds a NoneType at \(1,\)"),
        (lambda x: np.array([[x, 1.0], ["a", x]], dtype=object), r"holds a str at \(1, 0\)"),
        (
            _of_arrays,
            r"holds a wengert.Tensor of shape \(2,\) at \(0,\); numbers alone",
        ),
    ],
)
def test_what_is_no_number_is_named_with_its_place(objects, message):
    with pytest.raises(TypeError, match=message):
        wg.grad(lambda x: np.sum(x * wnp.ones(3) * wnp.asarray(objects(x))))(1.0)


def test_floats_are_refused_and_nothing_is_lost():
    def store(x):
        a = np.zeros(3)
        a[1] = x
        return a[1]

    for f in (store, lambda x: np.array([x, 1.0], dtype=float)[0], lambda x: np.mean([x, 2.0])):
        with pytest.raises(TypeError, match=r"float.*: this Tensor is being differentiated"):
            wg.grad(f)(1.0)
    with pytest.raises(TypeError, match=r"wengert\.numpy\.array, np\.stack or np\.concatenate"):
        wg.grad(lambda x: np.sum(np.array([x, x])))(q)
    with pytest.raises(TypeError, match="differentiated"):
        wg.grad(lambda x: pickle.loads(pickle.dumps(np.array([x, 1.0])))[0])(1.0)


def test_the_error_says_which_library_asked():
    with pytest.raises(TypeError, match=r"^np\.asarray \(in \w+ of numpy/.*\.py\): this Tensor"):
        wg.grad(lambda x: np.sum(np.ndenumerate(x)))(q)


def test_copies_of_literals_stay_connected():
    assert (
        wg.grad(lambda x: np.sum(copy.deepcopy(np.array([x, x])) + np.array([x]).copy()))(1.0) == 4
    )


def test_many_objects_are_joined_in_linear_time_with_a_warning():
    def f(x):
        return np.sum(np.asarray(x, dtype=object) * x)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        f_small = wg.grad(f)(np.ones(1000))
    assert f_small.tolist() == [2.0] * 1000
    with pytest.warns(wg.PerformanceWarning, match="5000 numbers that NumPy held") as caught:
        wg.grad(f)(np.ones(5000))
    assert caught[0].filename == __file__


def test_the_warning_comes_once():
    code = """
    import numpy as np, wengert as wg
    for _ in range(3):
        wg.grad(lambda x: np.sum(np.asarray(x, dtype=object) * x))(np.ones(5000))
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert run.stderr.count("PerformanceWarning") == 1


# What NumPy and SciPy say in words of their own, of what they hold as objects.
UNKNOWING = {
    "a matrix": lambda x: np.sum(np.linalg.inv(np.array([[x[0], 1.0], [0.0, 2.0]]))),
    "with a constant": lambda x: np.sum(np.cos(np.array([x[0], 2.0]))),
    "a method of floats": lambda x: np.sum(np.hypot([x[0], 2.0], [1.0, x[1]])),
    "a predicate": lambda x: x[0] if np.isnan(np.array([x[0]])).any() else x[1],
    "a scan": lambda x: np.logaddexp.reduce([x[0], x[1]]),
    "a transform": lambda x: np.sum(np.abs(np.fft.fft([x[0], 1.0, 2.0]))),
    "a distribution": lambda x: scipy.stats.norm.logpdf(x[0]),
    "a special function": lambda x: np.sum(scipy.special.gammaln([x[0], x[1]])),
}


@pytest.mark.parametrize("program", UNKNOWING.values(), ids=UNKNOWING)
@pytest.mark.parametrize(
    "transform",
    [
        lambda f: wg.grad(f)(q),
        lambda f: wg.hessian(f)(q),
        lambda f: wg.jvp(f, (q,), (q,)),
        lambda f: wg.grad(lambda x: wg.grad(f)(x)[0])(q),
        lambda f: wg.vmap(wg.grad(f))(q[None]),
        lambda f: wg.explain(f, q),
    ],
    ids=["grad", "hessian", "jvp", "nested", "vmap", "explain"],
)
def test_a_note_says_what_to_write_where_a_function_knows_no_objects(program, transform):
    with pytest.raises((TypeError, ValueError, AttributeError)) as raised:
        transform(program)
    if sys.version_info >= (3, 11):
        (note,) = [n for n in raised.value.__notes__ if "vmap" not in n]  # once, however nested
        assert "wengert.numpy.array([x[0], 2.0])" in note


@pytest.mark.skipif(sys.version_info < (3, 11), reason="exceptions have no notes")
def test_the_note_names_what_finds_the_roots_of_a_polynomial():
    coefficients = np.array([2.0, -3.0, 1.0])
    with pytest.raises(TypeError) as raised:
        wg.jacobian(lambda c: np.polynomial.Polynomial(c).roots())(coefficients)
    (note,) = raised.value.__notes__
    assert "wengert.numpy.roots(p.coef[::-1])" in note
    found = wg.jacobian(lambda c: wg.numpy.roots(np.polynomial.Polynomial(c).coef[::-1]))
    np.testing.assert_allclose(found(coefficients), [[-1, -2, -4], [1, 1, 1]], rtol=1e-12)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="exceptions have no notes")
def test_nothing_is_noted_of_other_exceptions():
    def fails(x):
        held = np.array([x[0], 2.0])
        raise ValueError("a trouble of one's own" * held.ndim)

    def held_in_a_call_before(x):
        np.array([x[0], 2.0])
        return wg.grad(lambda y: y @ np.ones(7))(np.ones(2))

    for f in (fails, held_in_a_call_before, lambda x: np.array([x[0], 2.0], dtype=float)):
        with pytest.raises((TypeError, ValueError)) as raised:
            wg.grad(f)(q)
        assert not hasattr(raised.value, "__notes__")
