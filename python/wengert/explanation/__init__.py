"""What a function computed, how its derivative came about, and as what it is replayed."""

from wengert.explanation._graph import Explanation, GraphNode, GraphOperand, Source
from wengert.explanation._lowered import Captured, Guard, Instruction, Listing, Lowered, Step
from wengert.explanation._replay import ReplayTimes

__all__ = [
    "Captured",
    "Explanation",
    "GraphNode",
    "GraphOperand",
    "Guard",
    "Instruction",
    "Listing",
    "Lowered",
    "ReplayTimes",
    "Source",
    "Step",
]
