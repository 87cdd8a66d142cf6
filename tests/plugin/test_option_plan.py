"""`--harness-plan`: what the claims can show and will take, without a single draw."""

from __future__ import annotations

import pytest

from .conftest import Project

GAIN = "arms['loud'].pass_at(1) > arms['base'].pass_at(1) + 0.05"
PLAN = "--harness-plan"


def _lines(result: pytest.RunResult) -> list[str]:
    """Return the lines of our section."""
    start = next(row for row, line in enumerate(result.outlines) if "= harness =" in line)
    return result.outlines[start + 1 :]


def test_nothing_is_drawn_and_nothing_written(project: Project) -> None:
    """A plan calls no arm, and leaves no run, no plan and no ledger behind."""
    project.evals(f"def test_it(arms):\n    assert {GAIN}\n")
    assert project.run(PLAN).ret == 0
    assert project.calls == 0
    assert not (project.path / ".harness").exists()
    assert not (project.path / "evals/plan.json").exists()


def test_each_claim_is_a_row(project: Project) -> None:
    """Items, draws, the smallest effect seen and the chance of each claim are tabled."""
    project.evals(
        f"def test_gain(arms):\n    assert {GAIN}\n"
        "@pytest.mark.harness(where={'split': 'odd'}, draws=4)\n"
        "def test_pair(arms):\n"
        "    assert arms['rl'].mean() > 0.5\n"
        "    assert -0.3 < arms['rl'].pass_at(1) - arms['base'].pass_at(1) < 0.3\n"
    )
    result = project.run(PLAN)
    assert result.ret == 0
    lines = _lines(result)
    assert lines[0].split() == ["claim", "items", "draws", "sees", "chance"]
    first, second = lines.index("test_gain"), lines.index("test_pair (split=odd)")
    assert lines[first + 1].startswith(" loud.pass@1 - base.pass@1 > 0.05 ")
    assert lines[first + 1].split()[-4:-2] == ["60", "8"]
    assert [line.split()[-4:-2] for line in lines[second + 1 : second + 3]] == [["30", "4"]] * 2
    assert lines[second + 2].startswith(" -0.3 < rl.pass@1 - base.pass@1 < 0.3 ")
    assert any(line.startswith("3 claims forecast without a baseline") for line in lines)
    assert any("all claims come out as hoped for" in line for line in lines)


def test_all_claims_answer_yes(project: Project) -> None:
    """Later asserts are planned whatever the earlier ones would come to."""
    project.evals(
        "def test_it(arms):\n"
        "    if not arms['base'].pass_at(1) > arms['rl'].pass_at(1):\n        return\n"
        f"    assert {GAIN}\n"
        "    assert no_evidence(arms['rl'].mean() < arms['base'].mean())\n"
    )
    lines = _lines(project.run(PLAN))
    rows = [line for line in lines if line.startswith(" ") and not line.startswith("  ")]
    assert len(rows) == 3
    assert rows[2].startswith(" no_evidence(rl.mean(correct) - ")


def test_looks_have_expected_draws(project: Project) -> None:
    """Under auto the plan says how many draws are expected, with the effect and without."""
    project.evals(f"def test_it(arms):\n    assert {GAIN}\n")
    lines = _lines(project.run(PLAN, "--harness-draws", "auto"))
    assert lines[0].endswith("expected    no effect")
    cells = lines[lines.index("test_it") + 1].split()
    assert cells[-6:-4] == ["to", "8"]
    assert all(0 < float(cell) <= 8 for cell in cells[-2:])


def test_the_demand_of_each_arm_is_counted(project: Project) -> None:
    """Of each item the most draws of any claim count, once; a price makes it a cost."""
    free = 'loud: {engine: python, function: "models:loud"'
    project.edit("evals/harness.yaml", free, f"{free}, price: {{input: 10, output: 1000}}")
    project.edit("evals/harness.yaml", "draws: 8", "draws: 8\nsampling: {max_tokens: 5}")
    project.evals(
        f"def test_a(arms):\n    assert {GAIN}\n"
        "@pytest.mark.harness(where={'split': 'odd'}, draws=10)\n"
        "def test_b(arms):\n    assert arms['loud'].mean() > 0.2\n"
    )
    rows = {line.split()[0]: line.split()[1:] for line in _lines(project.run(PLAN)) if line}
    draws = 30 * 8 + 30 * 10
    prompts = sum(  # four characters to a token, so that a sum is one, or two
        (10 if a % 2 else 8) * (1 if a < 10 else 2) for a in range(12) for _ in range(5)
    )
    assert rows["loud"][:3] == ["sums", f"{draws}", f"{prompts}"]
    assert rows["loud"][3] == f"{5 * draws:,}"
    cost = (10 * prompts + 1000 * 5 * draws) / 1e6
    assert rows["loud"][4] == f"{cost:.2f}"
    assert rows["base"][1:2] + rows["base"][-1:] == ["480", "-"]


def test_a_stored_baseline_makes_a_better_forecast(project: Project) -> None:
    """What is stored of an arm tells its variance, and that is said."""
    project.evals(
        "def test_it(arms, baseline):\n"
        "    assert arms['loud'].pass_at(1) > baseline['loud'].pass_at(1) - 0.2\n"
    )
    before = _lines(project.run(PLAN))
    assert any("without a baseline" in line for line in before)
    project.run("--harness-update-baseline")
    calls = project.calls
    after = _lines(project.run(PLAN))
    assert any("from the baselines of all arms" in line for line in after)
    assert project.calls == calls


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (
            "arms['rl'].pass_at(1) > arms['base'].pass_at(1) - 0.01",
            "*rl.pass@1 - base.pass@1 > -0.01: a margin of 0.01 can't be shown on 60 items*take *",
        ),
        ("-0.01 < arms['rl'].mean() - arms['base'].mean() < 0.5", "*a margin of 0.01 can't be*"),
        ("arms['rl'].pass_at(1) > 0.99", "*0.99 can't be shown on 60 items: with every draw righ*"),
        ("arms['rl'].pass_at(1) < 0.01", "*0.01 can't be shown on 60 items: with every draw wron*"),
    ],
)
def test_margins_out_of_reach_are_refused(project: Project, claim: str, message: str) -> None:
    """A margin that no data could show on so few items fails the plan, in one line."""
    project.evals(f"def test_it(arms):\n    assert {claim}\n")
    result = project.run(PLAN)
    assert result.ret == 1
    result.stdout.fnmatch_lines([f"evals/test_evals.py::test_it: {message}"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_all_margins_out_of_reach_are_told_at_once(project: Project) -> None:
    """Each has its line, an equivalence has one, and the rest is not planned."""
    project.evals(
        "def test_it(arms):\n"
        "    assert -0.01 < arms['rl'].pass_at(1) - arms['base'].pass_at(1) < 0.01\n"
        "    assert arms['rl'].pass_at(1) > 0.99\n"
    )
    result = project.run(PLAN)
    assert result.ret == 1
    refused = [line for line in result.outlines if "can't be shown on 60 items" in line]
    assert [line.partition(" can't")[0].rpartition(": ")[2] for line in refused] == [
        "a margin of 0.01",
        "0.99",
    ]
    result.stdout.fnmatch_lines(["!!* harness: no plan, for what stands above !!*"])


def test_these_items_have_no_margin_to_reach(project: Project) -> None:
    """For these items alone the same margin is planned."""
    project.evals(
        "@pytest.mark.harness(items='these')\ndef test_it(arms):\n"
        "    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) - 0.01\n"
    )
    assert project.run(PLAN).ret == 0


def test_a_number_is_not_known_before_it_is_drawn(project: Project) -> None:
    """A body that reads a number can't be planned, and is told why in one line."""
    project.evals(
        "def test_it(arms):\n    assert float(arms['rl'].pass_at(1)) > 0.5\n"
        f"def test_other(arms):\n    assert {GAIN}\n"
    )
    result = project.run(PLAN)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["evals/test_evals.py::test_it: *is no plain number; compare it*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_broken_body_fails_the_plan(project: Project) -> None:
    """What raises in planning raises in a run: the plan fails."""
    project.evals("def test_it(arms):\n    raise RuntimeError('no')\n")
    assert project.run(PLAN).ret == 1


def test_other_tests_are_not_run(project: Project) -> None:
    """Tests that are no evals are skipped while planning."""
    project.evals(f"def test_it(arms):\n    assert {GAIN}\n")
    project.write("evals/test_plain.py", "def test_plain():\n    assert False\n")
    result = project.run(PLAN)
    assert result.ret == 0
    result.assert_outcomes(passed=1, skipped=1)


@pytest.mark.parametrize("option", [PLAN, "--harness-write-plan", "--harness-calibrate=5"])
def test_workers_cannot_plan(project: Project, option: str) -> None:
    """A plan is of the whole: with workers it is refused, in one line."""
    project.evals(f"def test_it(arms):\n    assert {GAIN}\n")
    result = project.run_apart(option, "-n", "2")
    assert result.ret != 0
    output = "\n".join([*result.outlines, *result.errlines])
    assert "a plan is of the whole, and samples nothing: run without -n" in output
    assert "Traceback" not in output
    assert "INTERNALERROR" not in output
    assert project.calls == 0
    assert not (project.path / "evals/plan.json").exists()


def test_a_mistake_is_named_before_planning(project: Project) -> None:
    """A misspelt task ends the session as it does without planning."""
    project.evals(f"@pytest.mark.harness(task='summs')\ndef test_it(arms):\n    assert {GAIN}\n")
    result = project.run(PLAN)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*no task 'summs'*did you mean 'sums'?"])


def test_it_is_printed_without_a_terminal(project: Project) -> None:
    """Where pytest itself prints nothing, the table goes to stdout and mistakes to stderr."""
    project.evals(f"def test_it(arms):\n    assert {GAIN}\n")
    result = project.run_apart(PLAN, "-p", "no:terminal")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["claim * chance", "test_it", "* loud.pass@1 - base.pass@1 *"])
    assert result.errlines == []
    project.evals("def test_it(arms):\n    assert arms['nobody'].mean() > 0.5\n")
    result = project.run_apart(PLAN, "-p", "no:terminal")
    assert result.ret == 1
    result.stderr.fnmatch_lines(["evals/test_evals.py::test_it: *'nobody'*"])


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (
            "no_evidence(-0.5 < effect < 0.5)",
            "*takes one comparison, not a chained one; write an *",
        ),
        ("((held := effect < 0.9) and no_evidence(held))", "*has been decided already: it can't *"),
    ],
    ids=["chained", "decided"],
)
def test_an_alarm_that_a_run_refuses_is_not_planned(
    project: Project, claim: str, message: str
) -> None:
    """What is no alarm in a run is none in a plan."""
    effect = "arms['rl'].mean() - arms['base'].mean()"
    project.evals(f"def test_it(arms):\n    effect = {effect}\n    assert {claim}\n")
    for options in ((PLAN,), ()):
        result = project.run(*options)
        assert result.ret == 1
        result.stdout.fnmatch_lines([message])


def test_an_alarm_beside_its_counterpart_is_planned(project: Project) -> None:
    """Alarms on both sides of an effect, each for itself, are no chain."""
    project.evals(
        "def test_it(arms):\n    rl, base = arms['rl'].mean(), arms['base'].mean()\n"
        "    assert no_evidence(rl < base - 0.4)\n    assert no_evidence(rl > base + 0.9)\n"
    )
    assert project.run(PLAN).ret == 0
