"""Where baselines are kept: `evals/baselines/<task>/<arm>.json`."""

from __future__ import annotations

from pathlib import Path

from harness.baseline.format import Baseline, dump, parse
from harness.errors import BaselineError, did_you_mean
from harness.files import write_atomically

UPDATE = "pytest {folder} --harness-update-baseline"


class BaselineStore:
    """Reads and writes the baselines of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, task: str, arm: str) -> Path:
        """Return where the baseline of an arm on a task is kept."""
        return self.folder / task / f"{arm}.json"

    def load(self, task: str, arm: str) -> Baseline:
        """Read a baseline.

        Raises
        ------
        BaselineError
            If it is missing, with the command that makes it, or broken.
        """
        path = self.path(task, arm)
        if not path.is_file():
            msg = f"there is no baseline of arm {arm!r} on task {task!r}"
            command = UPDATE.format(folder=self.folder.parent)
            raise BaselineError(msg, where=str(path), hint=f"make it with: {command}")
        baseline = parse(path.read_text(encoding="utf-8", errors="replace"), str(path))
        if (baseline.task, baseline.arm) != (task, arm):
            msg = f"this is the baseline of {baseline.arm!r} on {baseline.task!r}"
            hint = did_you_mean(baseline.arm, [arm])
            raise BaselineError(msg, where=str(path), hint=f"was it moved? {hint}")
        return baseline

    def next_epoch(self, task: str, arm: str) -> int:
        """Return the number of the next baseline, 1 if there is none yet."""
        return self.load(task, arm).epoch + 1 if self.path(task, arm).is_file() else 1

    def save(self, baseline: Baseline) -> Path:
        """Write a baseline whole or not at all, and return its path."""
        path = self.path(baseline.task, baseline.arm)
        write_atomically(path, dump(baseline))
        return path
