"""Small records to test with, and a judge that decides as it is told."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from harness.claims import Arms, Claim
from harness.records import ArmSpec, Decision, Reading, Ruling, Sampling, Source, Statistic, Tally

settings.register_profile("repeatable", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("repeatable")

DECISION = Decision(
    verdict="supported", reason="the interval lies beyond the threshold", method="t-floor",
    effect=0.12, low=0.08, high=0.16, p=0.0002, alpha=0.05, items=200, draws=16,
    detectable=0.04, needs="",
)  # fmt: skip
RULING = Ruling(
    nodeid="evals/test_rl.py::test_it", ordinal=1, task="sums", selection="", place="evals/x.py:7",
    text="rl.pass@1 > base.pass@1 + 0.05", effect_text="rl.pass@1 - base.pass@1", kind="claim",
    low_margin=0.05, high_margin=None, figures=(
        Reading(name="rl.pass@1", value=0.62, draws=16),
        Reading(name="base.pass@1", value=0.5, draws=16),
    ),
    decision=DECISION,
)  # fmt: skip


class FakeJudge:
    """Notes what is claimed, and gives every claim the same answer."""

    def __init__(self) -> None:
        self.truth = True
        self.noted: list[Claim] = []
        self.ruled: list[Claim] = []

    def note(self, claim: Claim) -> None:
        """Take notice of a claim."""
        self.noted.append(claim)

    def rule(self, claim: Claim) -> bool:
        """Decide a claim."""
        self.ruled.append(claim)
        return self.truth


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the folder of this project."""
    return Path(__file__).parents[2]


@pytest.fixture
def judge() -> FakeJudge:
    """Return a judge that supports every claim, unless told otherwise."""
    return FakeJudge()


@pytest.fixture
def arms(judge: FakeJudge) -> Arms:
    """Return three arms on a task, as a test sees them."""
    source = Source(task="sums", arm="", baseline=False, draws=8)
    return Arms(judge, source, ("base", "rl", "placebo"))


@pytest.fixture(scope="session")
def statistic() -> Callable[..., Statistic]:
    """Return a maker of statistics of an arm."""

    def make(arm: str = "rl", **changes: Any) -> Statistic:  # noqa: ANN401  any field
        source = Source(task="sums", arm=arm, baseline=False, draws=8)
        return Statistic(**{"source": source, "kind": "pass_at", **changes})

    return make


@pytest.fixture(scope="session")
def tally() -> Callable[..., Tally]:
    """Return a maker of tallies from the scores of each item's draws, for one metric."""

    def make(scores: Sequence[Sequence[float]], ids: str = "", metric: str = "correct") -> Tally:
        sums = np.array([[sum(row)] for row in scores], dtype=np.float64)
        squares = np.array([[[sum(x * x for x in row)]] for row in scores], dtype=np.float64)
        return Tally(
            ids=tuple(ids or "abcdefghijklmnopqrstuvwxyz"[: len(scores)]),
            draws=np.array([len(row) for row in scores], dtype=np.int64),
            metrics=(metric,),
            sums=sums,
            products=squares,
            answers=({},) * len(scores),
        )

    return make


@pytest.fixture(scope="session")
def ruling() -> Callable[..., Ruling]:
    """Return a maker of rulings; fields of the decision can be changed along with its own."""

    def make(**changes: Any) -> Ruling:  # noqa: ANN401  any field
        fields = {field.name for field in dataclasses.fields(Decision)}
        decided = {key: changes.pop(key) for key in fields & set(changes)}
        decision = dataclasses.replace(DECISION, **decided)
        return dataclasses.replace(RULING, decision=decision, **changes)

    return make


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Return a writer of files into a folder of the test's own."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture
def function_arm(monkeypatch: pytest.MonkeyPatch) -> Callable[..., ArmSpec]:
    """Return a maker of arms that call a Python function."""

    def make(
        function: Callable[[str, int], object], *, stream: str = "rl", **sampling: float
    ) -> ArmSpec:
        module = ModuleType("models_of_this_test")
        vars(module)["answer"] = function
        monkeypatch.setitem(sys.modules, module.__name__, module)
        return ArmSpec(
            name="rl",
            engine="python",
            options={"function": f"{module.__name__}:answer"},
            sampling=Sampling(**sampling),  # type: ignore[arg-type]
            stream=stream,
            where="evals/harness.yaml:9: arms.rl",
        )

    return make
