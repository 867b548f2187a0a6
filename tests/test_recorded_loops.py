"""Loops as functions while they are recorded: one operation, whose results are those of the loop in Python."""

from __future__ import annotations

import contextlib
import io
from typing import Any, NamedTuple

import numpy as np
import pytest

import wengert as wg

RNG = np.random.default_rng(5)
MATRIX = 0.4 * RNG.normal(size=(3, 3))
VECTOR = RNG.normal(size=3)
ROWS = RNG.normal(size=(7, 3))
LINE = RNG.normal(size=7)


class State(NamedTuple):
    """A place and a velocity."""

    x: Any
    v: Any


def recurrent(w, xs, h):
    def step(h, x):
        h = np.tanh(w @ h + x)
        return h, np.sum(h * h)

    h, ys = wg.scan(step, h, xs)
    return np.sum(h) + np.sum(ys * ys)


def reversed_rows(w, xs, h):
    h, ys = wg.scan(lambda h, x: (np.sin(h * x), h), h, xs, reverse=True)
    return np.sum(h) + np.sum(ys * xs[::-1]) + np.sum(w)


def number_in_the_state(w, xs, h):
    def step(c, x):
        total, count = c
        total = total + np.sum(x * h) * w[0, 0]
        return (total, count + 1), total / (count + 1)

    (total, count), ys = wg.scan(step, (0.0, 0), xs)
    return total * count + np.sum(ys)


def integers_in_the_state(w, xs, h):
    def step(c, x):
        x = x * np.cos(c["n"])
        return {"n": c["n"] + 2, "odd": ~c["odd"], "s": c["s"] + np.where(c["odd"], x, -x)}, None

    state = {"n": np.int64(1), "odd": np.array(True), "s": h}
    end, nothing = wg.scan(step, state, xs)
    assert nothing is None
    return np.sum(end["s"] ** 2) * end["n"] + w[0, 1]


def named(w, xs, h):
    def step(s, x):
        v = s.v - 0.1 * np.sin(s.x) + 0.01 * x
        return State(s.x + 0.1 * v, v), {"energy": np.sum(v * v), "both": (s.x, v)}

    end, ys = wg.scan(step, State(h, w[0]), xs)
    return np.sum(end.x * end.v) + np.sum(ys["energy"]) + np.sum(ys["both"][0] * ys["both"][1])


def without_elements(w, xs, h):
    (a, b), _ = wg.scan(lambda c, _: ((c[1], np.tanh(w @ c[0] + c[1])), None), (h, xs[0]), None, 9)
    return np.sum(a * b)


def numbered(w, xs, h):
    return np.sum(wg.fori_loop(2, 9, lambda i, y: np.sin(w @ y) + xs[i - 2] / (i + 1), h))


def filled(w, xs, h):
    def body(i, y):
        y[i] = np.sin(y[i - 1]) + xs[i, 0]
        return y

    return np.sum(wg.fori_loop(1, 7, body, np.concatenate([h, w[0], h[:1]])) ** 2)


def written(w, xs, h):
    def step(c, x):
        c *= x
        c += h
        return c, c

    c, ys = wg.scan(step, h, xs)
    return np.sum(c) + np.sum(ys * xs) + w[1, 1]


def mapped(w, xs, h):
    return np.sum(wg.map(lambda x: np.exp(0.1 * w @ x) * h, xs) ** 2)


def nested(w, xs, h):
    def step(c, x):
        c, ys = wg.scan(lambda d, y: (np.sin(d + y * x), d * y), c, xs)
        return c, np.sum(ys, 0)

    c, ys = wg.scan(step, h, xs)
    return np.sum(c) + np.sum(ys) + w[0, 0]


def gradient_inside(w, xs, h):
    energy = lambda x, p: np.sum(np.cos(w @ x) * p)

    def step(x, p):
        g = wg.grad(energy)(x, p)
        return x - 0.1 * g, np.sum(g * g)

    x, gs = wg.scan(step, h, xs)
    return np.sum(x) + np.sum(gs)


def batch_inside(w, xs, h):
    def step(c, x):
        return c + np.sum(wg.vmap(lambda r: np.sin(r @ c) * x)(w), 0), None

    return np.sum(wg.scan(step, h, xs)[0] ** 2)


def invariant(w, xs, h):
    def step(c, x):
        inverse = np.linalg.inv(w + 3 * np.eye(3))
        return inverse @ (c + x), c

    c, ys = wg.scan(step, h, xs)
    return np.sum(c) + np.sum(ys**2)


def passed_on(w, xs, h):
    # What a step hands on as it is, and rows that are elements.
    def step(c, x):
        a, b, k = c
        return (b, a * x, k), (x, k)

    (a, b, k), (ys, ks) = wg.scan(step, (h, h * 2, w), xs)
    return np.sum(a * b) + np.sum(k * k) + np.sum(ys**3) + np.sum(ks)


def stopped(w, xs, h):
    def step(c, x):
        return np.sin(c) + wg.stop_gradient(c * x), None

    return np.sum(wg.scan(step, h, xs)[0]) + w[2, 2]


CASES = [
    recurrent,
    reversed_rows,
    number_in_the_state,
    integers_in_the_state,
    named,
    without_elements,
    numbered,
    filled,
    written,
    mapped,
    nested,
    gradient_inside,
    batch_inside,
    invariant,
    passed_on,
    stopped,
]
ARGS = (MATRIX, ROWS, VECTOR)
OTHERS = (MATRIX[::-1] + 0.1, ROWS[::-1], VECTOR * 0.5)

TRANSFORMS = {
    "value": lambda f: f,
    "grad": lambda f: wg.grad(f, (0, 1, 2)),
    "jvp": lambda f: lambda *args: wg.jvp(f, args, tuple(np.cos(x) for x in args)),
    "hessian": lambda f: wg.hessian(f, 2),
    "forward over reverse": lambda f: (
        lambda w, xs, h: wg.jvp(lambda h: wg.grad(f)(w, xs, h), (h,), (h * h,))
    ),
    "vmap of grad": lambda f: (
        lambda w, xs, h: wg.vmap(wg.grad(f, (0, 1, 2)), (None, 0, None))(
            w, np.stack([xs, 2 * xs, xs - 1]), h
        )
    ),
    "grad of vmap": lambda f: (
        lambda w, xs, h: wg.grad(
            lambda w, h: np.sum(wg.vmap(f, (0, None, None))(np.stack([w, 2 * w, w - 0.5]), xs, h)),
            (0, 1),
        )(w, h)
    ),
    "checkpoint": lambda f: wg.grad(wg.checkpoint(f), (0, 1, 2)),
}


def same(one, other, rtol=1e-10):
    ones, others = wg._core.flatten(one), wg._core.flatten(other)
    assert len(ones) == len(others)
    for a, b in zip(ones, others, strict=True):
        np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=rtol, atol=1e-11)


def exact(one, other):
    for a, b in zip(wg._core.flatten(one), wg._core.flatten(other), strict=True):
        assert np.asarray(a).tobytes() == np.asarray(b).tobytes()


@pytest.mark.parametrize("how", TRANSFORMS)
@pytest.mark.parametrize("case", CASES, ids=lambda f: f.__name__)
def test_loops_are_what_they_are_in_python(case, how):
    fun = TRANSFORMS[how](case)
    jitted = wg.jit(fun)
    first = jitted(*ARGS)
    same(first, fun(*ARGS))
    exact(jitted(*ARGS), first)
    same(jitted(*OTHERS), fun(*OTHERS))
    (program,) = jitted.programs
    assert program.runs == 2
    assert "loop[" in program.text


@pytest.mark.parametrize("case", CASES, ids=lambda f: f.__name__)
def test_recordings_are_differentiated(case):
    jitted = wg.jit(case)
    for transform in (TRANSFORMS[how] for how in ("grad", "jvp", "hessian", "vmap of grad")):
        same(transform(jitted)(*ARGS), transform(case)(*ARGS))


def test_bits_are_those_of_the_loop_written_out():
    def written_out(w, xs, h):
        total = []
        for x in xs:
            h = np.tanh(w @ h + x)
            total.append(np.sum(h * h))
        ys = np.stack(total)
        return np.sum(h) + np.sum(ys * ys)

    one, other = wg.jit(recurrent), wg.jit(written_out)
    for args in (ARGS, OTHERS, ARGS):
        exact(one(*args), other(*args))
    assert one.programs[0].operations < 10 < other.programs[0].operations


def test_the_length_of_a_loop_costs_nothing_in_its_recording():
    def operations(n):
        f = wg.jit(wg.value_and_grad(lambda a, xs: np.sum(wg.scan(step, 0.0, xs)[1]) * a))
        f(0.5, np.linspace(0, 1, n))
        return f.programs[0].operations

    step = lambda c, x: (np.tanh(0.5 * c + x), c)
    assert operations(10) == operations(1000)


def test_a_loop_whose_steps_read_values_is_taken_step_by_step():
    def reads(c, x):
        return (c + x if c > 0 else c - x), None

    jitted = wg.jit(lambda x: wg.scan(reads, x, LINE)[0])
    for x in (0.5, -0.5, 0.5, 3.0):
        same(jitted(x), wg.scan(reads, x, LINE)[0])
    for program in jitted.programs:
        assert "loop[" not in program.text


def test_a_step_that_changes_what_it_reads_is_called_as_often_as_in_python():
    def running(x):
        count = 0

        def step(c, y):
            nonlocal count
            count += 1
            return c + count * y, None

        return wg.scan(step, x, LINE)[0]

    jitted = wg.jit(running)
    same(jitted(0.5), running(0.5))
    same(jitted(1.5), running(1.5))


def test_what_leaves_a_step_is_what_it_is_in_python():
    def collected(xs):
        seen = []

        def step(c, x):
            c = np.sin(c + x)
            seen.append(c)
            return c, None

        wg.scan(step, 0.0, xs)
        return np.stack(seen)

    jitted = wg.jit(collected)
    same(jitted(LINE), collected(LINE))
    same(jitted(LINE * 2), collected(LINE * 2))
    same(wg.jit(wg.jacobian(collected))(LINE), wg.jacobian(collected)(LINE))


WRONG = {
    "shape": lambda c, x: (np.stack([c, c]), None),
    "no pair": lambda c, x: c,
    "form": lambda c, x: ({"c": c}, None),
    "singular": lambda c, x: (c + np.linalg.inv(np.zeros((2, 2)) * c)[0, 0], None),
}


@pytest.mark.parametrize("step", WRONG.values(), ids=WRONG)
def test_errors_are_those_of_the_loop(step):
    fun = lambda x: wg.scan(step, x, LINE)
    errors = (ValueError, TypeError)
    with pytest.raises(errors) as plain:
        wg.grad(lambda x: fun(x)[0])(0.5)
    with pytest.raises(type(plain.value)):
        wg.jit(fun)(0.5)


def test_a_step_that_fails_in_a_replay_raises_what_it_raises_in_python():
    jitted = wg.jit(
        lambda x, a: np.sum(wg.scan(lambda c, y: (np.linalg.cholesky(c) @ y, None), a, x)[0])
    )
    good = np.stack([np.eye(2) * 2] * 5)
    jitted(good, np.eye(2) * 3)
    jitted(good, np.eye(2) * 3)
    with pytest.raises(np.linalg.LinAlgError):
        jitted(-good, np.eye(2) * 3)


def test_rows_and_states_of_other_dtypes():
    def fun(xs, z):
        c, ys = wg.scan(lambda c, x: (c * 1j + x, (abs(c), x > 0)), z, xs)
        return np.sum(abs(c)) + np.sum(np.where(ys[1], ys[0], 0.0))

    xs, z = LINE.astype(np.float32), np.complex128(0.5 + 1j)
    for transform in (lambda f: f, wg.grad):
        jitted = wg.jit(transform(fun))
        expected = transform(fun)(xs, z)
        for _ in range(3):
            value = jitted(xs, z)
            same(value, expected, 1e-6)
            assert np.asarray(value).dtype == np.asarray(expected).dtype


def test_number_becomes_what_promotion_makes_of_it():
    fun = lambda xs: wg.scan(lambda c, x: (c + x, c * 2), 0.0, xs)
    xs = np.linspace(0, 1, 6, dtype=np.float32)
    jitted = wg.jit(fun)
    for _ in range(3):
        for a, b in zip(jitted(xs), fun(xs), strict=True):
            assert np.asarray(a).dtype == np.asarray(b).dtype
            np.testing.assert_array_equal(np.asarray(a), np.asarray(b))


def test_empty_rows_and_parts():
    fun = lambda h, xs: wg.scan(lambda c, x: (c * x, np.sum(c)), h, xs)
    h, xs = np.zeros((0,)), np.ones((5, 0))
    jitted = wg.jit(fun)
    for _ in range(2):
        same(jitted(h, xs), fun(h, xs))


def test_sparse_jacobians_have_the_same_elements():
    fun = lambda x: wg.scan(lambda c, y: (c * 0.5 + y, c * y), x[0], x)[1]
    plain = wg.jacobian(fun, sparse=True)(LINE)
    jitted = wg.jit(wg.jacobian(fun, sparse=True))
    for _ in range(2):
        made = jitted(LINE)
        assert made.nnz == plain.nnz
        same(made.toarray(), plain.toarray())


def test_replays_are_verified_against_calls():
    jitted = wg.jit(wg.grad(recurrent, (0, 1, 2)), verify=1)
    for k in range(4):
        jitted(MATRIX, ROWS + k, VECTOR)


def test_saved_and_loaded():
    jitted = wg.jit(wg.grad(recurrent, (0, 1, 2)))
    first = jitted(*ARGS)
    jitted(*ARGS)
    file = io.BytesIO()
    jitted.save(file)
    loaded = wg.load(io.BytesIO(file.getvalue()))
    exact(loaded(*ARGS), first)
    exact(loaded(*OTHERS), jitted(*OTHERS))


def test_damaged_files_are_refused_or_mean_something():
    jitted = wg.jit(wg.grad(recurrent, (0, 1, 2)))
    jitted(*ARGS)
    file = io.BytesIO()
    jitted.save(file)
    whole = file.getvalue()
    generator = np.random.default_rng(0)
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[generator.integers(len(whole))] ^= int(generator.integers(1, 256))
        with contextlib.suppress(
            ValueError, TypeError, IndexError, NotImplementedError, OverflowError, MemoryError
        ):
            wg.load(io.BytesIO(bytes(damaged)))


def steps_in_a_list(x):
    taken = []
    end = wg.scan(lambda c, y: (taken.append(1) or c * y, None), x, LINE)[0]
    return end * len(taken)


WRITTEN = {
    "second derivative in what is closed over": wg.grad(
        wg.grad(lambda a: np.sum(wg.scan(lambda c, x: (np.sin(a * c + x), c * a), 0.1, LINE)[1]))
    ),
    "batch of states alone": lambda a: wg.vmap(
        lambda h: wg.scan(lambda c, x: (np.sin(c * x), np.sum(c)), h, ROWS)
    )(np.stack([VECTOR * a, VECTOR])),
    "batch of what is closed over": lambda a: wg.vmap(
        lambda w: wg.scan(lambda c, x: (np.sin(w @ c * x), np.sum(c)), VECTOR, ROWS)
    )(np.stack([MATRIX, MATRIX * a])),
    "an array by the number of a step": lambda a: wg.fori_loop(
        0, 7, lambda i, s: s * a + ROWS[i, 0], 1.0
    ),
    "a list that grows": steps_in_a_list,
    "a branch": wg.grad(
        lambda a: wg.scan(
            lambda c, y: wg.cond(y > 0, lambda c: (np.sin(c), c), lambda c: (c * 2, -c), c), a, LINE
        )[0]
    ),
    "no derivative": wg.grad(
        lambda a: wg.scan(lambda c, x: (c * wg.stop_gradient(c) + x, None), a, LINE)[0]
    ),
    "tangents of cotangents": lambda a: wg.jvp(
        lambda h: wg.vjp(lambda h: wg.scan(lambda c, x: (np.sin(c) * x, c), h, ROWS), h)[1](
            (VECTOR, ROWS)
        )[0],
        (VECTOR * a,),
        (VECTOR,),
    ),
}


@pytest.mark.parametrize("fun", WRITTEN.values(), ids=WRITTEN)
def test_as_people_write_them(fun):
    jitted = wg.jit(fun)
    with wg.no_jit():
        expected = [jitted(x) for x in (0.7, 1.3)]
    for x, wanted in zip((0.7, 1.3, 0.7), (*expected, expected[0]), strict=True):
        same(jitted(x), wanted)


def test_associative_scans_are_recorded_in_logarithmic_depth():
    jitted = wg.jit(wg.grad(lambda x: np.sum(wg.associative_scan(np.multiply, x))))
    jitted(np.linspace(0.5, 1.5, 4096))
    assert jitted.programs[0].operations < 40 * 12


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(
    ("length", "checkpoint"), [(900, True), (901, True), (50, 7), (5, 5), (9, 2), (3, 1)]
)
def test_scans_in_blocks_are_loops_of_loops(length, checkpoint, reverse):
    def step(state, x):
        total, count = state
        total = np.sin(total) * x["a"] + 0.5 * total
        return (total, count + 1), {"total": total, "pair": x["b"] * total}

    def loss(start, a, kept):
        xs = {"a": a, "b": np.stack([a, 2.0 * a], axis=1)}
        (total, count), ys = wg.scan(step, (start, 0), xs, reverse=reverse, checkpoint=kept)
        return total * count + np.sum(ys["total"] * a) + np.sum(np.cos(ys["pair"]))

    a = np.linspace(0.1, 0.9, length)
    value, gradients = wg.value_and_grad(lambda *args: loss(*args, None), (0, 1))(0.3, a)
    eager = wg.value_and_grad(lambda *args: loss(*args, checkpoint), (0, 1))
    jitted = wg.jit(eager)
    for fun in (eager, jitted, jitted):
        got, got_gradients = fun(0.3, a)
        np.testing.assert_allclose(got, value, rtol=1e-13)
        for one, other in zip(got_gradients, gradients, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-300)
    assert length < 9 or jitted.programs[0].operations < 300


def test_a_scan_in_blocks_keeps_the_states_between_them():
    def loss(start, xs, checkpoint):
        step = lambda state, x: (np.tanh(state * x), None)
        return np.sum(wg.scan(step, start, xs, checkpoint=checkpoint)[0])

    start, xs = np.linspace(0.1, 0.9, 50), np.linspace(0.5, 1.5, 2500)
    jitted = wg.jit(wg.grad(lambda start, xs: loss(start, xs, True)))
    jitted(start, xs)
    lowered = jitted.lower(start, xs)
    # One state for each of fifty blocks, and what one block of fifty steps keeps.
    assert lowered.arena_bytes < 10 * 50 * 50 * 8
