"""GitLab: the notes of a merge request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.ci.client import Client
from harness.ci.host import Comment

#: What to do where GitLab refuses, by its status.
HINTS = {
    401: "is GITLAB_TOKEN still good? A job's own CI_JOB_TOKEN may not write notes",
    403: "the token needs the scope `api`, and the role Reporter or more",
    404: "is the number right, and may the token see the project?",
}


class GitLab:
    """A merge request of a project.

    Parameters
    ----------
    client
        Asks the API.
    project
        Its number.
    merge_request
        Its number within the project.
    url
        The address of the project, for people; may be empty.
    """

    limit = 1_000_000

    def __init__(self, client: Client, project: int, merge_request: int, url: str = "") -> None:
        self._client = client
        self._path = f"/projects/{project}/merge_requests/{merge_request}/notes"
        self._url = f"{url}/-/merge_requests/{merge_request}"
        self.change = f"merge request !{merge_request}"

    def login(self) -> str:
        """Return whose token it is."""
        return str(self._client.good(self._client.ask("GET", "/user"), "GET /user")["username"])

    def comments(self) -> Iterator[Comment]:
        """Yield all notes, page by page, the oldest first; not what GitLab itself noted."""
        for row in self._client.pages(self._path, {"sort": "asc", "order_by": "created_at"}):
            if not row["system"]:
                yield self._comment(row)

    def create(self, body: str) -> Comment | None:
        """Add a note; None if the answer was lost, and it may be there or not."""
        answer = self._client.ask("POST", self._path, body={"body": body})
        if answer.lost:
            return None
        return self._comment(self._client.good(answer, f"a note on {self.change}"))

    def update(self, comment: Comment, body: str) -> Comment | None:
        """Change a note; None if it is gone."""
        path = f"{self._path}/{comment.number}"
        answer = self._client.ask("PUT", path, body={"body": body})
        if answer.status == 404:  # noqa: PLR2004  HTTP's not found
            return None
        return self._comment(self._client.good(answer, f"the note {comment.url}"))

    def _comment(self, row: Mapping[str, Any]) -> Comment:
        return Comment(
            number=row["id"],
            author=row["author"]["username"],
            body=row["body"],
            url=f"{self._url}#note_{row['id']}",
        )
