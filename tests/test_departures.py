"""Warnings of derivatives that are zero because what they were asked of left the record."""

import math
import threading
import warnings

import numpy as np
import pytest

import wengert as wg

HERE = __file__
X = np.array([1.0, 2.0, 3.0])


def line_of(function, ahead=1):
    """Return "file:line" of a line below the first of a function of this file."""
    return f"{HERE}:{function.__code__.co_firstlineno + ahead}"


def by_item(x):
    return np.sum(x * x).item()


def by_item_of_an_index(x):
    return (x * x).item(1)


def by_tolist(x):
    return sum((x * x).tolist())


def by_detach(x):
    return np.sum(x.detach() * 2.0)


def by_math(x):
    return math.sqrt(np.sum(x).item())


WAYS = {by_item: "item", by_item_of_an_index: "item", by_tolist: "tolist", by_detach: "detach",
        by_math: "item"}  # fmt: skip
TRANSFORMS = {
    "grad": lambda f: wg.grad(f)(X),
    "value_and_grad": lambda f: wg.value_and_grad(f)(X),
    "vjp": lambda f: wg.vjp(f, X),
    "jvp": lambda f: wg.jvp(f, (X,), (X,)),
    "linearize": lambda f: wg.linearize(f, X),
    "jacobian": lambda f: wg.jacobian(f)(X),
    "jacfwd": lambda f: wg.jacfwd(f)(X),
    "jacrev": lambda f: wg.jacrev(f)(X),
    "hessian": lambda f: wg.hessian(f)(X),
    "sparse": lambda f: wg.jacobian(f, sparse=True)(X),
    "hvp": lambda f: wg.hvp(f, (X,), (X,)),
    "aux": lambda f: wg.grad(lambda x: (f(x), np.sum(x)), has_aux=True)(X),
}


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("way", WAYS, ids=lambda f: f.__name__)
def test_it_names_the_way_out_and_the_line(way, transform):
    with pytest.warns(wg.ZeroDerivativeWarning) as caught:
        TRANSFORMS[transform](way)
    text = str(caught[0].message)
    assert f"left by {WAYS[way]} at {line_of(way)} (in {way.__name__});" in text
    assert "depends on nothing that is differentiated, so its derivative is zero" in text
    assert all(warning.filename == HERE for warning in caught)


def test_the_transform_is_named_and_the_zeros_are_given():
    with pytest.warns(wg.ZeroDerivativeWarning, match=r"^grad: the result of fun depends on"):
        assert wg.grad(by_item)(X).tolist() == [0.0] * 3
    with pytest.warns(wg.ZeroDerivativeWarning, match=r"^jvp: "):
        assert wg.jvp(by_item, (X,), (X,)) == (14.0, 0.0)


def test_it_can_be_made_an_error():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for transform in TRANSFORMS.values():
            with pytest.raises(wg.ZeroDerivativeWarning):
                transform(by_item)
    assert wg.grad(lambda x: x * x)(3.0) == 6.0


def test_it_is_a_user_warning():
    assert issubclass(wg.ZeroDerivativeWarning, UserWarning)


# Nesting


def test_the_inner_transform_is_told():
    def outer(a):
        return a * wg.grad(lambda x: (x * a).item() * 2)(a)

    with pytest.warns(wg.ZeroDerivativeWarning) as caught:
        assert wg.grad(outer)(3.0) == 0.0
    assert len(caught) == 1
    assert str(caught[0].message).startswith("grad: ")


def test_the_outer_transform_is_told_of_what_left_inside_of_the_inner():
    def outer(a):
        return wg.grad(lambda x: x * x * a.item())(3.0)

    with pytest.warns(wg.ZeroDerivativeWarning, match=r"left by item"):
        assert wg.grad(outer)(2.0) == 0.0


def test_what_left_an_inner_transform_is_no_concern_of_the_outer():
    def outer(x):
        kept = wg.grad(lambda y: y * y.detach())(2.0)
        return 3.0 + 0.0 * kept

    assert wg.grad(outer)(1.0) == 0.0


def test_inside_of_a_batch():
    with pytest.warns(wg.ZeroDerivativeWarning, match=r"left by detach"):
        slopes = wg.vmap(wg.grad(by_detach))(np.stack([X, X]))
    assert slopes.tolist() == [[0.0] * 3] * 2
    with pytest.warns(wg.ZeroDerivativeWarning, match=r"left by detach"):
        wg.grad(lambda x: np.sum(wg.vmap(lambda v: v.detach() * 2)(x)))(X)


def test_inside_of_a_checkpoint():
    with pytest.warns(wg.ZeroDerivativeWarning, match=r"left by detach"):
        wg.grad(wg.checkpoint(by_detach))(X)


# No warning


def report(seen, x):
    seen.append((np.sum(x).item(), x.tolist(), x.detach()))


DEPENDENT = {
    "printed": lambda x, seen: [report(seen, x), np.sum(x * x)][1],
    "a factor": lambda x, seen: np.sum(x * x * x.detach()) * np.max(x).item(),
    "printed in the middle": lambda x, seen: np.sum(np.exp([report(seen, x), x][1])),
}


@pytest.mark.parametrize("name", DEPENDENT)
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_nothing_is_said_where_the_result_depends(name, transform):
    f = DEPENDENT[name]
    TRANSFORMS[transform](lambda x: f(x, []))


CONSTANT = {
    "a number": lambda x: 3.0,
    "an array": lambda x: np.ones(3).sum(),
    "stop_gradient": lambda x: np.sum(wg.stop_gradient(x)),
    "a step": lambda x: np.sum(np.sign(x)),
    "rounded": lambda x: float(round(wg.stop_gradient(np.sum(x)), 1)),
    "a shape": lambda x: float(x.size),
    "places": lambda x: np.sum(np.interp(wg.stop_gradient(x), X, X)),
}


@pytest.mark.parametrize("name", CONSTANT)
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_nothing_is_said_of_constants(name, transform):
    TRANSFORMS[transform](CONSTANT[name])


def test_nothing_is_said_of_what_left_outside():
    w = wg.tensor(X, requires_grad=True)
    w.detach(), np.sum(w).item(), w.tolist()
    wg.grad(lambda x: 3.0)(1.0)
    with pytest.warns(wg.ZeroDerivativeWarning):
        wg.grad(by_item)(X)
    wg.grad(lambda x: 3.0)(1.0)


def test_nothing_is_said_of_integers():
    value, tangent = wg.jvp(lambda x: [x.tolist(), np.argmax(x)][1], (X,), (X,))
    assert (value, tangent) == (2, 0)


def test_threads_have_departures_of_their_own():
    inside, leave = threading.Event(), threading.Event()

    def constant(x):
        inside.set()
        leave.wait(10)
        return 3.0

    thread = threading.Thread(target=lambda: wg.grad(constant)(1.0))
    thread.start()
    inside.wait(10)
    with pytest.warns(wg.ZeroDerivativeWarning):
        wg.grad(by_item)(X)
    leave.set()
    thread.join()
