"""explain: the recorded graph with values, adjoints, memory and lines, as text and as a drawing."""

import itertools
import re
import threading
import xml.etree.ElementTree as ET
from typing import NamedTuple

import numpy as np
import pytest

import wengert as wg

HERE = __file__
RNG = np.random.default_rng(3)
PARAMS = {"w": RNG.normal(size=2), "b": 0.1}
DATA = RNG.normal(size=(5, 2))


def loss(params, x, *, scale=1.0):
    h = np.tanh(x @ params["w"] + params["b"])
    return scale * np.mean(h**2)


def long_loop(x):
    for _ in range(100):
        x = x * 0.5 + np.sin(x)
    return x


def of(function, *args, **kwargs):
    """Return the nodes of an explanation by name."""
    return {node.name: node for node in wg.explain(function, *args, **kwargs).nodes}


def test_adjoints_are_the_gradient():
    explanation = wg.explain(loss, PARAMS, DATA, scale=2.0)
    value, (by_params, by_data, by_scale) = wg.value_and_grad(
        lambda p, x, s: loss(p, x, scale=s), (0, 1, 2)
    )(PARAMS, DATA, 2.0)
    assert explanation["params['w']"].adjoint.tobytes() == by_params["w"].tobytes()
    assert explanation["params['b']"].adjoint.item() == by_params["b"]
    assert explanation["x"].adjoint.tobytes() == by_data.tobytes()
    assert explanation["scale"].adjoint.item() == by_scale
    (output,) = explanation.outputs
    assert output.adjoint.item() == 1.0
    assert output.value.item() == value


def test_every_node_can_be_evaluated_from_what_is_shown():
    explanation = wg.explain(loss, PARAMS, DATA, scale=2.0)
    for node in explanation.nodes:
        assert node.value.shape == node.adjoint.shape == node.shape
        assert node.value.dtype == node.adjoint.dtype == node.dtype
        if node.is_argument or node.parameters:
            continue
        operands = [explanation[x.name].value if x.name else x.value for x in node.operands]
        again = getattr(wg._core, node.primitive)(*operands)
        assert np.asarray(again).tobytes() == node.value.tobytes()


def test_values_are_shown_that_no_rule_reads():
    nodes = of(lambda x, y: (x + y) + np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.ones(2))
    np.testing.assert_array_equal(nodes["v1"].value, [4.0, 5.0])
    np.testing.assert_array_equal(nodes["v2"].operands[1].value, [1.0, 2.0])


def test_values_are_those_of_the_time():
    work = np.ones(2)

    def reused(x):
        y = x + work
        work[:] = 7.0
        return y

    nodes = of(reused, np.zeros(2))
    np.testing.assert_array_equal(nodes["v1"].operands[1].value, [1.0, 1.0])


def test_lines_are_the_users():
    nodes = wg.explain(loss, PARAMS, DATA).nodes
    first = loss.__code__.co_firstlineno
    made = [node.source for node in nodes if not node.is_argument]
    assert {(x.file, x.function) for x in made} == {(HERE, "loss")}
    assert {x.line for x in made} == {first + 1, first + 2}
    assert made[0].text == 'h = np.tanh(x @ params["w"] + params["b"])'


class Pair(NamedTuple):
    """A container with names."""

    left: float
    right: float


@pytest.mark.parametrize(
    ("function", "args", "kwargs", "names"),
    [
        (lambda x, y: x * y, (1.0, 2.0), {}, ["x", "y"]),
        (lambda *xs: xs[0] * xs[1], (1.0, 2.0), {}, ["xs[0]", "xs[1]"]),
        (lambda x, *rest: x * rest[1], (1.0, 2.0, 3.0), {}, ["x", "rest[0]", "rest[1]"]),
        (lambda p: p[0] * p[1]["a"], ((1.0, {"a": 2.0}),), {}, ["p[0]", "p[1]['a']"]),
        (lambda p: p.left * p.right, (Pair(1.0, 2.0),), {}, ["p.left", "p.right"]),
        (lambda x, n, kind: x * n, (1.0, 2, "linear"), {}, ["x"]),
        (lambda x, **more: x * more["k"], (1.0,), {"k": 2.0}, ["x", "k"]),
    ],
)
def test_leaves_are_named_after_the_arguments(function, args, kwargs, names):
    nodes = wg.explain(function, *args, **kwargs).nodes
    assert [node.name for node in nodes if node.is_argument] == names


def test_integers_are_taken_as_grad_takes_them():
    explanation = wg.explain(lambda x, y: x**y * 2, 3, 2)
    assert [explanation[name].adjoint.item() for name in "xy"] == [
        wg.grad(lambda x, y: x**y * 2, i)(3, 2) for i in range(2)
    ]
    assert {node.dtype for node in wg.explain(np.square, np.arange(3)).nodes} == {np.dtype(float)}
    assert wg.explain(lambda x: x * x, 3)["x"].value.item() == 3.0


def test_integers_beside_a_float_are_left_as_they_are():
    seen = []
    wg.explain(lambda x, n, tree: [seen.append((n, tree)), x * n][1], 1.0, 3, [4])
    assert seen == [(3, [4])]
    assert type(seen[0][0]) is int


def test_memory_counts_what_is_shared_once():
    explanation = wg.explain(lambda x: np.sin(x) * np.cos(x), np.ones(1000))
    assert explanation["v1"].bytes > 8000
    assert explanation["v3"].bytes > 16000
    assert 24000 < explanation.bytes < 25000
    assert of(lambda x: x + 1.0, np.ones(1000))["v1"].bytes < 200


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (np.sum, "derivatives of v1."),
        (lambda x: x * 2, "derivatives of the sum of all elements of v1."),
        (lambda x: (np.sin(x), {"c": np.cos(x)}), "the sum of all elements of v1, v2."),
        (lambda x: 3.0, "does not depend on the arguments"),
    ],
)
def test_it_says_what_adjoints_are_derivatives_of(function, said):
    assert said in str(wg.explain(function, np.ones(3)))


def test_the_table_is_aligned():
    text = str(wg.explain(loss, PARAMS, DATA))
    lines = text.split("\n")[3:]
    starts = [lines[0].index(title) for title in ("operation", "type", "value", "adjoint")]
    for line in lines[1:]:
        for start in starts:
            assert line[start - 1] == " "
            assert line[start] != " "
    assert repr(wg.explain(loss, PARAMS, DATA)) == text


def test_a_large_graph_is_summarised():
    explanation = wg.explain(long_loop, 1.0)
    text = str(explanation)
    assert len(explanation) == 301
    assert len(text.split("\n")) < 40
    assert "300 operations on 1 argument" in text
    assert re.search(r"^100 +sin$", text, re.MULTILINE)
    assert "... 285 more nodes ..." in text
    assert "x = x * 0.5 + np.sin(x)" in text
    assert len(explanation.svg()) < 5000
    assert explanation.counts == {"multiply": 100, "sin": 100, "add": 100}
    assert sum(explanation.lines.values()) == 300


def boxes_and_edges(svg):
    """Return the rectangles (left, top, right, bottom) and the points of the edges of a drawing."""
    root = ET.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    boxes = []
    for rect in root.iterfind(f".//{space}g/{space}rect"):
        x, y, w, h = (float(rect.get(key)) for key in ("x", "y", "width", "height"))
        boxes.append((x, y, x + w, y + h))
    edges = [
        [tuple(map(float, point.split(","))) for point in line.get("points").split()]
        for line in root.iterfind(f".//{space}polyline")
    ]
    return root, boxes, edges


def program(seed):
    """Make a random function of three numbers."""
    rng = np.random.default_rng(seed)

    def function(x, y, z):
        values = [x, y, z]
        for _ in range(14):
            i, j = rng.integers(len(values), size=2)
            values.append(np.sin(values[i]) if rng.random() < 0.4 else values[i] * values[j])
        return sum(values)

    return function


@pytest.mark.parametrize("seed", range(6))
def test_boxes_do_not_overlap_and_edges_pass_between_them(seed):
    explanation = wg.explain(program(seed), 0.3, 0.5, 0.7)
    root, boxes, edges = boxes_and_edges(explanation.svg())
    assert len(boxes) == len(explanation)
    pairs = {(x.name, node.name) for node in explanation.nodes for x in node.operands if x.name}
    assert len(edges) == len(pairs)
    for a, b in itertools.combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    width, height = float(root.get("width")), float(root.get("height"))
    assert all(min(a) >= 0 and a[2] <= width and a[3] <= height for a in boxes)
    for edge in edges:
        assert all(upper[1] < lower[1] for upper, lower in itertools.pairwise(edge))
        for (x0, y0), (x1, y1) in itertools.pairwise(edge):
            for left, top, right, bottom in boxes:
                for t in np.linspace(0.01, 0.99, 23):
                    x, y = x0 + t * (x1 - x0), y0 + t * (y1 - y0)
                    assert not (left < x < right and top < y < bottom)


def test_drawings_escape_what_is_special():
    explanation = wg.explain(lambda p: p['<&"'] * 2.0, {'<&"': 1.0})
    texts = ["".join(text.itertext()) for text in ET.fromstring(explanation.svg()).iter()]
    assert any("p['<&\"']" in text for text in texts)
    assert "p['<&\\\"']" in explanation.dot()
    html = explanation._repr_html_()
    assert "p['<&" not in html
    assert explanation.svg() == explanation._repr_svg_()
    assert explanation.svg() in html


def test_dot_has_every_node_and_edge():
    explanation = wg.explain(lambda x, y: x * y + np.sin(x), 2.0, 3.0)
    dot = explanation.dot()
    assert dot.startswith('digraph "<lambda>" {\n')
    assert dot.endswith("}\n")
    assert len(re.findall(r"^  n\d+ \[label=", dot, re.MULTILINE)) == 5
    edges = set(re.findall(r"n(\d+) -> n(\d+)", dot))
    assert edges == {("0", "2"), ("1", "2"), ("0", "3"), ("2", "4"), ("3", "4")}


def test_a_derivative_can_be_explained():
    explanation = wg.explain(wg.grad(lambda x: np.sin(x) * x), 2.0)
    made = [node for node in explanation.nodes if node.within]
    assert {node.within for node in made} >= {"multiply", "sin"}
    assert all(node.source.file == HERE for node in made)
    second = wg.grad(wg.grad(lambda x: np.sin(x) * x))(2.0)
    assert explanation["x"].adjoint.item() == second


def test_it_works_inside_of_transforms():
    seen = []

    def watched(x):
        seen.append(wg.explain(np.sin, x))
        return np.sin(x) * x

    assert wg.grad(watched)(2.0) == wg.grad(lambda x: np.sin(x) * x)(2.0)
    assert wg.jvp(watched, (2.0,), (1.0,)) == wg.jvp(lambda x: np.sin(x) * x, (2.0,), (1.0,))
    wg.jacobian(watched)(np.array([1.0, 2.0]))
    wg.vmap(watched)(np.array([1.0, 2.0]))
    with wg.no_grad():
        watched(2.0)
    assert len(seen) == 5
    assert seen[0].nodes[0].adjoint.item() == np.cos(2.0)
    t = wg.tensor(2.0, requires_grad=True)
    (watched(t)).backward()
    assert t.grad.item() == wg.grad(watched)(2.0)


def test_transforms_inside_are_operations():
    def function(x):
        return np.sum(wg.vmap(np.sin)(x)) + wg.jvp(np.cos, (x[0],), (1.0,))[1]

    explanation = wg.explain(function, DATA[0])
    expected = np.cos(DATA[0]) - np.array([np.cos(DATA[0, 0]), 0.0])
    np.testing.assert_allclose(explanation["x"].adjoint, expected)


def test_it_may_be_nested_and_watched():
    inner = []

    def function(x):
        inner.append(wg.explain(np.exp, x))
        return np.sin(x)

    with wg.debug_nans():
        explanation = wg.explain(function, 1.0)
        with pytest.raises(wg.NonFiniteError, match=r"in <lambda>"):
            wg.explain(lambda x: np.log(x) + x, 0.0)
    assert [node.primitive for node in explanation.nodes] == ["", "sin"]
    assert inner[0].nodes[-1].adjoint.item() == 1.0


def test_the_watch_is_of_its_thread():
    started, finished = threading.Event(), threading.Event()
    graphs = []

    def slow(x):
        started.set()
        finished.wait(10)
        return np.sin(x)

    thread = threading.Thread(target=lambda: graphs.append(wg.explain(slow, 1.0)))
    thread.start()
    started.wait(10)
    assert wg.grad(np.exp)(0.0) == 1.0
    assert len(wg.explain(lambda x: x * x * x, 1.0)) == 3
    finished.set()
    thread.join()
    assert len(graphs[0]) == 2


def test_errors_leave_the_library_usable():
    with pytest.raises(ZeroDivisionError):
        wg.explain(lambda x: x * (1 / 0), 1.0)
    with pytest.raises(wg.DTypeError, match=r"explain: fun returned object"):
        wg.explain(lambda x: object(), 1.0)
    assert wg.grad(lambda x: x**3)(2.0) == 12.0
    assert len(wg.explain(lambda x: x**2, 2.0)) == 2


def test_misuse_is_told():
    with pytest.raises(wg.DTypeError, match=r"explain: fun is int; a function is needed"):
        wg.explain(3, 1.0)
    with pytest.raises(wg.DTypeError, match=r"explain: no argument holds a number of a floating"):
        wg.explain(lambda x: x, [1])
    with pytest.raises(wg.DTypeError, match=r"explain: no argument holds a number of a floating"):
        wg.explain(lambda x: x, True)
    with pytest.raises(wg.DTypeError, match=r"explain: no argument holds a number of a floating"):
        wg.explain(lambda n: n, n=3)
    with pytest.raises(wg.IndexRangeError, match=r"there is no node 'z'"):
        wg.explain(np.sin, 1.0)["z"]
