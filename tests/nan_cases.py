"""What the tests of debug_nans run over."""

import numpy as np
import pytest

import wengert as wg

X = np.array([1.0, 0.0, 4.0])


def line_of(function, ahead=1):
    """Return "file:line" of a line below the first of a function."""
    return f"{function.__code__.co_filename}:{function.__code__.co_firstlineno + ahead}"


def raised(call, **options):
    """Return what is said of a call inside the block."""
    with pytest.raises(wg.NonFiniteError) as caught, wg.debug_nans(**options):
        call()
    return str(caught.value)


def logarithms(x):
    return np.sum(np.log(x))


def roots(x):
    return np.sum(
        np.sqrt(x),
    )
