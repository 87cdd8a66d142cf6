"""Which pull request a workflow ran for, by what GitHub says of the event."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.ci.client import Client
from harness.errors import ServiceError

_SHA = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Triggered:
    """The workflow run that an event of the kind ``workflow_run`` tells of.

    Attributes
    ----------
    number
        Its id.
    sha
        The head commit that it ran for.
    branch, repository
        Where that commit is: the branch, and the repository (``owner/name``), which may be a fork.
    conclusion
        How it ended: ``success``, ``failure``, ...
    url
        Its page.
    """

    number: int
    sha: str
    branch: str
    repository: str
    conclusion: str
    url: str


def triggered_by(event: Mapping[str, Any]) -> Triggered | None:
    """Return the workflow run that the event tells of; None if it tells of something else."""
    run = event.get("workflow_run")
    if not isinstance(run, Mapping):
        return None
    repository = run.get("head_repository") or {}  # None once a fork is deleted
    return Triggered(
        number=int(run["id"]),
        sha=str(run["head_sha"]),
        branch=str(run.get("head_branch") or ""),
        repository=str(repository.get("full_name") or ""),
        conclusion=str(run.get("conclusion") or "nothing"),
        url=str(run["html_url"]),
    )


def number_of(event: Mapping[str, Any]) -> int | None:
    """Return the number of the pull request that the event itself names; None if it names none."""
    pull = event.get("pull_request")
    if not isinstance(pull, Mapping):
        issue = event.get("issue")
        pull = issue if isinstance(issue, Mapping) and "pull_request" in issue else {}
    number = pull.get("number")
    return number if type(number) is int else None


def pull_of(client: Client, repository: str, run: Triggered) -> int | None:
    """Return the open pull request whose head is what the run ran for; None if there is none.

    What the run left may be forged, and names no pull request: for forks the event doesn't,
    either. The head's repository, branch and commit are GitHub's word.

    Raises
    ------
    ServiceError
        If there are several, or GitHub refuses.
    """
    if not run.repository or not run.branch or not _SHA.fullmatch(run.sha):
        return None
    owner = run.repository.partition("/")[0]
    query = {"state": "open", "head": f"{owner}:{run.branch}"}
    found = [
        int(row["number"])
        for row in client.pages(f"/repos/{repository}/pulls", query)
        if row["head"]["sha"] == run.sha
        and (row["head"].get("repo") or {}).get("full_name") == run.repository
    ]
    if len(found) > 1:
        several = " and ".join(f"#{number}" for number in found)
        msg = f"{several} have the head {run.sha[:12]}, and the run does not say which it is of"
        raise ServiceError(msg, hint="name one: --pull N")
    return found[0] if found else None
