"""`harness study` without sides on a small project: its forms, and mistakes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from harness.cli import main
from harness.schemas import load_schema
from tests.unit.diff.project import fill

Write = Callable[[str, str | bytes], Path]

_CONFIG = """\
schema: 1
policy: {effect: 0.05}
study: {seen: {split: s0}, unseen: {split: s1}}
series: {course: [base, placebo, rl]}
arms:
  base: {engine: python, function: "m:base"}
  rl: {engine: python, function: "m:rl", training: {lr: 1}}
  placebo: {engine: python, function: "m:f", training: {lr: 1}, control: {of: rl, kind: placebo}}
  other: {engine: python, function: "m:f", training: {lr: 2}, control: {of: rl, kind: format}}
"""
_TASK = """\
schema: 1
items: {name}.jsonl
metrics: {correct: {regex: '\\[(\\d)\\]\\Z', equals: reference}, boxed: {regex: '\\['}}
form: boxed
"""


@pytest.fixture
def project(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with a run of four arms, on items of two splits."""
    folder = write("evals/harness.yaml", _CONFIG).parents[1]
    rows = [
        json.dumps({"prompt": f"{n}+0=", "reference": "1", "tags": {"split": f"s{n % 2}"}})
        for n in range(24)
    ]
    for name in ("sums", "more"):
        write(f"evals/tasks/{name}.yaml", _TASK.replace("{name}", name))
        write(f"evals/tasks/{name}.jsonl", "\n".join(rows) + "\n")
    right, wrong = "[1]", "2"
    fill(
        folder,
        {
            "base": (right, *[wrong] * 7),
            "rl": (*[right] * 6, wrong, "none"),
            "placebo": (right, right, *[wrong] * 6),
            "other": (*[right] * 7, wrong),
        },
    )
    monkeypatch.chdir(folder)
    return folder


def stored(project: Path) -> dict[str, Any]:
    """Return the run as it was written."""
    data: dict[str, Any] = json.loads((project / ".harness/run.json").read_text(encoding="utf-8"))
    return data


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("width", ["60", "80", "120"])
def test_the_page_fits_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    """Verdicts in a table, an answer for each question, and a control that counts as none."""
    monkeypatch.setenv("COLUMNS", width)
    assert main(["study"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("1 arm beside what training started from, on the task sums, by")
    assert max(map(len, lines)) <= min(max(int(width), 80), 100)
    assert any(
        line.split()[:9] == ["rl", "yes", "yes", "not", "shown", "sharpens", "yes", "not", "shown"]
        or line.split() == ["rl", "yes", "yes", "not", "shown", "sharpens", "yes"]
        for line in lines
    )
    assert "2. More than its controls?" in lines
    assert lines.index("Along series") > lines.index("7. How does it behave?")
    text = " ".join(" ".join(lines).split())
    assert "rl: yes. more than placebo (placebo) on s0 +0.500 [+" in text
    assert "'other' (format of 'rl') was trained otherwise: lr is 2, and 1 in 'rl'" in text
    assert "share of the gain that goes with the form: on s0 100% [100%, 100%]" in text


@pytest.mark.usefixtures("project")
def test_json_keeps_to_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON has all figures of all answers, and where the draws come from."""
    assert main(["study", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(load_schema("study_page")).validate(data)
    (arm,) = data["arms"]
    assert (arm["name"], arm["start"], data["base"]) == ("rl", "base", "base")
    lacking = {"recipe", "starts", "reward"}
    assert {*arm["answers"], *lacking} == {one["key"] for one in data["questions"]}
    assert arm["answers"]["controls"]["figures"][0]["value"] == pytest.approx(0.5)
    assert [(one["where"], len(one["points"])) for one in arm["lines"]] == [("s0", 4), ("s1", 4)]
    assert [one["name"] for one in data["drawn"]] == ["base", "rl", "placebo"]
    (course,) = data["series"]
    assert (course["arms"], course["at"]) == (["base", "placebo", "rl"], [0.0, 1.0, 2.0])
    assert course["answer"]["words"] == {"s0": "rises", "s1": "rises"}
    assert main(["schema", "study_page"]) == 0


def test_the_same_draws_are_the_same_page(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Page and chart are written side by side, byte by byte the same again."""
    found = []
    for _ in range(2):
        assert main(["study", "-o", "docs/page.md"]) == 0
        out = capsys.readouterr().out.splitlines()
        assert out == ["docs/page.svg: written", "docs/page.md: written"]
        found.append([(project / "docs" / name).read_bytes() for name in ("page.md", "page.svg")])
    assert found[0] == found[1]
    page = found[0][0].decode()
    assert page.startswith("# What training did: `sums`\n")
    assert "![pass@k of each arm and its start](page.svg)" in page
    assert found[0][1].startswith(b"<svg ")
    assert main(["study", "--markdown"]) == 0
    assert "page.svg" not in capsys.readouterr().out
    assert main(["study", "-o", "page.json"]) == 0
    assert json.loads((project / "page.json").read_text(encoding="utf-8"))["schema"] == 1


@pytest.mark.usefixtures("project")
def test_a_selection_is_a_page_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    """Only its items are told of; what the page has no items for is not asked, and that is told."""
    assert main(["study", "--where", "split=s0", "--base", "placebo", "--arms", "rl"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "on the task sums (split s0), by split" in text
    assert "rl: yes. pass@1 is higher on s0 +0.500" in text
    assert "on s1" not in text
    assert 'Not asked: "On problems it has not seen?"' in text


def test_another_run_and_one_of_several_tasks(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run is named by --run, and a task where there are several."""
    fill(project, {"base": ["2"] * 4, "rl": ["[1]"] * 4}, task="more", name="more.json")
    assert main(["study", "--run", ".harness/more.json"]) == 0
    assert "on the task more" in capsys.readouterr().out
    both = stored(project)
    both["samples"] += json.loads((project / ".harness/more.json").read_text("utf-8"))["samples"]
    (project / ".harness/run.json").write_text(json.dumps(both), encoding="utf-8")
    assert main(["study"]) == 1
    assert "draws on several tasks: more, sums; name one by --task" in capsys.readouterr().err
    assert main(["study", "--task", "more"]) == 0
    assert "on the task more" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["base"], "there is one side, 'base'; name two, or none for the page of the last run"),
        (["base", "rl", "--task", "sums"], "--task goes with a page, which takes no sides; leave"),
        (["--control", "placebo"], "--control goes with two sides; name them: harness study A B"),
        (["--reward", "correct"], "--reward goes with two sides; name them: harness study A B"),
        (["--gold", "correct"], "--gold goes with two sides; name them: harness study A B"),
        (["--task", "sum"], "the run has no draws on task 'sum'; did you mean 'sums'?"),
        (["--where", "split=s2"], "no item of task 'sums' has split 's2'; known: s0, s1"),
        (["--base", "bose"], "no arm 'bose' in evals/harness.yaml; did you mean 'base'?"),
        (["--arms", "base"], "no draws of an arm that training made of 'base'; base is the base"),
        (["--by", "splot"], "no item of task 'sums' has a tag 'splot' to tell items apart by; did"),
        (["--metric", "corect"], "did you mean 'correct'?"),
        (["--run", "none.json"], "none.json: can't read this run"),
    ],
)
@pytest.mark.usefixtures("project")
def test_mistakes_are_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], wanted: str
) -> None:
    """What can't be told of is said with its name and the next step."""
    assert main(["study", *arguments]) == 1
    err = capsys.readouterr().err
    assert wanted in err
    assert err.count("\n") == 1


def test_a_run_on_other_arms_says_so(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What an arm tells of its training is that of the one that it ran; the page names both."""
    run = stored(project)
    run["provenance"] = {"options": {"--harness-arm": ["rl=other"]}}
    (project / ".harness/run.json").write_text(json.dumps(run), encoding="utf-8")
    assert main(["study"]) == 0
    page = " ".join(capsys.readouterr().out.split())
    assert "the run was told to let arms run others: --harness-arm rl=other" in page
    assert "'placebo' (placebo of 'rl') was trained otherwise" in page


@pytest.mark.parametrize("provenance", [None, [], {"seeds": 3, "options": []}, {"options": {}}])
def test_a_run_that_says_nothing_of_itself(
    project: Path, capsys: pytest.CaptureFixture[str], provenance: object
) -> None:
    """A run of another tool tells neither its seed nor its options: the page is made."""
    run = {**stored(project), "provenance": provenance}
    (project / ".harness/run.json").write_text(json.dumps(run), encoding="utf-8")
    assert main(["study"]) == 0
    assert "--harness-arm" not in capsys.readouterr().out


def test_no_item_is_both_seen_and_unseen(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is declared so is refused: the gap would be one of items to themselves."""
    config = project / "evals/harness.yaml"
    both = config.read_text(encoding="utf-8").replace("unseen: {split: s1}", "unseen: {split: s0}")
    config.write_text(both, encoding="utf-8")
    assert main(["study"]) == 1
    assert "are declared both seen and unseen; let `study:" in capsys.readouterr().err


def test_without_a_run_there_is_no_page(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The next step is told."""
    (project / ".harness/run.json").unlink()
    assert main(["study"]) == 1
    assert (
        "there is no run, here or in a folder above; run the evals first" in capsys.readouterr().err
    )
