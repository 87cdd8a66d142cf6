"""What a change is to be merged into, by what services say of it."""

from __future__ import annotations

import pytest

from harness.baseline.sets import target_of_change


@pytest.mark.parametrize(
    ("environment", "target"),
    [
        ({}, ""),
        ({"GITHUB_BASE_REF": "", "HARNESS_TARGET": ""}, ""),
        ({"GITHUB_BASE_REF": "main"}, "origin/main"),
        ({"CI_MERGE_REQUEST_DIFF_BASE_SHA": "5e5e"}, "5e5e"),
        ({"HARNESS_TARGET": "77aa", "GITHUB_BASE_REF": "main"}, "77aa"),
    ],
    ids=["nothing", "a push", "GitHub", "GitLab", "a merge queue"],
)
def test_the_target_of_a_change(environment: dict[str, str], target: str) -> None:
    """The services' words are read, and one that is said outright comes first."""
    assert target_of_change(environment) == target
