"""Equations with sparse matrices, whose elements and right-hand sides are differentiated.

>>> import wengert as wg
>>> a = wg.scipy.sparse.csr_array(([2.0, 4.0], [0, 1], [0, 1, 2]))
>>> wg.scipy.sparse.linalg.spsolve(a, [1.0, 1.0])
Tensor([0.5 , 0.25])
"""

from wengert.scipy.sparse.linalg.direct import factorized, splu, spsolve
from wengert.scipy.sparse.linalg.iterative import bicgstab, cg, gmres

__all__ = ["bicgstab", "cg", "factorized", "gmres", "splu", "spsolve"]
