"""Who tells of the draws of this process: itself, or as a worker the controller."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.pytest_plugin.progress.notes import Note, note_path
from harness.pytest_plugin.progress.screen import Screen, open_screen
from harness.pytest_plugin.progress.standing import Count, Standing
from harness.pytest_plugin.progress.teller import Teller
from harness.sampling.progress import Progress, Silent


class Alone:
    """The plugin object of a process that draws and has the terminal, too."""

    def __init__(self, screen: Screen) -> None:
        self.count = Count(self._changed)
        self._teller = Teller(screen, lambda: [self.count.standing])

    def _changed(self, standing: Standing, urgent: bool) -> None:  # noqa: FBT001  called by `Count`
        del standing
        if urgent:
            self._teller.start()
            self._teller.tick()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Leave the terminal to the summary."""
        self._teller.stop()

    def pytest_enter_pdb(self) -> None:
        """Leave the terminal to who debugs."""
        self._teller.stop(erase=False)


def progress_of(config: pytest.Config) -> Progress:
    """Return who is told of what this process draws."""
    if hasattr(config, "workerinput"):
        folder = config.workerinput.get("harness_progress")
        if folder is None:
            return Silent()
        return Count(Note(note_path(Path(folder), config.workerinput["workerid"])).write)
    screen = open_screen(config)
    if screen is None:
        return Silent()
    alone = Alone(screen)
    config.pluginmanager.register(alone, "harness-progress")
    return alone.count
