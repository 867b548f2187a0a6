"""``scipy.spatial.distance`` on Tensors, for the distances that have derivatives.

>>> from wengert.scipy.spatial import distance
>>> distance.cdist([[0.0, 0.0]], [[3.0, 4.0], [0.0, 1.0]])
Tensor([[5., 1.]])
"""

from wengert.scipy.spatial.distance.matrices import cdist, pdist, squareform
from wengert.scipy.spatial.distance.vectors import (
    braycurtis,
    canberra,
    chebyshev,
    cityblock,
    correlation,
    cosine,
    euclidean,
    jensenshannon,
    mahalanobis,
    minkowski,
    seuclidean,
    sqeuclidean,
)

__all__ = [
    "braycurtis",
    "canberra",
    "cdist",
    "chebyshev",
    "cityblock",
    "correlation",
    "cosine",
    "euclidean",
    "jensenshannon",
    "mahalanobis",
    "minkowski",
    "pdist",
    "seuclidean",
    "sqeuclidean",
    "squareform",
]
