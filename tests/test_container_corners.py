"""Containers that are endless, and containers that change while they are in use."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "tree",
    ["x = [1.0]\nfor _ in range(200_000): x = [x]", "x = [1.0]\nx.append(x)", "x = {}\nx['x'] = x"],
)
def test_containers_without_end_are_errors(tree):
    code = f"import wengert as wg\n{tree}\ntry:\n    wg.grad(lambda x: 1.0)(x)\nexcept RecursionError:\n    print('raised')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout == "raised\n", run


CHANGES = {
    "list grown while fun runs": "t = [1.0, 2.0]\nr = wg.grad(lambda a: (t.append(5.0), a[0] * a[1])[1])(t)\nassert r == [2.0, 1.0], r",
    "list shrunk while fun runs": "t = [1.0, 2.0]\nr = wg.grad(lambda a: (t.pop(), a[0] * a[1])[1])(t)\nassert r == [2.0, 1.0], r",
    "dict grown while fun runs": "t = {'a': 1.0}\nr = wg.grad(lambda a: (t.update(b=2.0), a['a'] * 2)[1])(t)\nassert r == {'a': 2.0}, r",
    "list grown after vjp": "t = [1.0, 2.0]\nb = wg.vjp(lambda a: a[0] * a[1], t)[1]\nt.append(3.0)\nr = b(1.0)\nassert r == ([2.0, 1.0],), r",
    "list cleared after vjp": "t = [1.0, 2.0]\nb = wg.vjp(lambda a: a[0] * a[1], t)[1]\nt.clear()\nr = b(1.0)\nassert r == ([2.0, 1.0],), r",
    "dict grown after vjp": "t = {'a': 1.0}\nb = wg.vjp(lambda a: a['a'] * 2, t)[1]\nt['b'] = 3.0\nr = b(1.0)\nassert r == ({'a': 2.0},), r",
}


@pytest.mark.parametrize("code", CHANGES.values(), ids=CHANGES)
def test_a_container_may_change_after_it_was_given(code):
    run = subprocess.run(
        [sys.executable, "-c", "import wengert as wg\n" + code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
