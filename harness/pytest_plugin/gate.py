"""The gate: gathers the evals' news where reports arrive, and turns the session red or green.

Registered in every pytest run, so it imports nothing until an eval reports. Under xdist it lives
in the controller, which alone writes files.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, TextIO

import pytest

from harness.pytest_plugin.output import LEDGER, Output

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from harness.pytest_plugin.transport import Message
    from harness.records import Ruling
    from harness.report import PlanState, Run

#: pytest's category, letter and word for the outcomes that are the evals' own.
_STATUS: dict[str, tuple[str, str, tuple[str, dict[str, bool]]]] = {
    "inconclusive": ("inconclusive", "I", ("INCONCLUSIVE", {"yellow": True})),
    "not proven": ("not proven", "i", ("NOT PROVEN", {"yellow": True})),
}
_PYTEST_OUTCOME = {"inconclusive": "failed", "not proven": "passed"}


class Gate:
    """Knows which evals there are and what became of them."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._start = time.time()
        self._manifest: dict[str, None] = {}
        self._messages: dict[str, Message] = {}
        self._settings: dict[str, Any] = {}
        self._deselected = 0
        self._baselines: dict[str, str] = {}
        self._plan: list[dict[str, Any]] = []
        self._ledger: list[dict[str, Any]] = []
        self._recalled = 0
        self._unpinned: set[str] = set()
        self._sample: int | None = None
        self._name = ""
        self._drawn: Counter[str] = Counter()
        self._run: Run | None = None
        self._output = Output(config.rootpath, config.getoption("--harness-run"))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401  xdist has no types
        """Tell a worker which sample of draws to take, also one that replaces another."""
        if self._sample is None and self._config.getoption("--harness-fresh"):
            from harness.errors import LedgerError  # noqa: PLC0415  only with workers
            from harness.ledger import read_ledger  # noqa: PLC0415

            with contextlib.suppress(LedgerError):  # each worker says what is wrong with it
                self._sample = read_ledger(self._config.rootpath / LEDGER).sample + 1
        if self._sample is not None:
            node.workerinput["harness_sample"] = self._sample
        if not self._name:
            from harness.pytest_plugin.running import name_of_run  # noqa: PLC0415  as above

            self._name = name_of_run(self._config.rootpath)
        node.workerinput["harness_run"] = self._name

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, Mapping[str, bool]]] | None:
        """Show an inconclusive eval as an outcome of its own."""
        message = getattr(report, "harness", None)
        outcome = message.get("outcome", "") if message else ""
        if outcome not in _STATUS or report.outcome != _PYTEST_OUTCOME[outcome]:
            return None  # such as a rerun, which is another plugin's to show
        return _STATUS[outcome]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in the news that a report brings."""
        message: Message | None = getattr(report, "harness", None)
        if message is None:
            return
        if "manifest" in message:
            if not self._manifest:
                self._output.remove_run()
            self._manifest.update(dict.fromkeys(message["manifest"]))
            self._deselected = max(self._deselected, message["deselected"])
            self._settings.update(message.get("settings", {}))
            self._plan = message.get("plan", self._plan)
        self._baselines.update(message.get("baselines", {}))
        self._ledger.append(message.get("ledger", {}))
        self._recalled += message.get("recalled", 0)
        self._unpinned.update(message.get("unpinned", []))
        self._drawn.update(message.get("drawn", {}))
        if self._settings and message.get("ledger"):
            # Now: what was looked at counts, even if this run is killed.
            self._output.write_ledger(self._ledger, self._settings["sample"])
        if "outcome" in message:
            before = self._messages.get(report.nodeid, {})
            self._messages[report.nodeid] = {**before, **message}

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write what there is to write; fail if an eval never reported, or a file is not there."""
        if not self._manifest:
            return
        interrupted = session.exitstatus not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
        written = [] if interrupted else self._output.write_baselines(self._baselines)
        if not interrupted:
            self._output.end_run()
        self._run = self._finish(written)
        self._output.write_run(self._run)
        if self._settings:
            self._output.write_ledger(self._ledger, self._settings["sample"])
        failed = self._run.missing or self._output.trouble
        if session.exitstatus == pytest.ExitCode.OK and failed:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if not self._config.pluginmanager.has_plugin("terminalreporter"):
            _print(self._run, self._output.trouble, sys.stderr)

    def _finish(self, written: list[str]) -> Run:
        import platform  # noqa: PLC0415  only after evals

        import harness  # noqa: PLC0415
        from harness.pytest_plugin.transport import decode  # noqa: PLC0415
        from harness.report import Run  # noqa: PLC0415

        # Files in their order, evals in theirs: the same on any number of workers.
        reported = [nodeid for nodeid in self._manifest if nodeid in self._messages]
        evals = tuple(decode(nodeid, self._messages[nodeid]) for nodeid in reported)
        return Run(
            evals=evals,
            missing=tuple(nodeid for nodeid in self._manifest if nodeid not in self._messages),
            deselected=self._deselected,
            baselines=tuple(written),
            settings=self._settings and {**self._settings, "unpinned": sorted(self._unpinned)},
            provenance={
                "harness": harness.__version__,
                "python": platform.python_version(),
                "platform": platform.platform(),
                "started": round(self._start, 3),
                "seconds": round(time.time() - self._start, 3),
                "recalled": self._recalled,
                "drawn": dict(sorted(self._drawn.items())),
            },
            plan=self._plan_state([ruling for result in evals for ruling in result.rulings]),
        )

    def _plan_state(self, rulings: Sequence[Ruling]) -> PlanState:
        """Hold what was decided against the plan."""
        from harness.report import PlanState  # noqa: PLC0415  only after evals

        if not self._settings.get("plan"):
            return PlanState()
        decided = {(ruling.nodeid, ruling.task, ruling.normal_form): ruling for ruling in rulings}
        weights = {(row["nodeid"], row["task"], row["text"]): row["weight"] for row in self._plan}
        alarms = [key for key in decided if weights.get(key) is not None]
        named: tuple[int, ...] = ()
        if alarms:
            from harness.decide import named_by_holm  # noqa: PLC0415

            shares = {place: weights[key] for place, key in enumerate(alarms)}
            alpha = self._settings["policy"]["alpha"]
            named = named_by_holm([decided[key] for key in alarms], shares, alpha)
        return PlanState(
            missing=False,
            not_reached=tuple((key[0], key[2]) for key in weights if key not in decided),
            holm=tuple(alarms[place][2] for place in named),
        )

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the inconclusive claims in full, then the table of all claims."""
        if self._run is None:
            return
        from harness.report import explain, summary  # noqa: PLC0415  only after evals

        for result in self._run.evals:
            if result.outcome in {"inconclusive", "not proven"}:
                title = f"{result.outcome}: {result.nodeid}"
                terminalreporter.write_sep("_", title, yellow=True)
                for ruling in result.rulings:
                    if ruling.decision.verdict != "supported":
                        terminalreporter.write_line(f"{ruling.place}:")
                        for line in explain(ruling):
                            terminalreporter.write_line(line)
        terminalreporter.write_sep("=", "harness")
        first, *rest = summary(self._run, shutil.get_terminal_size().columns)
        fine = self._run.green and not self._output.trouble
        color = {"green": True} if fine else {"red": True}
        terminalreporter.write_line(first, bold=True, **color)
        for line in rest:
            terminalreporter.write_line(line)
        for line in self._output.trouble:
            terminalreporter.write_line(line, red=True)


def _print(run: Run, trouble: Iterable[str], file: TextIO) -> None:
    """Print the verdict and what is not proven where pytest itself prints nothing."""
    from harness.report import explain, summary  # noqa: PLC0415  only after evals

    for ruling in run.rulings:
        if ruling.decision.verdict != "supported":
            print(f"{ruling.place}:", *explain(ruling), sep="\n", file=file)
    print(*summary(run, 80), *trouble, sep="\n", file=file)
