"""`harness examples` on a small project: its forms, and mistakes."""

from __future__ import annotations

import json
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
"""
_TASK = """\
schema: 1
items: sums.jsonl
metrics: {correct: {regex: '\\[(\\d)\\]\\Z', equals: reference}}
"""
LONG = "let me think\n" + "so " * 2_000 + "\n::error::x\n[1]"


@pytest.fixture
def project(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with a run of two arms on 24 items."""
    folder = write("evals/harness.yaml", _CONFIG).parents[1]
    write("evals/tasks/sums.yaml", _TASK)
    rows = ({"prompt": f"{n}+0=", "reference": "1", "tags": {"split": f"s{n % 2}"}}
            for n in range(24))  # fmt: skip
    write("evals/tasks/sums.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    fill(folder, {"base": ("[2]",) * 8, "rl": (*[LONG] * 6, "none", "\x1b[2J[2]")})
    monkeypatch.chdir(folder)
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run the command, and return what it says."""
    assert main(["examples", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.usefixtures("project")
def test_examples_are_shown_with_what_they_are_drawn_from(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first lines say the seed, the stratum and what so few can miss; all fits 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    out = run(capsys, "base", "rl", "--only", "gained", "--only", "right", "--where", "split=s1")
    lines = out.splitlines()
    assert lines[0] == "base and rl on sums: 5 of 12 items, drawn with seed 0"
    assert lines[1] == (
        "  from: 12 of 24 items with 72 of 96 draws of rl (gained by rl, right, split=s1)"
    )
    assert lines[2].startswith("  drawn: items uniformly, then one draw of rl among these, and one")
    assert "up to 45% of such draws may" in out
    assert max(map(len, lines)) <= 80
    assert sum(line.startswith(" base: WRONG; answer 2, ") for line in lines) == 5
    assert sum(line.startswith(" rl: RIGHT; answer 1, ") for line in lines) == 5
    assert "  | let me think" in lines
    assert "  | \\::error::x" in lines
    assert " characters] " in out


@pytest.mark.usefixtures("project")
def test_whole_texts_and_no_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """`--full` shortens nothing; what a text would do to a terminal is spelt out."""
    out = run(capsys, "rl", "-n", "24", "--seed", "3", "--full")
    assert "characters]" not in out
    assert "\x1b" not in out
    assert "  | \\x1b[2J[2]" in out
    assert "  drawn: items uniformly, then one draw of rl\n" in out
    assert out.count("so so so so") > 100


@pytest.mark.usefixtures("project")
def test_json_keeps_to_its_schema_and_texts_as_they_were(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The JSON has what is shown, in full."""
    data = json.loads(run(capsys, "base", "rl", "--json", "-n", "24", "--only", "wrong"))
    jsonschema.Draft202012Validator(load_schema("examples")).validate(data)
    (found,) = data["tasks"]
    assert found["stratum"] == {
        "where": {}, "only": ["wrong"], "items": 24, "of_items": 24, "draws": 48, "of_draws": 192,
    }  # fmt: skip
    assert {one["draws"][1]["text"] for one in found["examples"]} == {"none", "\x1b[2J[2]"}
    assert {one["draws"][1]["answer"] for one in found["examples"]} == {None, "2"}


def test_markdown_and_a_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Markdown folds each example; `-o` writes what would be printed, the seed with it."""
    assert run(capsys, "base", "rl", "--markdown", "-o", "out.md", "--seed", "5") == (
        "out.md: written\n"
    )
    text = (project / "out.md").read_text(encoding="utf-8")
    assert text.startswith("### base and rl on sums: 5 of 24 items, drawn with seed 5\n")
    assert text.count("<details><summary>") == text.count("</details>") == 5


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["base", "bas"], "no draws of arm 'bas'; did you mean 'base'?"),
        (["base", "base"], "are the same draws"),
        (["base", "rl", "--only", "trunc"], "did you mean 'truncated'?"),
        (["base", "--only", "flipped"], "no item is flipped on one side alone"),
    ],
)
@pytest.mark.usefixtures("project")
def test_mistakes_are_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], wanted: str
) -> None:
    """What can't be drawn is told with its name and the next step."""
    assert main(["examples", *arguments]) == 1
    err = capsys.readouterr().err
    assert wanted in err
    assert err.count("\n") == 1


@pytest.mark.usefixtures("project")
def test_a_tag_needs_a_value(capsys: pytest.CaptureFixture[str]) -> None:
    """`--where` without an equals sign is wrong usage."""
    with pytest.raises(SystemExit):
        main(["examples", "base", "--where", "split"])
    assert "'split' is no TAG=VALUE" in capsys.readouterr().err
