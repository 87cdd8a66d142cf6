"""Asynchronous work behind an iterator: what it yields, raises, and leaves running."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from harness.engines.background import abreast, in_background

Emit = Callable[[int], Awaitable[None]]


def test_what_is_emitted_arrives_before_the_end() -> None:
    """Results come in the order in which they were emitted, and then the end."""

    async def work(emit: Emit) -> None:
        for one in range(5):
            await emit(one)

    assert list(in_background(work)) == [0, 1, 2, 3, 4]


def test_an_exception_is_raised_after_what_came_before() -> None:
    """A result that was emitted is not lost by a later exception."""

    async def work(emit: Emit) -> None:
        await emit(1)
        msg = "broken"
        raise ValueError(msg)

    results = in_background(work)
    assert next(results) == 1
    with pytest.raises(ValueError, match="broken"):
        next(results)


def test_a_closed_iterator_leaves_nothing_running() -> None:
    """Closing cancels the work, lets it clean up, and ends its thread."""
    ended: list[bool] = []

    async def work(emit: Emit) -> None:
        try:
            await emit(1)
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    before = threading.active_count()
    results = in_background(work)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert ended == [True]
    assert threading.active_count() == before


def test_work_that_never_waits_can_be_stopped() -> None:
    """Emitting gives the loop a turn, so that endless work ends when nobody reads on."""

    async def work(emit: Emit) -> None:
        one = 0
        while True:
            await emit(one)
            one += 1

    results = in_background(work)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    results.close()  # type: ignore[attr-defined]


def test_jobs_are_done_abreast_each_once() -> None:
    """No more than so many jobs are under way, and each is taken when there is a place."""
    inside, most, done = 0, 0, []

    async def work(job: int) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.001 * (job % 3))
        inside -= 1
        done.append(job)

    asyncio.run(abreast(range(20), work, 4))
    assert most == 4
    assert sorted(done) == list(range(20))


def test_the_first_exception_stops_the_other_jobs() -> None:
    """One broken job cancels those under way, and its own exception comes out."""
    stopped: list[int] = []

    async def work(job: int) -> None:
        if job == 1:
            msg = "job 1"
            raise LookupError(msg)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            stopped.append(job)
            raise

    with pytest.raises(LookupError, match="job 1"):
        asyncio.run(abreast(range(9), work, 3))
    assert sorted(stopped) == [0, 2]
