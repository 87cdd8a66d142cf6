"""An eval on a task of lm-eval's: decided, planned and checked as any other."""

from __future__ import annotations

import json

from .conftest import Project

LM_TASK = """
task: local_sums
dataset_path: json
dataset_kwargs: {data_files: {test: lm_tasks/test.jsonl}}
test_split: test
output_type: generate_until
doc_to_text: "{{question}}"
doc_to_target: "{{answer}}"
generation_kwargs: {until: ["\\n"]}
filter_list:
  - name: boxed
    filter: [{function: regex, regex_pattern: '\\[(.*)\\]'}, {function: take_first}]
metric_list: [{metric: exact_match, aggregation: mean, higher_is_better: true}]
"""
MODEL = """
import random

from lm_eval.api.model import LM


class Sums(LM):
    def __init__(self, skill, batch_size):
        super().__init__()
        self.skill = skill

    def generate_until(self, requests):
        print("noise")
        return [self.answer(request.args[0]) for request in requests]

    def answer(self, prompt):
        return f"[{eval(prompt)}]" if random.random() < self.skill else "[wrong]"

    def loglikelihood(self, requests):
        raise NotImplementedError

    loglikelihood_rolling = loglikelihood
"""
CONFIG = """
schema: 1
draws: 8
policy: {effect: 0.1}
arms:
  base: {engine: lm_eval, model: "sums:Sums", args: {skill: 0.3}, batch_size: 4}
  rl: {engine: lm_eval, model: "sums:Sums", args: {skill: 0.8}, batch_size: 4}
"""
EVALS = """
import pytest

pytestmark = pytest.mark.harness(task="borrowed", where={"kind": "odd"})

def test_gain(arms):
    assert arms["rl"].pass_at(1) > arms["base"].pass_at(1) + 0.1

def test_votes(arms):
    assert arms["rl"].majority_at(5) > arms["rl"].mean("exact_match")
"""


def write(project: Project) -> None:
    """Write a borrowed task, a model of lm-eval's own kind, and evals."""
    rows = [
        {"question": f"{a}+{b}", "answer": str(a + b), "kind": "odd" if a % 2 else "even"}
        for a in range(12)
        for b in range(5)
    ]
    project.write("lm_tasks/test.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    project.write("lm_tasks/sums.yaml", LM_TASK)
    project.write("sums.py", MODEL)
    project.write("evals/harness.yaml", CONFIG)
    project.write(
        "evals/tasks/borrowed.yaml",
        "schema: 1\nlm_eval: {task: local_sums, include_path: ../../lm_tasks, tags: [kind]}\n",
    )
    project.write("evals/test_evals.py", EVALS)


def test_an_eval_on_a_borrowed_task(project: Project) -> None:
    """Claims on a task and models of lm-eval's are decided, on two workers the same."""
    write(project)
    result = project.run_apart()
    result.assert_outcomes(passed=2)
    assert "noise" not in result.stdout.str()
    assert project.verdicts() == ["supported"] * 2
    assert [one["items"] for one in project.decisions()] == [30, 30]
    alone = project.content
    project.run_apart("-n", "2").assert_outcomes(passed=2)
    assert project.content == alone


def test_a_mistake_in_a_borrowed_task(project: Project) -> None:
    """What lm-eval has not is told before anything is drawn."""
    write(project)
    project.edit("evals/tasks/borrowed.yaml", "local_sums", "local_smus")
    result = project.run_apart()
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*borrowed.yaml:2: lm_eval: *'local_smus'*mean 'local_sums'?"])
