"""A comment from a workflow that follows another: what that one left may be forged."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ci.conftest import Run
from tests.ci.github import SHA, FakeGitHub

SetEvent = Callable[[dict[str, Any]], None]
PAGE = "https://github.com/acme/models/actions/runs/99"
MARK = "<!-- rl-eval-harness:gate -->"
ARGUMENTS = ("comment", "--artifact", "harness-run")


def packed(text: bytes, name: str = "run.json") -> bytes:
    """Return an artifact with one file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return file.getvalue()


def followed(fork: str = "fork/models", conclusion: str = "failure") -> dict[str, Any]:
    """Return the event of an ended workflow run; as for a fork, it names no pull request."""
    run = {
        "id": 99, "head_sha": SHA, "head_branch": "better-rl", "conclusion": conclusion,
        "head_repository": {"full_name": fork}, "pull_requests": [], "html_url": PAGE,
    }  # fmt: skip
    return {"action": "completed", "workflow_run": run}


@pytest.fixture
def pull(github: FakeGitHub, event: SetEvent) -> FakeGitHub:
    """Return GitHub with a pull request of a fork, whose workflow has just failed."""
    github.pull(12, "better-rl", fork="fork/models")
    event(followed())
    return github


def test_a_forks_run_is_shown(pull: FakeGitHub, harness: Run, stored: dict[str, Any]) -> None:
    """The run is rendered here, beside how its workflow ended, on the pull request of its head."""
    pull.artifacts["harness-run"] = packed(json.dumps(stored).encode())
    assert "pull request #12: comment created" in harness(*ARGUMENTS)
    of = f"Commit {SHA[:12]}, [workflow run]({PAGE}): **failure**."
    assert pull.bodies() == [f"{MARK}\na comment: red\n\n{of}"]


def test_a_run_that_says_otherwise_decides_nothing(
    pull: FakeGitHub, harness: Run, stored: dict[str, Any]
) -> None:
    """Where the run says green and its workflow failed, both are said."""
    pull.artifacts["harness-run"] = packed(json.dumps({**stored, "verdict": "green"}).encode())
    harness(*ARGUMENTS)
    assert pull.bodies()[0].endswith("**failure**. Its run is green: the workflow's checks decide.")


def test_no_run_replaces_an_older_verdict(
    pull: FakeGitHub, harness: Run, stored: dict[str, Any]
) -> None:
    """A workflow that left nothing leaves no older green standing."""
    assert stored
    pull.comment(f"{MARK}\nall green", pull=12)
    harness(*ARGUMENTS)
    (body,) = pull.bodies()
    assert body == (
        f"{MARK}\n### harness: no result to show: the workflow left no run\n\n"
        f"Commit {SHA[:12]}, [workflow run]({PAGE}): **failure**."
    )


def bomb() -> bytes:
    """Return an artifact that unpacks to 33 MiB."""
    return packed(b" " * (33 * 2**20))


def encrypted() -> bytes:
    """Return an artifact whose member claims to be encrypted."""
    raw = bytearray(packed(b"{}"))
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no zip", "artifact harness-run: can't be unpacked: BadZipFile"),
        (packed(b"{}", "../run.json"), "artifact harness-run: holds no run.json; upload it"),
        (bomb(), "artifact harness-run: is larger than 32 MiB"),
        (encrypted(), "artifact harness-run: can't be unpacked: RuntimeError"),
        (packed(b'{"schema": 2'), "artifact harness-run: this run was cut off"),
        (packed(b'{"schema": 2, "complete": true, "x": 1}'), "unknown key"),
        (packed(b'["\\u001b]0;##[add-mask]x"]'), "is not of type 'object'"),
        (packed(b"\xff"), "artifact harness-run: this run can't be read"),
    ],
    ids=["no zip", "another file", "bomb", "encrypted", "cut off", "keys", "list", "no text"],
)
@pytest.mark.usefixtures("stored")
def test_a_forged_run_is_not_shown(
    pull: FakeGitHub, harness: Run, content: bytes, message: str
) -> None:
    """None of what it holds comes into the comment, nor to the runner as a command."""
    pull.artifacts["harness-run"] = content
    err = harness(*ARGUMENTS, code=1)
    assert message in err
    assert err.count("\n") == 1
    assert "##[" not in err
    assert "\x1b" not in err
    assert "no result to show: the workflow left a run that can't be read" in pull.bodies()[0]


def test_a_large_artifact_is_not_fetched(pull: FakeGitHub, harness: Run) -> None:
    """What GitHub says is too large is left where it is."""
    pull.artifacts["harness-run"] = b""
    pull.sizes["harness-run"] = 33 * 2**20
    assert "is larger than 32 MiB" in harness(*ARGUMENTS, code=1)
    assert not any(request.path.startswith("/blob/") for request in pull.log)


@pytest.mark.parametrize("other", ["sha", "repository", "branch"])
def test_another_head_is_not_commented_on(
    github: FakeGitHub, event: SetEvent, harness: Run, other: str
) -> None:
    """A pull request that has moved on, and one of another fork or branch, are left alone."""
    github.pull(
        12,
        "worse-rl" if other == "branch" else "better-rl",
        fork="fork/another" if other == "repository" else "fork/models",
        sha="77" * 20 if other == "sha" else SHA,
    )
    event(followed())
    assert harness(*ARGUMENTS) == (
        "no open pull request has this commit as its head: nothing to comment on\n"
    )
    assert github.rows == []


def test_two_pull_requests_of_one_head_are_told(pull: FakeGitHub, harness: Run) -> None:
    """Whose run it is can't be known then."""
    pull.pull(13, "better-rl", fork="fork/models")
    assert f"#12 and #13 have the head {SHA[:12]}" in harness(*ARGUMENTS, code=1)
    assert pull.rows == []


def test_the_events_own_pull_request(
    github: FakeGitHub, event: SetEvent, harness: Run, stored: dict[str, Any]
) -> None:
    """Where the workflow itself runs for a pull request, the event names it."""
    event({"pull_request": {"number": 5}})
    Path("run.json").write_text(json.dumps(stored), encoding="utf-8")
    assert "pull request #5: comment created" in harness("comment", "--run", "run.json")
    assert github.bodies() == [f"{MARK}\na comment: red"]


def test_events_without_a_pull_request(github: FakeGitHub, event: SetEvent, harness: Run) -> None:
    """A push has none, and an artifact is that of a workflow which was followed."""
    Path("body.md").write_text("x", encoding="utf-8")
    event({"ref": "refs/heads/main"})
    assert "this event has no pull request; name one: --pull N" in harness(
        "comment", "--body", "body.md", code=1
    )
    event({"pull_request": {"number": 5}})
    assert "--artifact: this workflow does not follow another" in harness(*ARGUMENTS, code=1)
    assert github.rows == []
