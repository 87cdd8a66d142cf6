"""G-Pass@k and distinct@k in an eval: decided, looked at, kept, planned, replayed and read."""

from __future__ import annotations

import jsonschema
import pytest

from harness.schemas import load_schema

from .conftest import Project

VARIED = """
def varied(prompt, seed):
    said = _answer(prompt, seed, 0.6)
    return said if "wrong" not in said else f"[{seed % 7}]"
"""
EVALS = """
def test_reliable(arms):
    assert arms['rl'].g_pass_at(4, tau=0.75) > arms['base'].g_pass_at(4, tau=0.75) + 0.3

def test_varied(arms):
    assert arms['varied'].distinct_at(4) > arms['base'].distinct_at(4) + 0.05

def test_bar(arms):
    assert arms['base'].distinct_at(2) < 0.85

@pytest.mark.harness(effect=0.2)
def test_alarm(arms):
    assert no_evidence(arms['again'].g_pass_at(4, 0.5) < arms['base'].g_pass_at(4, 0.5))

@pytest.mark.harness(items='these')
def test_these(arms):
    assert arms['rl'].g_pass_at(4, tau=0.75) > arms['base'].g_pass_at(4, tau=0.75) + 0.3
    assert arms['varied'].distinct_at(4) > arms['base'].distinct_at(4) + 0.05

def test_wrong(arms):
    assert arms['base'].distinct_at(4) > arms['varied'].distinct_at(4)
"""
KEPT = """
def test_reliable(arms, baseline):
    assert arms['loud'].g_pass_at(4, 0.5) > baseline['loud'].g_pass_at(4, 0.5) - 0.3

def test_diverse(arms, baseline):
    assert arms['loud'].distinct_at(4) > baseline['loud'].distinct_at(4) - 0.2
"""


@pytest.fixture
def varying(project: Project) -> Project:
    """Return a project with an arm that is wrong in many ways."""
    models = project.path / "models.py"
    models.write_text(models.read_text(encoding="utf-8") + VARIED, encoding="utf-8")
    arm = '  varied: {engine: python, function: "models:varied"}'
    project.edit("evals/harness.yaml", "arms:", f"arms:\n{arm}")
    project.evals(EVALS)
    return project


def test_they_are_decided(varying: Project, workers: tuple[str, ...]) -> None:
    """Gains, a bar, an alarm and these items are claims; a wrong one fails with its numbers."""
    result = varying.run(*workers)
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(["*refuted: base.distinct@4 > varied.distinct@4"])
    assert varying.verdicts() == ["supported"] * 6 + ["refuted"]
    methods = [one["method"] for one in varying.decisions()]
    assert methods[:3] == ["t-floor", "t-floor", "Korn-Graubard"]
    assert methods[4:6] == ["z over draws"] * 2
    jsonschema.Draft202012Validator(load_schema("run")).validate(varying.stored)
    terms = [claim["terms"][0] for claim in varying.stored["claims"]]
    assert [(one["kind"], one["tau"]) for one in terms[:2]] == [
        ("g_pass_at", 0.75), ("distinct_at", None),
    ]  # fmt: skip
    again = varying.run("--harness-decide", ".harness/run.json")
    again.assert_outcomes(passed=5, failed=1)


def test_looks_at_them_are_the_same_on_two_workers(varying: Project) -> None:
    """Looks add draws to G-Pass@k, from 2 k on, and items to distinct@k."""
    varying.run("--harness-draws", "auto")
    alone = varying.content
    varying.run("--harness-draws", "auto", "-n", "2")
    assert varying.content == alone
    verdicts = varying.verdicts()
    assert verdicts[:2] + verdicts[3:6] == ["supported"] * 5
    assert verdicts[6] != "supported"
    found = varying.decisions()
    assert {one["draws"] for one in found} == {8}
    assert found[0]["items"] < 60
    assert found[1]["items"] < 60


def test_baselines_hold_them(varying: Project) -> None:
    """A baseline gives both, to compare with, to hold to an anchor, to plan from and to replay."""
    varying.evals(KEPT)
    assert varying.run("--harness-update-baseline").ret == 0
    kept = (varying.path / "evals/baselines/sums/loud.jsonl").read_text(encoding="utf-8")
    varying.write("evals/baselines-anchor/sums/loud.jsonl", kept)
    varying.edit("evals/harness.yaml", "{effect: 0.1}", "{effect: 0.1, anchor: 0.3}")
    assert varying.run().ret == 0
    assert [claim["text"] for claim in varying.stored["claims"]] == [
        "loud.g-pass@4(tau=0.5) > baseline[loud].g-pass@4(tau=0.5) - 0.3",
        "loud.g-pass@4(tau=0.5) - anchor[loud].g-pass@4(tau=0.5) > -0.3",
        "loud.distinct@4 > baseline[loud].distinct@4 - 0.2",
        "loud.distinct@4 - anchor[loud].distinct@4 > -0.3",
    ]  # fmt: skip
    varying.run("--harness-plan").stdout.fnmatch_lines([
        " loud.g-pass@4(tau=0.5) -*", " loud.distinct@4 - baseline?loud?.distinct@4 *60 *8 *",
    ])  # fmt: skip
    replayed = varying.run("--harness-calibrate=5").stdout
    replayed.fnmatch_lines(["*loud.distinct@4 counts answers, which are not dealt out again*"])
    replayed.no_fnmatch_line("*g-pass*not dealt*")


def test_gains_are_read_net_of_controls(varying: Project) -> None:
    """Both are told net of a control that was read anyway."""
    varying.edit("evals/harness.yaml", '  again: {engine: python, function: "models:weak"}',
                 '  again: {engine: python, function: "models:weak", '
                 "control: {of: varied, kind: placebo}}")  # fmt: skip
    varying.evals("""
def test_it(arms):
    assert arms['varied'].distinct_at(4) > arms['base'].distinct_at(4)
    assert arms['varied'].g_pass_at(2, 0.5) > arms['base'].g_pass_at(2, 0.5)
    assert arms['again'].mean() < 0.6
""")
    varying.run().stdout.fnmatch_lines([
        "net of again.distinct@4 (placebo): varied.distinct@4 +0.* 60 items of sums",
        "net of again.g-pass@2(tau=0.5) (placebo): varied.g-pass@2(tau=0.5) +0.* 60 items of sums",
    ])  # fmt: skip


def test_what_they_take_is_said(varying: Project) -> None:
    """Too few draws for these items, or for k, and a task without answers, are one line each."""
    free = "schema: 1\nitems: sums.jsonl\nmetrics: {long: {function: 'models:long'}}\n"
    varying.write("evals/tasks/free.yaml", free)
    models = varying.path / "models.py"
    long = "\ndef long(completion, reference, item):\n    return len(completion) > 4\n"
    models.write_text(models.read_text(encoding="utf-8") + long, encoding="utf-8")
    varying.evals("""
@pytest.mark.harness(items='these')
def test_these(arms):
    assert arms['base'].distinct_at(5) < 0.9

def test_k(arms):
    assert arms['base'].g_pass_at(9, 0.5) < 0.9

def test_free(arms):
    assert arms.task('free')['base'].distinct_at(2) < 0.9
""")
    varying.run().stdout.fnmatch_lines([
        "*can't tell the draws' noise from 8 per item; take 2 draws or more, *of k draws 2 k*",
        "*base.g-pass@9(tau=0.5) needs at least 9 draws per item, and there are 8; *",
        "*tasks/free.yaml: base.distinct@2 counts answers, and no metric of task 'free' captures *",
    ])  # fmt: skip
