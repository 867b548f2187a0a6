"""How near two results have to be."""

import numpy as np


def close(found, wanted, rtol=1e-10):
    np.testing.assert_allclose(np.asarray(found), np.asarray(wanted), rtol=rtol, atol=1e-12)
