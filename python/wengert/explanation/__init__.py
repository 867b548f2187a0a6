"""What a function computed and how its derivative came about, for people to read."""

from wengert.explanation._graph import Explanation, GraphNode, GraphOperand, Source

__all__ = ["Explanation", "GraphNode", "GraphOperand", "Source"]
