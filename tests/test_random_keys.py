"""Random mixtures of what may stand between brackets: values and gradients against NumPy."""

import numpy as np
import pytest

import wengert as wg

ITEMS = [
    slice(None),
    slice(1, 3),
    slice(None, None, -2),
    slice(1, 1),
    None,
    Ellipsis,
    1,
    True,
    False,
    np.array([0, 1]),
    np.array([[1], [0]]),
    np.array([1, 1, 0]),
    np.array([True, False]),
]


@pytest.mark.parametrize("seed", range(40))
def test_keys_mean_what_they_mean_to_numpy(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(4, 3, 5, 2))
    for _ in range(40):
        key = tuple(ITEMS[k] for k in rng.integers(0, len(ITEMS), rng.integers(1, 6)))
        try:
            want = x[key]
        except IndexError:
            with pytest.raises(IndexError):
                wg.vjp(lambda x, key=key: x[key], x)
            continue
        value, pullback = wg.vjp(lambda x, key=key: x[key], x)
        np.testing.assert_array_equal(value, want)
        ct, expected = rng.normal(size=want.shape), np.zeros_like(x)
        np.add.at(expected, key, ct)
        np.testing.assert_allclose(pullback(ct)[0], expected, rtol=1e-14, atol=1e-15)
        np.testing.assert_array_equal(wg.tensor(x)[key].numpy(), want)
