"""`--harness-write-plan`: the plan is a file, and from then on it is what counts."""

from __future__ import annotations

import pytest

from .conftest import Project

GAIN = "arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.1"
LEVEL = "arms['loud'].pass_at(1) > 0.2"
QUIET = "no_evidence(arms['rl'].mean() < arms['base'].mean() - 0.1)"
OTHER = "no_evidence(arms['rl'].mean() < 0.3)"
WRITE = "--harness-write-plan"


def _suite(project: Project) -> None:
    project.evals(
        f"def test_gain(arms):\n    assert {GAIN}\n"
        f"def test_alarm(arms):\n    assert {QUIET}\n"
        f"@pytest.mark.harness(weight=3)\ndef test_other(arms):\n    assert {OTHER}\n"
    )


def test_a_plan_is_written_and_found_again(project: Project, workers: tuple[str, ...]) -> None:
    """What is planned is written without a draw; a run then goes by it, and says which."""
    project.evals(f"def test_it(arms):\n    assert {LEVEL}\n    assert {GAIN}\n")
    result = project.run(WRITE)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["plan written: *evals/plan.json (*)"])
    assert project.calls == 0
    written = project.plan
    assert [claim["text"] for claim in written["claims"]] == [
        "loud.pass@1 > 0.2", "rl.pass@1 - base.pass@1 > 0.1",
    ]  # fmt: skip
    assert {claim["nodeid"] for claim in written["claims"]} == {"evals/test_evals.py::test_it"}
    result = project.run(*workers)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["SUPPORTED: all of 2 claims in 1 eval"])
    stored = project.stored
    assert f"({stored['settings']['plan']})" in "\n".join(project.run(WRITE).outlines)
    planned = stored["settings"]["plan"]
    assert stored["plan"] == {
        "missing": False, "hash": planned, "not_reached": [], "holm": [],
    }  # fmt: skip
    assert stored["exploratory"] == []


def test_writing_a_plan_again_changes_nothing(project: Project) -> None:
    """The same evals have the same plan, byte by byte."""
    _suite(project)
    project.run(WRITE)
    path = project.path / "evals/plan.json"
    before = path.read_bytes()
    project.run(WRITE)
    assert path.read_bytes() == before


def test_without_a_plan_there_is_none(project: Project) -> None:
    """A run without a plan says in its file that there was none."""
    project.evals(f"def test_it(arms):\n    assert {GAIN}\n")
    assert project.run().ret == 0
    assert project.stored["plan"]["missing"] is True
    assert project.stored["settings"]["plan"] is None


@pytest.mark.parametrize(
    "claim",
    [
        "arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.05",
        "arms['rl'].pass_at(2) > arms['base'].pass_at(2) + 0.1",
        "no_evidence(arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.1)",
    ],
    ids=["another margin", "another k", "an alarm"],
)
def test_a_claim_that_the_plan_lacks_fails(project: Project, claim: str) -> None:
    """A claim that was not planned is no claim: the eval fails with the command that plans it."""
    project.evals(f"def test_it(arms):\n    assert {GAIN}\n")
    project.run(WRITE)
    project.evals(f"def test_it(arms):\n    assert {claim}\n")
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["evals/test_evals.py:6: evals/plan.json: the plan has no claim *; harness plan --write"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_the_spelling_of_a_claim_does_not_matter(project: Project) -> None:
    """However it is written, a claim is what varies on the left against a number."""
    project.evals(f"def test_it(arms):\n    assert {GAIN}\n")
    project.run(WRITE)
    for same in (
        "arms['rl'].pass_at(1) - arms['base'].pass_at(1) > 0.1",
        "0.1 + arms['rl'].pass_at(1) - 0.2 > arms['base'].pass_at(1)",
        "arms['rl'].pass_at(1) >= arms['base'].pass_at(1) + 0.1",
    ):
        project.evals(f"def test_it(arms):\n    assert {same}\n")
        assert project.run().ret == 0


def test_a_planned_claim_that_is_not_reached_fails(
    project: Project, workers: tuple[str, ...]
) -> None:
    """An eval that passes without having come to what was planned for it is no pass."""
    project.evals(f"def test_it(arms):\n    assert {GAIN}\n    assert {LEVEL}\n")
    project.run(WRITE)
    project.evals(f"def test_it(arms):\n    assert {GAIN}\n")
    result = project.run(*workers)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "the plan has a claim that this eval did not come to: loud.pass@1 > 0.2; *--write",
            "planned, not reached: loud.pass@1 > 0.2 (evals/test_evals.py::test_it)",
        ]
    )
    assert project.stored["plan"]["not_reached"] == [
        ["evals/test_evals.py::test_it", "loud.pass@1 > 0.2"]
    ]


def test_the_same_words_on_another_task_are_another_claim(project: Project) -> None:
    """A claim on one task is not reached by the same words on another one."""
    for kind in ("yaml", "jsonl"):
        text = (project.path / f"evals/tasks/sums.{kind}").read_text(encoding="utf-8")
        project.write(f"evals/tasks/more.{kind}", text.replace("sums.jsonl", "more.jsonl"))
    here, there = "arms['rl'].mean() > 0.5", "arms.task('more')['rl'].mean() > 0.5"
    project.evals(f"def test_it(arms):\n    assert {here}\n    assert {there}\n")
    project.run(WRITE)
    assert len(project.plan["claims"]) == 2
    project.evals(f"def test_it(arms):\n    assert {here}\n")
    assert project.run().ret == 1


def test_claims_of_a_failing_eval_may_go_unreached(project: Project) -> None:
    """A failed assert hides the claims after it: they are listed, the assert is what failed."""
    project.evals(
        "def test_it(arms):\n    assert arms['base'].pass_at(1) > arms['rl'].pass_at(1)\n"
        f"    assert {LEVEL}\n"
    )
    project.run(WRITE)
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*refuted: base.pass@1 > rl.pass@1", "planned, not reached: loud*"]
    )
    result.stdout.no_fnmatch_line("the plan has a claim that this eval did not come to*")


def test_deselected_claims_are_counted(project: Project) -> None:
    """Planned claims of evals that were not run are counted, and fail nothing."""
    _suite(project)
    project.run(WRITE)
    result = project.run("-k", "test_gain")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["deselected: 2 evals"])
    result.stdout.fnmatch_lines(
        ["planned, in evals that were not run: 2 claims (test_alarm, test_other)"]
    )
    assert len(project.stored["plan"]["not_reached"]) == 2


def test_alarms_share_alpha_whatever_is_selected(
    project: Project, workers: tuple[str, ...]
) -> None:
    """Weights are the plan's: an alarm has the same share alone and among others."""
    _suite(project)
    project.run(WRITE)
    weights = {claim["text"]: claim["weight"] for claim in project.plan["claims"]}
    assert list(weights.values()) == [None, 0.25, 0.75]
    project.run(*workers)
    whole = {claim["nodeid"]: claim["decision"]["alpha"] for claim in project.stored["claims"]}
    assert list(whole.values()) == pytest.approx([0.05, 0.0125, 0.0375])
    project.run("-k", "test_alarm")
    (alone,) = project.stored["claims"]
    assert alone["decision"]["alpha"] == whole[alone["nodeid"]]


def test_one_alarm_that_rings_may_name_others(project: Project) -> None:
    """Once an alarm has rung, Holm's procedure hands its share on, and the report says so."""
    project.edit("evals/harness.yaml", "policy: {effect: 0.1}", "policy: {alpha: 0.05}")
    project.evals(
        "def test_a(arms):\n    assert no_evidence(arms['rl'].mean() > arms['base'].mean())\n"
        f"def test_b(arms):\n    assert {QUIET}\n"
    )
    project.run(WRITE)
    result = project.run()
    assert result.ret == 1
    named = "no_evidence(rl.mean(correct) - base.mean(correct) > 0)"
    result.stdout.fnmatch_lines([f"by Holm over all alarms, this one rings: {named}"])
    assert project.stored["plan"]["holm"] == [named]


def test_another_policy_than_planned_is_exploratory(project: Project) -> None:
    """A run that differs from its plan says so in its first line, and keeps its exit code."""
    project.evals(f"def test_it(arms):\n    assert {GAIN}\n")
    project.run(WRITE)
    result = project.run("--harness-draws", "6", "--harness-seed", "3")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "EXPLORATORY, SUPPORTED: all of 1 claim in 1 eval",
            "exploratory: draws is 6, planned 8; seed is 3, planned 0",
        ]
    )
    assert project.stored["exploratory"] == ["draws is 6, planned 8; seed is 3, planned 0"]


def test_a_plan_is_not_written_if_an_eval_fails(project: Project) -> None:
    """Half a plan is none: the old one stays."""
    project.evals(f"def test_it(arms):\n    assert {GAIN}\n")
    project.run(WRITE)
    path = project.path / "evals/plan.json"
    before = path.read_bytes()
    project.evals(
        f"def test_it(arms):\n    assert {LEVEL}\n\ndef test_b(arms):\n    raise OSError\n"
    )
    result = project.run(WRITE)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*plan.json: the plan is not written: an eval could not be planned"]
    )
    assert path.read_bytes() == before


def test_a_margin_out_of_reach_writes_no_plan(project: Project) -> None:
    """What can't be shown can't be promised."""
    project.evals(
        "def test_it(arms):\n    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) - 0.01\n"
    )
    assert project.run(WRITE).ret == 1
    assert not (project.path / "evals/plan.json").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"schema": 1', '"schema": 2', "*plan.json*schema 2 is from a later version*"),
        ('"weight": 0.75', '"weight": 0.85', "*plan.json*weights add up to 1.1*"),
        ('"claims": [', '"claims": ', "*plan.json*this plan is no JSON*harness plan --write"),
    ],
)
def test_a_broken_plan_ends_the_session(project: Project, old: str, new: str, message: str) -> None:
    """A plan that can't be read, or promises too much, is one line before any eval runs."""
    _suite(project)
    project.run(WRITE)
    project.edit("evals/plan.json", old, new)
    result = project.run()
    assert result.ret == 4
    result.stderr.fnmatch_lines([message])


def test_equivalences_are_planned_as_one(project: Project) -> None:
    """Both sides of a chained comparison are one planned claim, and found as such."""
    project.evals(
        "def test_it(arms):\n"
        "    for margin in (0.2, 0.3):\n"
        "        assert -margin < arms['base'].pass_at(1) - arms['again'].pass_at(1) < margin\n"
    )
    project.run(WRITE)
    assert [claim["kind"] for claim in project.plan["claims"]] == ["equivalence"] * 2
    assert project.run().ret == 0
    assert project.stored["plan"]["not_reached"] == []


@pytest.mark.parametrize("order", [1, -1])
def test_one_side_of_an_equivalence_may_be_a_claim_of_its_own(project: Project, order: int) -> None:
    """A claim, and an equivalence that has it for one half, are two planned claims."""
    effect = "arms['base'].pass_at(1) - arms['again'].pass_at(1)"
    lines = [f"    assert {effect} > -0.2\n", f"    assert -0.2 < {effect} < 0.2\n"][::order]
    project.evals("def test_it(arms):\n" + "".join(lines))
    project.run(WRITE)
    assert sorted(claim["kind"] for claim in project.plan["claims"]) == ["claim", "equivalence"]
    result = project.run()
    assert result.ret == 0, result.stdout.str()


def test_the_same_claim_twice_is_planned_once(project: Project) -> None:
    """A claim that a loop repeats is one promise, and is found each time."""
    project.evals(f"def test_it(arms):\n    for _ in range(2):\n        assert {GAIN}\n")
    project.run(WRITE)
    assert len(project.plan["claims"]) == 1
    assert project.run().ret == 0
