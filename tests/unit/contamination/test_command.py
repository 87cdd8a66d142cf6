"""The command, from a task and files to a report."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from harness.cli import main
from harness.report.stored import content_of
from harness.schemas import load_schema
from harness.tasks import load_task

Write = Callable[[str, str | bytes], Path]
Captured = pytest.CaptureFixture[str]

STORED = Path(__file__).parents[2] / "formats" / "stored"
WORDS = "red orange yellow green blue indigo violet black white grey brown pink teal gold".split()  # noqa: SIM905  read as a line


def _prompt(at: int) -> str:
    return " ".join(f"{word}{at}" for word in WORDS)


@pytest.fixture
def project(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a project: 12 items of two splits, 6 of which are trained on."""
    config = write("evals/harness.yaml", "schema: 1\narms: {rl: {engine: python, function: m:f}}\n")
    write("evals/tasks/sums.yaml", "schema: 1\nitems: sums.jsonl\n"
          "metrics: {correct: {regex: '(\\d+)', equals: reference}}\n")  # fmt: skip
    rows = [
        {
            "prompt": _prompt(at),
            "reference": f"{at}",
            "tags": {"split": "odd" if at % 2 else "even"},
        }
        for at in range(12)
    ]
    write("evals/tasks/sums.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    hostile = "\x1b[2J\u202e ::error::"
    train = [{"text": f"{hostile} {_prompt(at).upper()} {at} {hostile}"} for at in range(0, 12, 2)]
    write("train.jsonl", "".join(json.dumps(row) + "\n" for row in train))
    monkeypatch.chdir(config.parents[1])
    return config.parents[1]


@pytest.fixture
def run(project: Path, write: Write) -> Path:
    """Return a run in which `rl` knows what it was trained on, and `base` knows nothing."""
    items = load_task(project / "evals" / "tasks", "sums").items
    data = json.loads((STORED / "run_v2.json").read_text(encoding="utf-8"))
    sums = {"base": [2] * 12, "rl": [8 if at % 2 == 0 else 2 for at in range(12)]}
    data["items"] = [
        {
            "task": "sums", "ids": [item.id for item in items], "tags": {}, "clusters": None,
            "arms": [{"arm": arm, "draws": [8] * 12, "sums": {"correct": own}}
                     for arm, own in sums.items()],
            "baselines": [],
        }
    ]  # fmt: skip
    data["content"] = content_of(data)
    return write(".harness/run.json", json.dumps(data))


def test_the_report_says_which_items_and_what_it_does_to_arms(run: Path, capsys: Captured) -> None:
    """Splits, items, places and gaps, on a terminal; nothing in an excerpt acts there."""
    del run
    assert main(["contamination", "sums", "train.jsonl", "--arms", "base", "rl"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "\x1b" not in out
    assert "\u202e" not in out
    lines = [line.split() for line in out.splitlines()]
    assert ["all", "12", "6", "(0.500)", "6", "(0.500)", "6", "(0.500)"] in lines
    assert ["odd", "6", "0", "(0.000)", "0", "(0.000)", "0", "(0.000)"] in lines
    assert sum("train.jsonl:" in line for line in out.splitlines()) == 6
    gap = next(line for line in lines if line[:4] == ["rl", "-", "base", "correct"])
    assert "+0.750" in gap
    assert "each by itself" in out


def test_the_json_keeps_to_its_schema(run: Path, capsys: Captured) -> None:
    """Other tools get every item, and every gap, as the schema says."""
    del run
    assert main(["contamination", "sums", "train.jsonl", "--json", "--arms", "base", "rl"]) == 0
    out = capsys.readouterr().out
    data = json.loads(out)
    jsonschema.Draft202012Validator(load_schema("contamination")).validate(data)
    assert [one["standing"] for one in data["items"]] == ["contaminated", "clean"] * 6
    assert data["items"][2]["place"]["line"] == 2
    assert "\\u001b" not in out
    assert [(one["arms"], one["group"], one["gap"]) for one in data["run"]["gaps"]] == [
        (["base"], "touched", 0.0), (["base"], "contaminated", 0.0),
        (["rl"], "touched", 0.75), (["rl"], "contaminated", 0.75),
        (["base", "rl"], "touched", 0.75), (["base", "rl"], "contaminated", 0.75),
    ]  # fmt: skip


def test_a_terminal_says_how_far_it_is(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """What takes longer than a second says the megabytes, and erases the line in the end."""
    (project / "long.txt").write_text("word " * 500_000, encoding="utf-8")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr("harness.cli.contamination._PATIENCE", -1.0)
    assert main(["contamination", "sums", "long.txt"]) == 0
    assert capsys.readouterr().err == "\rtraining data: 1 of 2 MB\r\x1b[K"


def test_it_can_fail(project: Path, capsys: Captured) -> None:
    """The exit code is 1 only if more items are contaminated than were allowed."""
    command = ["contamination", "sums", str(project / "train.jsonl"), "-o", "out/report.txt"]
    assert main([*command, "--fail-above", "0.5"]) == 0
    assert main([*command, "--fail-above", "0.49"]) == 1
    assert "6 of 12 items are contaminated (0.500), more than 0.49" in capsys.readouterr().err
    assert "train.jsonl:1" in (project / "out" / "report.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["summs", "train.jsonl"], "summs"),
        (["sums", "trian.jsonl"], "trian.jsonl: there is no such file or folder"),
        (["sums", "train.jsonl", "--arms", "rl", "base"], "run the evals first"),
        (["sums", "train.jsonl", "--field", "body"], "none of 6 records has a string in 'body'"),
    ],
)
def test_mistakes_are_said_in_one_line(
    project: Path, arguments: list[str], message: str, capsys: Captured
) -> None:
    """Each names the value and the next step, with exit code 1."""
    del project
    assert main(["contamination", *arguments]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line


def test_a_run_of_another_task_is_a_note(run: Path, capsys: Captured) -> None:
    """A run that nobody asked for and that tells nothing does not stop the report."""
    data = json.loads(run.read_text(encoding="utf-8"))
    data["items"] = []
    run.write_text(json.dumps({**data, "content": content_of(data)}), encoding="utf-8")
    assert main(["contamination", "sums", "train.jsonl"]) == 0
    assert "this run tells nothing of the task 'sums'" in " ".join(capsys.readouterr().out.split())
    assert main(["contamination", "sums", "train.jsonl", "--run", str(run)]) == 1
