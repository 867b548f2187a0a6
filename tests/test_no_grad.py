"""Blocks in which nothing is recorded: entered more than once, left by errors, heeded by rules and batches."""

import threading

import numpy as np
import pytest

import wengert as wg
from no_grad_cases import (
    T,
    is_recording,
    recording_goes_on,  # noqa: F401 -- around every test
)

# One object, entered more than once


def test_it_can_be_entered_again():
    block = wg.no_grad()
    for _ in range(2):
        with block:
            with block:
                assert not is_recording()
            assert not is_recording()
        assert is_recording()


def test_it_cannot_be_left_more_often_than_it_was_entered():
    block = wg.no_grad()
    with block:
        pass
    with pytest.raises(RuntimeError, match="left more often than it was entered"):
        block.__exit__(None, None, None)


def test_one_object_in_two_threads():
    block, inside, leave = wg.no_grad(), threading.Event(), threading.Event()

    def other():
        with block:
            inside.set()
            leave.wait(10)

    with block:
        thread = threading.Thread(target=other)
        thread.start()
        inside.wait(10)
    assert is_recording()
    with block:
        leave.set()
        thread.join()
        assert not is_recording()


def test_errors_leave_it():
    for error in (ValueError, KeyboardInterrupt, GeneratorExit):
        with pytest.raises(error), wg.no_grad():
            raise error
        assert is_recording()


# Transforms


def test_rules_and_batches_heed_it():
    x = np.arange(3.0)

    def f(x):
        with wg.no_grad():
            scale = np.sum(x)
        return scale * x

    np.testing.assert_array_equal(wg.jacrev(f)(x), np.diag([3.0] * 3))
    np.testing.assert_array_equal(wg.jacfwd(f)(x), np.diag([3.0] * 3))
    np.testing.assert_array_equal(wg.vmap(wg.grad(lambda v: np.sum(f(v))))(x[:, None]), x[:, None])
    with wg.no_grad():
        assert type(wg.grad(lambda v: np.sum(f(v) * T))(x)) is np.ndarray
