"""Tasks that reasoning-gym makes: splits that are apart, and its own scores; of a stand-in too."""

from __future__ import annotations

import importlib.metadata
import random
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from harness.cli import main
from harness.errors import HarnessError, TaskError
from harness.records import Draw, Score, Task
from harness.scoring import open_scorer
from harness.tasks import load_task
from harness.tasks.items import item_id

Load = Callable[..., Task]
GYM = """\
schema: 1
reasoning_gym:
  dataset: sums
  config: {most: 1000}
  regex: '\\[(.*)\\]'
  splits:
    seen: {seed: 1, size: 40}
    heldout: {seed: 100, size: 20}
"""


@dataclass
class SumsConfig:
    """Settings of the stand-in."""

    most: int = 1000
    own: float = 1.0
    named: bool = True
    seed: int | None = None
    size: int = 500


class Sums:
    """A stand-in for a data set: uses the global generators, warns, and fails on odd answers."""

    def __init__(self, config: SumsConfig) -> None:
        assert config.most > 0, "most must be positive"
        self.config = config

    def __getitem__(self, index: int) -> dict[str, Any]:
        """Make an item, partly of the global generators, as some data sets do."""
        assert self.config.seed is not None
        if self.config.seed + index == 1300:
            msg = "unlucky"
            raise ValueError(msg)
        warnings.warn("made", stacklevel=2)
        number = random.Random(self.config.seed + index).randrange(self.config.most)
        question = f"{number}+{random.randrange(10)}+{np.random.randint(10)}="  # noqa: NPY002
        return {"question": question, "answer": "42" if self.config.named else None, "number": 42}

    def score_answer(self, answer: str, entry: Mapping[str, Any]) -> float:
        """Score 1, or less the further away."""
        random.random()
        if answer == "mad":
            return 1.5
        if self.config.own < 1 and answer == entry["answer"]:
            return self.config.own
        return 1.0 if int(answer) == entry["number"] else 0.25


@pytest.fixture
def gym(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the stand-in in the place of the package."""
    package, factory = ModuleType("reasoning_gym"), ModuleType("reasoning_gym.factory")
    vars(package)["create_dataset"] = lambda name, **config: {"sums": Sums}[name](
        SumsConfig(**config)
    )
    vars(factory)["DATASETS"] = {"sums": (Sums, SumsConfig), "products": (Sums, SumsConfig)}
    monkeypatch.setitem(sys.modules, "reasoning_gym", package)
    monkeypatch.setitem(sys.modules, "reasoning_gym.factory", factory)
    monkeypatch.setattr("harness.gym.dataset.version", lambda _: "9.9")


@pytest.fixture
def load(write: Callable[[str, str], Path], tmp_path: Path) -> Load:
    """Return a loader of the task, with an edit."""

    def make(old: str = "", new: str = "") -> Task:
        assert old in GYM
        write("made.yaml", GYM.replace(old, new) if old else GYM)
        return load_task(tmp_path, "made")

    return make


def said(task: Task, text: str) -> Score:
    """Score a completion of the first item."""
    return open_scorer(task).score(task.items[0], Draw(text=text))


@pytest.mark.usefixtures("gym")
def test_items_are_made_of_seeds(load: Load) -> None:
    """Each split has the items of its seeds, whatever else is made, and they are the same again."""
    task = load()
    assert [item.tags["split"] for item in task.items] == ["seen"] * 40 + ["heldout"] * 20
    assert len({item.prompt for item in task.items}) == 60
    assert all(item.id == item_id(item.prompt, "42") for item in task.items)
    random.seed(5)
    assert load().items == task.items
    assert load("size: 40", "size: 39").items == (*task.items[:39], *task.items[40:])


@pytest.mark.usefixtures("gym")
def test_the_global_generators_stay_as_they_are(load: Load) -> None:
    """Making items and scoring leave no trace in them, and raise no warning."""
    before = random.getstate(), np.random.get_state()[1].tolist()  # type: ignore[index]  # noqa: NPY002
    said(load(), "[42]")
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before  # type: ignore[index]  # noqa: NPY002


@pytest.mark.usefixtures("gym")
@pytest.mark.parametrize(
    ("text", "scores"),
    [
        ("it is [42]", (1, 1, 1, 0)),
        ("[ 042 ]", (1, 1, 1, 0)),
        ("[41]", (0, 0.25, 1, 0)),
        ("42", (0, 0, 0, 0)),
        ("[]", (0, 0, 0, 0)),
        ("[forty-two]", (0, 0, 0, 0)),
    ],
)
def test_answers_are_scored_by_the_data_set(
    load: Load, text: str, scores: tuple[float, ...]
) -> None:
    """It grades what the pattern captures; what it can't read is no answer."""
    task = load()
    assert said(task, text).metrics == scores
    assert open_scorer(task).metrics == ("correct", "score", "formatted", "truncated")


@pytest.mark.usefixtures("gym")
def test_right_answers_are_one_answer(load: Load) -> None:
    """All that the data set scores 1 votes together, also where it names no answer itself."""
    for task in (load(), load("most: 1000", "named: false")):
        right = open_scorer(task).right(task.items[0])
        assert said(task, "[42]").answer == said(task, "[042]").answer == right
        assert said(task, "[41]").answer not in {said(task, "[40]").answer, right, ""}
        assert said(task, "42").answer == ""


@pytest.mark.usefixtures("gym")
def test_without_a_pattern_all_is_the_answer(load: Load) -> None:
    """The whole completion is scored, without the blanks around it."""
    task = load("  regex: '\\[(.*)\\]'\n", "")
    assert said(task, " 42\n").metrics[0] == 1
    assert said(task, "[42]").metrics[0] == 0


@pytest.mark.usefixtures("gym")
def test_repeats_are_left_out(load: Load) -> None:
    """A prompt stands once in its split, and one of two splits in neither, in any order."""
    task = load("most: 1000", "most: 3")
    kept = {item.prompt: item.tags["split"] for item in task.items}
    assert len(kept) == len(task.items) < 60
    assert task.about == f"sums of reasoning-gym 9.9, {60 - len(kept)} repeats left out"
    first, second = GYM.splitlines(keepends=True)[-2:]
    swapped = load(f"most: 1000}}\n  regex: '\\[(.*)\\]'\n  splits:\n{first}{second}",
                   f"most: 3}}\n  splits:\n{second}{first}")  # fmt: skip
    assert {item.prompt: item.tags["split"] for item in swapped.items} == kept


@pytest.mark.usefixtures("gym")
def test_what_the_hash_is_of(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """Version, data set, settings and pattern are the scorer's identity; seeds are the items'."""
    before = open_scorer(load()).hash
    assert open_scorer(load("seed: 100", "seed: 200")).hash == before
    others = [
        open_scorer(load("most: 1000", "most: 999")).hash,
        open_scorer(load("(.*)", "(.+)")).hash,
        open_scorer(load("schema: 1", "schema: 1\ntruncated: wrong")).hash,
    ]
    monkeypatch.setattr("harness.gym.dataset.version", lambda _: "9.10")
    assert len({before, open_scorer(load()).hash, *others}) == 5


MISTAKES = {
    "dataset": (
        "sums",
        "smus",
        ":3: reasoning_gym.dataset: reasoning-gym has no data set 'smus'; ",
    ),
    "config": ("most: 1000", "mots: 7", ":4: reasoning_gym.config.mots: unknown key; did you mean"),
    "value": ("most: 1000", "most: 0", ":4: reasoning_gym.config: data set 'sums' refuses this: "),
    "config.seed": ("most: 1000", "seed: 1", ":4: reasoning_gym.config.seed: seeds are those of"),
    "no group": ("(.*)", ".*", ":5: reasoning_gym.regex: captures nothing to compare"),
    "overlap": (
        "100",
        "40",
        ":8: reasoning_gym.splits.heldout.seed: seed 40 is one of split 'seen'",
    ),
    "size": ("size: 20", "size: 0", ":8: reasoning_gym.splits.heldout.size: 0 is less than"),
    "no seed": ("seed: 100, ", "", ":8: reasoning_gym.splits.heldout: needs 'seed'; written {seed"),
    "metrics": ("schema: 1", "schema: 1\nmetrics: {}", ":2: metrics: this key does not go with `"),
    "bad seed": ("seed: 100", "seed: 1299", "data set 'sums' fails on seed 1300: ValueError: unl"),
    "own answer": ("most: 1000", "own: 0.5", "scores its own answer '42' 0.5, not 1; take another"),
}


@pytest.mark.usefixtures("gym")
@pytest.mark.parametrize(("old", "new", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named(load: Load, old: str, new: str, message: str) -> None:
    """What is wrong is named by file, line and key, in one line."""
    with pytest.raises(HarnessError) as caught:
        load(old, new)
    assert message in str(caught.value)
    assert "made.yaml:" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("gym")
def test_a_split_without_items_of_its_own_is_refused(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where every prompt stands in another split too, nothing is held out."""
    entry = {"question": "?", "answer": "42", "number": 42}
    monkeypatch.setattr(Sums, "__getitem__", lambda *_: entry)
    with pytest.raises(
        TaskError, match=r":7: .*\.splits\.seen: each prompt of this split stands in"
    ):
        load()


@pytest.mark.usefixtures("gym")
def test_an_impossible_score_is_an_error(load: Load) -> None:
    """A score beyond 1 is named, never counted."""
    with pytest.raises(TaskError, match=r"data set 'sums' scores 'mad' 1.5, not in \[0, 1\]"):
        said(load(), "[mad]")


def test_a_missing_package_is_named(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra one line says how to get it."""
    monkeypatch.setitem(sys.modules, "reasoning_gym", None)
    with pytest.raises(TaskError, match=r":2: reasoning_gym: .*; install it: pip install 'rl-eval"):
        load()


@pytest.mark.usefixtures("gym")
def test_check_tells_what_made_a_task(
    write: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """`harness check` says which data set of which version made the items."""
    write("tasks/made.yaml", GYM)
    config = write("harness.yaml", "schema: 1\narms: {rl: {engine: python, function: 'm:f'}}\n")
    assert main(["check", str(config)]) == 0
    told = "made.yaml: 60 items; metrics: correct, score; sums of reasoning-gym 9.9, 0 repeats"
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("dataset", "config"),
    [("basic_arithmetic", "{max_digits: 2}"), ("list_functions", "{}"), ("pool_matrix", "{}")],
)
def test_data_sets_of_the_package(load: Load, dataset: str, config: str) -> None:
    """Real data sets make the same items twice, score their own answers 1, and leave no trace."""
    pytest.importorskip("reasoning_gym", reason="the package is an extra")
    state = random.getstate(), np.random.get_state()[1].tolist()  # type: ignore[index]  # noqa: NPY002
    block = "dataset: sums\n  config: {most: 1000}\n  regex: '\\[(.*)\\]'"
    edit = (block, f"dataset: {dataset}\n  config: {config}")
    task = load(*edit)
    assert load(*edit).items == task.items
    assert {item.tags["split"] for item in task.items} == {"seen", "heldout"}
    assert said(task, task.items[0].reference).metrics[:2] == (1, 1)
    assert importlib.metadata.version("reasoning-gym") in task.about
    assert (random.getstate(), np.random.get_state()[1].tolist()) == state  # type: ignore[index]  # noqa: NPY002
