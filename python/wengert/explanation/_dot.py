"""A graph in Graphviz's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wengert.explanation._text import kind, number, operation, source

if TYPE_CHECKING:
    from wengert.explanation._graph import Explanation


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def dot(graph: Explanation) -> str:
    """Write every node, and an edge for each operand that is a node."""
    lines = [
        f"digraph {quoted(graph.function)} {{",
        '  node [shape=box, style=filled, fillcolor=white, fontname="monospace", fontsize=10];',
    ]
    places = {node.name: place for place, node in enumerate(graph.nodes)}
    for place, node in enumerate(graph.nodes):
        first = node.name if node.is_argument else f"{node.name} = {operation(node)}"
        label = [
            first,
            kind(node),
            f"value {number(node.value)}",
            f"adjoint {number(node.adjoint)}",
        ]
        colour = ', fillcolor="#e8f0fe"' if node.is_argument else ""
        colour = ', fillcolor="#e6f4ea"' if node.is_output else colour
        text, tip = quoted("\n".join(label)), quoted(source(node))
        lines.append(f"  n{place} [label={text}, tooltip={tip}{colour}];")
    for place, node in enumerate(graph.nodes):
        lines += [f"  n{places[x.name]} -> n{place};" for x in node.operands if x.name is not None]
    return "\n".join([*lines, "}", ""])
