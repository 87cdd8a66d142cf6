"""The session as a whole: results don't depend on workers, and nothing goes missing."""

from __future__ import annotations

import pytest

from .conftest import Project

CLAIM = "arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.1"
REFUTED = "arms['base'].pass_at(1) > arms['rl'].pass_at(1)"


def _suite(project: Project) -> None:
    project.evals(
        f"def test_a(arms):\n    assert {CLAIM}\n"
        f"def test_b(arms):\n    assert {REFUTED}\n"
        "@pytest.mark.harness(where={'split': 'odd'}, draws=12)\n"
        f"def test_c(arms):\n    assert {CLAIM}\n"
        "@pytest.mark.parametrize('margin', [0.1, 0.2, 0.5])\n"
        "def test_d(arms, margin):\n"
        "    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) + margin\n"
    )


def test_the_run_is_the_same_on_any_number_of_workers(project: Project) -> None:
    """Claims, estimates and all else but provenance agree, and so does the exit code."""
    _suite(project)
    found = []
    for extra in [(), ("-n", "2"), ("-n", "3", "--dist", "loadfile"), ("-p", "no:terminal")]:
        assert project.run_apart(*extra).ret == 1
        found.append(project.content)
    assert found[0]["complete"] is True
    assert all(other == found[0] for other in found)


def test_claims_do_not_depend_on_which_evals_run(project: Project) -> None:
    """An eval alone comes to the very same decision as among others; deselection is printed."""
    _suite(project)
    project.run()
    whole = [claim for claim in project.stored["claims"] if "test_c" in claim["nodeid"]]
    result = project.run("-k", "test_c")
    result.stdout.fnmatch_lines(["deselected: 5 evals"])
    assert project.stored["claims"] == whole


def test_markers_merge_key_by_key(project: Project) -> None:
    """A test's marker adds to its module's; the nearest key wins."""
    _suite(project)
    project.run()
    (claim,) = (row for row in project.stored["claims"] if "test_c" in row["nodeid"])
    assert (claim["task"], claim["selection"]) == ("sums", "split=odd")
    assert (claim["decision"]["items"], claim["decision"]["draws"]) == (30, 12)


def test_a_dead_worker_can_not_turn_the_run_green(project: Project) -> None:
    """An eval whose worker died is reported missing, and the exit code is 1."""
    project.evals(
        f"import os\ndef test_a(arms):\n    assert {CLAIM}\n"
        f"def test_b(arms):\n    assert {CLAIM}\n    os._exit(0)\n"
    )
    result = project.run_apart("-n", "2")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["never reported: evals/test_evals.py::test_b"])
    assert project.stored["verdict"] == "red"


def test_an_eval_that_is_lost_fails_the_session(project: Project) -> None:
    """A plugin that swallows an eval's run makes the session fail, though no test failed."""
    project.evals(f"def test_a(arms):\n    assert {CLAIM}\n\ndef test_b(arms):\n    pass\n")
    project.write(
        "evals/conftest.py",
        "import pytest\n\n@pytest.hookimpl(tryfirst=True)\n"
        "def pytest_runtest_protocol(item):\n    return True if item.name == 'test_b' else None\n",
    )
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["NOT PROVEN: 1 eval never reported, *", "never reported: *test_b"])


def test_nothing_is_drawn_twice(project: Project) -> None:
    """Evals that share an arm share its draws; a larger one adds only what is missing."""
    claim = "arms['loud'].pass_at(1) > 0.2"
    project.evals(
        f"def test_a(arms):\n    assert {claim}\n    assert {claim}\n"
        f"@pytest.mark.harness(draws=10)\ndef test_b(arms):\n    assert {claim}\n"
    )
    assert project.run().ret == 0
    log = (project.path / "calls.log").read_text(encoding="utf-8").splitlines()
    assert len(log) == 60 * 10


@pytest.mark.parametrize(("policy", "code", "counted"), [("warn", 0, "i"), ("skip", 0, "s")])
def test_a_lenient_policy_is_never_green(
    project: Project, workers: tuple[str, ...], policy: str, code: int, counted: str
) -> None:
    """An inconclusive claim that policy lets pass leaves the headline at NOT PROVEN."""
    project.edit("evals/harness.yaml", "effect: 0.1", f"effect: 0.1, inconclusive: {policy}")
    claim = "arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.4"
    project.evals(f"def test_it(arms):\n    assert {claim}\n")
    result = project.run(*workers)
    assert result.ret == code
    result.stdout.fnmatch_lines([f"*{counted}*", "NOT PROVEN: 1 inconclusive, of 1 claim*"])
    assert project.stored["verdict"] == "red"


@pytest.mark.parametrize("policy", ["warn", "skip"])
def test_a_lenient_policy_excuses_nothing_else(project: Project, policy: str) -> None:
    """An assert that fails beside an inconclusive claim is an ordinary failure."""
    project.edit("evals/harness.yaml", "effect: 0.1", f"effect: 0.1, inconclusive: {policy}")
    claim = "arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.4"
    project.evals(f"def test_it(arms):\n    assert {claim} and 1 == 2\n")
    result = project.run()
    assert result.ret == 1
    result.assert_outcomes(failed=1)


def test_a_lenient_policy_lets_no_refuted_claim_pass(project: Project) -> None:
    """What is refuted fails whatever is done with what is inconclusive."""
    project.edit("evals/harness.yaml", "effect: 0.1", "effect: 0.1, inconclusive: warn")
    project.evals(f"def test_it(arms):\n    assert {REFUTED}\n")
    assert project.run().ret == 1


def test_a_skipped_eval_is_not_green(project: Project) -> None:
    """An eval that skips itself leaves the run not proven."""
    project.evals(
        f"def test_a(arms):\n    assert {CLAIM}\n\ndef test_b(arms):\n    pytest.skip('no')\n"
    )
    result = project.run()
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["NOT PROVEN: 1 eval skipped*"])


def test_a_failing_teardown_counts(project: Project, workers: tuple[str, ...]) -> None:
    """An eval whose teardown fails is no pass."""
    fixture = "@pytest.fixture\ndef leak():\n    yield\n    raise RuntimeError('leak')\n"
    project.evals(f"{fixture}\ndef test_it(arms, leak):\n    assert {CLAIM}\n")
    assert project.run(*workers).ret == 1
    assert project.stored["verdict"] == "red"


def test_a_claim_after_the_test_is_refused(project: Project, workers: tuple[str, ...]) -> None:
    """A claim in a fixture's end, whose verdict nobody would see, is an error."""
    fixture = f"@pytest.fixture\ndef late(arms):\n    yield\n    assert {REFUTED}\n"
    project.evals(f"{fixture}\ndef test_it(arms, late):\n    assert {CLAIM}\n")
    result = project.run(*workers)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*is asked for outside of an eval, where no verdict counts*"])


def test_a_claim_before_the_test_counts(project: Project) -> None:
    """A claim that a fixture takes and ignores is the eval's own."""
    fixture = f"@pytest.fixture\ndef early(arms):\n    bool({REFUTED})\n"
    project.evals(f"{fixture}\ndef test_it(arms, early):\n    assert {CLAIM}\n")
    assert project.run().ret == 1
    assert project.verdicts() == ["refuted", "supported"]


def test_an_interrupted_run_leaves_no_green_verdict(project: Project) -> None:
    """A run that was stopped halfway is written as red, with what is missing."""
    project.evals(
        f"def test_a(arms):\n    assert {CLAIM}\n\ndef test_b(arms):\n    assert {CLAIM}\n"
    )
    assert project.run_apart().ret == 0
    assert project.stored["verdict"] == "green"
    project.edit(
        "evals/test_evals.py", "def test_b(arms):", "def test_b(arms):\n    raise KeyboardInterrupt"
    )
    assert project.run_apart().ret == 2
    assert project.stored["verdict"] == "red"
    assert project.stored["missing"] == ["evals/test_evals.py::test_b"]


def test_collecting_only_costs_nothing(project: Project) -> None:
    """--collect-only neither reads the config nor samples nor writes a run."""
    _suite(project)
    (project.path / "evals/harness.yaml").unlink()
    assert project.run("--collect-only").ret == 0
    assert not (project.path / ".harness").exists()


def test_other_tests_are_left_alone(project: Project) -> None:
    """A session without evals prints and writes nothing of ours."""
    project.write("evals/test_plain.py", "def test_it():\n    assert 1 + 1 == 2\n")
    result = project.run()
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*harness ==*")
    assert not (project.path / ".harness").exists()
