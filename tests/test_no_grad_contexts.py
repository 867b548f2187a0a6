"""Blocks in which nothing is recorded, in threads, tasks and copies of the context."""

import asyncio
import contextvars
import threading

import pytest

import wengert as wg
from no_grad_cases import (
    is_recording,
    recording_goes_on,  # noqa: F401 -- around every test
    waiting,
)

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
