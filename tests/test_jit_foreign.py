"""Functions of foreign code inside of recorded ones: called at every replay, with the arrays of that."""

import queue
import threading

import numpy as np
import pytest

import wengert as wg
from wengert.scipy.sparse import csr_array
from wengert.scipy.sparse.linalg import spsolve

X = np.array([1.0, -2.0, 3.0])


def runs_of(f):
    return sum(program.runs for program in f.programs)


def sine(stated, calls=None):
    @wg.primitive
    def fun(x):
        if calls is not None:
            calls.put(None)
        return np.array([float(v) for v in np.sin(x)])

    if stated == "reverse":
        fun.defvjp(lambda ct, ans, x: ct * np.cos(x))
    else:
        fun.defjvp(lambda t, ans, x: t * np.cos(x))
    return fun


WAYS = {
    "value": (lambda f: lambda x: f(x) * 2.0, lambda x: np.sin(x) * 2.0),
    "grad": (lambda f: wg.grad(lambda x: np.sum(f(x) * x)), lambda x: np.cos(x) * x + np.sin(x)),
    "jacobian": (wg.jacobian, lambda x: np.diag(np.cos(x))),
    "forward": (wg.jacfwd, lambda x: np.diag(np.cos(x))),
    "jvp": (lambda f: lambda x: wg.jvp(f, (x,), (x,))[1], lambda x: np.cos(x) * x),
    "vmap": (lambda f: lambda x: wg.vmap(f)(x.reshape(3, 1)), lambda x: np.sin(x).reshape(3, 1)),
    "batch": (
        lambda f: wg.grad(lambda x: np.sum(wg.vmap(f)(np.stack([x, 2.0 * x])))),
        lambda x: np.cos(x) + 2 * np.cos(2 * x),
    ),
    "examples": (
        lambda f: lambda x: wg.vmap(wg.grad(lambda e: np.sum(f(e))))(np.stack([x, 2.0 * x])),
        lambda x: np.stack([np.cos(x), np.cos(2 * x)]),
    ),
    "batches": (
        lambda f: lambda x: wg.vmap(wg.vmap(f))(x.reshape(3, 1, 1)),
        lambda x: np.sin(x).reshape(3, 1, 1),
    ),
    "checkpoint": (
        lambda f: wg.grad(wg.checkpoint(lambda x: np.sum(f(x) ** 2))),
        lambda x: 2 * np.sin(x) * np.cos(x),
    ),
}


@pytest.mark.parametrize("stated", ["reverse", "forward"])
@pytest.mark.parametrize("way", WAYS)
def test_replays_call_the_function(way, stated):
    calls = queue.SimpleQueue()  # what has changed in it is not seen
    transform, expected = WAYS[way]
    f = wg.jit(transform(sine(stated, calls)))
    for k in range(1, 5):
        before = calls.qsize()
        np.testing.assert_allclose(f(k * X), expected(k * X), rtol=1e-14)
        assert calls.qsize() > before
    assert runs_of(f) == 3


@pytest.mark.parametrize("stated", ["reverse", "forward"])
def test_derivatives_of_replays(stated):
    fun = sine(stated)
    f = wg.jit(lambda x: fun(x) * x)
    for k in range(1, 4):
        x = k * X
        slope = np.cos(x) * x + np.sin(x)
        np.testing.assert_allclose(wg.grad(lambda v: np.sum(f(v)))(x), slope)
        np.testing.assert_allclose(wg.jacobian(f)(x), np.diag(slope))
        np.testing.assert_allclose(wg.jacfwd(f)(x), np.diag(slope))
        np.testing.assert_allclose(
            wg.hessian(lambda v: np.sum(f(v)))(x),
            np.diag(2 * np.cos(x) - np.sin(x) * x),
            atol=1e-14,
        )
    assert runs_of(f) > 0


def test_what_it_keeps_is_its_own():
    kept = queue.SimpleQueue()
    fun = wg.primitive(lambda x: kept.put(x) or x * 2.0)
    f = wg.jit(lambda x: np.sum(fun(x * 3.0)))
    for k in range(1, 5):
        f(k * X)
    for k in range(1, 5):
        x = kept.get()
        np.testing.assert_array_equal(x, 3.0 * k * X)
        assert not x.flags.writeable


def test_other_types_are_recorded_anew():
    fun = wg.primitive(lambda x: x[: int(x[0])])
    f = wg.jit(lambda x: fun(x) * 2.0)
    for size in (3, 3, 2, 2, 3):
        x = np.array([float(size), 1.0, 2.0])
        np.testing.assert_array_equal(f(x), 2.0 * x[:size])
    dtypes = wg.primitive(lambda x: x.astype(np.float32) if x[0] > 1 else x)
    g = wg.jit(lambda x: dtypes(x) * x)
    for k in (1, 2, 1, 3):
        assert g(k * X).dtype == X.dtype
        np.testing.assert_array_equal(g(k * X), (k * X) ** 2)


def test_exceptions_are_its_own():
    fun = wg.primitive(lambda x: 1.0 / x if x != 0 else {}[float(x)])
    f = wg.jit(lambda x: fun(x) + 1.0)

    def careful(x):
        try:
            return fun(x) + 1.0
        except KeyError:
            return x - 1.0

    g = wg.jit(careful)
    for x in (1.0, 2.0, 0.0, 4.0, 0.0):
        if x:
            assert f(x) == g(x) == 1 / x + 1
        else:
            with pytest.raises(KeyError):
                f(x)
            assert g(x) == -1.0


def test_effects_wait_for_it():
    w = wg.tensor(X, requires_grad=True)
    fun = wg.primitive(lambda x: x * 2.0 if np.all(x < 10) else {}[0])
    fun.defvjp(lambda ct, ans, x: ct * 2.0)

    @wg.jit
    def step(x):
        np.sum(fun(w * x)).backward()
        w.assign(w.detach() + w.grad)
        w.grad = None
        return fun(x)

    expected = X
    for k in range(1, 4):
        np.testing.assert_array_equal(step(0.1 * k * X), 0.2 * k * X)
        expected = expected + 0.2 * k * X
        np.testing.assert_allclose(np.asarray(w.detach()), expected)
    assert runs_of(step) == 2
    with pytest.raises(KeyError):
        step(100.0 * X)
    np.testing.assert_allclose(np.asarray(w.detach()), expected)
    assert w.grad is None


def test_rules_that_look_at_values():
    clipped = wg.custom_vjp(lambda x: np.sum(x * x))
    clipped.defvjp(
        lambda x: (np.sum(x * x), x),
        lambda x, ct: (2.0 * x * ct if ct > 0 else x * 0.0,),
    )
    doubled = wg.custom_jvp(lambda x: x * x)
    doubled.defjvp(
        lambda p, t: (p[0] * p[0], 2.0 * p[0] * t[0] if np.sum(p[0]) > 0 else 0.0 * t[0])
    )
    for fun in (
        lambda x: clipped(x) * 3.0 - clipped(2.0 * x),
        lambda x: np.sum(doubled(x)) * np.sum(x),
    ):
        g, f = wg.jit(wg.grad(fun)), wg.jit(fun)
        for k in (1, -1, 2, -2, 3):
            expected = wg.grad(fun)(k * X)
            np.testing.assert_allclose(g(k * X), expected)
            np.testing.assert_allclose(wg.grad(f)(k * X), expected)
        assert runs_of(g) >= 3


def test_sparse_equations_are_replayed():
    a = np.array([[4.0, 1.0, 0.0], [1.0, 3.0, 0.0], [0.0, 0.0, 2.0]])
    indices, starts = np.array([0, 1, 0, 1, 2]), np.array([0, 2, 4, 5])

    def fun(data, b):
        return np.sum(spsolve(csr_array((data, indices, starts), shape=(3, 3)), b) ** 2)

    f, g = wg.jit(fun), wg.jit(wg.grad(fun))
    data = a[a != 0]
    for k in (1.0, 2.0, 3.0):
        np.testing.assert_allclose(f(k * data, X), np.sum(np.linalg.solve(k * a, X) ** 2))
        np.testing.assert_allclose(g(k * data, X), wg.grad(fun)(k * data, X))
    assert runs_of(f) == runs_of(g) == 2


def test_threads():
    fun = sine("reverse")
    f = wg.jit(wg.grad(lambda x: np.sum(fun(x) * x)))
    f(X)
    failed = []

    def work(k):
        for i in range(50):
            x = (k + i) * X
            if not np.allclose(f(x), np.cos(x) * x + np.sin(x)):
                failed.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
