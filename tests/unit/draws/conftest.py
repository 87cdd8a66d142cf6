"""A store with draws, and the command that looks at them."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harness.cli import main
from harness.records import ArmSpec, Item, MetricSpec, Task
from harness.sampling import Sampler

ITEMS = tuple(Item(id=f"{n:016x}", prompt=f"{n}+1=", reference=str(n + 1)) for n in range(5))
CORRECT = MetricSpec(name="correct", pattern=r"^(\d+)$", equals="reference")
TASK = Task(name="sums", items=ITEMS, metrics=(CORRECT,), answer="correct")
SURE = {"function": "models_of_this_test:answer", "revision": "1"}
Run = Callable[..., str]


def answer(prompt: str, seed: int) -> str:
    """Answer right or wrong, by the seed."""
    return str(int(prompt[0]) + random.Random(seed).randint(1, 2))


@pytest.fixture
def arm(function_arm: Callable[..., ArmSpec]) -> ArmSpec:
    """Return an arm that can change behind its name."""
    return function_arm(answer)


@pytest.fixture
def store(tmp_path: Path, arm: ArmSpec, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a store with a pinned arm's draws, and those of two runs of one that is not."""
    path = tmp_path / ".harness" / "draws.sqlite"
    draw(path, pinned(arm), 8)
    for run in ("run-1", "run-2"):
        draw(path, arm, 4, run=run)
    monkeypatch.chdir(tmp_path)
    return path


@pytest.fixture
def harness(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a runner of `harness draws`, which checks the exit code."""

    def run(*arguments: str, code: int = 0) -> str:
        assert main(["draws", *arguments]) == code
        out, err = capsys.readouterr()
        return err if code and err else out

    return run


def pinned(arm: ArmSpec) -> ArmSpec:
    """Make an arm of it that can't change."""
    return ArmSpec(
        name="sure", engine="python", options=SURE, sampling=arm.sampling, stream="sure", where=""
    )


def draw(path: Path, arm: ArmSpec, draws: int, *, task: Task = TASK, run: str = "") -> None:
    """Draw, and close the store as the end of a process would."""
    sampler = Sampler(0, path, run=run)
    sampler.tally(arm, task, task.items, draws)
    sampler._gathering.draws.database.close()


def change(path: Path, *statements: str) -> None:
    """Change the store behind its back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def count(path: Path, table: str) -> int:
    """Count the rows of a table."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def lines(path: Path) -> list[dict[str, object]]:
    """Read JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
