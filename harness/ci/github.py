"""GitHub: the comments of a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.ci.client import Client
from harness.ci.host import Comment

#: Who the token of a workflow writes as; it may not ask who it is.
BOT = "github-actions[bot]"
#: What to do where GitHub refuses, by its status.
HINTS = {
    401: "is GITHUB_TOKEN still good?",
    403: "give the job `permissions: pull-requests: write`; runs for forks have none: comment "
    "from a workflow on workflow_run",
    404: "is the number right, and may the token read the repository?",
    410: "the repository has no such comments any more",
}


class GitHub:
    """A pull request of a repository.

    Parameters
    ----------
    client
        Asks the API.
    repository
        ``owner/name``.
    pull
        The number of the pull request.
    login
        Whose token it is, if that is known; such as ``my-app[bot]``.
    """

    limit = 65_536

    def __init__(self, client: Client, repository: str, pull: int, login: str = "") -> None:
        self._client = client
        self._repository = repository
        self._pull = pull
        self._login = login
        self.change = f"pull request #{pull}"

    def login(self) -> str:
        """Return whose token it is: that of a workflow may not ask."""
        if not self._login:
            answer = self._client.ask("GET", "/user")
            if answer.status == 403:  # noqa: PLR2004  HTTP's forbidden
                self._login = BOT
            else:
                self._login = str(self._client.good(answer, "GET /user")["login"])
        return self._login

    def comments(self) -> Iterator[Comment]:
        """Yield all comments of the pull request, page by page; GitHub lists the oldest first."""
        path = f"/repos/{self._repository}/issues/{self._pull}/comments"
        for row in self._client.pages(path):
            yield _comment(row)

    def create(self, body: str) -> Comment | None:
        """Add a comment; None if the answer was lost, and it may be there or not."""
        path = f"/repos/{self._repository}/issues/{self._pull}/comments"
        answer = self._client.ask("POST", path, body={"body": body})
        if answer.lost:
            return None
        return _comment(self._client.good(answer, f"a comment on {self.change}"))

    def update(self, comment: Comment, body: str) -> Comment | None:
        """Change a comment; None if it is gone."""
        path = f"/repos/{self._repository}/issues/comments/{comment.number}"
        answer = self._client.ask("PATCH", path, body={"body": body})
        if answer.status in {404, 410}:
            return None
        return _comment(self._client.good(answer, f"the comment {comment.url}"))


def _comment(row: Mapping[str, Any]) -> Comment:
    author = (row["user"] or {}).get("login", "")  # a deleted account has none
    return Comment(number=row["id"], author=author, body=row.get("body") or "", url=row["html_url"])
