"""An eval on multiple choice of lm-eval's: one draw per item, and what that can't tell."""

from __future__ import annotations

import json

from .conftest import Project

LM_TASK = """
task: local_choice
dataset_path: json
dataset_kwargs: {data_files: {test: lm_tasks/test.jsonl}}
test_split: test
output_type: multiple_choice
doc_to_text: "{{question}}"
doc_to_target: gold
doc_to_choice: choices
metric_list: [{metric: acc, aggregation: mean, higher_is_better: true}]
"""
MODEL = """
import zlib

from lm_eval.api.model import LM


class Chooser(LM):
    def __init__(self, skill, batch_size=None):
        super().__init__()
        self.skill = skill

    def loglikelihood(self, requests):
        return [(self.of(*request.args), False) for request in requests]

    def of(self, context, continuation):
        share = zlib.crc32(context.encode()) % 1000 / 1000
        return -1.0 if (continuation == " right") == (share < self.skill) else -2.0

    def generate_until(self, requests):
        raise NotImplementedError

    loglikelihood_rolling = generate_until
"""
CONFIG = """
schema: 1
draws: 8
policy: {effect: 0.1}
arms:
  base: {engine: lm_eval, model: "chooser:Chooser", args: {skill: 0.3}}
  rl: {engine: lm_eval, model: "chooser:Chooser", args: {skill: 0.8}}
  served: {engine: openai, base_url: "http://127.0.0.1:9/v1", model: m}
"""
EVALS = """
import pytest

pytestmark = pytest.mark.harness(task="choice")

def test_gain(arms):
    assert arms["rl"].pass_at(1) > arms["base"].pass_at(1) + 0.1

@pytest.mark.harness(items="these")
def test_gain_on_these(arms):
    assert arms["rl"].mean("acc") > arms["base"].mean("acc") + 0.4

def test_no_gain(arms):
    assert arms["base"].pass_at(1) > arms["rl"].pass_at(1)

def test_many(arms):
    assert arms["rl"].pass_at(2) > 0.1

def test_texts(arms):
    assert arms["rl"].rate(bool) > 0.1

@pytest.mark.harness(items="these", method="anytime")
def test_rounds(arms):
    assert arms["rl"].pass_at(1) > 0.1

def test_server(arms):
    assert arms["served"].pass_at(1) > 0.1
"""
REFUSED = """
*rl.pass@2 needs 2 draws of an item; multiple choice: one draw per item, likelihoods have no *
*rl.rate(bool) reads texts, and the draws of task 'choice' are likelihoods*claim pass_at(1)*
*`anytime` bets on rounds of draws for `items: these`; multiple choice: one draw*method: auto*
*'served' gives completions (openai), and task 'choice' compares likelihoods*engine: lm_eval*
"""


def test_an_eval_on_choices(project: Project) -> None:
    """Claims rest on one draw per item, and say so; pass@2, texts and servers are refused."""
    rows = [{"question": f"q{n}", "choices": ["wrong", "right"], "gold": 1} for n in range(100)]
    project.write("lm_tasks/test.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    project.write("lm_tasks/choice.yaml", LM_TASK)
    project.write("chooser.py", MODEL)
    project.write("evals/harness.yaml", CONFIG)
    project.write(
        "evals/tasks/choice.yaml",
        "schema: 1\nlm_eval: {task: local_choice, include_path: ../../lm_tasks}\n",
    )
    project.write("evals/test_evals.py", EVALS)
    result = project.run_apart()
    result.assert_outcomes(passed=2, failed=5)
    assert project.verdicts() == ["supported", "supported", "refuted"]
    assert [(one["items"], one["draws"]) for one in project.decisions()] == [(100, 1)] * 3
    note = "multiple choice: one draw per item, likelihoods have no randomness"
    assert all(one["warnings"][-1] == note for one in project.decisions())
    result.stdout.fnmatch_lines([f"*note:   {note}"])
    result.stdout.fnmatch_lines_random(REFUSED.strip().splitlines())
