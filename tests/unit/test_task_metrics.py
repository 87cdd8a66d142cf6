"""Metrics of a task's file: what each kind means, and one clear line for each mistake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import ConfigError, HarnessError
from harness.records import Exact, Numeric, Task
from harness.tasks import load_task

Write = Callable[[str, str | bytes], Path]
Load = Callable[[str], Task]


@pytest.fixture
def load(write: Write, tmp_path: Path) -> Load:
    """Return a loader of a task whose metric `m` is written so."""

    def make(metric: str) -> Task:
        write("quiz.jsonl", '{"prompt": "6*7=", "reference": "42"}\n')
        write("quiz.yaml", f"schema: 1\nitems: quiz.jsonl\nmetrics:\n  m: {metric}\n")
        return load_task(tmp_path, "quiz")

    return make


def test_a_kind_needs_no_settings(load: Load) -> None:
    """What is left out is strict: nothing is ignored, and no distance is near enough."""
    assert load("{exact: reference}").metrics[0].rule == Exact()
    assert load("{numeric: {}}").metrics[0].rule == Numeric()


def test_functions_need_no_answer(load: Load) -> None:
    """A task that functions alone score has no answer; one that is named must be captured."""
    assert load("{function: 'm:f'}").answer == ""
    with pytest.raises(ConfigError, match=r":5: answer: 'm' is no metric that captures an answer"):
        load("{function: 'm:f'}\nanswer: m")


MISTAKES = {
    "{}": "m: needs 'regex'; give a kind: regex, exact, numeric, json, choice or function",
    "{equals: reference}": "m: needs 'regex'; give a kind: ",
    "{nummeric: {}}": "m.nummeric: unknown key; did you mean 'numeric'?",
    "{exact: reference, numeric: {}}": "m: 'exact' and 'numeric' don't go together; keep one",
    "{json: {field: a}, choice: [A, B], function: 'a:b'}": "m: 'json' and 'choice' and 'function' "
    "don't go together; keep one",
    "{regex: '(.)', equals: reference, numeric: {}}": "m: 'equals' and 'numeric' don't go together",
    "{exact: refrence}": "m.exact: unknown value 'refrence'; did you mean 'reference'?",
    "{exact: reference, ignore: [cases]}": "m.ignore.0: unknown value 'cases'; did you mean",
    "{exact: reference, ignore: case}": "m.ignore: 'case' is not of type 'array'; a list of what",
    "{numeric: {}, ignore: [case]}": "m.ignore: this key goes with `exact` alone; remove it",
    "{exact: reference, revision: '1'}": "m.revision: this key goes with `function` alone; remove",
    "{exact: reference, regex: 'a'}": "m.regex: captures nothing to compare; put the part",
    "{numeric: {}, regex: '('}": "m.regex: no regular expression: missing )",
    "{numeric: 5}": "m.numeric: 5 is not of type 'object'; written {}, or {tolerance: 0.001",
    "{numeric: {tolerence: 5}}": "m.numeric.tolerence: unknown key; did you mean 'tolerance'?",
    "{numeric: {tolerance: -1}}": "m.numeric.tolerance: -1 is less than the minimum of 0; a number",
    "{numeric: {tolerance: small}}": "m.numeric.tolerance: 'small' does not match",
    "{numeric: {tolerance: 1e999}}": "m.numeric.tolerance: '1e999' is no finite number",
    "{json: {}}": "m.json: needs 'field'; written {field: answer.value}",
    "{json: answer}": "m.json: 'answer' is not of type 'object'; written {field: answer.value}",
    "{json: {field: a..b}}": "m.json.field: 'a..b' does not match",
    "{json: {field: a, numeric: {}, ignore: [case]}}": "m.json.ignore: this key does not go",
    "{choice: [A, no]}": "m.choice.1: False is not of type 'string'; a choice, in quotes where",
    "{choice: [A]}": "m.choice: ['A'] is too short; a list of two choices or more",
    "{choice: [A, A]}": "m.choice: ['A', 'A'] has non-unique elements; a list of two",
    "{function: models.score}": "m.function: 'models.score' does not match",
    "{function: 'a:b', regex: '(.)'}": "m.regex: this key does not go with `function`, which is",
    "{function: 'a:b', revision: 1}": "m.revision: 1 is not of type 'string'; a text, in quotes",
    "{function: 'a:b', range: [1]}": "m.range: [1] is too short; the least and the most",
    "{function: 'a:b', range: [5, 1]}": "m.range: the range [5, 1] is empty; write the lower end",
    "{function: 'a:b', names: [a-b]}": "m.names.0: 'a-b' does not match",
    "{function: 'a:b', processes: 4}": "m.processes: 4 is not of type 'boolean'; whether",
    "[regex]": "m: ['regex'] is not of type 'object'; one of the keys regex, exact",
}


@pytest.mark.parametrize(("metric", "message"), MISTAKES.items(), ids=MISTAKES)
def test_a_mistake_in_a_metric_is_named(load: Load, metric: str, message: str) -> None:
    """A metric that is wrong is named by file, line and key, in one line with the next step."""
    with pytest.raises(HarnessError) as caught:
        load(metric)
    assert f"quiz.yaml:4: metrics.{message}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_truncated_is_scored_or_wrong(load: Load) -> None:
    """What a cut off completion is can be said once for the task."""
    assert load("{exact: reference}").truncated == "scored"
    assert load("{exact: reference}\ntruncated: wrong").truncated == "wrong"
    with pytest.raises(ConfigError, match=r":5: truncated: unknown value 'worng'; did you mean"):
        load("{exact: reference}\ntruncated: worng")
