"""What a recorded function is replayed as, as Python objects."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt

from wengert.explanation._graph import Source


@dataclass(frozen=True)
class Instruction:
    """One operation of a program.

    Attributes
    ----------
    primitive
        What is applied.
    text
        With its operands and what it gives.
    source
        The innermost line outside of wengert that applied it, or None. Of what simplification made,
        the line of the operation in whose place it stands.
    within
        The operation whose derivative applied it, or empty.
    bodies
        Of a loop, a branch or a checkpoint the programs that it runs, each with what it is to it:
        ``step``, ``condition`` and ``body``, ``branch 0``, ... Where a batch has lanes that differ, of one
        lane.
    """

    primitive: str
    text: str
    source: Source | None
    within: str
    bodies: tuple[tuple[str, Listing], ...] = ()


@dataclass(frozen=True)
class Listing:
    """A program.

    Attributes
    ----------
    inputs, constants, results
        Its values of these kinds, as ``%number:type(shape)``.
    instructions
        In order.
    """

    inputs: tuple[str, ...]
    constants: tuple[str, ...]
    instructions: tuple[Instruction, ...]
    results: tuple[str, ...]

    @property
    def counts(self) -> Counter[str]:
        """How many operations there are of each primitive, without those of bodies."""
        return Counter(instruction.primitive for instruction in self.instructions)


@dataclass(frozen=True)
class Guard:
    """A value that Python read while the function was recorded, which each replay compares.

    Attributes
    ----------
    value
        Which value of the simplified program.
    before
        How many instructions come before.
    seen
        What was read.
    source
        Where.
    """

    value: str
    before: int
    seen: npt.NDArray[Any]
    source: Source | None


@dataclass(frozen=True)
class Captured:
    """A Tensor that the function reads from outside: an input of the program.

    Attributes
    ----------
    value
        Which value of the program.
    name
        The global or the variable of a closure that holds it, or empty.
    """

    value: str
    name: str


@dataclass(frozen=True)
class Step:
    """What a plan does at a time.

    Attributes
    ----------
    kind
        ``kernel`` (a formula, by its compiled loop), ``evaluate`` (a primitive's own work), ``product``
        (of matrices, with what becomes of it), ``numbers`` (a run of operations on single numbers),
        ``tiles`` (a run of elementwise work, tile by tile),
        ``compound`` (what has a program or a rule of its own), ``copy``, ``loop``, ``steered`` (a branch,
        or a loop of computed length), or ``read`` (a guard).
    text
        With operands and results.
    instructions
        Numbers of the simplified program's instructions that it does work for.
    lines
        Those of these instructions, or of the guard, each once.
    shares
        What part of its time is theirs: in the proportion of what their kernels take alone.
    operations
        On elements, in one call: what computes or moves an element counts as one, a product of
        matrices as its multiplications and additions, factors of a matrix as n for each element.
    bytes
        Read and written in one call, but for what stays in a tile.
    lock
        ``held``, or ``given up`` where the work is worth it, or ``needed`` by what may call Python.
    """

    kind: str
    text: str
    instructions: tuple[int, ...]
    lines: tuple[Source, ...]
    shares: tuple[float, ...] = field(repr=False, compare=False)
    operations: int
    bytes: int
    lock: str


@dataclass(frozen=True, repr=False)
class Lowered:
    """What a recorded function is replayed as: see ``lower`` of what `wengert.jit` returns.

    Attributes
    ----------
    function, signature
        The function, and the arguments that the program is for.
    why_not
        Why such calls are not replayed, or None. The programs are None and the steps empty then.
    runs
        How often this program was replayed, or None if the function has not recorded it.
    others
        How many other programs it has for such arguments.
    is_full
        Whether it records no more, since too many recordings were not replayed: what none of its
        programs serves is called as it is.
    recorded, simplified
        The program as it was recorded, and what is left of it.
    steps
        Those of the plan.
    arena_bytes
        Memory in which all that is neither input nor result is held.
    copies
        How many results are copied from there.
    guards, captured
        What Python read of values, and which Tensors came from outside.
    watched
        What else lies outside and is compared before a replay: globals, variables of closures,
        attributes, code and defaults.
    writes
        Arguments that the function writes to.
    names
        Of the inputs, in order.
    """

    function: str
    signature: str
    why_not: str | None
    runs: int | None = None
    others: int = 0
    is_full: bool = False
    recorded: Listing | None = None
    simplified: Listing | None = None
    steps: tuple[Step, ...] = ()
    arena_bytes: int = 0
    copies: int = 0
    guards: tuple[Guard, ...] = ()
    captured: tuple[Captured, ...] = ()
    watched: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def operations(self) -> int:
        """How many operations on elements one call is."""
        return sum(step.operations for step in self.steps)

    @property
    def bytes(self) -> int:
        """How many bytes one call reads and writes."""
        return sum(step.bytes for step in self.steps)

    def primitives(self, step: Step) -> Counter[str]:
        """Count the operations that a step does work for, by primitive."""
        if self.simplified is None:
            return Counter()
        return Counter(self.simplified.instructions[i].primitive for i in step.instructions)

    def __str__(self) -> str:
        from wengert.explanation._listing import listing  # noqa: PLC0415

        return listing(self)

    __repr__ = __str__
