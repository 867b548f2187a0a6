"""``scipy.spatial`` on Tensors: distances and rotations.

>>> import wengert as wg
>>> wg.scipy.spatial.distance.euclidean([0.0, 0.0], [3.0, 4.0])
Tensor(5.)
"""

from wengert.scipy.spatial import distance, transform
from wengert.scipy.spatial.distance.matrices import distance_matrix
from wengert.scipy.spatial.distance.norms import minkowski_distance, minkowski_distance_p

__all__ = ["distance", "distance_matrix", "minkowski_distance", "minkowski_distance_p", "transform"]
