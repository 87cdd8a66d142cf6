"""Every claim whose truth was taken counts, whatever the test's body does with it."""

from __future__ import annotations

import json

import pytest

from .conftest import Project

REFUTED = "arms['base'].pass_at(1) > arms['rl'].pass_at(1)"
SUPPORTED = "arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.1"
OPEN = "arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.4"


def test_a_supported_claim_passes(project: Project, workers: tuple[str, ...]) -> None:
    """A supported claim passes, and the run is green."""
    project.evals(f"def test_it(arms):\n    assert {SUPPORTED}\n")
    result = project.run(*workers)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["SUPPORTED: all of 1 claim in 1 eval"])
    assert project.stored["verdict"] == "green"


@pytest.mark.parametrize("rewriting", ["rewrite", "plain"])
def test_a_refuted_claim_fails_with_its_evidence(
    project: Project, workers: tuple[str, ...], rewriting: str
) -> None:
    """A refuted claim exits with 1 and prints effect, interval and verdict, rewritten or not."""
    project.evals(f"def test_it(arms):\n    assert {REFUTED}\n")
    result = project.run_apart(*workers, f"--assert={rewriting}")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "*refuted: base.pass@1 > rl.pass@1",
            "*effect: base.pass@1 - rl.pass@1 = -0.*interval*",
            "NOT PROVEN: 1 refuted, of 1 claim in 1 eval",
        ]
    )


def test_an_inconclusive_claim_is_an_outcome_of_its_own(
    project: Project, workers: tuple[str, ...]
) -> None:
    """An inconclusive claim fails by default, as I, INCONCLUSIVE, and says what it needs."""
    project.evals(f"def test_it(arms):\n    assert {OPEN}\n")
    result = project.run(*workers, "-v")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*INCONCLUSIVE*", "*inconclusive: rl.pass@1 > *", "*needs:*"])
    result.stdout.fnmatch_lines(["*1 inconclusive in*"])
    assert project.verdicts() == ["inconclusive"]


def test_the_letter_of_inconclusive(project: Project) -> None:
    """Without -v an inconclusive eval shows as I."""
    project.evals(f"def test_it(arms):\n    assert {OPEN}\n")
    project.run().stdout.fnmatch_lines(["evals/test_evals.py I*"])


@pytest.mark.parametrize(
    "body",
    [
        f"assert not ({REFUTED})",
        f"assert ({REFUTED}) or True",
        f"assert any([{REFUTED}, True])",
        f"if {REFUTED}:\n        pass",
        f"try:\n        assert {REFUTED}\n    except AssertionError:\n        pass",
        f"with pytest.raises(AssertionError):\n        assert {REFUTED}",
        f"bool({REFUTED})",
    ],
)
def test_a_refuted_claim_can_not_be_talked_away(project: Project, body: str) -> None:
    """Negating, catching or ignoring a refuted claim leaves the test red."""
    project.evals(f"def test_it(arms):\n    {body}\n")
    result = project.run()
    assert result.ret == 1
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*refuted: base.pass@1 > rl.pass@1"])


@pytest.mark.parametrize("mark", ["xfail", "xfail(strict=True)"])
@pytest.mark.parametrize("caught", [True, False])
def test_xfail_hides_nothing(
    project: Project, workers: tuple[str, ...], mark: str, *, caught: bool
) -> None:
    """An eval marked xfail fails like any other one."""
    claim = f"bool({REFUTED})" if caught else f"assert {REFUTED}"
    project.evals(f"@pytest.mark.{mark}\ndef test_it(arms):\n    {claim}\n")
    result = project.run(*workers)
    assert result.ret == 1
    result.assert_outcomes(failed=1)


def test_xfail_of_a_mistake_hides_nothing(project: Project) -> None:
    """A misspelt arm in an eval marked xfail is a failure."""
    project.evals("@pytest.mark.xfail\ndef test_it(arms):\n    arms['lr']\n")
    project.run().assert_outcomes(failed=1)


@pytest.mark.parametrize("body", ["pass", "arms['rl'].pass_at(1)", SUPPORTED])
def test_an_eval_must_decide_something(
    project: Project, workers: tuple[str, ...], body: str
) -> None:
    """An eval whose body takes no claim's truth fails."""
    project.evals(f"def test_it(arms):\n    {body}\n")
    result = project.run(*workers)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*no claim was decided*"])


def test_a_claim_that_is_never_asserted_is_named(project: Project) -> None:
    """A claim that was built and never asserted fails the eval, and is named."""
    project.evals(f"def test_it(arms):\n    assert {SUPPORTED}\n    {REFUTED}\n")
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*never asserted: base.pass@1 > rl.pass@1; put `assert` before*"])
    result.stdout.fnmatch_lines(["never asserted, so not decided: base.pass@1 > rl.pass@1 *"])
    assert project.stored["evals"][0]["unasserted"] == ["base.pass@1 > rl.pass@1"]


def test_an_ordinary_failure_stays_one(project: Project) -> None:
    """An assert that is no claim fails as usual, also after an inconclusive claim was caught."""
    body = f"    assert {SUPPORTED}\n    assert 1 == 2\n"
    late = f"    bool({OPEN})\n    assert 1 == 2\n"
    project.evals(f"def test_it(arms):\n{body}\n\ndef test_late(arms):\n{late}\n")
    result = project.run()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*assert 1 == 2*"])
    assert [row["outcome"] for row in project.stored["evals"]] == ["failed", "failed"]


def test_equivalence_is_one_claim(project: Project, workers: tuple[str, ...]) -> None:
    """A chained comparison is decided as one equivalence, the same however it is rewritten."""
    claim = "-0.2 < arms['base'].pass_at(1) - arms['again'].pass_at(1) < 0.2"
    project.evals(f"def test_it(arms):\n    assert {claim}\n")
    assert project.run(*workers).ret == 0
    rewritten = project.content
    assert project.run_apart(*workers, "--assert=plain").ret == 0
    assert project.content == rewritten
    (found,) = rewritten["claims"]
    assert (found["kind"], found["low_margin"], found["high_margin"]) == ("equivalence", -0.2, 0.2)


def test_two_tasks_on_one_line_are_two_claims(project: Project) -> None:
    """Bounds from opposite sides, on effects that read alike, are no equivalence."""
    project.copy_task("other")
    project.evals(
        "def test_it(arms):\n    first, other = arms, arms.task('other')\n"
        "    assert first['rl'].mean() > first['base'].mean() - 0.2 and "
        "other['base'].mean() < other['rl'].mean() + 0.2\n"
        "    a, b = other['base'].mean(), other['again'].mean()\n"
        "    assert first['base'].mean() - first['again'].mean() > -0.2 and a - b < 0.2\n"
    )
    assert project.run("--harness-plan").ret == 0
    assert project.run("--harness-write-plan").ret == 0
    assert project.run().ret == 0
    found = [(one["task"], one["kind"]) for one in project.stored["claims"]]
    assert found == [("sums", "claim"), ("other", "claim")] * 2


@pytest.mark.parametrize("claim", ["0.1 < {} < 0.2", "-0.2 < {} < -0.1", "-0.01 < {} < 0.01"])
def test_a_failed_equivalence_is_the_same_with_and_without_rewriting(
    project: Project, claim: str
) -> None:
    """Whichever half fails, the run is the same with and without assertion rewriting."""
    effect = "arms['base'].pass_at(1) - arms['again'].pass_at(1)"
    project.evals(f"def test_it(arms):\n    assert {claim.format(effect)}\n")
    assert project.run().ret == 1
    rewritten = project.content
    assert project.run_apart("--assert=plain").ret == 1
    assert project.content == rewritten


def test_alarms(project: Project) -> None:
    """An alarm is quiet without evidence, and refuted with it."""
    body = (
        "def test_quiet(arms):\n    assert no_evidence(arms['rl'].mean() < arms['base'].mean())\n"
        "def test_rings(arms):\n    assert no_evidence(arms['rl'].mean() > arms['base'].mean())\n"
    )
    project.evals(body)
    result = project.run()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*quiet *", "*REFUTED *"])
    assert project.verdicts() == ["supported", "refuted"]
    assert project.stored["evals"][0]["unasserted"] == []


def test_a_blind_alarm_is_inconclusive(project: Project) -> None:
    """An alarm that could not see the effect of interest is no reassurance."""
    project.edit("evals/harness.yaml", "effect: 0.1", "effect: 0.001")
    claim = "no_evidence(arms['base'].mean() < arms['again'].mean())"
    project.evals(f"def test_it(arms):\n    assert {claim}\n")
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*blind*"])


def test_the_claims_of_all_kinds_of_quantities(project: Project) -> None:
    """Means, rates, pass@k, selections and combinations decide."""
    project.evals(
        "def test_it(arms):\n"
        "    rl, base = arms['rl'], arms['base']\n"
        "    assert rl.mean('boxed') > 0.8\n"
        "    assert rl.rate(lambda text: 'wrong' in text) < 0.4\n"
        "    assert base.pass_at(8) > base.pass_at(1) + 0.2\n"
        "    assert 0.5 * rl.pass_at(1) + 0.5 * base.pass_at(1) > 0.5\n"
        "    assert rl.where(split='odd').pass_at(1) > base.where(split='even').pass_at(1)\n"
        "    assert (rl.pass_at(1) - base.pass_at(1)) > 0.1\n"
    )
    result = project.run()
    assert result.ret == 0, result.stdout.str()
    assert project.verdicts() == ["supported"] * 6
    assert [row["decision"]["method"] for row in project.stored["claims"]][4] == "Welch t-floor"


def test_all_of_k_right(project: Project) -> None:
    """pass^k is the chance that all k draws are right, below pass@1."""
    project.evals(
        "def test_it(arms):\n    rl = arms['rl']\n    assert rl.pass_hat(3) > 0.3\n"
        "    assert rl.pass_hat(3) < rl.pass_at(1) - 0.1\n"
    )
    assert project.run().ret == 0
    figures = project.stored["claims"][1]["figures"]
    assert [figure["name"] for figure in figures] == ["rl.pass^3", "rl.pass@1"]


@pytest.mark.parametrize(("size", "verdict"), [(5, "supported"), (12, "inconclusive")])
def test_clusters_of_items_are_the_units(project: Project, size: int, verdict: str) -> None:
    """Items of one cluster count as one: twelve clusters decide what five can't."""
    path = project.path / "evals/tasks/sums.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lines = [json.dumps({**row, "cluster": f"c{at // size}"}) for at, row in enumerate(rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    project.evals(f"def test_it(arms):\n    assert {SUPPORTED}\n")
    project.run()
    (claim,) = project.stored["claims"]
    assert claim["decision"]["verdict"] == verdict
    assert "clusters" in claim["decision"]["method"]
    assert (verdict == "supported") or "5 clusters are too few" in claim["decision"]["reason"]


def test_a_claim_may_be_about_these_items_alone(project: Project, workers: tuple[str, ...]) -> None:
    """`items="these"` in a marker leaves the draws as the only noise, and narrows the interval."""
    claim = "arms['base'].pass_at(1) < arms['again'].pass_at(1) + 0.2"
    project.evals(
        f"def test_a(arms):\n    assert {claim}\n"
        f"@pytest.mark.harness(items='these')\ndef test_b(arms):\n    assert {claim}\n"
    )
    project.run(*workers)
    others, these = (claim["decision"] for claim in project.stored["claims"])
    assert these["method"] == "z over draws"
    assert these["effect"] == others["effect"]
    assert these["high"] - these["low"] < others["high"] - others["low"]


def test_an_eval_has_an_effect_of_its_own(project: Project) -> None:
    """`effect=` in a marker is what the eval's alarms must be able to see."""
    claim = "no_evidence(arms['base'].mean() < arms['again'].mean())"
    project.evals(
        f"@pytest.mark.harness(effect=0.01)\ndef test_a(arms):\n    assert {claim}\n"
        f"@pytest.mark.harness(effect=0.3)\ndef test_b(arms):\n    assert {claim}\n"
    )
    project.run()
    assert project.verdicts() == ["inconclusive", "supported"]


def test_each_part_of_an_assert_has_its_own_evidence(project: Project) -> None:
    """Where one of two claims fails, the evidence beside the assert is that one's."""
    project.evals(f"def test_it(arms):\n    assert {SUPPORTED} and {REFUTED}\n")
    result = project.run_apart()
    assert result.ret == 1
    explained = [line for line in result.outlines if line.startswith("E ") and "effect:" in line]
    assert len(explained) == 1
    assert "base.pass@1 - rl.pass@1" in explained[0]
    assert project.verdicts() == ["supported", "refuted"]


def test_equality_explains_equivalence(project: Project) -> None:
    """== between quantities is refused with the way to write it, in one line."""
    project.evals("def test_it(arms):\n    assert arms['rl'].pass_at(1) == 0.8\n")
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["evals/test_evals.py:6: *can't be decided from samples; claim equivalence*-0.03 < a - b*"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize("mark", ["", "@pytest.mark.xfail\n"])
@pytest.mark.parametrize("after", ["", "    pytest.skip('later')\n"])
def test_a_claim_of_the_setup_hides_nowhere(project: Project, mark: str, after: str) -> None:
    """A refuted claim of a fixture fails the eval, skipped or marked xfail as it may be."""
    claim = f"bool({REFUTED})" if after else f"assert {REFUTED}"
    fixture = f"@pytest.fixture\ndef early(arms):\n    {claim}\n{after}"
    project.evals(f"{fixture}\n{mark}def test_it(arms, early):\n    assert {SUPPORTED}\n")
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*refuted: base.pass@1 > rl.pass@1"])
    assert project.verdicts() == ["refuted"]


def test_a_claim_that_could_not_be_decided_counts(project: Project) -> None:
    """Catching the error of a claim that can't be decided leaves the eval red."""
    project.evals(
        f"def test_it(arms):\n    assert {SUPPORTED}\n    try:\n"
        "        assert arms['rl'].pass_at(64) > 0.5\n    except Exception:\n        pass\n"
    )
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["a claim could not be decided: *at least 64 draws*"])


def test_one_side_in_other_words_is_refused(project: Project) -> None:
    """Two selections of the same items are one quantity: comparing them proves nothing."""
    project.evals(
        "def test_it(arms):\n    rl = arms['rl']\n"
        "    assert rl.where(split=['odd', 'even']).pass_at(1) > rl.pass_at(1) - 0.1\n"
    )
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*are the same draws; compare two arms*"])


def test_subtests_are_parts_of_an_eval(project: Project) -> None:
    """A subtest decides nothing by itself; its claims are the eval's."""
    pytest.importorskip("_pytest.subtests", reason="subtests came with pytest 9")
    project.evals(
        f"def test_it(arms, subtests):\n    with subtests.test():\n        assert 1\n"
        f"    with subtests.test():\n        assert {SUPPORTED}\n"
    )
    assert project.run().ret == 0
    assert project.verdicts() == ["supported"]


def test_an_eval_marked_late_is_one(project: Project) -> None:
    """A marker that a conftest adds after all other plugins is seen."""
    project.write("evals/test_bare.py", f"def test_it(arms):\n    assert {REFUTED}\n")
    project.write(
        "evals/conftest.py",
        "import pytest\n\n@pytest.hookimpl(trylast=True)\n"
        "def pytest_collection_modifyitems(items):\n"
        "    for item in items:\n        item.add_marker(pytest.mark.harness(task='sums'))\n",
    )
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*refuted: base.pass@1 > rl.pass@1"])


def test_a_test_marked_while_it_runs_is_refused(project: Project) -> None:
    """A marker that a test adds to itself comes too late, and says so."""
    late = (
        "def test_late(request):\n    request.node.add_marker(pytest.mark.harness(task='sums'))\n"
    )
    project.write("evals/test_late.py", f"import pytest\n\n{late}")
    project.evals(f"def test_it(arms):\n    assert {SUPPORTED}\n")
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["this test was marked as an eval after the evals were collected*"])
