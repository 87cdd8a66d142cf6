"""`--harness-fresh` and the ledger: a verdict is given once, and fresh draws are numbered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import Project

#: An arm whose revision is declared, so that nothing changes behind its name.
LEVEL = "arms['sure'].pass_at(1) > 0.2"
GAIN = "arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.1"
EVAL = f"def test_it(arms):\n    assert {LEVEL}\n"
FRESH = "--harness-fresh"
WRITE = "--harness-write-plan"


def _ledger(project: Project) -> dict[str, Any]:
    text = (project.path / ".harness/ledger.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def test_a_stored_verdict_is_returned_without_a_draw(
    project: Project, workers: tuple[str, ...]
) -> None:
    """On the same draws of an arm with a revision the verdict stands: nothing is sampled again."""
    project.evals(EVAL)
    assert project.run(*workers).ret == 0
    first = project.content
    assert project.calls == 60 * 8
    result = project.run(*workers)
    assert result.ret == 0
    assert project.calls == 60 * 8
    assert project.content == first
    result.stdout.fnmatch_lines(["recalled: *--harness-fresh takes others"])
    assert project.stored["provenance"]["recalled"] == 1


def test_a_refuted_verdict_stands_too(project: Project) -> None:
    """A run again does not try its luck: the same draws are refuted without a look at them."""
    project.evals("def test_it(arms):\n    assert arms['sure'].pass_at(1) > 0.9\n")
    assert project.run().ret == 1
    result = project.run()
    assert result.ret == 1
    assert project.calls == 60 * 8
    result.stdout.fnmatch_lines(["*refuted: sure.pass@1 > 0.9"])


def test_an_arm_without_a_revision_is_asked_again(project: Project) -> None:
    """What may have changed behind its name is sampled anew, and nothing is called recalled."""
    project.evals(f"def test_it(arms):\n    assert {LEVEL.replace('sure', 'loud')}\n")
    project.run()
    result = project.run()
    assert project.calls == 2 * 60 * 8
    result.stdout.no_fnmatch_line("recalled:*")


def test_what_is_not_pinned_is_named(project: Project, workers: tuple[str, ...]) -> None:
    """Arms without a revision that a claim was decided on are named, in the file too."""
    project.evals(f"{EVAL}\ndef test_b(arms):\n    assert {GAIN}\n")
    result = project.run(*workers)
    result.stdout.fnmatch_lines(["not pinned: base, rl: verdicts on them are not remembered*"])
    assert project.stored["settings"]["unpinned"] == ["base", "rl"]


def test_changed_code_is_asked_again(project: Project) -> None:
    """A function's source is part of its identity, whatever revision it declares."""
    project.evals(EVAL)
    project.run()
    path = project.path / "models.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert project.run_apart().ret == 0
    assert project.calls == 2 * 60 * 8


def test_fresh_draws_are_others(project: Project) -> None:
    """A fresh run samples anew; later runs go on with those draws, and return their verdict."""
    project.evals(EVAL)
    project.run()
    first = project.stored["estimates"]
    project.run(FRESH)
    fresh = project.stored
    assert fresh["estimates"] != first
    assert fresh["settings"]["sample"] == 2
    calls = project.calls
    project.run()
    assert project.stored["estimates"] == fresh["estimates"]
    assert project.stored["settings"]["sample"] == 2
    assert project.calls == calls


def test_a_second_attempt_is_exploratory(project: Project, workers: tuple[str, ...]) -> None:
    """Fresh draws are attempt 2: said in the first line, with any workers, as it is in a re-run."""
    project.evals(f"def test_it(arms):\n    assert {GAIN}\n")
    project.run(WRITE)
    result = project.run(*workers)
    result.stdout.fnmatch_lines(["SUPPORTED: all of 1 claim in 1 eval"])
    result = project.run(*workers, FRESH)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "EXPLORATORY, SUPPORTED: all of 1 claim in 1 eval",
            "exploratory: attempt 2 on other draws",
        ]
    )
    assert project.stored["claims"][0]["exploratory"] == "attempt 2 on other draws"
    project.run(*workers)
    assert project.stored["exploratory"] == ["attempt 2 on other draws"]


def test_seeds_and_plans_are_counted_together(project: Project) -> None:
    """Another seed, and an easier plan on it, are tries at one effect, however many claim it."""
    body = "def test_{}(arms):\n    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) + {}\n"
    project.evals(body.format("a", 0.45) + body.format("b", 0.45))
    project.run("-n", "2")
    project.evals(body.format("a", 0.2) + body.format("b", 0.2))
    project.run(WRITE, "--harness-seed", "1")
    project.run("--harness-seed", "1", "-n", "2")
    assert project.stored["exploratory"] == ["attempt 2 on other draws"]
    assert [len(draws) for draws in _ledger(project)["attempts"].values()] == [2]


def test_a_plan_after_the_draws_is_exploratory(project: Project) -> None:
    """Looking first and planning then proves less; fresh draws mend that, as a second attempt."""
    project.evals(f"def test_it(arms):\n    assert {GAIN}\n")
    project.run()
    project.run(WRITE)
    result = project.run()
    result.stdout.fnmatch_lines(
        [
            "EXPLORATORY, SUPPORTED*",
            "exploratory: planned after its draws were first looked at (--harness-fresh takes *)",
        ]
    )
    project.run(FRESH)
    assert project.stored["exploratory"] == ["attempt 2 on other draws"]


def test_an_easier_plan_after_the_draws_is_exploratory(project: Project) -> None:
    """A margin that is changed once the draws were looked at is told from one that was not."""
    body = "def test_it(arms):\n    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) + {}\n"
    project.evals(body.format(0.45) + body.format(0.1).replace("test_it", "test_kept"))
    project.run(WRITE)
    project.run()
    project.evals(body.format(0.2) + body.format(0.1).replace("test_it", "test_kept"))
    project.run(WRITE)
    project.run()
    reasons = [claim["exploratory"] for claim in project.stored["claims"]]
    assert reasons[0].startswith("planned after its draws were first looked at")
    assert reasons[1] == ""


def test_without_a_plan_several_alarms_are_not_controlled(project: Project) -> None:
    """A first run works on the fly, and says what it could not control."""
    project.evals(
        "def test_a(arms):\n    assert no_evidence(arms['rl'].mean() < arms['base'].mean())\n"
        "def test_b(arms):\n    assert no_evidence(arms['rl'].mean() < 0.3)\n"
    )
    result = project.run()
    result.stdout.fnmatch_lines(["no plan: 2 alarms at 0.05 each*10% of*harness plan --write*"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "*ledger.json:1: this ledger is no JSON*delete it to begin anew"),
        ('{"schema": 3}', "*ledger.json*schema 3 is from a later version*"),
    ],
)
def test_a_broken_ledger_ends_the_session(project: Project, text: str, message: str) -> None:
    """What was looked at is not forgotten by breaking the file: one line, before any draw."""
    project.evals(EVAL)
    project.write(".harness/ledger.json", text)
    result = project.run()
    assert result.ret == 4
    result.stderr.fnmatch_lines([message])
    assert project.calls == 0
    assert (project.path / ".harness/ledger.json").read_text(encoding="utf-8") == text


def test_an_interrupted_run_has_looked(project: Project) -> None:
    """Draws that an interrupted run took are opened all the same."""
    project.evals(f"{EVAL}\ndef test_later(arms):\n    raise KeyboardInterrupt\n")
    assert project.run_apart().ret == 2
    assert len(_ledger(project)["opened"]) == 1


def test_the_ledger_is_the_same_on_two_workers(project: Project) -> None:
    """What was opened and decided does not depend on who drew."""
    project.evals(
        f"{EVAL}\ndef test_b(arms):\n    assert {GAIN}\n"
        "def test_c(arms):\n    assert arms['sure'].mean() > 0.3\n"
    )
    project.run()
    alone = _ledger(project)
    (project.path / ".harness/ledger.json").unlink()
    project.run("-n", "2")
    both = _ledger(project)
    assert both == alone
    assert len(alone["verdicts"]) == 2
    assert len(alone["opened"]) == 3


def test_bets_by_rounds_go_on_in_the_next_run(project: Project) -> None:
    """A bet on these items adds rounds of draws from run to run, until it is decided."""
    other = 'again: {engine: python, function: "models:weak"'
    project.edit("evals/harness.yaml", other, f'{other}, revision: "1"')
    other = 'rl: {engine: python, function: "models:strong"'
    project.edit("evals/harness.yaml", other, f'{other}, revision: "1"')
    project.evals(
        "@pytest.mark.harness(items='these', method='anytime', draws=4)\ndef test_it(arms):\n"
        "    assert arms['rl'].mean() > arms['again'].mean()\n"
    )
    draws = []
    for _ in range(8):
        done = project.run().ret
        draws.append(project.decisions()[0]["draws"])
        if done == 0:
            break
    assert draws == [4 * (number + 1) for number in range(len(draws))]
    assert len(draws) > 1
    assert project.run().ret == 0
    assert project.decisions()[0]["draws"] == draws[-1]
