"""Baselines in a run: each state stops its claims by its name, and the commands say the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import harness.acceptance
import harness.cli.accepting
from harness.cli import main

from .conftest import CONFIG, Project

EVAL = """
def test_{0}(arms, baseline):
    assert arms["{0}"].pass_at(1) > baseline["{0}"].pass_at(1) - 0.25
"""
STATES = (
    "stale", "partial", "scorer", "sampling", "prompting", "future", "broken", "missing", "twice",
)  # fmt: skip
EXPECTED = {
    "stale": "stale: this baseline is of 2020-01-01, * days ago, and policy allows 30; take it*",
    "partial": "partial: this baseline lacks 60 of 60 items, the first '0+0='; take the missing*",
    "scorer": "changed: how the task is scored is other than when this baseline was taken; *",
    "sampling": "changed: sampling is other than * (temperature was 2.0, is 1.0); take it anew: *",
    "prompting": "changed: prompting is other than * (system was 'Hm.', is 'not set'); take it *",
    "future": "schema 3 is from a later version; this one reads up to 2; update rl-eval-harness",
    "broken": "the file was cut off: its last line is missing; restore it from git, or take it *",
    "missing": "missing: there is no baseline of arm 'missing' on task 'sums'; take it with: *",
    "twice": "item * stands twice; two branches may have taken it: keep one of its lines, or *",
}
Row = dict[str, object]


@pytest.fixture
def command(project: Project, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Return a runner of `harness baseline` in the project."""
    assert harness.acceptance
    assert harness.cli.accepting
    monkeypatch.syspath_prepend(project.path)
    monkeypatch.chdir(project.path)
    return lambda *arguments: main(["baseline", *arguments])


def spoil(path: Path, state: str) -> None:
    """Bring a good baseline into a state, by hand."""
    if state == "missing":
        path.unlink()
        return
    header, *rows, _ = map(json.loads, path.read_text(encoding="utf-8").split("\n\n"))
    identity = header["identity"]
    changes: dict[str, Callable[[], object]] = {
        "stale": lambda: [row.update(taken="2020-01-01") for row in rows],
        "partial": lambda: [row.update(id=f"{at:016x}", prompt="") for at, row in enumerate(rows)],
        "scorer": lambda: identity.update(scorer="0"),
        "sampling": lambda: identity["sampling"].update(temperature=2.0),
        "prompting": lambda: identity.update(prompting={"system": "Hm."}),
        "future": lambda: header.update(schema=3),
        "twice": lambda: rows.append({**rows[0], "epoch": 2}),
        "broken": lambda: None,
    }
    changes[state]()
    for row in rows:
        del row["measure"]  # else the header would not be believed
    end = [] if state == "broken" else [{"complete": True}]
    text = "\n\n".join(map(json.dumps, [header, *rows, *end])) + "\n"
    path.write_text(text, encoding="utf-8")


def test_each_state_stops_its_claims(
    project: Project, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """One line each, no traceback, exit code 1; others go on, and `verify` agrees."""
    arms = "".join(
        f'  {name}: {{engine: python, function: "models:strong", revision: "1"}}\n'
        for name in (*STATES, "good")
    )
    config = CONFIG.partition("arms:")[0].replace("16}", "16, max_age: 30}")
    project.write("evals/harness.yaml", f"{config}arms:\n{arms}")
    project.evals("\n".join(map(EVAL.format, (*STATES, "good"))))
    chosen = [word for name in (*STATES, "good") for word in ("--arm", name)]
    assert command("accept", "--task", "sums", *chosen) == 0
    folder = project.path / "evals/baselines/sums"
    for state in STATES:
        spoil(folder / f"{state}.jsonl", state)
    capsys.readouterr()
    result = project.run()
    assert result.ret == 1
    result.assert_outcomes(passed=1, failed=len(STATES))
    for state, line in EXPECTED.items():
        result.stdout.fnmatch_lines([f"*baselines/sums/{state}.jsonl*: {line}"])
    result.stdout.no_fnmatch_line("*Traceback*")
    capsys.readouterr()
    assert command("verify") == 1
    said = capsys.readouterr().out
    assert said.count("\n") == len(STATES)  # what is missing is no file, and the last line sums up
    for state in STATES:
        assert (f"baselines/sums/{state}.jsonl" in said) == (state != "missing")
    assert "good.jsonl" not in said


def test_from_a_missing_baseline_to_the_next(
    project: Project, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """What the run asks for is taken; a green run is accepted on its word, a red one is not."""
    project.evals(EVAL.format("rl"))
    assert project.run().ret == 1
    assert command("accept", "--task", "sums", "--arm", "rl") == 0
    path = project.path / "evals/baselines/sums/rl.jsonl"
    first = path.read_bytes()
    assert command("accept") == 1  # the bar would be another
    assert "run.json: the run is red; run the evals until it is green" in capsys.readouterr().err
    assert project.run().ret == 0
    capsys.readouterr()
    assert command("accept") == 0
    assert "rl.jsonl: epoch 2: 16 fresh draws of each of 60 items" in capsys.readouterr().out
    assert path.read_bytes() != first
