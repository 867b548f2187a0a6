"""A case or more for every function that NumPy and `wengert.numpy` have in common."""

import numpy as np

from numpy_shape_cases import CREATIONS, PLACES, SHAPES
from numpy_value_cases import ELEMENTWISE, PRODUCTS, REDUCTIONS, SAMPLES

__all__ = ["CASES", "CREATIONS"]

# What this NumPy does not have yet cannot be compared with it.
CASES = [
    case
    for case in (*REDUCTIONS, *SHAPES, *PLACES, *PRODUCTS, *SAMPLES, *ELEMENTWISE)
    if hasattr(np.linalg if case.space else np, case.name)
]
