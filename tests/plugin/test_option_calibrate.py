"""`--harness-calibrate`: how often the gate flips, on stored draws of identical models."""

from __future__ import annotations

import pytest

from .conftest import Project

GAIN = "arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.05"
SAFE = "arms['rl'].pass_at(1) > arms['base'].pass_at(1) - 0.2"
QUIET = "no_evidence(arms['rl'].mean() < arms['base'].mean())"
ACCEPT = "    assert arms['loud'].pass_at(1) > baseline['loud'].pass_at(1) - 0.3\n"


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep claims on one line."""
    monkeypatch.setenv("COLUMNS", "160")


def _accepted(project: Project, body: str) -> None:
    """Write evals, after a baseline of the arm `loud` was taken."""
    project.evals(f"def test_it(arms, baseline):\n{ACCEPT}")
    assert project.run("--harness-update-baseline").ret == 0
    project.evals(body)


def _lines(result: pytest.RunResult) -> list[str]:
    """Return the lines of our section."""
    start = next(row for row, line in enumerate(result.outlines) if "= harness =" in line)
    return result.outlines[start + 1 :]


def test_a_suite_is_replayed_without_a_draw(project: Project) -> None:
    """Each claim has its shares, the gate its flips; nothing is sampled, and no run is written."""
    _accepted(
        project,
        f"def test_gain(arms):\n    assert {GAIN}\n"
        f"def test_safe(arms):\n    assert {SAFE}\n"
        f"def test_alarm(arms):\n    assert {QUIET}\n",
    )
    calls, run = project.calls, project.stored
    result = project.run("--harness-calibrate=40")
    assert result.ret == 0
    assert project.calls == calls
    assert project.stored == run
    lines = _lines(result)
    assert "shares of 40 replays" in lines
    rows = {line.strip().partition("  ")[0]: line.split()[-5:] for line in lines}
    gain = rows["rl.pass@1 - base.pass@1 > 0.05"]
    assert gain[0] == "8"
    assert all(0 <= float(cell) <= 1 for cell in gain[1:])
    assert float(gain[1]) < 0.2
    text = "\n".join(lines)
    for words in (
        "some alarm rings on identical models: ",
        "the gate flips on identical models",
        "all is supported on identical models, though not true of them: ",
        "all is supported at the planned effects: ",
    ):
        assert words in text
    assert "95% Monte Carlo interval" in text


def test_the_same_seed_is_the_same_replay(project: Project) -> None:
    """A replay is repeatable, and another seed plays others."""
    _accepted(project, f"def test_it(arms):\n    assert {SAFE.replace('0.2', '0.1')}\n")
    found = [
        _lines(project.run("--harness-calibrate=60", "--harness-seed", seed))[:8]
        for seed in ("1", "1", "2")
    ]
    assert found[0] == found[1] != found[2]


def test_looks_are_replayed_too(project: Project) -> None:
    """With planned looks the replay takes the same path as a run would."""
    _accepted(project, f"def test_it(arms):\n    assert {SAFE}\n")
    result = project.run("--harness-calibrate=10", "--harness-draws", "auto")
    assert result.ret == 0
    assert any(line.startswith(" rl.pass@1 - base.pass@1 > -0.2") for line in _lines(result))


def test_what_cannot_be_replayed_says_why(project: Project) -> None:
    """Rates of the text and too large a k are named, with the reason; the rest is replayed."""
    _accepted(
        project,
        f"def test_it(arms):\n    assert {SAFE}\n"
        "    assert arms['rl'].rate(str.isdigit) < 0.5\n"
        "@pytest.mark.harness(draws=16)\ndef test_b(arms):\n"
        "    assert arms['rl'].pass_at(12) > arms['base'].pass_at(12) - 0.5\n",
    )
    result = project.run("--harness-calibrate=10")
    assert result.ret == 0
    text = " ".join(" ".join(_lines(result)).split())
    assert (
        "not replayed: rl.rate(isdigit) < 0.5: a rate of the text can't be told from stored" in text
    )
    assert (
        "it takes 2 x 12 draws per item, and 16 are stored; take a baseline of more draws" in text
    )


def test_without_a_baseline_there_is_nothing_to_replay(project: Project) -> None:
    """No stored draws: one line with the command that takes them, and a failing exit code."""
    project.evals(f"def test_it(arms):\n    assert {SAFE}\n")
    result = project.run("--harness-calibrate=10")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["no arm has a stored baseline on sums*harness baseline accept"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_an_arm_can_be_named(project: Project) -> None:
    """Another arm's stored draws are replayed by name; a misspelt one is answered."""
    _accepted(project, f"def test_it(arms):\n    assert {SAFE}\n")
    named = ("--harness-calibrate=10", "--harness-calibrate-arm")
    assert project.run(*named, "loud").ret == 0
    result = project.run(*named, "luod")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["there is no arm 'luod'; did you mean 'loud'?"])
    result = project.run(*named, "rl")
    text = " ".join(" ".join(_lines(result)).split())
    assert "there is no baseline of arm 'rl' on task 'sums'" in text


@pytest.mark.parametrize("repeats", ["0", "-3"])
def test_repeats_are_a_count(project: Project, repeats: str) -> None:
    """No replays, or fewer than none, are refused, and nothing is sampled instead."""
    _accepted(project, f"def test_it(arms):\n    assert {SAFE.replace('rl', 'loud')}\n")
    calls = project.calls
    result = project.run(f"--harness-calibrate={repeats}")
    assert result.ret == 1
    result.stdout.fnmatch_lines([f"--harness-calibrate {repeats}: must be a whole number from 1"])
    assert project.calls == calls


def test_alarms_are_replayed_at_their_share_of_alpha(project: Project) -> None:
    """Where a plan lets alarms share it, they ring as seldom as in a run."""
    alarms = "".join(
        f"    assert no_evidence(arms['rl'].{one} < arms['loud'].{one})\n"
        for one in (
            "mean()",
            "where(split='odd').mean()",
            "where(split='even').mean()",
            "pass_at(4)",
        )
    )
    _accepted(project, f"def test_it(arms):\n{alarms}")

    def rings() -> float:
        result = project.run("--harness-calibrate=400")
        line = next(one for one in result.outlines if one.startswith("some alarm rings"))
        return float(line.partition(": ")[2].partition("%")[0])

    alone = rings()
    assert project.run("--harness-write-plan").ret == 0
    assert rings() < 0.6 * alone
