"""Records as arms, end to end: evals decided without any model."""

from __future__ import annotations

import json
from random import Random

import pytest

from .conftest import Project

ARMS = """
  old: {engine: recorded, path: ../runs/old.jsonl}
  new: {engine: recorded, path: ../runs/new, columns: {prompt: question}}
"""
EVALS = """
def test_it_helps(arms):
    assert arms["new"].pass_at(1) > arms["old"].pass_at(1) + 0.1
    assert arms["new"].mean("boxed") > 0.9

def test_it_votes(arms):
    assert arms["new"].majority_at(4) > arms["old"].majority_at(4)

def test_odd_ones(arms):
    assert arms["new"].where(split="odd").pass_at(2) > 0.5
"""
PROMPTS = [(f"{a}+{b}=", str(a + b)) for a in range(12) for b in range(5)]


@pytest.fixture
def records(project: Project) -> Project:
    """Return a project with a record of JSON lines, and one of lm-eval's samples."""
    random = Random(1)

    def said(right: str, skill: float) -> str:
        return f"[{right}]" if random.random() < skill else "[wrong]"

    old = [
        {"prompt": prompt, "completion": said(right, 0.3)}
        for prompt, right in PROMPTS
        for _ in range(8)
    ]
    new = [
        {"doc": {"question": prompt}, "resps": [[said(right, 0.8) for _ in range(8)]]}
        for prompt, right in PROMPTS
    ]
    for name, rows in (("old.jsonl", old), ("new/toy/samples_sums_1.jsonl", new)):
        project.write(f"runs/{name}", "".join(json.dumps(row) + "\n" for row in rows))
    config = project.path / "evals/harness.yaml"
    config.write_text(config.read_text(encoding="utf-8") + ARMS.lstrip("\n"), encoding="utf-8")
    project.evals(EVALS)
    return project


def test_records_decide_evals(records: Project, workers: tuple[str, ...]) -> None:
    """Two records are compared without a model; a run again recalls the same verdicts."""
    (records.path / "models.py").unlink()
    assert records.run(*workers).ret == 0
    first = records.content
    assert set(records.verdicts()) == {"supported"}
    assert first["settings"]["arms"]["new"]["path"] == "runs/new"
    result = records.run(*workers)
    assert records.content == first
    result.stdout.fnmatch_lines(["recalled: *"])


def test_an_arm_runs_another_record(records: Project) -> None:
    """An override names another record by its path; one record on both sides is refused."""
    best = [{"prompt": prompt, "completion": f"[{right}]"} for prompt, right in PROMPTS] * 8
    records.write("runs/best.jsonl", "".join(json.dumps(row) + "\n" for row in best))
    assert records.run("--harness-arm", "old=runs/best.jsonl", "-k", "helps").ret == 1
    assert records.verdicts() == ["refuted"]
    result = records.run("--harness-arm", "new=old", "-k", "helps")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*'new' and 'old' share their draws; give one of them a record*"])


def test_what_a_record_cant_do(records: Project) -> None:
    """Too many draws, fresh draws and baselines are one line each, and no run is green."""
    for options, message in (
        (("--harness-draws", "16"), "*has 8 draws of this prompt, 16 are asked for*set draws: 8*"),
        (("--harness-fresh",), "*replays a record, which has no fresh draws*"),
    ):
        result = records.run(*options)
        assert result.ret == 1
        result.stdout.fnmatch_lines([message])
    records.evals("""
def test_it(arms, baseline):
    assert arms["new"].pass_at(1) > baseline["old"].pass_at(1) - 0.1
""")
    result = records.run("--harness-update-baseline")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*replays a record, which can't be sampled afresh*"])
    assert not (records.path / "evals/baselines").exists()


def test_a_broken_record_is_one_line(records: Project, workers: tuple[str, ...]) -> None:
    """A record that is cut off names config, file and line, and no traceback is shown."""
    path = records.path / "runs/old.jsonl"
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    result = records.run(*workers)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*harness.yaml:*: arms.old: *old.jsonl:480: this line is no JSON*"]
    )
    result.stdout.no_fnmatch_line("*json.decoder*")


def test_a_key_of_another_engine_is_refused(records: Project) -> None:
    """A record has no stream, and a function no path."""
    records.edit("evals/harness.yaml", "old.jsonl}", "old.jsonl, stream: x}")
    result = records.run()
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*arms.old.stream: this key does not go with the engine*"])
