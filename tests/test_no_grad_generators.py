"""Blocks in which nothing is recorded, opened by generators, and around decorated functions."""

import asyncio
import contextlib
import contextvars
import gc

import pytest

import wengert as wg
from no_grad_cases import (
    T,
    is_recording,
    recording_goes_on,  # noqa: F401 -- around every test
    waiting,
)

# Generators


def test_a_generator_that_waits_in_a_block_has_its_caller_in_it_until_it_ends():
    generator = waiting()
    assert next(generator) is False
    assert not is_recording()
    generator.close()
    assert is_recording()


def test_a_generator_that_is_forgotten_leaves_its_block():
    generator = waiting()
    next(generator)
    del generator
    gc.collect()
    assert is_recording()


def test_generators_end_in_any_order():
    first, second, third = waiting(), waiting(), waiting()
    assert [next(g) for g in (first, second, third)] == [False] * 3
    second.close()
    assert not is_recording()
    assert next(first) is False  # the third is open
    third.close()
    assert is_recording()
    assert next(waiting()) is False


def test_a_block_around_a_generator_that_outlives_it():
    generator = waiting()
    with wg.no_grad():
        next(generator)
    assert not is_recording()
    assert next(generator) is True
    assert is_recording()


def test_a_block_that_outlives_the_one_in_which_it_was_opened():
    outer, inner = wg.no_grad(), wg.no_grad()
    with contextlib.ExitStack() as stack:
        with outer:
            stack.enter_context(inner)
        assert not is_recording()
    assert is_recording()


def test_a_context_manager_made_of_a_generator():
    @contextlib.contextmanager
    def constant():
        with wg.no_grad():
            yield

    with constant():
        assert not is_recording()
    assert is_recording()


def test_a_generator_that_waits_across_the_end_of_a_transform():
    kept = []

    def f(x):
        generator = waiting()
        next(generator)
        kept.append(generator)
        assert not (x * x).requires_grad
        return x

    assert wg.grad(f)(3.0) == 1.0
    assert not is_recording()
    kept.pop().close()
    assert is_recording()


def test_a_generator_around_a_transform_does_not_reach_into_it():
    generator = waiting()
    next(generator)
    assert wg.grad(lambda x: x * x)(3.0) == 6.0
    assert wg.grad(lambda x: wg.grad(lambda y: x * y * y)(x))(3.0) == 12.0

    def ending(x):
        generator.close()
        return x * x

    assert wg.grad(ending)(3.0) == 6.0
    assert is_recording()


def test_every_other_block_of_many_is_left_first():
    generators = [waiting() for _ in range(2000)]
    for generator in generators:
        next(generator)
    for generator in generators[::2]:
        generator.close()
    assert not is_recording()
    for generator in generators:
        generator.close()
    assert is_recording()


def test_a_chain_of_blocks_may_be_long():
    generators = [waiting() for _ in range(100_000)]
    for generator in generators:
        next(generator)
    elsewhere = contextvars.Context()  # in none of them, so that none is looked for
    for generator in generators[:-1]:
        elsewhere.run(generator.close)
    assert not is_recording()
    generators[-1].close()  # goes with all that are around it
    assert is_recording()


# Decorated functions


def test_a_decorated_function():
    @wg.no_grad()
    def evaluate(x):
        """Evaluate."""
        if x > 5:
            raise ZeroDivisionError
        return (T * x).requires_grad

    assert evaluate(1.0) is False
    assert (evaluate.__name__, evaluate.__doc__) == ("evaluate", "Evaluate.")
    with pytest.raises(ZeroDivisionError):
        evaluate(6.0)


def test_a_decorated_generator_is_in_the_block_only_while_it_runs():
    seen = []

    @wg.no_grad()
    def batches():
        try:
            seen.append(((yield 0), is_recording()))
            with pytest.raises(KeyError, match="key"):
                yield 1
            seen.append(((yield 2), is_recording()))
            return "end"
        finally:
            seen.append(is_recording())

    def around():
        return (yield from generator)

    generator = batches()
    caller = around()
    assert next(caller) == 0
    assert is_recording()
    assert caller.send("sent") == 1
    assert is_recording()
    assert caller.throw(KeyError("key")) == 2
    assert is_recording()
    with pytest.raises(StopIteration, match="end"):
        next(caller)
    assert seen == [("sent", False), (None, False), False]
    for _ in batches():
        assert is_recording()
        break
    gc.collect()
    assert seen[3:] == [False]
    with pytest.raises(IndexError):
        batches().throw(IndexError)


def test_a_decorated_coroutine():
    @wg.no_grad()
    async def evaluate():
        await asyncio.sleep(0)
        return is_recording()

    async def main():
        assert await asyncio.gather(evaluate(), asyncio.sleep(0, is_recording())) == [False, True]
        assert is_recording()

    asyncio.run(main())


def test_an_asynchronous_generator_is_refused():
    with pytest.raises(wg.DTypeError, match="no_grad: fun is an asynchronous generator"):

        @wg.no_grad()
        async def batches():
            yield 1
