"""What a recording that is evaluated again must follow: what was read, and what left it."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import wengert as wg

X = np.array([1.0, -1.0, 2.0, -3.0])


def each(fun, xs=X):
    return np.stack([np.asarray(fun(x)) for x in xs])


def close(actual, expected):
    np.testing.assert_allclose(np.asarray(actual), np.asarray(expected), rtol=1e-12, atol=1e-12)


def positive_is_refused(x):
    if x > 0:
        raise ValueError("positive")
    return x * 2


# Ways to run a function of one number inside of a vmap, in a recording of their own.
WITHIN = {
    "itself": lambda fun: fun,
    "checkpoint": wg.checkpoint,
    "checkpoint of checkpoint": lambda fun: wg.checkpoint(wg.checkpoint(fun)),
    "vmap": lambda fun: lambda x: wg.vmap(fun)(np.stack([x, x]))[0],
    "vmap of a constant": lambda fun: lambda x: wg.vmap(lambda y: fun(x) + 0 * y)(np.ones(2))[1],
    "checkpoint_chain": lambda fun: lambda x: wg.checkpoint_chain(fun, x, 1),
    "vmap of checkpoint": lambda fun: lambda x: wg.vmap(wg.checkpoint(fun))(np.stack([x]))[0],
    "checkpoint of vmap": lambda fun: wg.checkpoint(lambda x: wg.vmap(fun)(np.stack([x]))[0]),
    "chain in vmap": lambda fun: (
        lambda x: wg.vmap(lambda y: wg.checkpoint_chain(fun, y, 1))(np.stack([x]))[0]
    ),
}
# Of a function of one number.
AROUND = {
    "value": (lambda f: f, lambda f: f),
    "grad": (wg.grad, wg.grad),
    "jvp": (
        lambda f: lambda x: wg.jvp(f, (x,), (2.0,))[1],
        lambda f: lambda x: 2 * wg.grad(f)(x),
    ),
    "jacobian": (wg.jacobian, wg.grad),
    "hessian": (wg.hessian, wg.hessian),
    "linearize": (
        lambda f: lambda x: wg.linearize(f, x)[1](2.0),
        lambda f: lambda x: 2 * wg.grad(f)(x),
    ),
}


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("within", WITHIN)
def test_a_body_that_raises_is_read_on_its_way_out(within, around):
    def guarded(way):
        def fun(x):
            try:
                return way(positive_is_refused)(x) * x
            except ValueError:
                return x * x * x - 1

        return fun

    transform, plain = AROUND[around]
    close(
        wg.vmap(transform(guarded(WITHIN[within])))(X),
        each(plain(guarded(lambda fun: fun))),
    )


@pytest.mark.parametrize("pattern", [wg.sparsity, lambda f, y: wg.jacobian(f, sparse=True)(y)])
def test_a_pattern_that_raises_is_read_on_its_way_out(pattern):
    def fun(x):
        def refused(y):
            positive_is_refused(x)
            return y * 2

        try:
            pattern(refused, np.ones(2))
        except ValueError:
            return x * 0 - 1
        return x * 2

    close(wg.vmap(fun)(X), [-1, -2, -1, -6])


@pytest.mark.parametrize("within", WITHIN)
def test_what_a_body_reads_divides_the_batch(within):
    def fork(x):
        return np.sin(x) if x > 0 else x * x

    close(wg.vmap(WITHIN[within](fork))(X), each(fork))
    close(wg.vmap(wg.grad(WITHIN[within](fork)))(X), np.where(X > 0, np.cos(X), 2 * X))


@pytest.mark.parametrize("within", WITHIN)
def test_captured_values_of_the_batch_outside_divide_it(within):
    def fun(x):
        inner = WITHIN[within](lambda y: y * 2 if x > 0 else y * x)
        return inner(x * 3)

    close(wg.vmap(fun)(X), np.where(X > 0, 6 * X, 3 * X * X))


# Operations that fail for some operands, whose results nothing uses.
UNUSED = {
    "index": lambda x, i: x[i],
    "take": np.take,
    "take_along_axis": lambda x, i: np.take_along_axis(x, np.stack([i]), 0),
    "power": lambda x, i: np.array([2, 3]) ** (1 - i),
    "power of both": lambda x, i: (i + 1) ** (1 - i),
    "primitive": lambda x, i: small_only(i),
}


@wg.primitive
def small_only(i):
    if i > 5:
        raise IndexError(f"{i} is not small")
    return np.float64(i)


@pytest.mark.parametrize(
    "around",
    ["value", "grad", "jvp", "jacobian", "hessian", "checkpoint", "grad of checkpoint", "vmap"],
)
@pytest.mark.parametrize("operation", UNUSED)
def test_unused_operations_raise_for_each_example(operation, around):
    def fun(x, i):
        try:
            UNUSED[operation](x, i)
        except (IndexError, ValueError):
            return -(x[0] ** 3)
        return x[0] ** 2 * x[1]

    transform = {
        "value": lambda f: f,
        "grad": wg.grad,
        "jvp": lambda f: lambda x, i: wg.jvp(lambda x: f(x, i), (x,), (x + 1,))[1],
        "jacobian": wg.jacobian,
        "hessian": wg.hessian,
        "checkpoint": wg.checkpoint,
        "grad of checkpoint": lambda f: wg.grad(wg.checkpoint(f)),
        "vmap": lambda f: lambda x, i: wg.vmap(lambda i: f(x, i))(np.stack([i, i * 0])),
    }[around]
    xs, places = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([0, 9, 1])
    expected = [transform(fun)(x, i) for x, i in zip(xs, places, strict=True)]
    close(wg.vmap(transform(fun))(xs, places), expected)


def escaped(run):
    """Return what a function computed from its argument, after it has returned."""
    kept = []

    def fun(x):
        kept.append(x * 2)
        return x

    run(fun)
    return kept[0]


ESCAPES = {
    "vmap": lambda: escaped(lambda fun: wg.vmap(fun)(X)),
    "vmap of grad": lambda: escaped(lambda fun: wg.vmap(wg.grad(fun))(X)),
    "grad of vmap": lambda: escaped(lambda fun: wg.grad(lambda xs: np.sum(wg.vmap(fun)(xs)))(X)),
    "checkpoint_chain": lambda: escaped(
        lambda fun: wg.grad(lambda x: wg.checkpoint_chain(fun, x, 3))(1.5)
    ),
}
USES = {
    "operator": lambda t: t + 1,
    "comparison": lambda t: t < 1,
    "np.floor": np.floor,
    "bool": bool,
    "float": float,
    "int": int,
    "complex": complex,
    "item": lambda t: t.item(),
    "tolist": lambda t: t.tolist(),
    "numpy": lambda t: t.numpy(),
    "np.asarray": np.asarray,
    "detach": lambda t: t.detach(),
    "stop_gradient": wg.stop_gradient,
    "tensor": wg.tensor,
    "leaf": lambda t: wg.tensor(t, requires_grad=True),
    "assign": lambda t: wg.tensor(0.0).assign(t),
    "seed": (wg.tensor(1.0, requires_grad=True) * 2).backward,
    "cotangent": wg.vjp(lambda a: a * 2.0, 1.0)[1],
    "tangent": lambda t: wg.jvp(lambda a: a * 2.0, (1.0,), (t,)),
    "index": lambda t: np.arange(3.0)[wg.numpy.astype(t, np.int64)],
    "backward": lambda t: t.backward(),
    "grad": wg.grad(lambda a: a * a),
    "grad around": lambda t: wg.grad(lambda a: a * t)(1.0),
    "jvp": lambda t: wg.jvp(np.sin, (t,), (1.0,)),
    "vmap": lambda t: wg.vmap(lambda a: a * t)(np.ones(2)),
    "checkpoint": lambda t: wg.checkpoint(lambda a: a * t)(1.0),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("way", ESCAPES)
def test_what_escapes_is_not_taken_for_one_value(way, use):
    value = ESCAPES[way]()
    with pytest.raises(wg.TraceError, match="stands for all examples"):
        USES[use](value)


def test_a_sum_that_grows_beside_a_chain_raises():
    loss = 0.0

    def step(x):
        nonlocal loss
        loss = loss + np.sum(x)
        return x * 2

    def fun(x):
        return np.sum(wg.checkpoint_chain(step, x, 3)) + loss

    with pytest.raises(wg.TraceError):
        wg.grad(fun)(np.ones(3))


def test_what_depends_on_no_example_may_be_used():
    kept = []
    c = wg.tensor(2.0)

    def fun(x):
        kept.append(c * 3)
        return x * kept[-1]

    close(wg.vmap(fun)(X), 6 * X)
    close(kept[0] + 1, 7)
    kept.clear()

    def with_parameter(w):
        def fun(x):
            kept.append(w * w)
            return x * kept[-1]

        return np.sum(wg.vmap(fun)(X)) + kept[-1]

    close(wg.grad(with_parameter)(3.0), 6 * np.sum(X) + 6)


def test_what_a_checkpoint_computed_may_be_used():
    kept = []

    def fun(x):
        kept.append(x * x)
        return np.sin(x)

    close(wg.grad(lambda x: wg.checkpoint(fun)(x) + kept[-1])(0.5), np.cos(0.5) + 1.0)


@pytest.mark.parametrize(
    "work",
    [
        lambda x: x * 2 if x > 0 else -x,
        lambda x: x.detach(),
        np.floor,
        lambda x: wg.tensor(x, requires_grad=True),
        bool,
        wg.grad(np.sin),
    ],
)
@pytest.mark.parametrize("around", [lambda f: f, wg.grad, wg.checkpoint])
def test_threads_inside_of_a_batch_are_refused(work, around):
    def fun(x):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(work, x).result() * x

    with pytest.raises(wg.TraceError, match="in another thread"):
        wg.vmap(around(fun))(X)


def test_batches_in_threads_are_of_their_own():
    def fork(x):
        return np.sin(x) if x > 0 else x * x

    def run(k):
        return wg.vmap(wg.grad(wg.checkpoint(fork)))(X * k).tolist()

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(run, range(1, 30)))
    for k, result in enumerate(results, 1):
        close(result, np.where(X > 0, np.cos(k * X), 2 * k * X))


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_nested_batches_capture_what_is_outside(depth):
    # The k-th level reads all values of the levels around it, in its branch as well.
    values = [np.array([0.5, -1.5]), np.array([2.0, -0.25, 1.0]), X, np.array([0.1, -0.7])]

    def level(k, around):
        def fun(x):
            known = [*around, x]
            if k + 1 == depth:
                total = sum((n + 1) * v for n, v in enumerate(known))
                return np.sin(total) if total > 0 else total * known[0]
            return wg.vmap(level(k + 1, known))(values[k + 1]) * x

        return fun

    def loop(k, around):
        if k == depth:
            total = sum((n + 1) * v for n, v in enumerate(around))
            return np.sin(total) if total > 0 else total * around[0]
        rows = [loop(k + 1, [*around, x]) for x in values[k]]
        return np.stack(
            [row if k + 1 == depth else row * x for row, x in zip(rows, values[k], strict=True)]
        )

    close(wg.vmap(level(0, []))(values[0]), loop(0, []))
