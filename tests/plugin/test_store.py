"""The store end to end: nothing is drawn twice, whatever ends a run, and offline nothing at all."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter

import pytest

from .conftest import Project

TWO_ARMS = """
def test_one(arms):
    assert arms["sure"].pass_at(1) > 0.2

def test_other(arms):
    assert arms["safe"].pass_at(1) < 0.9
"""
PINNED = '  safe: {engine: python, function: "models:loud", revision: "2"}\n'


@pytest.fixture
def stored(project: Project) -> Project:
    """Return a project whose two arms keep a log of their calls, and can't change."""
    path = project.path / "evals" / "harness.yaml"
    path.write_text(path.read_text() + PINNED)
    project.evals(TWO_ARMS)
    return project


def test_a_second_run_draws_nothing(stored: Project, workers: tuple[str, ...]) -> None:
    """Draws of pinned arms are kept: another claim on them costs no call, on any workers."""
    assert stored.run_apart(*workers).ret == 0
    assert stored.calls == 2 * 60 * 8
    assert _drawn(stored) == {"safe": (480, 0), "sure": (480, 0)}
    stored.evals(TWO_ARMS.replace("0.2", "0.3"))
    assert stored.run_apart(*workers).ret == 0
    assert stored.calls == 2 * 60 * 8
    assert _drawn(stored) == {"safe": (0, 480), "sure": (0, 480)}


def _drawn(project: Project) -> dict[str, tuple[int, int]]:
    """Return how many draws of each arm were taken, and how many were there."""
    return {row["arm"]: (row["drawn"], row["recalled"]) for row in project.stored["costs"]}


def test_two_workers_share_the_draws_of_one_arm(stored: Project) -> None:
    """Two tests on one arm, side by side: each draw is taken once."""
    stored.evals(
        "".join(
            f"def test_{n}(arms):\n    assert arms['sure'].pass_at(1) > 0.{n}\n\n" for n in (1, 2)
        )
    )
    assert stored.run_apart("-n", "2").ret == 0
    assert stored.calls == 60 * 8


def test_arms_that_are_not_pinned_are_drawn_anew(project: Project) -> None:
    """What can change behind its name is drawn again by the next run."""
    project.evals("def test_it(arms):\n    assert arms['loud'].pass_at(1) > 0.2\n")
    for times in (1, 2):
        assert project.run().ret == 0
        assert project.calls == times * 60 * 8


def test_a_changed_scorer_scores_anew_and_draws_nothing(stored: Project) -> None:
    """Scores are kept apart from draws: another way to score them takes no call."""
    assert stored.run().ret == 0
    stored.edit("evals/tasks/sums.yaml", "\\[.*\\]", "^\\[.*\\]$")
    stored.evals("def test_it(arms):\n    assert arms['sure'].mean('boxed') > 0.9\n")
    assert stored.run().ret == 0
    assert stored.calls == 2 * 60 * 8


def test_offline_decides_on_what_is_there(stored: Project, workers: tuple[str, ...]) -> None:
    """Offline a run decides from the store; what lacks is an error, and nothing is called."""
    assert stored.run_apart().ret == 0
    calls = stored.calls
    stored.evals(TWO_ARMS.replace("0.2", "0.25"))
    assert stored.run_apart("--harness-offline", *workers).ret == 0
    stored.evals("@pytest.mark.harness(draws=9)\n" + TWO_ARMS.lstrip())
    result = stored.run_apart("--harness-offline", *workers)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*arm 'sure' lacks 60 draws, and none is taken offline*"])
    assert stored.calls == calls


def test_a_broken_store_is_told_in_a_line(stored: Project, workers: tuple[str, ...]) -> None:
    """A file that is no store fails each eval, in one line that names it."""
    stored.write(".harness/draws.sqlite", "no database\n" * 100)
    result = stored.run_apart(*workers)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*draws.sqlite: the draw store can't be used: *not a database*"])
    result.stdout.no_fnmatch_line("*Traceback*")


SLOW = """
import time
from pathlib import Path
from models import _answer

def slow(prompt, seed):
    with Path("calls.log").open("a") as file:
        file.write(f"{prompt} {seed}\\n")
    time.sleep(0.001)
    return _answer(prompt, seed, 0.5)
"""


def test_killed_at_any_moment_it_goes_on(project: Project) -> None:
    """Killed 20 times, a run loses no draw and asks again for none but the one in flight.

    In the end it comes to the verdicts of a run that nothing disturbed.
    """
    project.write("slow.py", SLOW)
    path = project.path / "evals" / "harness.yaml"
    arms = "".join(
        f'  {name}: {{engine: python, function: "slow:slow", revision: "1"}}\n'
        for name in ("one", "other")
    )
    path.write_text(path.read_text() + arms)
    project.evals(
        "def test_it(arms):\n    assert arms['one'].pass_at(1) > 0.4\n\n"
        "def test_no_op(arms):\n"
        "    assert -0.2 < arms['one'].pass_at(1) - arms['other'].pass_at(1) < 0.2\n"
    )
    command = [sys.executable, "-m", "pytest", "evals", "-q", "-p", "no:cacheprovider"]
    generator, kills = random.Random(4), 20
    for _ in range(kills):
        before, goal = project.calls, generator.randint(1, 40)
        process = subprocess.Popen(
            command, cwd=project.path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while project.calls < before + goal and process.poll() is None:
            time.sleep(0.0005)
        assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert project.run_apart().ret == 0
    log = Counter((project.path / "calls.log").read_text().splitlines())
    assert len(log) == 2 * 60 * 8
    assert log.total() <= len(log) + kills
    with sqlite3.connect(project.path / ".harness" / "draws.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM draws").fetchone() == (960,)
        assert connection.execute("SELECT count(*) FROM scores").fetchone() == (960,)
    connection.close()
    claims = project.stored["claims"]
    (project.path / ".harness" / "draws.sqlite").unlink()
    (project.path / ".harness" / "ledger.json").unlink()
    assert project.run_apart().ret == 0
    assert project.stored["claims"] == claims


def test_an_unpinned_run_that_was_killed_goes_on(project: Project) -> None:
    """Draws of arms that can change serve the same run, also after it was killed."""
    project.write("slow.py", SLOW)
    path = project.path / "evals" / "harness.yaml"
    path.write_text(path.read_text() + '  agent: {engine: python, function: "slow:slow"}\n')
    project.evals("def test_it(arms):\n    assert arms['agent'].pass_at(1) > 0.4\n")
    command = [sys.executable, "-m", "pytest", "evals", "-q", "-p", "no:cacheprovider"]
    process = subprocess.Popen(command, cwd=project.path, stdout=subprocess.DEVNULL)
    while project.calls < 100 and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert project.run_apart().ret == 0
    assert project.calls <= 60 * 8 + 1
    assert project.run_apart().ret == 0
    assert project.calls > 2 * 60 * 8 - 1
