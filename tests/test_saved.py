"""Programs that are saved and loaded: the same results, in other processes, and no harm of any file."""

import contextlib
import io
import multiprocessing
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from derivative_cases import CASES
from derivative_sample_cases import CASES as SAMPLE_CASES
from matrix_programs import MATRIX_PROGRAMS
from sequence_programs import SEQUENCE_PROGRAMS, adam_unrolled
from test_derivatives import functional

X = np.array([0.5, -1.5, 2.5])
REFUSED = (ValueError, TypeError, IndexError, NotImplementedError, OverflowError, MemoryError)
CALLBACKS = "one at the top level of a module can, by its name"


def saved(fun):
    file = io.BytesIO()
    fun.save(file)
    return file.getvalue()


def again(fun):
    return wg.load(io.BytesIO(saved(fun)))


def agree(found, wanted):
    assert type(found) is type(wanted)
    found, wanted = wg._core.flatten(found), wg._core.flatten(wanted)
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert type(one) is type(other)
        assert np.shape(one) == np.shape(other)
        assert np.asarray(one).dtype == np.asarray(other).dtype
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("case", [*CASES, *SAMPLE_CASES], ids=str)
def test_every_function_comes_back(case):
    x, other = ([op.array(10 * k + i) for i, op in enumerate(case.operands)] for k in range(2))
    gradient = wg.grad(functional(case), tuple(range(len(case.operands))))
    for fun in (wg.jit(case, max_paths=100), wg.jit(gradient, max_paths=100)):
        fun(*x), fun(*other)
        if fun.programs[0].text is None:
            continue
        if " custom" in fun.programs[0].text:
            with pytest.raises(TypeError, match=CALLBACKS):
                again(fun)
            continue
        loaded = again(fun)
        for values in (x, other):
            agree(loaded(*values), fun(*values))


@pytest.mark.parametrize("written", [*MATRIX_PROGRAMS, *SEQUENCE_PROGRAMS])
def test_programs_come_back(written):
    size = (MATRIX_PROGRAMS | SEQUENCE_PROGRAMS)[written]
    x = np.random.default_rng(size).normal(size=size) + (2.0 if written is adam_unrolled else 0.0)
    loss = lambda x: written(x, wnp.zeros)
    fun = wg.jit(wg.value_and_grad(loss))
    fun(x)
    agree(again(fun)(x), fun(x))
    value = wg.jit(loss)
    value(x)
    np.testing.assert_allclose(wg.grad(again(value))(x), fun(x)[1], rtol=1e-9, atol=1e-12)


def branching(x, options, *, power=2, names=("a",)):
    y = x * options["scale"]
    while np.sum(y * y) < options["limit"][0]:
        y = np.sin(y) + 1.5 * y
    return {"y": y**power, names[0]: (np.sum(y), 3, None, "text", [b"bytes", 2j, slice(1, 2)])}


def test_arguments_results_and_branches():
    f = wg.jit(branching, max_paths=100)
    options = {"scale": 1.5, "limit": [20.0]}
    calls = [
        ((k * X, options), keywords)
        for k in (1, 3, 0.1)
        for keywords in ({}, {"power": 3}, {"names": ("b", "c")})
    ]
    for args, keywords in calls:
        f(*args, **keywords)
    loaded = again(f)
    assert [p.signature for p in loaded.programs] == [p.signature for p in f.programs]
    for args, keywords in calls:
        agree(loaded(*args, **keywords), f(*args, **keywords))
    assert sum(p.runs for p in loaded.programs) == len(calls)
    with pytest.raises(wg.TraceError, match="other values on the way"):
        loaded(1e-5 * X, options)
    for args, keywords in [
        ((X[:2], options), {}),
        ((X, options), {"power": 4}),
        ((X,), {}),
        ((X, {"scale": 1.5, "bounds": [20.0]}), {}),
        ((X.astype("float32"), options), {}),
    ]:
        with pytest.raises(wg.TraceError, match="of other kinds; arguments are needed that are fl"):
            loaded(*args, **keywords)
    agree(loaded(*calls[0][0]), f(*calls[0][0]))


def test_numbers_arrays_and_tensors_go_for_one_another():
    f = wg.jit(lambda x, s: np.sum(np.sin(x) * s))
    f(X, 2.0)
    g = again(f)
    assert type(g(X, 2.0)) is np.float64
    assert type(g(wg.tensor(X), 2.0)) is wg.Tensor
    assert float(g(wg.tensor(X), 2.0)) == f(X, 2.0)
    with wg.no_grad():
        agree(g(X, 3.0), f(X, 3.0))
    with wg.no_jit():
        agree(g(X, 3.0), f(X, 3.0))


def scalar(h):
    return lambda x: np.sum(np.sin(h(x)))


def test_derivatives_and_batches():
    def fun(x):
        y = wg.checkpoint(lambda x: np.exp(np.sin(x)))(x)
        y[0] = y[1] * x[2]
        return y * y if np.sum(y) > 0 else -y

    f = wg.jit(fun)
    f(X), f(-X)
    g = again(f)
    for x in (X, -X, 2 * X):
        f(x)
    g = again(f)
    for x in (X, -X, 2 * X):
        agree(wg.jacobian(g)(x), wg.jacobian(f)(x))
        agree(wg.jacfwd(g)(x), wg.jacfwd(f)(x))
        np.testing.assert_allclose(wg.hessian(scalar(g))(x), wg.hessian(scalar(f))(x), rtol=1e-12)
    many = np.stack([X, -X, 2 * X])
    np.testing.assert_array_equal(wg.vmap(g)(many), wg.vmap(f)(many))
    np.testing.assert_allclose(wg.grad(wg.jit(scalar(g)))(X), wg.grad(scalar(f))(X), rtol=1e-12)


def test_gradients_are_differentiated_as_they_were_recorded():
    fun = lambda x, c: np.sum(np.sin(x) ** 3 * c)
    twice = lambda h: wg.grad(lambda x: np.sum(h(x, 2.0) * x))
    f = wg.jit(wg.grad(fun))
    f(X, 2.0)
    with pytest.raises(wg.TraceError, match="call the function in the same transform before it is"):
        twice(again(f))(X)
    twice(f)(X)
    g = again(again(f))
    np.testing.assert_allclose(twice(g)(X), twice(wg.grad(fun))(X), rtol=1e-14)
    np.testing.assert_allclose(twice(g)(2 * X), twice(wg.grad(fun))(2 * X), rtol=1e-14)
    agree(g(X, 2.0), f(X, 2.0))
    with pytest.raises(wg.TraceError, match="call the function in the same transform before it is"):
        wg.grad(lambda c: np.sum(g(X, c)))(2.0)
    value = wg.jit(fun)
    value(X, 2.0)
    agree(wg.hessian(again(value))(X, 2.0), wg.hessian(value)(X, 2.0))


def test_numbers_of_python_go_through_loops_and_checkpoints():
    def grown(y):
        return wg.while_loop(lambda s: s < 2, lambda s: s * 1.5 + 1, y)

    def fun(y):
        many = wg.scan(lambda s, _: (grown(s), s), y, None, length=5, checkpoint=True)
        return wg.checkpoint(lambda s: s * s)(grown(y)) + many[0] * np.sum(many[1])

    for made in (fun, wg.grad(fun), wg.grad(wg.grad(fun))):
        f = wg.jit(made)
        for y in (0.4, 3.0):
            f(y)
        g = again(f)
        for y in (0.4, 3.0, 0.4):
            agree(g(y), f(y))


def test_what_was_read_from_outside_stays():
    w, table, scale = wg.tensor(X), np.array([1.0, 2.0, 3.0]), [2.0]
    f = wg.jit(lambda x: np.sum(x * w * table * scale[0]))
    f(X)
    g, wanted = again(f), f(X)
    w.assign(0 * X)
    table[0] = 9
    scale[0] = 7.0
    assert g(X) == wanted
    assert f(X) == 0
    assert again(f)(X) == 0


def test_what_is_written_to_arguments():
    def fill(x, out):
        out[1:] = x[1:] * 2
        out += 1
        return np.sum(out)

    f = wg.jit(fill)
    f(X, np.zeros(3))
    g = again(f)
    one, other = np.zeros(3), np.zeros(3)
    agree(g(2 * X, one), f(2 * X, other))
    np.testing.assert_array_equal(one, other)


def test_arguments_that_are_one_object():
    f = wg.jit(lambda x, y: (x * y, x is y))
    f(X, X), f(X, X + 1)
    g = again(f)
    agree(g(X, X), (X * X, True))
    agree(g(X, X.copy()), (X * X, False))


def test_layouts_decide_no_bits():
    a = np.random.default_rng(0).normal(size=(40, 50))
    f = wg.jit(lambda x: x @ a.T + (a @ a.T)[:, :40])
    x = np.random.default_rng(1).normal(size=(40, 50))
    f(x)
    agree(again(f)(x), f(x))
    agree(again(f)(np.asfortranarray(x)), f(np.asfortranarray(x)))


def test_empty_large_and_many():
    f = wg.jit(lambda x: (x * 1.0, np.zeros(0), np.float32(3), np.arange(3) > 1))
    for x in (np.zeros((0, 3)), np.zeros(100_000), np.float64(2.0), np.zeros(3, "complex64")):
        f(x)
        agree(again(f)(x), f(x))

    def long(x):
        for k in range(3000):
            x = np.sin(x) * (1.0 + k)
        return x

    g = wg.jit(wg.grad(long))
    g(0.5)
    agree(again(g)(0.25), g(0.25))


def test_files_names_and_pickles(tmp_path):
    f = wg.jit(wg.value_and_grad(lambda x: np.sum(x**3)))
    with pytest.raises(ValueError, match="has no program; call it first"):
        f.save(tmp_path / "f")
    f(X)
    f.save(tmp_path / "f")
    f.save(str(tmp_path / "g"))
    assert (tmp_path / "f").read_bytes() == (tmp_path / "g").read_bytes()
    g = wg.load(tmp_path / "f")
    assert "loaded" in repr(g)
    g.save(tmp_path / "h")
    assert (tmp_path / "f").read_bytes() == (tmp_path / "h").read_bytes()
    agree(pickle.loads(pickle.dumps(g))(X), f(X))
    with pytest.raises(TypeError, match="cannot be recorded again"):
        g.clear()
    with pytest.raises(OSError, match="none"):
        wg.load(tmp_path / "none")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        agree(pool.apply(g, (2 * X,)), f(2 * X))


def test_another_process_that_knows_nothing(tmp_path):
    special = pytest.importorskip("wengert.scipy.special")

    def model(x):
        a = np.fft.fft(x)
        return np.sum(np.abs(a)) + np.sum(special.gammainc(2.0, x**2) + special.jv(1.5, x**2))

    f = wg.jit(wg.value_and_grad(model))
    f(X)
    f.save(tmp_path / "model")
    script = (
        "import wengert as wg, numpy as np;"
        f"f = wg.load({str(tmp_path / 'model')!r});"
        "v, g = f(np.array([0.5, -1.5, 2.5])); print(repr((float(v), g.tolist())))"
    )
    root = str(Path(wg.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r}); {script}"],
        capture_output=True,
        text=True,
        check=True,
    )
    value, gradient = f(X)
    assert done.stdout.strip() == repr((float(value), gradient.tolist()))


class Scaled:
    """What an argument may be."""

    factor = 2.0

    @wg.jit
    def of(self, x):
        """Return the sum."""
        return np.sum(self.factor * x)


def test_what_cannot_be_saved():
    square = wg.custom_vjp(lambda x: x * x)
    square.defvjp(lambda x: (x * x, x), lambda x, ct: (3 * ct * x,))
    g = wg.jit(square)
    g(X)
    with pytest.raises(TypeError, match=CALLBACKS):
        again(g)
    h = wg.jit(lambda f, x: f(x))
    h(np.sin, X)
    with pytest.raises(TypeError, match="cannot be saved; numbers, texts, arrays"):
        again(h)
    Scaled().of(X)
    with pytest.raises(TypeError, match="cannot be saved"):
        again(Scaled.of)
    k = wg.jit(lambda x: np.uint8(3) if x[0] else None)
    k(X)
    with pytest.raises(TypeError, match="cannot be saved"):
        again(k)


def small_files():
    """Functions that have what a file can have."""
    f = wg.jit(branching)
    f(X, {"scale": 1.5, "limit": [20.0]})
    yield f, (X, {"scale": 1.5, "limit": [20.0]})

    def moves(x, i):
        y = np.concatenate([x[::2], np.roll(x, 1)])[i]
        y = np.pad(y, 1)[:, None] * np.ones(4)
        y = np.lib.stride_tricks.sliding_window_view(np.cumsum(y, 0), 2, axis=1)
        q, r = np.linalg.qr(np.sum(y, 2) @ np.sum(y, 2).T + np.eye(len(y)))
        return np.max(q, 1) @ np.sort(r, 0), np.einsum("ij,kj->ik", r, q), np.fft.rfft(r)

    i = np.array([0, 2, 1])
    g = wg.jit(wg.value_and_grad(lambda x: sum(np.sum(np.abs(p)) for p in moves(x, i))))
    g(X)
    yield g, (X,)

    def checkpointed(x):
        step = wg.checkpoint(lambda x: np.tanh(x) * x)
        return np.sum(step(step(x))) + (x[0] if x[1] > 3 else x[1:].sum())

    h = wg.jit(checkpointed)
    h(X)
    yield h, (X,)


def test_altered_files_are_refused():
    rng = np.random.default_rng(3)
    for fun, _ in small_files():
        content = saved(fun)
        for cut in {0, 1, 5, 11, 12, 13, 20, len(content) // 2, len(content) - 1}:
            with pytest.raises(wg.FormatError):
                wg.load(io.BytesIO(content[:cut]))
        for _ in range(3500):
            altered = bytearray(content)
            for _ in range(rng.integers(1, 4)):
                altered[rng.integers(len(altered))] ^= rng.integers(1, 256)
            if bytes(altered) != content:
                with pytest.raises(wg.FormatError):
                    wg.load(io.BytesIO(altered))
        with pytest.raises(wg.FormatError, match="whole"):
            wg.load(io.BytesIO(content + b"x"))
    with pytest.raises(wg.FormatError, match="no file of wengert's"):
        wg.load(io.BytesIO(b"PK" + content))
    later = content[:12] + b"\x02" + content[13:]
    with pytest.raises(wg.FormatError, match="of format 2, of a later wengert"):
        wg.load(io.BytesIO(later))


def summed(content):
    """Return the content with the sum that belongs to it."""
    total = 0xCBF29CE484222325
    for byte in content[:-8]:
        total = (total ^ byte) * 0x100000001B3 % 2**64
    return content[:-8] + total.to_bytes(8, "little")


@pytest.mark.parametrize("which", range(3))
def test_altered_files_with_a_right_sum_do_no_harm(which):
    rng = np.random.default_rng(which)
    fun, args = list(small_files())[which]
    content = saved(fun)
    assert summed(content) == content
    loaded = 0
    for _ in range(700):
        altered = bytearray(content)
        for _ in range(rng.integers(1, 3)):
            at = rng.integers(14, len(altered) - 8)
            step = rng.integers(-2, 3) if rng.integers(2) else rng.integers(256)
            altered[at] = (altered[at] + step) % 256
        try:
            changed = wg.load(io.BytesIO(summed(bytes(altered))))
        except REFUSED:
            continue
        loaded += 1
        for call in (changed, wg.grad(lambda x, *rest, f=changed: np.sum(f(x, *rest)))):
            with contextlib.suppress(Exception):  # whatever it is: one
                call(*args)
    assert loaded > 10


def test_a_file_that_returns_less_than_it_computes():
    fun = wg.jit(lambda x: tuple(x + float(k) for k in range(9)))
    fun(1.5)
    content = saved(fun)
    tree = bytes([9, 9]) + bytes([1]) * 9 + bytes([1, 1, 9])  # a tuple of nine leaves
    before, behind = content.split(tree)
    less = before + bytes([1, 0, 0, 1]) + behind[:3] + behind[27:]  # the first one alone
    size = len(less) - 15 - 8
    less = less[:13] + bytes([size % 128 + 128, size // 128]) + less[15:]
    loaded = wg.load(io.BytesIO(summed(less)))
    assert [loaded(x) for x in (1.5, 2.5, 3.5, 4.5)] == [1.5, 2.5, 3.5, 4.5]


def test_a_file_that_returns_a_leaf_that_is_not_there():
    fun = wg.jit(lambda x: x * 2.0)
    fun(1.5)
    content = saved(fun)
    leaf = bytes([1, 0, 0, 1, 0])  # its form, which is none, no tuple, and one part: a result
    before, behind = content.rsplit(leaf, 1)
    none = before + bytes([9, 0, 0, 1, 0]) + behind  # an empty tuple, which is not the form
    with pytest.raises(wg.FormatError, match="what is returned has another form"):
        wg.load(io.BytesIO(summed(none)))
