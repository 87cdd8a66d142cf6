"""A fake of GitHub's API: the comments, pull requests and artifacts of one repository.

Requests and answers are held against GitHub's own description.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.ci.loopback import Fake, Reply, Request
from tests.ci.openapi import Description

BOT = "github-actions[bot]"
REPOSITORY = "acme/models"
TOKEN = "ghs_not_a_real_token"  # noqa: S105  a fake's
SHA = "5e" * 20
_LIMIT = 65_536
_DESCRIBED = Description(Path(__file__).parent / "data" / "github_openapi.json")
_COMMENTS = re.compile(rf"/repos/{REPOSITORY}/issues/(\d+)/comments")
_COMMENT = re.compile(rf"/repos/{REPOSITORY}/issues/comments/(\d+)")
_ARTIFACTS = re.compile(rf"/repos/{REPOSITORY}/actions/runs/(\d+)/artifacts")
_ARTIFACT = re.compile(rf"/repos/{REPOSITORY}/actions/artifacts/(\d+)/zip")


class FakeGitHub(Fake):
    """One repository.

    Attributes
    ----------
    login
        Whose token it is; None: a workflow's, which may not ask.
    may_write
        Whether it may write comments.
    ghosts
        Comments that are listed and gone.
    """

    def __init__(self, *, login: str | None = None) -> None:
        super().__init__()
        self.login = login
        self.may_write = True
        self.rows: list[dict[str, Any]] = []
        self.pulls: list[dict[str, Any]] = []
        self.artifacts: dict[str, bytes] = {}
        self.sizes: dict[str, int] = {}
        self.ghosts: set[int] = set()

    def comment(self, body: str, author: str = BOT, pull: int = 7) -> dict[str, Any]:
        """Add a comment, and return it as the API shows it."""
        number = len(self.rows) + 1
        page = f"https://github.com/{REPOSITORY}/pull/{pull}#issuecomment-{number}"
        api = f"https://api.github.com/repos/{REPOSITORY}/issues"
        when = "2026-11-26T00:00:00Z"
        row = {
            "id": number, "node_id": f"C{number}", "url": f"{api}/comments/{number}",
            "body": body, "user": user(author), "html_url": page, "created_at": when,
            "updated_at": when, "issue_url": f"{api}/{pull}", "author_association": "NONE",
        }  # fmt: skip
        self.rows.append(row)
        return row

    def bodies(self, author: str = BOT) -> list[str]:
        """Return what an author says."""
        return [row["body"] for row in self.rows if row["user"]["login"] == author]

    def answer(self, request: Request) -> Reply:
        """Answer as GitHub does; what breaks the description is a problem of the test."""
        found = _DESCRIBED.problem(request.method, request.path, request.query, request.body)
        too_long = request.body and len(request.body.get("body", "")) > _LIMIT
        if found and not too_long:
            self.problems.append(found)
            return Reply(status=400, body={"message": found})
        if (
            request.headers.get("Authorization") != f"Bearer {TOKEN}"
            and "/blob/" not in request.path
        ):
            return _no(401, "Bad credentials")
        reply = self._answered(request)
        wrong = _DESCRIBED.wrong_answer(request.method, request.path, reply.status, reply.body)
        self.problems += [wrong] if wrong else []
        return reply

    def reply(self, request: Request) -> Reply | None:
        """Answer also at the address of an artifact's content, which takes no token."""
        if request.path.startswith("/blob/"):
            self.log.append(request)
            self.problems += ["a token at the blob"] if "Authorization" in request.headers else []
            return Reply(status=200, body=self.artifacts[request.path.removeprefix("/blob/")])
        return super().reply(request)

    def _answered(self, request: Request) -> Reply:
        if request.path == "/user":
            if self.login is None:
                return _no(403, "Resource not accessible by integration")
            return Reply(status=200, body=_whole_user(self.login))
        if found := _COMMENTS.fullmatch(request.path):
            return self._comments(request, int(found[1]))
        if found := _COMMENT.fullmatch(request.path):
            return self._edited(request, int(found[1]))
        if request.path == f"/repos/{REPOSITORY}/pulls":
            owner, _, branch = request.query["head"][0].partition(":")
            rows = [
                row for row in self.pulls
                if row["head"]["ref"] == branch and row["head"]["user"]["login"] == owner
            ]  # fmt: skip
            return Reply(status=200, body=_page(rows, request))
        if _ARTIFACTS.fullmatch(request.path):
            return self._listed(request.query["name"][0])
        if found := _ARTIFACT.fullmatch(request.path):
            name = list(self.artifacts)[int(found[1]) - 1]
            return Reply(status=302, headers={"Location": f"{self.url}/blob/{name}"})
        return _no(404, "Not Found")

    def _comments(self, request: Request, pull: int) -> Reply:
        if request.method == "GET":
            return Reply(status=200, body=_page(self.rows, request))
        if not self.may_write:
            return _no(403, "Resource not accessible by integration")
        if len(request.body["body"]) > _LIMIT:
            return _too_long()
        return Reply(status=201, body=self.comment(request.body["body"], self._me, pull))

    def _edited(self, request: Request, number: int) -> Reply:
        row = next((row for row in self.rows if row["id"] == number), None)
        if row is None or number in self.ghosts:
            return _no(404, "Not Found")
        if row["user"]["login"] != self._me:
            self.problems.append("the comment of another was changed")
        if len(request.body["body"]) > _LIMIT:
            return _too_long()
        row["body"] = request.body["body"]
        return Reply(status=200, body=row)

    def _listed(self, name: str) -> Reply:
        rows = [
            {
                "id": number, "node_id": f"A{number}", "name": one,
                "size_in_bytes": self.sizes.get(one, len(content)), "url": "u",
                "archive_download_url": "u", "expired": False, "created_at": None,
                "expires_at": None, "updated_at": None,
            }
            for number, (one, content) in enumerate(self.artifacts.items(), 1)
            if one == name
        ]  # fmt: skip
        return Reply(status=200, body={"total_count": len(rows), "artifacts": rows})

    @property
    def _me(self) -> str:
        return self.login or BOT


def user(login: str) -> dict[str, Any]:
    """Return a user as the API shows it."""
    urls = (
        "followers_url", "following_url", "gists_url", "starred_url", "subscriptions_url",
        "organizations_url", "repos_url", "events_url", "received_events_url",
    )  # fmt: skip
    home = f"https://api.github.com/users/{login}"
    return {
        "login": login, "id": 1, "node_id": "U", "avatar_url": home, "gravatar_id": None,
        "url": home, "html_url": home, "type": "User", "site_admin": False,
        **dict.fromkeys(urls, home),
    }  # fmt: skip


def _whole_user(login: str) -> dict[str, Any]:
    when, nothing = "2026-11-26T00:00:00Z", ("name", "company", "blog", "location", "email",
                                            "hireable", "bio")  # fmt: skip
    counts = ("public_repos", "public_gists", "followers", "following")
    return {
        **user(login), **dict.fromkeys(nothing), **dict.fromkeys(counts, 0), "created_at": when,
        "updated_at": when, "blog": None,
    }  # fmt: skip


def _page(rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:
    size = int(request.query.get("per_page", ["30"])[0])
    first = (int(request.query.get("page", ["1"])[0]) - 1) * size
    return rows[first : first + size]


def _no(status: int, message: str) -> Reply:
    said = {"message": message, "documentation_url": "https://docs.github.com/rest"}
    return Reply(status=status, body=said)


def _too_long() -> Reply:
    why = {
        "resource": "IssueComment", "code": "unprocessable", "field": "data",
        "message": "Body is too long (maximum is 65536 characters)",
    }  # fmt: skip
    body = {"message": "Validation Failed", "errors": [why], "documentation_url": "d"}
    return Reply(status=422, body=body)
