"""The demonstration: its exercises, its network, its table, and its tape in pure Python."""

import io
import math
import resource
import subprocess
import sys

import numpy as np
import pytest

from wengert.demo import comparison, exercises, network, pure_python
from wengert.demo.progress import Progress

each_exercise = pytest.mark.parametrize("exercise", exercises.EXERCISES, ids=lambda e: e.title)
each_problem = pytest.mark.parametrize("problem", comparison.problems(), ids=lambda p: p.title)

ELEMENTARY = ["exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan"]
ELEMENTARY += ["arctan", "sinh", "cosh", "tanh"]
FUNCTIONS = {
    "+": lambda x, y: x + y + 1.5 + (2.5 + x),
    "-": lambda x, y: x - y - 1.5 - (2.5 - x),
    "*": lambda x, y: x * y * 1.5 * (2.5 * x),
    "/": lambda x, y: x / y / 1.5 + 2.5 / x,
    "**": lambda x, y: x**y + y**1.5 + 2.5**x,
    "signs": lambda x, y: -x + abs(-y) + +x,
    "branch": lambda x, y: x * y if x < y and x <= 1 and y > 0.5 and y >= x and x != y else x,
    **{name: lambda x, y, name=name: getattr(pure_python, name)(x) * y for name in ELEMENTARY},
}


class Terminal(io.StringIO):
    """A stream that a person watches."""

    def isatty(self):
        """Say so."""
        return True


@each_exercise
def test_exercise_reports_the_gradient_derived_by_hand(exercise):
    lines = exercises.report(exercise).splitlines()
    rows = [line.split()[-2:] for line in lines if line.strip().startswith("df/")]
    wanted = comparison.flat(exercise.gradient)
    assert [float(exact) for exact, _ in rows] == pytest.approx(wanted, rel=1e-12)
    assert [float(difference) for _, difference in rows] == pytest.approx(wanted, rel=1e-9)
    assert lines[-1].split() == ["1", "call", str(2 * len(rows)), "calls"]


def test_central_differences_count_what_they_call():
    calls = []

    def fun(x, y):
        calls.append(1)
        return float(np.sum(x * y))

    x, y = np.array([[1.0, 2.0, -3.0]]), 4.0
    (dx, dy), evaluations = exercises.central_differences(fun, (x, y))
    assert evaluations == len(calls) == 8
    np.testing.assert_allclose(dx, [[4.0, 4.0, 4.0]], rtol=1e-9)
    np.testing.assert_allclose(dy, 0.0, atol=1e-9)
    np.testing.assert_array_equal(x, [[1.0, 2.0, -3.0]])


def test_network_learns():
    x, y = network.examples(64)
    out = io.StringIO()
    start = network.initial()
    trained, losses = network.train(start, x, y, steps=1000, out=out)
    assert [np.shape(p) for p in trained] == [(16, 5), (16,), (16,), ()]
    assert len(losses) == 1001
    assert losses[0] == pytest.approx(float(network.loss(*start, x, y)), rel=1e-12)
    assert losses[-1] == float(network.loss(*trained, x, y)) < 1e-3
    assert out.getvalue() == ""


def test_progress_is_drawn_for_a_terminal_only():
    silent, watched = io.StringIO(), Terminal()
    for out in (silent, watched):
        with Progress(4, out) as progress:
            for step in range(1, 5):
                progress.show(step, f"step {step}")
    assert silent.getvalue() == ""
    drawn = watched.getvalue()
    assert "step 1" in drawn
    assert "[" + "#" * Progress.width + "] 100%  step 4" in drawn
    assert drawn.endswith("\r\x1b[K")


@each_problem
def test_both_forms_of_a_problem_agree(problem):
    value, gradient = pure_python.value_and_grad(problem.scalars)(
        comparison.flat(problem.arguments)
    )
    assert value == pytest.approx(float(problem.arrays(*problem.arguments)), rel=1e-12)
    differences, _ = exercises.central_differences(problem.arrays, problem.arguments)
    atol = 1e-8 * np.max(np.abs(gradient))  # the value's rounding over the step
    np.testing.assert_allclose(gradient, comparison.flat(differences), rtol=1e-6, atol=atol)


@each_problem
def test_comparison_checks_and_times(problem):
    row = comparison.compare(problem, seconds=0.001)
    assert row.partials == len(comparison.flat(problem.arguments))
    assert min(row.wengert, row.pure_python, row.numpy_value) > 0
    text = comparison.table([row])
    assert problem.title in text
    assert f"{row.pure_python / row.wengert:.1f}x" in text


def test_comparison_refuses_gradients_that_differ():
    def ours(x):
        return np.sum(x * x)

    def theirs(x):
        return x[0] * x[0]

    problem = comparison.Problem("wrong", ours, theirs, (np.array([1.0, 2.0]),))
    with pytest.raises(ArithmeticError, match="wrong: the two gradients differ"):
        comparison.compare(problem, seconds=0.001)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_tape_agrees_with_differences(name):
    fun = FUNCTIONS[name]
    x, y = 0.4, 0.7
    value, gradient = pure_python.value_and_grad(lambda p: fun(*p))([x, y])
    assert value == fun(x, y)
    differences, _ = exercises.central_differences(lambda a, b: fun(float(a), float(b)), (x, y))
    np.testing.assert_allclose(gradient, comparison.flat(differences), rtol=1e-8, atol=1e-9)


def test_tape_at_kinks_and_edges():
    def derivative(fun, x):
        return pure_python.value_and_grad(lambda p: fun(p[0]))([x])[1][0]

    assert derivative(abs, 0.0) == 0
    assert derivative(lambda x: x**0.0, 0.0) == 0
    assert derivative(pure_python.sqrt, 0.0) == math.inf
    assert derivative(lambda x: 3.0, 1.0) == 0


def test_tape_of_many_operations_needs_no_recursion():
    def fun(p):
        x = p[0]
        for _ in range(100_000):
            x = x + 1.0
        return x * x

    assert pure_python.value_and_grad(fun)([1.0]) == (100_001.0**2, [200_002.0])


def test_command_shows_everything():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "wengert"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    for exercise in exercises.EXERCISES:
        assert exercise.title in done.stdout
    for problem in comparison.problems():
        assert problem.title in done.stdout
    assert "mean squared error" in done.stdout
    assert "ISA" in done.stdout
    assert done.stderr == ""
    # Processor time, which a busy machine does not lengthen as it does the clock's.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 20
