"""Planning mode: the evals run without a draw, to say what their claims can show and will take."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Literal

import pytest

from harness.calibration import Suite, replay
from harness.claims import Arms, Baselines
from harness.errors import ConfigError, HarnessError, PlanError, did_you_mean
from harness.judge import Planner
from harness.planning import chance_of_green, read_plan
from harness.pytest_plugin.marker import EvalMarker
from harness.pytest_plugin.plan_writer import PlanWriter
from harness.pytest_plugin.prepare import Prepared, is_eval, prepare
from harness.pytest_plugin.verdict import lacking
from harness.records import Plan, PlannedClaim, Source, Tally
from harness.report.planned import calibration_lines, demand_lines, plan_lines
from harness.report.untrusted import printable

_PROMISED = ("alpha", "power")
_CHARACTERS = 4  # of a prompt, to a token
_MILLION = 1_000_000


class Planning:
    """The plugin object of a session that plans."""

    def __init__(self, config: pytest.Config) -> None:
        self._pytest = config
        self._ready: Prepared | None = None
        self._unplanned: list[str] = []
        self._lines: list[str] = []
        self._error = ""

    def check(self, items: Sequence[pytest.Item]) -> None:
        """Check config and markers before any eval is planned.

        Raises
        ------
        pytest.UsageError
            If something is wrong.
        """
        try:
            self._ready = prepare(self._pytest, [item for item in items if is_eval(item)])
        except HarnessError as error:
            raise pytest.UsageError(printable(str(error))) from None

    @property
    def ready(self) -> Prepared:
        """What the evals need."""
        assert self._ready is not None  # noqa: S101  check() comes first
        return self._ready

    @property
    def planner(self) -> Planner:
        """Who takes the claims down."""
        assert isinstance(self.ready.judge, Planner)  # noqa: S101  as prepared
        return self.ready.judge

    def arms(self, item: pytest.Item) -> Arms:
        """Return the arms as the eval sees them."""
        marker, draws = self._size(item)
        return self.planner.arms(marker.task, draws, marker.where)

    def baselines(self, item: pytest.Item, name: str) -> Baselines:
        """Return the baselines, or the anchors, as the eval sees them."""
        marker, draws = self._size(item)
        return self.planner.baselines(marker.task, draws, marker.where, name)

    def _size(self, item: pytest.Item) -> tuple[EvalMarker, int]:
        marker = self.ready.markers[item.nodeid]
        return marker, marker.size(self.ready.config, self.ready.draws)[0]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Open the docket of an eval, and skip other tests."""
        if not is_eval(item):
            pytest.skip("planning: only evals are run")
        marker = self.ready.markers[item.nodeid]
        _, auto = marker.size(self.ready.config, self.ready.draws)
        policy = marker.applied(self.ready.config.policy)
        self.planner.open_docket(item.nodeid, policy, auto=auto)
        self.planner.weight = marker.weight

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Say in one line what keeps an eval from being planned."""
        report = yield
        if is_eval(item) and call.when == "call":
            self.planner.hold_to_policy()
            self._refuse_unmet(report)
        error = call.excinfo.value if call.excinfo is not None else None
        if is_eval(item) and isinstance(error, HarnessError):
            report.longrepr = printable(f"{item.nodeid}: {error}")
        if is_eval(item) and report.failed:
            self._unplanned.append(printable(f"{item.nodeid}: {error}"))
        return report

    def _refuse_unmet(self, report: pytest.TestReport) -> None:
        """Let an eval fail whose gain lacks what the policy asks for, as when it is decided."""
        text = printable(lacking(self.planner.docket, self._pytest.rootpath))
        if text and report.passed:
            report.outcome, report.longrepr = "failed", text
            self._unplanned += text.splitlines()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Make the forecasts, and write the plan if all went well."""
        try:
            if self._ready is not None and self.planner.intents:
                self._lines.extend(map(printable, self._finish()))
        except HarnessError as error:
            self._error = printable(str(error))
        if self._error and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            # pytest tells it in red: its own last line only counts tests, and all of them passed.
            session.shouldfail = f"harness: no {self._task}, for what stands above"
        if not self._pytest.pluginmanager.has_plugin("terminalreporter"):
            self._print()

    @property
    def _task(self) -> Literal["plan", "replay"]:
        return "plan" if self._pytest.getoption("--harness-calibrate") is None else "replay"

    def _finish(self) -> Iterator[str]:
        claims = self.planner.plan()
        width = shutil.get_terminal_size().columns
        if self._task == "replay":
            yield from calibration_lines(self._replayed(), width)
            return
        forecasts = [claim.forecast for claim in claims if claim.forecast is not None]
        green = chance_of_green(forecasts)
        yield from plan_lines(claims, green, width)
        yield ""
        yield from demand_lines(list(self._demand(claims)))
        writer = self._pytest.pluginmanager.get_plugin("harness-plan-writer")
        if isinstance(writer, PlanWriter):
            yield from self._written(writer, claims, green)

    def _written(
        self, writer: PlanWriter, claims: tuple[PlannedClaim, ...],
        green: tuple[float | None, float | None],
    ) -> Iterator[str]:  # fmt: skip
        path: Path = self.ready.config.path.parent / "plan.json"
        if self._unplanned:
            msg = "the plan is not written: an eval could not be planned"
            raise PlanError(msg, where=str(path))
        policy = {name: getattr(self.ready.config.policy, name) for name in _PROMISED}
        plan = Plan(claims=claims, policy=policy, seed=self.ready.config.seed)
        yield from writer.write(path, plan, green, self.ready.markers, self._pytest.rootpath)

    def _demand(
        self, claims: Sequence[PlannedClaim]
    ) -> Iterator[tuple[str, str, int, int, int, float | None]]:
        """Yield what each arm has to draw on each task: of each item the most of any claim."""
        del claims
        most: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
        for intent in self.planner.intents:
            for source in intent.claim.sources:
                if source.baseline:
                    continue
                wanted = most.setdefault((source.arm, source.task), {})
                for item in self.planner.clerk.items(source):
                    count = max(source.draws, wanted.get(item.id, (0, 0))[0])
                    wanted[item.id] = (count, -(-len(item.prompt) // _CHARACTERS))
        for (name, task), wanted in most.items():
            arm = self.ready.config.arms[name]
            draws = sum(count for count, _ in wanted.values())
            prompts = sum(count * tokens for count, tokens in wanted.values())
            likelihoods = self.planner.clerk.task(task).likelihoods  # of choices: nothing is said
            completions = 0 if likelihoods else draws * arm.sampling.max_tokens
            cost = None
            if arm.price is not None:
                total = prompts * arm.price.input + completions * arm.price.output
                cost = total / _MILLION
            yield name, task, draws, prompts, completions, cost

    def _replayed(self) -> Suite:
        """Replay the claims on what is stored of one arm."""
        repeats = int(self._pytest.getoption("--harness-calibrate"))
        if repeats < 1:
            msg = "must be a whole number from 1"
            raise ConfigError(msg, where=f"--harness-calibrate {repeats}")
        arm = self._null_arm()
        planner = self.planner

        def stored(source: Source) -> Tally:
            one = Source(task=source.task, arm=arm, baseline="baseline", draws=source.draws,
                         where=source.where, narrowed=source.narrowed)  # fmt: skip
            return planner.clerk.stored(one)

        seed = self.ready.config.seed
        plan = read_plan(self.ready.config.path.parent / "plan.json")
        intents = [one if plan is None else one.shared(plan) for one in planner.intents]
        return replay(intents, stored, repeats, seed, self._progress())

    def _null_arm(self) -> str:
        """Return the arm whose stored draws stand for all: the named one, or the first stored."""
        named: str | None = self._pytest.getoption("--harness-calibrate-arm")
        arms = self.ready.config.arms
        if named is not None:
            if named not in arms:
                msg = f"there is no arm {named!r}"
                raise ConfigError(msg, hint=did_you_mean(named, arms))
            return named
        stored = self.planner.clerk.shelf.sets["baseline"].names()
        tasks = {marker.task for marker in self.ready.markers.values()}
        for name in arms:
            if all((task, name) in stored for task in tasks):
                return name
        msg = f"no arm has a stored baseline on {', '.join(sorted(tasks))} to replay"
        raise PlanError(msg, hint="take one with: harness baseline accept")

    def _progress(self) -> Callable[[int, int], None]:
        reporter = self._pytest.pluginmanager.get_plugin("terminalreporter")

        def show(done: int, whole: int) -> None:
            if reporter is not None and reporter.isatty:
                reporter.rewrite(f"replayed {done} of {whole} claims", erase=True)

        return show

    def _print(self) -> None:
        """Print the tables, and what went wrong, where pytest itself prints nothing."""
        sys.stdout.writelines(f"{line}\n" for line in self._lines)
        wrong = filter(None, [*self._unplanned, self._error])
        sys.stderr.writelines(f"{line}\n" for line in wrong)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the tables."""
        if not self._lines and not self._error:
            return
        terminalreporter.write_sep("=", "harness")
        for line in self._lines:
            terminalreporter.write_line(line)
        if self._error:
            terminalreporter.write_line(self._error, red=True)
