"""What the tests of no_grad share."""

import gc

import pytest

import wengert as wg

T = wg.tensor(2.0, requires_grad=True)


def is_recording():
    return (T * T).requires_grad


@pytest.fixture(autouse=True)
def recording_goes_on():
    assert is_recording()
    yield
    gc.collect()
    assert is_recording()
    assert wg.grad(lambda x: x * x)(3.0) == 6.0


def waiting():
    with wg.no_grad():
        yield is_recording()
    yield is_recording()
