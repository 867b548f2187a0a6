"""Blocks of debug_nans: what goes on inside as outside, blocks in blocks, and threads."""

import threading

import numpy as np
import pytest

import wengert as wg
from nan_cases import X, logarithms, raised, roots

FINE = {
    "given": lambda: wg.grad(lambda x: np.sum(x * np.array([np.nan, np.inf, 1.0]))),
    "where": lambda: wg.grad(lambda x: np.sum(np.where(x > 0, np.sqrt(x), 0.0))),
    "finite": lambda: wg.grad(lambda x: np.sum(x * x)),
}


def test_what_is_not_finite_from_the_start_is_no_error():
    with wg.debug_nans():
        t = wg.tensor([np.nan, np.inf])
        assert np.isnan((t * 2 + 1).numpy()[0])
        _, pullback = wg.vjp(lambda x: x * 2, X)
        assert np.isinf(pullback(np.array([1.0, np.inf, 0.0]))[0][1])


@pytest.mark.parametrize("way", ["where", "finite"])
def test_results_are_those_of_the_world_outside(way):
    outside = FINE[way]()(X)
    with wg.debug_nans():
        inside = FINE[way]()(X)
    assert inside.tobytes() == outside.tobytes()


def test_numbers_are_those_of_the_world_outside():
    def loop(x, y):
        for k in range(20):
            x = x * 0.9 + np.sin(y) / (1 + x * x) - k
            y = np.exp(-y * y) ** 1.5 + x
        return x * y

    outside = wg.grad(loop, (0, 1))(0.3, 0.7), wg.jvp(loop, (0.3, 0.7), (1.0, 0.5))
    with wg.debug_nans():
        inside = wg.grad(loop, (0, 1))(0.3, 0.7), wg.jvp(loop, (0.3, 0.7), (1.0, 0.5))
    assert inside == outside


def test_infinities_may_be_allowed():
    with wg.debug_nans(infinities=False):
        assert wg.grad(logarithms)(X)[1] == np.inf
    text = raised(lambda: wg.tensor(0.0) / 0.0, infinities=False)
    assert "gave nan, where its operands are free of nan" in text
    assert "gave nan" in raised(lambda: wg.tensor(np.inf) * 0.0, infinities=False)


def test_of_nested_blocks_the_innermost_decides():
    with wg.debug_nans():
        with wg.debug_nans(infinities=False):
            np.log(wg.tensor(0.0))
        with pytest.raises(wg.NonFiniteError):
            np.log(wg.tensor(0.0))
    np.log(wg.tensor(0.0))


def test_a_block_may_be_opened_again_inside_itself():
    block = wg.debug_nans()
    with block, block:
        pass
    with block, pytest.raises(FloatingPointError):
        np.log(wg.tensor(0.0))
    np.log(wg.tensor(0.0))


def test_outside_nothing_is_an_error():
    with wg.debug_nans():
        pass
    assert wg.grad(roots)(X)[1] == np.inf


def test_any_exception_closes_the_block():
    with pytest.raises(ZeroDivisionError), wg.debug_nans():
        wg.grad(lambda x: x * (1 / 0))(1.0)
    np.log(wg.tensor(0.0))


def test_a_block_is_of_its_thread():
    outcomes = []

    def work():
        outcomes.append(wg.grad(roots)(X)[1])

    with wg.debug_nans():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert outcomes == [np.inf]


def test_another_thread_cannot_close_a_block():
    block, outcomes = wg.debug_nans(), []

    def work():
        try:
            block.__exit__(None, None, None)
        except RuntimeError as error:
            outcomes.append(str(error))

    with block:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        with pytest.raises(FloatingPointError):
            np.log(wg.tensor(0.0))
    assert outcomes == [
        "debug_nans: the block was entered in another thread; it must be left in the same"
    ]
