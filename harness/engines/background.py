"""Asynchronous work behind a plain iterator: draws go on while what has arrived is scored."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from typing import TypeVar

Job = TypeVar("Job")
Found = TypeVar("Found")
_MOST_WAITING = 4_096  # results that wait for the reader, before the work pauses
_PAUSE = 0.005  # seconds


def in_background(
    work: Callable[[Callable[[Found], Awaitable[None]]], Coroutine[object, None, None]],
) -> Iterator[Found]:
    """Yield what some asynchronous work emits, which runs on a thread and a loop of its own.

    An exception of the work is raised here, after all that it emitted before. Closing the
    iterator cancels the work, and waits for it to end.

    Parameters
    ----------
    work
        Is given what to emit results by, and awaited on its loop.
    """
    found: queue.SimpleQueue[tuple[Found] | BaseException | None] = queue.SimpleQueue()
    loop = asyncio.new_event_loop()

    async def emit(one: Found) -> None:
        found.put((one,))
        await asyncio.sleep(0)
        while found.qsize() > _MOST_WAITING:  # noqa: ASYNC110  a thread reads, not a task
            await asyncio.sleep(_PAUSE)

    def run(task: asyncio.Task[None]) -> None:
        end: BaseException | None = None
        try:
            with contextlib.suppress(asyncio.CancelledError):
                loop.run_until_complete(task)
        except BaseException as error:  # noqa: BLE001  it is raised where it is read
            end = error
        finally:
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()
            found.put(end)

    task = loop.create_task(work(emit))
    thread = threading.Thread(target=run, args=(task,), daemon=True)
    thread.start()
    try:
        while (one := found.get()) is not None:
            if isinstance(one, BaseException):
                raise one
            yield one[0]
    finally:
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            loop.call_soon_threadsafe(task.cancel)
        thread.join()


async def abreast(jobs: Iterable[Job], work: Callable[[Job], Awaitable[None]], most: int) -> None:
    """Do jobs, at most so many at once; each is taken when there is a worker free for it.

    The first exception cancels what is under way, and is raised.
    """
    waiting = iter(jobs)

    async def worker() -> None:
        for job in waiting:
            await work(job)

    failed: BaseException | None = None
    try:
        async with asyncio.TaskGroup() as workers:
            for _ in range(most):
                workers.create_task(worker())
    except BaseExceptionGroup as errors:
        failed = errors.exceptions[0]
    if failed is not None:
        raise failed
