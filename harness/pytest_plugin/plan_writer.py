"""Writes the plan, if the session planned all evals: a plan of a part would drop the others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pytest

from harness.errors import PlanError
from harness.files import write_atomically
from harness.planning import dump_plan, read_plan
from harness.pytest_plugin.prepare import is_eval
from harness.records import Plan
from harness.report.changes import change_lines
from harness.report.numbers import counted

_HINT = "plan all evals at once, over the whole of their folder: harness plan --write"


class PlanWriter:
    """The plugin object of a session that is to write the plan: knows what it left out."""

    def __init__(self) -> None:
        self._whole: set[str] = set()
        self._deselected = 0
        self._run: set[str] = set()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note the files that were collected whole: pytest reports no others."""
        if report.passed:
            self._whole.add(report.nodeid)

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Count deselected evals."""
        self._deselected += sum(map(is_eval, items))

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Note what was run to its end."""
        self._run.add(nodeid)

    def write(
        self, path: Path, plan: Plan, green: tuple[float | None, float | None],
        evals: Collection[str], root: Path,
    ) -> Iterator[str]:  # fmt: skip
        """Write the plan, and yield what it changes.

        Raises
        ------
        HarnessError
            If evals were left out, or the file can't be written.
        """
        left_out = self._deselected + len(set(evals) - self._run)
        if left_out:
            msg = f"the plan is not written: {counted(left_out, 'eval')} deselected or not run"
            raise PlanError(msg, where=str(path), hint=_HINT)
        before, broken = None, ""
        try:
            before = read_plan(path)
        except PlanError as error:
            broken = f"the plan before can't be compared: {error.message}"
        self._refuse_loss(path, before, evals, root)
        write_atomically(path, dump_plan(plan, green))
        yield f"plan written: {path} ({plan.hash})"
        if broken:
            yield broken
        if before is not None:
            yield from change_lines(before, plan)

    def _refuse_loss(
        self, path: Path, before: Plan | None, evals: Collection[str], root: Path
    ) -> None:
        """Refuse to drop an eval whose file is there and was not collected, or in part."""
        for nodeid in () if before is None else [claim.nodeid for claim in before.claims]:
            file = nodeid.partition("::")[0]
            if nodeid not in evals and file not in self._whole and (root / file).exists():
                msg = f"the plan is not written: it would lose {nodeid}, which was not collected"
                raise PlanError(msg, where=str(path), hint=_HINT)
