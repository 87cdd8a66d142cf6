"""`harness ci summary`: what a step's summary says, within what the runner keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ci.conftest import Run

MOST = 2**20


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the summary of a step."""
    path = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    return path


def test_it_is_appended(file: Path, harness: Run, stored: dict[str, Any]) -> None:
    """What other commands wrote stays, and is told apart by an empty line."""
    file.write_text("built in 3 s\n", encoding="utf-8")
    Path("run.json").write_text(json.dumps(stored), encoding="utf-8")
    assert harness("summary", "--run", "run.json") == ""
    assert file.read_text(encoding="utf-8") == "built in 3 s\n\na summary: red\n"


def test_elsewhere_it_is_printed(harness: Run, stored: dict[str, Any]) -> None:
    """Where there is no summary, stdout has it."""
    Path("run.json").write_text(json.dumps(stored), encoding="utf-8")
    assert harness("summary", "--run", "run.json") == "a summary: red\n"


@pytest.mark.parametrize("there", [0, 100, MOST - 2000])
def test_it_never_grows_beyond_what_is_kept(file: Path, harness: Run, there: int) -> None:
    """A step has 1 MiB; beyond it the runner drops all: whole lines are kept, and a note."""
    file.write_text("x" * there, encoding="utf-8")
    Path("body.md").write_text("\n".join(["ééé" * 33] * 10_000), encoding="utf-8")
    harness("summary", "--body", "body.md")
    raw = file.read_bytes()
    assert MOST - 300 < len(raw) <= MOST
    assert raw.decode().endswith("ééé\n\n_Cut here: a summary takes no more. "
                                 "The whole is in the run._\n")  # fmt: skip


def test_a_full_one_is_told(file: Path, harness: Run) -> None:
    """Where there is no room even for the note, nothing is written, and it is an error."""
    file.write_bytes(b"x" * (MOST - 10))
    Path("body.md").write_text("too much of it", encoding="utf-8")
    assert f"has no room: {MOST - 10} of {MOST} bytes are taken" in harness(
        "summary", "--body", "body.md", code=1
    )
    assert file.stat().st_size == MOST - 10


def test_without_a_run(file: Path, harness: Run) -> None:
    """A missing run is one line, and no summary."""
    assert "there is no such run" in harness("summary", code=1)
    assert not file.exists()
    assert "--body no.md: can't be read: No such file" in harness(
        "summary", "--body", "no.md", code=1
    )
