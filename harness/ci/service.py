"""Which service this job runs on, and what its environment tells."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from harness.ci import github, gitlab
from harness.ci.access import Access, check_url, read_token
from harness.ci.client import Client
from harness.ci.patience import Patience
from harness.ci.text import plain
from harness.errors import ServiceError

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_GITHUB_TOKEN = "hand it to the step: env: GITHUB_TOKEN: ${{ github.token }}"  # noqa: S105  no token
_GITLAB_TOKEN = "make a project token of scope `api`, and a masked variable of it"  # noqa: S105  as above


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The service: its kind, and what asks it.

    `place` is the repository (``owner/name``) on GitHub, the project's number on GitLab.
    """

    kind: Literal["github", "gitlab"]
    client: Client
    place: str


def open_service(environment: Mapping[str, str], patience: Patience) -> Service:
    """Return the service that the environment tells of.

    Raises
    ------
    ServiceError
        If it tells of none, or there is no token.
    """
    if environment.get("GITHUB_REPOSITORY"):
        return _github(environment, patience)
    if environment.get("CI_API_V4_URL"):
        return _gitlab(environment, patience)
    msg = "this is no job of GitHub Actions or of GitLab: GITHUB_REPOSITORY and CI_API_V4_URL unset"
    raise ServiceError(msg, hint="run it in one, or set what docs/ci.md lists")


def _github(environment: Mapping[str, str], patience: Patience) -> Service:
    place = environment["GITHUB_REPOSITORY"]
    if not _REPOSITORY.fullmatch(place):
        msg = f"{plain(place)!r} is no owner/name"
        raise ServiceError(msg, where="GITHUB_REPOSITORY")
    url = environment.get("GITHUB_API_URL") or "https://api.github.com"
    token = read_token(environment, "GITHUB_TOKEN", _GITHUB_TOKEN)
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {token}",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    url = check_url(url, "GITHUB_API_URL")
    access = Access(name="GitHub", url=url, headers=headers, hints=github.HINTS)
    return Service(kind="github", client=Client(access, patience), place=place)


def _gitlab(environment: Mapping[str, str], patience: Patience) -> Service:
    url = check_url(environment["CI_API_V4_URL"], "CI_API_V4_URL")
    token = read_token(environment, "GITLAB_TOKEN", _GITLAB_TOKEN)
    headers = {"Private-Token": token}
    access = Access(name="GitLab", url=url, headers=headers, hints=gitlab.HINTS)
    place = str(number_in(environment, "CI_PROJECT_ID"))
    return Service(kind="gitlab", client=Client(access, patience), place=place)


def number_in(environment: Mapping[str, str], name: str) -> int:
    """Return the number that an environment variable holds.

    Raises
    ------
    ServiceError
        If it is not set, or no whole number.
    """
    text = environment.get(name, "")
    if not (text.isascii() and text.isdigit()):
        msg = f"{plain(text)!r} is no whole number" if text else "is not set"
        raise ServiceError(msg, where=name, hint="does the job run for a merge request?")
    return int(text)


def read_event(environment: Mapping[str, str]) -> Mapping[str, Any]:
    """Return what GitHub tells of the event that started this workflow; empty if it tells nothing.

    Raises
    ------
    ServiceError
        If that can't be read.
    """
    path = environment.get("GITHUB_EVENT_PATH")
    if not path:
        return {}
    try:
        event = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"the event can't be read: {type(error).__name__}"
        raise ServiceError(msg, where="GITHUB_EVENT_PATH") from None
    return event if isinstance(event, Mapping) else {}
