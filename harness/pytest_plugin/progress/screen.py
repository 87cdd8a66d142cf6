"""Where progress is shown: one line that is rewritten in place, or lines now and then."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from harness.pytest_plugin.progress.pace import Pace

_WIDTH = 80
_ROOM = "\x1bD\x1b[A\x1b7\n"  # a line below; back, keep the place, and down
_EMPTY = "\r\x1b[K"
_BACK = "\x1b8"


class Screen:
    """The terminal, beneath what pytest captures.

    A test's output goes to a file while it runs, and so would what pytest's writer wrote
    meanwhile: here it goes to a duplicate of the terminal's descriptor. All that others write
    comes by here, so that nothing of ours is in their way. To be opened while nothing is captured.
    """

    every = 0.5  # seconds between two looks

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self.lock = threading.RLock()
        self._reporter = reporter
        self._writer = reporter.config.get_terminal_writer()
        self._write = self._writer.write_raw
        self._own = False
        try:
            self._terminal: int | None = os.dup(sys.stdout.fileno())
        except (OSError, ValueError):  # no file: nothing that could be captured
            self._terminal = None
        self._writer.write_raw = self._passing  # type: ignore[method-assign]

    @property
    def width(self) -> int:
        """Columns to fill."""
        return _WIDTH

    def due(self, now: float, since: float) -> bool:
        """Say whether to show how far a drawing is that is under way `since` then."""
        raise NotImplementedError

    def show(self, text: str) -> None:
        """Show a line."""
        raise NotImplementedError

    def clear(self) -> None:
        """Take away what is shown, where it can be."""

    def forget(self) -> None:
        """Let be what is shown: others have written over it."""

    def close(self) -> None:
        """Leave the terminal as it was."""
        with self.lock:
            self.clear()
            self._writer.write_raw = self._write  # type: ignore[method-assign]
            if self._terminal is not None:
                os.close(self._terminal)
                self._terminal = None

    def put(self, text: str) -> None:
        """Write to the terminal itself."""
        if self._terminal is None:
            self._write(text, flush=True)
        else:
            self._writer.flush()
            os.write(self._terminal, text.encode("ascii", "replace"))

    def _passing(self, msg: str, *, flush: bool = False) -> None:
        with self.lock:
            if self._own:
                self.put(msg)
            else:
                self.clear()
                self._write(msg, flush=flush)


class Live(Screen):
    """One line below all others, rewritten in place, and erased when anything else is written."""

    every = 0.1
    delay = 0.3  # seconds that a drawing may take unseen

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        super().__init__(reporter)
        self._shown = ""

    @property
    def width(self) -> int:
        """The columns of the terminal as it is now, but for the last, where lines may wrap."""
        try:
            columns = os.get_terminal_size(-1 if self._terminal is None else self._terminal).columns
        except OSError:
            columns = 0
        return (columns or _WIDTH) - 1

    def due(self, now: float, since: float) -> bool:
        """Say yes once the drawing takes more than a moment."""
        return now - since >= self.delay

    def show(self, text: str) -> None:
        """Rewrite the line."""
        if text != self._shown:
            self.put((_EMPTY if self._shown else _ROOM) + text)
            self._shown = text

    def clear(self) -> None:
        """Erase the line, and go back to where pytest was."""
        if self._shown:
            self._shown = ""
            self.put(_EMPTY + _BACK)

    def forget(self) -> None:
        """Write a line anew next time, and erase none."""
        self._shown = ""


class Lines(Screen):
    """Lines for a log: one when a drawing turns out to be long, then fewer and fewer."""

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        super().__init__(reporter)
        self._pace = Pace()

    def due(self, now: float, since: float) -> bool:
        """Say whether it is time for a line."""
        return self._pace.due(now, since)

    def show(self, text: str) -> None:
        """Write a line of its own."""
        self._own = True  # under the lock: it is nobody else's
        try:
            self._reporter.ensure_newline()
            if self._writer.width_of_current_line:
                self._writer.line()
            self._writer.line(text)
        finally:
            self._own = False


def open_screen(config: pytest.Config) -> Screen | None:
    """Return where to show progress; None where nothing is to be shown."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or reporter.verbosity < 0:
        return None
    plain = (
        not reporter.isatty
        or os.environ.get("TERM") == "dumb"
        or sys.platform == "win32"
        or config.getoption("capture", "no") == "no"  # tests may write at any time
    )
    return Lines(reporter) if plain else Live(reporter)
