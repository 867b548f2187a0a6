"""lower and explain of jitted functions: as what a call is replayed, and what its parts take."""

import inspect
import io
from typing import NamedTuple

import numpy as np
import pytest

import wengert as wg
from test_random_programs import OUTSIDE, WENGERT, N, program
from wengert import _core as core
from wengert.explanation import Lowered, Source

RNG = np.random.default_rng(7)
X = RNG.normal(size=(4, 3))
LONG = RNG.normal(size=5000)
SCALE = wg.tensor([2.0, 3.0, 4.0])
FORMULAS = {p.name for p in core.primitives if p.is_elementwise}
HERE = __file__


def branching(x, *, limit=10.0):
    if np.sum(x) > limit:
        return np.sum(x)
    return np.sum(np.sin(x) * x)


def chained(x, a):
    for _ in range(3):
        x = np.tanh(x * a)
    return np.sum(x)


def counting(a, b):
    for _ in range(20):
        a, b = a * b + np.sin(a), b - a
    return a


def compound(x):
    return wg.checkpoint(lambda x: np.sum(np.exp(x) * SCALE))(x)


def pulled(x):
    return wg.value_and_grad(lambda x: np.sum(np.tanh(x @ np.ones(3)) ** 2))(x)


def written(x, y):
    x[0] = y * 2.0
    return x * y


def placed(x):
    y = np.zeros(6, like=x)
    for i in range(6):
        y[i] = x[i % 3] * i
    return np.cumsum(y)


class Layer(NamedTuple):
    """A container with names."""

    w: np.ndarray
    b: float


def layered(layers, x):
    for layer in layers:
        x = np.tanh(x @ layer.w + layer.b)
    return {"out": x, "all": (x * x, np.max(x))}


def scanned(x):
    state, rows = wg.scan(lambda c, a: (np.tanh(c * a) + SCALE, c), x, np.arange(6.0))
    return np.sum(state) + np.sum(rows * rows)


def looped(x):
    y = wg.while_loop(lambda y: np.sum(y) < 50.0, lambda y: np.exp(y) * 0.5 + y, x * x)
    return np.sum(wg.fori_loop(0, 5, lambda i, y: y * SCALE + i, y))


def chosen(x):
    y = wg.cond(np.sum(x) > 0, np.sin, lambda x: np.exp(x) * 2.0, x)
    return np.sum(wg.switch(wg.numpy.astype(np.sum(x), int), [np.cos, np.sin, np.tanh], y))


CASES = {
    "guards": (branching, (X,), {"limit": 3.0}),
    "tiles": (wg.grad(chained), (LONG, 0.5), {}),
    "numbers": (wg.grad(counting), (0.3, 0.4), {}),
    "checkpoint": (wg.grad(compound), (X[0],), {}),
    "pulled": (pulled, (X,), {}),
    "written": (written, (X[0].copy(), 3.0), {}),
    "placed": (placed, (X[0],), {}),
    "containers": (layered, ([Layer(np.eye(3), 0.5), Layer(np.ones((3, 3)), 0.1)], X), {}),
    "hessian": (wg.hessian(branching), (X[0],), {}),
    "jacobian": (wg.jacobian(placed), (X[0],), {}),
    "batched": (wg.vmap(branching), (X,), {}),
    "scanned": (wg.value_and_grad(scanned), (X[0],), {}),
    "looped": (wg.value_and_grad(looped), (X[0],), {}),
    "chosen": (wg.value_and_grad(chosen), (X[0],), {}),
    "lanes": (wg.vmap(wg.grad(looped)), (X,), {}),
}
each_case = pytest.mark.parametrize(("fun", "args", "kwargs"), CASES.values(), ids=CASES)


def lines_of(text):
    """Return the instructions of what `programs` shows."""
    return [line for line in text.split("\n") if line.startswith("%")]


def lines_from(fun):
    """Return the numbers of a function's lines."""
    source, first = inspect.getsourcelines(fun)
    return range(first, first + len(source))


@each_case
def test_what_is_shown_is_what_a_call_records(fun, args, kwargs):
    f = wg.jit(fun)
    before = f.lower(*args, **kwargs)
    assert f.programs == []
    assert before.runs is None
    f(*args, **kwargs)
    (path,) = f.programs
    assert [x.text for x in before.recorded.instructions] == lines_of(path.text)
    assert before.signature == path.signature
    f(*args, **kwargs)
    programs = f.programs
    after = f.lower(*args, **kwargs)
    assert (after.runs, after.others) == (1, 0)
    assert f.programs == programs
    assert after.recorded == before.recorded
    assert after.steps == before.steps


@each_case
def test_steps_are_those_of_the_plan(fun, args, kwargs):
    lowered = wg.jit(fun).lower(*args, **kwargs)
    simplified = lowered.simplified.instructions
    for step in lowered.steps:
        assert sum(step.shares) == pytest.approx(float(bool(step.instructions)))
        assert min(step.shares, default=1) > 0
        assert step.operations >= 0
        assert step.bytes > 0
        assert (step.kind == "read") == (not step.instructions)
        known = {simplified[i].source for i in step.instructions} - {None}
        assert step.kind == "read" or set(step.lines) == known
    assert sum(step.kind == "read" for step in lowered.steps) == len(lowered.guards)
    credited = {i for step in lowered.steps for i in step.instructions}
    assert credited <= set(range(len(simplified)))
    uncredited = {x.primitive for i, x in enumerate(simplified) if i not in credited}
    assert not uncredited & FORMULAS
    assert sum(lowered.simplified.counts.values()) == len(simplified)
    assert lowered.arena_bytes % 64 == 0


def test_steps_and_the_arena_are_those_that_are_described():
    for fun, x in ((branching, X), (placed, X[0]), (lambda x: chained(x, 0.5), LONG)):
        lowered = wg.jit(fun).lower(x)
        described = core.simplified_program(core.record_program(fun, (x,)))
        arena, text = core.describe_plan(described)
        assert lowered.arena_bytes == arena
        assert [step.text for step in lowered.steps] == text.split("\n")[:-1]


@pytest.mark.parametrize("seed", range(20))
def test_random_programs(seed):
    rng = np.random.default_rng(seed)
    fun = program(rng, int(rng.integers(1, 4)))(WENGERT)
    f = wg.jit(OUTSIDE[list(OUTSIDE)[int(rng.integers(0, len(OUTSIDE)))]](WENGERT, fun))
    x = rng.uniform(-1, 1, N)
    lowered = f.lower(x)
    assert f.programs == []
    f(x)
    assert [y.text for y in lowered.recorded.instructions] == lines_of(f.programs[0].text)
    assert f.lower(x).runs == 0
    known = {y.source for y in lowered.recorded.instructions}
    assert len(lowered.simplified.instructions) >= len(known) - len(lowered.recorded.instructions)
    assert str(lowered).startswith(lowered.function)


def test_each_operation_has_its_line():
    lowered = wg.jit(wg.grad(branching)).lower(X)
    allowed = lines_from(branching)
    for listing in (lowered.recorded, lowered.simplified):
        for x in listing.instructions:
            if x.primitive == "identity":
                continue
            assert (x.source.file, x.source.function) == (HERE, "branching")
            assert x.source.line in allowed
    assert {x.within for x in lowered.simplified.instructions} >= {"sin", "multiply"}
    cosine = next(x for x in lowered.simplified.instructions if x.primitive == "cos")
    assert (cosine.within, cosine.source.text) == ("sin", "return np.sum(np.sin(x) * x)")


@pytest.mark.parametrize("fun", [compound, placed], ids=["call", "stores"])
def test_what_simplification_made_has_the_line_of_what_it_stands_for(fun):
    lowered = wg.jit(fun).lower(X[0])
    sources = [x.source for x in lowered.simplified.instructions]
    assert all(source is not None and source.line in lines_from(fun) for source in sources)
    assert {"checkpoint", "set_at_slice"}.isdisjoint(lowered.simplified.counts)


def test_guards_say_what_was_read_and_where():
    lowered = wg.jit(branching).lower(X, limit=3.0)
    (guard,) = lowered.guards
    assert guard.seen == (np.sum(X) > 3.0)
    assert guard.source == Source(HERE, lines_from(branching)[1], "branching")
    assert lowered.simplified.instructions[guard.before - 1].text.startswith(guard.value)
    assert [step.lines for step in lowered.steps if step.kind == "read"] == [(guard.source,)]
    assert "was seen" in str(lowered)


def test_paths_are_told_apart():
    f = wg.jit(branching)
    for x, times in ((X, 3), (X + 10, 2)):
        for _ in range(times):
            f(x)
    small, large = f.lower(X), f.lower(X + 10)
    assert (small.runs, small.others) == (2, 1)
    assert (large.runs, large.others) == (1, 1)
    assert small.guards[0].seen != large.guards[0].seen
    assert "replayed 2 times since, beside 1 other program" in str(small)
    assert f.lower(X.astype(np.float32)).runs is None


def test_a_function_that_records_no_more_says_so():
    f = wg.jit(lambda x: x * float(x), max_paths=2)
    for k in range(2):
        f(float(k))
    assert not f.lower(2.0).is_full
    with pytest.warns(RuntimeWarning, match="was recorded 2 times and not replayed"):
        f(2.0)
    lowered = f.lower(3.0)
    assert (lowered.is_full, lowered.runs, lowered.others) == (True, None, 2)
    assert "called as it is, since recordings were not replayed, beside 2 other" in str(lowered)


def test_what_lies_outside():
    weights = wg.tensor([1.0, 2.0, 3.0])
    lowered = wg.jit(lambda x: x * weights * SCALE).lower(X)
    assert [x.name for x in lowered.captured] == ["weights", "SCALE"]
    assert lowered.names == ("x", "weights", "SCALE")
    assert {"np", "the code of branching"} <= set(wg.jit(branching).lower(X).watched)
    assert "reads Tensors from outside: weights as %1:float64(3,), SCALE as" in str(lowered)


def test_nothing_is_written():
    x, y = X[0].copy(), wg.tensor(X[1])
    f = wg.jit(lambda a, b: (written(a, 2.0), written(b, 3.0)))
    lowered = f.lower(x, y)
    wg.explain(f, x, y)
    assert lowered.writes == ("a", "b")
    np.testing.assert_array_equal(x, X[0])
    np.testing.assert_array_equal(y.numpy(), X[1])
    assert f.programs == []


def test_inputs_have_the_names_of_arguments():
    fun, args, _ = CASES["containers"]
    names = wg.jit(fun).lower(*args).names
    assert names == ("layers[0].w", "layers[0].b", "layers[1].w", "layers[1].b", "x")
    static = wg.jit(lambda n, x, scale: x * n * scale, static_argnums=0)
    assert static.lower(2.0, 2.0, scale=3.0).names[-1] == "scale"


def test_methods_take_their_object_first():
    class Model:
        def __init__(self):
            self.w = wg.tensor([1.0, 2.0])

        @wg.jit
        def __call__(self, x):
            return np.sum(self.w * x)

    model = Model()
    assert model(np.ones(2)) == model(np.ones(2)) == 3.0
    assert Model.__call__.lower(model, np.ones(2)).runs == 1
    times = wg.explain(model.__call__, np.ones(2))
    assert times.lowered.runs == 1


def test_work_is_counted():
    product = wg.jit(lambda x, y: x @ y).lower(np.ones((5, 7)), np.ones((7, 3)))
    assert (product.operations, product.bytes) == (2 * 5 * 7 * 3, 8 * (35 + 21 + 15))
    tiles = wg.jit(lambda x: np.exp(np.sin(np.cos(x)))).lower(LONG)
    assert [step.kind for step in tiles.steps] == ["tiles"]
    assert (tiles.operations, tiles.bytes) == (3 * LONG.size, 2 * LONG.nbytes)
    numbers = wg.jit(lambda a, b: a * b + a).lower(2.0, 3.0)
    assert [step.kind for step in numbers.steps] == ["numbers"]
    assert numbers.operations == 2
    stored = wg.jit(placed).lower(X[0])
    assert stored.operations < 100


def test_whose_the_lock_is():
    @wg.custom_vjp
    def sine(x):
        return np.sin(x)

    sine.defvjp(lambda x: (np.sin(x), x), lambda x, ct: (ct * np.cos(x),))
    pulled = wg.jit(wg.grad(lambda x: np.sum(np.tanh(x) * sine(x))))
    steps = pulled.lower(np.ones(100_000)).steps
    assert {step.lock for step in steps if step.kind != "compound"} == {"given up"}
    assert {step.lock for step in steps if step.kind == "compound"} == {"needed"}
    assert {step.lock for step in wg.jit(branching).lower(X).steps} == {"held"}


class Unlike:
    """What cannot be made again."""


GENERATOR = np.random.default_rng(0)
AS_IT_IS = {
    "object": (lambda _: Unlike(), "returns an object of Unlike, which cannot be made again"),
    "generator": (lambda x: x + GENERATOR.normal(), "reads GENERATOR, which is something else"),
}


@pytest.mark.parametrize(("fun", "why"), AS_IT_IS.values(), ids=AS_IT_IS)
def test_what_is_not_replayed_says_why(fun, why):
    f = wg.jit(fun)
    lowered = f.lower(X)
    assert lowered.why_not.startswith(why)
    assert f"is called as it is: it {why}" in str(lowered)
    assert (lowered.recorded, lowered.simplified, lowered.steps, lowered.runs) == (None,) * 2 + (
        (),
        None,
    )
    assert lowered.operations == lowered.bytes == 0
    with pytest.raises(wg.TraceError, match=f"is called as it is, since it {why}"):
        wg.explain(f, X)


def test_wrong_arguments_are_the_functions_errors():
    f = wg.jit(branching)
    with pytest.raises(TypeError, match="positional argument"):
        f.lower()
    with pytest.raises(TypeError, match="unexpected keyword argument 'bound'"):
        wg.explain(f, X, bound=2)
    with pytest.raises(wg.ShapeError):
        wg.jit(np.matmul).lower(np.ones((2, 3)), np.ones((2, 3)))
    assert f.programs == []


def test_where_something_is_recorded_nothing_is_shown():
    f = wg.jit(branching)
    with pytest.raises(wg.TraceError, match="lower: a function is being recorded"):
        wg.jit(lambda x: f.lower(X) and x)(X)
    with pytest.raises(wg.TraceError, match="lower: a function is being recorded"):
        wg.vmap(lambda x: f.lower(X) and x)(X)
    with wg.no_jit():
        assert isinstance(f.lower(X), Lowered)
    with wg.debug_nans():
        assert {x.source.line for x in f.lower(X).recorded.instructions} <= set(
            lines_from(branching)
        )


def test_under_no_grad_other_programs_are_meant():
    f = wg.jit(branching)
    f(X)
    with wg.no_grad():
        assert f.lower(X).runs is None
    assert f.lower(X).runs == 0


def test_functions_without_arguments_and_without_work():
    assert wg.jit(lambda: 3.0 * SCALE).lower().names == ("SCALE",)
    identity = wg.jit(lambda x: x)
    assert wg.explain(identity, X).by_operation == {}
    assert "no arguments" in str(wg.jit(lambda: SCALE + 1.0).lower())


@each_case
def test_times_add_up(fun, args, kwargs):
    f = wg.jit(fun)
    f(*args, **kwargs)
    programs = f.programs
    times = wg.explain(f, *args, **kwargs)
    assert f.programs == programs
    assert times.lowered.runs == 0
    assert times.replays > 0
    assert len(times.steps) == len(times.lowered.steps)
    assert min(*times.steps, *times.around.values()) >= 0
    assert sum(times.by_operation.values()) == pytest.approx(sum(times.steps))
    assert sum(times.by_line.values()) == pytest.approx(sum(times.steps))
    assert times.total == pytest.approx(sum(times.steps) + sum(times.around.values()))
    assert set(times.by_operation) <= set(times.lowered.simplified.counts) | {"read"}
    slowest = list(times.by_operation.values())
    assert slowest == sorted(slowest, reverse=True)
    text = str(times)
    assert all(name in text for name in list(times.by_operation)[:3])
    assert "a call, the mean of" in text


def blocks_of(listing):
    """Return the roles of what is within the operations of a program, by primitive."""
    return {
        x.primitive: tuple(role for role, _ in x.bodies) for x in listing.instructions if x.bodies
    }


WHILE = ("condition", "body")


@pytest.mark.parametrize(
    ("fun", "recorded"),
    [
        (scanned, {"loop": ("step",)}),
        (looped, {"while": WHILE, "loop": ("step",)}),
        (chosen, {"branch": ("branch 0", "branch 1", "branch 2")}),
        (compound, {"checkpoint": ("program",)}),
        (wg.grad(looped), {"while": WHILE, "loop": ("step",), "while_pull": (*WHILE, "step back")}),
    ],
)
def test_loops_and_branches_are_nested_blocks(fun, recorded):
    lowered = wg.jit(fun).lower(X[0])
    assert blocks_of(lowered.recorded) == recorded
    is_opened = fun is compound
    assert blocks_of(lowered.simplified) == ({} if is_opened else recorded)
    text = str(lowered)
    for listing in (lowered.recorded, lowered.simplified):
        for operation in listing.instructions:
            for role, body in operation.bodies:
                assert f"\n    {role}:\n      input {body.inputs[0]}" in text
                for inner in body.instructions:
                    assert f"\n      {inner.text}" in text
    times = wg.explain(wg.jit(fun), X[0])
    blocks = [x for x in lowered.simplified.instructions if x.bodies]
    assert [x.text for x in sorted(times.by_block, key=lambda x: x.text)] == sorted(
        x.text for x in blocks
    )
    assert sum(times.by_block.values()) <= sum(times.steps)
    assert ("loop or branch" in str(times)) == bool(blocks)


def test_bodies_are_as_they_were_written_and_simplified():
    def body(c, a):
        return c * a + 0.0 * c + np.sin(a) * np.sin(a), c

    lowered = wg.jit(lambda x: wg.scan(body, x, np.arange(6.0))).lower(X[0])
    (recorded,) = (x for x in lowered.recorded.instructions if x.bodies)
    (simplified,) = (x for x in lowered.simplified.instructions if x.bodies)
    assert recorded.bodies[0][1].counts["sin"] == 2
    assert simplified.bodies[0][1].counts["sin"] == 1
    lines = {x.source.line for x in recorded.bodies[0][1].instructions if x.primitive == "sin"}
    assert lines == {lines_from(body)[1]}
    assert (
        recorded.source.line == lines_from(test_bodies_are_as_they_were_written_and_simplified)[4]
    )


def test_loops_in_loops():
    def inner(c, a):
        return wg.cond(a > 2, np.sin, np.cos, c) * a, a

    def outer(c, a):
        return wg.scan(inner, c + a, np.arange(5.0))[0], a

    lowered = wg.jit(lambda x: wg.scan(outer, x, np.arange(6.0))[0]).lower(X[0])
    (loop,) = (x for x in lowered.recorded.instructions if x.bodies)
    ((_, step),) = loop.bodies
    assert blocks_of(step) == {"loop": ("step",)}
    (loop,) = (x for x in step.instructions if x.bodies)
    assert blocks_of(loop.bodies[0][1]) == {"branch": ("branch 0", "branch 1")}
    assert "\n            branch 0:" in str(lowered)


def test_guards_are_timed_on_their_lines():
    times = wg.explain(wg.jit(branching), X)
    assert "read" in times.by_operation
    first = lines_from(branching)[0]
    assert {source.line for source in times.by_line} == {first + 1, first + 3}


@pytest.mark.parametrize("fun", [branching, wg.value_and_grad(branching), placed])
def test_what_was_loaded_is_shown_without_lines(fun):
    f = wg.jit(fun)
    f(X[0])
    file = io.BytesIO()
    f.save(file)
    g = wg.load(io.BytesIO(file.getvalue()))
    g(X[0])
    before, lowered = f.lower(X[0]), g.lower(X[0])
    assert [step.text for step in lowered.steps] == [step.text for step in before.steps]
    assert (lowered.runs, lowered.others, lowered.function) == (1, 0, f._name())
    assert {x.source for x in lowered.simplified.instructions} == {None}
    assert [guard.seen for guard in lowered.guards] == [guard.seen for guard in before.guards]
    assert set(wg.explain(g, X[0]).by_line) == {None}
    with pytest.raises(wg.TraceError, match="it was loaded, and no program"):
        g.lower(X)


def test_large_programs_are_summarised():
    text = str(wg.jit(wg.grad(counting)).lower(0.3, 0.4))
    assert len(text.split("\n")) < 60
    assert "more ..." in text
