"""What GitHub refuses, and what it can't do just now."""

from __future__ import annotations

import time

import pytest

from harness.ci.github import GitHub
from tests.ci.conftest import Run
from tests.ci.github import FakeGitHub
from tests.ci.loopback import Fault, Reply

MARK = "<!-- rl-eval-harness:gate -->"
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}


def test_without_permission(github: FakeGitHub, say: Run) -> None:
    """A fork's run may not comment: one line says so and what to do, nothing is tried again."""
    github.may_write = False
    assert say("red", code=1) == (
        "harness: GitHub refuses a comment on pull request #7, HTTP 403: Resource not accessible "
        "by integration; give the job `permissions: pull-requests: write`; runs for forks have "
        "none: comment from a workflow on workflow_run\n"
    )
    assert github.asked("POST") == 1


@pytest.mark.usefixtures("github")
def test_what_github_holds_to_be_too_long(say: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the limit be another than we know, its words are passed on."""
    monkeypatch.setattr(GitHub, "limit", 100_000)
    err = say("x" * 70_000, code=1)
    assert err.count("\n") == 1
    assert "HTTP 422: Validation Failed: Body is too long (maximum is 65536 characters)" in err


def test_a_bad_token_is_not_shown(
    github: FakeGitHub, say: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that is not good, one that can't be one, and none are a line each."""
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_wrong")
    err = say("red", code=1)
    assert "HTTP 401: Bad credentials; is GITHUB_TOKEN still good?" in err
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_two\nghp_lines")
    odd = say("red", code=1)
    assert "GITHUB_TOKEN: this is no token: it has spaces or odd characters" in odd
    assert "ghp_" not in err + odd
    monkeypatch.delenv("GITHUB_TOKEN")
    assert "GITHUB_TOKEN: there is no token; hand it to the step" in say("red", code=1)
    assert github.bodies() == []


def test_a_token_stays_on_tls(
    github: FakeGitHub, say: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address without TLS gets none, unless it is this machine's."""
    monkeypatch.setenv("GITHUB_API_URL", "http://api.example.org")
    assert "GITHUB_API_URL: 'http://api.example.org' is no https address" in say("red", code=1)
    assert github.log == []


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_a_fault_that_passes(github: FakeGitHub, say: Run, naps: list[float], method: str) -> None:
    """HTTP 502 and a lost connection are tried again, each time after twice as long."""
    github.comment(f"{MARK}\nred")
    github.faults += [Fault(method=method, times=2), Fault(method=method, drop=True)]
    say("green")
    assert github.bodies() == [f"{MARK}\ngreen"]
    assert naps == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("drop", [False, True], ids=["502", "lost"])
@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
def test_a_fault_never_makes_two_comments(
    github: FakeGitHub, say: Run, *, done: bool, drop: bool
) -> None:
    """A comment whose answer was lost may be there: one looks before it is sent again."""
    github.faults.append(Fault(method="POST", done=done, drop=drop))
    say("red")
    assert github.bodies() == [f"{MARK}\nred"]
    assert github.asked("POST") == (1 if done else 2)


def test_a_fault_that_stays(github: FakeGitHub, say: Run, naps: list[float]) -> None:
    """Patience ends, with an exit code of its own."""
    github.faults.append(Fault(method="GET", times=99, reply=Reply(status=503)))
    err = say("red", code=3).splitlines()
    assert err[0] == "harness: GitHub is at fault: HTTP 503; next try in 1 s"
    assert err[-1] == "harness: GitHub is at fault: HTTP 503; run it again later"
    assert naps == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]


@pytest.mark.parametrize(
    ("reply", "wait"),
    [
        (Reply(status=403, body=SECONDARY, headers={"Retry-After": "17"}), 17.0),
        (Reply(status=429, body={"message": "slow"}, headers={"Retry-After": "5"}), 5.0),
        (Reply(status=403, body=SECONDARY), 60.0),
        (Reply(status=429, body={"message": "slow"}), 60.0),
    ],
    ids=["403 and a time", "429 and a time", "403", "429"],
)
def test_a_secondary_rate_limit(
    github: FakeGitHub, say: Run, naps: list[float], reply: Reply, wait: float
) -> None:
    """It waits as long as GitHub says, or a minute; a comment that was limited is not there."""
    github.faults.append(Fault(method="POST", reply=reply))
    say("red")
    assert naps == [wait]
    assert github.bodies() == [f"{MARK}\nred"]


def test_a_primary_rate_limit(github: FakeGitHub, say: Run, naps: list[float]) -> None:
    """It waits until the hour is over, if that is soon; else it says how long that would be."""
    body = {"message": "API rate limit exceeded"}
    soon, late = (str(int(time.time()) + seconds) for seconds in (30, 3000))
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": soon}
    github.faults.append(Fault(method="GET", reply=Reply(status=403, body=body, headers=headers)))
    say("red")
    assert len(naps) == 1
    assert 28 < naps[0] < 32
    headers = {**headers, "X-RateLimit-Reset": late}
    github.faults.append(Fault(method="GET", reply=Reply(status=403, body=body, headers=headers)))
    err = say("green", code=3)
    assert "GitHub limits the rate of requests, and wants 30" in err
    assert err.count("\n") == 1


def test_no_server(github: FakeGitHub, say: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens it is said so, without a traceback."""
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:9")
    assert "GitHub can't be reached: ConnectionError; run it again" in say("red", code=3)
    assert github.log == []
