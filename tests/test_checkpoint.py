"""Checkpoints: the same derivatives, from what is evaluated again."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import wengert as wg
from checkpoint_cases import TRANSFORMS, W, X, close, evaluations, plain_chain

BODIES = {
    "elementwise": lambda wrap: lambda x: np.sum(wrap(lambda x: np.sin(np.tanh(x) * x) * x)(x)),
    "closure": lambda wrap: lambda x: np.sum(wrap(lambda y: np.tanh(W @ y * x))(x * 2) * x),
    "nested": lambda wrap: (
        lambda x: np.sum(wrap(lambda x: wrap(lambda y: np.exp(np.sin(y)))(x * 2) * x)(x))
    ),
    "several": lambda wrap: (
        lambda x: (
            sum(
                np.sum(part)
                for part in wrap(lambda x: (x**2, {"a": np.sum(x) * x, "n": 3.0}))(x)[:1]
            )
            * wrap(lambda x: [x[0] * x[1], np.float64(2.0)])(x)[0]
        )
    ),
    "branch": lambda wrap: wrap(lambda x: np.sum(x**3) if x[0] > 0.4 else np.sum(np.cos(x))),
    "indices": lambda wrap: lambda x: np.sum(wrap(lambda x: np.sort(x[[2, 0, 1, 0]]) ** 2)(x)),
    "integers": lambda wrap: (
        lambda x: np.sum(wrap(lambda x: np.where(x > np.mean(x), x * x, x) * np.argmax(x))(x))
    ),
    "stopped": lambda wrap: lambda x: np.sum(wrap(lambda x: wg.stop_gradient(x * x) * x)(x)),
    "transform inside": lambda wrap: (
        lambda x: np.sum(wrap(lambda x: wg.grad(lambda y: np.sum(np.sin(y) * x))(x * 2))(x))
    ),
}


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("name", BODIES)
def test_checkpoints_change_no_derivative(name, transform):
    with_checkpoint = BODIES[name](wg.checkpoint)
    without = BODIES[name](lambda fun: fun)
    close(TRANSFORMS[transform](with_checkpoint)(X), TRANSFORMS[transform](without)(X))


def test_the_function_is_called_once_and_its_operations_evaluated_twice():
    calls = []

    def body(x):
        calls.append(1)
        return np.sin(np.tanh(x) * x)

    assert evaluations(lambda: wg.grad(lambda x: np.sum(wg.checkpoint(body)(x)))(X)) == 3
    assert calls == [1]
    several = wg.checkpoint(lambda x: (np.sin(x), np.cos(x), x * x))
    assert evaluations(lambda: wg.grad(lambda x: sum(map(np.sum, several(x))))(X)) == 3


def test_a_policy_says_what_is_kept():
    def body(x):
        return np.sum(np.sin(W @ np.tanh(x)) * x)

    kept = wg.checkpoint(body, policy={"matmul"}.__contains__)
    close(wg.hessian(kept)(X), wg.hessian(body)(X))
    assert (
        evaluations(lambda: wg.grad(kept)(X))
        == evaluations(lambda: wg.grad(wg.checkpoint(body))(X)) - 1
    )


def test_backward_and_containers():
    x = wg.tensor(X, requires_grad=True)
    layer = wg.checkpoint(lambda p, *, scale: {"y": p["x"] * p["x"] * scale, "note": "kept"})
    out = layer({"x": x}, scale=3.0)
    assert out["note"] == "kept"
    np.sum(out["y"]).backward()
    close(x.grad, 6 * X)


def test_without_a_derivative_it_is_the_function():
    assert wg.checkpoint(np.sin)(0.5) == np.sin(0.5)
    with wg.no_grad():
        assert not wg.checkpoint(np.sin)(wg.tensor(0.5, requires_grad=True)).requires_grad


def test_an_error_inside_leaves_everything_usable():
    def fails(x):
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        wg.grad(lambda x: np.sum(wg.checkpoint(fails)(x)))(X)
    close(wg.grad(lambda x: np.sum(wg.checkpoint(np.sin)(x)))(X), np.cos(X))


def test_complex_and_holomorphic():
    z = X + 0.5j
    body = wg.checkpoint(lambda z: np.exp(z) * z)
    close(
        wg.grad(lambda z: np.sum(body(z)), holomorphic=True)(z),
        np.exp(z) * (z + 1),
    )
    with pytest.raises(wg.DerivativeError, match="holomorphic"):
        wg.grad(lambda z: np.sum(wg.checkpoint(np.conj)(z)), holomorphic=True)(z)


def in_thread(call):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()


@pytest.mark.parametrize("around", [lambda call: call(), in_thread])
def test_what_another_thread_computed_is_not_computed_again(around):
    """Threads number their nodes on their own: a small number may belong to a new node."""

    def loss(wrap, chain):
        def fun(x):
            y = np.sin(x) + x
            for _ in range(6):
                y = around(lambda y=y: np.sin(y) * y)
            z = in_thread(lambda: wrap(lambda z: np.sin(z) * y)(y))
            return np.sum(in_thread(lambda: chain(lambda s, i: np.cos(s) * z * y, y, 3)))

        return fun

    wanted = wg.grad(loss(lambda f: f, plain_chain))(X)
    close(wg.grad(loss(wg.checkpoint, wg.checkpoint_chain))(X), wanted)


def test_a_thread_inside_of_a_checkpoint_is_refused():
    # Its operations were not recorded for a second evaluation.
    def loss(x):
        z = np.sin(x)
        return np.sum(in_thread(lambda: z + W[0]))

    with pytest.raises(wg.TraceError, match="computed in a thread that the function started"):
        wg.grad(wg.checkpoint(loss))(X)


@pytest.mark.parametrize(
    "inner",
    [
        lambda y: wg.grad(lambda z: np.sum(np.sin(z) * y))(y),
        wg.vmap(lambda z: z * np.sin(z)),
        wg.jacobian(lambda z: z * np.sum(z)),
        lambda y: wg.jvp(lambda z: np.sin(z) * y, [y], [y])[1],
        lambda y: wg.hessian(lambda z: np.sum(z**3) * y[0])(y),
    ],
)
def test_transforms_inside_of_a_checkpoint(inner):
    wanted = wg.grad(lambda x: np.sum(inner(x)))(X)
    close(wg.grad(lambda x: np.sum(wg.checkpoint(inner)(x)))(X), wanted)
    if np.shape(inner(X)) == (4,):
        close(
            wg.grad(lambda x: np.sum(wg.checkpoint_chain(lambda s, i: inner(s), x, 1)))(X), wanted
        )


def pair_of_parts(x):
    z = np.sin(x)
    return z[:-1], z[1:]


def whole_and_transpose(x):
    z = np.outer(x, np.exp(x))
    return {"row": z[1], "whole": z, "column": z.T[0]}


def complex_parts(x):
    z = x * (1 + 2j)
    return z.imag, z, z[1:].real


def one_twice(x):
    z = np.tanh(x)
    return [z, z, x]


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x,
        lambda x: x[1:],
        lambda x: (x[::-1], x * x, x[:2]),
        pair_of_parts,
        whole_and_transpose,
        complex_parts,
        one_twice,
    ],
)
def test_results_see_the_memory_that_the_functions_see(f):
    def program(x, wrap=wg.checkpoint):
        y = 1.5 * x
        results = wrap(f)(y)
        parts = [results] if isinstance(results, wg.Tensor | np.ndarray) else list(results)
        parts = list(results.values()) if isinstance(results, dict) else parts
        for part in parts:
            part[..., 0] = 7 * x[0]
            part[1:] *= x[-1]
        parts[0][...] += 1
        return sum(np.sum(np.real(part) ** 2) for part in parts) + np.sum(y**3)

    def plain(x):
        return program(x, lambda f: f)

    x = np.array([0.5, 1.5, 0.75])
    for way in (lambda g: g, wg.grad, wg.jacfwd, wg.hessian, lambda g: wg.jacfwd(wg.grad(g))):
        np.testing.assert_allclose(way(program)(x), way(plain)(x), rtol=1e-13)
    xs = np.stack([x, x + 1])
    for way in (lambda g: g, wg.grad, wg.hessian):
        np.testing.assert_allclose(wg.vmap(way(program))(xs), wg.vmap(way(plain))(xs), rtol=1e-13)
    twice = wg.grad(wg.checkpoint(program))
    np.testing.assert_allclose(twice(x), wg.grad(plain)(x), rtol=1e-13)
