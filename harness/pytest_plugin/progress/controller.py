"""Under xdist workers draw, and the controller, which has the terminal, tells of it."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from harness.pytest_plugin.progress.notes import note_path, read_notes
from harness.pytest_plugin.progress.screen import open_screen
from harness.pytest_plugin.progress.teller import Teller


class Controller:
    """The plugin object of the controller: gives workers a folder for their notes, and reads it."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._folder: Path | None = None
        self._teller: Teller | None = None

    def pytest_sessionstart(self) -> None:
        """Begin to look, before there are workers."""
        with contextlib.suppress(OSError):  # then there is no telling
            self._folder = folder = Path(tempfile.mkdtemp(prefix="harness-progress-"))
            if screen := open_screen(self._config):
                self._teller = Teller(screen, lambda: read_notes(folder))
                self._teller.start()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401  xdist has no types
        """Tell a worker where to leave its note."""
        if self._teller is not None:
            node.workerinput["harness_progress"] = str(self._folder)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ANN401  as above
        """Forget what a worker wrote that was lost."""
        if error and self._folder is not None:
            note_path(self._folder, node.gateway.id).unlink(missing_ok=True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Leave the terminal to the summary."""
        if self._teller is not None:
            self._teller.stop()

    def pytest_unconfigure(self) -> None:
        """Remove the notes."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
