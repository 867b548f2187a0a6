"""What an import of wengert loads, and what comes with the first use of the rest."""

import ast
import inspect
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import _deferred, _methods

LATER = {"wengert.numpy", "wengert._methods", "wengert._transforms", "wengert.testing"}
HEAVY = {"optree", "importlib.metadata", "scipy"}


def fresh(code):
    """Run code in an interpreter of its own, warnings being errors; return what it prints."""
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(code)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.split()


def loaded_by(statement):
    return set(fresh(f"import sys\n{statement}\nprint(*sys.modules)"))


def test_an_import_is_light():
    assert not (LATER | HEAVY) & loaded_by("import wengert")


def test_all_names_are_lighter_than_what_they_use_at_times():
    assert not HEAVY & loaded_by("from wengert import *; import wengert.numpy")


def test_an_import_loads_no_large_module_of_python_that_numpy_does_not():
    large = {"asyncio", "concurrent.futures", "dataclasses", "inspect", "logging", "threading"}
    assert not large & (loaded_by("import wengert") - loaded_by("import numpy"))


FIRST_USES = {
    "a function of NumPy": "assert np.sum(t).item() == 3",
    "a ufunc": "assert np.add(t, t).tolist() == [2, 4]",
    "a ufunc that others serve for complex numbers": "assert np.absolute(t * 1j).dtype == np.float64",
    "a function that does not exist here": """
        try:
            np.unique(t)
        except TypeError as error:
            assert "np.unique: is not supported on Tensors" in str(error)
        """,
    "a method": "assert t.sum().item() == 3",
    "an attribute": "assert t.T.shape == (2,)",
    "a method of the class": "assert wg.Tensor.sum(t).item() == 3",
    "round": "assert round(t).tolist() == [1, 2]",
    "every name": "from wengert import *; assert grad(np.sin)(0.0) == 1",
    "a name of the package": "assert wg.hessian(np.cos)(0.0) == -1",
    "an attribute of the package": "assert wg.numpy.sum(t).item() == 3",
    "import as": "import wengert.numpy as wnp; assert wnp.sum(t).item() == 3",
    "from import": "from wengert import numpy as wnp; assert wnp.sum(t).item() == 3",
    "from the submodule": "from wengert.numpy.linalg import norm; assert norm(t) > 2",
    "the package of SciPy's names": "assert wg.scipy.__name__ == 'wengert.scipy'; assert 'scipy' not in sys.modules",
    "the testing module": "wg.testing.check_grads(np.sin, (1.0,))",
    "in a recording": "assert wg.grad(lambda x: np.sum(x * x))(np.ones(2)).tolist() == [2, 2]",
    "in a method in a recording": "assert wg.grad(lambda x: (x * x).sum())(np.ones(2)).tolist() == [2, 2]",
    "in a batch": "assert wg.vmap(lambda x: np.max(x) * x.sum())(np.ones((2, 2))).tolist() == [2, 2]",
    "in a pushed tangent": "assert wg.jvp(np.sum, (np.ones(2),), (np.ones(2),)) == (2, 2)",
    "in a block": """
        with wg.debug_nans(), wg.no_grad():
            assert np.sum(t).item() == 3
        """,
    "in a thread that is the first": """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(lambda: np.sum(t) + t.mean()).result().item() == 4.5
        """,
}


@pytest.mark.parametrize("use", FIRST_USES.values(), ids=FIRST_USES)
def test_the_first_use(use):
    start = "import sys\nimport numpy as np\nimport wengert as wg\nt = wg.tensor([1.0, 2.0])\n"
    fresh(start + textwrap.dedent(use))


def test_the_first_use_by_many_threads_at_once():
    assert fresh(
        """
        import sys, threading
        import numpy as np

        sys.setswitchinterval(1e-6)
        uses = [
            lambda wg, t: np.sum(t),
            lambda wg, t: t.sum(),
            lambda wg, t: wg.Tensor.sum(t),
            lambda wg, t: wg.numpy.sum(t),
            lambda wg, t: wg.grad(lambda x: np.sum(t * x))(1.0),
            lambda wg, t: np.linalg.norm(t, 1),
        ]
        results = [None] * 4 * len(uses)
        barrier = threading.Barrier(len(results))

        def first_use(i):
            barrier.wait()
            import wengert as wg
            results[i] = float(uses[i % len(uses)](wg, wg.tensor([1.0, 2.0])))

        threads = [threading.Thread(target=first_use, args=(i,)) for i in range(len(results))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(set(results))
        """
    ) == ["{3.0}"]


def test_unpickling_in_a_process_that_has_imported_nothing():
    fresh(
        """
        import pickle, subprocess, sys

        make = (
            "import pickle, sys, numpy as np, wengert as wg;"
            "sys.stdout.buffer.write(pickle.dumps("
            "(wg.tensor([1.0, 2.0], requires_grad=True), wg.grad(np.sin), wg.Tensor.sum, wg.numpy.sum)))"
        )
        made = subprocess.run([sys.executable, "-c", make], capture_output=True, check=True).stdout
        t, cosine, method, function = pickle.loads(made)
        assert t.requires_grad and method(t).item() == function(t).item() == 3
        assert cosine(0.0) == 1
        """
    )


def test_what_stands_for_methods_is_there_and_goes_with_the_first():
    before, after = fresh(
        """
        import wengert as wg
        from wengert import _deferred
        count = lambda: sum(isinstance(x, _deferred.Deferred) for x in vars(wg.Tensor).values())
        assert set(_deferred.NAMES) <= set(dir(wg.Tensor))
        print(count())
        assert hasattr(wg.Tensor, "mean")
        print(count())
        """
    )
    assert int(before) == len(_deferred.NAMES)
    assert int(after) == 0


def test_every_method_that_is_defined_has_a_name():
    assert set(_methods.OWN) <= set(_deferred.NAMES)
    assert len(set(_deferred.NAMES)) == len(_deferred.NAMES)


def test_type_checkers_read_the_names_that_the_package_imports_later():
    text = Path(wg.__file__).read_text(encoding="utf-8")
    block = next(node for node in ast.parse(text).body if isinstance(node, ast.If))
    written = {alias.name: node.module for node in block.body for alias in node.names}
    modules = dict.fromkeys(wg._MODULES, "wengert")
    assert written == modules | {name: f"wengert.{home}" for name, home in wg._HOMES.items()}


@pytest.mark.parametrize("name", wg.__all__)
def test_every_name_is_found(name):
    assert name in dir(wg)
    assert getattr(wg, name) is getattr(wg, name)


def test_the_package_says_what_it_does_not_have():
    with pytest.raises(AttributeError, match="module 'wengert' has no attribute 'nothing'"):
        _ = wg.nothing


# What is listed, and what editors and type checkers are told


def test_names_are_those_of_users():
    names = {name for name in dir(wg) if not name.startswith("__")}
    assert {"numpy", "testing"} <= names
    assert not [name for name in names if name.startswith("_")]
    assert {name for name in wg.__all__ if not name.startswith("__")} <= names
    modules = [name for name in dir(wnp) if isinstance(getattr(wnp, name), type(wnp))]
    assert set(modules) <= set(dir(np)), modules
    assert {"exp", "sum", "pi", "linalg", "fft", *wnp.__all__} <= set(dir(wnp))
    assert not [name for name in dir(wnp) if name.startswith("_") and not name.startswith("__")]
    listed = set(dir(wg.tensor(1.0)))
    assert {"sum", "T", "grad", "backward"} <= listed
    assert not {"view", "tobytes", "resize", "exp", "sqrt"} & listed


def test_functions_show_their_signatures():
    for name in wnp.__all__:
        function = getattr(wnp, name)
        if callable(function) and not isinstance(function, type):
            assert inspect.signature(function).parameters
    text = "(x, y, /, out=None, *, where=True, casting='same_kind', dtype=None)"
    assert str(inspect.signature(wnp.hypot)) == text
    assert wg.grad.__annotations__["fun"] == wg.grad.__annotations__["return"] == "Callable[P, Any]"
