"""`harness ci comment` on GitLab: one note on the merge request, by the same rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.ci.gitlab import GitLab
from tests.ci.conftest import Run
from tests.ci.gitlab import FakeGitLab
from tests.ci.loopback import Fault, Reply

MARK = "<!-- rl-eval-harness:gate -->"


@pytest.fixture
def say(harness: Run) -> Run:
    """Return what writes a note on the merge request of the job."""

    def run(text: str, *arguments: str, code: int = 0) -> str:
        Path("body.md").write_text(text, encoding="utf-8")
        return harness("comment", "--body", "body.md", *arguments, code=code)

    return run


def test_one_note_stays(gitlab: FakeGitLab, say: Run) -> None:
    """It is created, changed, and left alone if there is nothing new."""
    page = "https://gitlab.com/acme/models/-/merge_requests/7#note_100"
    assert say("red") == f"merge request !7: comment created: {page}\n"
    assert say("green") == f"merge request !7: comment updated: {page}\n"
    assert say("green") == f"merge request !7: comment unchanged: {page}\n"
    assert gitlab.bodies() == [f"{MARK}\ngreen"]


def test_it_is_found_among_others(gitlab: FakeGitLab, say: Run) -> None:
    """Other pages, other authors and GitLab's own notes are no obstacle."""
    for number in range(205):
        gitlab.note(f"note {number}", "someone")
    gitlab.note(f"{MARK}\nchanged the description", system=True)
    gitlab.note(f"{MARK}\nI say green", "mallory")
    gitlab.note(f"{MARK}\nred")
    say("green")
    assert gitlab.bodies()[-1] == f"{MARK}\ngreen"
    assert gitlab.bodies("mallory") == [f"{MARK}\nI say green"]
    assert gitlab.asked("POST") == 0


def test_a_deleted_note_is_created_anew(gitlab: FakeGitLab, say: Run) -> None:
    """A note that is gone when it is to be changed."""
    gitlab.note(f"{MARK}\nred")
    gone = Reply(status=404, body={"message": "404 Not found"})
    gitlab.faults.append(Fault(method="PUT", reply=gone))
    assert "comment created" in say("green")


def test_what_gitlab_refuses(gitlab: FakeGitLab, say: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token without the right, a text too long, and a bad token are a line each."""
    monkeypatch.setattr(GitLab, "limit", 2_000_000)
    assert 'HTTP 400: {"note": ["is too long' in say("x" * 1_000_001, code=1)
    gitlab.may_write = False
    assert "HTTP 403: 403 Forbidden; the token needs the scope `api`" in say("red", code=1)
    monkeypatch.setenv("GITLAB_TOKEN", "wrong")
    assert "HTTP 401: 401 Unauthorized; is GITLAB_TOKEN still good?" in say("red", code=1)


def test_faults_that_pass(gitlab: FakeGitLab, say: Run, naps: list[float]) -> None:
    """An outage and a rate limit are waited for; a note whose answer was lost is not doubled."""
    slow = Reply(status=429, body={"message": "slow"}, headers={"Retry-After": "9"})
    gitlab.faults += [Fault(method="GET"), Fault(method="POST", done=True)]
    say("red")
    gitlab.faults.append(Fault(method="PUT", reply=slow))
    say("green")
    assert gitlab.bodies() == [f"{MARK}\ngreen"]
    assert naps == [1.0, 2.0, 9.0]


def test_a_job_without_a_merge_request(
    gitlab: FakeGitLab, say: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A branch's pipeline has none; one can be named."""
    monkeypatch.delenv("CI_MERGE_REQUEST_IID")
    assert "CI_MERGE_REQUEST_IID: is not set; does the job run for" in say("red", code=1)
    say("red", "--pull", "7")
    assert len(gitlab.bodies()) == 1


def test_no_service(say: Run) -> None:
    """Elsewhere it is told what is missing."""
    assert "this is no job of GitHub Actions or of GitLab" in say("red", code=1)
