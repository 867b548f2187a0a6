"""jit: short programs of numbers and arrays are replayed on the memory of what they are given."""

import gc
import sys
import threading

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp


def rosenbrock(x, y):
    """Return Rosenbrock's function of two numbers."""
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2


def runs_of(f):
    """Return how often recorded programs have run."""
    return sum(program.runs for program in f.programs)


def replayed(fun, *args):
    """Return a jitted function that has been replayed for such arguments."""
    f = wg.jit(fun)
    for _ in range(3):
        f(*args)
    assert runs_of(f) == 2
    return f


def assert_same(given, wanted):
    """See that the results are of the same types and bits."""
    assert type(given) is type(wanted)
    if isinstance(given, dict):
        assert given.keys() == wanted.keys()
        for name, value in given.items():
            assert_same(value, wanted[name])
    elif isinstance(given, tuple | list):
        for one, other in zip(given, wanted, strict=True):
            assert_same(one, other)
    elif isinstance(given, np.ndarray):
        assert given.dtype == wanted.dtype
        assert given.shape == wanted.shape
        assert given.tobytes() == wanted.tobytes()
    else:
        assert np.array(given).tobytes() == np.array(wanted).tobytes()


def layouts(x):
    """Yield arrays of the same elements that lie otherwise in memory."""
    yield x
    wide = np.zeros((*x.shape[:-1], 2 * x.shape[-1]))
    wide[..., ::2] = x
    yield wide[..., ::2]
    yield x[::-1].copy()[::-1]
    yield np.asfortranarray(x)
    frozen = x.copy()
    frozen.flags.writeable = False
    yield frozen
    yield x.astype(x.dtype.newbyteorder())
    raw = np.zeros(x.nbytes + 1, np.uint8)[1:]
    odd = raw.view(np.uint8)[: x.nbytes].view(x.dtype).reshape(x.shape)
    odd[...] = x
    yield odd


FUNCTIONS = {
    "gradient of numbers": (wg.grad(rosenbrock, argnums=(0, 1)), (1.2, 0.7)),
    "value": (rosenbrock, (1.2, 0.7)),
    "array": (lambda x: x * 2.0, (np.array([1.0, 2.0]),)),
    "matrix": (lambda x: (x @ x.T, x.sum()), (np.arange(6.0).reshape(2, 3),)),
    "array and number": (lambda x, c: (c * x, c + 1.0), (np.array([1.0, -0.0]), 3.0)),
    "float32": (lambda x: (x + 1, x.sum()), (np.ones(3, np.float32),)),
    "integers": (lambda x: (x * 3, x.sum() // 2, x > 1), (np.arange(4),)),
    "complex": (lambda x: (x * 1j, (x * 1j).sum()), (np.arange(3.0),)),
    "without axes": (lambda x: x + 1, (np.array(2.0),)),
    "empty": (lambda x: (x + 1, x.sum()), (np.zeros((0, 3)),)),
    "twice": (lambda x: (x * 2, x * 2), (np.array([1.0, 2.0]),)),
    "given back as it came": (lambda x: (x[::-1], x.reshape(1, -1)), (np.array([1.0, 2.0]),)),
    "numbers of many kinds": (lambda x: (x > 0, x * 1j, x + 1), (0.5,)),
    "nested": (lambda x: (x * 2, [x + 1, {"a": x * 3}], None), (0.5,)),
    "value and gradient": (wg.value_and_grad(rosenbrock, argnums=(0, 1)), (1.2, 0.7)),
    "fourier": (np.fft.fft, (np.array([1.0, 2.0, 5.0]),)),
}


@pytest.mark.parametrize(("fun", "args"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_replays_give_the_bits_and_the_types_of_a_call(fun, args):
    f = wg.jit(fun)
    first = f(*args)
    for _ in range(4):
        assert_same(f(*args), first)
    assert runs_of(f) == 4


@pytest.mark.parametrize(("fun", "args"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_other_values_are_read(fun, args):
    f = replayed(fun, *args)
    for change in (0, 1, 2):
        others = tuple(
            np.asarray(arg * 2 + change) if isinstance(arg, np.ndarray) else arg * 2 + change
            for arg in args
        )
        assert_same(f(*others), wg.jit(fun)(*others))
    assert runs_of(f) == 5


def test_arrays_may_lie_anyhow():
    x = np.array([[0.5, -1.0, 2.0], [3.0, 0.25, -0.0]])
    f = replayed(lambda x: (x * x + 1, x @ x.T), x)
    wanted = (x * x + 1, x @ x.T)
    for given in layouts(x):
        for _ in range(2):
            for one, other in zip(f(given), wanted, strict=True):
                np.testing.assert_array_equal(one, other)


def test_arguments_of_other_types_are_no_such_arguments():
    x = np.array([1.0, 2.0])

    class Own(np.ndarray):
        pass

    f = replayed(lambda x: x * 2, x)
    others = [x.astype(np.float32), np.ones(3), np.ones((2, 1)), np.array([1, 2]), 2.0, 2]
    others += [x.view(Own), wg.tensor(x), np.float64(2.0), np.array(2.0), 2j, True]
    for other in others:
        wanted = wg.jit(lambda x: x * 2)(other)
        assert type(f(other)) is type(wanted)
        np.testing.assert_array_equal(np.asarray(f(other)), np.asarray(wanted))
        assert_same(f(x), x * 2)
    g = replayed(rosenbrock, 1.0, 2.0)
    for args in [(1, 2.0), (np.float64(1.0), 2.0), (1.0, x), (wg.tensor(1.0), 2.0)]:
        np.testing.assert_array_equal(np.asarray(g(*args)), rosenbrock(*map(np.asarray, args)))
    for bad in [(), (1.0,), (1.0, 2.0, 3.0)]:
        with pytest.raises(TypeError):
            g(*bad)
    assert g(1.0, y=2.0) == g(x=1.0, y=2.0) == g(1.0, 2.0)


def test_the_same_array_twice_is_no_two_arrays():
    def add(x, y):
        x += y
        return x * y

    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    f = replayed(lambda x, y: x * y, x, y)
    np.testing.assert_array_equal(f(x, x), x * x)
    np.testing.assert_array_equal(f(y, x), x * y)
    g = wg.jit(add)
    for _ in range(4):
        one, other = x.copy(), y.copy()
        np.testing.assert_array_equal(g(one, other), (x + y) * y)
        np.testing.assert_array_equal(one, x + y)


def test_results_share_memory_with_nothing():
    x = np.array([1.0, 2.0])
    f = replayed(lambda x: (x * 1, x.reshape(2, 1), x), x)
    g = replayed(lambda x: (x * 3, x * 3), x)
    for h in (f, g):
        first = h(x)
        for one in first[:2]:
            assert one.flags.owndata
            assert one.flags.writeable
            one[...] = 7
        assert_same(h(x)[0], wg.jit(h.__wrapped__)(x)[0])
    np.testing.assert_array_equal(x, [1, 2])
    assert f(x)[2] is x


def test_constants_are_compared():
    def f(x, n, how=None):
        return x * n if how is None else x + n

    power = replayed(f, 2.0, 3)
    assert [power(2.0, n) for n in (3, 4, 3, 4, 3.0, True, 10**9, 10**9)] == [
        *(6.0, 8.0, 6.0, 8.0, 6.0, 2.0, 2e9, 2e9)
    ]
    for how in (None, "sum", None, "s" + "um"):
        assert power(2.0, 3, how) == (6.0 if how is None else 5.0)
    x = np.array([1.0, 2.0])
    g = replayed(lambda h, x: h(x), np.sin, x)
    for h in (np.sin, np.cos, np.sin):
        np.testing.assert_allclose(g(h, x), h(x), rtol=1e-15)


def test_branches_are_compared():
    def f(x):
        return x * 2 if x > 0 else x * 3

    f = replayed(f, 1.0)
    for x in (2.0, -1.0, -2.0, 3.0, float("nan"), -0.0):
        assert_same(f(x), 2 * x if x > 0 else 3 * x)


def test_what_lies_outside_is_compared():
    scale = 2.0

    def f(x):
        return x * scale

    f = replayed(f, 1.0)
    assert f(1.0) == 2.0
    scale = 5.0
    assert [f(1.0) for _ in range(4)] == [5.0] * 4
    scale = 2.0
    assert f(1.0) == 2.0
    held = wg.tensor(3.0)
    g = replayed(lambda x: x * held, 1.0)
    held.assign(4.0)
    assert float(g(1.0)) == 4.0


def test_methods_of_classes_are_compared():
    class Base:
        def factor(self):
            return 2.0

    class Model(Base):
        def __call__(self, x):
            return x * self.factor()

    model = Model()
    f = replayed(lambda x: model(x) + 0, 1.0)
    assert f(1.0) == 2.0
    Base.factor = lambda self: 3.0
    assert [f(1.0) for _ in range(3)] == [3.0] * 3
    Model.factor = lambda self: 4.0
    assert [f(1.0) for _ in range(3)] == [4.0] * 3
    Model.other = 1
    assert [f(1.0) for _ in range(3)] == [4.0] * 3
    del Model.factor
    assert [f(1.0) for _ in range(3)] == [3.0] * 3
    Model.__call__ = lambda self, x: x + 10
    assert [f(1.0) for _ in range(3)] == [11.0] * 3


def test_no_grad_is_another_state():
    x = np.array([1.0, 2.0])
    f = replayed(wg.grad(lambda x: (x**3).sum()), x)
    with wg.no_grad():
        for _ in range(3):
            np.testing.assert_array_equal(f(x), 3 * x**2)
    np.testing.assert_array_equal(f(x), 3 * x**2)


def test_a_trace_around_sees_operations():
    f = replayed(lambda x: x * x, 3.0)
    assert wg.grad(f)(3.0) == 6.0
    np.testing.assert_array_equal(wg.vmap(f)(np.array([1.0, 2.0])), [1, 4])
    assert wg.jit(lambda x: f(x) + 1)(3.0) == 10.0
    t = wg.tensor(3.0, requires_grad=True)
    f(t).backward()
    assert float(t.grad) == 6.0


def test_what_fails_fails_as_a_call_does():
    def f(x, y):
        return np.power(x, y)

    x, y = np.array([2, 3]), np.array([1, 2])
    f = replayed(f, x, y)
    for _ in range(3):
        with pytest.raises(ValueError, match="negative"):
            f(x, -y)
        np.testing.assert_array_equal(f(x, y), x**y)


def test_verify_is_heeded():
    random = np.random.default_rng
    f = wg.jit(lambda x: x + random().random(), verify=2)
    with pytest.raises(RuntimeError, match="gives other values"):
        list(map(f, [1.0] * 5))


def test_no_reference_is_lost_or_kept():
    x = np.array([1.0, 2.0])
    f = replayed(wg.grad(lambda x: (x * x).sum()), x)
    g = replayed(rosenbrock, 1.5, 2.5)
    number = 1.234567
    before = sys.getrefcount(x), sys.getrefcount(number), sys.getrefcount(np.dtype(float))
    for _ in range(1000):
        result = f(x)
        g(number, 2.5)
    assert sys.getrefcount(result) == 2
    after = sys.getrefcount(x), sys.getrefcount(number), sys.getrefcount(np.dtype(float))
    assert all(abs(now - then) < 10 for now, then in zip(after, before, strict=True))


def test_clearing_and_collecting_during_calls():
    f = wg.jit(lambda x: (x * 2, x + 1))
    x = np.array([1.0])

    class Clears:
        def __del__(self):
            f.clear()

    before = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for _ in range(200):
            cycle = [Clears()]
            cycle.append(cycle)
            del cycle
            np.testing.assert_array_equal(f(x)[0], [2.0])
    finally:
        gc.set_threshold(*before)


def test_threads_take_turns():
    x = np.arange(5.0)
    f = replayed(lambda x: np.fft.fft(x * 2), x)
    wanted = np.fft.fft(x * 2)
    wrong = []

    def work(k):
        wrong.extend(k for _ in range(300) if not np.array_equal(f(x + k), f(x + k)))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    np.testing.assert_array_equal(f(x), wanted)


def test_numbers_of_wengert_are_given_as_numbers():
    f = wg.jit(lambda x: wnp.sin(x) + 1)
    assert [type(f(0.5)) for _ in range(3)] == [float] * 3
    assert [type(f(np.float64(0.5))) for _ in range(3)] == [np.float64] * 3
