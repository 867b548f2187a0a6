"""A vmap whose examples branch, while it is recorded: one program, in which they divide anew at each call."""

from __future__ import annotations

import io
import sys
import warnings

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp

RNG = np.random.default_rng(11)
P = np.array([0.7, -0.4])
MATRIX = RNG.normal(size=(2, 2))
LARGE = RNG.normal(size=(30, 30))


def two(p, x):
    if x > 0:
        return np.sin(p[0] * x) * x
    return np.exp(p[1] * x)


def shared_before(p, x):
    y = np.tanh(p[0] * x) * 3
    if y > 0.5:
        return y * p[1]
    return y * y


def a_loop(p, x):
    n = 0
    while abs(x) > 0.5:
        x, n = x * p[0] * 0.9, n + 1
    return x + n


def a_number(p, x):
    k = int(np.floor(x))
    return p[0] * x**2 if k == 0 else p[1] * k * x


def numbers_alone(p, x):
    if x > p[0]:
        return 0.0
    return 1.0 if x > p[1] else x


def with_containers(p, x):
    if x > 0:
        return {"u": (x * p[0], 1.0), "v": np.stack([x, x * x])}
    return {"u": (p[1], x), "v": p * x}


def computed_where_it_is_taken(p, x):
    # The root of what is negative, and the inverse of what is singular, where no example wants them.
    if x > 0:
        return np.sqrt(p[0] + 0 * x) * np.linalg.inv(MATRIX * p[0])[0, 1] * x
    return x * np.log(p[0] * 2)


def writes(p, x):
    y = wnp.zeros(3)
    y[0] = x
    if x > p[1]:
        y[1] = x * p[0]
        y[1:] *= 2
    else:
        y[2] = p[0]
    return y @ y


def a_mask(p, x):
    z = x * np.array([1.0, -2.0, 0.5]) + p[0]
    return np.sum(z[z > 0] ** 2) if x < 1 else p[1] * x


def indexed(p, x):
    i = np.floor(np.abs(x)).astype(int)
    return p[i] * x if i < 2 else p[0] - x


def sorted_out(p, x):
    z = np.sort(np.stack([x, x * p[0], p[1]]))
    if z[0] > p[1] - 1e-9:
        return z[1] * z[2]
    return np.linalg.norm(z)


def loop_of_the_library(p, x):
    if x > 0:
        return wg.while_loop(lambda y: y < 3, lambda y: y * 1.5 + p[0], x)
    return wg.cond(x > -1, np.sin, np.cos, x * p[1])


def gradient_inside(p, x):
    def inner(v):
        return v * v * p[0] if v > 0.3 else np.sin(v * p[1])

    return wg.grad(inner)(x) * x


def guarded_before(p, x):
    if p[0] > 100:
        return x
    y = x * p[1]
    return np.cos(y) if y > 0 else y * p[0]


def many_weights(p, x):
    h = np.tanh(LARGE @ (x * wnp.ones(30))) * p[0]
    if h[0] > 0.2:
        return np.sum(h * p[1])
    return np.sum(h * h)


FUNCTIONS = [
    two, shared_before, a_loop, a_number, numbers_alone, with_containers, computed_where_it_is_taken,
    writes, a_mask, indexed, sorted_out, loop_of_the_library, gradient_inside, guarded_before, many_weights,
]  # fmt: skip
each_function = pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)


def total(tree):
    if isinstance(tree, dict):
        return sum(total(v) for v in tree.values())
    if isinstance(tree, tuple):
        return sum(total(v) for v in tree)
    return np.sum(tree * tree + tree)


def mapped(f, p, xs):
    return wg.vmap(f, in_axes=(None, 0))(p, xs)


def values(f):
    return lambda p, xs: mapped(f, p, xs)


def gradients(f):
    return wg.value_and_grad(lambda p, xs: total(mapped(f, p, xs)), argnums=(0, 1))


def gradients_of_examples(f):
    return lambda p, xs: mapped(wg.grad(lambda p, x: total(f(p, x)), argnums=(0, 1)), p, xs)


def tangents(f):
    return lambda p, xs: wg.jvp(lambda p, xs: mapped(f, p, xs), (p, xs), (p * 2, np.cos(xs)))


def hessians(f):
    return wg.hessian(lambda p, xs: total(mapped(f, p, xs)), argnums=0)


WAYS = [values, gradients, gradients_of_examples, tangents, hessians]
each_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)


def check(found, wanted):
    assert type(found) is type(wanted)
    if isinstance(wanted, dict):
        assert list(found) == list(wanted)
        for key in wanted:
            check(found[key], wanted[key])
    elif isinstance(wanted, (tuple, list)):
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            check(one, other)
    else:
        assert np.asarray(found).dtype == np.asarray(wanted).dtype
        np.testing.assert_allclose(found, wanted, rtol=1e-11, atol=1e-12)


def batches(count, size=7):
    rng = np.random.default_rng(5)
    return [rng.normal(size=size) * 1.4 for _ in range(count)]


@each_function
@each_way
def test_divides_anew_at_each_call(f, way):
    function = way(f)
    again = wg.jit(function, max_paths=16)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for xs in batches(12):
            check(again(P, xs), function(P, xs))
        before = len(again.programs)
        for xs in batches(24)[12:]:
            check(again(P, xs), function(P, xs))
    assert sum(program.runs for program in again.programs) >= 12
    assert len(again.programs) == before <= 8


@pytest.mark.parametrize("f", [two, shared_before, numbers_alone, writes, indexed, gradient_inside])
@each_way
def test_is_recorded_again_once_for_a_path_that_is_new(f, way):
    # All examples take one path, then all the other, then both.
    function = way(f)
    again = wg.jit(function)
    for xs in (np.array([0.4, 0.45]), np.array([-2.5, -2.2]), np.array([2.5, 2.6])):
        check(again(P, xs), function(P, xs))
    before = len(again.programs)
    for xs in (np.array([0.4, -2.5]), np.array([2.5, -2.2]), np.array([0.45, 2.4])):
        check(again(P, xs), function(P, xs))
    assert len(again.programs) == before <= 3
    assert again.programs[0].runs >= 3


def in_another(p, y, xs):
    def inner(x):
        return x * p[0] if x > y else x * y * p[1]

    r = wg.vmap(inner)(xs)
    return np.sum(r) if y > 0 else np.sum(r * r)


def two_after_another(p, y, xs):
    a = wg.vmap(lambda x: np.sin(x) if x > p[0] else x * p[1])(xs)
    b = wg.vmap(lambda x: x * y if x < y else x)(a * p[0])
    return np.sum(a * b)


@pytest.mark.parametrize("f", [in_another, two_after_another])
def test_batches_in_batches(f):
    mapped = wg.vmap(f, in_axes=(None, 0, None))
    loss = lambda p, ys, xs: np.sum(mapped(p, ys, xs) ** 2)
    for function in (mapped, wg.grad(loss, argnums=(0, 1, 2)), wg.hessian(loss)):
        again = wg.jit(function)
        rng = np.random.default_rng(3)
        for _ in range(15):
            ys, xs = rng.normal(size=4), rng.normal(size=3)
            check(again(P, ys, xs), function(P, ys, xs))
        assert len(again.programs) <= 4
        assert sum(program.runs for program in again.programs) >= 11


def test_differentiated_from_outside():
    again = wg.jit(values(shared_before))
    xs = batches(1)[0]
    again(P, xs)
    loss = lambda f: lambda p, xs: np.sum(f(p, xs) ** 2)
    for way in (wg.grad, wg.hessian, lambda f: wg.jacobian(wg.grad(f), argnums=1)):
        check(way(loss(again))(P, xs), way(loss(values(shared_before)))(P, xs))
    assert len({program.signature for program in again.programs}) == len(again.programs)


def test_what_is_shared_has_the_sum_of_cotangents():
    # Of many lanes and weights: each branch adds up its own lanes, also in a part of a block.
    weights = RNG.normal(size=(40, 40))
    xs = RNG.normal(size=(1100, 40))

    def f(w, x):
        h = np.tanh(w @ x)
        return np.sum(h) if h[0] > 0 else np.sum(h * h)

    function = wg.value_and_grad(lambda w, xs: np.mean(wg.vmap(f, in_axes=(None, 0))(w, xs)))
    again = wg.jit(function)
    for _ in range(3):
        value, gradient = again(weights, xs)
        wanted, slope = function(weights, xs)
        np.testing.assert_allclose(value, wanted, rtol=1e-12)
        np.testing.assert_allclose(gradient, slope, rtol=1e-9, atol=1e-13)
    assert again.programs[0].runs == 2


def test_complex_and_float32():
    f = lambda p, x: x * p[0] if np.real(x) > 0 else np.exp(x) * p[1]
    for dtype in (np.float32, np.complex64, np.complex128):
        again = wg.jit(values(f))
        for reals in batches(4):
            is_complex = np.issubdtype(dtype, np.complexfloating)
            xs = (reals + (0.5j * reals if is_complex else 0)).astype(dtype)
            found, wanted = again(P.astype(dtype), xs), values(f)(P.astype(dtype), xs)
            assert found.dtype == wanted.dtype
            np.testing.assert_allclose(found, wanted, rtol=1e-5)
        assert len(again.programs) == 1


def test_an_example_that_fails_raises_as_ever():
    f = lambda p, x: p[np.floor(x).astype(int)] * x if x > 0 else x
    again = wg.jit(values(f))
    for xs in (np.array([0.5, -1.0]), np.array([-1.0, 1.5])):
        check(again(P, xs), values(f)(P, xs))
    with pytest.raises(IndexError) as found:
        again(P, np.array([-1.0, 5.5]))
    with pytest.raises(IndexError) as wanted:
        values(f)(P, np.array([-1.0, 5.5]))
    if sys.version_info >= (3, 11):  # before, exceptions have no notes
        assert found.value.__notes__[0] == wanted.value.__notes__[0] == "vmap: raised for example 1"
    check(again(P, np.array([0.5, 1.5])), values(f)(P, np.array([0.5, 1.5])))
    assert len(again.programs) == 1


def test_a_loop_is_not_begun_for_an_example_of_another_path():
    # For what is negative, it would have no end.
    f = lambda p, x: wg.while_loop(lambda y: y < 3, lambda y: y * 2, x) if x > 0 else x * p[0]
    again = wg.jit(values(f))
    for xs in (np.array([0.5, 1.0]), np.array([-1.0, 0.5]), np.array([-2.0, -1.0])):
        check(again(P, xs), values(f)(P, xs))


def test_what_no_tree_can_hold_is_as_it_was():
    fails_beside = lambda p, x: (np.linalg.inv(MATRIX * x), p[0] if x > 0 else x)[1]
    differs = lambda p, x: x.item() > 0 and x
    for f in (fails_beside, lambda p, x: x * np.ones(2) if x > 9 else x * p):
        again = wg.jit(values(f), max_paths=2)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            for xs in batches(6):
                check(again(P, xs), values(f)(P, xs))
    with pytest.raises(TypeError, match="differs between examples"):
        wg.jit(values(differs))(P, batches(1)[0])


def test_shapes_that_differ_are_the_error_that_they_are():
    f = lambda p, x: x * np.ones(2) if x > 0 else x
    with pytest.raises(ValueError, match=r"for example 0 .* for example 1") as found:
        wg.jit(values(f))(P, np.array([1.0, -1.0]))
    with pytest.raises(ValueError, match="every example must return the same") as wanted:
        values(f)(P, np.array([1.0, -1.0]))
    assert str(found.value) == str(wanted.value)


def test_more_paths_than_are_kept_are_called():
    again = wg.jit(values(a_number), max_paths=2)
    xs = np.arange(-3.0, 4.0)
    for k in range(2):
        check(again(P, np.roll(xs, k)), values(a_number)(P, np.roll(xs, k)))
    with pytest.warns(RuntimeWarning, match="was recorded 2 times"):
        again(P, np.roll(xs, 2))
    check(again(P, np.roll(xs, 3)), values(a_number)(P, np.roll(xs, 3)))


def test_axes_and_empty_batches():
    f = lambda x, y: np.sum(x) * y if x[0] > y else x @ x
    function = wg.vmap(f, in_axes=(1, None), out_axes=0)
    again = wg.jit(function)
    for count in (3, 0, 5):
        for _ in range(3):
            x = RNG.normal(size=(2, count))
            check(again(x, 0.3), function(x, 0.3))
    common = lambda x, y: wg.vmap(lambda x: (y * 2, x if x > 0 else -x), out_axes=(None, 0))(x)
    check(wg.jit(common)(np.ones(3), np.full(2, 2.0)), common(np.ones(3), np.full(2, 2.0)))


def test_saved_programs_divide():
    again = wg.jit(gradients(shared_before))
    for xs in batches(3):
        again(P, xs)
    file = io.BytesIO()
    again.save(file)
    loaded = wg.load(io.BytesIO(file.getvalue()))
    for xs in batches(6):
        np.testing.assert_equal(loaded(P, xs), again(P, xs))


def test_is_one_operation_to_look_at():
    again = wg.jit(values(two))
    xs = np.array([1.0, -1.0, 2.0])
    again(P, xs)
    assert "branch[programs=2, lanes=3]" in again.programs[0].text
    lowered = again.lower(P, xs)
    assert [x.primitive for x in lowered.recorded.instructions].count("branch") == 1
    assert not lowered.guards


OPERATIONS = [
    lambda a, b: a * b,
    lambda a, b: np.sin(a) + b,
    lambda a, b: a - b * 0.5,
    lambda a, b: np.tanh(a) - b,
    lambda a, b: np.exp(-a * a) * b,
    lambda a, b: np.sqrt(1 + b * b) + a,
]


def block(rng, depth):
    """Return random operations, and a branch to one of two blocks, or none."""
    steps = [(int(rng.integers(6)), int(rng.integers(9))) for _ in range(rng.integers(1, 4))]
    if depth == 0 or rng.random() < 0.2:
        return steps, None
    blocks = block(rng, depth - 1), block(rng, depth - 1)
    return steps, (int(rng.integers(9)), float(rng.normal() * 0.5), *blocks)


def run(body, p, x):
    values = [x, p[0], p[1] * x]
    while body:
        steps, fork = body
        for kind, at in steps:
            values.append(OPERATIONS[kind](values[at % len(values)], values[-1]))
        if fork is None:
            break
        at, level, yes, no = fork
        body = yes if values[at % len(values)] > level else no
    return values[-1] + values[len(values) // 2] * 0.1


@pytest.mark.parametrize("seed", range(12))
def test_random_programs(seed):
    body = block(np.random.default_rng(seed), 3)
    f = lambda p, x: run(body, p, x)
    for way in (values, gradients, gradients_of_examples, hessians):
        again = wg.jit(way(f), max_paths=16)
        for xs in batches(6, size=5):
            check(again(P, xs), way(f)(P, xs))
        assert len(again.programs) <= 6


def test_what_one_path_needs_late_and_another_early():
    """Paths of one batch may be known from another, of which more was the same for all examples."""

    def f(x, v, p, k):
        x, v = wg.scan(lambda c, a: (np.sin(c * a) + 0.1, c * a), x, v)
        if p[1] > 0.78:
            place = int(k)
            if place == 0:
                return x * 1.1
            if place == 1:
                return np.cos(x)
            return x if v[0] > 0.01 else x + 0.0
        if np.sum(v * x) > 0.6558:
            x = x * 3
        if v[1] > 0.62:
            x = x * 2
        return 0.229 + wg.stop_gradient(v[1] * x)

    def total(x, v, p, k):
        of_batch = wg.vmap(f, (0, 0, None, 0))
        return np.sum(
            np.sin(wg.vmap(lambda a: of_batch(x, v, p * a, k))(np.array([0.3, 1.2, 0.7])))
        )

    way = wg.grad(total, (0, 1, 2))
    again = wg.jit(way)
    for seed in range(25, 30):
        rng = np.random.default_rng(seed)
        n = 14
        x, v, p = rng.uniform(-0.5, 1.5, n), rng.uniform(size=(n, 3)), rng.uniform(size=3)
        k = rng.integers(0, 4, n)
        for got, want in zip(again(x, v, p, k), way(x, v, p, k), strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-11, atol=1e-13)
