"""What recorded functions do to Tensors and gradients that outlive the call: each call leaves behind what a plain call does."""

import copy
import itertools

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp

X = np.array([1.0, -2.0, 3.0])


def runs_of(f):
    return sum(program.runs for program in f.programs)


def seen(state):
    """Return the values and gradients of all Tensors of a state, as NumPy's."""

    def plain(x):
        return (
            None if x is None else np.array(x.detach()) if isinstance(x, wg.Tensor) else np.array(x)
        )

    return [(plain(t), plain(t.grad) if isinstance(t, wg.Tensor) else None) for t in state]


def same(one, other):
    for a, b in zip(one, other, strict=True):
        for x, y in zip(a, b, strict=True):
            assert (x is None) == (y is None)
            if x is not None:
                np.testing.assert_allclose(x, y, rtol=1e-12, atol=1e-12)


def called(function, args):
    """Return what the function returns, or the text of what it raises."""
    try:
        return function(*args)
    except (ValueError, ZeroDivisionError) as error:
        return str(error)


def compare(make, calls, recordings=None):
    """Make a state and its function twice, and call both: as it is, and recorded.

    `make` returns the function and the Tensors that it may change. A call that raises is one.
    """
    (plain, ours), (fun, theirs) = make(), make()
    f = wg.jit(fun)
    for args in calls:
        mine, its = copy.deepcopy(args), copy.deepcopy(args)
        one, other = called(plain, mine), called(f, its)
        if isinstance(one, str):
            assert one == other
        else:
            leaves = [wg._core.flatten(r) for r in (one, other)]
            same(*(seen(x for x in own if x is not None) for own in leaves))
        same(seen(ours), seen(theirs))
        same(
            seen(a for a in mine if not isinstance(a, float)),
            seen(a for a in its if not isinstance(a, float)),
        )
    if recordings is not None:
        assert runs_of(f) == len(calls) - recordings, f.programs
    return f


def sgd():
    params = [wg.tensor(X, requires_grad=True), wg.tensor(0.5, requires_grad=True)]

    def step(x, y):
        loss = np.sum((params[0] * x + params[1] - y) ** 2)
        loss.backward()
        for p in params:
            p.assign(p.detach() - 0.01 * p.grad)
            p.grad = None
        return loss.detach()

    return step, params


def sgd_in_place():
    w = wg.tensor(X, requires_grad=True)

    def step(x, y):
        w.zero_grad()
        np.sum((w * x - y) ** 2).backward()
        with wg.no_grad():
            w[...] -= 0.01 * w.grad
        return np.sum(w.detach())

    return step, [w]


def momentum():
    w, v = wg.tensor(X, requires_grad=True), wg.tensor(np.zeros(3))

    def step(x, y):
        w.grad = None
        np.sum(np.tanh(w * x - y)).backward()
        v[...] = 0.9 * v + w.grad
        w.assign(w.detach() - 0.1 * v)

    return step, [w, v]


def adam():
    w = wg.tensor(X, requires_grad=True)
    m, v, t = wg.tensor(np.zeros(3)), wg.tensor(np.zeros(3)), wg.tensor(0.0)

    def step(x, y):
        np.sum((w * x - y) ** 2).backward()
        t.assign(t + 1.0)
        m.assign(0.9 * m + 0.1 * w.grad)
        v.assign(0.999 * v + 0.001 * w.grad**2)
        w.assign(w.detach() - 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8))
        w.grad = None
        return t * 1.0

    return step, [w, m, v, t]


def accumulated():
    w = wg.tensor(X, requires_grad=True)

    def step(x, y):
        np.sum(w * x * y).backward()
        return w.grad

    return step, [w]


def twice_backward():
    w = wg.tensor(X, requires_grad=True)

    def step(x, y):
        w.grad = None
        np.sum(w * x).backward()
        np.sum(w * w * y).backward()
        return w.grad * 2.0

    return step, [w]


def running_mean():
    mean, count = wg.tensor(np.zeros(3)), wg.tensor(0.0)

    def step(x, y):
        count.assign(count + 1.0)
        before = mean * 1.0
        mean[...] = mean + (x - mean) / count
        return before, mean - y

    return step, [mean, count]


def views_of_one():
    whole = wg.tensor(np.arange(6.0).reshape(2, 3))
    row, column, flat = whole[0], whole[:, 1], whole.reshape(6)

    def step(x, y):
        row[...] = x
        seen_by_column = column * 1.0
        column[1] = 7.0
        flat[-1] += y[0]
        whole[:, 0] *= 2.0
        return seen_by_column, flat * 1.0, row + 0.0

    return step, [whole, row, column, flat]


def views_made_inside():
    whole = wg.tensor(np.arange(6.0).reshape(2, 3))

    def step(x, y):
        part = whole[1]
        part += x
        whole.T[0] = y[:2]
        return part * 1.0

    return step, [whole]


def assigned_behind_a_view():
    whole = wg.tensor(np.zeros(4))
    part = whole[1:3]

    def step(x, y):
        whole.assign(np.stack([x[0], x[1], y[0], y[1]]))
        part[0] = 9.0
        return whole * 1.0, part * 1.0

    return step, [whole, part]


def branching():
    w = wg.tensor(X, requires_grad=True)
    hits = wg.tensor(0.0)

    def step(x, y):
        loss = np.sum((w * x - y) ** 2)
        loss.backward()
        if loss > 100.0:
            w.grad = None
            hits.assign(hits + 1.0)
        else:
            w.assign(w.detach() - 0.01 * w.grad)
        return loss.detach()

    return step, [w, hits]


def failing():
    a, b = wg.tensor(np.zeros(3)), wg.tensor(np.zeros(3))

    def step(x, y):
        a[...] = a + x
        if np.sum(x) > 3.0:
            raise ValueError("too much")
        b[...] = a * y
        return b * 1.0

    return step, [a, b]


def caught():
    a = wg.tensor(np.zeros(3))

    def part(x):
        a[0] += x[0]
        if x[0] > 1.5:
            raise ValueError("too much")
        a[1] += 1.0

    def step(x, y):
        try:
            part(x)
        except ValueError:
            a[2] += y[0]
        return a * 1.0

    return step, [a]


def exchanged():
    a, b = wg.tensor(X), wg.tensor(2 * X)

    def step(x, y):
        kept = a.copy()
        a.assign(b * x)
        b.assign(kept)

    return step, [a, b]


def gradients_set():
    w = wg.tensor(X, requires_grad=True)

    def step(x, y):
        w.grad = x * 2.0
        np.sum(w * y).backward()
        return w.grad

    return step, [w]


def copies_share_a_gradient():
    w = wg.tensor(X, requires_grad=True)
    other = copy.copy(w)

    def step(x, y):
        np.sum(w * x + other * y).backward()
        return other.grad

    return step, [w, other]


def nested():
    w, total = wg.tensor(X, requires_grad=True), wg.tensor(0.0)

    @wg.jit
    def inner(x):
        total.assign(total + np.sum(x))
        return np.sum(w * x)

    def step(x, y):
        loss = inner(x) * inner(y)
        loss.backward()
        with wg.no_grad():
            w[0] -= w.grad[0]
        w.grad = None
        return loss.detach()

    return step, [w, total]


def derivatives_inside():
    w = wg.tensor(X)

    def step(x, y):
        slope = wg.grad(lambda v: np.sum(np.sin(v * w) * x))(w)
        w.assign(w - 0.1 * slope)
        return wg.vmap(lambda e: e * w)(np.stack([x, y]))

    return step, [w]


def complex_parts():
    z = wg.tensor(np.array([1 + 2j, 3 - 1j, 0.5j]))

    def step(x, y):
        z.real[...] = x
        z.imag += y
        return z * 1j

    return step, [z]


def out_arguments():
    buffer = wg.tensor(np.zeros(3))

    def step(x, y):
        wnp.multiply(x, y, out=buffer)
        np.add.at(buffer, np.array([0, 0, 2]), x)
        buffer.sort()
        return buffer * 2.0

    return step, [buffer]


def integers():
    count = wg.tensor(np.array([0, 0]))

    def step(x, y):
        count[0] += 1
        if count[0] > 3:
            count[1] += 1
        return x * count[1]

    return step, [count]


STEPS = [
    (sgd, 1),
    (sgd_in_place, 1),
    (momentum, 1),
    (adam, 1),
    (accumulated, 2),
    (twice_backward, 1),
    (running_mean, 1),
    (views_of_one, 1),
    (views_made_inside, 1),
    (assigned_behind_a_view, 1),
    (branching, None),
    (failing, None),
    (caught, None),
    (exchanged, 1),
    (gradients_set, 1),
    (copies_share_a_gradient, 2),
    (nested, 1),
    (derivatives_inside, 1),
    (complex_parts, 1),
    (out_arguments, None),
    (integers, None),
]


@pytest.mark.parametrize(("make", "recordings"), STEPS, ids=lambda x: getattr(x, "__name__", ""))
def test_effects_are_those_of_a_plain_call(make, recordings):
    rng = np.random.default_rng(1)
    calls = [(rng.normal(size=3) * k, rng.normal(size=3)) for k in (1, 1, 3, 1, 5, 1, 2)]
    compare(make, calls, recordings)


def test_nothing_is_stored_where_a_reading_differs():
    w = wg.tensor([1.0, 2.0])

    @wg.jit
    def step(x):
        w[0] = x
        return w * 2.0 if x > 0 else w * 3.0

    for x, factor in ((1.0, 2.0), (2.0, 2.0), (-1.0, 3.0), (-2.0, 3.0), (3.0, 2.0)):
        np.testing.assert_array_equal(np.asarray(step(x)), [factor * x, factor * 2.0])
        np.testing.assert_array_equal(np.asarray(w), [x, 2.0])
    assert runs_of(step) == 3


def test_what_is_between_calls_is_seen():
    w = wg.tensor([1.0, 2.0], requires_grad=True)

    @wg.jit
    def step(x):
        np.sum(w * x).backward()
        w.assign(w.detach() * 2.0)
        return w * x

    for k in range(6):
        expected = np.asarray(w.detach()) * 2.0
        before = 0.0 if w.grad is None else np.asarray(w.grad)
        np.testing.assert_array_equal(np.asarray(step(X[:2]).detach()), expected * X[:2])
        np.testing.assert_array_equal(np.asarray(w.grad), before + X[:2])
        if k == 2:
            w.assign([5.0, 6.0])
        if k == 3:
            w.grad = np.array([10.0, 20.0])
    assert runs_of(step) == 4


def test_results_lead_to_what_was_read():
    w = wg.tensor([1.0, 2.0], requires_grad=True)
    total = wg.tensor([0.0, 0.0])

    def step(x):
        total[...] = total + w * x
        return np.sum(total * total)

    f = wg.jit(step)
    for _ in range(3):
        f(X[:2])
    np.sum(total).backward()
    np.testing.assert_array_equal(np.asarray(w.grad), 3 * X[:2])


def test_arguments_that_require_gradients():
    def step(w, x):
        np.sum(w * w * x).backward()
        w.assign(w.detach() - w.grad)

    f = wg.jit(step)
    for _ in range(4):
        ours, theirs = (wg.tensor(X, requires_grad=True) for _ in range(2))
        step(ours, X)
        f(theirs, X)
        same(seen([ours]), seen([theirs]))
    assert runs_of(f) == 3


def test_who_is_both_argument_and_outside():
    w, other = wg.tensor(X), wg.tensor(2 * X)

    def step(v):
        v[0] = 10.0
        return w * 1.0

    f = wg.jit(step)
    for given, expected in ((w, 10.0), (w, 10.0), (other, 1.0), (other, 1.0), (w, 10.0)):
        w[0] = other[0] = 1.0
        assert float(f(given)[0]) == expected
        assert float(given[0]) == 10.0


def arguments_of_arrays():
    x = np.arange(6.0)
    return [
        (x[:4], x[2:]),
        (x[::2], x),
        (x, x),
        (np.zeros(4), np.ones(4)),
        (x[:3], x[3:]),
        (x[::-1], x),
    ]


def arguments_of_tensors():
    x = wg.tensor(np.arange(6.0))
    m = wg.tensor(np.arange(6.0).reshape(2, 3))
    return [(x[:4], x[2:]), (x, x[1:5]), (x, x), (m[0], m[1]), (m, m[1]), (m[0], m.T), (x[::2], m)]


@pytest.mark.parametrize("make", [arguments_of_arrays, arguments_of_tensors])
@pytest.mark.parametrize("first", range(6))
def test_arguments_that_share_memory(make, first):
    def fun(a, b):
        part = a[1:]
        b[0] = 5.0
        seen_by_a = np.sum(part)
        a[-1] = 7.0
        a *= 2.0
        return seen_by_a * 1.0, b * 1.0

    f = wg.jit(fun)
    count = len(make())
    for k in itertools.chain(range(first, count), range(count)):
        ours, theirs = make()[k], make()[k]
        results = [[np.array(r) for r in own] for own in (fun(*ours), f(*theirs))]
        for a, b in zip(*results, strict=True):
            np.testing.assert_array_equal(a, b)
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(np.asarray(a), np.asarray(b))


def test_views_of_what_is_outside_as_arguments():
    def make():
        w = wg.tensor(np.arange(4.0))

        def fun(v, x):
            w[1] = x
            first = v * 1.0
            v[0] = 3.0
            return first, w * 1.0

        return fun, w

    (plain, ours), (fun, theirs) = make(), make()
    f = wg.jit(fun)
    other = np.zeros(3)
    for k in range(5):
        mine, its = (ours[1:], theirs[1:]) if k % 2 else (wg.tensor(other), wg.tensor(other))
        for a, b in zip(plain(mine, float(k)), f(its, float(k)), strict=True):
            np.testing.assert_array_equal(np.asarray(a), np.asarray(b))
        np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))


def test_what_cannot_be_written_to():
    x = np.ones(3)

    def fun(a):
        a[0] = 2.0
        return a * 1.0

    f = wg.jit(fun)
    f(x), f(x)
    x.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        f(x)
    w = wg.tensor(X, requires_grad=True)
    g = wg.jit(lambda x: w.__setitem__(0, x))
    for _ in range(2):
        with pytest.raises(wg.DerivativeError, match="requires a gradient"):
            g(1.0)


def test_verifying_stores_once():
    total = wg.tensor(0.0)

    @wg.jit(verify=1)
    def add(x):
        total.assign(total + x)
        return total * 1.0

    for k in range(1, 5):
        assert float(add(1.0)) == k
        assert float(total) == k


def test_backward_through_what_was_computed_outside():
    w = wg.tensor(X, requires_grad=True)
    y = w * w
    f = wg.jit(lambda x: np.sum(y * x).backward())
    for k in range(1, 4):
        f(X)
        np.testing.assert_allclose(np.asarray(w.grad), 2 * k * X * X)
    assert runs_of(f) == 0
    assert "computed outside" in f.programs[0].reason


def test_gradients_that_can_be_differentiated():
    def make():
        w = wg.tensor(X, requires_grad=True)

        def step(x):
            w.grad = None
            np.sum(w**3 * x).backward(create_graph=True)
            return np.sum(w.grad)

        return step, w

    (plain, ours), (fun, theirs) = make(), make()
    f = wg.jit(fun)
    for _ in range(3):
        plain(X).backward()
        f(X).backward()
        np.testing.assert_allclose(np.asarray(ours.grad.detach()), np.asarray(theirs.grad.detach()))
