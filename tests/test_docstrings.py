"""The examples in the docstrings of the package, run as they stand."""

import doctest
import importlib
import pkgutil

import pytest

import wengert

MODULES = [
    module.name
    for module in pkgutil.walk_packages(wengert.__path__, "wengert.")
    if module.name.rsplit(".", 1)[-1] != "__main__"
]


@pytest.mark.parametrize("name", ["wengert", *MODULES])
def test_examples_print_what_they_say(name):
    outcome = doctest.testmod(importlib.import_module(name), raise_on_error=False)
    assert outcome.failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder()
    assert any(found.examples for found in finder.find(wengert.grad, "grad"))
