"""Functions with side effects as people write them, recorded: each call does what a plain call does."""

import threading

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp

V = np.array([1.0, 2.0, 3.0, 4.0])


class Module:
    """Parameters, buffers and a step, as in libraries of layers."""

    def __init__(self):
        self.weight = wg.tensor(V / 10, requires_grad=True)
        self.bias = wg.tensor(0.1, requires_grad=True)
        self.mean = wg.tensor(0.0)
        self.seen = wg.tensor(0)
        self.cache = wg.tensor(np.zeros(4))
        self.training = True

    def parameters(self):
        """Return what is trained."""
        return [self.weight, self.bias]


def mutation_then_alias(m):
    base = wg.tensor(np.ones(8))

    def fun(x, y):
        x *= 2.0
        return x + y

    return (
        fun,
        [
            (wg.tensor(np.ones(4)), wg.tensor(np.ones(4))),
            (base[:4], base[2:6]),
            (base[:4], base[2:6]),
            (base[:4], base[4:]),
            (wg.tensor(np.ones(4)), wg.tensor(np.ones(4))),
        ],
        [base],
    )


def an_element_behind_an_offset(m):
    base = wg.tensor(np.arange(24.0).reshape(4, 6))

    def fun(t, part):
        t += 100.0
        return part[0] * 1.0

    return fun, [(base, base[1:])] * 3, [base]


def read_before_a_later_write(m):
    def fun(x):
        y = x * 2.0
        y -= -4.0
        x[2:] = 2.0
        return y

    return fun, [(V.copy(),), (V.copy(),), (wg.tensor(V),)], []


def a_cache_at_a_position(m):
    def fun(x, position):
        m.cache[position] = x
        return m.cache

    return fun, [(7.0, 0), (8.0, 1), (9.0, 0), (10.0, 3)], [m.cache]


def a_view_made_before_a_nested_write(m):
    def fun():
        a = wnp.ones(2)
        b, c = a.reshape(2), a[0:2]

        def inner():
            b[0] = 2.0
            if np.sum(b) >= -1e5:
                pass

        inner()
        return c * 1.0

    return fun, [()] * 3, []


def added_twice_to_one_column(m):
    def fun(x):
        y = wnp.zeros((2, 3))
        y[:, 0] += np.abs(x[:, 2])
        y[:, 0] += np.abs(x[:, 2])
        return np.sum(y)

    x = np.arange(-3.0, 3.0).reshape(2, 3)
    return wg.grad(fun), [(x,), (-x,), (x + 0.5,)], []


def accumulation_over_batches(m):
    def fun(x):
        loss = np.sum(np.tanh(m.weight * x + m.bias)) / 4
        loss.backward()
        return loss.detach()

    return fun, [(k * V,) for k in range(6)], m.parameters()


def zeroed_every_other_step(m):
    def fun(x):
        np.sum(m.weight * x).backward()
        m.seen[...] = m.seen + 1
        if m.seen % 2 == 0:
            with wg.no_grad():
                for p in m.parameters():
                    if p.grad is not None:
                        p[...] = p - 0.1 * p.grad
                    p.grad = None

    return fun, [(k * V,) for k in range(7)], [*m.parameters(), m.seen]


def normalization_with_running_statistics(m):
    def fun(x):
        if m.training:
            mean = np.mean(x)
            m.mean.assign(0.9 * m.mean + 0.1 * mean)
            m.seen += 1
        else:
            mean = m.mean
        return (x - mean) * m.weight

    return fun, [(V,), (2 * V,), (3 * V,)], [m.mean, m.seen]


def a_counter_that_decides(m):
    def fun(x):
        m.seen.assign(m.seen + 1)
        return x * 2.0 if m.seen > 3 else x

    return fun, [(V,)] * 6, [m.seen]


def read_assign_read(m):
    def fun(x):
        before = m.mean * 1.0
        m.mean.assign(m.mean + x)
        middle = m.mean * 1.0
        m.mean.assign(m.mean * 2.0)
        return before, middle, m.mean * 1.0

    return fun, [(1.0,), (2.0,), (3.0,)], [m.mean]


def both_branches_assign(m):
    def add():
        m.mean.assign(m.mean + 1.0)
        return m.mean * 10.0

    def subtract():
        m.mean.assign(m.mean - 1.0)
        return m.mean * 20.0

    def fun(x):
        return wg.cond(x > 0, add, subtract)

    return fun, [(1.0,), (-1.0,), (2.0,), (-2.0,)], [m.mean]


def a_loop_with_assignments(m):
    def fun(x):
        for i in range(4):
            m.mean.assign(m.mean * 0.5 + x[i])
            m.cache[i] = m.mean
        return np.sum(m.cache)

    return fun, [(V,), (-V,), (2 * V,)], [m.mean, m.cache]


def an_exception_after_a_write(m):
    def fun(x):
        m.cache[0] += 1.0
        if np.any(x < 0):
            raise ValueError("negative")
        m.cache[1] += 1.0
        return np.sqrt(x)

    return fun, [(V,), (-V,), (V,), (-V,), (V,)], [m.cache]


def an_assertion_of_shapes(m):
    def fun(x):
        m.mean.assign(np.sum(x))
        m.cache.assign(x)  # of another shape: an error
        return m.mean * 1.0

    return fun, [(V,), (V[:3],), (V,), (V[:3],)], [m.mean, m.cache]


def clipped_by_the_norm(m):
    def fun(x):
        m.weight.grad = None
        np.sum((m.weight * x) ** 2).backward()
        norm = np.sqrt(np.sum(m.weight.grad**2))
        if norm > 1.0:
            m.weight.grad = m.weight.grad / norm
        m.weight.assign(m.weight.detach() - 0.1 * m.weight.grad)
        return norm

    return fun, [(0.1 * k * V,) for k in range(1, 7)], [m.weight]


def weights_that_are_tied(m):
    tied = m.weight

    def fun(x):
        loss = np.sum(tied * x) * np.sum(m.weight * x)
        loss.backward()
        tied.assign(tied.detach() - 0.01 * m.weight.grad)
        m.weight.grad = None
        return np.sum(m.weight.detach())

    return fun, [(V,), (-V,), (V,)], [m.weight]


def a_frozen_parameter(m):
    frozen = wg.tensor(2.0)

    def fun(x):
        for p in [*m.parameters(), frozen]:
            p.grad = None
        np.sum(frozen * m.weight * x + m.bias).backward()
        for p in [*m.parameters(), frozen]:
            if p.requires_grad:
                p.assign(p.detach() - 0.1 * p.grad)

    return fun, [(V,), (2 * V,), (3 * V,)], [*m.parameters(), frozen]


def two_steps_in_one(m):
    def one(x):
        m.weight.grad = None
        np.sum((m.weight * x - 1.0) ** 2).backward()
        m.weight.assign(m.weight.detach() - 0.01 * m.weight.grad)

    def fun(x):
        one(x)
        one(-x)
        return np.sum(m.weight.detach())

    return fun, [(V,), (2 * V,), (3 * V,)], [m.weight]


def exponential_moving_average_of_parameters(m):
    shadow = wg.tensor(V / 10)

    def fun(x):
        np.sum(m.weight * x).backward()
        m.weight.assign(m.weight.detach() - 0.1 * m.weight.grad)
        m.weight.zero_grad()
        shadow.assign(0.9 * shadow + 0.1 * m.weight.detach())

    return fun, [(V,), (2 * V,), (3 * V,)], [m.weight, shadow]


def a_ring_buffer(m):
    def fun(x):
        m.cache[1:] = m.cache[:-1]
        m.cache[0] = x
        return np.mean(m.cache)

    return fun, [(float(k),) for k in range(6)], [m.cache]


def swapped_in_place(m):
    def fun(i, j):
        m.cache[i], m.cache[j] = m.cache[j] * 1.0, m.cache[i] * 1.0

    return fun, [(0, 1), (1, 2), (0, 1)], [m.cache]


def a_gradient_of_a_function_that_writes(m):
    def loss(w, x):
        total = wnp.zeros(4)
        total[:2] = w[:2] * x[:2]
        total[2:] += w[2:] ** 2
        return np.sum(total)

    def fun(x):
        m.cache.assign(m.cache + wg.grad(loss)(m.cache, x))

    return fun, [(V,), (2 * V,), (3 * V,)], [m.cache]


def examples_that_read_what_was_written(m):
    def fun(x):
        m.cache[...] = x * 2.0
        return wg.vmap(lambda e: e * m.cache)(x)

    return fun, [(V,), (2 * V,), (3 * V,)], [m.cache]


def a_checkpoint_that_reads_what_was_written(m):
    def fun(x):
        m.weight.grad = None
        m.cache[0] = x[0]
        part = wg.checkpoint(lambda v: np.sum(np.sin(v * m.weight) * m.cache))
        part(x).backward()
        return m.weight.grad

    return fun, [(V,), (2 * V,), (3 * V,)], [m.weight, m.cache]


def nothing_but_an_effect(m):
    def fun(x):
        m.mean.assign(np.sum(x))

    return fun, [(V,), (2 * V,), (3 * V,)], [m.mean]


def conditionally_in_place(m):
    def fun(x, scale):
        if scale is not None:
            x *= scale
        return np.sum(x) + np.sum(m.weight.detach())

    return fun, [(V.copy(), 2.0), (V.copy(), None), (V.copy(), 3.0), (V.copy(), None)], []


def numbers_written_as_integers(m):
    def fun(x):
        m.seen[...] = np.argmax(x)
        m.cache[m.seen] = 1.0
        return m.cache * 1.0

    return fun, [(V,), (V[::-1],), (V,)], [m.seen, m.cache]


SITUATIONS = [
    value
    for value in list(globals().values())
    if callable(value) and getattr(value, "__code__", None)
]


def plain(x):
    return np.array(x.detach()) if isinstance(x, wg.Tensor) else np.array(x)


def called(function, args):
    try:
        result = function(*args)
    except ValueError as error:
        return [np.array(type(error).__name__)]
    return [np.array(0) if leaf is None else plain(leaf) for leaf in wg._core.flatten(result)]


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda s: s.__name__)
def test_situations(situation):
    (one, calls, ours), (other, same_calls, theirs) = situation(Module()), situation(Module())
    f = wg.jit(other)
    for args, same in zip(calls, same_calls, strict=True):
        for a, b in zip(called(one, args), called(f, same), strict=True):
            np.testing.assert_array_equal(
                a, b
            ) if a.dtype.kind in "US" else np.testing.assert_allclose(a, b, rtol=1e-13)
        tensors = [x for x in args if isinstance(x, (wg.Tensor, np.ndarray))]
        tensors_too = [x for x in same if isinstance(x, (wg.Tensor, np.ndarray))]
        for a, b in zip([*ours, *tensors], [*theirs, *tensors_too], strict=True):
            np.testing.assert_allclose(plain(a), plain(b), rtol=1e-13)
            if isinstance(a, wg.Tensor):
                assert (a.grad is None) == (b.grad is None)
                if a.grad is not None:
                    np.testing.assert_allclose(plain(a.grad), plain(b.grad), rtol=1e-13)


def test_replaced_buffers_are_seen():
    m = Module()
    f = wg.jit(lambda x: m.cache.__setitem__(0, x) or m.cache * 1.0)
    for k in range(4):
        assert float(f(float(k))[0]) == k
        m.cache = wg.tensor(np.full(4, 10.0 * k))
    np.testing.assert_array_equal(np.asarray(f(5.0)), [5.0, 30.0, 30.0, 30.0])


def test_threads_with_states_of_their_own():
    def work(k):
        w = wg.tensor(V * k, requires_grad=True)

        def step(x):
            np.sum((w * x - 1.0) ** 2).backward()
            w.assign(w.detach() - 0.01 * w.grad)
            w.grad = None

        f = wg.jit(step)
        for i in range(20):
            f(V * (1 + i % 3))
        ends[k] = np.array(w.detach())

    def expected(k):
        w = V * k
        for i in range(20):
            x = V * (1 + i % 3)
            w = w - 0.01 * 2 * (w * x - 1.0) * x
        return w

    ends = {}
    threads = [threading.Thread(target=work, args=(k,)) for k in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k in range(1, 5):
        np.testing.assert_allclose(ends[k], expected(k), rtol=1e-9)
