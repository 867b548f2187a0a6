"""A jitted function recorded once more, to be shown."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType
from typing import Any

from wengert import _core
from wengert._transformed import name_of
from wengert.explanation._graph import Source
from wengert.explanation._lowered import Captured, Guard, Instruction, Listing, Lowered, Step
from wengert.explanation._record import names_of_leaves
from wengert.explanation._replay import ReplayTimes

SECONDS = 0.2  # of replays that are timed
PARTS = {
    "arguments": "matching",
    "inputs": "reading",
    "memory": "binding",
    "lock": "locking",
    "copies": "filling",
    "results": "making",
}


def lowered(function: _core.Jitted, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Lowered:
    """Do what ``lower`` of a jitted function says."""
    return _lowered(function, args, kwargs, function._lowered(args, kwargs, 0.0))


def timed(function: _core.Jitted, args: tuple[Any, ...], kwargs: dict[str, Any]) -> ReplayTimes:
    """Do what `wengert.explain` says of a jitted function."""
    found = function._lowered(args, kwargs, SECONDS)
    own = _lowered(function, args, kwargs, found)
    if own.why_not is not None:
        message = (
            f"explain: {own.function} is called as it is, since it {own.why_not}; a function that "
            "is replayed is needed, and explain of the function itself shows its graph"
        )
        raise _core.TraceError(message)
    times = found["times"]
    return ReplayTimes(
        lowered=own,
        replays=times["replays"],
        steps=tuple(1e-9 * time for time in times["steps"]),
        around={name: 1e-9 * times[part] for name, part in PARTS.items()},
    )


def _lowered(
    function: _core.Jitted, args: tuple[Any, ...], kwargs: dict[str, Any], found: dict[str, Any]
) -> Lowered:
    fun: Any = getattr(function, "__wrapped__", None)  # None if it was loaded
    common: dict[str, Any] = {
        "function": name_of(fun) if fun is not None else function._name(),
        "signature": found["signature"],
        "why_not": found["why_not"] or None,
        "watched": tuple(sorted(found["watched"])),
    }
    if found["why_not"]:
        return Lowered(**common)
    names = _names_of_inputs(fun, args, kwargs, found["leaves"])
    captured = [Captured(value, _name_outside(fun, x)) for value, x in found["captured"]["handles"]]
    plan = found["plan"]
    simplified = _listing(found["simplified"])
    guards = tuple(
        Guard(value, before, seen, _source(origin))
        for value, before, seen, origin in found["guards"]
    )
    return Lowered(
        **common,
        runs=found["runs"],
        others=found["others"],
        is_full=found["is_full"],
        recorded=_listing(found["recorded"]),
        simplified=simplified,
        steps=tuple(_steps(plan, simplified, guards)),
        arena_bytes=plan["arena"],
        copies=plan["copies"],
        guards=guards,
        captured=tuple(captured),
        writes=tuple(names[k] for k in found["captured"]["writes"]),
        names=(*names, *(x.name for x in captured)),
    )


def _source(origin: tuple[str, int, str, str] | None) -> Source | None:
    return None if origin is None else Source(*origin[:3])


def _listing(program: dict[str, Any]) -> Listing:
    return Listing(
        inputs=tuple(program["inputs"]),
        constants=tuple(program["constants"]),
        instructions=tuple(
            Instruction(
                primitive,
                text,
                _source(origin),
                origin[3] if origin else "",
                tuple((role, _listing(body)) for role, body in bodies),
            )
            for primitive, text, origin, bodies in program["instructions"]
        ),
        results=tuple(program["results"]),
    )


def _steps(plan: dict[str, Any], program: Listing, guards: tuple[Guard, ...]) -> Iterator[Step]:
    begin = 0
    left = iter(guards)
    for end, needs_lock, gives_up in plan["stretches"]:
        lock = "needed" if needs_lock else "given up" if gives_up else "held"
        for kind, text, instructions, shares, operations, size in plan["steps"][begin:end]:
            places = (program.instructions[i].source for i in instructions)
            lines = dict.fromkeys([next(left).source] if kind == "read" else places)
            yield Step(
                kind=kind,
                text=text,
                instructions=tuple(instructions),
                lines=tuple(line for line in lines if line is not None),
                shares=tuple(shares),
                operations=operations,
                bytes=size,
                lock=lock,
            )
        begin = end


def _names_of_inputs(
    fun: Any, args: tuple[Any, ...], kwargs: dict[str, Any], inputs: list[Any]
) -> list[str]:
    """Name the inputs, which are some of the leaves of the arguments, in order."""
    left = iter(zip(names_of_leaves(fun, args, kwargs), _core.flatten((args, kwargs)), strict=True))
    return [next(name for name, leaf in left if leaf is value) for value in inputs]


def _name_outside(fun: Any, tensor: Any) -> str:
    """Return the name of the global or the cell that holds a Tensor, or nothing."""
    code = getattr(fun, "__code__", None)
    if code is None:
        inner = getattr(fun, "__wrapped__", None)
        return "" if inner is None else _name_outside(inner, tensor)
    for name, cell in zip(code.co_freevars, fun.__closure__ or (), strict=True):
        if _holds(cell, tensor):
            return str(name)
    return next((x for x in _global_names(code) if fun.__globals__.get(x) is tensor), "")


def _global_names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _global_names(constant)


def _holds(cell: Any, tensor: Any) -> bool:
    try:
        return cell.cell_contents is tensor
    except ValueError:  # nothing is in it as yet
        return False
