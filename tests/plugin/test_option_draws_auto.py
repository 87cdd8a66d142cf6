"""`--harness-draws auto`, `draws: auto`: planned looks, fewer draws at the same errors."""

from __future__ import annotations

import pytest

from .conftest import Project

CLEAR = "arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.1"
REFUTED = "arms['base'].pass_at(1) > arms['rl'].pass_at(1)"
OPEN = "arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.4"
AUTO = ("--harness-draws", "auto")


def _suite(project: Project) -> None:
    project.evals(
        f"def test_clear(arms):\n    assert {CLEAR}\n"
        f"def test_refuted(arms):\n    assert {REFUTED}\n"
        f"def test_open(arms):\n    assert {OPEN}\n"
        "def test_equivalence(arms):\n"
        "    assert -0.2 < arms['base'].pass_at(1) - arms['again'].pass_at(1) < 0.2\n"
    )


def test_looks_take_fewer_draws_for_the_same_verdicts(project: Project) -> None:
    """Clear claims stop early and come out as with all draws, and the run says which did."""
    _suite(project)
    project.run()
    fixed, before = project.verdicts(), project.decisions()
    assert fixed == ["supported", "refuted", "inconclusive", "supported"]
    result = project.run(*AUTO)
    after = project.decisions()
    assert result.ret == 1
    assert project.verdicts() == fixed
    assert all(one["draws"] <= other["draws"] for one, other in zip(after, before, strict=True))
    assert all(one["draws"] < 8 for one in after[:2])
    assert [one["stage"] for one in before] == [None] * 4
    result.stdout.fnmatch_lines(["*60 x [2345]*", "*; [*] stopped early"])
    result.stdout.fnmatch_lines(["*note:*stopped at look * of 8: the effect may be overstated*"])


def test_the_run_is_the_same_on_two_workers(project: Project) -> None:
    """Where claims stop does not depend on who draws."""
    _suite(project)
    assert project.run(*AUTO).ret == 1
    alone = project.content
    assert project.run(*AUTO, "-n", "2").ret == 1
    assert project.content == alone
    assert any(one["stage"]["number"] < one["stage"]["most"] for one in project.decisions())


def test_nothing_is_drawn_beyond_the_look_that_decides(project: Project) -> None:
    """An arm is called for the draws of the deciding look, and no more."""
    project.edit("evals/harness.yaml", "draws: 8", "draws: auto\ncap: 32")
    project.evals("def test_it(arms):\n    assert arms['loud'].pass_at(1) > 0.2\n")
    assert project.run().ret == 0
    (decision,) = project.decisions()
    assert decision["draws"] < 32
    assert project.calls == 60 * decision["draws"]


def test_draws_of_other_evals_never_enter(project: Project) -> None:
    """A claim stops where it stops, alone or after an eval that drew far more."""
    project.evals(
        "@pytest.mark.harness(draws=40)\n"
        "def test_a(arms):\n    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1)\n\n"
        f"@pytest.mark.harness(draws='auto', cap=16)\ndef test_b(arms):\n    assert {OPEN}\n"
    )
    project.run()
    among = project.stored["claims"][1]
    project.run("-k", "test_b")
    assert project.stored["claims"] == [among]


def test_a_marker_has_a_cap(project: Project) -> None:
    """`draws="auto", cap=` in a marker plans looks for one eval alone."""
    marked = f"@pytest.mark.harness(draws='auto', cap=12)\ndef test_a(arms):\n    assert {OPEN}\n"
    project.evals(f"{marked}\ndef test_b(arms):\n    assert {OPEN}\n")
    project.run()
    looked, fixed = project.decisions()
    assert looked["draws"] <= 12
    assert looked["stage"] is not None
    assert (fixed["draws"], fixed["stage"]) == (8, None)


def test_a_number_rules_out_looks(project: Project) -> None:
    """A number by option or marker is what is drawn, though the config says auto."""
    project.edit("evals/harness.yaml", "draws: 8", "draws: auto\ncap: 16")
    project.evals(f"def test_it(arms):\n    assert {CLEAR}\n")
    project.run("--harness-draws", "5")
    assert (project.decisions()[0]["draws"], project.decisions()[0]["stage"]) == (5, None)


def test_a_quiet_alarm_is_quiet_with_looks_too(project: Project) -> None:
    """An alarm that is quiet on all draws, and far from ringing, is not blind for an early look."""
    claim = "no_evidence(arms['rl'].mean() < arms['base'].mean())"
    project.evals(f"def test_it(arms):\n    assert {claim}\n")
    assert project.run().ret == 0
    assert project.run(*AUTO).ret == 0


def test_single_draws_are_looked_at_item_by_item(project: Project) -> None:
    """With a cap of one draw, looks add items."""
    project.evals("def test_it(arms):\n    assert arms['rl'].mean() > arms['base'].mean()\n")
    project.edit("evals/harness.yaml", "draws: 8", "draws: auto\ncap: 1")
    project.run()
    (decision,) = project.decisions()
    assert (decision["verdict"], decision["draws"]) == ("supported", 1)
    assert decision["items"] < 60


@pytest.mark.parametrize("method", ["sign-flip", "bootstrap-t", "t", "anytime"])
def test_every_method_takes_looks(project: Project, method: str) -> None:
    """Whatever the method, a clear claim comes out as it should, and the method is named."""
    project.evals(
        f"@pytest.mark.harness(method='{method}')\ndef test_it(arms):\n    assert {CLEAR}\n"
    )
    assert project.run(*AUTO).ret == 0
    (decision,) = project.decisions()
    assert decision["method"] == ("betting e-process" if method == "anytime" else method)
