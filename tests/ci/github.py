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
        user = _DESCRIBED.smallest("simple-user", login=author)
        row = _DESCRIBED.smallest("issue-comment", id=number, body=body, user=user, html_url=page)
        self.rows.append(row)
        return row

    def pull(self, number: int, branch: str, *, fork: str = REPOSITORY, sha: str = SHA) -> None:
        """Open a pull request."""
        row = _DESCRIBED.smallest("pull-request-simple", number=number)
        repository = {**row["head"]["repo"], "full_name": fork}
        label = f"{fork.partition('/')[0]}:{branch}"
        head = {**row["head"], "label": label, "ref": branch, "sha": sha, "repo": repository}
        self.pulls.append({**row, "head": head})

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
        ways = {
            r"/user": self._user,
            rf"/repos/{REPOSITORY}/issues/(\d+)/comments": self._comments,
            rf"/repos/{REPOSITORY}/issues/comments/(\d+)": self._edited,
            rf"/repos/{REPOSITORY}/pulls": self._pulls,
            rf"/repos/{REPOSITORY}/actions/runs/(\d+)/artifacts": self._listed,
            rf"/repos/{REPOSITORY}/actions/artifacts/(\d+)/zip": self._packed,
        }
        for pattern, way in ways.items():
            if found := re.fullmatch(pattern, request.path):
                return way(request, int((*found.groups(), 0)[0]))
        return _no(404, "Not Found")

    def _user(self, _: Request, __: int) -> Reply:
        if self.login is None:
            return _no(403, "Resource not accessible by integration")
        return Reply(status=200, body=_DESCRIBED.smallest("public-user", login=self.login))

    def _pulls(self, request: Request, _: int) -> Reply:
        head = request.query["head"][0]
        rows = [row for row in self.pulls if row["head"]["label"] == head]
        return Reply(status=200, body=_page(rows, request))

    def _packed(self, _: Request, number: int) -> Reply:
        name = list(self.artifacts)[number - 1]
        return Reply(status=302, headers={"Location": f"{self.url}/blob/{name}"})

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

    def _listed(self, request: Request, _: int) -> Reply:
        (name,) = request.query["name"]
        rows = [
            _DESCRIBED.smallest(
                "artifact", id=number, name=one, size_in_bytes=self.sizes.get(one, len(content))
            )
            for number, (one, content) in enumerate(self.artifacts.items(), 1)
            if one == name
        ]
        return Reply(status=200, body={"total_count": len(rows), "artifacts": rows})

    @property
    def _me(self) -> str:
        return self.login or BOT


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
