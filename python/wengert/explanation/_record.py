"""A function run once, its graph written down."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from wengert import _core
from wengert._functions import require_callable
from wengert._transformed import name_of
from wengert.explanation._graph import Explanation, GraphNode, GraphOperand, Source


def recorded(fun: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Explanation:
    """Do what `wengert.explain` says."""
    require_callable("explain", fun)
    nodes, outputs = _core.explain(fun, args, kwargs)
    names = names_of_leaves(fun, args, kwargs)
    graph: list[GraphNode] = []
    made = 0
    for place, row in enumerate(nodes):
        primitive, parameters, operands, dtype, shape, value, adjoint, kept, origin, position = row
        if position is None:
            made += 1
        graph.append(
            GraphNode(
                name=f"v{made}" if position is None else names[position],
                primitive="" if position is not None else primitive,
                parameters=parameters,
                operands=tuple(
                    GraphOperand(None if at is None else graph[at].name, given)
                    for at, given in operands
                ),
                dtype=np.dtype(dtype),
                shape=shape,
                value=value,
                adjoint=np.zeros(shape, dtype) if adjoint is None else adjoint,
                kept=kept,
                source=None if origin is None else Source(*origin[:3]),
                within="" if origin is None else origin[3],
                is_output=place in outputs,
            )
        )
    return Explanation(name_of(fun), graph)


def names_of_leaves(fun: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[str]:
    """Name every leaf of the arguments, in the order in which they are taken apart."""
    names: list[str] = []
    for name, value in zip(_names_of_positions(fun, len(args)), args, strict=True):
        names += _names_within(name, value)
    for name, value in kwargs.items():
        names += _names_within(name, value)
    return names


def _names_of_positions(fun: Any, count: int) -> list[str]:
    try:
        parameters = list(inspect.signature(fun).parameters.values())
    except (TypeError, ValueError):  # of builtins not everything is known
        return [f"args[{i}]" for i in range(count)]
    names = []
    for i in range(count):
        kind = parameters[min(i, len(parameters) - 1)].kind
        if kind is inspect.Parameter.VAR_POSITIONAL or i >= len(parameters):
            first = min(i, len(parameters) - 1)
            names.append(f"{parameters[first].name}[{i - first}]")
            parameters = parameters[: first + 1]
        else:
            names.append(parameters[i].name)
    return names


def _names_within(name: str, value: Any) -> Iterator[str]:
    if type(value) in (tuple, list):
        for i, item in enumerate(value):
            yield from _names_within(f"{name}[{i}]", item)
    elif type(value) is dict:
        for key, item in value.items():
            yield from _names_within(f"{name}[{key!r}]", item)
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        for field, item in zip(value._fields, value, strict=True):
            yield from _names_within(f"{name}.{field}", item)
    else:
        leaves = _core.flatten(value)
        is_alone = len(leaves) == 1 and leaves[0] is value
        yield from [name] if is_alone else [f"{name}<{i}>" for i in range(len(leaves))]
