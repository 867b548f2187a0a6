"""The recorded graph as Python objects."""

from __future__ import annotations

import linecache
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from wengert._core import IndexRangeError

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Source:
    """A line of source.

    Attributes
    ----------
    file, line, function
        Where it stands.
    """

    file: str
    line: int
    function: str

    @property
    def text(self) -> str:
        """What stands there; empty if the file is not to be had."""
        return linecache.getline(self.file, self.line).strip()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class GraphOperand:
    """What an operation was applied to.

    Attributes
    ----------
    name
        Of the node; None for a constant.
    value
        The value; None if nobody kept it.
    """

    name: str | None
    value: Array | None = field(repr=False)


@dataclass(frozen=True, eq=False)
class GraphNode:
    """One operation, or one leaf of the arguments.

    Attributes
    ----------
    name
        Of a leaf, that of the argument, ``params['w']``; of an operation, ``v1``, ``v2``, ...
    primitive, parameters
        What was applied; empty for a leaf.
    operands
        To what.
    dtype, shape, value
        What came out.
    adjoint
        The derivative of the output (of the sum of its elements) in this value.
    kept
        Bytes that the node holds, by address: itself, and the arrays that its derivative reads.
    source
        The innermost line outside of wengert that applied it, or None.
    within
        The operation whose derivative applied it, or empty.
    is_output
        Whether `fun` returned it.
    """

    name: str
    primitive: str
    parameters: str
    operands: tuple[GraphOperand, ...]
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    value: Array = field(repr=False)
    adjoint: Array = field(repr=False)
    kept: dict[int, int] = field(repr=False)
    source: Source | None
    within: str
    is_output: bool

    @property
    def is_argument(self) -> bool:
        """Whether it is a leaf."""
        return not self.primitive

    @property
    def bytes(self) -> int:
        """How many bytes the node holds; other nodes may hold the same arrays."""
        return sum(self.kept.values())


class Explanation:
    """The graph of one call: see `wengert.explain`.

    Attributes
    ----------
    function : str
        The name of what was called.
    nodes : tuple of GraphNode
        In the order they were made, operands before what uses them.
    """

    def __init__(self, function: str, nodes: Sequence[GraphNode]) -> None:
        self.function = function
        self.nodes = tuple(nodes)
        self._by_name = {node.name: node for node in self.nodes}

    def __len__(self) -> int:
        return len(self.nodes)

    def __getitem__(self, name: str) -> GraphNode:
        """Return the node of that name."""
        if name not in self._by_name:
            message = (
                f"explanation: there is no node {name!r}; arguments and v1, v2, ... are needed"
            )
            raise IndexRangeError(message)
        return self._by_name[name]

    @property
    def outputs(self) -> tuple[GraphNode, ...]:
        """What the function returned, as far as it depends on the arguments."""
        return tuple(node for node in self.nodes if node.is_output)

    @property
    def bytes(self) -> int:
        """How many bytes all nodes hold; what several hold counts once."""
        kept: dict[int, int] = {}
        for node in self.nodes:
            for address, count in node.kept.items():
                kept[address] = max(count, kept.get(address, 0))
        return sum(kept.values())

    @property
    def counts(self) -> Counter[str]:
        """How many operations there are of each primitive."""
        return Counter(node.primitive for node in self.nodes if not node.is_argument)

    @property
    def lines(self) -> Counter[Source]:
        """How many operations each line of source made."""
        return Counter(node.source for node in self.nodes if node.source)

    def __str__(self) -> str:
        from wengert.explanation._text import table  # noqa: PLC0415

        return table(self)

    __repr__ = __str__

    def dot(self) -> str:
        """Write the graph in Graphviz's language."""
        from wengert.explanation._dot import dot  # noqa: PLC0415

        return dot(self)

    def svg(self) -> str:
        """Draw the graph; of a large one, how many operations there are of each primitive."""
        from wengert.explanation._svg import svg  # noqa: PLC0415

        return svg(self)

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_html_(self) -> str:
        from html import escape  # noqa: PLC0415

        return f"<div><pre>{escape(str(self))}</pre>{self.svg()}</div>"
