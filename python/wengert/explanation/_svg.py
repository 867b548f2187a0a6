"""A drawing of a graph: layers by longest path, ordered by barycentres, straight edges.

K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of hierarchical system
structures", IEEE Trans. Systems, Man, and Cybernetics 11 (1981) 109-125.
"""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from wengert.explanation._text import heading, is_large, kind, number, operation, source, totals

if TYPE_CHECKING:
    from wengert.explanation._graph import Explanation, GraphNode

CHARACTER = 7.3  # width of one, in a monospaced font of 12 pixels
LINE = 15
PADDING = 8
GAP = 24  # between neighbours
SPACE = 44  # between layers
SWEEPS = 8


class _Box:
    """A node's place, or a bend of an edge that passes a layer."""

    def __init__(self, layer: int, node: GraphNode | None, lines: list[str]) -> None:
        self.layer, self.node, self.lines = layer, node, lines
        self.width = max(map(len, lines)) * CHARACTER + 2 * PADDING if lines else 0.0
        self.x = self.y = 0.0  # of the middle of the upper edge
        self.lower = 0.0  # where edges leave
        self.above: list[_Box] = []
        self.below: list[_Box] = []

    @property
    def height(self) -> float:
        return len(self.lines) * LINE + 2 * PADDING if self.lines else 0.0


def svg(graph: Explanation) -> str:
    """Draw the nodes and their operands; of a large graph, its totals."""
    if is_large(graph):
        return _text([*heading(graph).split("\n"), "", *totals(graph)])
    boxes, chains = _boxes(graph)
    layers = _ordered(boxes)
    width, height = _placed(layers)
    parts = [_edge(chain) for chain in chains]
    parts += [_drawn(box) for box in boxes if box.node is not None]
    return _document(width, height, parts)


def _text(lines: list[str]) -> str:
    width = max(map(len, lines)) * CHARACTER + 2 * PADDING
    parts = [
        f'<text x="{PADDING}" y="{PADDING + LINE * (i + 0.8):.0f}" xml:space="preserve">'
        f"{escape(line)}</text>"
        for i, line in enumerate(lines)
    ]
    return _document(width, len(lines) * LINE + 2 * PADDING, parts)


def _document(width: float, height: float, parts: list[str]) -> str:
    size = f'width="{width:.0f}" height="{height:.0f}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width:.0f} {height:.0f}" '
        'font-family="monospace" font-size="12">'
    )
    tip = (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#666"/></marker></defs>'
    )
    return "\n".join([head, f'<rect {size} fill="white"/>', tip, *parts, "</svg>"])


def _boxes(graph: Explanation) -> tuple[list[_Box], list[list[_Box]]]:
    """Make a box for each node, and bends where an edge passes layers."""
    boxes: list[_Box] = []
    chains: list[list[_Box]] = []
    of: dict[str, _Box] = {}
    for node in graph.nodes:
        operands = [of[x.name] for x in node.operands if x.name is not None]
        layer = 1 + max((box.layer for box in operands), default=-1)
        first = node.name if node.is_argument else f"{node.name} = {operation(node)}"
        values = [f"value {number(node.value)}", f"adjoint {number(node.adjoint)}"]
        box = of[node.name] = _Box(layer, node, [first, kind(node), *values])
        boxes.append(box)
        for operand in dict.fromkeys(operands):
            chain = [operand]
            for passed in range(operand.layer + 1, layer):
                chain.append(_Box(passed, None, []))
                boxes.append(chain[-1])
            chain.append(box)
            for upper, lower in pairwise(chain):
                upper.below.append(lower)
                lower.above.append(upper)
            chains.append(chain)
    return boxes, chains


def _ordered(boxes: list[_Box]) -> list[list[_Box]]:
    """Put every layer into the order of the means of its neighbours' places."""
    layers: list[list[_Box]] = [[] for _ in range(1 + max(box.layer for box in boxes))]
    for box in boxes:
        layers[box.layer].append(box)
    place = {id(box): float(i) for layer in layers for i, box in enumerate(layer)}
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            means = {}
            for box in layer:
                near = box.above if down else box.below
                total = sum(place[id(other)] for other in near)
                means[id(box)] = total / len(near) if near else place[id(box)]
            layer.sort(key=lambda box: means[id(box)])
            place.update((id(box), float(i)) for i, box in enumerate(layer))
    return layers


def _placed(layers: list[list[_Box]]) -> tuple[float, float]:
    """Give every box its coordinates; return width and height of the drawing."""
    y = float(PADDING)
    for layer in layers:
        height = max(box.height for box in layer)
        for box in layer:
            box.y, box.lower = y, y + height
        y += height + SPACE
    for layer in layers:  # side by side, then as near to what is above as neighbours allow
        right = 0.0
        for box in layer:
            wanted = sum(other.x for other in box.above) / len(box.above) if box.above else 0.0
            box.x = max(wanted, right + box.width / 2)
            right = box.x + box.width / 2 + GAP
    left = min(box.x - box.width / 2 for layer in layers for box in layer)
    for layer in layers:
        for box in layer:
            box.x += PADDING - left
    width = max(box.x + box.width / 2 for layer in layers for box in layer) + PADDING
    return width, y - SPACE + PADDING


def _edge(chain: list[_Box]) -> str:
    points = [(chain[0].x, chain[0].lower)]
    for bend in chain[1:-1]:
        points += [(bend.x, bend.y), (bend.x, bend.lower)]
    points.append((chain[-1].x, chain[-1].y))
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="#666" marker-end="url(#tip)"/>'


def _drawn(box: _Box) -> str:
    assert box.node is not None
    colour = "#e6f4ea" if box.node.is_output else "#e8f0fe" if box.node.is_argument else "#fafafa"
    left = box.x - box.width / 2
    lines = [
        f'<tspan x="{left + PADDING:.1f}" y="{box.y + PADDING + LINE * (i + 0.8):.1f}">'
        f"{escape(line)}</tspan>"
        for i, line in enumerate(box.lines)
    ]
    return (
        f"<g><title>{escape(source(box.node))}</title>"
        f'<rect x="{left:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" '
        f'rx="4" fill="{colour}" stroke="#888"/>'
        f"<text>{''.join(lines)}</text></g>"
    )
