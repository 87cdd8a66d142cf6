"""The fake holds requests against GitHub's own description: what breaks it is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ci.openapi import Description

GITHUB = Description(Path(__file__).parent / "data" / "github_openapi.json")
COMMENTS = "/repos/acme/models/issues/7/comments"


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "problem"),
    [
        ("GET", COMMENTS, {"per_page": ["100"], "page": ["2"]}, None, None),
        ("GET", COMMENTS, {"per_page": ["101"]}, None, "per_page"),
        ("GET", COMMENTS, {"sort": ["created"]}, None, "no parameter sort"),
        ("GET", COMMENTS, {"page": ["one"]}, None, "page"),
        ("GET", COMMENTS, {}, {"body": "x"}, "takes no body"),
        ("POST", COMMENTS, {}, {"body": "x" * 65_536}, None),
        ("POST", COMMENTS, {}, {"body": "x" * 65_537}, "body"),
        ("POST", COMMENTS, {}, {"text": "x"}, "'body' is a required property"),
        ("PUT", COMMENTS, {}, {"body": "x"}, "no such operation"),
        ("GET", "/repos/acme/models/pulls", {"state": ["opened"]}, None, "state"),
    ],
)
def test_a_wrong_request_is_seen(
    method: str, path: str, query: dict[str, list[str]], body: object, problem: str | None
) -> None:
    """Unknown operations and parameters, values out of bounds, and bodies of another shape."""
    found = GITHUB.problem(method, path, query, body)
    assert found is None if problem is None else problem in (found or "")


def test_a_wrong_answer_is_seen() -> None:
    """What the fake itself answers is held against it, too."""
    comment = GITHUB.smallest("issue-comment")
    assert GITHUB.wrong_answer("POST", COMMENTS, 201, comment) is None
    assert GITHUB.wrong_answer("POST", COMMENTS, 201, {**comment, "id": "one"}) is not None
    assert GITHUB.wrong_answer("GET", COMMENTS, 200, [{"id": 1}]) is not None
