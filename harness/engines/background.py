"""Asynchronous work behind a plain iterator: draws go on while what has arrived is scored."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import TypeVar

Job = TypeVar("Job")
Found = TypeVar("Found")
_MOST_WAITING = 4_096  # results that wait for the reader, before the work pauses
_PAUSE = 0.005  # seconds


def in_background(source: Callable[[], AsyncIterator[Found]]) -> Iterator[Found]:
    """Yield what an asynchronous iterator yields, which runs on a thread and a loop of its own.

    An exception of the source is raised here, after all that it yielded before. Closing the
    iterator cancels the source, and waits for it to end.

    Parameters
    ----------
    source
        Makes the iterator, on its loop.
    """
    found: queue.SimpleQueue[tuple[Found] | BaseException | None] = queue.SimpleQueue()
    loop = asyncio.new_event_loop()

    async def pump() -> None:
        async for one in source():
            found.put((one,))
            while found.qsize() > _MOST_WAITING:  # noqa: ASYNC110  a thread reads, not a task
                await asyncio.sleep(_PAUSE)

    def work(task: asyncio.Task[None]) -> None:
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

    task = loop.create_task(pump())
    thread = threading.Thread(target=work, args=(task,), daemon=True)
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


async def abreast(
    jobs: Iterable[Job], work: Callable[[Job], Awaitable[Found]], most: int
) -> AsyncIterator[Found]:
    """Yield the results of jobs as they come, at most so many under way at once.

    Jobs are taken one by one, when there is a place for them. The first exception cancels what is
    under way, and is raised.
    """
    waiting = iter(jobs)
    running: set[asyncio.Future[Found]] = set()
    try:
        while True:
            while len(running) < most:
                try:
                    job = next(waiting)
                except StopIteration:
                    break
                running.add(asyncio.ensure_future(work(job)))
            if not running:
                return
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                yield one.result()
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
