"""Small records to test with, and a judge that decides as it is told."""

from __future__ import annotations

import dataclasses
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import settings

from harness.baseline import open_sets
from harness.claims import Arms, Claim
from harness.config import load_config
from harness.judge import Clerk, Judge, Record, Shelf
from harness.ledger import Ledger
from harness.records import (
    ArmSpec,
    Decision,
    Forecast,
    Look,
    Plan,
    PlannedClaim,
    Policy,
    Reading,
    Ruling,
    Sampling,
    Source,
    Statistic,
    Tally,
    Term,
    Terms,
)
from harness.sampling import Sampler

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
    decision=DECISION, policy=Policy(effect=0.1), looks=(Look(draws=8, share=0.5), Look(draws=16)),
    terms=tuple(
        Term(weight=weight, task="sums", arm=arm, baseline="", where={"split": ("hard", "id")},
             kind="pass_at", metric="correct", k=1)
        for weight, arm in ((1.0, "rl"), (-1.0, "base"))
    ),
)  # fmt: skip
PLANNED = PlannedClaim(
    nodeid="evals/test_rl.py::test_it", text="rl.pass@1 - base.pass@1 > 0.05", kind="claim",
    task="sums", selection="", effect_text="rl.pass@1 - base.pass@1", low_margin=0.05,
    high_margin=None, draws=16, auto=False, items="population", method="auto", effect=0.1,
    measure="0badf00d",
    forecast=Forecast(
        items=200, detectable=0.04, chance=0.9, draws_expected=16.0, draws_without_effect=16.0,
        variance=0.06, basis="assumed",
    ),
)  # fmt: skip


class FakeJudge:
    """Notes what is claimed, and gives every claim the same answer."""

    def __init__(self) -> None:
        self.truth = True
        self.noted: list[Claim] = []
        self.ruled: list[Claim] = []

    def draws(self, source: Source) -> int:
        """Leave the draws as they are."""
        return source.draws

    def note(self, claim: Claim) -> None:
        """Take notice of a claim."""
        self.noted.append(claim)

    def rule(self, claim: Claim) -> bool:
        """Decide a claim."""
        self.ruled.append(claim)
        return self.truth


class Draws:
    """Arms whose 0/1 draws are there in advance; keeps what it was asked for.

    A look sees the first draws of the first items, by their ids.
    """

    def __init__(self, skills: Mapping[str, npt.ArrayLike], most: int, seed: int) -> None:
        generator = np.random.default_rng(seed)
        self.scores = {
            name: (np.asarray(skill) > generator.random((len(np.asarray(skill)), most)).T).T
            for name, skill in skills.items()
        }
        self.asked: list[tuple[str, Look]] = []

    def tally(self, statistic: Statistic, look: Look) -> Tally:
        """Tally what a look sees of an arm, or all that there is of a baseline."""
        name = str(statistic.source)
        self.asked.append((name, look))
        scores = self.scores[name].astype(np.float64)
        draws = scores.shape[1] if statistic.source.baseline else look.draws
        seen = scores[: math.ceil(look.share * len(scores)), :draws]
        sums = seen.sum(axis=1)[:, None]
        return Tally(
            ids=tuple(f"{row:04d}" for row in range(len(seen))),
            draws=np.full(len(seen), draws, dtype=np.int64),
            metrics=("correct",),
            sums=sums,
            products=sums[:, :, None],
            answers=({"right": 1, "wrong": 1},) * len(seen),
        )


@pytest.fixture(scope="session")
def drawn() -> type[Draws]:
    """Return the maker of draws that are there in advance."""
    return Draws


@pytest.fixture(scope="session")
def gain(statistic: Callable[..., Statistic]) -> Terms:
    """Return the effect rl.pass@1 - base.pass@1."""
    return (1.0, statistic("rl")), (-1.0, statistic("base"))


@pytest.fixture(scope="session")
def planned() -> Callable[..., PlannedClaim]:
    """Return a maker of planned claims; fields of the forecast can be changed along."""

    def make(**changes: Any) -> PlannedClaim:  # noqa: ANN401  any field
        own = {field.name for field in dataclasses.fields(PlannedClaim)}
        foreseen = {key: changes.pop(key) for key in set(changes) - own}
        assert PLANNED.forecast is not None
        forecast = dataclasses.replace(PLANNED.forecast, **foreseen)
        return dataclasses.replace(PLANNED, **{"forecast": forecast, **changes})

    return make


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
    source = Source(task="sums", arm="", baseline="", draws=8)
    return Arms(judge, source, ("base", "rl", "placebo"))


@pytest.fixture(scope="session")
def statistic() -> Callable[..., Statistic]:
    """Return a maker of statistics of an arm."""

    def make(arm: str = "rl", **changes: Any) -> Statistic:  # noqa: ANN401  any field
        source = Source(task="sums", arm=arm, baseline="", draws=8)
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


COURT = """\
schema: 1
draws: 4
policy: {effect: 0.1}
arms:
  base: {engine: python, function: "models_of_this_test:weak", revision: "1"}
  rl: {engine: python, function: "models_of_this_test:strong", revision: "1"}
  loose: {engine: python, function: "models_of_this_test:strong"}
  twin: {engine: python, function: "models_of_this_test:weak", revision: "1", stream: base}
  hot: {engine: python, function: "models_of_this_test:weak", sampling: {temperature: 2}}
"""
TASK = """\
schema: 1
items: sums.jsonl
metrics: {correct: {regex: '(\\d+)', equals: reference}}
"""
ITEMS = "".join(
    f'{{"prompt": "{n}+1=", "reference": "{n + 1}", '
    f'"tags": {{"split": "{"odd" if n % 2 else "even"}"}}}}\n'
    for n in range(40)
)


def weak(prompt: str, seed: int) -> str:
    """Answer a quarter of the prompts."""
    return str(int(prompt.partition("+")[0]) + 1) if seed % 4 == 0 else "no idea"


def strong(prompt: str, seed: int) -> str:
    """Answer nearly all of the prompts."""
    return str(int(prompt.partition("+")[0]) + 1) if seed % 20 else "no idea"


@pytest.fixture
def courts(
    write: Callable[[str, str | bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Judge]:
    """Return a maker of judges over one small project, each with an open docket.

    It takes edits of the config, each the old and the new text.
    """
    module = ModuleType("models_of_this_test")
    vars(module).update(weak=weak, strong=strong)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    write("evals/tasks/sums.yaml", TASK)
    write("evals/tasks/other.yaml", TASK)
    write("evals/tasks/sums.jsonl", ITEMS)

    def made(
        *edits: tuple[str, str], update: bool = False, plan: Plan | None = None,
        ledger: Ledger | None = None,
    ) -> Judge:  # fmt: skip
        text = COURT
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        config = load_config(write("evals/harness.yaml", text))
        ledger = ledger or Ledger()
        sampler = Sampler(config.seed)
        shelf = Shelf(config, sampler, open_sets(config.path.parent, None, {}), update=update)
        clerk = Clerk(config, number=ledger.sample, sampler=sampler, shelf=shelf)
        record = Record(config, clerk, ledger, plan, Path("evals/plan.json"))
        judge = Judge(config, clerk, record)
        judge.open_docket("evals/test_it.py::test_it", config.policy, auto=config.auto)
        return judge

    return made
