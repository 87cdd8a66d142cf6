"""Claims about pass@k curves in an eval: decided, told, planned, looked at and decided again."""

from __future__ import annotations

import pytest

from .conftest import Project

NARROW = """
def narrow(prompt, seed):
    return _answer(prompt, seed, 0.95 if int(prompt.partition("+")[0]) % 3 else 0.0)
"""
CURVE = "arms['narrow'].curve(k=[1, 8])"
EVALS = f"""
def test_contracts(arms):
    assert {CURVE}.contracts(arms['base'], by=0.05)

def test_keeps(arms):
    assert {CURVE}.keeps(arms['base'], within=0.1)
"""
PARTS = [
    "narrow.pass@1 > base.pass@1 (contracts)", "narrow.pass@8 < base.pass@8 - 0.05 (contracts)",
    "narrow.pass@1 > base.pass@1 - 0.1 (keeps)", "narrow.pass@8 > base.pass@8 - 0.1 (keeps)",
]  # fmt: skip
FOUND = ["supported", "supported", "supported", "refuted"]
MET = (
    "pass@k of narrow and base: the curves cross at k = 3 [[]2, [345]]; "
    "base reaches narrow's pass@1 at k = [23] [[][12], [34]], 60 items of sums"
)


@pytest.fixture
def crossing(project: Project) -> Project:
    """Return a project with an arm that solves two thirds of the items at once, and no others."""
    models = project.path / "models.py"
    models.write_text(models.read_text(encoding="utf-8") + NARROW, encoding="utf-8")
    narrow = '  narrow: {engine: python, function: "models:narrow", revision: "1"}'
    project.edit("evals/harness.yaml", "arms:", f"arms:\n{narrow}")
    project.edit("evals/harness.yaml", '"models:weak"}', '"models:weak", revision: "1"}')
    project.edit("evals/harness.yaml", "draws: 8\n", "draws: 16\n")
    project.evals(EVALS)
    return project


def test_a_curve_claim_is_decided_by_its_parts(crossing: Project, workers: tuple[str, ...]) -> None:
    """Each part is a claim of the run; a false claim fails with its parts' evidence, no calls."""
    result = crossing.run(*workers)
    result.assert_outcomes(passed=1, failed=1)
    assert [claim["text"] for claim in crossing.stored["claims"]] == PARTS
    assert crossing.verdicts() == FOUND
    result.stdout.fnmatch_lines([
        "E*assert refuted: narrow.pass@8 > base.pass@8 - 0.1 (keeps)", "E*  effect: *= -0.*",
        "FAILED *::test_keeps - assert refuted: narrow.pass@8 > base*",
    ])  # fmt: skip
    result.stdout.no_fnmatch_line("*where * = *curve*")
    result.stdout.no_fnmatch_line("*<claim *")


def test_curve_claims_are_planned_looked_at_and_decided_again(crossing: Project) -> None:
    """The plan has each part; with looks and by another margin they are decided one by one."""
    assert crossing.run("--harness-write-plan").ret == 0
    assert [claim["text"] for claim in crossing.plan["claims"]] == [
        "narrow.pass@1 - base.pass@1 > 0", "narrow.pass@8 - base.pass@8 < -0.05",
        "narrow.pass@1 - base.pass@1 > -0.1", "narrow.pass@8 - base.pass@8 > -0.1",
    ]  # fmt: skip
    crossing.run("--harness-draws", "auto")
    assert crossing.verdicts() == FOUND
    assert crossing.decisions()[0]["draws"] < 16
    crossing.evals(EVALS.replace("by=0.05", "by=0.04"))
    (crossing.path / "evals/plan.json").unlink()
    again = crossing.run("--harness-decide", ".harness/run.json")
    again.assert_outcomes(passed=1, failed=1)
    again.stdout.fnmatch_lines(["EXPLORATORY, NOT PROVEN: 1 refuted, of 4 claims*"])


def test_what_is_no_curve_claim_fails_by_name(crossing: Project) -> None:
    """A curve claim that is negated, never asserted or made an alarm does not pass."""
    crossing.evals(
        f"def test_negated(arms):\n    assert not {CURVE}.keeps(arms['base'], within=0.1)\n"
        f"def test_unasserted(arms):\n    assert arms['base'].mean() < 0.6\n"
        f"    {CURVE}.contracts(arms['base'])\n"
        f"def test_alarm(arms):\n    assert no_evidence({CURVE}.contracts(arms['base']))\n"
        f"def test_more(arms):\n    assert arms['narrow'].curve([1, 32]).expands(arms['base'])\n"
    )
    result = crossing.run()
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines([
        "refuted: narrow.pass@8 > base.pass@8 - 0.1 (keeps)",
        "a claim was built and never asserted: narrow.pass@1 > base.pass@1 (contracts); narrow.*",
        "*narrow.curve(1, 8) contracts base is made of several comparisons, and an alarm *",
        "*narrow.pass@32 needs at least 32 draws per item, and there are 16; *",
    ])  # fmt: skip


def test_where_curves_meet_is_read(crossing: Project) -> None:
    """Of arms that a test compared at pass@1 and beyond, the notes tell where the curves meet."""
    crossing.evals(
        EVALS
        + """
def test_by_hand(arms):
    rl, base = arms['rl'].where(split="odd"), arms['base'].where(split="odd")
    assert base.pass_at(1) < rl.pass_at(1)
    assert rl.pass_at(8) > base.pass_at(8) - 0.3

def test_apart(arms):
    assert arms['rl'].pass_at(4) > arms['base'].pass_at(4) - 0.1
"""
    )
    result = crossing.run("-n", "2")
    result.stdout.fnmatch_lines([
        MET,
        "pass@k of rl and base: * base reaches rl's pass@1 at k = *, 30 items of sums (split=odd)",
    ])  # fmt: skip
    assert len([note for note in crossing.stored["readings"] if note.startswith("pass@k")]) == 2


def test_an_assert_says_what_was_found(crossing: Project) -> None:
    """A claim that was given a name tells its evidence, behind what the test says itself."""
    crossing.evals(
        "def test_it(arms):\n    better = arms['base'].mean() > arms['narrow'].mean()\n"
        "    assert better, 'it should help'\n"
    )
    crossing.run().stdout.fnmatch_lines([
        "E *AssertionError: it should help", "E *assert refuted: base.mean(correct) > *",
        "E *  effect: *", "evals/test_evals.py:7: AssertionError",
    ])  # fmt: skip
