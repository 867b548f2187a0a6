"""What transforms return, as objects: their text, names, binding, equality, copies and pickles."""

import concurrent.futures
import copy
import functools
import gc
import inspect
import multiprocessing
import pickle
import subprocess
import sys
import weakref
from pathlib import Path

import cloudpickle
import numpy as np
import pytest

import module_functions as module
import wengert as wg

W = np.array([0.5, -1.0, 2.0])
Z = np.array([1.0 + 2.0j, -0.5j])
# What is made, its text, and what it is called with.
MADE = [
    (wg.grad(module.loss), "grad(loss)", (W,)),
    (wg.grad(module.loss, (0, 1)), "grad(loss, argnums=(0, 1))", (W, 3.0)),
    (wg.value_and_grad(module.loss), "value_and_grad(loss)", (W,)),
    (wg.grad(module.square, holomorphic=True), "grad(square, holomorphic=True)", (2.0j,)),
    (wg.jacobian(module.residuals), "jacobian(residuals)", (W,)),
    (wg.jacobian(module.residuals, mode="forward"), "jacobian(residuals, mode='forward')", (W,)),
    (wg.jacobian(module.residuals, sparse=True), "jacobian(residuals, sparse=True)", (W,)),
    (wg.jacobian(module.sums, real_pairs=True), "jacobian(sums, real_pairs=True)", (Z,)),
    (wg.jacfwd(module.residuals), "jacfwd(residuals)", (W,)),
    (wg.jacrev(module.residuals, chunk_size=1), "jacrev(residuals, chunk_size=1)", (W,)),
    (wg.hessian(module.loss), "hessian(loss)", (W,)),
    (wg.hessian(module.loss, sparse=True), "hessian(loss, sparse=True)", (W,)),
    (wg.derivative(np.sin, 2), "derivative(sin, order=2)", (W,)),
    (wg.elementwise_grad(np.sin), "derivative(sin)", (W,)),
    (wg.wirtinger(module.sums), "wirtinger(sums)", (Z,)),
    (wg.vmap(module.loss, (0, None)), "vmap(loss, in_axes=(0, None))", (W, 2.0)),
    (wg.checkpoint(module.loss), "checkpoint(loss)", (W,)),
    (wg.vmap(wg.grad(module.loss, 1), 0), "vmap(grad(loss, argnums=1))", (W, W)),
    (wg.grad(module.Model(2.0).loss), "grad(loss)", (W,)),
    (wg.grad(functools.partial(module.loss, x=3.0)), "grad(partial)", (W,)),
]
each_made = pytest.mark.parametrize(
    ("made", "text", "args"), MADE, ids=[f"{i}-{row[1]}" for i, row in enumerate(MADE)]
)
HERE = str(Path(__file__).parent)


def dense(tree):
    """Return the numbers of a result, sparse or nested."""
    if isinstance(tree, tuple):
        return np.concatenate([dense(x) for x in tree])
    return np.ravel(tree.toarray() if hasattr(tree, "toarray") else tree)


def assert_same(f, g, args):
    np.testing.assert_array_equal(dense(f(*args)), dense(g(*args)))


@each_made
def test_the_text_says_what_it_is(made, text, args):
    assert repr(made) == text


@each_made
def test_the_signature_is_the_functions(made, text, args):
    fun = made.__wrapped__
    while hasattr(fun, "__wrapped__"):
        fun = fun.__wrapped__
    assert inspect.unwrap(made) is fun
    if fun is not np.sin:  # NumPy gives its ufuncs one from 2.4 on
        assert inspect.signature(made) == inspect.signature(fun)


def test_the_metadata_are_the_functions():
    for made in (wg.grad(module.loss), wg.vmap(module.loss), wg.hessian(module.loss)):
        for name in functools.WRAPPER_ASSIGNMENTS:
            if hasattr(module.loss, name):
                assert getattr(made, name) == getattr(module.loss, name)
        assert made.__wrapped__ is module.loss
        assert callable(made)
        assert weakref.ref(made)() is made


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@each_made
def test_pickles(made, text, args, protocol):
    back = pickle.loads(pickle.dumps(made, protocol))
    assert repr(back) == text
    assert_same(back, made, args)
    assert_same(pickle.loads(cloudpickle.dumps(made)), made, args)


@each_made
def test_copies(made, text, args):
    for copied in (copy.copy(made), copy.deepcopy(made)):
        assert repr(copied) == text
        assert_same(copied, made, args)


def test_equal_parts_make_equal_objects():
    assert wg.grad(module.loss) == wg.grad(module.loss)
    assert wg.grad(module.loss) == pickle.loads(pickle.dumps(wg.grad(module.loss)))
    assert hash(wg.grad(module.loss)) == hash(wg.grad(module.loss))
    assert wg.grad(wg.grad(module.loss)) == wg.grad(wg.grad(module.loss))
    different = {
        wg.grad(module.loss), wg.grad(module.loss, 1), wg.grad(module.residuals),
        wg.value_and_grad(module.loss), wg.jacobian(module.loss), module.loss,
    }  # fmt: skip
    assert len(different) == 6
    assert wg.grad(module.loss) != module.loss
    assert wg.grad(module.Model(2.0).loss) != wg.grad(module.Model(3.0).loss)


def test_what_a_lambda_or_an_object_is_called():
    class Model:
        def __call__(self, x):
            return x * x

    assert repr(wg.grad(lambda x: x)) == "grad(<lambda>)"
    assert repr(wg.grad(Model())) == "grad(Model)"
    assert repr(wg.checkpoint(np.sin, policy=bool)) == "checkpoint(sin, policy=<class 'bool'>)"


# Methods


def test_a_decorated_method_binds():
    model = module.Model(3.0)
    np.testing.assert_array_equal(model.slope(W), 6 * W)
    np.testing.assert_array_equal(module.Model.slope(model, W), 6 * W)
    assert repr(module.Model.slope) == "grad(slope, argnums=1)"
    assert list(inspect.signature(model.slope).parameters) == ["w"]
    assert model.slope == model.slope
    assert model.slope.__doc__ == "Return the slope of the loss."


def test_a_bound_method_pickles():
    model = module.Model(3.0)
    for dumps in (pickle.dumps, cloudpickle.dumps):
        np.testing.assert_array_equal(pickle.loads(dumps(model.slope))(W), 6 * W)
        np.testing.assert_array_equal(pickle.loads(dumps(wg.grad(model.loss)))(W), 6 * W)


def test_decorators_of_every_kind_of_method():
    class Model:
        @wg.vmap
        @staticmethod
        def double(x):
            return 2 * x

        @classmethod
        @functools.partial(wg.grad, argnums=1)
        def slope(cls, x):
            return x * x

        @property
        @wg.checkpoint
        def one(self):
            return 1.0

    assert Model.double(W).tolist() == (2 * W).tolist()
    assert Model.slope(3.0) == Model().slope(3.0) == 6.0
    assert Model().one == 1.0


# Pickles


def test_what_a_decorator_made_is_pickled_by_name():
    for made in (module.decorated, module.Model.slope):
        for dumps in (pickle.dumps, cloudpickle.dumps):
            assert pickle.loads(dumps(made)) is made
        assert copy.deepcopy(made) is made


def test_what_closes_over_values_is_pickled_by_cloudpickle():
    scale = np.array([1.0, 2.0, 3.0])

    @wg.hessian
    def bowl(x):
        return np.sum(scale * x * x)

    back = pickle.loads(cloudpickle.dumps(bowl))
    assert_same(back, bowl, (W,))
    with pytest.raises((pickle.PicklingError, AttributeError), match="bowl"):
        pickle.dumps(bowl)


def test_plans_are_made_anew():
    sparse = wg.jacobian(module.residuals, sparse=True)
    sparse(W)
    back = pickle.loads(pickle.dumps(sparse))
    assert_same(back, sparse, (W,))
    assert_same(back, sparse, (np.arange(5.0),))


@pytest.mark.parametrize("name", ["clipped", "doubled", "sine", "stated_elsewhere"])
def test_stated_derivatives_pickle(name):
    made = getattr(module, name)
    for dumps in (pickle.dumps, cloudpickle.dumps):
        back = pickle.loads(dumps(made))
        assert (back is made) == (name != "stated_elsewhere")
        slope = wg.grad(lambda x, f=back: np.sum(f(x)))(W)
        np.testing.assert_array_equal(slope, wg.grad(lambda x: np.sum(made(x)))(W))


def test_a_pool_of_fresh_processes():
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        for made, _, args in MADE:
            np.testing.assert_array_equal(
                dense(pool.submit(made, *args).result()), dense(made(*args))
            )
        assert pool.submit(module.decorated, W).result().tolist() == (3 * W * W).tolist()
        assert pool.submit(module.Model(2.0).slope, W).result().tolist() == (4 * W).tolist()
        assert pool.submit(wg.grad(module.clipped), W).result().tolist() == [1.0, -1.0, 1.0]


def test_a_pool_of_forked_processes():
    code = f"""
import sys; sys.path.insert(0, {HERE!r})
import concurrent.futures, multiprocessing
import module_functions as module, numpy as np, wengert as wg
wg.set_num_threads(2)
w = np.ones(200_000)
want = module.gradient_of_loss(w)
context = multiprocessing.get_context("fork")
with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
    for got in pool.map(module.gradient_of_loss, [w] * 4):
        np.testing.assert_array_equal(got, want)
    print(list(pool.map(wg.grad(module.loss, 1), [1.0, 2.0], [3.0, 4.0])))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.stdout, done.stderr, done.returncode) == ("[4.0, 28.0]\n", "", 0)


def test_it_is_collected_with_what_it_closes_over():
    def make():
        model = module.Model(1.0)
        model.own_slope = wg.grad(lambda x: x * model.scale)
        return weakref.ref(model)

    gone = make()
    gc.collect()
    assert gone() is None
