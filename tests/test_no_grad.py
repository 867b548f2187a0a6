"""Blocks in which nothing is recorded: generators, tasks, threads, and leaving out of order."""

import asyncio
import contextlib
import contextvars
import gc
import threading

import numpy as np
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


def test_a_chain_of_blocks_may_be_long():
    generators = [waiting() for _ in range(100_000)]
    for generator in generators:
        next(generator)
    for generator in generators[::2]:
        generator.close()
    assert not is_recording()
    for generator in generators:
        generator.close()
    assert is_recording()


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


# Threads


def test_it_is_closed_by_another_thread():
    generator = waiting()
    next(generator)
    thread = threading.Thread(target=generator.close)
    thread.start()
    thread.join()
    assert is_recording()


def test_it_is_opened_by_another_thread():
    generator = waiting()
    seen = []

    def other():
        seen.append(next(generator))

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert is_recording()
    assert next(generator) is True
    assert seen == [False]
    assert is_recording()


def test_a_thread_that_ends_inside():
    thread = threading.Thread(target=lambda: wg.no_grad().__enter__())
    thread.start()
    thread.join()
    assert is_recording()


def test_a_copy_of_the_context_is_in_the_block_until_it_is_left():
    with wg.no_grad():
        copied = contextvars.copy_context()
    assert copied.run(is_recording)
    block = wg.no_grad()
    with block:
        copied = contextvars.copy_context()
        assert not copied.run(is_recording)
        assert contextvars.Context().run(is_recording)
        copied.run(block.__exit__, None, None, None)
        assert is_recording()
        block.__enter__()


# Tasks


def test_tasks_do_not_disturb_one_another():
    async def untracked(turns):
        for _ in range(turns):
            with wg.no_grad():
                assert not is_recording()
                await asyncio.sleep(0)
                assert not is_recording()
            assert is_recording()

    async def tracked(turns):
        for _ in range(turns):
            assert is_recording()
            await asyncio.sleep(0)
            assert wg.grad(lambda x: x * x)(3.0) == 6.0

    async def main():
        await asyncio.gather(untracked(5), tracked(9), untracked(3), tracked(4))

    asyncio.run(main())


def test_a_task_that_is_cancelled_inside():
    async def endless():
        with wg.no_grad():
            await asyncio.sleep(1000)

    async def main():
        task = asyncio.create_task(endless())
        await asyncio.sleep(0)
        assert is_recording()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert is_recording()

    asyncio.run(main())


def test_a_generator_begun_in_one_task_and_ended_in_another():
    async def main():
        generator = waiting()
        seen = []

        async def begin():
            seen.append(next(generator))

        async def end():
            seen.append(next(generator))

        await asyncio.create_task(begin())
        assert is_recording()
        await asyncio.create_task(end())
        assert seen == [False, True]

    asyncio.run(main())


def test_what_starts_inside_is_inside():
    async def main():
        with wg.no_grad():
            assert not await asyncio.create_task(asyncio.sleep(0, is_recording()))
            assert not await asyncio.to_thread(is_recording)
        assert await asyncio.to_thread(is_recording)

    asyncio.run(main())


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
