"""``scipy.spatial.transform`` on Tensors: rotations in three dimensions.

>>> import wengert as wg
>>> from wengert.scipy.spatial.transform import Rotation
>>> turned = lambda angle: Rotation.from_euler("z", angle).apply([1.0, 0.0, 0.0])
>>> wg.jacobian(turned)(0.0)
array([0., 1., 0.])
"""

from wengert.scipy.spatial.transform.rotation import Rotation
from wengert.scipy.spatial.transform.slerp import Slerp

__all__ = ["Rotation", "Slerp"]
