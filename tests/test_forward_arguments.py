"""What jvp takes and returns: containers, guises, memory, and messages."""

from typing import NamedTuple

import numpy as np
import pytest

import wengert as wg
from forward_cases import DERIVATIVES, X, s

# Containers


class Point(NamedTuple):
    """Two coordinates."""

    x: object
    y: object


def test_nested_containers():
    def f(p, q):
        return {"a": p["x"] * q[0], "b": (p["y"], [q[1].x * q[1].y])}

    primals = ({"x": 2.0, "y": X}, (3.0, Point(4.0, np.ones(2))))
    tangents = ({"y": -X, "x": 1.0}, (10.0, Point(0.0, np.array([1.0, 2.0]))))
    out, tangent = wg.jvp(f, primals, tangents)
    assert out["a"] == 6.0
    assert tangent["a"] == 23.0
    np.testing.assert_array_equal(out["b"][0], X)
    np.testing.assert_array_equal(tangent["b"][0], -X)
    np.testing.assert_array_equal(out["b"][1][0], [4.0, 4.0])
    np.testing.assert_array_equal(tangent["b"][1][0], [4.0, 8.0])


def test_primals_and_tangents_may_be_lists():
    assert wg.jvp(lambda x, y: x * y, [2.0, 3.0], [1.0, 0.0]) == (6.0, 3.0)
    assert wg.jvp(lambda: (1.0, 2), (), ()) == ((1.0, 2), (0.0, 0))


def test_none_is_the_tangent_of_what_stays_as_it_is():
    table, seen = np.arange(3), []

    def f(x, options, table):
        seen.extend([options, table])
        return x * options["scale"]

    options = {"scale": 3.0, "name": "text"}
    assert wg.jvp(f, (2.0, options, table), (1.0, None, None)) == (6.0, 3.0)
    assert seen == [options, table]
    assert seen[1] is table
    assert wg.jvp(lambda p: p["a"] * p["b"], ({"a": 2.0, "b": 3.0},), ({"a": None, "b": 1.0},)) == (
        6.0,
        2.0,
    )


def test_integers():
    assert wg.jvp(lambda x: x * x, (3,), (1,)) == (9.0, 6.0)
    np.testing.assert_array_equal(
        wg.jvp(lambda x: x * x, (np.arange(3),), (np.ones(3),))[1], [0, 2, 4]
    )

    def step(state):
        return {"count": state["count"] + 1, "x": state["x"] * 2.0}

    state, tangent = {"count": 0, "x": 1.0}, {"count": 0, "x": 1.0}
    for _ in range(3):
        (state,), (tangent,) = ([v] for v in wg.jvp(step, (state,), (tangent,)))
    assert state == {"count": 3, "x": 8.0}
    assert tangent == {"count": 0, "x": 8.0}


def test_has_aux():
    def f(x):
        return x * x, {"cube": x**3, "text": "seen"}

    assert wg.jvp(f, (2.0,), (1.0,), has_aux=True) == (4.0, 4.0, {"cube": 8.0, "text": "seen"})
    assert wg.jvp(f, (2.0,), (1.0,), np.True_)[2]["cube"] == 8.0
    with pytest.raises(TypeError, match=r"jvp: has_aux is True and fun returned .*Tensor; a tuple"):
        wg.jvp(s, (1.0,), (1.0,), True)


def test_the_same_array_twice():
    x = np.ones(2)
    out, tangent = wg.jvp(lambda x, y: (x * y, x), (x, x), (x, 2 * x))
    np.testing.assert_array_equal(tangent[0], [3.0, 3.0])
    np.testing.assert_array_equal(tangent[1], [1.0, 1.0])
    assert out[1] is not x


# Guises and memory


@pytest.mark.parametrize(
    "x",
    [
        3.0,
        np.float32(3),
        np.float64(3),
        np.ones(2),
        np.ones(2, "f4"),
        np.array(3.0),
        wg.tensor([1.0]),
        1 + 2j,
        np.ones(2, "c8"),
    ],
    ids=repr,
)
def test_results_are_of_the_arguments_guise(x):
    out, tangent = wg.jvp(lambda x: x * x, (x,), (np.ones_like(np.asarray(x)),))
    assert type(out) is type(tangent) is type(x)
    assert np.asarray(out).dtype == np.asarray(tangent).dtype == np.asarray(x).dtype
    np.testing.assert_array_equal(np.asarray(tangent), 2 * np.asarray(x))


def test_results_share_no_memory():
    x, t = np.ones(100), np.full(100, 2.0)
    out, tangent = wg.jvp(lambda x: (x, x, x[::2], np.ones(3)), (x,), (t,))
    arrays = [x, t, *out, *tangent]
    for i, a in enumerate(arrays):
        assert a.flags.writeable
        assert a.flags.c_contiguous
        assert not any(np.shares_memory(a, b) for b in arrays[:i])


def test_what_fun_does_to_the_tangents_array_does_not_matter():
    x, t = np.ones(100), np.ones(100)

    def f(x):
        t[:] = np.nan
        return x * x

    np.testing.assert_array_equal(wg.jvp(f, (x,), (t,))[1], np.full(100, 2.0))


def test_what_does_not_depend_on_the_primals_has_a_tangent_of_zero():
    out, tangent = wg.jvp(
        lambda x: (2.0, np.ones(2, np.float32), x > 0, wg.tensor([1.0]), np.floor(x), 1j),
        (0.5,),
        (1.0,),
    )
    assert tangent[0] == 0.0
    assert tangent[1].dtype == np.float32
    np.testing.assert_array_equal(tangent[1], [0, 0])
    assert tangent[2] is False
    assert tangent[3] == 0.0
    assert tangent[4] == 0.0
    assert tangent[5] == 0j
    assert [type(v) for v in out] == [type(v) for v in tangent]


def test_a_number_stays_weak():
    x = np.ones(3, np.float32)
    out, tangent = wg.jvp(lambda x, a: x * a, (x, 2.0), (x, 3.0))
    assert out.dtype == tangent.dtype == np.float32
    np.testing.assert_array_equal(tangent, np.full(3, 5.0))


def test_a_narrow_primal_in_a_wide_result():
    x, y = np.float32(1.5), np.full(2, 0.1)
    out, tangent = wg.jvp(lambda x, y: x * y, (x, y), (np.float32(1), np.zeros(2)))
    assert out.dtype == tangent.dtype == np.float64
    np.testing.assert_array_equal(tangent, y)
    assert wg.jvp(lambda x: x * 1j, (2.0,), (1.0,)) == (2j, 1j)


# Messages


@pytest.mark.parametrize(
    ("primals", "tangents", "kind", "message"),
    [
        (1.0, (1.0,), TypeError, "jvp: primals is float; a tuple or a list is needed"),
        ((1.0,), 1.0, TypeError, "jvp: tangents is float; a tuple or a list is needed"),
        ((1.0,), (1.0, 1.0), ValueError, "jvp: 2 tangents were given for 1 primals; one for each"),
        (
            (X,),
            (np.ones(2),),
            ValueError,
            r"jvp: the tangent of argument 0 is of shape \(2,\); the primal's shape \(3,\) is",
        ),
        (
            (1.0, 2.0),
            (1.0, 1j),
            TypeError,
            "jvp: the tangent of argument 1 is complex128; the primal's dtype float64 is needed",
        ),
        (
            ({"a": 1.0},),
            ([1.0],),
            TypeError,
            "jvp: the tangent of argument 0 is of type list; one of type dict is needed",
        ),
        (
            ({"a": 1.0},),
            ({"b": 1.0},),
            ValueError,
            "jvp: the tangent of argument 0 has no key 'a'; the keys of what it belongs to",
        ),
        (
            ((1.0, 2.0),),
            ((1.0,),),
            ValueError,
            "jvp: the tangent of argument 0 has 1 entries; 2 are needed",
        ),
        (
            (Point(1.0, 2.0),),
            ((1.0, 2.0),),
            TypeError,
            "jvp: the tangent of argument 0 is of type tuple; one of type Point is needed",
        ),
        (
            ({"a": 1},),
            ({"a": 1.0},),
            TypeError,
            r"argument 0 holds int64; a .* is needed \(what stays as it is has the tangent None\)",
        ),
        (
            ("text",),
            (1.0,),
            TypeError,
            "jvp: argument 0 holds str; a differentiated argument is made of",
        ),
    ],
)
def test_what_was_given_and_what_is_needed(primals, tangents, kind, message):
    with pytest.raises(kind, match=message):
        wg.jvp(lambda *x: x[0] * 1.0, primals, tangents)


def test_fun_must_be_a_function_of_arrays():
    with pytest.raises(TypeError, match="jvp: fun is float; a function is needed"):
        wg.jvp(1.0, (1.0,), (1.0,))
    with pytest.raises(TypeError, match="jvp: "):
        wg.jvp(lambda x: "text", (1.0,), (1.0,))


def test_an_error_inside_fun_leaves_nothing_open():
    def fail(x):
        raise KeyError(x.item())

    with pytest.raises(KeyError):
        wg.jvp(fail, (1.0,), (1.0,))
    assert wg.grad(s)(0.7) == pytest.approx(DERIVATIVES[1](0.7))
