"""Processes: fork, the interpreter's end, interrupts, and what the environment says at import."""

import os
import subprocess
import sys
import textwrap

import pytest

from wengert import _core as core


def run(code, **environment):
    """Run code in an interpreter of its own; return what it printed."""
    done = subprocess.run(
        # From 3.12 on, Python warns of every fork beside threads.
        [
            sys.executable,
            "-W",
            "ignore:This process:DeprecationWarning",
            "-c",
            textwrap.dedent(code),
        ],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


PRELUDE = """
import os, sys, threading
import numpy as np
import wengert as wg
wg.set_num_threads(2)
x = np.ones((600, 600))
f = lambda x: np.sum(np.exp(x) @ x)
"""


def test_fork_with_live_tensors():
    code = """
    w = wg.tensor(x, requires_grad=True)
    y = f(w)
    want = wg.grad(f)(x).sum()
    for depth in range(3):
        sys.stdout.flush()
        child = os.fork()
        if child:
            assert os.waitpid(child, 0)[1] == 0
            assert wg.grad(f)(x).sum() == want
            print("parent", depth)
            break
        y.backward()
        assert wg.grad(f)(x).sum() == want
        print("child", depth, np.isclose(w.grad.numpy().sum(), want * (depth + 1)))
    """
    lines = run(PRELUDE + textwrap.dedent(code)).split("\n")
    assert sorted(lines) == [
        "", "child 0 True", "child 1 True", "child 2 True", "parent 0", "parent 1", "parent 2",
    ]  # fmt: skip


def test_fork_in_the_middle_of_a_transform():
    code = """
    def g(x):
        y = f(x)
        if os.fork() == 0:
            return y * 2
        os.wait()
        return y

    slope = wg.grad(g)(x)[0, 0] / wg.grad(f)(x)[0, 0]
    print(slope)
    """
    assert run(PRELUDE + textwrap.dedent(code)) == "2.0\n1.0\n"


ENDS = {
    "live tensors": "w = wg.tensor(x, requires_grad=True); y = f(w)",
    "live pullback": "back = wg.vjp(f, x)[1]; back(1.0)",
    "cycle": "back = {}; back['self'] = back, wg.vjp(f, x)[1]",
    "in a module": "import json; json.kept = f(wg.tensor(x, requires_grad=True))",
    "at exit": "import atexit; atexit.register(lambda: wg.grad(f)(x))",
    "in a destructor": """
class Last:
    def __init__(self):  # there nothing can be imported any more, which a first use would do
        self.grad, self.f, self.x = wg.grad, f, x
        self.grad(self.f)(self.x)
    def __del__(self): self.grad(self.f)(self.x)
last = Last()
""",
    "in a recording": "wg.grad(lambda x: sys.exit(0))(1.0)",
    "after a thread": "t = threading.Thread(target=lambda: wg.grad(f)(x)); t.start(); t.join()",
    "in a thread": "threading.Thread(target=lambda: [wg.grad(f)(x) for _ in range(20)]).start()",
}


@pytest.mark.parametrize("code", ENDS.values(), ids=ENDS)
def test_the_interpreter_ends_in_order(code):
    assert run(PRELUDE + code) == ""


# Signals. Where the tests run in the background, the interrupt comes in ignored.

INTERRUPTIBLE = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"


def test_a_long_sweep_can_be_interrupted():
    code = """
    import subprocess, time
    y = w = wg.tensor(1.0, requires_grad=True)
    for _ in range(3_000_000):
        y = y * 1.0
    sender = subprocess.Popen(["sh", "-c", f"sleep 0.02; kill -INT {os.getpid()}"])
    try:
        y.backward()
        time.sleep(10)
    except KeyboardInterrupt:
        print("interrupted", w.grad)
    sender.wait()
    y.backward()
    print(w.grad.item(), wg.grad(lambda x: x * x)(3.0))
    """
    assert run(PRELUDE + INTERRUPTIBLE + textwrap.dedent(code)) == "interrupted None\n1.0 6.0\n"


def test_a_recording_can_be_interrupted():
    code = """
    import subprocess
    def endless(x):
        while True:
            x = x * 1.0
    sender = subprocess.Popen(["sh", "-c", f"sleep 0.02; kill -INT {os.getpid()}"])
    try:
        wg.grad(endless)(1.0)
    except KeyboardInterrupt:
        print("interrupted")
    sender.wait()
    print(wg.grad(lambda x: x * x)(3.0))
    """
    assert run(PRELUDE + INTERRUPTIBLE + textwrap.dedent(code)) == "interrupted\n6.0\n"


def test_a_timeout_ends_a_replay():
    code = """
    import signal
    def late(*_):
        raise TimeoutError
    signal.signal(signal.SIGALRM, late)
    grown = lambda x: wg.while_loop(lambda y: y < 10.0, lambda y: y * x, 1.0)
    for f in (wg.jit(grown), wg.jit(wg.grad(grown)), grown):
        want = f(2.0), f(3.0)
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        try:
            f(1.0)  # without an end
        except TimeoutError:
            print((f(2.0), f(3.0)) == want)
    """
    assert run(PRELUDE + textwrap.dedent(code)) == "True\n" * 3


# The environment


@pytest.mark.parametrize("value", ["0", "-1", "1025", "two", "2.5", "9" * 30, "3 threads"])
def test_a_wrong_number_of_threads_in_the_environment(value):
    assert_refused(
        "WENGERT_NUM_THREADS", value, "was given; a whole number from 1 to 1024 is needed"
    )


@pytest.mark.parametrize("value", ["-1", "1.5", "64 MB", "99999999", "9" * 30])
def test_a_wrong_size_of_the_cache_in_the_environment(value):
    assert_refused(
        "WENGERT_CACHE_MB",
        value,
        "was given; a whole number of megabytes from 0 to 16777216 is needed",
    )


@pytest.mark.parametrize("value", ["sse9", "AVX2", "baseline,avx2"])
def test_a_wrong_level_in_the_environment(value):
    assert_refused("WENGERT_ISA", value, "was given; this machine runs baseline")


def assert_refused(name, value, message):
    done = subprocess.run(
        [sys.executable, "-c", "import wengert"],
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"{name}: '{value}' {message}" in done.stderr


@pytest.mark.parametrize(
    ("environment", "want"),
    [
        ({"WENGERT_NUM_THREADS": "3"}, f"{core.isa} 3"),
        ({"WENGERT_ISA": "baseline", "WENGERT_NUM_THREADS": "1"}, "baseline 1"),
        ({"WENGERT_ISA": core.isa, "WENGERT_NUM_THREADS": "2"}, f"{core.isa} 2"),
    ],
)
def test_the_environment_is_read_at_import(environment, want):
    code = "import wengert as wg; print(wg._core.isa, wg._core.num_threads())"
    assert run(code, **environment) == want + "\n"


@pytest.mark.parametrize(("value", "want"), [("", 256), ("0", 0), ("64", 64)])
def test_show_config_says_how_much_memory_is_kept(value, want):
    code = "import wengert as wg; wg.show_config()"
    assert f"0 of at most {want} MB" in run(code, WENGERT_CACHE_MB=value)


def test_a_fork_while_another_thread_uses_large_blocks():
    code = """
import os, threading
import numpy as np
import wengert as wg
x = np.ones(200_000)
slope = wg.grad(lambda x: np.sum(np.exp(x) * x))
ends = False
def work():
    while not ends:
        slope(x)
thread = threading.Thread(target=work)
thread.start()
for _ in range(20):
    child = os.fork()
    if child == 0:
        os._exit(0 if slope(x).shape == x.shape else 1)
    assert os.waitpid(child, 0)[1] == 0
ends = True
thread.join()
"""
    assert run(code) == ""


def test_a_daemon_thread_at_work_when_the_interpreter_ends():
    code = """
import threading, time
import numpy as np
import wengert as wg
x = np.ones((600, 600))
def work():
    while True:
        wg.grad(lambda x: np.sum(np.exp(x) @ x))(x)
threading.Thread(target=work, daemon=True).start()
time.sleep(%s)
"""
    for delay in (0.02, 0.05, 0.1, 0.15, 0.25):  # while modules are imported, and after
        assert run(code % delay) == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [("WENGERT_ISA", "sse9"), ("WENGERT_NUM_THREADS", "two"), ("WENGERT_CACHE_MB", "much")],
)
def test_the_import_error_itself_says_what_is_wrong(name, value):
    code = "try:\n    import wengert\nexcept ImportError as error:\n    print(error)"
    assert run(code, **{name: value}).startswith(f"{name}: '{value}' was given; ")
