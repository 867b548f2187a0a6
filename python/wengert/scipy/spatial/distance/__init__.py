"""``scipy.spatial.distance`` on Tensors, for the distances that have derivatives.

>>> from wengert.scipy.spatial import distance
>>> distance.cdist([[0.0, 0.0]], [[3.0, 4.0], [0.0, 1.0]])
Tensor([[5., 1.]])
"""

from wengert.scipy.spatial.distance.matrices import cdist, pdist, squareform
from wengert.scipy.spatial.distance.norms import (
    chebyshev,
    cityblock,
    euclidean,
    minkowski,
    sqeuclidean,
)
from wengert.scipy.spatial.distance.ratios import (
    braycurtis,
    canberra,
    correlation,
    cosine,
    jensenshannon,
)
from wengert.scipy.spatial.distance.scaled import mahalanobis, seuclidean

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
