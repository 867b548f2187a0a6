"""What files have by its name: classes of containers, rules and foreign functions of Python's."""

import collections
import contextlib
import io
import multiprocessing
import pickle
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import optree
import pytest

import wengert as wg
from named_models import Layer, Models, Scaled, foreign_sine, power, twisted
from test_saved import REFUSED, X, again, agree, saved, summed


def step(layer, scaled, table):
    y = layer.w * scaled.x * scaled.factor + layer.b
    new = Layer(y, Models.Pair(np.sum(y), (layer.b, None)))
    return {"new": new, "scaled": Scaled(y * table["c"], "text"), "queue": table["queue"]}


def arguments(k=1.0):
    queue = collections.deque([k * X, 2.0], maxlen=3)
    table = collections.OrderedDict(c=k * X, queue=queue)
    return Layer(k * X, 0.5), Scaled(X + k, 2), table


def parts_of(tree):
    return optree.tree_leaves(tree), optree.tree_structure(tree)


def test_containers_of_classes_come_back():
    f = wg.jit(step)
    for k in (1.0, 2.0):
        f(*arguments(k))
    g = again(f)
    assert [p.signature for p in g.programs] == [p.signature for p in f.programs]
    found, wanted = g(*arguments(3.0)), f(*arguments(3.0))
    assert parts_of(found)[1] == parts_of(wanted)[1]
    for one, other in zip(parts_of(found)[0], parts_of(wanted)[0], strict=True):
        agree(one, other)
    assert type(found["new"]) is Layer
    assert type(found["new"].b) is Models.Pair
    assert saved(g) == saved(f)
    with wg.no_jit():
        agree(g(*arguments(3.0))["new"].w, wanted["new"].w)
    to_tensor = lambda x: wg.tensor(x) if isinstance(x, np.ndarray) else x
    tensors = optree.tree_map(to_tensor, arguments(3.0))
    agree(g(*tensors)["new"].w.numpy(), wanted["new"].w)
    layer, scaled, table = arguments()
    for others in (
        (tuple(layer), scaled, table),
        (layer, Scaled(scaled.x, 3), table),
        (layer, scaled, dict(table)),
        (Models.Pair(*layer), scaled, table),
    ):
        with pytest.raises(wg.TraceError, match="of other kinds"):
            g(*others)


def test_derivatives_of_classes_come_back():
    def loss(layer, scaled):
        return np.sum(np.sin(layer.w * scaled.x) + layer.b)

    f = wg.jit(wg.grad(loss))
    layer, scaled, _ = arguments()
    f(layer, scaled)
    gradient = again(f)(layer, scaled)
    assert type(gradient) is Layer
    agree(list(gradient), list(f(layer, scaled)))
    value = wg.jit(loss)
    value(layer, scaled)
    agree(list(wg.grad(again(value))(layer, scaled)), list(wg.grad(value)(layer, scaled)))


def test_structures_of_python_and_of_numpy():
    f = wg.jit(lambda x: (np.linalg.qr(x), np.linalg.slogdet(x)))
    x = np.random.default_rng(0).normal(size=(3, 3))
    f(x)
    found, wanted = again(f)(x), f(x)
    assert [type(own) for own in found] == [type(own) for own in wanted]
    agree([list(own) for own in found], [list(own) for own in wanted])

    g = wg.jit(lambda t: t.tm_year * 2.0)
    now = time.struct_time([2.0] + [np.float64(1.0)] * 8)
    g(now)
    assert again(g)(now) == g(now)


class Here(NamedTuple):
    """In this module."""

    x: object


def test_what_has_no_name_says_so():
    class Hidden(NamedTuple):
        x: object

    for fun, x in (
        (lambda x: Hidden(x * 2.0), X),
        (lambda x: x[0] * 2.0, Hidden(X)),
    ):
        f = wg.jit(fun)
        f(x)
        with pytest.raises(TypeError, match=r"the class of a container is .*Hidden, which is not"):
            saved(f)
    square = wg.custom_vjp(lambda x: x * x)
    square.defvjp(lambda x: (x * x, x), lambda x, ct: (3 * ct * x,))
    g = wg.jit(square)
    g(X)
    with pytest.raises(
        TypeError, match=r"derivatives stated in Python is .*; one at the top level"
    ):
        saved(g)
    foreign = wg.primitive(lambda x: x * 2.0)
    h = wg.jit(lambda x: foreign(x) * 2.0)
    h(X)
    with pytest.raises(TypeError, match=r"a function that is a `primitive` is .*; one at the top"):
        saved(h)


def test_names_that_are_gone(monkeypatch):
    f = wg.jit(lambda layer: Here(layer.w * 2.0))
    f(Layer(X, 1.0))
    content = saved(f)
    this = sys.modules[__name__]
    monkeypatch.setattr(this, "Here", 3)
    with pytest.raises(wg.FormatError, match="the class of a container is none"):
        wg.load(io.BytesIO(content))
    monkeypatch.setattr(this, "Here", int)
    with pytest.raises(
        wg.FormatError, match="class int, which is no namedtuple and not registered"
    ):
        wg.load(io.BytesIO(content))
    monkeypatch.setattr(this, "Here", Models.Pair)
    with pytest.raises(wg.FormatError, match="another one than when the file was saved"):
        wg.load(io.BytesIO(content))
    monkeypatch.delattr(this, "Here")
    with pytest.raises(wg.FormatError, match=r"needs .*\.Here, and module .* has no such name"):
        wg.load(io.BytesIO(content))
    monkeypatch.delitem(sys.modules, "named_models")
    with pytest.raises(wg.FormatError, match=r"module named_models was not imported; import it"):
        wg.load(io.BytesIO(content))


def test_a_name_that_is_no_rule(monkeypatch):
    f = wg.jit(foreign_sine)
    f(X)
    content = saved(f)
    monkeypatch.setattr(sys.modules["named_models"], "foreign_sine", np.sin)
    with pytest.raises(
        wg.FormatError, match=r"has the name of a numpy\.ufunc; what was custom_vjp"
    ):
        wg.load(io.BytesIO(content))


def rules(x):
    y = twisted(x, {"scale": 2.0 * x[0]})
    return np.sum(y["x"] * power(3, x)) + y["value"] + np.sum(foreign_sine(x * x))


def of_each(x):
    """Call foreign code in batches of batches."""
    twice = lambda x: wg.fori_loop(0, 2, lambda _, y: foreign_sine(y) * 1.5, x)
    return np.sum(wg.vmap(wg.vmap(twice))(np.reshape(x, (1, 3, 1)) * np.ones(2)))


@pytest.mark.parametrize("fun", [rules, of_each, wg.grad(rules), lambda x: power(2, x)])
def test_rules_come_back(fun):
    f = wg.jit(fun)
    f(X)
    value = lambda h: lambda x: np.sum(h(x))
    wg.grad(value(f))(X)
    g = again(f)
    x = 1.5 * X
    agree(g(x), f(x))
    for way in (wg.grad, wg.jacfwd, lambda h: wg.grad(lambda x: np.sum(wg.grad(h)(x) * x))):
        np.testing.assert_allclose(way(value(g))(x), way(value(fun))(x), rtol=1e-13)
    many = np.stack([x, 2 * x])
    own = wg.vmap(wg.grad(value(fun)))(many)
    np.testing.assert_allclose(wg.vmap(wg.grad(value(g)))(many), own, rtol=1e-13)


def test_rules_of_saved_batches():
    f = wg.jit(wg.vmap(lambda x: foreign_sine(x) * power(2, x)))
    many = np.stack([X, 2 * X])
    f(many)
    g = again(again(f))
    agree(g(many), f(many))
    total = lambda h: lambda x: np.sum(h(x))
    agree(wg.grad(total(g))(many), wg.grad(total(f))(many))


def test_other_processes(tmp_path):
    f = wg.jit(lambda layer: Layer(rules(layer.w), layer.b))
    f(Layer(X, 1.0))
    f.save(tmp_path / "model")
    loaded = wg.load(tmp_path / "model")
    agree(list(pickle.loads(pickle.dumps(loaded))(Layer(X, 1.0))), list(f(Layer(X, 1.0))))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        agree(list(pool.apply(loaded, (Layer(X, 1.0),))), list(f(Layer(X, 1.0))))
    paths = [str(Path(wg.__file__).parents[1]), str(Path(__file__).parent)]
    script = (
        f"import sys; sys.path[:0] = {paths!r}\n"
        "import numpy as np, wengert as wg\n"
        f"path = {str(tmp_path / 'model')!r}\n"
        "try: wg.load(path)\n"
        "except wg.FormatError as error: print(error)\n"
        "assert 'named_models' not in sys.modules\n"
        "import named_models\n"
        "print(float(wg.load(path)(named_models.Layer(np.array([0.5, -1.5, 2.5]), 1.0)).w))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    first, second = done.stdout.splitlines()
    assert "module named_models was not imported" in first
    assert float(second) == f(Layer(X, 1.0)).w


def files():
    f = wg.jit(step)
    f(*arguments())
    yield f, arguments()
    g = wg.jit(lambda x: rules(x) + of_each(x))
    g(X)
    yield g, (X,)


@pytest.mark.parametrize("which", range(2))
def test_altered_files_do_no_harm(which):
    rng = np.random.default_rng(which)
    fun, args = list(files())[which]
    content = saved(fun)
    loaded = 0
    for _ in range(1500):
        altered = bytearray(content)
        for _ in range(rng.integers(1, 3)):
            at = rng.integers(14, len(altered) - 8)
            step_of = rng.integers(-2, 3) if rng.integers(2) else rng.integers(256)
            altered[at] = (altered[at] + step_of) % 256
        try:
            changed = wg.load(io.BytesIO(summed(bytes(altered))))
        except REFUSED:
            continue
        loaded += 1
        for call in (changed, wg.grad(lambda *x, f=changed: np.sum(wg._core.flatten(f(*x))[0]))):
            with contextlib.suppress(Exception):  # whatever it is: one
                call(*args)
    assert loaded > 10
