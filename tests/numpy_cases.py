"""A case or more for every function that NumPy and `wengert.numpy` have in common."""

import numpy as np

from fourier_cases import CALLS as FOURIER
from fourier_cases import FREQUENCIES
from numpy_calls import space_of
from numpy_index_cases import GRIDS, PARTS
from numpy_sample_cases import SAMPLES as MORE_SAMPLES
from numpy_shape_cases import CREATIONS as ARRAYS
from numpy_shape_cases import PLACES, SHAPES
from numpy_value_cases import ELEMENTWISE, LINEAR_ALGEBRA, PRODUCTS, REDUCTIONS, SAMPLES

__all__ = ["CASES", "CREATIONS"]

CREATIONS = [*ARRAYS, *FREQUENCIES, *GRIDS]
BY_KIND = (
    REDUCTIONS,
    SHAPES,
    PLACES,
    PRODUCTS,
    LINEAR_ALGEBRA,
    SAMPLES,
    ELEMENTWISE,
    FOURIER,
    MORE_SAMPLES,
    PARTS,
)
# What this NumPy does not have yet cannot be compared with it.
CASES = [case for kind in BY_KIND for case in kind if hasattr(space_of(case, np), case.name)]
