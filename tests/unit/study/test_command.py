"""`harness study` on a small project: its forms, and mistakes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from harness.cli import main
from harness.schemas import load_schema
from tests.unit.diff.project import fill

Write = Callable[[str, str | bytes], Path]

_CONFIG = """\
schema: 1
arms:
  base: {engine: python, function: "m:base"}
  rl: {engine: python, function: "m:rl"}
  placebo: {engine: python, function: "m:placebo"}
"""
_TASK = """\
schema: 1
items: sums.jsonl
metrics: {correct: {regex: '\\[(\\d)\\]\\Z', equals: reference}}
"""
CONTROL = ".harness/run.json:placebo"


@pytest.fixture
def project(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with a run of three arms, on items of two splits with hostile names."""
    folder = write("evals/harness.yaml", _CONFIG).parents[1]
    write("evals/tasks/sums.yaml", _TASK)
    lines = (
        json.dumps(
            {"prompt": f"{n}+0=", "reference": "1", "tags": {"split": f"s{n % 2}|\x1b@x<i>"}}
        )
        for n in range(24)
    )
    write("evals/tasks/sums.jsonl", "\n".join(lines) + "\n")
    right, wrong = "[1]", "[2]"
    fill(
        folder,
        {
            "base": (right, *[wrong] * 7),
            "rl": (*[right] * 6, wrong, "none"),
            "placebo": (right, right, *[wrong] * 6),
        },
    )
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("width", ["60", "80", "120"])
def test_the_table_fits_and_is_harmless(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    """It takes 80 to 100 columns, no interval is broken in two, and nothing acts."""
    monkeypatch.setenv("COLUMNS", width)
    assert main(["study", "base", "rl", "--control", CONTROL, "--at", "3"]) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert lines[0] == "rl (8 draws) against base (8 draws) on sums: 24 items"
    assert lines[1].startswith("  rl sharpens; coverage is not shown to move: pass@1 +0.625 [+")
    assert "\x1b" not in out
    assert max(map(len, lines)) <= min(max(int(width), 80), 100)
    assert all(line.count("[") == line.count("]") for line in lines)
    assert any(line.startswith(" pass@3 ") for line in lines)
    assert any(
        line.startswith("  net of .harness/run.json:placebo: pass@1 +0.500 ") for line in lines
    )


@pytest.mark.usefixtures("project")
def test_json_keeps_to_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON has all figures of all groups."""
    assert main(["study", "base", "rl", "--control", CONTROL, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(load_schema("study")).validate(data)
    (study,) = data["studies"]
    assert [(one["tag"], one["items"]) for one in study["groups"]] == [
        ("", 24), ("split", 12), ("split", 12),
    ]  # fmt: skip
    assert study["control"] == {"name": CONTROL, "fewest": 8, "most": 8}
    assert study["groups"][0]["versus"]["own"][0]["effect"] == pytest.approx(0.125)


@pytest.mark.usefixtures("project")
def test_markdown_is_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    """Outside of code there is no tag but the folds, and no mention."""
    assert main(["study", "base", "rl", "--markdown"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("### rl ")
    assert "\x1b" not in out
    prose = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", out)
    assert set(re.findall(r"<[^>]+>", prose)) == {
        "<details>", "</details>", "<summary>", "</summary>",
    }  # fmt: skip
    assert "@x" not in prose


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["base", "rl", "--at", "9"], "pass@9 needs as many draws of an item on both sides: there"),
        (["base", "rl", "--control", "base"], "control 'base' and 'base' are the same draws; name"),
        (["base", "rl", "--control", "placebos"], "did you mean 'placebo'?"),
        (["base", "base"], "are the same draws: there is nothing to compare"),
        (["base", "rl", "--control", ".harness/run.json"], "the control has several arms: base, "),
        (["base", "rl", "--metric", "corect"], "did you mean 'correct'?"),
    ],
)
@pytest.mark.usefixtures("project")
def test_mistakes_are_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], wanted: str
) -> None:
    """What can't be studied is told with its name and the next step."""
    assert main(["study", *arguments]) == 1
    err = capsys.readouterr().err
    assert wanted in err
    assert err.count("\n") == 1


def test_a_file_is_written_whole(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`-o` writes what would be printed."""
    assert main(["study", "base", "rl", "-o", "out/study.txt"]) == 0
    assert capsys.readouterr().out == "out/study.txt: written\n"
    assert (project / "out/study.txt").read_text(encoding="utf-8").startswith("rl (8 draws)")
