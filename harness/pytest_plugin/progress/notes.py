"""Notes by which workers let the controller know how far they are: a small file each."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from harness.pytest_plugin.progress.standing import Standing

_GAP = 0.25  # seconds between two notes


class Note:
    """A worker's note, written when a drawing begins or ends, and now and then meanwhile.

    What can't be written is not: draws matter more than being told of them.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._written = float("-inf")

    def write(self, standing: Standing, urgent: bool) -> None:  # noqa: FBT001  called by `Count`
        """Write how far the worker is, unless that was done a moment ago."""
        now = self._clock()
        if not urgent and now - self._written < _GAP:
            return
        self._written = now
        new = self._path.with_suffix(".new")
        with contextlib.suppress(OSError):
            new.write_text(json.dumps(asdict(standing)), encoding="utf-8")
            new.replace(self._path)


def note_path(folder: Path, worker: str) -> Path:
    """Return where a worker's note lies."""
    return folder / f"{worker}.json"


def read_notes(folder: Path) -> Iterator[Standing]:
    """Yield how far each worker is."""
    for path in folder.glob("*.json"):
        with contextlib.suppress(OSError):  # removed meanwhile, as that of a worker that died
            yield Standing(**json.loads(path.read_text(encoding="utf-8")))
