"""Series of arms: trends and steps are planned, decided and reported like any claim."""

from __future__ import annotations

import pytest

from .conftest import WORKERS, Project

DOSE = "series:\n  dose: {arms: [base, again, rl], at: [0, 1, 4]}\narms:\n"
EVALS = """\
def test_trend(arms):
    assert arms.series("dose").pass_at(1).trend() > 0.1
    assert 0.1 < arms.series("dose").pass_at(1).trend() < 0.8

def test_steps(arms):
    assert arms.series("dose").pass_at(1).rises()
"""
NOTE = (
    "pass@1 over dose ▄▄█ base 0.* [[]0.*, 0.*] ~ again 0.* [[]0.*] < rl 0.* [[]0.*]; "
    "60 items of sums; ~ where no step is shown"
)


@pytest.fixture
def dosed(project: Project) -> Project:
    """Return a project with a series whose first step is none, and whose second is large."""
    project.edit("evals/harness.yaml", "arms:\n", DOSE)
    project.evals(EVALS)
    return project


def test_a_series_is_read_as_a_whole(dosed: Project) -> None:
    """The trend goes by its name in plan, table and run; a step that is not shown fails."""
    assert dosed.run("--harness-write-plan").ret == 0
    trend = "trend of pass@1 over dose"
    assert [claim["text"] for claim in dosed.plan["claims"]] == [
        f"{trend} > 0.1", f"0.1 < {trend} < 0.8",
        "again.pass@1 - base.pass@1 > 0", "rl.pass@1 - again.pass@1 > 0",
    ]  # fmt: skip
    found: list[str] = []
    for options in WORKERS.values():
        result = dosed.run("--harness-seed", "0", *options)
        assert result.ret == 1
        assert dosed.verdicts() == ["supported", "supported", "inconclusive", "supported"]
        assert not any(claim["exploratory"] for claim in dosed.stored["claims"])
        result.stdout.fnmatch_lines([
            "*supported*trend of pass@1 over dose*", "*INCONCLUSIVE*again.pass@1 > base.pass@1*",
            "*(rises)*", NOTE,
        ])  # fmt: skip
        found.append(str(dosed.stored["readings"]))
    assert found[0] == found[1]
    terms = dosed.stored["claims"][0]["terms"]
    assert [term["arm"] for term in terms] == ["base", "again", "rl"]
    assert sum(term["weight"] for term in terms) == pytest.approx(0.0)


def test_a_series_is_not_read_where_an_arm_is_missing(dosed: Project) -> None:
    """A claim on two arms of it draws no third one: then nothing is told along it."""
    dosed.evals("def test_it(arms):\n    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1)\n")
    assert dosed.run().ret == 0
    assert dosed.stored["readings"] == []


def test_a_mistake_in_a_series_ends_the_session(dosed: Project) -> None:
    """An arm that is not there is told with its line; a series that is not, in its test."""
    dosed.edit("evals/test_evals.py", '"dose").pass_at(1).rises', '"doze").pass_at(1).rises')
    result = dosed.run()
    result.stdout.fnmatch_lines(["*there is no series 'doze'; did you mean 'dose'*"])
    dosed.edit("evals/harness.yaml", "[base, again", "[bas, again")
    result = dosed.run()
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*harness.yaml:7: series.dose.arms.0: no arm 'bas'; did you*"])
