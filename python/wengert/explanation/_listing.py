"""What a function is replayed as, and what that takes, as text."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy.typing as npt

from wengert.explanation._lowered import Guard, Instruction
from wengert.explanation._text import ENDS, FEW, LARGE, aligned, memory, nested

if TYPE_CHECKING:
    from wengert.explanation._graph import Source
    from wengert.explanation._lowered import Listing, Lowered, Step
    from wengert.explanation._replay import ReplayTimes

T = TypeVar("T")

WIDEST = 72  # characters of a cell
MOST = 12  # rows of a table of times


def listing(lowered: Lowered) -> str:
    """Write both programs, the steps and what lies outside; of what is large, its ends."""
    title = f"{lowered.function} of {lowered.signature or 'no arguments'}"
    if lowered.recorded is None or lowered.simplified is None:
        lines = [f"{title} is called as it is: it {lowered.why_not}."]
        return "\n".join([*lines, *_outside(lowered)])
    before, after = len(lowered.recorded.instructions), len(lowered.simplified.instructions)
    sizes = (
        f"{_count(before, 'operation')} recorded, {after} after simplification, "
        f"{_count(len(lowered.steps), 'step')}"
    )
    lines = [
        f"{title}: {sizes}",
        _status(lowered),
        *_outside(lowered),
        "",
        "recorded",
        *_program(lowered.recorded, lowered.names, ()),
        "",
        "simplified",
        *_program(lowered.simplified, lowered.names, lowered.guards),
        "",
        *_steps(lowered),
    ]
    return "\n".join(lines)


def times(replay: ReplayTimes) -> str:
    """Write what operations, lines and the rest of a call take, the slowest first."""
    total, overhead = replay.total, replay.overhead
    lowered = replay.lowered
    heading = (
        f"{lowered.function} of {lowered.signature or 'no arguments'}: {duration(total)} a call, "
        f"the mean of {_count(replay.replays, 'replay')}; {duration(total - overhead)} in "
        f"{_count(len(lowered.steps), 'step')}, {duration(overhead)} around them"
    )
    return "\n".join(
        [
            heading,
            "",
            *_table("operation", replay.by_operation, total),
            "",
            *_blocks_table(replay),
            *_table("line", {_place(at): t for at, t in replay.by_line.items()}, total),
            "",
            *_table("around the steps", replay.around, total),
            "",
            _locks(lowered),
        ]
    )


def duration(seconds: float) -> str:
    """Write a time in the unit that suits it."""
    for unit, least in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= least:
            return f"{seconds / least:.3g} {unit}"
    return f"{seconds * 1e6:.3g} us"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _status(lowered: Lowered) -> str:
    others = f", beside {_count(lowered.others, 'other program')}" if lowered.others else ""
    if lowered.runs is None and lowered.is_full:
        return f"called as it is, since recordings were not replayed{others}"
    if lowered.runs is None:
        return f"not recorded by a call as yet{others}"
    return f"recorded by a call, and replayed {_count(lowered.runs, 'time')} since{others}"


def _outside(lowered: Lowered) -> list[str]:
    lines = []
    if lowered.captured:
        named = (f"{x.name} as {x.value}" if x.name else x.value for x in lowered.captured)
        lines.append(f"reads Tensors from outside: {', '.join(named)}")
    if lowered.watched:
        lines.append(f"compared before a replay: {', '.join(_few(lowered.watched))}")
    if lowered.writes:
        lines.append(f"writes to {', '.join(lowered.writes)}")
    return lines


def _few(items: Sequence[str]) -> Iterable[str]:
    return [*items[:MOST], f"{len(items) - MOST} more"] if len(items) > MOST else items


def _program(program: Listing, names: Sequence[str], guards: Sequence[Guard]) -> list[str]:
    return _indented(aligned(_program_rows(program, names, guards)))


def _program_rows(
    program: Listing, names: Sequence[str], guards: Sequence[Guard]
) -> list[list[str]]:
    inputs = list(zip(program.inputs, names, strict=True))
    rows = _rows(inputs, lambda x: [f"input {x[0]}", x[1]])
    rows += _rows(program.constants, lambda x: [f"constant {x}", ""])
    rows += _blocks(_merged(program.instructions, guards), lambda x: [_line(x), *_bodies(x)])
    rows.append([f"return {' '.join(x.split(':')[0] for x in program.results)}".rstrip(), ""])
    return rows


def _bodies(item: Instruction | Guard) -> list[list[str]]:
    """Write the programs within an operation, each under what it is to that."""
    if isinstance(item, Guard):
        return []
    rows = []
    for role, body in item.bodies:
        rows.append([f"  {role}:", ""])
        inner = _program_rows(body, [""] * len(body.inputs), ())
        rows += [[f"    {text}", place] for text, place in inner]
    return rows


def _merged(
    instructions: Sequence[Instruction], guards: Sequence[Guard]
) -> list[Instruction | Guard]:
    """Put every guard in front of the instruction that it comes before."""
    merged: list[Instruction | Guard] = []
    begin = 0
    for guard in guards:
        merged += [*instructions[begin : guard.before], guard]
        begin = guard.before
    return [*merged, *instructions[begin:]]


def _line(item: Instruction | Guard) -> list[str]:
    place = _place(item.source)
    if isinstance(item, Guard):
        return [f"read {item.value}, {_seen(item.seen)} was seen", place]
    return [item.text, f"for {item.within}  {place}" if item.within else place]


def _seen(value: npt.NDArray[Any]) -> str:
    if value.size > FEW:
        return f"{value.size} elements"
    return str(value.tolist()) if value.dtype.kind == "b" else nested(value)


def _rows(items: Sequence[T], row: Callable[[T], list[str]]) -> list[list[str]]:
    """Write a row for each item; of many, for the first and the last."""
    return _blocks(items, lambda item: [row(item)])


def _blocks(items: Sequence[T], rows: Callable[[T], list[list[str]]]) -> list[list[str]]:
    """Write some rows for each item; of many, for the first and the last."""
    if len(items) <= LARGE:
        return [row for item in items for row in rows(item)]
    first, last = (
        [row for item in some for row in rows(item)] for some in (items[:ENDS], items[-ENDS:])
    )
    left_out = [f"... {len(items) - 2 * ENDS} more ...", *[""] * (len(first[0]) - 1)]
    return [*first, left_out, *last]


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _steps(lowered: Lowered) -> list[str]:
    titles = ["step", "for", "operations", "memory", "line"]
    rows = _rows(
        lowered.steps,
        lambda step: [
            _cut(step.text),
            _cut(_work(lowered, step)),
            str(step.operations),
            memory(step.bytes),
            _lines(step),
        ],
    )
    heading = (
        f"steps, in an arena of {memory(lowered.arena_bytes)}: "
        f"{_count(lowered.operations, 'operation')} on elements and {memory(lowered.bytes)} read or "
        "written a call"
    )
    if lowered.copies:
        heading += f", {_count(lowered.copies, 'result')} copied"
    return [heading, *_indented(aligned([titles, *rows])), _locks(lowered)]


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 3] + "..."


def _work(lowered: Lowered, step: Step) -> str:
    counts = lowered.primitives(step).most_common()
    names = [name if count == 1 else f"{count} {name}" for name, count in counts]
    return ", ".join(names)


def _lines(step: Step) -> str:
    places = [_place(source) for source in step.lines[:FEW]]
    return ", ".join([*places, *["..."] * (len(step.lines) > FEW)])


def _locks(lowered: Lowered) -> str:
    given_up = sum(step.lock == "given up" for step in lowered.steps)
    needed = sum(step.lock == "needed" for step in lowered.steps)
    if not given_up and not needed:
        return "Python's lock is held throughout"
    parts = []
    if given_up:
        parts.append(f"given up for {_count(given_up, 'step')}")
    if needed:
        parts.append(f"needed by {_count(needed, 'step')}")
    return f"Python's lock is {' and '.join(parts)} of {len(lowered.steps)}"


def _place(source: Source | None) -> str:
    return f"{os.path.basename(source.file)}:{source.line}" if source else ""


def _blocks_table(replay: ReplayTimes) -> list[str]:
    parts = {f"{_cut(x.text)}  {_place(x.source)}".rstrip(): t for x, t in replay.by_block.items()}
    return [*_table("loop or branch", parts, replay.total), ""] if parts else []


def _table(title: str, parts: dict[str, float], total: float) -> list[str]:
    rows = [
        [duration(t), f"{100 * t / total:.0f} %", name or "elsewhere"] for name, t in parts.items()
    ]
    rest = rows[MOST:]
    lines = aligned([["time", "share", title], *rows[:MOST]])
    return [*lines, f"... {len(rest)} more ..."] if rest else lines
