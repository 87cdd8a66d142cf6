"""The thread that tells how far the drawing is, also while nothing arrives."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable

from harness.pytest_plugin.progress.line import line
from harness.pytest_plugin.progress.pace import Speed
from harness.pytest_plugin.progress.screen import Screen
from harness.pytest_plugin.progress.standing import Standing, overview


class Teller:
    """Looks, every now and then, how far the processes are, and shows it.

    Parameters
    ----------
    screen
        Where it is shown.
    look
        Returns how far each process is.
    clock
        Tells the time, in seconds.
    """

    def __init__(
        self,
        screen: Screen,
        look: Callable[[], Iterable[Standing]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._screen = screen
        self._look = look
        self._clock = clock
        self._since: float | None = None
        self._arms: tuple[str, ...] | None = None
        self._speed = Speed(0.0, 0)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to tell, unless that was done."""
        if self._thread is None and not self._stopped.is_set():
            self._thread = threading.Thread(target=self._run, name="harness-progress", daemon=True)
            self._thread.start()

    def stop(self, *, erase: bool = True) -> None:
        """Tell no more; erase nothing where others have taken the terminal."""
        with self._screen.lock, contextlib.suppress(OSError):
            if self._stopped.is_set():
                return
            self._stopped.set()
            if not erase:
                self._screen.forget()
            self._screen.close()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._screen.every):
            self.tick()

    def tick(self) -> None:
        """Look, and show what there is to show; a terminal that is gone is no concern."""
        with self._screen.lock, contextlib.suppress(OSError):
            if not self._stopped.is_set():
                self._tell(self._clock())

    def _tell(self, now: float) -> None:
        whole = overview(self._look())
        if not whole.arms and not whole.waited:
            self._since, self._arms = None, None
            self._screen.clear()
            return
        if self._since is None:
            self._since = now
        if whole.arms != self._arms:  # another model is another speed
            self._arms, self._speed = whole.arms, Speed(now, whole.all_got)
        self._speed.note(now, whole.all_got)
        if self._screen.due(now, self._since):
            rate, seconds = self._speed.rate(now), self._speed.seconds(now)
            self._screen.show(line(whole, rate, seconds, self._screen.width))
