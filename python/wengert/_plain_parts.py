"""What rules are made of beside functions and arrays, as plain objects, by which they are saved."""

from __future__ import annotations

import importlib
from typing import Any

# What a call was given beside what is differentiated, the structures of that and of what it returned.
Form = tuple[list[Any], Any, Any]
# What a reverse rule keeps of a call: leaves, the places of those that are arrays and are given anew,
# their structure, and whether it is not kept but made again.
Residuals = tuple[list[Any], list[int], Any, bool]


def _tree_of(structure: Any) -> Any:
    return structure.unflatten([False] * structure.num_leaves)


def _structure_of(tree: Any) -> Any:
    return importlib.import_module("optree").tree_structure(tree)


def plain_form(form: Form) -> tuple[Any, ...]:
    nondiff, arguments, value = form
    return tuple(nondiff), _tree_of(arguments), _tree_of(value)


def form_again(parts: tuple[Any, ...]) -> Form:
    nondiff, arguments, value = parts
    return list(nondiff), _structure_of(arguments), _structure_of(value)


def plain_residuals(residuals: Residuals) -> tuple[Any, ...]:
    leaves, places, structure, is_made_again = residuals
    constants = list(leaves)
    for place in places:
        constants[place] = None
    return tuple(constants), tuple(places), _tree_of(structure), is_made_again


def residuals_again(parts: tuple[Any, ...]) -> Residuals:
    constants, places, tree, is_made_again = parts
    return list(constants), list(places), _structure_of(tree), is_made_again
