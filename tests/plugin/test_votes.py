"""`majority_at(k)` in an eval: decided, looked at, kept as a baseline, planned and replayed."""

from __future__ import annotations

from .conftest import Project

RL, BASE, AGAIN, LOUD = (
    f"arms['{name}'].majority_at(3)" for name in ("rl", "base", "again", "loud")
)
EVALS = f"""
def test_gain(arms):
    assert {RL} > {BASE} + 0.2

def test_voting_helps(arms):
    assert {RL} > arms['rl'].pass_at(1)

def test_no_change(arms):
    assert -0.3 < {BASE} - {AGAIN} < 0.3

def test_bar(arms):
    assert {RL} > 0.7

@pytest.mark.harness(effect=0.2)
def test_alarm(arms):
    assert no_evidence({BASE} > {RL})

def test_wrong(arms):
    assert {BASE} > {RL}
"""
ACCEPTED = (
    f"def test_it(arms, baseline):\n    assert {LOUD} > baseline['loud'].majority_at(3) - 0.3\n"
)


def test_votes_are_decided(project: Project, workers: tuple[str, ...]) -> None:
    """Gain, equivalence, bar and alarm are claims on votes; a wrong one fails with its numbers."""
    project.evals(EVALS)
    result = project.run(*workers)
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(["*refuted: base.majority@3 > rl.majority@3"])
    assert project.verdicts() == ["supported"] * 5 + ["refuted"]
    assert [one["method"] for one in project.decisions()[2:4]] == ["t-floor", "Korn-Graubard"]


def test_looks_at_votes_are_the_same_on_two_workers(project: Project) -> None:
    """Planned looks at votes take full draws of some items, whoever draws them."""
    project.evals(EVALS)
    project.run("--harness-draws", "auto")
    alone = project.content
    project.run("--harness-draws", "auto", "-n", "2")
    assert project.content == alone
    assert project.verdicts()[:5] == ["supported"] * 5
    assert project.verdicts()[5] != "supported"
    found = project.decisions()
    assert {one["draws"] for one in found} == {8}
    assert any(one["items"] < 60 for one in found)


def test_a_baseline_of_votes(project: Project, workers: tuple[str, ...]) -> None:
    """A baseline gives votes, to compare with and to plan from, and is refused a replay by name."""
    project.evals(ACCEPTED)
    assert project.run(*workers, "--harness-update-baseline").ret == 0
    assert project.run(*workers).ret == 0
    (claim,) = project.stored["claims"]
    assert claim["text"] == "loud.majority@3 > baseline[loud].majority@3 - 0.3"
    project.run("--harness-plan").stdout.fnmatch_lines(
        [" loud.majority@3 - baseline?loud?.majority@3 *60 *8 *"]
    )
    replayed = project.run("--harness-calibrate=5")
    replayed.stdout.fnmatch_lines(["*loud.majority@3 is a vote over answers, which are not dealt*"])


def test_votes_on_these_items_are_refused(project: Project) -> None:
    """`items: these` needs the draws' noise: a run and a plan say that a vote can't tell it."""
    project.evals(
        f"@pytest.mark.harness(items='these')\ndef test_it(arms):\n    assert {LOUD} > 0.1\n"
    )
    for options in ((), ("--harness-plan",)):
        result = project.run(*options)
        assert result.ret == 1
        result.stdout.fnmatch_lines(["*loud.majority@3 can't be decided for `items: these`*"])
    assert project.calls == 0


def test_more_votes_than_draws_are_refused(project: Project) -> None:
    """A vote over more draws than there are says how many to take."""
    project.evals("def test_it(arms):\n    assert arms['rl'].majority_at(9) > 0.1\n")
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*rl.majority@9 needs at least 9 draws*set harness(draws=9)*"])
