"""What a task says for diffs: the form of an answer, and probes; no score depends on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli import main
from harness.errors import ConfigError
from harness.scoring import open_scorer
from harness.tasks import load_task

Write = Callable[[str, str | bytes], Path]

TASK = """\
schema: 1
items: sums.jsonl
metrics:
  correct: {regex: '(\\d+)', equals: reference}
  boxed: {regex: '\\[.*\\]'}
"""
ITEM = '{"prompt": "1+1=", "reference": "2"}\n'


def test_probes_and_form_change_no_score(write: Write, tmp_path: Path) -> None:
    """The scorer's hash is the same with probes and a form as without."""
    write("sums.jsonl", ITEM)
    write("plain.yaml", TASK)
    write("more.yaml", TASK + "form: boxed\nreward: boxed\nprobes: {asks: {regex: '\\?'}}\n")
    plain, more = (load_task(tmp_path, name) for name in ("plain", "more"))
    assert (plain.form, more.form, len(more.probes)) == ("formatted", "boxed", 1)
    assert (plain.lenient, plain.reward, more.reward) == ("lenient", "", "boxed")
    assert open_scorer(plain).hash == open_scorer(more).hash


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("form: bxed\n", r":6: form: the task has no metric 'bxed'; did you mean 'boxed'"),
        ("reward: bxed\n", r":6: reward: the task has no metric 'bxed'; did you mean 'boxed'"),
        ("lenient: correct\n", r":6: lenient: 'correct' is what a lenient metric is held against"),
        ("probes: {asks: {regex: '('}}\n", r":6: probes.asks.regex: no regular expression"),
        ("probes: {asks: {rgx: x}}\n", r"probes.asks.rgx: unknown key; did you mean 'regex'"),
        ("probes: {asks: {}}\n", r"probes.asks: "),
        ("probes: {asks: {regex: x, function: 'a:b'}}\n", r"'regex' and 'function' don't go"),
        ("probes: {asks: {function: 'asks'}}\n", r"probes.asks.function: .*; written module:"),
        ("probes: {}\n", r":6: probes: "),
    ],
)
def test_a_mistake_is_named(write: Write, tmp_path: Path, text: str, message: str) -> None:
    """The line, the key and the next step are told."""
    write("sums.jsonl", ITEM)
    write("sums.yaml", TASK + text)
    with pytest.raises(ConfigError, match=message):
        load_task(tmp_path, "sums")


def test_check_lists_probes(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """`harness check` reads them, and says which there are."""
    config = write(
        "evals/harness.yaml", "schema: 1\narms: {a: {engine: python, function: 'a:b'}}\n"
    )
    write("evals/tasks/sums.jsonl", ITEM)
    write("evals/tasks/sums.yaml", TASK + "probes: {asks: {regex: '\\?'}, b: {regex: b}}\n")
    assert main(["check", str(config)]) == 0
    assert "1 item; metrics: correct, boxed; probes: asks, b\n" in capsys.readouterr().out
