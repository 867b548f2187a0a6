"""What NumPy has under `numpy.lib`."""

from wengert.numpy.lib import stride_tricks

__all__ = ["stride_tricks"]
