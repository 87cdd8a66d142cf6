"""Fakes of the services, and jobs that run on them."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.ci.patience import Patience
from harness.cli import main
from harness.report.stored import content_of
from tests.ci.github import REPOSITORY, TOKEN, FakeGitHub
from tests.ci.gitlab import PROJECT, FakeGitLab

Run = Callable[..., str]


@pytest.fixture
def naps() -> list[float]:
    """Return the seconds that were waited for a service."""
    return []


@pytest.fixture(autouse=True)
def _no_job(monkeypatch: pytest.MonkeyPatch, naps: list[float], tmp_path: Path) -> None:
    """Start from an environment without a job, and wait for nothing."""
    names = (
        "GITHUB_REPOSITORY", "GITHUB_TOKEN", "GITHUB_API_URL", "GITHUB_EVENT_PATH",
        "GITHUB_STEP_SUMMARY", "CI_API_V4_URL", "CI_PROJECT_ID", "CI_PROJECT_URL",
        "CI_MERGE_REQUEST_IID", "GITLAB_TOKEN",
    )  # fmt: skip
    for name in names:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(
        "harness.ci.patience.Patience", functools.partial(Patience, sleep=naps.append)
    )
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    """Run a job of GitHub Actions on a fake; what breaks its description fails the test."""
    fake = FakeGitHub()
    with fake.served():
        monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        monkeypatch.setenv("GITHUB_API_URL", fake.url)
        yield fake
    assert fake.problems == []


@pytest.fixture
def gitlab(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitLab]:
    """Run a job of GitLab's for merge request 7 on a fake."""
    fake = FakeGitLab()
    with fake.served():
        monkeypatch.setenv("CI_API_V4_URL", f"{fake.url}/api/v4")
        monkeypatch.setenv("CI_PROJECT_ID", str(PROJECT))
        monkeypatch.setenv("CI_PROJECT_URL", "https://gitlab.com/acme/models")
        monkeypatch.setenv("CI_MERGE_REQUEST_IID", "7")
        monkeypatch.setenv("GITLAB_TOKEN", TOKEN)
        yield fake
    assert fake.problems == []


@pytest.fixture
def event(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[dict[str, Any]], None]:
    """Return what sets the event that started the workflow."""

    def set_event(data: dict[str, Any]) -> None:
        path = tmp_path / "event.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        monkeypatch.setenv("GITHUB_EVENT_PATH", str(path))

    return set_event


@pytest.fixture
def harness(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs `harness ci`, and what it prints: stdout, or stderr if it fails."""

    def run(*arguments: str, code: int = 0) -> str:
        assert main(["ci", *arguments]) == code
        out, err = capsys.readouterr()
        assert TOKEN not in out + err
        return err if code else out

    return run


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return a run as it is stored, and render runs in a line each."""
    monkeypatch.setattr("harness.ci.body.comment", lambda run, _: f"a comment: {run['verdict']}")
    monkeypatch.setattr(
        "harness.ci.body.step_summary", lambda run, _: f"a summary: {run['verdict']}"
    )
    path = Path(__file__).parents[1] / "formats" / "stored" / "run_v2.json"
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def sealed(run: dict[str, Any]) -> dict[str, Any]:
    """Return a run that was changed, with the hash of what it is now."""
    return {**run, "content": content_of(run)}


@pytest.fixture
def say(tmp_path: Path, harness: Run) -> Run:
    """Return what comments a text on pull request 7."""

    def run(text: str, *arguments: str, code: int = 0) -> str:
        path = tmp_path / "body.md"
        path.write_text(text, encoding="utf-8")
        return harness("comment", "--pull", "7", "--body", str(path), *arguments, code=code)

    return run
