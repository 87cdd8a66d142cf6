"""A fake of GitLab's API: the notes of one merge request, after its documentation."""

from __future__ import annotations

import re
from typing import Any

from tests.ci.github import TOKEN
from tests.ci.loopback import Fake, Reply, Request

PROJECT = 42
ME = "project_42_bot"
_LIMIT = 1_000_000
_NOTES = rf"/api/v4/projects/{PROJECT}/merge_requests/7/notes"
_GONE = Reply(status=404, body={"message": "404 Not found"})
_KNOWN = {"sort": ["asc"], "order_by": ["created_at"]}


class FakeGitLab(Fake):
    """One merge request; `may_write` says whether the token may write notes."""

    def __init__(self) -> None:
        super().__init__()
        self.may_write = True
        self.rows: list[dict[str, Any]] = []

    def note(self, body: str, author: str = ME, *, system: bool = False) -> dict[str, Any]:
        """Add a note, and return it as the API shows it."""
        number = 100 + len(self.rows)
        row = {"id": number, "body": body, "author": {"username": author}, "system": system}
        self.rows.append(row)
        return row

    def bodies(self, author: str = ME) -> list[str]:
        """Return what an author says."""
        return [row["body"] for row in self.rows if row["author"]["username"] == author]

    def answer(self, request: Request) -> Reply:
        """Answer as GitLab does."""
        found = re.fullmatch(rf"{_NOTES}(?:/(\d+))?", request.path)
        if request.headers.get("Private-Token") != TOKEN:
            return Reply(status=401, body={"message": "401 Unauthorized"})
        if request.path == "/api/v4/user":
            return Reply(status=200, body={"username": ME})
        if found is None:
            return _GONE
        return (
            self._listed(request) if request.method == "GET" else self._written(request, found[1])
        )

    def _written(self, request: Request, number: str | None) -> Reply:
        body = request.body["body"]
        if not self.may_write:
            return Reply(status=403, body={"message": "403 Forbidden"})
        if len(body) > _LIMIT:
            why = {"note": ["is too long (maximum is 1000000 characters)"]}
            return Reply(status=400, body={"message": why})
        if request.method == "POST":
            return Reply(status=201, body=self.note(body))
        row = next((row for row in self.rows if str(row["id"]) == number), None)
        if row is None:
            return _GONE
        row["body"] = body
        return Reply(status=200, body=row)

    def _listed(self, request: Request) -> Reply:
        query = dict(request.query)
        size, page = (int(query.pop(name)[0]) for name in ("per_page", "page"))
        if query != _KNOWN or size > 100:
            self.problems.append(f"odd query: {request.query}")
        return Reply(status=200, body=self.rows[size * (page - 1) : size * page])
