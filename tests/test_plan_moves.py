"""Plans of what moves memory, and of short arrays: the bits of the interpreter, with few copies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wengert as wg
import wengert.numpy as wnp
from planned import check
from wengert import _core as core

pytestmark = pytest.mark.isa

INDEX = np.arange(100) * 37 % 100


def steps_of(fun, args):
    return core.describe_plan(core.record_program(fun, args))[1].splitlines()[:-1]


def test_what_is_joined_is_made_in_its_place():
    def delayed(x):
        return np.concatenate([x[:1], x[1:] * x[:-1]])

    def gates(x):
        return np.concatenate([np.sin(x), np.cos(x), np.sin(x) + 1])

    x = np.arange(1.0, 9.0)
    for fun, copies in ((delayed, 1), (gates, 0)):
        check(fun, [x], [x[::-1]])
        steps = steps_of(fun, (x,))
        assert not any(step.startswith("concatenate") for step in steps)
        assert sum(step.startswith("copy") for step in steps) == copies


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128, np.int64, bool])
def test_what_is_joined_is_read_elsewhere(dtype):
    def fun(x, y):
        a, b = core.where(x == y, x, y), core.where(x == y, y, x)
        ab = np.concatenate([a, b, a])
        both = np.concatenate([ab, x, np.concatenate([b[:2], ab])])
        columns = np.concatenate([np.stack([a, b]), np.stack([b, x])], 1)
        return (
            both,
            ab,
            np.concatenate([both[None], both[None]], 1),
            columns,
            a,
            both[1:] == both[:-1],
        )

    x = np.arange(5).astype(dtype)
    check(fun, [x, x[::-1].copy()], [x[::-1], x])


@pytest.mark.parametrize("n", [3, 40, 3000])
def test_parts_are_stored_where_the_base_is(n):
    def fun(x):
        y = np.sin(x)
        y[1:] = y[1:] + y[:-1]  # reads what it writes to
        z = core.add_at_slice(y, x[: n - 1], (1, 0, n - 1, 1))
        w = core.add_at_slice(z, z[1:], (1, 0, n - 1, 1))
        v = core.set_at_slice(np.cos(x), w[1:], (1, 1, n - 1, 1))
        return z, core.add_at_slice(v, x, (1, 0, n, 1)), v * 2

    x = np.linspace(-1, 1, n)
    check(fun, [x], [x[::-1]])
    check(wg.grad(lambda x: sum(np.sum(np.sin(y)) for y in fun(wnp.array(x)))), [x], [x[::-1]])


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([np.float64, np.float32, np.complex128, np.int64]),
    st.integers(1, 70),
    st.lists(st.tuples(st.integers(0, 7), *[st.integers(0, 99)] * 2), min_size=1, max_size=25),
)
def test_programs_of_short_arrays(dtype, n, steps):
    def fun(x, y):
        values = [x, y, x * y]
        for kind, i, j in steps:
            a, b = values[i % len(values)], values[j % len(values)]
            if kind < 3:
                values.append((core.add, core.subtract, core.multiply)[kind](a, b))
            elif kind == 3:
                values.append(core.where(a == b, a, b))
            elif kind == 4:
                values.append(np.concatenate([a[j % n :], b[: j % n]]))
            elif kind == 5:
                values.append(a * np.sum(b))
            elif kind == 6:
                values.append(core.add_at_slice(a, b[j % n :], (1, 0, n - j % n, 1)))
            else:
                values.append(core.set_at_slice(a, b[: n - j % n], (1, j % n, n - j % n, 1)))
        return values[-4:]

    x = (np.arange(n) % 5 - 2).astype(dtype)
    check(fun, [x, x[::-1].copy()], [x[::-1], x])


def test_zeros_of_many_parts_are_one_number():
    def fun(x):
        for _ in range(10):
            x = np.concatenate([x[:1], x[1:] * x[:-1]])
        return x[-1]

    program = core.record_program(wg.grad(fun), (np.linspace(1, 2, 2000),))
    text = core.program_text(core.simplified_program(program))
    assert sum("(2000,)" in line for line in text.splitlines() if "constant" in line) <= 2


def test_results_are_made_where_they_are_wanted():
    def renamed(x):
        return core.identity(np.exp(x) + 1.0)

    def stored(x):
        y = x[INDEX] * 2.0
        y[INDEX[:9]] = x[:9]
        y[:2] = x[2:4]
        return np.reshape(y, (4, 25))

    def shown_between(x):
        y = np.exp(x)
        z = np.reshape(y, (25, 4))
        return core.set_at_slice(z, z[1:3] * 2.0, (1, 0, 2, 1)), np.sum(y), y

    x = np.linspace(-1, 1, 100)
    for fun in (renamed, stored, shown_between):
        check(fun, [x], [x[::-1]])
    assert [step.split()[0] for step in steps_of(renamed, (x,))] == ["kernel", "kernel"]
    assert [step.split()[0] for step in steps_of(stored, (x,))] == [
        "gather",
        "kernel",
        "set_at",
        "copy",
    ]


@pytest.mark.parametrize("n", [6, 2000])
def test_what_is_around_a_part_is_copied_alone(n):
    def added(x, u):
        return core.add_at_slice(x, u, (1, 1, n - 3, 1)) * 2.0, x + 1.0

    def stored(x, u):
        return core.set_at_slice(x, u, (1, 0, n - 3, 1)) * 2.0, x + 1.0

    def pulled(x, u):
        return wg.grad(lambda x: np.sum(np.sin(x[1 : n - 2]) * u))(x)

    x, u = np.linspace(-1, 1, n), np.linspace(-2, 3, n - 3)
    u[0] = -0.0
    for fun in (added, stored, pulled):
        check(fun, [x, u], [x[::-1], -u])
    steps = steps_of(stored, (x, u))
    copies = [step.split("(")[1].split(",")[0] for step in steps if step.startswith("copy")]
    assert sorted(map(int, copies)) == [3, n - 3]
