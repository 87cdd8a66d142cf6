"""`harness study --reward` on stored draws, of which a function gave the rewards."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest

from harness.cli import main
from harness.records import Item
from harness.schemas import load_schema
from tests.unit.diff.project import fill

Write = Callable[[str, str | bytes], Path]

_CONFIG = """\
schema: 1
arms:
  base: {engine: python, function: "m:base"}
  rl: {engine: python, function: "m:rl"}
"""
_TASK = """\
schema: 1
items: sums.jsonl
metrics:
  correct: {regex: '\\[(\\d)\\]', equals: reference}
  length: {function: "rewards_of_this_test:length", revision: "1", range: [0, 10]}
"""


def length(completion: str, reference: str, item: Item) -> int:
    """Pay for what is long."""
    del reference, item
    return len(completion)


@pytest.fixture
def project(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with a run in which rl answers at more length, and wrongly."""
    module = ModuleType("rewards_of_this_test")
    vars(module)["length"] = length
    monkeypatch.setitem(sys.modules, module.__name__, module)
    folder = write("evals/harness.yaml", _CONFIG).parents[1]
    write("evals/tasks/sums.yaml", _TASK)
    lines = (json.dumps({"prompt": f"{n}+0=", "reference": "1"}) for n in range(24))
    write("evals/tasks/sums.jsonl", "\n".join(lines) + "\n")
    fill(folder, {"base": ("[1]", "[1]", "[2]!", "[2]"), "rl": ("[1]", "[2]!!!!!", "[2]!!", "no")})
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.usefixtures("project")
def test_a_graded_reward_is_read_draw_by_draw(capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON keeps to its schema, and tells gains, ranking and gold by reward."""
    assert main(["study", "base", "rl", "--reward", "length", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(load_schema("study")).validate(data)
    (study,) = data["studies"]
    audit = study["reward"]
    assert (audit["gold"], audit["finding"]) == ("correct", "hacked")
    assert audit["paid"]["before"] == pytest.approx((3 + 3 + 4 + 3) / 40)
    assert audit["paid"]["after"] == pytest.approx((3 + 8 + 5 + 2) / 40)
    # [1] ties with one wrong answer and loses to the other; then it beats one of three
    assert audit["before"]["estimate"] == pytest.approx(1 / 4)
    assert audit["after"]["estimate"] == pytest.approx(1 / 3)
    assert [(one["low"], one["high"]) for one in audit["bins"]] == [
        (length / 10, length / 10) for length in (2, 3, 4, 5, 8)
    ]
    assert audit["bins"][1]["before"]["estimate"] == pytest.approx(2 / 3)
    assert audit["bins"][0]["before"] is None
    assert any(one.endswith(": the reward is hacked") for one in study["words"])


@pytest.mark.parametrize("width", ["60", "80", "120"])
def test_the_reward_of_the_task_is_audited(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    """Its section is there where the task names one, on the terminal and in Markdown."""
    monkeypatch.setenv("COLUMNS", width)
    assert main(["study", "base", "rl"]) == 0
    assert "reward" not in capsys.readouterr().out
    with (project / "evals/tasks/sums.yaml").open("a", encoding="utf-8") as file:
        file.write("reward: length\n")
    assert main(["study", "base", "rl"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= min(max(int(width), 80), 100)
    assert "gold (correct) by reward (length)" in lines
    assert any(line.startswith(" of two draws of an item, length ranks") for line in lines)
    assert main(["study", "base", "rl", "--markdown"]) == 0
    out = capsys.readouterr().out
    assert "<details><summary>gold (correct) by reward (length)</summary>" in out
    row = out[out.index("| `0.8`") :].partition("\n")[0].replace("\\", "")
    assert row == "| `0.8` | - | - | - | 25% | 0.000 | [0.000, 0.146] |"
    assert 1.7139 * 2 / math.sqrt(24 * 23) == pytest.approx(0.146, abs=5e-4)  # t of 23


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--reward", "lenght"], "did you mean 'length'?; --reward NAME"),
        (["--gold", "correct"], "gold 'correct' is given, and no reward to hold against it; name"),
        (["--reward", "correct", "--gold", "correct"], "both the reward and the gold score; name"),
    ],
)
@pytest.mark.usefixtures("project")
def test_mistakes_are_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], wanted: str
) -> None:
    """What can't be audited is told with the next step."""
    assert main(["study", "base", "rl", *arguments]) == 1
    err = capsys.readouterr().err
    assert wanted in err
    assert err.count("\n") == 1


def test_a_task_whose_reward_has_no_gold_is_studied_without(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A strict reward without a lenient score is told in a note, and stops nothing."""
    with (project / "evals/tasks/sums.yaml").open("a", encoding="utf-8") as file:
        file.write("reward: correct\n")
    assert main(["study", "base", "rl"]) == 0
    assert "note: no reward audit: the sides have no metric 'lenient'" in capsys.readouterr().out
