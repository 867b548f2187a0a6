"""A graph as a table of text."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from wengert.explanation._graph import Explanation, GraphNode

#: A graph of more nodes than this is summarised.
LARGE = 60
FEW = 4  # elements of an array that is written out
ENDS = 8  # nodes shown at either end of a large one
TEN_THOUSAND = 10_000  # from here on in the next larger unit
WIDEST = 72  # characters of a source line


def is_large(graph: Explanation) -> bool:
    return len(graph.nodes) > LARGE


def number(value: npt.NDArray[Any] | None) -> str:
    """Write an array in a few characters."""
    if value is None:
        return "?"
    if value.size == 0:
        return "[]"
    if value.size <= FEW:
        return nested(value)
    if value.dtype.kind == "c":
        return f"up to {np.abs(value).max():.4g} in modulus"
    return f"{value.min():.4g} to {value.max():.4g}"


def nested(value: npt.NDArray[Any]) -> str:
    if value.ndim == 0:
        return f"{value.item():.6g}"
    return "[" + " ".join(nested(part) for part in value) + "]"


def kind(node: GraphNode) -> str:
    return f"{node.dtype} {node.shape}" if node.shape else str(node.dtype)


def operand(name: str | None, value: npt.NDArray[Any] | None) -> str:
    """Write an operand: the node's name, or the constant."""
    if name is not None:
        return name
    if value is not None and value.size == 1:
        return number(value)
    return "constant" if value is None else f"constant {value.shape}"


def operation(node: GraphNode) -> str:
    """Write what was applied to what."""
    if node.is_argument:
        return "argument"
    parts = [operand(x.name, x.value) for x in node.operands]
    if len(parts) > FEW:
        parts = [*parts[:2], "...", parts[-1]]
    if node.parameters:
        parts.append(node.parameters)
    within = f"  for {node.within}" if node.within and node.within != node.primitive else ""
    return f"{node.primitive}({', '.join(parts)}){within}"


def memory(count: int) -> str:
    for unit in ("B", "kB", "MB"):
        if count < TEN_THOUSAND:
            return f"{count} {unit}"
        count = round(count / 1000)
    return f"{count} GB"


def source(node: GraphNode) -> str:
    """Write the file's name, the line and what stands there."""
    if node.source is None:
        return ""
    text = node.source.text
    if len(text) > WIDEST:
        text = text[: WIDEST - 3] + "..."
    return f"{os.path.basename(node.source.file)}:{node.source.line}  {text}".rstrip()


def heading(graph: Explanation) -> str:
    """Say what was explained, and what the adjoints are adjoints of."""
    outputs = graph.outputs
    arguments = sum(node.is_argument for node in graph.nodes)
    text = (
        f"{graph.function}: {len(graph.nodes) - arguments} operations on {arguments} "
        f"{'argument' if arguments == 1 else 'arguments'}, {memory(graph.bytes)} kept"
    )
    if not outputs:
        return text + "\nThe result does not depend on the arguments: all adjoints are zero."
    names = ", ".join([*(node.name for node in outputs[:FEW]), *["..."] * (len(outputs) > FEW)])
    if len(outputs) == 1 and outputs[0].value.size == 1:
        return text + f"\nAdjoints are derivatives of {names}."
    return text + f"\nAdjoints are derivatives of the sum of all elements of {names}."


def rows_of(nodes: tuple[GraphNode, ...]) -> list[list[str]]:
    return [
        [
            node.name + (" *" if node.is_output else ""),
            operation(node),
            kind(node),
            number(node.value),
            number(node.adjoint),
            memory(node.bytes),
            source(node),
        ]
        for node in nodes
    ]


def aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(x.ljust(w) for x, w in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def table(graph: Explanation) -> str:
    """Write a row for each node; of a large graph, totals and its ends."""
    titles = ["node", "operation", "type", "value", "adjoint", "keeps", "line"]
    if not is_large(graph):
        return "\n".join([heading(graph), "", *aligned([titles, *rows_of(graph.nodes)])])
    rows = aligned([titles, *rows_of(graph.nodes[:ENDS]), *rows_of(graph.nodes[-ENDS:])])
    left_out = len(graph.nodes) - 2 * ENDS
    rows.insert(ENDS + 1, f"... {left_out} more nodes ...")
    return "\n".join([heading(graph), "", *totals(graph), "", *rows])


def totals(graph: Explanation) -> list[str]:
    """Count operations by primitive and by line of source."""
    lines = []
    common = graph.counts.most_common(12)
    rest = len(graph.counts) - len(common)
    lines += aligned([["count", "primitive"], *([str(count), name] for name, count in common)])
    if rest:
        lines.append(f"... {rest} more primitives ...")
    lines.append("")
    places = graph.lines.most_common(12)
    rest = len(graph.lines) - len(places)
    lines += aligned(
        [
            ["count", "line"],
            *(
                [str(count), f"{os.path.basename(at.file)}:{at.line}  {at.text}".rstrip()]
                for at, count in places
            ),
        ]
    )
    if rest:
        lines.append(f"... {rest} more lines ...")
    return lines
