"""Items that are made anew in each run: by a stand-in for reasoning-gym, and by itself."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from harness.cli import main
from harness.errors import HarnessError
from harness.records import Task
from harness.tasks import load_task

Load = Callable[..., Task]
GYM = """\
schema: 1
reasoning_gym:
  dataset: sums
  config: {most: 1000000}
  splits:
    heldout: {seed: 1, size: 30}
    new: {seed: fresh, size: 20}
    newer: {seed: fresh, size: 10}
"""


@dataclass
class SumsConfig:
    """Settings of the stand-in."""

    most: int = 1_000_000
    seed: int | None = None
    size: int = 500


class Sums:
    """A stand-in for a data set, whose seeds are in its answers."""

    def __init__(self, config: SumsConfig) -> None:
        self.config = config

    def __getitem__(self, index: int) -> dict[str, Any]:
        """Make an item."""
        assert self.config.seed is not None
        seed = self.config.seed + index
        number = random.Random(seed).randrange(self.config.most)
        return {"question": f"{number}+0=", "answer": str(number), "seed": seed}

    def score_answer(self, answer: str, entry: Mapping[str, Any]) -> float:
        """Score 1 or 0."""
        return float(answer == entry["answer"])


@pytest.fixture
def _gym(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the stand-in in the place of the package."""
    package, factory = ModuleType("reasoning_gym"), ModuleType("reasoning_gym.factory")
    vars(package)["create_dataset"] = lambda _, **config: Sums(SumsConfig(**config))
    vars(factory)["DATASETS"] = {"sums": (Sums, SumsConfig)}
    monkeypatch.setitem(sys.modules, "reasoning_gym", package)
    monkeypatch.setitem(sys.modules, "reasoning_gym.factory", factory)
    monkeypatch.setattr("harness.gym.dataset.version", lambda _: "9.9")


@pytest.fixture
def load(write: Callable[[str, str], Path], tmp_path: Path) -> Load:
    """Return a loader of the task for a run, with an edit."""

    def make(run: str = "", old: str = "", new: str = "") -> Task:
        assert old in GYM
        write("tasks/made.yaml", GYM.replace(old, new) if old else GYM)
        return load_task(tmp_path / "tasks", "made", run)

    return make


def of(task: Task, split: str) -> list[str]:
    """Return the prompts of a split."""
    return [item.prompt for item in task.items if item.tags["split"] == split]


@pytest.mark.usefixtures("_gym")
def test_a_run_has_items_of_its_own(load: Load) -> None:
    """A run has them again; another shares none, nor any seed, and has the lasting ones too."""
    one, again, other, sample = (load(run) for run in ("a", "a", "b", ""))
    assert one.items == again.items
    assert one.fresh == again.fresh
    assert of(one, "heldout") == of(other, "heldout") == of(sample, "heldout")
    made = [set(of(task, "new") + of(task, "newer")) for task in (one, other, sample)]
    assert [len(prompts) for prompts in made] == [30] * 3
    assert not made[0] & made[1] | made[0] & made[2] | made[1] & made[2]
    for task in (one, other, sample):
        new, newer = task.fresh["new"], task.fresh["newer"]
        assert newer.first == new.first + 20
        assert 2**31 <= new.first < newer.first + newer.count <= 2**32
    assert [item.prompt for item in one.lasting.items] == of(one, "heldout")


@pytest.mark.usefixtures("_gym")
def test_a_task_of_another_name_has_other_items(load: Load, tmp_path: Path) -> None:
    """Two tasks on one data set have other fresh items in one run."""
    first = load("a")
    (tmp_path / "tasks" / "also.yaml").write_text(GYM, encoding="utf-8")
    second = load_task(tmp_path / "tasks", "also", "a")
    assert first.fresh != second.fresh
    assert of(first, "heldout") == of(second, "heldout")


@pytest.mark.usefixtures("_gym")
def test_what_fresh_items_repeat_is_left_out_of_them(load: Load) -> None:
    """Lasting splits stay as they are in every run; no prompt stands in two splits."""
    few = ("most: 1000000", "most: 60")
    runs = [load(run, *few) for run in "abc"]
    assert of(runs[0], "heldout") == of(runs[1], "heldout") == of(runs[2], "heldout")
    for task in runs:
        prompts = [item.prompt for item in task.items]
        assert len(set(prompts)) == len(prompts)
        assert 0 < len(of(task, "new")) < 20


@pytest.mark.usefixtures("_gym")
def test_check_tells_of_them(
    load: Load, write: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """`harness check` counts the lasting items, and says what each run makes beside them."""
    load()
    config = write("harness.yaml", "schema: 1\narms: {rl: {engine: python, function: 'm:f'}}\n")
    assert main(["check", str(config)]) == 0
    told = capsys.readouterr().out
    assert "made.yaml: 30 items; metrics: correct, score; sums of reasoning-gym 9.9" in told
    assert "; new: 20 items anew in each run; newer: 10 items anew in each run" in told


MISTAKES = {
    "another word": (
        "seed: fresh, size: 20",
        "seed: new, size: 20",
        ":7: reasoning_gym.",
    ),
    "below zero": ("seed: 1,", "seed: -1,", ":6: reasoning_gym.splits."),
    "their seeds": (
        "seed: 1,",
        "seed: 2147483620,",
        ":6: reasoning_gym.splits.",
    ),
}


@pytest.mark.usefixtures("_gym")
@pytest.mark.parametrize(("old", "new", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named(load: Load, old: str, new: str, message: str) -> None:
    """What is wrong is named by file, line and key."""
    with pytest.raises(HarnessError) as caught:
        load("", old, new)
    assert message in str(caught.value)


@pytest.mark.parametrize("dataset", ["basic_arithmetic", "pool_matrix", "knights_knaves"])
def test_data_sets_of_the_package(load: Load, dataset: str) -> None:
    """Real data sets take such seeds, and make the same items again."""
    pytest.importorskip("reasoning_gym", reason="the package is an extra")
    edit = ("dataset: sums\n  config: {most: 1000000}", f"dataset: {dataset}")
    one, again, other = (load(run, *edit) for run in "aab")
    assert one.items == again.items
    assert of(one, "heldout") == of(other, "heldout")
    assert not set(of(one, "new")) & set(of(other, "new"))
