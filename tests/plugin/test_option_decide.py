"""--harness-decide and `harness decide`: another decision on the draws of a stored run."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from .conftest import Project

BODY = """
def test_gain(arms):
    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) + {margin}

@pytest.mark.harness(draws=4)
def test_level(arms):
    assert arms['sure'].mean() > 0.4
    assert no_evidence(arms['loud'].mean() < 0.3)
"""
#: The gain is about 0.4: shown at this margin by 60 items, and not at a level of 1 in a million.
MARGIN = 0.3
STRICT = "policy.alpha=1e-6"


@pytest.fixture
def ran(project: Project) -> Project:
    """Return a project whose evals have run, on arms of which one is pinned."""
    project.evals(BODY.format(margin=MARGIN))
    assert project.run("--harness-arm", "base=again", "--harness-seed", "3").ret == 0
    return project


def _decide(project: Project, *args: str) -> pytest.RunResult:
    return project.run("--harness-decide", ".harness/run.json", *args)


def _decided(project: Project) -> dict[str, Any]:
    text = (project.path / ".harness/decided.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def _kept(project: Project) -> dict[str, bytes]:
    """Return what deciding again must leave as it is."""
    return {path.name: path.read_bytes() for path in (project.path / ".harness").glob("*.json")}


def test_the_same_is_decided(ran: Project, workers: tuple[str, ...]) -> None:
    """Without a change the content is the same, no model is called, and nothing is remembered."""
    before, calls = _kept(ran), ran.calls
    assert _decide(ran, *workers).ret == 0
    decided = _decided(ran)
    assert decided["content"] == ran.stored["content"]
    assert decided["exploratory"] == []
    assert decided["provenance"]["decided"]["content"] == ran.stored["content"]
    assert ran.calls == calls
    (ran.path / ".harness/decided.json").unlink()
    assert _kept(ran) == before
    assert not (ran.path / ".harness/running").exists()


def test_another_level_decides_anew(ran: Project) -> None:
    """A stricter policy is held against the draws, recalls nothing, and is exploratory."""
    before = _kept(ran)
    assert _decide(ran, "--harness-set", STRICT).ret == 1
    decided = _decided(ran)
    assert [claim["decision"]["verdict"] for claim in decided["claims"]] == [
        "inconclusive", "inconclusive",
    ]  # fmt: skip
    assert decided["settings"]["policy"]["alpha"] == 1e-6
    assert decided["exploratory"] == [f"{STRICT} was set after its draws were seen"]
    (ran.path / ".harness/decided.json").unlink()
    assert _kept(ran) == before
    assert ran.run("--harness-arm", "base=again", "--harness-seed", "3").ret == 0
    assert ran.stored["exploratory"] == []


def test_the_command_says_what_changed(ran: Project) -> None:
    """The command decides by edited margins too, names each change of a verdict, and keeps RUN."""
    ran.evals(BODY.format(margin=0.42))
    before = _kept(ran)
    code = "import sys; from harness.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "decide", ".harness/run.json"]
    result = ran.pytester.run(*command, "-n", "2", "-o", "x.json")
    assert result.ret == 1
    result.stdout.fnmatch_lines([
        "*EXPLORATORY*",
        "x.json: 3 claims decided again, without a draw",
        "supported -> inconclusive: rl.pass@1 > base.pass@1 + 0.42 (*::test_gain); it was *+ 0.3",
    ])  # fmt: skip
    decided = json.loads((ran.path / "x.json").read_text(encoding="utf-8"))
    assert [claim["exploratory"] for claim in decided["claims"]] == [
        "it was claimed after its draws were seen", "", "",
    ]  # fmt: skip
    assert _kept(ran) == before


def test_what_is_no_part_of_the_draws_is_refused(ran: Project) -> None:
    """An arm that runs on something else now is one clear line, before any test."""
    ran.edit("models.py", "0.8", "0.9")
    result = _decide(ran)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*run.json: arm '*' now runs on something else than in this run*"])


def test_more_draws_than_there_are(ran: Project) -> None:
    """An eval that asks for more than was drawn is told so, and gets none."""
    calls = ran.calls
    ran.edit("evals/test_evals.py", "draws=4", "draws=6")
    assert _decide(ran, "-k", "level").ret == 1
    assert ran.calls == calls


def test_mistakes(ran: Project) -> None:
    """What can't be set, or would draw, is refused by name, before any test."""
    for args, message in (
        (
            ("--harness-set", "policy.alhpa=0.1"),
            "*no key policy.alhpa; did you mean 'policy.alpha'*",
        ),
        (("--harness-seed", "4"), "*--harness-seed does not go with --harness-decide*"),
        (("--harness-plan",), "*planning does not go with --harness-decide*"),
    ):
        result = _decide(ran, *args)
        assert result.ret == 4
        result.stderr.fnmatch_lines([message])


def test_a_run_that_can_not_be_decided(ran: Project) -> None:
    """What is missing or broken is one line."""
    path = ran.path / ".harness/run.json"
    whole = path.read_text(encoding="utf-8")
    (ran.path / ".harness/draws.sqlite").unlink()
    for text, message in (
        (whole, "*the draws of this run are not here: there is no *draws.sqlite*"),
        (whole[:-20], "*run.json: this run was cut off; run the evals again*"),
        ('{"schema": 1, "complete": true}', "*run.json: schema 1 is of an earlier version*"),
    ):
        path.write_text(text, encoding="utf-8")
        result = _decide(ran)
        assert result.ret == 4
        result.stderr.fnmatch_lines([message])
    assert not (ran.path / ".harness/draws.sqlite").exists()


def test_the_run_is_never_written_over(ran: Project) -> None:
    """Where the output is the run itself, the session fails and the run stays."""
    before = _kept(ran)
    result = _decide(ran, "--harness-run", ".harness/run.json")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*run.json: this is the run that is decided again*"])
    assert _kept(ran) == before
