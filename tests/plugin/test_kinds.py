"""Tasks with several kinds of metrics, from the file to the verdict, with and without workers."""

from __future__ import annotations

import json

from .conftest import Project

MODELS = """
import json, random

def _answer(prompt, seed, skill):
    right = random.Random(seed).random() < skill
    number = int(prompt.split()[-1])
    if prompt.startswith("Odd"):
        return f"The answer is ({'AB'[(number + right) % 2]})."
    value = 1000 * number if right else 7
    return "Sure: " + json.dumps({"n": float(value) if seed % 2 else value}) + "!"

def weak(prompt, seed):
    return _answer(prompt, seed, 0.3)

def strong(prompt, seed):
    return _answer(prompt, seed, 0.9)
"""
TASK = """
schema: 1
items: quiz.jsonl
metrics:
  correct: {json: {field: n, numeric: {relative: 0.0001}}}
  last: {numeric: {tolerance: 1e-6}, regex: '"n": ([^,]*)'}
  said: {exact: reference, ignore: [space], regex: '"n": (\\d+)'}
  judged: {function: "scores:judged", names: [short, sure], range: [0, 10]}
"""
LETTERS = """
schema: 1
items: letters.jsonl
metrics: {correct: {choice: [A, B]}}
"""
SCORES = """
def judged(completion, reference, item):
    assert item["prompt"].endswith(reference.removesuffix("000"))
    return {"short": 10 if len(completion) < 60 else 0, "sure": 5}
"""
EVALS = """
import pytest

pytestmark = pytest.mark.harness(task="quiz")

@pytest.mark.parametrize("metric", ["correct", "last"])
def test_rl_helps(arms, metric):
    assert arms["rl"].pass_at(1, metric=metric) > arms["base"].pass_at(1, metric=metric) + 0.2

def test_votes(arms):
    assert arms["rl"].majority_at(3) > arms["base"].majority_at(3) + 0.2

def test_form(arms):
    assert arms["rl"].mean("formatted") > 0.9
    assert arms["rl"].mean("truncated") < 0.1
    assert arms["rl"].mean("truncated") - arms["base"].mean("truncated") < 0.05

def test_functions(arms):
    assert arms["rl"].mean("judged.short") > 0.9
    assert -0.1 < arms["rl"].mean("judged.sure") - arms["base"].mean("judged.sure") < 0.1

@pytest.mark.harness(task="letters")
def test_choices(arms):
    assert arms["rl"].pass_at(1) > arms["base"].pass_at(1) + 0.2
"""


def _project(project: Project) -> None:
    rows = [{"prompt": f"A thousand times {n}", "reference": f"{n}000"} for n in range(1, 61)]
    project.write("evals/tasks/quiz.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    project.write("evals/tasks/quiz.yaml", TASK)
    rows = [{"prompt": f"Odd? {n}", "reference": "BA"[n % 2]} for n in range(60)]
    project.write("evals/tasks/letters.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    project.write("evals/tasks/letters.yaml", LETTERS)
    project.write("models.py", MODELS)
    project.write("scores.py", SCORES)
    project.write("evals/test_quiz.py", EVALS)


def test_kinds_are_decided(project: Project, workers: tuple[str, ...]) -> None:
    """Fields, numbers, functions, votes and the form of draws are claims like any other."""
    _project(project)
    result = project.run(*workers)
    result.assert_outcomes(passed=6)
    assert project.verdicts() == ["supported"] * 9


def test_a_function_that_fails_is_an_error(project: Project, workers: tuple[str, ...]) -> None:
    """An eval on a metric that can't be computed fails with the metric and the item, once."""
    _project(project)
    project.write("scores.py", "def judged(completion, reference, item):\n    return 11\n")
    result = project.run(*workers)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*tasks/quiz.yaml: metrics.judged: *scores:judged returned int, not a dict of short, *"]
    )


def test_a_reference_that_fits_no_kind_is_refused(project: Project) -> None:
    """Before anything is drawn, the item is named whose reference can't be right."""
    _project(project)
    project.edit("evals/tasks/quiz.jsonl", '"60000"', '"sixty thousand"')
    result = project.run()
    assert result.ret != 0
    result.stdout.fnmatch_lines(
        ["*reference 'sixty thousand' of 'A thousand times 60' is not a n*"]
    )


def test_a_baseline_from_before_lacks_what_is_told_now(project: Project) -> None:
    """A column that a stored baseline does not have is named, and what it has."""
    project.evals(
        "def test_it(arms, baseline):\n"
        "    assert arms['rl'].mean('truncated') - baseline['rl'].mean('truncated') < 0.1\n"
    )
    assert project.run("--harness-update-baseline").ret == 0
    path = project.path / "evals" / "baselines" / "sums" / "rl.jsonl"
    header, *rows, end = map(json.loads, path.read_text(encoding="utf-8").split("\n\n"))
    header["metrics"] = header["metrics"][:2]
    for row in rows:
        row["sums"], row["squares"] = row["sums"][:2], row["squares"][:2]
        row["products"] = row["products"][:1]
        del row["measure"]  # a hash of the header's metrics, too
    path.write_text("\n\n".join(map(json.dumps, [header, *rows, end])), encoding="utf-8")
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*baseline?rl? has no metric 'truncated'; known: boxed, correct*"])
