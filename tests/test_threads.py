"""Threads, the user's and the library's: the same results, and nobody waits for a lock in vain."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import wengert as wg
from wengert import _core as core


def in_threads(count, work):
    """Run work(0), work(1) ... at once; return the results in order."""
    results, errors, barrier = [None] * count, [], threading.Barrier(count)

    def body(k):
        try:
            barrier.wait()
            results[k] = work(k)
        except BaseException as error:  # noqa: BLE001 -- told to the thread that waits
            errors.append(error)

    threads = [threading.Thread(target=body, args=(k,)) for k in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


RNG = np.random.default_rng(0)
WEIGHTS = [RNG.normal(size=(64, 64)) / 8 for _ in range(3)]
X = RNG.normal(size=(500, 64))


def loss(weights, x):
    for w in weights:
        x = np.tanh(x @ w)
    return np.sum(x * x) + np.max(x) + np.sum(np.sort(x, axis=0)[::7])


def flat(tree):
    return np.concatenate([np.ravel(part) for part in tree])


# Threads of the user's


def test_threads_compute_what_one_computes():
    want = flat(wg.grad(loss)(WEIGHTS, X))
    for got in in_threads(8, lambda k: flat(wg.grad(loss)(WEIGHTS, X))):
        np.testing.assert_array_equal(got, want)


def test_threads_nest_transforms_of_their_own():
    def work(k):
        got = []
        for n in range(200):
            a = 1.0 + k + n
            got.append(wg.grad(lambda x, a=a: x * wg.grad(lambda y: x * y * y * a)(2.0))(3.0))
        return got

    for k, got in enumerate(in_threads(8, work)):
        assert got == [24.0 * (1 + k + n) for n in range(200)]


def test_threads_add_to_one_gradient():
    x = wg.tensor(np.ones(400_000), requires_grad=True)

    def work(k):
        for _ in range(25):
            (x * (k + 1.0)).sum().backward()

    in_threads(4, work)
    np.testing.assert_array_equal(x.grad.numpy(), np.full(400_000, 250.0))


def test_operands_outlive_what_another_thread_assigns():
    n = 300_000
    whole, row, column = wg.tensor(np.ones(n)), wg.tensor(np.ones((1, 100))), np.ones((n // 100, 1))
    number = wg.tensor(1.0)
    users = [
        lambda: np.exp(whole),
        lambda: whole * whole,
        lambda: -whole,
        lambda: row * column,
        lambda: column + row,
        lambda: number * whole.detach(),
        lambda: np.sum(whole),
        lambda: np.asarray(whole),
        lambda: whole[::2] @ whole[::2],
        lambda: whole > 1.5,
    ]
    done = threading.Event()

    def work(k):
        if k == 0:
            for i in range(200):
                whole.assign(np.full(n, 1.0 + i % 2))
                row.assign(np.full((1, 100), 1.0 + i % 2))
                number.assign(1.0)
            done.set()
        while not done.is_set():
            for use in users:
                values = np.asarray(use())
                assert np.all(values == values.flat[0])

    in_threads(3, work)


def test_no_grad_is_of_one_thread():
    w = wg.tensor(2.0, requires_grad=True)
    inside, done = threading.Event(), threading.Event()

    def other():
        with wg.no_grad():
            inside.set()
            done.wait()
            return (w * w).requires_grad

    def work(k):
        if k == 0:
            return other()
        inside.wait()
        tracked = (w * w).requires_grad
        done.set()
        return tracked

    assert in_threads(2, work) == [False, True]


def test_threads_share_tensors_and_pullbacks():
    w = wg.tensor(WEIGHTS[0], requires_grad=True)
    shared = np.tanh(w @ WEIGHTS[1])
    _, pullback = wg.vjp(lambda x: np.sin(x) * x, X)
    want = pullback(X)[0]
    value = np.tanh(WEIGHTS[0] @ WEIGHTS[1])

    def work(k):
        own = wg.tensor(float(k), requires_grad=True)
        np.sum(shared.detach() * own).backward()
        for _ in range(20):
            np.testing.assert_array_equal(pullback(X)[0], want)
        return own.grad.item()

    assert in_threads(8, work) == pytest.approx([value.sum()] * 8, rel=1e-13)
    shared.sum().backward()
    assert w.grad.shape == w.shape


def test_an_error_in_one_thread_is_none_in_another():
    def work(k):
        for _ in range(200):
            if k % 2:
                with pytest.raises(ValueError, match="matmul"):
                    wg.grad(lambda x: x @ np.ones((7, 2)))(X)
            else:
                assert wg.grad(lambda x: x**3)(2.0) == 12.0
        return k

    assert in_threads(4, work) == [0, 1, 2, 3]


@pytest.mark.parametrize("sweep", [False, True], ids=["value", "pullback"])
def test_long_work_lets_other_threads_run(sweep):
    a = np.random.default_rng(1).random((2000, 2000))
    _, pullback = wg.vjp(np.matmul, a, a)
    product = wg.tensor(a)
    started, done, ticks = threading.Event(), threading.Event(), 0

    def work():
        started.set()
        if sweep:
            pullback(a)
        else:
            product @ a
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    started.wait()
    while not done.is_set():
        time.sleep(0.001)  # who waits for the lock until the work ends comes by once or twice
        ticks += 1
    thread.join()
    assert ticks > 5


# Threads of the library's


def test_results_do_not_depend_on_the_number_of_threads():
    x = np.random.default_rng(2).normal(size=(700, 900))

    def f(x):
        y = np.exp(np.sin(x)) @ (x.T * 0.01)
        return np.sum(np.tanh(y)) + np.sum(np.cumsum(x, 1)) + np.std(x) + np.sum(x[::3] @ x.T)

    before = core.num_threads()
    results = []
    try:
        for count in (1, 2, 3, 8):
            wg.set_num_threads(count)
            assert core.num_threads() == count
            value, slope = wg.value_and_grad(f)(x)
            results.append((value, slope, wg.vjp(lambda x: np.sort(x, 0) * x, x)[1](x)[0]))
    finally:
        wg.set_num_threads(before)
    for other in results[1:]:
        for a, b in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("count", [0, -1, 1025])
def test_a_wrong_number_of_threads_is_said(count):
    with pytest.raises(ValueError, match=f"set_num_threads: {count} was given; a number from 1 to"):
        wg.set_num_threads(count)


def test_a_thread_inside_of_a_batch_is_refused():
    # What it keeps is enough for derivatives, not for other values.
    large = np.ones(3000)

    def fun(x):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: np.sin(x) + large[:3]).result()

    with pytest.raises(wg.RuleError, match="computed in a thread"):
        wg.vmap(fun)(np.ones((2, 3)))
