"""What changes, shows or watches values inside of a batch: backward, new leaves, assign, text, debug_nans."""

import copy

import numpy as np
import pytest

import wengert as wg

X = np.array([1.0, -1.0, 2.0, -3.0])


def each(fun, xs=X):
    return np.stack([np.asarray(fun(x)) for x in xs])


def close(actual, expected):
    np.testing.assert_allclose(np.asarray(actual), np.asarray(expected), rtol=1e-12, atol=1e-12)


def seen(steps):
    """Return a function that trains a leaf of its own, and what that gives for each example."""

    def fun(x):
        w = wg.tensor(0.0, requires_grad=True)
        for _ in range(steps):
            ((w - x) ** 2).backward()
            w.assign(w.detach() - 0.25 * w.grad)
            w.zero_grad()
        return w.detach()

    return fun


def by_leaf(x):
    w = wg.tensor(3.0, requires_grad=True)
    (w * w * x).backward()
    return w.grad


def by_leaf_twice(x):
    w = wg.tensor(3.0, requires_grad=True)
    (w * w * x).backward()
    (w * x * x).backward()
    return w.grad


def by_leaf_and_branch(x):
    w = wg.tensor(3.0, requires_grad=True)
    (w * w * x if x > 0 else w * w * w).backward()
    return w.grad


def by_graph(x):
    w = wg.tensor(3.0, requires_grad=True)
    (w * w * w * x).backward(create_graph=True)
    first = w.grad
    w.zero_grad()
    (first * first).backward()
    return w.grad


def by_own_leaf(x):
    w = wg.tensor(x, requires_grad=True)
    (w * w * x).backward()
    return w.grad


def by_seed(x):
    w = wg.tensor(np.ones(2), requires_grad=True)
    (w * w).backward(np.stack([x, 2 * x]))
    return np.sum(w.grad)


BACKWARD = {
    "leaf": (by_leaf, lambda x: 6 * x),
    "twice": (by_leaf_twice, lambda x: 6 * x + x * x),
    "branch": (by_leaf_and_branch, lambda x: 6 * x if x > 0 else 27.0),
    "graph": (by_graph, lambda x: 2 * 27 * x * 18 * x),
    "own leaf": (by_own_leaf, lambda x: 2 * x * x),
    "seed": (by_seed, lambda x: 6 * x),
    "descent": (seen(30), lambda x: x * (1 - 0.5**30)),
}
BATCHES = {
    "vmap": lambda fun: wg.vmap(fun)(X),
    "vmap of checkpoint": lambda fun: wg.vmap(wg.checkpoint(fun))(X),
    "vmap of vmap": lambda fun: wg.vmap(wg.vmap(fun))(X.reshape(2, 2)).reshape(4),
    "checkpoint of vmap": lambda fun: wg.checkpoint(wg.vmap(fun))(X),
}


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("name", BACKWARD)
def test_backward_inside_of_a_batch(name, batch):
    fun, expected = BACKWARD[name]
    close(each(fun), [expected(x) for x in X])
    close(BATCHES[batch](fun), [expected(x) for x in X])


def test_no_derivative_passes_a_backward_without_a_graph():
    def fun(x):
        return by_leaf(x) * x

    close(each(wg.grad(fun)), 6 * X)
    close(wg.vmap(wg.grad(fun))(X), 6 * X)
    close(wg.grad(lambda xs: np.sum(wg.vmap(fun)(xs)))(X), 6 * X)


LEAVES = {
    "leaf": lambda x: wg.tensor(x, requires_grad=True),
    "narrower leaf": lambda x: wg.tensor(x, dtype=np.float32, requires_grad=True),
    "leaf of a list": lambda x: wg.tensor([x, x], requires_grad=True)[0],
    "deep copy of a leaf": lambda x: copy.deepcopy(wg.tensor(x, requires_grad=True)),
    "assigned": lambda x: assigned(wg.tensor(0.0), x.detach()),
    "assigned leaf": lambda x: assigned(wg.tensor(0.0, requires_grad=True), x.detach()),
    "detached": lambda x: x.detach(),
}


def assigned(to, value):
    to.assign(value)
    return to * 1


@pytest.mark.parametrize("name", LEAVES)
def test_new_tensors_stand_over_what_is_bound_to_a_batch(name):
    make = LEAVES[name]
    close(wg.vmap(lambda x: make(x) * 2)(X), 2 * X)
    close(wg.vmap(wg.vmap(lambda x: make(x) * 2))(X.reshape(2, 2)), 2 * X.reshape(2, 2))
    # What is new begins anew: no derivative goes through it to what it was made of.
    close(wg.vmap(wg.grad(lambda x: make(x) * x))(X), X)
    close(wg.grad(lambda xs: np.sum(wg.vmap(lambda x: make(x) * x)(xs)))(X), X)
    assert np.asarray(wg.vmap(make)(X)).dtype == (np.float32 if "narrower" in name else float)


COPIES = {
    "tensor": wg.tensor,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "np.copy": np.copy,
    "method": lambda x: x.copy(),
    "wengert.numpy.array": wg.numpy.array,
    "np.stack": lambda x: np.stack([x])[0],
}


@pytest.mark.parametrize("name", COPIES)
def test_copies_of_what_is_bound_to_a_batch(name):
    make = COPIES[name]
    close(wg.vmap(lambda x: make(x) * x)(X), X * X)
    close(wg.vmap(wg.grad(lambda x: make(x) * x))(X), 2 * X)


OUTER = {
    "vmap": lambda fun: wg.vmap(fun)(X),
    "checkpoint": lambda fun: wg.checkpoint(fun)(2.0),
    "checkpoint_chain": lambda fun: wg.grad(lambda x: wg.checkpoint_chain(fun, x, 2))(2.0),
    "inner vmap": lambda fun: wg.vmap(lambda x: wg.vmap(fun)(np.stack([x])))(X),
}


@pytest.mark.parametrize("way", OUTER)
def test_leaves_from_outside_are_not_changed_inside(way):
    w = wg.tensor(3.0, requires_grad=True)

    def pulling(x):
        (w * w * x).backward()
        return x

    def assigning(x):
        w.assign(4.0)
        return x

    with pytest.raises(wg.TraceError, match=r"backward: .* made outside"):
        OUTER[way](pulling)
    with pytest.raises(wg.TraceError, match=r"assign: .* made outside"):
        OUTER[way](assigning)
    assert w.grad is None
    close(w.detach(), 3.0)
    (w * w).backward()
    close(w.grad, 6.0)


def test_a_leaf_of_the_batch_outside_is_not_changed_by_one_inside():
    def fun(x):
        w = wg.tensor(3.0, requires_grad=True)

        def inner(y):
            (w * y).backward()
            return y

        return wg.vmap(inner)(np.stack([x, x]))

    with pytest.raises(wg.TraceError, match="made outside"):
        wg.vmap(fun)(X)


def test_a_tensor_that_was_assigned_inside_is_bound_to_the_batch():
    kept = wg.tensor(0.0)

    def fun(x):
        kept.assign(x * 2)
        return kept + 1

    close(wg.vmap(fun)(X), 2 * X + 1)
    with pytest.raises(wg.TraceError):
        kept + 1
    kept.assign(5.0)
    close(kept + 1, 6.0)


def test_text_says_that_a_value_is_one_of_many():
    texts = []

    def fun(x):
        y = np.stack([x, 2 * x])
        texts[:] = [repr(x), str(x), f"{x:.2f}", repr(y), str(y), repr(wg.tensor(1.0) * 2)]
        return x

    expected = [
        "Tensor(1., one of many)",
        "1.0 (one of many)",
        "1.00 (one of many)",
        "Tensor([1., 2.], one of many)",
        "[1. 2.] (one of many)",
        "Tensor(2.)",
    ]
    wg.vmap(fun)(X)
    assert texts == expected
    wg.grad(lambda x: wg.checkpoint_chain(fun, x, 2))(1.0)
    of_both = [text.replace(", one", ", requires_grad=True, one") for text in expected]
    assert texts == of_both
    wg.checkpoint(fun)(1.0)
    assert texts[0] == "1.0"
    wg.grad(wg.checkpoint(fun))(1.0)
    assert texts[0] == "Tensor(1., requires_grad=True)"


def watched(operation, **options):
    def fun(x):
        with wg.debug_nans(**options):
            return operation(x)

    return fun


def test_debug_nans_inside_of_a_batch_sees_every_example():
    good, bad = np.array([1.0, 4.0]), np.array([1.0, 4.0, 0.0])
    for operation, options in [
        (lambda x: np.log(x - 0.0), {}),
        (lambda x: np.sqrt(x - 1), {"infinities": False}),
        (wg.grad(np.sqrt), {}),
        (lambda x: wg.jvp(np.sqrt, (x,), (1.0,))[1], {}),
        (lambda x: wg.vmap(np.log)(np.stack([x, 1.0])), {}),
        (wg.checkpoint(np.log), {}),
        (lambda x: np.log(np.stack([1.0, x]))[0], {}),
        (wg.grad(lambda a: 1 / (1 / a + 1 / 2)), {"zeros": True}),
    ]:
        close(wg.vmap(watched(operation, **options))(good), each(operation, good))
        with pytest.raises(wg.NonFiniteError, match="test_inside_batches"):
            wg.vmap(watched(operation, **options))(bad)


def test_debug_nans_inside_of_a_batch_leaves_other_branches_alone():
    def fun(x):
        return watched(np.log)(x) if x > 0 else x

    close(wg.vmap(fun)(X), np.where(X > 0, np.log(np.abs(X)), X))
