"""Items made anew in each run: the same wherever the run is looked at, and others in the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.cli import main

if TYPE_CHECKING:
    from .conftest import Project

PACKAGE = """
import random
from reasoning_gym.factory import DATASETS

def create_dataset(name, **config):
    kind, settings = DATASETS[name]
    return kind(settings(**config))
"""
FACTORY = """
import random
from dataclasses import dataclass

@dataclass
class SumsConfig:
    seed: int | None = None
    size: int = 500

class Sums:
    def __init__(self, config):
        self.config = config

    def __getitem__(self, index):
        generator = random.Random(self.config.seed + index)
        a, b = generator.randrange(10**6), generator.randrange(10**6)
        return {"question": f"{a}+{b}=", "answer": str(a + b)}

    def score_answer(self, answer, entry):
        return float(answer == entry["answer"])

DATASETS = {"sums": (Sums, SumsConfig)}
"""
TASK = """
schema: 1
reasoning_gym:
  dataset: sums
  regex: '\\[(.*)\\]'
  splits:
    heldout: {seed: 1, size: 40}
    new: {seed: fresh, size: 40}
"""
EVALS = """
import pytest
pytestmark = pytest.mark.harness(task="made")

def test_gain(arms):
    assert arms["rl"].where(split="new").pass_at(1) > arms["base"].where(split="new").pass_at(1)

def test_gap(arms):
    gain = arms["rl"].pass_at(1) - arms["base"].pass_at(1)
    assert -0.5 < gain.where(split="heldout") - gain.where(split="new") < 0.5
"""
BASELINE = """
import pytest

@pytest.mark.harness(task="made", where={"split": SPLIT})
def test_kept(arms, baseline):
    assert arms["rl"].pass_at(1) > baseline["rl"].pass_at(1) - 0.3
"""
AGAIN = "attempt 2 on other draws"


@pytest.fixture
def made(project: Project) -> Project:
    """Return a project with such a task, and a stand-in for the package."""
    project.write("reasoning_gym/__init__.py", PACKAGE)
    project.write("reasoning_gym/factory.py", FACTORY)
    metadata = "Metadata-Version: 2.1\nName: reasoning-gym\nVersion: 9.9\n"
    project.write("reasoning_gym-9.9.dist-info/METADATA", metadata)
    project.write("evals/tasks/made.yaml", TASK)
    project.write("evals/test_evals.py", EVALS)
    for name, function in (("base", "weak"), ("rl", "strong")):
        arm = f'{name}: {{engine: python, function: "models:{function}"'
        project.edit("evals/harness.yaml", arm, f'{arm}, revision: "1"')
    return project


def seeds(project: Project) -> int:
    """Return the seed of the fresh split that the last run recorded."""
    (items,) = project.stored["items"]
    seed: int = items["seeds"]["new"]
    return seed


def exploratory(project: Project) -> list[str]:
    """Return why each claim of the last run is exploratory."""
    return [claim["exploratory"] for claim in project.stored["claims"]]


def fresh_ids(project: Project) -> set[str]:
    """Return the ids of the fresh items of the last run."""
    (items,) = project.stored["items"]
    rows = zip(items["ids"], items["tags"]["split"], strict=True)
    return {identity for identity, split in rows if split == "new"}


def test_each_run_has_its_own_items(made: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """A run and its second look share them; the next has others, and is a second attempt."""
    made.run("-n", "2").assert_outcomes(passed=2)
    first, run = made.stored, made.path / ".harness" / "run.json"
    seed, ids, name = seeds(made), fresh_ids(made), first["provenance"]["run"]
    assert len(ids) == 40
    assert exploratory(made) == ["", ""]
    assert f"made: the items of split 'new' were made for this run, from seed {seed}" in "".join(
        first["notes"]
    )

    other = made.path / "decided.json"
    decided = made.run(f"--harness-decide={run}", f"--harness-run={other}")
    decided.assert_outcomes(passed=2)
    capsys.readouterr()
    for command in ("diff", "study"):
        assert main([command, "base", "rl", "--config", "evals/harness.yaml"]) == 0
        assert "80 items" in capsys.readouterr().out
    (made.path / "train.txt").write_text("1+1=2", encoding="utf-8")
    ask = ["made", "train.txt", "--config", "evals/harness.yaml", "--run", str(run)]
    assert main(["contamination", *ask, "--arms", "base", "rl"]) == 0
    told = capsys.readouterr().out
    assert "80 items" in told
    assert "not in the task" not in told
    kept = run.read_text(encoding="utf-8")

    made.write(".harness/running", f"{name}\n")  # as if it had been killed before its end
    made.run("--harness-offline").assert_outcomes(passed=2)
    assert made.content == {key: first[key] for key in made.content}
    assert made.stored["provenance"]["recalled"] > 0
    assert exploratory(made) == ["", ""]

    made.run().assert_outcomes(passed=2)
    assert seeds(made) != seed
    assert not fresh_ids(made) & ids
    assert exploratory(made) == [AGAIN, AGAIN]
    assert made.stored["provenance"]["recalled"] == 0

    earlier = made.write("earlier.json", kept)
    store = str(made.path / ".harness" / "draws.sqlite")
    sides = [f"{earlier}:rl", f"{run}:rl", "--config", "evals/harness.yaml", "--store", store]
    capsys.readouterr()
    assert main(["diff", *sides]) == 1  # the same stream: what both have are the same draws


def test_a_plan_is_of_any_run(made: Project) -> None:
    """What is planned on a sample holds for the items of a run, which are not second-guessed."""
    assert made.run("--harness-write-plan").ret == 0
    made.run().assert_outcomes(passed=2)
    assert exploratory(made) == ["", ""]
    made.edit("evals/tasks/made.yaml", "fresh, size: 40", "fresh, size: 41")
    made.run()
    assert "items, selection or scorer are not as planned" in exploratory(made)[0]


def test_they_have_no_baseline(made: Project) -> None:
    """A baseline is of the lasting items; one of fresh items is refused before a draw."""
    made.write("evals/test_evals.py", BASELINE.replace("SPLIT", '"new"'))
    result = made.run("--harness-update-baseline")
    result.assert_outcomes(failed=1)
    told = "baseline[rl] has items of 'new', which task 'made' makes anew in each run"
    assert told in result.stdout.str()
    assert not (made.path / "evals" / "baselines").exists()
    made.write("evals/test_evals.py", BASELINE.replace("SPLIT", '"heldout"'))
    made.run("--harness-update-baseline").assert_outcomes(passed=1)
    (path,) = (made.path / "evals" / "baselines" / "made").glob("rl.*")
    assert "seeds" not in made.stored["items"][0]  # of what was not read
    made.run().assert_outcomes(passed=1)
    before = path.read_text(encoding="utf-8")
    assert main(["baseline", "accept", "--config", "evals/harness.yaml"]) == 0
    assert len(path.read_text(encoding="utf-8").splitlines()) == len(before.splitlines())
    assert main(["check", "evals/harness.yaml"]) == 0
    ask: list[Any] = ["baseline", "accept", "--task", "made", "--arm", "rl", "--where", "split=new"]
    assert main([*ask, "--config", "evals/harness.yaml"]) != 0


def test_shards_need_one_name(made: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name for the run its shards would make other items each; with one they merge."""
    for variable in ("HARNESS_RUN", "GITHUB_RUN_ID", "CI_PIPELINE_ID"):
        monkeypatch.delenv(variable, raising=False)
    result = made.run("--harness-shard", "1/2")
    assert "set HARNESS_RUN to one name for all shards of the run" in result.stdout.str()
    monkeypatch.setenv("HARNESS_RUN", "night-7")
    folders = []
    for shard in ("1", "2"):
        assert made.run("--harness-shard", f"{shard}/2").ret == 0
        folder = made.path / f"shard{shard}"
        (made.path / ".harness").rename(folder)
        folders.append(str(folder))
    assert main(["merge", *folders]) == 0
    assert len(fresh_ids(made)) == 40
    assert seeds(made) > 2**31
